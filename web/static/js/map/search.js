// The search of the page: a combobox (WAI-ARIA) over what finding.js ranks. What it needs is fetched
// when somebody first comes to it; a page that stands alone has it inside.

import { byId, el, isShortcut } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { getJson } from './atlas.js';
import { findAll } from './finding.js';

const LONGEST_ASKED = 30;
const SLASHES = ['/', '、', '／']; // of a Latin and of a Chinese keyboard
const shortened = (text) => (text.length > LONGEST_ASKED ? `${text.slice(0, LONGEST_ASKED)}…` : text);

export class Search {
  constructor(atlas, { onGo }) {
    Object.assign(this, { atlas, onGo, options: [], at: -1 });
    [this.field, this.list, this.none, this.said] = ['search-field', 'search-list', 'search-none', 'search-said'].map(byId);
    this.field.addEventListener('focus', () => this.look());
    this.field.addEventListener('input', () => this.look());
    this.field.addEventListener('blur', () => this.close());
    this.field.addEventListener('keydown', (event) => this.onKey(event));
    document.addEventListener('keydown', (event) => {
      const here = SLASHES.includes(event.key) || (event.key === 'Process' && event.code === 'Slash');
      if (!here || !isShortcut(event)) return;
      event.preventDefault();
      this.field.focus();
      this.field.select();
    });
  }

  // Asked for once; after a failure again.
  async entries() {
    const { finder, lang } = this.atlas;
    this.asked ||= finder ? Promise.resolve(finder) : getJson(`/find.json?lang=${lang}`);
    return this.asked.catch((error) => { this.asked = null; throw error; });
  }

  async look() {
    const { t } = this.atlas;
    const words = this.field.value.trim();
    if (words && !this.asked && !this.atlas.finder) this.tell(t.loading);
    try {
      const entries = await this.entries();
      if (words !== this.field.value.trim() || document.activeElement !== this.field) return; // typed on, or gone
      if (!words) this.close();
      else this.show(findAll(entries, words), words);
    } catch (error) {
      this.tell(`${t.failed}${error.message}`);
    }
  }

  show({ groups, count }, words) {
    const { t } = this.atlas;
    this.options = [];
    this.list.replaceChildren(...groups.map(({ group, entries }, place) => el('div', { role: 'group', 'aria-labelledby': `search-group-${place}` },
      el('div', { id: `search-group-${place}`, role: 'presentation', class: 'of' }, group), ...entries.map((entry) => this.optionOf(entry)))));
    const shown = this.options.length;
    this.tell(shown ? '' : fill(t.search_none, { words: shortened(words) }), fill(shown < count ? t.search_some : t.search_count, { shown, count }));
    this.list.hidden = !shown;
    this.field.setAttribute('aria-expanded', String(shown > 0));
    this.mark(shown ? 0 : -1);
    this.list.scrollTop = 0;
  }

  optionOf(entry) {
    const [name, other] = entry.names;
    const option = el('div', { role: 'option', id: `search-option-${this.options.length}`, 'aria-selected': 'false', onmousedown: (event) => event.preventDefault(), onclick: () => this.go(entry) },
      el('span', {}, name), el('small', {}, ` ${entry.note || (entry.kind === 'area' && other) || ''}`));
    this.options.push({ option, entry });
    return option;
  }

  // What is seen where nothing is found, and what is heard in any case.
  tell(none, said = none) {
    this.none.textContent = none;
    this.none.hidden = !none;
    this.said.textContent = none || said;
    if (none) this.list.hidden = true;
  }

  mark(at) {
    this.options[this.at]?.option.setAttribute('aria-selected', 'false');
    this.at = at;
    const marked = this.options[at]?.option;
    if (marked) {
      marked.setAttribute('aria-selected', 'true');
      marked.scrollIntoView({ block: 'nearest' });
      this.field.setAttribute('aria-activedescendant', marked.id);
    } else this.field.removeAttribute('aria-activedescendant');
  }

  onKey(event) {
    if (event.isComposing) return; // the keys are those of the input method
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const open = !this.list.hidden;
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (!open && this.none.hidden) this.field.blur();
      this.field.value = '';
      this.close();
    } else if (step && open) {
      event.preventDefault();
      this.mark((this.at + step + this.options.length) % this.options.length);
    } else if (step) this.look();
    else if (event.key === 'Enter' && open) this.go(this.options[this.at].entry);
  }

  close() {
    this.list.hidden = true;
    this.options = [];
    this.tell('');
    this.field.setAttribute('aria-expanded', 'false');
    this.mark(-1);
  }

  go(entry) {
    this.close();
    this.field.value = '';
    this.field.blur();
    this.onGo(entry);
  }
}
