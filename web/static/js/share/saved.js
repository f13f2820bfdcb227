// The list of saved views in the dialog: name what is shown, open, rename, delete, take along.

import { el } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { exported, imported, LONGEST_NAME, readViews, renamed, Unfit, withView } from './views.js';

const SHELF = 'geomap.views';
const SET_ASIDE = 'geomap.views.damaged';
const LARGEST_FILE = 1024 * 1024;

export class SavedViews {
  // `here` gives {query, title} of what is shown, `missing` what a view needs that there is not,
  // `onOpen` shows one, `say` tells what happened.
  constructor(t, { here, missing, onOpen, say }) {
    Object.assign(this, { t, here, missing, onOpen, tell: say, list: el('ul', { id: 'views-list' }) });
    this.name = el('input', { id: 'view-name', type: 'text', autocomplete: 'off', 'aria-describedby': 'views-note' });
    this.file = el('input', { type: 'file', accept: '.json,application/json', hidden: true, onchange: () => this.take() });
    this.element = el('section', {}, el('h3', {}, t.views),
      el('form', { onsubmit: (event) => { event.preventDefault(); this.act(() => this.add()); } },
        el('label', { for: 'view-name' }, t.view_name), this.name, el('button', { type: 'submit' }, t.view_save)),
      this.list,
      el('p', { 'data-part': 'row' }, el('button', { type: 'button', onclick: () => this.act(() => this.give()) }, t.view_export), el('button', { type: 'button', onclick: () => this.file.click() }, t.view_import), this.file),
      el('p', { id: 'views-note', 'data-part': 'note' }, fill(t.views_note, { most: LONGEST_NAME })));
  }

  say(text, more) { this.tell(text, more); }

  // What cannot be done is said, and nothing is changed.
  act(what) {
    try { what(); } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      this.say(fill(this.t[error.code], error.values));
    }
  }

  // A list that cannot be read is set aside before another takes its place.
  read() {
    let text;
    try { text = window.localStorage.getItem(SHELF); } catch { throw new Unfit('view_forbidden'); }
    const found = readViews(text);
    if (found && !found.strange) return found.views;
    try { window.localStorage.setItem(SET_ASIDE, text); } catch { throw new Unfit('view_full'); }
    this.say(fill(this.t.view_damaged, { key: SET_ASIDE }));
    const views = found?.views ?? [];
    this.keep(views);
    return views;
  }

  keep(views) {
    try { window.localStorage.setItem(SHELF, JSON.stringify(views)); } catch { throw new Unfit('view_full'); }
  }

  change(views, said, more) {
    this.keep(views);
    this.show(views);
    this.say(said, more);
  }

  open() { this.act(() => this.show(this.read())); }

  show(views) {
    const { t } = this;
    this.list.replaceChildren(...(views.length ? views.map((view) => this.row(view)) : [el('li', { 'data-part': 'note' }, t.views_none)]));
  }

  row(view) {
    const { t } = this;
    const missing = this.missing(view.query);
    const button = (text, label, onclick) => el('button', { type: 'button', 'aria-label': fill(label, { name: view.name }), onclick }, text);
    return el('li', {}, button(view.name, t.view_open_label, () => this.go(view)), el('small', {}, view.title), missing ? el('small', { class: 'warning' }, t.view_gone_mark) : null,
      el('span', { 'data-part': 'row' }, button(t.view_rename, t.view_rename_label, (event) => this.rename(view, event.target.closest('li'))), button(t.view_delete, t.view_delete_label, () => this.act(() => this.remove(view)))));
  }

  go(view) {
    const missing = this.missing(view.query);
    if (missing) this.say(fill(this.t.view_gone, { name: view.name, indicator: missing, title: view.title }));
    else this.onOpen(view);
  }

  add() {
    const { query, title } = this.here();
    const views = withView(this.read(), this.name.value, query, title);
    this.name.value = '';
    this.change(views, fill(this.t.view_saved, { name: views.at(-1).name }));
  }

  // The stored views were read anew: the one meant is found by its name.
  held(views, { name }) { return views.find((one) => one.name === name); }

  rename(view, row) {
    const { t } = this;
    const field = el('input', { type: 'text', value: view.name, 'aria-label': t.view_new_name });
    const back = () => this.act(() => this.show(this.read()));
    const done = (event) => {
      event.preventDefault();
      this.act(() => {
        const views = this.read();
        const others = renamed(views, this.held(views, view), field.value);
        this.change(others, fill(t.view_renamed, { name: field.value.trim() }));
      });
    };
    row.replaceChildren(el('form', { onsubmit: done, onkeydown: (event) => { if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); back(); } } },
      field, el('button', { type: 'submit' }, t.view_rename_done), el('button', { type: 'button', onclick: back }, t.view_rename_not)));
    field.select();
  }

  // It can be taken back as long as the dialog tells of it.
  remove(view) {
    const { t } = this;
    const before = this.read();
    const undo = el('button', { type: 'button', onclick: () => this.act(() => this.change(before, fill(t.view_back, { name: view.name }))) }, t.view_undo);
    this.change(before.filter((one) => one.name !== view.name), fill(t.view_deleted, { name: view.name }), undo);
    this.name.focus();
  }

  give() {
    const views = this.read();
    if (!views.length) { this.say(this.t.views_none); return; }
    const address = URL.createObjectURL(new Blob([exported(views)], { type: 'application/json' }));
    el('a', { href: address, download: `${this.t.view_file}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    this.say(fill(this.t.view_given, { count: views.length }));
  }

  async take() {
    const [file] = this.file.files;
    this.file.value = '';
    if (!file) return;
    const text = file.size > LARGEST_FILE ? '' : await file.text();
    this.act(() => {
      const { views, ...counts } = imported(this.read(), text);
      this.change(views, fill(this.t.view_taken, counts));
    });
  }
}
