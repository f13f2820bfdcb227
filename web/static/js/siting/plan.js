// What is put, moved or taken away in a what-if; the table does all that the mouse can.

import { el } from '../shared/dom.js';
import { fill } from '../shared/format.js';

const PLACES = 5;
const rounded = (value) => Number(Number(value).toFixed(PLACES));

export class Plan {
  constructor(data, { onChange }) { Object.assign(this, { data, t: data.t, onChange, put: [], remove: [] }); }

  get empty() { return !this.put.length && !this.remove.length; }

  set({ put = [], remove = [] }) { Object.assign(this, { put: put.map((one) => ({ ...one })), remove: [...remove] }); }

  add({ lat, lng }) {
    const taken = new Set(this.put.map((one) => one.name));
    let number = 1;
    while (taken.has(fill(this.t.plan_new, { number }))) number += 1;
    this.put.push({ lon: rounded(lng), lat: rounded(lat), name: fill(this.t.plan_new, { number }) });
    this.onChange();
  }

  // A site that exists (by its id) or one that was put (by its number).
  move({ id, name, index }, { lat, lng }) {
    const at = { lon: rounded(lng), lat: rounded(lat) };
    const known = index === undefined ? this.put.find((one) => one.id === id) : this.put[index];
    if (known) Object.assign(known, at);
    else this.put.push({ id, name, ...at });
    this.onChange();
  }

  takeAway(id) { this.remove.push(id); this.onChange(); }

  undo(id) {
    this.remove = this.remove.filter((one) => one !== id);
    this.put = this.put.filter((one) => one.id !== id);
    this.onChange();
  }

  drop(index) { this.put.splice(index, 1); this.onChange(); }

  clear() { this.set({}); this.onChange(); }

  // existing: the sites there are; middle: where a site is put that nobody pointed at.
  table(existing, middle) {
    const { t } = this;
    const button = (key, words, of, onclick) => el('button', { type: 'button', 'data-key': key, 'aria-label': fill(t.of_place, { what: words, name: of }), onclick }, words);
    const field = (one, name, key) => el('input', {
      type: 'number', step: '0.001', value: one[name], 'data-key': key, 'aria-label': fill(t.of_place, { what: t[name], name: one.name }),
      onchange: (event) => { const value = Number(event.target.value); if (event.target.value !== '' && Number.isFinite(value)) { one[name] = value; this.onChange(); } },
    });
    const moved = this.put.map((one, index) => el('tr', {}, el('th', { scope: 'row' }, one.name, el('small', {}, one.id ? ` ${t.plan_moved}` : ''),
      el('span', { class: 'spot' }, field(one, 'lon', `lon${index}`), field(one, 'lat', `lat${index}`))),
    el('td', { class: 'n' }, one.id ? button(`undo${one.id}`, t.undo, one.name, () => this.undo(one.id)) : button(`drop${index}`, t.drop, one.name, () => this.drop(index)))));
    const still = existing.filter((one) => !this.put.some((each) => each.id === one.id)).map((one) => {
      const gone = this.remove.includes(one.id);
      return el('tr', {}, el('th', { scope: 'row' }, one.name, gone ? el('small', {}, ` ${t.plan_removed}`) : null),
        el('td', { class: 'n' }, ...(gone ? [button(`undo${one.id}`, t.undo, one.name, () => this.undo(one.id))]
          : [button(`move${one.id}`, t.move, one.name, () => this.move(one, { lat: one.lat, lng: one.lon })), ' ', button(`gone${one.id}`, t.remove, one.name, () => this.takeAway(one.id))])));
    });
    return el('section', { class: 'plan' }, el('h2', {}, t.plan), el('p', { class: 'help' }, t.plan_help),
      el('p', { class: 'line' }, el('button', { type: 'button', 'data-key': 'add', onclick: () => this.add(middle) }, t.plan_add),
        el('button', { type: 'button', 'data-key': 'clear', disabled: this.empty, onclick: () => this.clear() }, t.plan_clear)),
      el('table', {}, el('caption', { class: 'hush' }, t.plan), el('tbody', {}, ...moved, ...still)));
  }
}
