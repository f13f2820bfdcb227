// The card of the area that is pointed at or has the focus; where nothing can be pointed with, of the
// one that is chosen. It stands beside its area, not on it.

import { byId, el } from '../shared/dom.js';
import { fill, fixed, missingOf, saidPlace, saying, STATUS, unitOf, valueAt } from '../shared/format.js';
import { besideCity } from './beside.js';
import { sparkOf } from './spark.js';

const GAP = 12;
const EDGE_PX = 8;
const GRID = 6;

const clamped = (at, length, whole) => Math.max(EDGE_PX, Math.min(at, whole - length - EDGE_PX));

// Where a card may stand: beside its area's box on each side, then in the corners.
export const placesFor = (box, card, frame) => {
  const [cx, cy] = [(box.x0 + box.x1 - card.x) / 2, (box.y0 + box.y1 - card.y) / 2];
  const [right, below] = [frame.x - card.x, frame.y - card.y];
  return [[box.x1 + GAP, cy], [box.x0 - GAP - card.x, cy], [cx, box.y0 - GAP - card.y], [cx, box.y1 + GAP], [0, 0], [right, 0], [0, below], [right, below]]
    .map(([x, y]) => [clamped(x, card.x, frame.x), clamped(y, card.y, frame.y)]);
};

// The place that hides least of the area, then least of what stands on the frame; the first of equals.
export const bestPlace = (places, card, holds, furniture) => {
  const hidden = ([left, top]) => {
    let hits = 0;
    for (let i = 0; i <= GRID; i += 1) for (let j = 0; j <= GRID; j += 1) hits += holds(left + (card.x * i) / GRID, top + (card.y * j) / GRID) ? 100 : 0;
    const over = furniture.filter((one) => one.x0 < left + card.x && left < one.x1 && one.y0 < top + card.y && top < one.y1);
    return hits + over.length;
  };
  return places.map((one) => [hidden(one), one]).reduce((a, b) => (b[0] < a[0] ? b : a))[1];
};

export class AreaCard {
  constructor(layer, { onClose, onProfile }) {
    Object.assign(this, { layer, atlas: layer.atlas, onClose, onProfile, root: byId('card'), touch: window.matchMedia('(hover: none)') });
    layer.map.on('movestart', () => this.hide());
    layer.map.on('moveend resize', () => this.touched());
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.hide(); });
  }

  hide() { this.root.hidden = true; }

  // While nothing can be pointed with the card is the chosen area's.
  select(view, code) {
    this.view = view;
    this.chosen = this.atlas.indexOf.get(code);
    this.hide();
    this.touched();
  }

  touched() { if (this.touch.matches && this.chosen !== undefined && this.view) this.show(this.chosen); }

  point(view, index) {
    this.view = view;
    if (this.touch.matches) return;
    if (index === null) this.hide();
    else this.show(index);
  }

  show(index) {
    this.root.replaceChildren(...this.contents(index));
    this.root.hidden = false;
    if (!this.layer.many) this.layer.polygons[index].getElement().setAttribute('aria-describedby', 'card-beside');
    this.place(index);
  }

  place(index) {
    const { layer, root } = this;
    const box = layer.polygons[index]._pxBounds;
    if (!box) { this.hide(); return; }
    const shift = layer.map.layerPointToContainerPoint([0, 0]);
    const at = { x0: box.min.x + shift.x, y0: box.min.y + shift.y, x1: box.max.x + shift.x, y1: box.max.y + shift.y };
    const card = { x: root.offsetWidth, y: root.offsetHeight };
    const [left, top] = bestPlace(placesFor(at, card, layer.map.getSize()), card, (x, y) => layer.covers(index, L.point(x, y)), layer.keepOut || []);
    root.style.left = `${left}px`;
    root.style.top = `${top}px`;
  }

  contents(index) {
    const { atlas, view } = this;
    const { t } = atlas;
    const { indicator } = view;
    const span = view.base ? `${view.base}–${view.year}` : view.year;
    return [
      el('h3', {}, atlas.areas[index].name, this.touch.matches ? el('button', { type: 'button', 'aria-label': t.close_profile, onclick: this.onClose }, '×') : null),
      el('p', { 'data-part': 'what' }, `${indicator.name}${span === null ? '' : ` · ${fill(t.year_label, { year: span })}`}`),
      this.value(index), ...this.range(index), this.against(index), this.course(index),
      this.touch.matches && byId('right').offsetWidth === 0 ? el('button', { type: 'button', onclick: this.onProfile }, t.card_profile) : null,
    ].filter(Boolean);
  }

  value(index) {
    const { view, atlas: { t } } = this;
    const one = valueAt(view, index);
    const known = one.value != null || one.how?.t;
    const words = [one.value != null ? t[STATUS[one.status]] : one.others ? t.undecided_word : one.how?.t ? t.ranged : '', one.conflict ? t.disagree : ''].filter(Boolean);
    // What the marks say is said in words behind it.
    const text = saying({ ...one, status: known ? '' : one.status, conflict: false }, view.indicator, t);
    return el('p', { 'data-part': 'value' }, el('b', {}, text), known ? ` ${unitOf(one.how, view.indicator)}` : '', ...words.flatMap((word) => [' ', el('span', { class: 'chip' }, word)]));
  }

  range(index) {
    const { view, atlas: { t } } = this;
    const [low, high] = (view.r?.[index] || []).map((one) => fixed(one, view.indicator.decimals));
    return low === undefined ? [] : [el('p', { 'data-part': 'range' }, fill(t.range, { low, high, unit: view.indicator.unit }))];
  }

  // Its place, and what the city says beside it.
  against(index) {
    const { view, atlas: { t } } = this;
    const of = view.ranks.filter(Boolean).length;
    const place = view.ranks[index] ? fill(t.card_place, { place: saidPlace(view.ranks[index], view.ranks, t), of }) : '';
    const city = view.c ? { value: view.c[0], how: view.c[4] } : null;
    const beside = besideCity(view.indicator, valueAt(view, index), city, t);
    const said = [place, beside === '–' ? '' : view.indicator.measure === 'count' ? fill(t.card_beside, { said: beside }) : beside].filter(Boolean);
    return el('p', { id: 'card-beside', hidden: !said.length }, said.join(t.list_comma));
  }

  course(index) {
    const { view, atlas } = this;
    const indicator = atlas.indicator(view.indicator.id);
    const drawing = sparkOf(indicator, index, atlas.areas[index], view.year, { width: 200, height: 36 });
    const years = atlas.yearsOf(indicator);
    return drawing && el('div', { 'data-part': 'course' }, drawing, el('p', {}, el('span', {}, String(years[0])), el('span', {}, String(years.at(-1)))));
  }
}
