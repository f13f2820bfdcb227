// Paints a siting result: areas, demand, sites, lines from demand to site. Shapes and words say
// what colours say.

import { el, nameZoom, punctuated, shapeIcon, svg } from '../shared/dom.js';
import { fill, fixed } from '../shared/format.js';
import { labelElements, onceAtMost, placeLabels, ringsOf } from '../shared/labels.js';
import { bordersOf, decodeArcs, polygonsOf } from '../shared/topology.js';

const ACCENT = '#0b5cad';
const LOST = '#a01414';
const LARGEST_PX = 15;
const MANY = 400;
const SMALLEST_PX = 4;

const starIcon = (number) => svg('svg', { class: 'star', viewBox: '0 0 28 28', width: 28, height: 28, 'aria-hidden': 'true' },
  svg('path', { d: 'M14 1l4 8.2 9 1.2-6.6 6.2 1.7 9L14 21.2 5.900 25.600 7.600 16.600 1 10.400l9-1.200Z' }),
  (() => { const text = svg('text', { x: 14, y: 18.500, 'text-anchor': 'middle' }); text.textContent = number; return text; })());

export class SitingMap {
  constructor(element, data, { onPut, onMove }) {
    Object.assign(this, { data, onPut, onMove, putting: false, outcome: null, paintLabels: onceAtMost(() => this.layLabels()) });
    this.map = L.map(element, { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, wheelPxPerZoomLevel: 120, minZoom: 2, maxZoom: 14 });
    this.map.zoomControl.setPosition('topright');
    nameZoom(this.map, data.t);
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(this.map);
    ['context', 'labels'].forEach((pane) => { this.map.createPane(pane).style.pointerEvents = 'none'; });
    this.map.getPane('context').style.zIndex = 350;
    this.map.getPane('labels').style.zIndex = 640;
    this.map.createPane('lines').style.zIndex = 420;
    this.map.getPane('lines').style.pointerEvents = 'none';
    this.drawAreas();
    this.lines = L.layerGroup().addTo(this.map);
    this.demand = L.layerGroup().addTo(this.map);
    this.sites = L.layerGroup().addTo(this.map);
    this.map.on('click', (event) => { if (this.putting) this.onPut(event.latlng); });
    this.map.on('moveend resize', () => this.paintLabels());
    new ResizeObserver(() => this.refit()).observe(element);
  }

  // The frame has another size: the whole is shown in it.
  refit() {
    this.map.invalidateSize({ animate: false });
    this.fit();
  }

  drawAreas() {
    const { topology } = this.data;
    const arcs = decodeArcs(topology);
    const { areas, context } = topology.objects;
    const faint = { pane: 'context', interactive: false, weight: 1, color: '#d9dce0', fillColor: '#f6f7f8', fillOpacity: 1 };
    (context?.geometries || []).forEach((one) => L.polygon(polygonsOf(one, arcs), faint).addTo(this.map));
    const ground = { interactive: false, weight: 1, color: '#fff', fillColor: '#e9edf0', fillOpacity: 1, smoothFactor: 0.5 };
    this.polygons = areas.geometries.map((one) => L.polygon(polygonsOf(one, arcs), ground).addTo(this.map));
    const { outer, shared } = bordersOf(areas.geometries, arcs);
    L.polyline(shared, { interactive: false, color: '#4b545d', opacity: 0.5, weight: 0.7 }).addTo(this.map);
    L.polyline(outer, { interactive: false, color: '#4b545d', weight: 1.6 }).addTo(this.map);
    this.bounds = L.latLngBounds(outer.flat());
    this.map.fitBounds(this.bounds, { padding: [12, 12], animate: false });
  }

  fit() {
    this.map.fitBounds(this.bounds, { padding: [12, 12], animate: false });
    this.paintLabels();
  }

  // plan: {put, remove} of a what-if, null for the others.
  paint(outcome, plan) {
    Object.assign(this, { outcome, plan });
    [this.lines, this.demand, this.sites].forEach((group) => group.clearLayers());
    const where = new Map([...outcome.existing, ...outcome.chosen].map((one) => [one.id, one]));
    const fresh = new Set(outcome.chosen.map((one) => one.id));
    const rows = new Map(outcome.demands.map((one) => [one.id, one]));
    outcome.assignments.forEach(({ demand, site }) => this.line(rows.get(demand), where.get(site), fresh.has(site)));
    this.paintDemand(outcome);
    this.paintSites(outcome, plan);
    this.paintLabels();
  }

  line(from, to, fresh) {
    if (!from || !to) return;
    L.polyline([[from.lat, from.lon], [to.lat, to.lon]], { pane: 'lines', interactive: false, color: fresh ? ACCENT : '#55606b', weight: fresh ? 2 : 1.2, opacity: 0.8, dashArray: fresh ? null : '4 3' }).addTo(this.lines);
  }

  paintDemand(outcome) {
    const { t } = this.data;
    const lost = new Set(outcome.uncovered.map((one) => one.id));
    const most = Math.max(...outcome.demands.map((one) => one.weight || 0), 1e-9);
    const named = outcome.demands.length <= 60;
    outcome.demands.forEach((one) => {
      const gone = lost.has(one.id);
      const radius = Math.max(SMALLEST_PX, LARGEST_PX * Math.sqrt((one.weight || 0) / most));
      const words = fill(gone ? t.tip_lost : t.tip_demand, { name: one.name, weight: fixed(one.weight, one.weight % 1 ? 1 : 0), distance: this.far(one.distance) });
      L.circleMarker([one.lat, one.lon], { radius, weight: gone ? 2 : 1.2, color: gone ? LOST : '#fff', fillColor: gone ? '#fff' : '#5b6b7a', fillOpacity: gone ? 0.9 : 0.85, dashArray: gone ? '3 2' : null, bubblingMouseEvents: true })
        .bindTooltip(() => el('span', {}, words), { direction: 'top' }).addTo(this.demand);
      if (gone) {
        const sign = el('span', {}, el('b', { 'aria-hidden': 'true' }, '✕'), named ? el('i', {}, t.lost) : null);
        L.marker([one.lat, one.lon], { icon: L.divIcon({ className: 'lost', iconSize: [14, 14], html: sign }), interactive: false, keyboard: false }).addTo(this.demand);
      }
    });
  }

  paintSites(outcome, plan) {
    const { t } = this.data;
    const gone = new Set(plan?.remove || []);
    const moved = new Set((plan?.put || []).filter((one) => one.id).map((one) => one.id));
    outcome.existing.forEach((one) => {
      const away = gone.has(one.id) || moved.has(one.id);
      const icon = L.divIcon({ className: `site${away ? ' away' : ''}`, iconSize: [18, 18], html: shapeIcon(away ? 'cross' : 'triangle', 17) });
      const words = punctuated(`${away ? t.site_gone : t.site_old}：${one.name}`);
      this.marker(one, icon, words, plan && !away ? (at) => this.onMove({ id: one.id, name: one.name }, at) : null);
    });
    outcome.chosen.forEach((one, index) => {
      const icon = L.divIcon({ className: 'site fresh', iconSize: [28, 28], html: starIcon(String(index + 1)) });
      this.marker(one, icon, punctuated(`${t.site_new} ${index + 1}：${one.name}`), plan ? (at) => this.onMove({ index }, at) : null);
    });
    (outcome.ranking?.rows || []).slice(1, 30).forEach((one) => L.circleMarker([one.lat, one.lon], { radius: 4, weight: 1, color: '#fff', fillColor: ACCENT, fillOpacity: 0.3 + 0.6 * one.score })
      .bindTooltip(() => el('span', {}, `${one.rank}. ${one.name}`), { direction: 'top' }).addTo(this.sites));
  }

  marker(one, icon, words, onDrag) {
    const marker = L.marker([one.lat, one.lon], { icon, keyboard: false, draggable: Boolean(onDrag), riseOnHover: true, zIndexOffset: 500 });
    marker.bindTooltip(() => el('span', {}, words), { direction: 'top', offset: [0, -10] });
    if (onDrag) marker.on('dragend', () => onDrag(marker.getLatLng()));
    marker.on('add', () => { const at = marker.getElement(); at.setAttribute('role', 'img'); at.setAttribute('aria-label', words); });
    marker.addTo(this.sites);
  }

  far(value) {
    return value === null || value === undefined ? this.data.t.never : `${fixed(value, value < 10 ? 1 : 0)} ${this.outcome?.distance.unit || 'km'}`;
  }

  put(on) {
    this.putting = on;
    this.map.getContainer().classList.toggle('putting', on);
  }

  // The name of each area and how far its demand is from a site, clear of what else stands there.
  layLabels() {
    const { data, map, outcome } = this;
    const means = new Map((outcome?.after?.by_area || []).map((one) => [one.area, one.mean]));
    const lost = new Set((outcome?.unplaced || []).map((one) => one.area));
    const wanted = data.areas.map((area, index) => ({
      index, name: area.short || area.name, radius: 0, room: 200, point: map.latLngToLayerPoint([area.y, area.x]),
      value: `${means.has(area.code) && means.get(area.code) !== null ? this.far(means.get(area.code)) : ' '}${lost.has(area.code) ? ` ${data.t.unplaced}` : ''}`,
    }));
    const frame = map.getContainer().getBoundingClientRect();
    const onLayer = ({ x0, y0, x1, y1 }) => {
      const [from, to] = [map.containerPointToLayerPoint([x0, y0]), map.containerPointToLayerPoint([x1, y1])];
      return { x0: from.x, y0: from.y, x1: to.x, y1: to.y };
    };
    const furniture = [...document.querySelectorAll('#frame .legend, #frame .approval, #frame .north, #frame .leaflet-control')].map((one) => one.getBoundingClientRect())
      .map((box) => onLayer({ x0: box.left - frame.left, y0: box.top - frame.top, x1: box.right - frame.left, y1: box.bottom - frame.top }));
    // The words beside demand that is not covered are not to be written over.
    (outcome?.uncovered || []).slice(0, 60).map((one) => outcome.demands.find((each) => each.id === one.id)).filter(Boolean).forEach((one) => {
      const { x, y } = map.latLngToLayerPoint([one.lat, one.lon]);
      furniture.push({ x0: x - 8, x1: x + 58, y0: y - 9, y1: y + 9 });
    });
    const places = outcome ? [...outcome.demands.slice(0, 60), ...outcome.existing, ...outcome.chosen] : [];
    const placed = placeLabels(wanted, data.areas.length > MANY, {
      frame: onLayer({ x0: 0, y0: 0, x1: map.getSize().x, y1: map.getSize().y }), furniture,
      sites: places.map((one) => map.latLngToLayerPoint([one.lat, one.lon])),
      areas: ringsOf(this.polygons),
    });
    map.getPane('labels').replaceChildren(...labelElements(placed));
  }
}

const LEGEND = {
  circle: () => svg('svg', { class: 'swatch', width: 22, height: 16 }, svg('circle', { cx: 11, cy: 8, r: 6, fill: '#5b6b7a' })),
  lost: () => el('span', { class: 'swatch lost-sign' }, '✕'),
  old: () => shapeIcon('triangle', 16),
  gone: () => shapeIcon('cross', 16),
  fresh: () => starIcon('1'),
  dot: () => svg('svg', { class: 'swatch', width: 22, height: 14 }, svg('circle', { cx: 11, cy: 7, r: 4, fill: ACCENT, 'fill-opacity': 0.7 })),
  line: () => svg('svg', { class: 'swatch', width: 22, height: 14 }, svg('line', { x1: 0, x2: 22, y1: 7, y2: 7, stroke: ACCENT, 'stroke-width': 2 })),
};

export const paintLegend = (element, outcome, plan, t) => {
  const rows = outcome.demands.length ? [['circle', t.legend_demand]] : [];
  if (outcome.uncovered.length) rows.push(['lost', t.lost]);
  if (outcome.existing.length) rows.push(['old', t.site_old]);
  if (plan && (plan.remove.length || plan.put.some((one) => one.id))) rows.push(['gone', t.site_gone]);
  if (outcome.chosen.length) rows.push(['fresh', outcome.kind === 'rank' ? t.site_best : t.site_new]);
  if (outcome.ranking?.rows.length > 1) rows.push(['dot', t.legend_ranked]);
  if (outcome.assignments.length) rows.push(['line', t.legend_line]);
  element.replaceChildren(...[el('h2', {}, t.legend), el('ul', {}, ...rows.map(([sign, words]) => {
    const drawn = LEGEND[sign]();
    drawn.setAttribute('aria-hidden', 'true');
    return el('li', {}, el('span', { class: 'sign' }, drawn), el('span', {}, words));
  })), outcome.after ? el('p', { class: 'note' }, t.legend_label) : null].filter(Boolean));
};
