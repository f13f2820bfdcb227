// Layers of sites: a shape for each kind; those without coordinates are listed, not guessed.

import { el, shapeIcon } from './dom.js';

export class SiteLayers {
  constructor(map, atlas, { onSite }) {
    Object.assign(this, { map, atlas, onSite, groups: new Map() });
    atlas.kinds.forEach((kind) => this.groups.set(kind.id, this.groupOf(kind)));
  }

  groupOf(kind) {
    const here = this.atlas.sites.filter((site) => site.kind === kind.id && site.lon != null && !kind.outside);
    return L.layerGroup(here.map((site) => this.markerOf(site, kind)));
  }

  markerOf(site, kind) {
    const icon = L.divIcon({ className: 'site', iconSize: [18, 18], html: shapeIcon(kind.shape, 16) });
    const marker = L.marker([site.lat, site.lon], { icon, keyboard: true, alt: site.name, riseOnHover: true });
    marker.on('click', () => this.onSite(site));
    marker.on('keypress', (event) => { if (event.originalEvent.key === 'Enter') this.onSite(site); });
    marker.on('add', () => marker.getElement().setAttribute('aria-label', `${kind.name}：${site.name}`));
    marker.bindTooltip(() => el('span', {}, site.name), { direction: 'top', offset: [0, -8] });
    return marker;
  }

  show(kinds) {
    this.groups.forEach((group, id) => {
      if (kinds.includes(id)) group.addTo(this.map);
      else group.remove();
    });
  }

  // Where labels should not be.
  points(kinds) {
    return kinds.flatMap((kind) => this.groups.get(kind)?.getLayers() || []).map((marker) => marker.getLatLng());
  }
}
