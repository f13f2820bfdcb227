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
  const drawn = (kind) => atlas.sites.some((site) => site.kind === kind.id && site.lon != null);
  const shapes = atlas.kinds.filter((kind) => kinds.includes(kind.id) && !kind.outside && drawn(kind))
    .map((kind) => row(shapeIcon(kind.shape, 16), kind.name));
  const notes = view.drawn === 'fill' ? [...view.o] : [];
  if (view.drawn === 'fill' && view.l.length > 1) notes.unshift(t.closure);
  if (view.drawn === 'symbol' && view.y) notes.unshift(t.size_note);
  return [
    el('h2', {}, view.indicator.unit ? fill(t.with_unit, { name: view.indicator.name, unit: view.indicator.unit }) : view.indicator.name),
    el('ul', {}, ...rows), shapes.length ? el('ul', { class: 'shapes' }, ...shapes) : null,
    ...notes.map((note) => el('p', { class: 'note' }, note)),
  ].filter(Boolean);
};

// Where the legend stands: in the corner where it covers least; beside the areas, the map moved
// over, where that costs little; below a narrow map.
const NARROW = 560;
const spots = (size, legend) => ({
  'bottom-left': [0, size.y - legend.offsetHeight - 44],
  'bottom-right': [size.x - legend.offsetWidth - 16, size.y - legend.offsetHeight - 16],
  'top-left': [0, 0],
});

const covered = (layer, [left, top], legend) => {
  let hits = 0;
  for (let i = 0; i <= 8; i += 1) {
    for (let j = 0; j <= 8; j += 1) {
      const point = L.point(left + (legend.offsetWidth + 16) * (i / 8), top + (legend.offsetHeight + 16) * (j / 8));
      if (layer.holds(point)) hits += 1;
    }
  }
  return hits;
};

export const fitBeside = (map, layer, legend) => {
  const pad = 12;
  const fit = (left, right) => map.fitBounds(layer.bounds, { animate: false, paddingTopLeft: [pad + left, pad], paddingBottomRight: [pad + right, pad] });
  legend.dataset.corner = map.getContainer().offsetWidth < NARROW ? 'below' : 'bottom-left';
  map.invalidateSize({ animate: false });
  fit(0, 0);
  if (legend.dataset.corner === 'below') return;
  const corners = spots(map.getSize(), legend);
  const counts = Object.entries(corners).map(([name, at]) => [name, covered(layer, at, legend)]);
  const [best, hits] = counts.reduce((a, b) => (b[1] < a[1] ? b : a));
  legend.dataset.corner = best;
  if (hits > 2) fit(best === 'bottom-right' ? 0 : legend.offsetWidth, best === 'bottom-right' ? legend.offsetWidth : 0);
};
