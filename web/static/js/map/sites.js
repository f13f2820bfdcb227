// Layers of sites: a sign exactly where each stands, one for all that stand on one spot; opened, it
// spreads them out as a fan. Those without coordinates are listed, not guessed.

import { el, punctuated, signIcon } from '../shared/dom.js';
import { CROWD } from './layer.js';

// Where the middle of a mark may lie from the middle of its marker, and beyond how many markers
// nobody could tell them apart.
const CORNERS = [[10, -10], [-12, -10], [10, 10], [-12, 10], [16, 0], [-18, 0], [0, -18], [0, 18]];
const MARK = 14;
const MOST = 400;
const clearOf = (taken, { x, y }, near) => taken.every((one) => Math.abs(one.x - x) >= near || Math.abs(one.y - y) >= near);
const SAME_SPOT = 4; // decimals of a degree, as in geomap.sitemarks
const COVERED = 8; // pixels: nearer together, one marker cannot be hit beside the other
const ABOVE = 2000; // of z-indices, which Leaflet otherwise takes from the place on the screen

const onSpot = (site) => `${site.lon.toFixed(SAME_SPOT)} ${site.lat.toFixed(SAME_SPOT)}`;

export class SiteLayers {
  constructor(map, atlas, { onSite, onPoint = () => {} }) {
    Object.assign(this, { map, atlas, onSite, onPoint, markers: [], group: L.layerGroup().addTo(map), fan: L.layerGroup().addTo(map) });
    this.rank = new Map(atlas.kinds.map((kind, index) => [kind.id, index]));
    map.on('zoomend', () => { this.close(); if (atlas.plans) this.placeMarks(); });
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
        const spot = onSpot(site);
        if (spots.has(spot)) spots.get(spot).push(site);
        else spots.set(spot, [site]);
      });
    return [...spots.values()];
  }

  show(sites, marked) {
    if (this.shown === sites && this.marked === marked) return;
    Object.assign(this, { shown: sites, marked });
    this.close();
    this.group.clearLayers();
    this.spots = this.spotsOf(sites);
    this.markers = this.spots.map((spot) => this.markerOf(spot));
    this.markers.forEach((marker) => marker.addTo(this.group));
    if (this.atlas.plans) this.placeMarks();
  }

  markerOf(sites) {
    const { t } = this.atlas;
    const marks = sites.map((site) => this.atlas.plans?.markOf(site.id, this.marked)).filter(Boolean);
    const signs = marks.length ? el('span', { class: 'signs' }, ...marks.map((mark) => this.atlas.plans.sign(mark[0]))) : null;
    const shapes = [...new Set(sites.map((site) => this.kindOf(site).shape))];
    const marker = this.iconAt([sites[0].lat, sites[0].lon], el('span', {}, signIcon(shapes, 16, sites.length), signs), sites[0]);
    Object.assign(marker, { sites, marks: marks.length, corner: null });
    marker.on('click', () => this.choose(marker));
    marker.on('mouseover', () => this.onPoint(sites));
    marker.on('mouseout', () => this.onPoint([]));
    marker.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
      originalEvent.preventDefault();
      this.choose(marker, true);
    });
    const said = sites.map((site) => this.saidOf(site)).join(t.sites_comma);
    marker.on('add', () => this.announce(marker, sites.length > 1 ? `${said}${t.fan_hint}` : said));
    marker.bindTooltip(() => this.tipOf(sites), { direction: 'top', offset: [0, -8] });
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
    if (marker.sites?.length > 1) element.setAttribute('aria-expanded', String(this.opened === marker));
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
    const here = this.map.latLngToLayerPoint(marker.getLatLng());
    const near = this.markers.filter((one) => one === marker || here.distanceTo(this.map.latLngToLayerPoint(one.getLatLng())) < COVERED);
    const sites = near.flatMap((one) => one.sites);
    if (sites.length === 1) this.onSite(sites[0]);
    else this.open(marker, sites, byKey);
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
    return this.markers.map((marker) => ({ at: marker.getLatLng(), corner: () => marker.corner }));
  }

  // Each mark takes the first corner of its marker where it covers no other marker and no mark,
  // else no mark at least; among many sites it then waits for the map to be enlarged.
  placeMarks() {
    const drawn = this.marked && this.markers.length <= MOST;
    this.map.getContainer().classList.toggle('unmarked', !drawn);
    if (!drawn || !this.map._loaded) return;
    const points = this.markers.map((marker) => this.map.latLngToLayerPoint(marker.getLatLng()));
    const taken = [];
    this.markers.forEach((marker, at) => {
      if (!marker.marks) return;
      const signs = marker.getElement().querySelector('.signs');
      const others = points.filter((one, index) => index !== at);
      const spots = CORNERS.map(([dx, dy]) => L.point(points[at].x + dx, points[at].y + dy));
      const apart = spots.map((spot) => clearOf(taken, spot, MARK));
      const best = spots.findIndex((spot, index) => apart[index] && clearOf(others, spot, MARK + 1));
      const chosen = Math.max(0, best < 0 ? apart.indexOf(true) : best);
      const waits = best < 0 && this.markers.length > CROWD;
      marker.corner = waits ? null : CORNERS[chosen];
      if (!waits) taken.push(spots[chosen]);
      signs.classList.toggle('waiting', waits);
      if (!waits) Object.assign(signs.style, { left: `${marker.corner[0] + 2}px`, top: `${marker.corner[1] + 2}px` });
    });
  }
}
