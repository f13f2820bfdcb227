// The dialog that shows the map as a finished sheet before it is taken away as an image.

import { byId } from './dom.js';
import { asked } from './leave.js';

export class ImageDialog {
  constructor(page) {
    Object.assign(this, { page, dialog: byId('image'), form: byId('image-form'), preview: byId('image-preview') });
    this.dialog.querySelector('.close').addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
    this.form.addEventListener('change', () => this.show());
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.preview.addEventListener('load', () => this.dialog.classList.remove('waiting'));
    this.preview.addEventListener('error', () => this.refused());
    byId('image-open').addEventListener('click', () => this.open());
  }

  open() {
    byId('leave').open = false;
    this.show();
    this.dialog.showModal();
  }

  // Everything of the address but the format, which is its ending, and the resolution.
  query() {
    const query = asked(this.page);
    query.set('layers', this.page.layers().join(','));
    new FormData(this.form).forEach((value, name) => {
      if (value && name !== 'format' && name !== 'dpi') query.set(name, value);
    });
    return query;
  }

  show() {
    const { format, dpi } = this.form.elements;
    const query = this.query();
    dpi.disabled = format.value !== 'png';
    byId('image-problem').hidden = true;
    this.dialog.classList.add('waiting');
    this.preview.src = `/figure-preview.png?${query}`;
    if (!dpi.disabled) query.set('dpi', dpi.value);
    byId('image-download').href = `/figure.${format.value}?${query}`;
  }

  // An image that does not come says not why: ask again for the words.
  async refused() {
    const { atlas } = this.page;
    const source = this.preview.src;
    const told = byId('image-problem');
    this.dialog.classList.remove('waiting');
    try {
      const answer = await fetch(source, { headers: { Accept: 'application/json' } });
      const { error } = await answer.json();
      if (source === this.preview.src) told.textContent = error.message[atlas.lang];
    } catch {
      told.textContent = atlas.t.failed;
    }
    told.hidden = false;
  }
}
