// Where the reader looks: the whole city as it fits the window, or the spot he moved the map to,
// which the address says as longitude, latitude and zoom (at=109.781,39.605,8.5).

import { showWhole } from './legend.js';

const NUMBER = /^-?\d{1,3}(\.\d{1,9})?$/;
const STILL_MS = 200; // the address is written once the map stands still

// What is no such place is none (geomap.app.pages.address says why).
export const placeOf = (text) => {
  const parts = (text || '').split(/[,，]/).map((one) => one.trim());
  const [lng, lat, zoom] = parts.map(Number);
  const readable = parts.length === 3 && parts.every((one) => NUMBER.test(one));
  return readable && Math.abs(lng) <= 180 && Math.abs(lat) <= 85 ? { lng, lat, zoom } : null;
};

// As many digits as a pixel of the map needs; null beyond the ends of the world.
export const placeText = ({ lng, lat }, zoom) => {
  const digits = Math.max(0, Math.ceil(Math.log10((256 * 2 ** zoom) / 360)));
  const text = [Number(lng.toFixed(digits)), Number(lat.toFixed(digits)), Number(zoom.toFixed(2))].join(',');
  return placeOf(text) && text;
};

export class Place {
  // `fit` shows the whole city; `onMove` hears where the reader looks, null for the whole, and
  // `onStill` that he has come to rest there.
  constructor(map, { fit, onMove, onStill }) {
    Object.assign(this, { map, fit, onMove, onStill });
    map.on('moveend', () => this.moved());
  }

  get now() { return { center: this.map.getCenter(), zoom: this.map.getZoom() }; }

  // Within a pixel the map has not been moved.
  standsAt(place) {
    const { map, now } = this;
    return Boolean(place) && now.zoom === place.zoom && map.project(now.center).distanceTo(map.project(place.center)) < 1.5;
  }

  // Fitted in any case, for the legend takes its corner then; on paper what was seen is kept whole.
  set(text) {
    const place = placeOf(text);
    this.setting = true;
    this.fit();
    this.whole = this.now;
    if (this.seen) showWhole(this.map, this.seen);
    else if (place) this.map.setView([place.lat, place.lng], place.zoom, { animate: false });
    this.stands = this.now;
    this.setting = false;
  }

  moved() {
    if (this.setting || !this.whole || this.seen || !this.map.getContainer().offsetWidth || this.standsAt(this.stands)) return;
    this.stands = this.now;
    this.onMove(this.standsAt(this.whole) ? null : placeText(this.now.center, this.now.zoom));
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onStill, STILL_MS);
  }

  // A print shows what the window shows.
  printing(now, text) { this.seen = now && placeOf(text) ? this.map.getBounds() : null; }
}
