// The dialog that shows the map as a finished sheet before it is taken away as an image.

import { byId, el } from '../shared/dom.js';
import { asked } from './leave.js';

const MOST_MAPS = 12; // maps on one sheet
// What each kind of sheet keeps of the parameters of the page; the rest means nothing to it.
const KEPT_BY = {
  years: ['indicator', 'as', 'method', 'classes', 'palette', 'breaks', 'estimates'],
  categories: ['indicator', 'year', 'as', 'method', 'classes', 'palette', 'breaks', 'estimates'],
  bivariate: ['indicator', 'year', 'method', 'estimates'],
  progress: [],
  line: ['indicator'],
  bars: ['indicator', 'year', 'estimates'],
  slope: ['indicator', 'from', 'year', 'definitions'],
  stack: ['indicator', 'year'],
  scatter: ['indicator', 'year'],
};
const TAKES_ANOTHER = ['bivariate', 'compare', 'scatter'];
const CHARTS = ['line', 'bars', 'slope', 'stack', 'scatter'];
const OFFICE = ['xlsx', 'pptx']; // of charts: drawn by Excel and PowerPoint themselves
const OF_PICTURES = ['size', 'grey'];

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
    this.furnish();
    this.show();
    this.dialog.showModal();
  }

  // Offer the kinds that what is shown can be drawn as; one that was chosen before is kept.
  furnish() {
    const { atlas, view } = this.page;
    const { mode } = this.form.elements;
    const years = atlas.yearsOf(view.indicator).length;
    const changing = Boolean(view.indicator.change);
    const parts = atlas.indicators.filter((one) => one.part_of === view.indicator.id && atlas.yearsOf(one).length).length;
    const can = {
      years: !changing && years > 1 && years <= MOST_MAPS,
      categories: !changing && parts > 1,
      bivariate: !changing && this.others('bivariate').length > 0,
      compare: this.others('compare').length > 0,
      line: !changing,
      bars: !changing,
      slope: years > 1,
      stack: !changing && parts > 1,
      scatter: !changing && this.others('scatter').length > 0,
    };
    [...mode.options].forEach((option) => { option.hidden = can[option.value] === false; option.disabled = option.hidden; });
    if (mode.selectedOptions[0].disabled) mode.value = '';
  }

  // Rates are filled, counts are circles: each sheet takes what suits it; points may be of either.
  others(mode) {
    const { atlas, view } = this.page;
    const counts = mode === 'compare';
    return atlas.indicators.filter((one) => one.id !== view.indicator.id && atlas.yearsOf(one).length
      && (mode === 'scatter' || (one.measure === 'count') === counts));
  }

  // The second indicator is asked for only where the sheet has one.
  second(mode) {
    const select = this.form.elements.with;
    const chosen = select.value;
    select.closest('label').hidden = !TAKES_ANOTHER.includes(mode);
    if (!TAKES_ANOTHER.includes(mode)) return;
    const others = this.others(mode);
    select.replaceChildren(...others.map((one) => el('option', { value: one.id }, one.name)));
    if (others.some((one) => one.id === chosen)) select.value = chosen;
  }

  // Everything of the address but the format, which is its ending, and the resolution.
  query() {
    const mode = this.form.elements.mode.value;
    const query = asked(this.page);
    if (KEPT_BY[mode]) [...query.keys()].filter((key) => !KEPT_BY[mode].includes(key)).forEach((key) => query.delete(key));
    if (TAKES_ANOTHER.includes(mode)) query.set(mode === 'scatter' ? 'bivariate' : mode, this.form.elements.with.value);
    if (CHARTS.includes(mode)) query.set('chart', mode);
    if (mode === 'slope' && !query.has('from')) query.delete('year'); // both years are chosen there
    if (mode === 'years' || mode === 'categories') query.set(mode, 'all');
    if (mode === 'progress') query.set(mode, 'city');
    query.set('layers', this.page.layers().join(','));
    new FormData(this.form).forEach((value, name) => {
      if (value && !['format', 'dpi', 'mode', 'with'].includes(name)) query.set(name, value);
    });
    return query;
  }

  show() {
    const { format, dpi, mode, bars, grey, size } = this.form.elements;
    this.second(mode.value);
    [...format.options].filter((one) => OFFICE.includes(one.value)).forEach((option) => { option.hidden = !CHARTS.includes(mode.value); option.disabled = option.hidden; });
    if (format.selectedOptions[0].disabled) format.value = 'png';
    const office = OFFICE.includes(format.value);
    bars.disabled = Boolean(KEPT_BY[mode.value]);
    grey.disabled = office || mode.value === 'bivariate'; // its nine colours are one grey or another
    size.disabled = office;
    const query = this.query();
    dpi.disabled = format.value !== 'png';
    byId('image-problem').hidden = true;
    this.dialog.classList.add('waiting');
    this.preview.src = `/figure-preview.png?${query}`;
    if (!dpi.disabled) query.set('dpi', dpi.value);
    if (office) OF_PICTURES.forEach((name) => query.delete(name));
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
      if (source !== this.preview.src) return;
      if (answer.ok || answer.status === 503) {
        // Others were before us: ask again when the server says so.
        window.setTimeout(() => { if (source === this.preview.src) this.preview.src = source; }, 1000 * (answer.headers.get('Retry-After') || 0));
        return;
      }
      const { error } = await answer.json();
      if (source === this.preview.src) told.textContent = error.message[atlas.lang];
    } catch {
      told.textContent = atlas.t.failed;
    }
    told.hidden = false;
  }
}
