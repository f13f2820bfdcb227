// The table twin of the map: the same areas and values, sortable, linked both ways.

import { byId, el } from './dom.js';
import { fill, rankable, saying, valueAt } from './format.js';
import { MANY } from './layer.js';

const FIRST = 100;

export class RankTable {
  constructor(body, heads, atlas, { onSelect, onHover, onSource }) {
    Object.assign(this, { body, heads, atlas, onSelect, onHover, onSource, by: 'value', down: true });
    heads.forEach((head) => head.querySelector('button').addEventListener('click', () => this.sort(head.dataset.by)));
  }

  sort(by) {
    this.down = this.by === by ? !this.down : by === 'value';
    this.by = by;
    this.show(this.view);
  }

  order() {
    // What has no place stands below what has, in the order of the areas.
    const v = rankable(this.view, this.view.withEstimates);
    const { areas, lang } = this.atlas;
    const way = this.down ? -1 : 1;
    const byName = (a, b) => areas[a].name.localeCompare(areas[b].name, lang === 'zh' ? 'zh-CN' : 'en');
    return areas.map((area, index) => index).sort((a, b) => {
      if (this.by === 'name') return way * byName(a, b);
      if (v[a] == null || v[b] == null) return (v[a] == null) - (v[b] == null) || (this.view.v[a] == null) - (this.view.v[b] == null) || a - b;
      return way * (v[a] - v[b]) || a - b;
    });
  }

  show(view) {
    this.view = view;
    const choice = byId('rank-estimates');
    choice.checked = view.withEstimates;
    choice.parentElement.hidden = !view.s.includes('a');
    this.heads.forEach((head) => head.setAttribute('aria-sort', head.dataset.by !== this.by ? 'none' : this.down ? 'descending' : 'ascending'));
    const top = Math.max(...view.v.map((value) => Math.abs(value ?? 0)));
    this.rows = new Map();
    const order = this.order();
    const shown = this.whole || order.length <= MANY ? order : order.slice(0, FIRST);
    this.body.replaceChildren(...shown.map((index) => this.rowOf(index, top)));
    this.body.append(...(view.j || []).map((one) => this.jointRow(one)));
    if (shown.length < order.length) this.body.append(this.rest(order.length - shown.length));
    this.select(this.selected);
  }

  // What several areas have together stands below them, without a place.
  jointRow([code, name, value, status, conflict, others]) {
    const { atlas, view } = this;
    const text = saying({ value, status, conflict, others }, view.indicator, atlas.t);
    return el('tr', { class: 'joint' }, el('td', { class: 'rank' }, '–'), el('th', { scope: 'row' }, name),
      el('td', { class: 'value' }, el('button', { type: 'button', class: 'number', title: atlas.t.see_source, onclick: () => this.onSource(code) }, text)));
  }

  // Thousands of rows are made only when asked for.
  rest(count) {
    const show = () => { this.whole = true; this.show(this.view); };
    return el('tr', {}, el('td', { colspan: 3 }, el('button', { type: 'button', onclick: show }, fill(this.atlas.t.more_rows, { count }))));
  }

  rowOf(index, top) {
    const { atlas, view } = this;
    const area = atlas.areas[index];
    const value = view.v[index];
    const bar = el('i', { class: 'bar', hidden: value == null || !top });
    bar.style.width = `${(Math.abs(value ?? 0) / (top || 1)) * 100}%`;
    bar.style.background = view.drawn === 'fill' && value != null ? view.colours[view.classes[index]] : '#2b6cb0';
    const text = saying(valueAt(view, index), view.indicator, atlas.t);
    const row = el('tr', { onmouseenter: () => this.onHover(index), onmouseleave: () => this.onHover(null) },
      el('td', { class: 'rank' }, view.ranks[index] ?? '–'),
      el('th', { scope: 'row' }, el('button', { type: 'button', class: 'plain', onclick: () => this.onSelect(area.code) }, area.name)),
      el('td', { class: 'value' }, value == null && !view.u?.[index] ? el('span', { class: 'gone' }, text)
        : el('button', { type: 'button', class: 'number', title: atlas.t.see_source, onclick: () => this.onSource(area.code) }, text), bar));
    this.rows.set(index, row);
    return row;
  }

  select(code) {
    this.selected = code;
    this.rows?.forEach((row, index) => row.classList.toggle('selected', this.atlas.areas[index].code === code));
  }

  hover(index) {
    this.rows?.forEach((row, at) => row.classList.toggle('hovered', at === index));
  }
}
