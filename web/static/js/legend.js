// The legend says what the map says: classes with their intervals and counts, what is missing,
// what is estimated, the sizes of circles and the shapes in use.

import { el, shapeIcon, svg } from './dom.js';
import { fill, fixed } from './format.js';

const row = (swatch, label, count) =>
  el('li', {}, swatch, el('span', {}, label), count === undefined ? null : el('span', { class: 'count' }, count));

const box = (paint) => {
  const swatch = svg('svg', { class: 'swatch', width: 22, height: 14, 'aria-hidden': 'true' });
  swatch.append(svg('rect', { width: 22, height: 14, fill: paint }));
  return swatch;
};

const circle = (radius) => svg('svg', { class: 'swatch', width: radius * 2 + 2, height: radius * 2 + 2, 'aria-hidden': 'true' },
  svg('circle', { cx: radius + 1, cy: radius + 1, r: radius, fill: '#2b6cb0', 'fill-opacity': 0.82 }));

export const legendOf = (view, atlas, kinds) => {
  const { t } = atlas;
  const areas = (count) => fill(count === 1 ? t.areas_one : t.areas_count, { count });
  const tally = (status) => [...view.s].filter((one) => one === status).length;
  const rows = [];
  if (view.drawn === 'fill') {
    view.l.forEach((label, index) => rows.push(row(box(view.colours[index]), label, areas(view.n[index]))));
  } else if (view.y) {
    view.y.legend.forEach((value) => rows.push(
      row(circle(view.y.max * Math.sqrt(value / view.y.largest)), fixed(value, value % 1 ? 2 : 0)),
    ));
  }
  if (tally('m')) rows.push(row(box('url(#gm-missing)'), t.missing, areas(tally('m'))));
  if (tally('s')) rows.push(row(box('url(#gm-suppressed)'), t.suppressed, areas(tally('s'))));
  if (tally('a')) rows.push(row(box('url(#gm-estimate-0)'), t.apportioned, areas(tally('a'))));
  if (tally('p')) rows.push(row(el('span', { class: 'swatch sign' }, t.mark_provisional), t.provisional, areas(tally('p'))));
  const shapes = atlas.kinds.filter((kind) => kinds.includes(kind.id) && !kind.outside)
    .map((kind) => row(shapeIcon(kind.shape, 16), kind.name));
  const notes = [...view.o];
  if (view.drawn === 'fill' && view.l.length > 1) notes.unshift(t.closure);
  if (view.drawn === 'symbol' && view.y) notes.unshift(t.size_note);
  return [
    el('h2', {}, `${view.indicator.name}${view.indicator.unit ? `（${view.indicator.unit}）` : ''}`),
    el('ul', {}, ...rows), shapes.length ? el('ul', { class: 'shapes' }, ...shapes) : null,
    ...notes.map((note) => el('p', { class: 'note' }, note)),
  ].filter(Boolean);
};

// The legend goes to the corner where it covers least of the areas.
export const placeLegend = (legend, layer) => {
  const { x: width, y: height } = layer.map.getSize();
  const { offsetWidth: w, offsetHeight: h } = legend;
  const corners = { 'bottom-left': [0, height - h - 44], 'bottom-right': [width - w - 16, height - h - 64], 'top-left': [0, 0] };
  const covered = ([x, y]) => layer.corners().filter((point) => point.x > x && point.x < x + w + 16 && point.y > y && point.y < y + h + 16).length;
  const best = Object.keys(corners).reduce((a, b) => (covered(corners[b]) < covered(corners[a]) ? b : a));
  legend.dataset.corner = best;
};
