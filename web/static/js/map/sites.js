// Layers of sites: a sign exactly where each stands, one for all that stand on one spot; opened, it
// spreads them out as a fan. Where many crowd they are one circle with their number, which opens by
// enlarging the map. Those without coordinates are listed, not guessed.

import { el, punctuated, shapeIcon, signIcon } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { clustersOf, middleOf } from './clusters.js';
import { CROWD } from './layer.js';

// Where the middle of a mark may lie from the middle of its marker, and beyond how many markers
// nobody could tell them apart.
const CORNERS = [[10, -10], [-12, -10], [10, 10], [-12, 10], [16, 0], [-18, 0], [0, -18], [0, 18]];
const MARK = 14;
const MOST = 400;
const clearOf = (taken, { x, y }, near) => taken.every((one) => Math.abs(one.x - x) >= near || Math.abs(one.y - y) >= near);
const SAME_SPOT = 4; // decimals of a degree, as in geomap.sitemarks
const COVERED = 8; // pixels: nearer together, one marker cannot be hit beside the other
const NAMES = 8; // names in a tip; of more, their number is told
const FAN = 24; // more than so many are listed instead of spread out
const ABOVE = 2000; // of z-indices, which Leaflet otherwise takes from the place on the screen

const onSpot = (site) => `${site.lon.toFixed(SAME_SPOT)} ${site.lat.toFixed(SAME_SPOT)}`;

export class SiteLayers {
  constructor(map, atlas, { onSite, onPoint = () => {}, onMany = () => {} }) {
    Object.assign(this, { map, atlas, onSite, onPoint, onMany, drawn: new Map(), spots: [], group: L.layerGroup().addTo(map), fan: L.layerGroup().addTo(map) });
    this.rank = new Map(atlas.kinds.map((kind, index) => [kind.id, index]));
    map.on('zoomend', () => this.close());
    map.on('moveend', () => this.draw());
    map.on('click', () => this.close());
    map.getContainer().addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.opened) return;
      event.stopPropagation();
      this.close(true);
    });
  }

  kindOf(site) { return this.atlas.kinds[this.rank.get(site.kind)]; }

  // The sites that have a place on the map by the spot they stand on, each spot in the order of the
  // catalogue.
  spotsOf(sites) {
    const spots = new Map();
    sites.filter((site) => site.lon != null && !this.kindOf(site).outside).sort((a, b) => this.rank.get(a.kind) - this.rank.get(b.kind))
      .forEach((site) => {
        const spot = (site.spot ||= onSpot(site));
        if (spots.has(spot)) spots.get(spot).push(site);
        else spots.set(spot, [site]);
      });
    return [...spots.values()];
  }

  show(sites, marked) {
    if (this.shown === sites && this.marked === marked) return;
    Object.assign(this, { shown: sites, marked });
    this.close();
    this.clear();
    this.spots = this.spotsOf(sites);
    this.draw();
  }

  clear() {
    this.group.clearLayers();
    this.drawn.clear();
    this.zoom = null;
  }

  get markers() { return [...this.drawn.values()]; }

  get crowded() { return this.spots.length > CROWD; }

  // What is drawn at a zoom: groups of spots, each a spot alone or several that crowd.
  groupsAt(zoom) {
    if (!this.crowded) return this.spots.map((spot) => ({ spots: [spot] }));
    const scale = 2 ** zoom;
    const points = this.spots.map(([site]) => {
      const at = (site.world ||= this.map.project([site.lat, site.lon], 0));
      return { x: at.x * scale, y: at.y * scale };
    });
    return clustersOf(points).map((members) => ({ spots: members.map((one) => this.spots[one]), ...middleOf(members.map((one) => points[one])) }));
  }

  // Of many only what can be seen is drawn; what is drawn already stays, and keeps the focus.
  draw() {
    const { map } = this;
    if (!map._loaded || !map.getSize().x) return;
    const zoom = map.getZoom();
    if (zoom !== this.zoom) {
      if (this.crowded && this.zoom !== null) this.clear();
      Object.assign(this, { zoom, groups: this.groupsAt(zoom) });
    } else if (!this.crowded && this.drawn.size) return;
    const seen = map.getBounds().pad(0.2);
    const wanted = new Map(this.groups.map((group) => [group, this.placeOf(group)]).filter(([, at]) => !this.crowded || seen.contains(at)));
    let changed = false;
    this.drawn.forEach((marker, group) => { if (!wanted.has(group)) { changed = true; this.group.removeLayer(marker); this.drawn.delete(group); } });
    wanted.forEach((at, group) => {
      if (this.drawn.has(group)) return;
      changed = true;
      const marker = group.spots.length > 1 ? this.clusterOf(group, at) : this.markerOf(group.spots[0]);
      this.drawn.set(group, marker.addTo(this.group));
    });
    if (this.atlas.plans && (changed || !this.crowded)) this.placeMarks();
    this.onDrawn?.();
  }

  placeOf({ spots, x, y }) {
    if (spots.length === 1) return L.latLng(spots[0][0].lat, spots[0][0].lon);
    return this.map.unproject([x, y], this.zoom);
  }

  clusterOf({ spots }, at) {
    const sites = spots.flat();
    const shapes = [...new Set(sites.map((site) => this.kindOf(site).shape))];
    const size = sites.length < 10 ? 26 : sites.length < 100 ? 32 : 40;
    const html = el('span', {}, shapes.length === 1 ? shapeIcon(shapes[0], 10) : null, el('b', {}, sites.length));
    const icon = L.divIcon({ className: 'site crowd', iconSize: [size, size], html });
    const marker = L.marker(at, { icon, keyboard: true, riseOnHover: true });
    Object.assign(marker, { sites, spots, marks: 0, corner: null });
    return this.listen(marker, sites, this.crowdWords(sites));
  }

  // How many of each kind, and how far their targets are: the marks of all would hide the map.
  crowdWords(sites) {
    const { plans, t } = this.atlas;
    const kinds = this.atlas.kinds.map(({ name }) => [name, 0]);
    const outcomes = (plans?.verdicts || []).map(([, word]) => [word, 0]);
    sites.forEach((site) => {
      kinds[this.rank.get(site.kind)][1] += 1;
      const mark = plans?.markOf(site.id, this.marked);
      if (mark) outcomes[mark[0]][1] += 1;
    });
    const said = (pairs) => pairs.filter(([, count]) => count).map(([name, count]) => `${name} ${fill(t.sites_drawn, { count })}`).join(punctuated('、'));
    return [said(kinds), said(outcomes)].filter(Boolean);
  }

  markerOf(sites) {
    const marks = sites.map((site) => this.atlas.plans?.markOf(site.id, this.marked)).filter(Boolean);
    const outcomes = marks.length > NAMES ? [...new Set(marks.map(([outcome]) => outcome))] : marks.map(([outcome]) => outcome);
    const signs = marks.length ? el('span', { class: 'signs' }, ...outcomes.map((outcome) => this.atlas.plans.sign(outcome))) : null;
    const shapes = [...new Set(sites.map((site) => this.kindOf(site).shape))];
    const marker = this.iconAt([sites[0].lat, sites[0].lon], el('span', {}, signIcon(shapes, 16, sites.length), signs), sites[0]);
    Object.assign(marker, { sites, marks: marks.length, corner: null });
    if (sites.length > NAMES) return this.listen(marker, sites, this.crowdWords(sites));
    return this.listen(marker, sites, null);
  }

  // `words` stand for the names of more than can be told.
  listen(marker, sites, words) {
    const { t } = this.atlas;
    marker.on('click', () => this.choose(marker));
    marker.on('mouseover', () => this.onPoint(sites));
    marker.on('mouseout', () => this.onPoint([]));
    marker.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
      originalEvent.preventDefault();
      this.choose(marker, true);
    });
    const said = words ? words.join(t.sites_comma) : sites.map((site) => this.saidOf(site)).join(t.sites_comma);
    const hint = marker.spots ? t.crowd_hint : sites.length > FAN ? t.many_hint : sites.length > 1 ? t.fan_hint : '';
    marker.on('add', () => this.announce(marker, said + hint));
    const lines = words && el('span', {}, ...words.flatMap((line, index) => (index ? [el('br'), line] : [line])));
    marker.bindTooltip(() => lines || this.tipOf(sites), { direction: 'top', offset: [0, -8] });
    return marker;
  }

  iconAt(at, html, site) {
    const icon = L.divIcon({ className: 'site', iconSize: [18, 18], html });
    const zIndexOffset = (this.atlas.kinds.length - this.rank.get(site.kind)) * ABOVE;
    return L.marker(at, { icon, keyboard: true, alt: site.name, riseOnHover: true, riseOffset: ABOVE * 100, zIndexOffset });
  }

  announce(marker, words) {
    const element = marker.getElement();
    element.setAttribute('aria-label', words);
    if (marker.sites?.length > 1 && !marker.spots) element.setAttribute('aria-expanded', String(this.opened === marker));
  }

  saidOf(site) { return `${this.kindOf(site).name}${punctuated('：')}${site.name}${this.progressOf(site, this.atlas.plans?.t.list_comma)}`; }

  tipOf(sites) {
    const words = (site) => this.progressOf(site, '');
    return el('span', {}, ...sites.flatMap((site, index) => [index ? el('br') : null, site.name, ...(words(site) ? [el('br'), words(site)] : [])]));
  }

  // What the mark of a site says, in words.
  progressOf(site, before) { return this.atlas.plans?.markOf(site.id, this.marked) ? before + this.atlas.plans.words(site.id) : ''; }

  // A lone site is opened; several that cover one another are spread out first.
  choose(marker, byKey = false) {
    if (this.opened === marker) { this.close(byKey); return; }
    if (marker.spots && this.enlarge(marker, byKey)) return;
    const here = this.map.latLngToLayerPoint(marker.getLatLng());
    const near = this.markers.filter((one) => one === marker || here.distanceTo(this.map.latLngToLayerPoint(one.getLatLng())) < COVERED);
    const sites = near.flatMap((one) => one.sites);
    if (sites.length === 1) this.onSite(sites[0]);
    else if (sites.length > FAN) this.onMany(sites);
    else this.open(marker, sites, byKey);
  }

  // The map as far enlarged as the cluster falls apart; no further than it can be.
  enlarge(marker, byKey) {
    const zoom = this.apartAt(marker.spots[0][0], (one) => one.spots.length < marker.spots.length);
    if (zoom === null) return false;
    this.map.setView(marker.getLatLng(), zoom);
    if (byKey) this.map.getContainer().focus({ preventScroll: true });
    return true;
  }

  // The first zoom above this one at which the group of a site is as it should be; null for none.
  apartAt(site, fits) {
    const { map } = this;
    const step = map.options.zoomDelta;
    for (let zoom = map.getZoom() + step; zoom <= map.getMaxZoom(); zoom += step) {
      const group = this.groupsAt(zoom).find((one) => one.spots.some((spot) => spot.includes(site)));
      if (group && fits(group)) return zoom;
    }
    return null;
  }

  // Brings the marker of a site into sight, by itself where that can be; gives the marker.
  expose(site) {
    const { map } = this;
    if (site.lon == null || !this.spots.some((spot) => spot.includes(site))) return undefined;
    const at = L.latLng(site.lat, site.lon);
    const alone = (one) => one.spots.length === 1;
    const group = this.groupsAt(map.getZoom()).find((one) => one.spots.some((spot) => spot.includes(site)));
    const zoom = alone(group) ? null : this.apartAt(site, alone) ?? map.getMaxZoom();
    if (zoom !== null) map.setView(at, zoom, { animate: false });
    else if (!map.getBounds().contains(at)) map.panTo(at, { animate: !this.crowded });
    return this.markerFor(site.id);
  }

  // Each site on a ring about the spot, with a line to where it stands.
  open(marker, sites, byKey) {
    this.close();
    this.opened = marker;
    const middle = this.map.latLngToLayerPoint(marker.getLatLng());
    const reach = Math.max(34, (sites.length * 26) / (2 * Math.PI));
    const first = sites.map((site, index) => {
      const turn = (2 * Math.PI * index) / sites.length - (sites.length === 2 ? Math.PI : Math.PI / 2);
      const at = this.map.layerPointToLatLng(middle.add([reach * Math.cos(turn), reach * Math.sin(turn)]));
      L.polyline([[site.lat, site.lon], at], { interactive: false, color: '#14191f', weight: 1.2 }).addTo(this.fan);
      return this.leafOf(site, at).addTo(this.fan);
    })[0];
    marker.getElement().setAttribute('aria-expanded', 'true');
    marker.closeTooltip();
    if (byKey) first.getElement().focus();
  }

  leafOf(site, at) {
    const mark = this.atlas.plans?.markOf(site.id, this.marked);
    const signs = mark ? el('span', { class: 'signs' }, this.atlas.plans.sign(mark[0])) : null;
    const leaf = this.iconAt(at, el('span', {}, signIcon([this.kindOf(site).shape], 16, 1), signs), site);
    leaf.setZIndexOffset(ABOVE * 50);
    leaf.options.icon.options.className = 'site fanned';
    leaf.on('click', () => this.onSite(site));
    leaf.on('keydown', ({ originalEvent }) => { if (originalEvent.key === 'Enter') this.onSite(site); });
    leaf.on('add', () => this.announce(leaf, this.saidOf(site)));
    leaf.bindTooltip(() => this.tipOf([site]), { direction: 'top', offset: [0, -8] });
    return leaf;
  }

  markerFor(id) { return this.markers.find((one) => one.sites.some((site) => site.id === id)); }

  // The marker of a site that is pointed at in the list; none is lit without one.
  light(id) {
    this.lit?.getElement()?.classList.remove('lit');
    this.lit = id === null ? null : this.markerFor(id);
    this.lit?.getElement()?.classList.add('lit');
  }

  close(back = false) {
    const marker = this.opened;
    if (!marker) return;
    this.opened = null;
    this.fan.clearLayers();
    marker.getElement()?.setAttribute('aria-expanded', 'false');
    if (back) marker.getElement()?.focus();
  }

  // Where labels should not be; a mark takes room beside its marker.
  points() {
    return this.markers.map((marker) => ({ at: marker.getLatLng(), corner: () => marker.corner, size: marker.options.icon.options.iconSize[0] }));
  }

  // Each mark takes the first corner of its marker where it covers no other marker and no mark,
  // else no mark at least; among many sites it then waits for the map to be enlarged.
  placeMarks() {
    const { markers } = this;
    const drawn = this.marked && markers.length <= MOST;
    this.map.getContainer().classList.toggle('unmarked', !drawn);
    if (!drawn || !this.map._loaded) return;
    const points = markers.map((marker) => this.map.latLngToLayerPoint(marker.getLatLng()));
    const taken = [];
    markers.forEach((marker, at) => {
      if (!marker.marks) return;
      const signs = marker.getElement().querySelector('.signs');
      const others = points.filter((one, index) => index !== at);
      const spots = CORNERS.map(([dx, dy]) => L.point(points[at].x + dx, points[at].y + dy));
      const apart = spots.map((spot) => clearOf(taken, spot, MARK));
      const best = spots.findIndex((spot, index) => apart[index] && clearOf(others, spot, MARK + 1));
      const chosen = Math.max(0, best < 0 ? apart.indexOf(true) : best);
      const waits = best < 0 && (this.crowded || markers.length > CROWD);
      marker.corner = waits ? null : CORNERS[chosen];
      if (!waits) taken.push(spots[chosen]);
      signs.classList.toggle('waiting', waits);
      if (!waits) Object.assign(signs.style, { left: `${marker.corner[0] + 2}px`, top: `${marker.corner[1] + 2}px` });
    });
  }
}
