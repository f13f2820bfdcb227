// The legend says what the map says: classes with their intervals and counts, what is missing,
// what is estimated, the sizes of circles and the shapes in use.

import { el, shapeIcon, signIcon, svg } from '../shared/dom.js';
import { decimalsOf, fill, fixed, missingOf, rangedIn } from '../shared/format.js';
import { histogramOf } from './histogram.js';
import { CROWD, hatchOf } from './layer.js';

const row = (swatch, label, count) =>
  el('li', {}, swatch, el('span', {}, label), count === undefined ? null : el('span', { class: 'count' }, count));

// A row that stands for areas lights them (light.js); which these are is asked only then.
const lighting = (swatch, label, count, areas) => {
  if (!areas().length) return row(swatch, label, count);
  const lights = el('button', { type: 'button', class: 'plain', 'data-lights': true, 'aria-pressed': 'false' }, swatch, el('span', { class: 'lights' }, label), el('span', { class: 'count' }, count));
  return el('li', {}, Object.assign(lights, { areas }));
};

const box = (paint) => {
  const swatch = svg('svg', { class: 'swatch', width: 22, height: 14, 'aria-hidden': 'true' });
  // The outline keeps the palest class apart from the paper, in grey print too.
  swatch.append(svg('rect', { x: 0.5, y: 0.5, width: 21, height: 13, fill: paint, stroke: '#14191f', 'stroke-opacity': 0.3 }));
  return swatch;
};

const circle = (radius) => svg('svg', { class: 'swatch', width: radius * 2 + 2, height: radius * 2 + 2, 'aria-hidden': 'true' },
  svg('circle', { cx: radius + 1, cy: radius + 1, r: radius, fill: '#2b6cb0', 'fill-opacity': 0.82 }));

// The kinds of sites on the map with how many are drawn, and the sign of those on one spot.
const shapesOf = (atlas, shown, spots) => {
  const { t } = atlas;
  const drawn = new Map();
  shown.filter((site) => site.lon != null).forEach((site) => drawn.set(site.kind, (drawn.get(site.kind) || 0) + 1));
  const rows = atlas.kinds.filter((kind) => !kind.outside && drawn.has(kind.id))
    .map((kind) => row(shapeIcon(kind.shape, 16), kind.name, fill(t.sites_drawn, { count: drawn.get(kind.id) })));
  // Among many, those that crowd are one circle.
  if (spots.length > CROWD) rows.push(row(el('span', { class: 'swatch crowd' }, el('b', {}, 'n')), t.crowd_key));
  const several = spots.filter((sites) => sites.length > 1);
  if (!several.length) return rows;
  const shapeOf = (site) => atlas.kinds.find((kind) => kind.id === site.kind).shape;
  const most = several.map((sites) => [...new Set(sites.map(shapeOf))]).reduce((a, b) => (b.length > a.length ? b : a));
  const sign = most.length > 1 ? signIcon(most, 14) : el('span', { class: 'swatch sign' }, '×2');
  return [...rows, row(sign, t.on_one_spot, fill(several.length === 1 ? t.spots_one : t.spots_count, { count: several.length }))];
};

// The mark beside the label of an area that has sites without coordinates.
const unplacedOf = (atlas, shown) => {
  const count = shown.filter((site) => site.lon == null && atlas.indexOf.has(site.area)).length;
  if (!count) return null;
  return el('ul', { 'data-part': 'unplaced' }, row(el('span', { class: 'swatch sign', 'data-unplaced': true }, el('span', {}, '1')), atlas.t.unplaced_key, fill(atlas.t.sites_drawn, { count })));
};

export const legendOf = (view, atlas, shown = [], marked = '', spots = []) => {
  const { t } = atlas;
  const areas = (count) => fill(count === 1 ? t.areas_one : t.areas_count, { count });
  const tally = (status) => [...view.s].filter((one) => one === status).length;
  const all = view.v.map((value, index) => index);
  const having = (status) => () => all.filter((index) => view.s[index] === status);
  const rows = [];
  if (view.drawn === 'fill') {
    view.l.forEach((label, index) => rows.push(lighting(box(view.colours[index]), label, areas(view.n[index]), () => all.filter((at) => view.classes[at] === index))));
  } else if (view.y) {
    view.y.legend.forEach((value) => rows.push(
      row(circle(view.y.max * Math.sqrt(value / view.y.largest)), fixed(value, decimalsOf(value))),
    ));
  }
  const jointly = view.g?.length || 0;
  ['m', 'n', 'i', 'b'].forEach((why) => {
    const without = () => having(why)().filter((at) => !view.g?.includes(at));
    const count = without().length;
    if (count) rows.push(lighting(box('url(#gm-missing)'), missingOf(view.indicator, t, why), areas(count), without));
  });
  const ranged = rangedIn(view).length;
  if (ranged) rows.push(lighting(box('url(#gm-missing)'), t.ranged, areas(ranged), () => rangedIn(view).map(Number)));
  if (jointly) rows.push(lighting(box('url(#gm-missing)'), t.jointly, areas(jointly), () => view.g));
  if (tally('s')) rows.push(lighting(box('url(#gm-suppressed)'), t.suppressed, areas(tally('s')), having('s')));
  const undecided = Object.keys(view.u || {}).length;
  if (undecided) rows.push(lighting(box('url(#gm-missing)'), t.undecided_word, areas(undecided), () => Object.keys(view.u).map(Number)));
  if (tally('a')) rows.push(lighting(box(`url(#gm-${hatchOf(view, view.s.indexOf('a'))})`), t.apportioned, areas(tally('a')), having('a')));
  if (tally('p')) rows.push(lighting(el('span', { class: 'swatch sign' }, t.mark_provisional), t.provisional, areas(tally('p')), having('p')));
  const shapes = shapesOf(atlas, shown, spots);
  const notes = view.drawn === 'fill' ? [...view.o] : [];
  if (view.drawn === 'fill' && view.l.length > 1) notes.unshift(t.closure);
  if (view.drawn === 'symbol' && view.y) notes.unshift(t.size_note);
  return [
    el('h2', {}, view.indicator.unit ? fill(t.with_unit, { name: view.indicator.name, unit: view.indicator.unit }) : view.indicator.name),
    el('ul', {}, ...rows), histogramOf(view, atlas), shapes.length ? el('ul', { class: 'shapes' }, ...shapes) : null, unplacedOf(atlas, shown),
    marked ? atlas.plans.legend(shown, marked) : null, ...notes.map((note) => el('p', { class: 'note' }, note)),
  ].filter(Boolean);
};

// A legend that is cut is scrolled by keyboard too.
export const makeReachable = (legend) => {
  const cut = legend.scrollHeight > legend.clientHeight || legend.scrollWidth > legend.clientWidth;
  if (cut) legend.setAttribute('tabindex', '0');
  else legend.removeAttribute('tabindex');
};

// Where the legend stands: in the corner where it covers least; beside the areas, the map moved
// over, where that costs little; below a narrow map.
const NARROW = 560;
const PAD = 12;
const PICKERS = 32; // over the top of the second map, which shows what the first does
const spots = (size, width, height) => ({
  'bottom-left': [0, size.y - height - 44],
  'bottom-right': [size.x - width - 16, size.y - height - 16],
  'top-left': [0, 0],
});

const covered = (layer, [left, top], width, height) => {
  let hits = 0;
  for (let i = 0; i <= 8; i += 1) {
    for (let j = 0; j <= 8; j += 1) {
      if (layer.holds(L.point(left + (width + 16) * (i / 8), top + (height + 16) * (j / 8)))) hits += 1;
    }
  }
  return hits;
};

// Shows the whole city; a view that is right already is not drawn again.
export const showWhole = (map, bounds, left = 0, right = 0) => {
  const above = document.body.classList.contains('comparing') ? PICKERS : 0;
  const { center, zoom } = map._getBoundsCenterZoom(bounds, { paddingTopLeft: [PAD + left, PAD + above], paddingBottomRight: [PAD + right, PAD] });
  if (!map._loaded || map.getZoom() !== zoom || map.project(center).distanceTo(map.project(map.getCenter())) > 0.5) map.setView(center, zoom, { animate: false });
};

export const fitBeside = (map, layer, legend) => {
  const { bounds } = layer.atlas;
  const corner = map.getContainer().offsetWidth < NARROW ? 'below' : 'bottom-left';
  // In whichever corner it stands the legend has one size: only below the map it has another.
  if ((corner === 'below') !== (legend.dataset.corner === 'below')) legend.dataset.corner = corner;
  const { offsetWidth: width, offsetHeight: height } = legend;
  map.invalidateSize({ animate: false });
  showWhole(map, bounds);
  if (legend.dataset.corner === 'below') return;
  const counts = Object.entries(spots(map.getSize(), width, height)).map(([name, at]) => [name, covered(layer, at, width, height)]);
  const [best, hits] = counts.reduce((a, b) => (b[1] < a[1] ? b : a));
  legend.dataset.corner = best;
  if (layer.many) return;
  const onRight = best === 'bottom-right';
  if (hits > 2) showWhole(map, bounds, onRight ? 0 : width, onRight ? width : 0);
};
