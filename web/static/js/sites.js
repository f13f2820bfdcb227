// Layers of sites: a shape for each kind; those without coordinates are listed, not guessed.

import { el, shapeIcon } from './dom.js';
import { CROWD } from './layer.js';

// Where the middle of a mark may lie from the middle of its marker, and beyond how many markers
// nobody could tell them apart.
const CORNERS = [[10, -10], [-12, -10], [10, 10], [-12, 10], [16, 0], [-18, 0], [0, -18], [0, 18]];
const MARK = 14;
const MOST = 400;
const clearOf = (taken, { x, y }, near) => taken.every((one) => Math.abs(one.x - x) >= near || Math.abs(one.y - y) >= near);

export class SiteLayers {
  constructor(map, atlas, { onSite }) {
    Object.assign(this, { map, atlas, onSite, groups: new Map() });
    atlas.kinds.forEach((kind) => this.groups.set(kind.id, this.groupOf(kind)));
    if (atlas.plans) map.on('zoomend', () => this.placeMarks());
  }

  groupOf(kind) {
    const here = this.atlas.sites.filter((site) => site.kind === kind.id && site.lon != null && !kind.outside);
    return L.layerGroup(here.map((site) => this.markerOf(site, kind)));
  }

  markerOf(site, kind) {
    const { plans } = this.atlas;
    const mark = plans?.marks[site.id];
    const html = el('span', {}, shapeIcon(kind.shape, 16), mark ? plans.sign(mark[0]) : null);
    const icon = L.divIcon({ className: 'site', iconSize: [18, 18], html });
    // Of two on one spot the one that bears a mark is seen: the mark would seem to be the other's.
    const marker = L.marker([site.lat, site.lon], { icon, keyboard: true, alt: site.name, riseOnHover: true, zIndexOffset: mark ? 100 : 0 });
    marker.site = site.id;
    marker.on('click', () => this.onSite(site));
    marker.on('keypress', (event) => { if (event.originalEvent.key === 'Enter') this.onSite(site); });
    marker.on('add', () => marker.getElement().setAttribute('aria-label', `${kind.name}：${site.name}${this.progressOf(site, plans?.t.list_comma)}`));
    marker.bindTooltip(() => el('span', {}, site.name, ...(plans?.markOf(site.id, this.marked) ? [el('br'), plans.words(site.id)] : [])), { direction: 'top', offset: [0, -8] });
    return marker;
  }

  // What the mark of a site says, in words.
  progressOf(site, before) { return this.atlas.plans?.markOf(site.id, this.marked) ? before + this.atlas.plans.words(site.id) : ''; }

  show(kinds, marked) {
    if (marked !== this.marked) this.mark(marked);
    this.groups.forEach((group, id) => {
      if (kinds.includes(id)) group.addTo(this.map);
      else group.remove();
    });
    if (this.atlas.plans && this.shown !== `${kinds}${marked}`) this.placeMarks();
    this.shown = `${kinds}${marked}`;
  }

  // Shows or hides the marks of progress: markers stay, what they say is said anew.
  mark(marked) {
    this.marked = marked;
    this.groups.forEach((group) => group.remove());
  }

  // Where labels should not be; a mark takes room beside its marker.
  points(kinds, marked) {
    const { plans } = this.atlas;
    return kinds.flatMap((kind) => this.groups.get(kind)?.getLayers() || [])
      .map((marker) => ({ at: marker.getLatLng(), corner: () => (plans?.markOf(marker.site, marked) ? marker.corner : null) }));
  }

  // Each mark takes the first corner of its marker where it covers no other marker and no mark,
  // else no mark at least; among many sites it then waits for the map to be enlarged.
  placeMarks() {
    const shown = [...this.groups.values()].filter((group) => this.map.hasLayer(group)).flatMap((group) => group.getLayers());
    const drawn = this.marked && shown.length <= MOST;
    this.map.getContainer().classList.toggle('unmarked', !drawn);
    if (!drawn || !this.map._loaded) return;
    const points = shown.map((marker) => this.map.latLngToLayerPoint(marker.getLatLng()));
    const taken = [];
    shown.forEach((marker, at) => {
      const sign = marker.getElement()?.querySelector('.sign-of');
      if (!this.atlas.plans.markOf(marker.site, this.marked)) {
        sign?.classList.add('waiting');
        return;
      }
      const others = points.filter((one, index) => index !== at);
      const spots = CORNERS.map(([dx, dy]) => L.point(points[at].x + dx, points[at].y + dy));
      const apart = spots.map((spot) => clearOf(taken, spot, MARK));
      const best = spots.findIndex((spot, index) => apart[index] && clearOf(others, spot, MARK + 1));
      const chosen = Math.max(0, best < 0 ? apart.indexOf(true) : best);
      const waits = best < 0 && shown.length > CROWD;
      marker.corner = waits ? null : CORNERS[chosen];
      if (!waits) taken.push(spots[chosen]);
      sign?.classList.toggle('waiting', waits);
      if (sign && !waits) Object.assign(sign.style, { left: `${marker.corner[0] + 2}px`, top: `${marker.corner[1] + 2}px` });
    });
  }
}
