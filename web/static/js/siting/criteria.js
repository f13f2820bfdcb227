// The criteria of a ranking: what is judged, its direction and cut-offs; weights given or compared.

import { byId, el } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { said } from './ask.js';

const CRITERION_KINDS = ['density', 'distance', 'indicator', 'zone', 'column'];
const SAATY = [9, 7, 5, 3, 1, 1 / 3, 1 / 5, 1 / 7, 1 / 9];
const MEASURED_TO = /^(demand|existing|sites:)/;
const nearestStep = (value) => SAATY.reduce((best, one) => (Math.abs(Math.log(one / value)) < Math.abs(Math.log(best / value)) ? one : best));

export class Criteria {
  constructor(data, onChange) {
    Object.assign(this, { data, t: data.t, onChange, list: [], pairs: [] });
    byId('add-criterion').addEventListener('click', () => {
      this.list.push({ kind: 'distance', of: 'demand', weight: 1, influence: 'less' });
      this.draw();
      byId('criteria').lastElementChild.querySelector('select').focus();
    });
    byId('compared').addEventListener('change', () => this.draw());
  }

  show(criteria, comparisons) {
    this.list = criteria.map((one) => ({ ...one }));
    const square = Array.isArray(comparisons) && comparisons.length === criteria.length && comparisons.every((row) => Array.isArray(row));
    this.pairs = square ? comparisons.map((row) => row.map((one) => (one > 0 ? Number(one) : 1))) : [];
    byId('compared').checked = this.pairs.length > 1;
    this.draw();
  }

  get settings() {
    const criteria = this.list.map((one, index) => ({ ...one, id: `c${index + 1}` }));
    return byId('compared').checked && criteria.length > 1 ? { criteria, comparisons: this.pairs } : { criteria };
  }

  get zoned() { return this.list.some((one) => one.kind === 'zone' && one.of === 'zone'); }

  // What is drawn anew keeps the focus where it was.
  draw() {
    const where = document.activeElement?.dataset?.criterion;
    this.pairs = this.list.map((_, row) => this.list.map((__, column) => this.pairs[row]?.[column] ?? 1));
    byId('criteria').replaceChildren(...this.list.map((one, index) => this.criterion(one, index)));
    byId('comparisons').replaceChildren(...(byId('compared').checked ? this.comparisons() : []));
    if (where) document.querySelector(`[data-criterion="${CSS.escape(where)}"]`)?.focus();
    this.onChange();
  }

  choose(one, index, name, options, label) {
    const change = (event) => { one[name] = event.target.value; this.settle(one); this.draw(); };
    const select = el('select', { 'aria-label': label, 'data-criterion': `${index}-${name}`, onchange: change }, ...options.map(([value, words]) => el('option', { value }, words)));
    select.value = one[name];
    return select;
  }

  number(one, index, name, words) {
    const change = (event) => {
      const { value } = event.target;
      if (value.trim() === '') delete one[name]; else one[name] = Number(value);
    };
    return el('label', {}, words, el('input', { type: 'number', step: 'any', value: one[name] ?? '', 'data-criterion': `${index}-${name}`, onchange: change }));
  }

  of(one, index) {
    const { t, data } = this;
    const places = [['demand', t.demand], ['existing', t.existing], ...data.kinds.map((kind) => [`sites:${kind.id}`, said(kind.name)])];
    const zones = [['zone', t.criterion_zone_own], ...data.areas.map((area) => [`areas:${area.code}`, area.name])];
    const options = { distance: places, density: places, indicator: data.indicators.map((each) => [each.id, said(each.name)]), zone: zones }[one.kind];
    if (options) return this.choose(one, index, 'of', options, t.criterion_of);
    return el('input', { type: 'text', value: one.of, 'aria-label': t.criterion_column_name, onchange: (event) => { one.of = event.target.value; } });
  }

  criterion(one, index) {
    const { t } = this;
    const influences = ['more', 'less', ...(one.kind === 'zone' ? [] : ['ideal'])].map((each) => [each, t[`criterion_${each}`]]);
    const drop = () => {
      this.list.splice(index, 1);
      this.pairs = this.pairs.filter((_, at) => at !== index).map((row) => row.filter((_, at) => at !== index));
      this.draw();
    };
    const number = (name, words) => this.number(one, index, name, words);
    return el('div', { class: 'criterion', role: 'group', 'aria-label': `${t.criterion_kind} ${index + 1}` },
      this.choose(one, index, 'kind', CRITERION_KINDS.map((kind) => [kind, t[`criterion_${kind}`]]), t.criterion_kind), this.of(one, index),
      this.choose(one, index, 'influence', influences, t.criterion_influence),
      el('div', { class: 'wide' }, byId('compared').checked ? null : number('weight', t.weight),
        one.kind === 'density' ? number('within_km', t.criterion_within) : null, one.influence === 'ideal' ? number('ideal', t.criterion_ideal_value) : null),
      el('div', { class: 'wide', title: t.criterion_cut }, number('least', t.criterion_least), number('most', t.criterion_most),
        el('button', { type: 'button', 'aria-label': fill(t.of_place, { what: t.drop, name: `${t.criterion_kind} ${index + 1}` }), onclick: drop }, t.drop)));
  }

  name(one) {
    const select = { indicator: () => said(this.data.indicators.find((each) => each.id === one.of)?.name), column: () => one.of }[one.kind];
    const places = { demand: this.t.demand, existing: this.t.existing, zone: this.t.criterion_zone_own };
    const known = this.data.kinds.find((kind) => `sites:${kind.id}` === one.of);
    const area = this.data.areas.find((each) => `areas:${each.code}` === one.of);
    return select ? select() : `${this.t[`criterion_${one.kind}`]} · ${places[one.of] || said(known?.name) || area?.name || one.of}`;
  }

  // Saaty's scale; the lower half of the matrix follows from the upper.
  comparisons() {
    const { t, list, pairs } = this;
    const made = [];
    list.forEach((one, row) => list.forEach((other, column) => {
      if (column <= row) return;
      const words = fill(t.pair, { one: this.name(one), other: this.name(other) });
      const set = (event) => { const value = SAATY[event.target.value]; pairs[row][column] = value; pairs[column][row] = 1 / value; };
      const select = el('select', { 'data-criterion': `pair-${row}-${column}`, onchange: set }, ...SAATY.map((step, at) => el('option', { value: at }, t[step < 1 ? `pair_less_${Math.round(1 / step)}` : `pair_${step}`])));
      select.value = SAATY.indexOf(nearestStep(pairs[row][column]));
      made.push(el('label', { class: 'pairwise' }, words, select));
    }));
    return made;
  }

  settle(one) {
    if (['distance', 'density'].includes(one.kind)) { if (!MEASURED_TO.test(one.of)) one.of = 'demand'; }
    else if (one.kind === 'indicator') { if (!this.data.indicators.some((each) => each.id === one.of)) one.of = this.data.indicators[0]?.id || ''; }
    else if (one.kind === 'zone') { if (!/^(zone$|areas:)/.test(one.of)) one.of = `areas:${this.data.areas[0].code}`; }
    else if (MEASURED_TO.test(one.of) || /^(zone$|areas:)/.test(one.of) || this.data.indicators.some((each) => each.id === one.of)) one.of = '';
    if (one.kind === 'zone' && one.influence === 'ideal') one.influence = 'more';
    if (one.influence !== 'ideal') delete one.ideal;
    if (one.kind === 'density') one.within_km ||= 50;
    else delete one.within_km;
  }
}
