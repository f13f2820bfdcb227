// Paints areas, circles and labels of one map. Geometry is made once; a switch only repaints.

import { el, svg } from '../shared/dom.js';
import { fill, saying, unitOf, valueAt } from '../shared/format.js';
import { bordersOf, polygonsOf } from '../shared/topology.js';
import { labelElements, onceAtMost, placeLabels, ringsOf } from '../shared/labels.js';

export const MANY = 400; // beyond this a canvas is drawn: no element for each area
export const CROWD = 60; // more sites than labels could step aside for
const NEUTRAL = '#eef0f2';

const hatches = ([ground, sign]) => svg('defs', {},
  svg('pattern', { id: 'gm-missing', width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
    svg('rect', { width: 6, height: 6, fill: ground }),
    svg('circle', { cx: 3, cy: 3, r: 0.9, fill: sign })),
  svg('pattern', { id: 'gm-suppressed', width: 7, height: 7, patternUnits: 'userSpaceOnUse' },
    svg('rect', { width: 7, height: 7, fill: ground }),
    svg('path', { d: 'M0 0l7 7M7 0l-7 7', stroke: sign, 'stroke-width': 0.8 })));

const CIRCLE = '#2b6cb0';
const BELOW_ZERO = '#b2182b';

// Hatches are named by their colour: two maps on one page cannot take each other's.
const hatched = (colour) => `estimate-${colour.slice(1)}`;
export const hatchOf = (view, index) => {
  if (view.drawn === 'symbol') return hatched(view.v[index] < 0 ? BELOW_ZERO : CIRCLE);
  return hatched(view.colours[view.classes[index]]);
};

const estimate = (colour) =>
  svg('pattern', { id: `gm-${hatched(colour)}`, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { width: 7, height: 7, fill: colour }),
    svg('rect', { width: 2, height: 7, fill: '#fff', 'fill-opacity': 0.75 }));

export class TalentLayer {
  constructor(map, atlas, { onSelect, onHover }) {
    Object.assign(this, { map, atlas, onSelect, onHover, view: null, obstacles: [], keepOut: null, paintLabels: onceAtMost(() => this.layLabels()) });
    this.many = atlas.areas.length > MANY;
    this.renderer = this.many ? L.canvas({ padding: 0.3 }) : L.svg({ padding: 0.5 });
    map.createPane('context').style.zIndex = 350;
    map.createPane('outline').style.zIndex = 420;
    map.createPane('circles').style.zIndex = 430;
    map.createPane('labels').style.zIndex = 640;
    ['context', 'outline', 'labels'].forEach((pane) => { map.getPane(pane).style.pointerEvents = 'none'; });
    this.drawGeometry();
    map.on('moveend resize', () => this.paintLabels());
  }

  drawGeometry() {
    const { arcs, topology } = this.atlas;
    const { areas, context } = topology.objects;
    if (context) {
      const faint = { pane: 'context', renderer: L.svg({ pane: 'context', padding: 0.5 }), interactive: false, weight: 1, color: '#d9dce0', fillColor: '#f6f7f8', fillOpacity: 1 };
      context.geometries.forEach((one) => L.polygon(polygonsOf(one, arcs), faint).addTo(this.map));
    }
    const style = { renderer: this.renderer, weight: this.many ? 0.4 : 1, color: '#fff', fillColor: this.atlas.noData[0], fillOpacity: 1, smoothFactor: this.many ? 1 : 0.5 };
    this.polygons = areas.geometries.map((one, index) => {
      const polygon = L.polygon(polygonsOf(one, arcs), style).addTo(this.map);
      polygon.on('click', () => this.onSelect(this.atlas.areas[index].code));
      polygon.on('mouseover', () => this.onHover(index));
      polygon.on('mouseout', () => this.onHover(null));
      return polygon;
    });
    if (!this.many) this.dress();
    const line = { pane: 'outline', renderer: L.svg({ pane: 'outline', padding: 0.5 }), interactive: false };
    const { outer, shared } = bordersOf(areas.geometries, arcs);
    // White alone would vanish between two pale areas, on paper above all.
    if (!this.many) L.polyline(shared, { renderer: this.renderer, interactive: false, smoothFactor: 0.5, color: '#4b545d', opacity: 0.5, weight: 0.5 }).addTo(this.map);
    L.polyline(outer, { ...line, color: '#4b545d', weight: 1.6 }).addTo(this.map);
    this.outline = L.polyline([], { ...line, color: '#0b1117', weight: 3 }).addTo(this.map);
    this.hoverLine = L.polyline([], { ...line, color: '#0b1117', weight: 1.5, dashArray: '4 3' }).addTo(this.map);
    this.circles = L.layerGroup([], { pane: 'circles' }).addTo(this.map);
    this.labelPane = this.map.getPane('labels');
  }

  // Areas as elements: reachable by keyboard, announced, opened with Enter or space.
  dress() {
    this.renderer._container.prepend(hatches(this.atlas.noData));
    this.defs = this.renderer._container.querySelector('defs');
    this.polygons.forEach((polygon, index) => {
      const path = polygon.getElement();
      path.setAttribute('tabindex', '0');
      path.setAttribute('role', 'button');
      path.addEventListener('focus', () => this.onHover(index));
      path.addEventListener('blur', () => this.onHover(null));
      path.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        this.onSelect(this.atlas.areas[index].code);
      });
    });
  }

  fillOf(index) {
    const { view } = this;
    const status = view.s[index];
    if (view.v[index] == null) return status === 's' ? 'suppressed' : 'missing';
    if (view.drawn === 'symbol') return NEUTRAL;
    return status === 'a' ? hatchOf(view, index) : view.colours[view.classes[index]];
  }

  paint(view) {
    this.view = view;
    performance.mark('geomap-repaint-start');
    const fills = this.polygons.map((polygon, index) => this.fillOf(index));
    if (this.many) this.paintCanvas(fills);
    else this.paintPaths(fills);
    performance.measure('geomap-repaint', 'geomap-repaint-start');
    this.paintCircles();
    this.paintLabels();
    this.announce();
  }

  paintPaths(fills) {
    this.defs.querySelectorAll('[id^=gm-estimate]').forEach((one) => one.remove());
    const { view } = this;
    if (view.s.includes('a')) this.defs.append(...(view.drawn === 'symbol' ? [CIRCLE, BELOW_ZERO] : view.colours).map(estimate));
    this.polygons.forEach((polygon, index) => {
      const paint = fills[index].startsWith('#') ? fills[index] : `url(#gm-${fills[index]})`;
      if (polygon.options.fillColor === paint) return;
      polygon.options.fillColor = paint;
      polygon.getElement().setAttribute('fill', paint);
    });
  }

  paintCanvas(fills) {
    this.polygons.forEach((polygon, index) => {
      const paint = fills[index].startsWith('#') ? fills[index] : this.texture(fills[index]);
      polygon.setStyle({ fillColor: paint });
    });
  }

  // The same patterns, as canvas textures.
  texture(name) {
    this.textures ||= new Map();
    if (this.textures.has(name)) return this.textures.get(name);
    const tile = el('canvas', { width: 6, height: 6 });
    const pen = tile.getContext('2d');
    const hex = name.split('-')[1];
    const [ground, sign] = this.atlas.noData;
    pen.fillStyle = hex === undefined ? ground : `#${hex}`;
    pen.fillRect(0, 0, 6, 6);
    pen.fillStyle = hex === undefined ? sign : '#fff';
    pen.fillRect(2, 2, hex === undefined ? 1.6 : 6, 1.6);
    const made = pen.createPattern(tile, 'repeat');
    this.textures.set(name, made);
    return made;
  }

  // Area in proportion to the value; the largest at the back.
  paintCircles() {
    this.circles.clearLayers();
    const { view } = this;
    if (view.drawn !== 'symbol' || !view.y) return;
    const order = view.sizes.map((value, index) => index).filter((index) => view.sizes[index])
      .sort((a, b) => Math.abs(view.sizes[b]) - Math.abs(view.sizes[a]));
    const renderer = this.many ? this.renderer : (this.circleRenderer ||= L.svg({ pane: 'circles', padding: 0.5 }));
    order.forEach((index) => {
      const area = this.atlas.areas[index];
      const colour = view.v[index] < 0 ? BELOW_ZERO : CIRCLE;
      const guess = view.s[index] === 'a';
      const circle = L.circleMarker([area.y, area.x], {
        pane: this.many ? undefined : 'circles', renderer, radius: this.radiusOf(index), weight: 1.2,
        color: guess ? colour : '#fff', fillColor: guess && !this.many ? `url(#gm-${hatchOf(view, index)})` : colour,
        fillOpacity: guess && this.many ? 0.45 : 0.82, full: guess && this.many ? 0.45 : 0.82, index, dashArray: guess ? '3 3' : null,
      });
      circle.on('click', () => this.onSelect(area.code));
      circle.on('mouseover', () => this.onHover(index));
      circle.on('mouseout', () => this.onHover(null));
      this.circles.addLayer(circle);
    });
  }

  radiusOf(index) {
    const { sizes, y, drawn } = this.view;
    if (drawn !== 'symbol' || !y || sizes[index] == null) return 0;
    return y.max * Math.sqrt(Math.abs(sizes[index]) / y.largest);
  }

  // Not before it is known what stands on the frame.
  layLabels() {
    if (!this.view || !this.keepOut) return;
    performance.mark('geomap-labels');
    const { atlas, view } = this;
    const t = atlas.t;
    const crowded = this.obstacles.length > CROWD;
    const wanted = atlas.areas.map((area, index) => {
      const point = this.map.latLngToLayerPoint([area.y, area.x]);
      const box = this.polygons[index]._pxBounds;
      const room = box ? Math.min(box.max.x - box.min.x, (box.max.y - box.min.y) * 2) : 0;
      const value = view.v[index];
      return {
        index, point, room, radius: this.radiusOf(index), name: area.short || area.name,
        value: saying(valueAt(view, index), view.indicator, t),
        missing: value == null,
        dark: crowded || !(view.drawn === 'fill' && value != null && view.s[index] !== 'a' && view.inks[view.classes[index]] === '#fff'),
      };
    }).filter((one) => one.room > (this.many ? 46 : 0));
    const placed = placeLabels(wanted, this.many, {
      frame: this.onLayer({ x0: 0, y0: 0, x1: this.map.getSize().x, y1: this.map.getSize().y }),
      furniture: this.keepOut.map((box) => this.onLayer(box)),
      sites: crowded ? [] : this.obstacles.map(({ at, corner, size }) => ({ ...this.map.latLngToLayerPoint(at), corner: corner(), size })),
      areas: this.many ? [] : ringsOf(this.polygons),
    });
    this.labelPane.classList.toggle('crowded', crowded);
    this.labelPane.replaceChildren(...labelElements(placed));
    this.onLabels?.(placed, this.many, this.obstacles);
  }

  // A box of the frame, on the layer that moves below it.
  onLayer({ x0, y0, x1, y1 }) {
    const from = this.map.containerPointToLayerPoint([x0, y0]);
    const to = this.map.containerPointToLayerPoint([x1, y1]);
    return { x0: from.x, y0: from.y, x1: to.x, y1: to.y };
  }

  // Labels keep clear of what stands on the frame.
  keepClearOf(elements) {
    const frame = this.map.getContainer().getBoundingClientRect();
    this.keepOut = elements.map((one) => one.getBoundingClientRect()).filter((box) => box.width && box.top < frame.bottom)
      .map((box) => ({ x0: box.left - frame.left, y0: box.top - frame.top, x1: box.right - frame.left, y1: box.bottom - frame.top }));
    this.paintLabels();
  }

  announce() {
    if (this.many) return;
    const { atlas, view } = this;
    this.polygons.forEach((polygon, index) => {
      // What its marks say is said in words behind it.
      const value = saying({ ...valueAt(view, index), status: view.s[index] === 's' ? 's' : '', conflict: false }, view.indicator, atlas.t);
      polygon.getElement().setAttribute('aria-label', fill(atlas.t.area_label, {
        area: atlas.areas[index].name, indicator: view.indicator.name, value,
        unit: view.v[index] == null ? '' : unitOf(view.q?.[index], view.indicator),
        rank: view.ranks[index] ? fill(atlas.t.rank_label, { rank: view.ranks[index] }) : '',
        status: this.standing(index),
      }).trim());
    });
  }

  // In words what the marks after a value say.
  standing(index) {
    const { atlas: { t }, view } = this;
    const word = { p: t.provisional, a: t.apportioned }[view.s[index]];
    return (word ? fill(t.status_label, { status: word }) : '') + (view.x.includes(index) ? t.conflict_label : '');
  }

  // Whether a point of the frame lies in an area.
  holds(point) {
    const at = this.map.containerPointToLayerPoint(point);
    return this.polygons.some((polygon) => polygon._pxBounds?.contains(at) && (this.many || polygon._containsPoint(at)));
  }

  // Whether a point of the frame lies in this area.
  covers(index, point) {
    const at = this.map.containerPointToLayerPoint(point);
    const polygon = this.polygons[index];
    return polygon._pxBounds.contains(at) && (this.many || polygon._containsPoint(at));
  }

  select(code) {
    const index = this.atlas.indexOf.get(code);
    this.outline.setLatLngs(index === undefined ? [] : closed(this.polygons[index]));
    if (!this.many) {
      this.polygons.forEach((polygon, at) => polygon.getElement().setAttribute('aria-pressed', String(at === index)));
    }
  }

  hover(index) {
    this.hoverLine.setLatLngs(index === null ? [] : closed(this.polygons[index]));
  }
}

const closed = (polygon) =>
  polygon.getLatLngs().flatMap((one) => (Array.isArray(one[0]) ? one : [one])).map((ring) => [...ring, ring[0]]);
