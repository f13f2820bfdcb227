// The table twin of the map: the same areas and values, sortable, linked both ways. Beside a second
// map it has the values of both, and of two years of one indicator their difference.

import { byId, el } from '../shared/dom.js';
import { fill, fixed, printedValues, saidPlace, saying, valueAt } from '../shared/format.js';
import { MANY } from './layer.js';
import { breaksOf, isBroken } from './series.js';
import { sparkOf } from './spark.js';

const FIRST = 100;

// Without the noise of binary fractions: 90.4 − 90.1 is 0.3.
const less = (one, other) => {
  const gap = one - other;
  return Math.abs(gap) < 1e-12 * Math.max(Math.abs(one), Math.abs(other)) ? 0 : Number(gap.toPrecision(12));
};

const rough = (view, at) => Boolean(view.q?.[at]?.t);

// The later year less the earlier, where definition and boundaries are the same; null where it cannot
// be told.
export const differences = (view, second, accepted, areas = []) => {
  if (view.indicator.id !== second.indicator.id || view.indicator.change || view.year === second.year) return null;
  const [later, earlier] = view.year > second.year ? [view, second] : [second, view];
  const changed = (area) => !accepted && isBroken(breaksOf(view.indicator, area), earlier.year, later.year);
  const broken = changed();
  const told = later.v.map((value, at) => (changed(areas[at]) || value == null || earlier.v[at] == null || rough(view, at) || rough(second, at) ? null : less(value, earlier.v[at])));
  return { later, earlier, broken, told };
};

export class RankTable {
  constructor(body, heads, atlas, { onSelect, onHover, onSource, boxOf }) {
    Object.assign(this, { body, heads: [...heads], atlas, onSelect, onHover, onSource, boxOf, by: 'value', down: true });
    this.heads.forEach((head) => head.querySelector('button').addEventListener('click', () => this.sort(head.dataset.by)));
  }

  sort(by) {
    this.down = this.by === by ? !this.down : by !== 'name';
    this.by = by;
    this.fill();
  }

  // What is not known stands last, whichever way the rest is sorted.
  ordered() {
    const { areas, lang } = this.atlas;
    const way = this.down ? -1 : 1;
    const byName = (a, b) => way * areas[a].name.localeCompare(areas[b].name, lang === 'zh' ? 'zh-CN' : 'en');
    const v = { value: this.view.sizes, beside: this.second?.sizes, difference: this.difference?.told }[this.by];
    const byNumber = (a, b) => (v[a] == null) - (v[b] == null) || (v[a] == null ? a - b : way * (v[a] - v[b]) || a - b);
    return areas.map((area, index) => index).sort(v ? byNumber : byName);
  }

  show(view, second = null, accepted = false) {
    Object.assign(this, { view, second, difference: second && differences(view, second, accepted, this.atlas.areas) });
    if (!{ value: true, name: true, beside: second, difference: this.difference }[this.by]) Object.assign(this, { by: 'value', down: true });
    const choice = byId('rank-estimates');
    choice.checked = view.withEstimates;
    choice.parentElement.hidden = !view.s.includes('a');
    this.fill();
  }

  fill() {
    this.head();
    const order = this.ordered();
    const known = printedValues({ ...this.view, v: this.view.sizes }).filter((value) => value != null).map(Math.abs);
    const told = known.filter(Boolean);
    // Equal values have nothing that bars could tell (geomap.ranks).
    this.top = told.length > 1 && new Set(told).size === 1 ? 0 : Math.max(0, ...known);
    this.rows = new Map();
    const shown = this.whole || order.length <= MANY ? order : order.slice(0, FIRST);
    this.body.replaceChildren(...shown.map((index) => this.rowOf(index)));
    this.body.append(...(this.view.j || []).map((one) => this.jointRow(one)));
    if (shown.length < order.length) this.body.append(this.rest(order.length - shown.length));
    this.select(this.selected);
  }

  head() {
    const { view, second, difference, atlas: { t } } = this;
    const years = second && view.indicator.id === second.indicator.id;
    const words = {
      value: years ? view.year : t.value,
      beside: second && (years ? second.year : `${second.indicator.name} ${second.year ?? ''}`),
      difference: difference && fill(t.difference, { later: difference.later.year, earlier: difference.earlier.year }),
    };
    this.heads.forEach((head) => {
      const { by } = head.dataset;
      head.setAttribute('aria-sort', by !== this.by ? 'none' : this.down ? 'descending' : 'ascending');
      if (by === 'name') return;
      head.hidden = !words[by];
      head.querySelector('button').textContent = words[by] || '';
    });
  }

  // What several areas have together stands below them, without a place.
  jointRow([code, name, value, status, conflict, others]) {
    const { atlas, view } = this;
    const text = saying({ value, status, conflict, others }, view.indicator, atlas.t);
    return el('tr', { class: 'joint' }, el('td', { class: 'rank' }, '–'), el('th', { scope: 'row' }, name),
      el('td', { class: 'value' }, el('button', { type: 'button', class: 'number', title: atlas.t.see_source, onclick: () => this.onSource(view, code) }, text)));
  }

  // Thousands of rows are made only when asked for.
  rest(count) {
    const show = () => { this.whole = true; this.fill(); };
    return el('tr', {}, el('td', { colspan: 3 }, el('button', { type: 'button', onclick: show }, fill(this.atlas.t.more_rows, { count }))));
  }

  rowOf(index) {
    const { atlas, view, second } = this;
    const area = atlas.areas[index];
    const spark = this.sparkOf(index);
    // Beside a line, or another map, English names have room without their kind only.
    const name = second || (spark && atlas.lang === 'en') ? area.short || area.name : area.name;
    const row = el('tr', { onmouseenter: () => this.onHover(index), onmouseleave: () => this.onHover(null) },
      el('td', { class: 'rank' }, saidPlace(view.ranks[index], view.ranks, atlas.t)),
      el('th', { scope: 'row' }, el('span', { 'data-part': 'named' }, second ? null : this.boxOf(area), el('button', { type: 'button', class: 'plain', title: name === area.name ? null : area.name, onclick: () => this.onSelect(area.code) }, name)), spark),
      el('td', { class: 'value' }, this.numberOf(view, index), this.barOf(index)),
      second && el('td', { class: 'value' }, this.numberOf(second, index)), this.difference && el('td', { class: 'value' }, this.differenceOf(index)));
    this.rows.set(index, row);
    return row;
  }

  // Beside one map only, and not for thousands of areas.
  sparkOf(index) {
    const { atlas, view, second } = this;
    return second || atlas.areas.length > MANY ? null : sparkOf(atlas.indicator(view.indicator.id), index, atlas.areas[index], view.year);
  }

  numberOf(view, index) {
    const { t, areas } = this.atlas;
    const text = saying(valueAt(view, index), view.indicator, t);
    if (view.v[index] == null && !view.u?.[index]) return el('span', { class: 'gone' }, text);
    return el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => this.onSource(view, areas[index].code) }, text);
  }

  barOf(index) {
    const { view, top } = this;
    const value = view.sizes[index];
    if (value == null || !top) return null;
    const bar = el('i', { class: 'bar' });
    bar.style.width = `${(Math.abs(value) / top) * 100}%`;
    bar.style.background = view.drawn === 'fill' ? view.colours[view.classes[index]] : '#2b6cb0';
    return bar;
  }

  differenceOf(index) {
    const { told, broken, later, earlier } = this.difference;
    const { t } = this.atlas;
    if (told[index] == null) return el('span', { class: 'gone' }, broken ? t.not_comparable : [later, earlier].some((one) => rough(one, index)) ? t.rough : '–');
    const estimated = [later, earlier].some((one) => one.s[index] === 'a');
    return `${told[index] > 0 ? '+' : ''}${fixed(told[index], later.indicator.decimals)}${estimated ? t.mark_apportioned : ''}`;
  }

  select(code) {
    this.selected = code;
    this.rows?.forEach((row, index) => row.classList.toggle('selected', this.atlas.areas[index].code === code));
  }

  hover(index) {
    this.rows?.forEach((row, at) => row.classList.toggle('hovered', at === index));
  }
}
