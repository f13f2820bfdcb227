// The map before an audience: it alone, in larger words, on the whole screen where that is allowed.

import { byId, isShortcut } from '../shared/dom.js';
import { framedAs } from './framed.js';

// A presenter's remote sends PageUp and PageDown.
const YEARS = { PageUp: -1, PageDown: 1 };

export class Presentation {
  constructor() {
    if (framedAs()) return; // there is another page about it
    this.button = byId('present');
    this.button.addEventListener('click', () => this.turn());
    document.addEventListener('keydown', (event) => this.onKey(event));
    document.addEventListener('fullscreenchange', () => { if (!document.fullscreenElement) this.set(false); });
  }

  get on() { return document.body.classList.contains('presenting'); }

  onKey(event) {
    if (!isShortcut(event)) return;
    if (event.key.toLowerCase() === 'f') this.turn();
    else if (this.on && event.key === 'Escape') this.turn();
    else if (this.on && event.key in YEARS) this.step(YEARS[event.key]);
    else return;
    event.preventDefault();
  }

  step(by) {
    const year = byId('year');
    year.value = Number(year.value) + by;
    year.dispatchEvent(new Event('input', { bubbles: true }));
  }

  turn() {
    this.set(!this.on);
    // A browser may forbid the whole screen; the map is alone on the page all the same.
    if (this.on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }

  set(on) {
    document.body.classList.toggle('presenting', on);
    this.button.setAttribute('aria-pressed', String(on));
  }
}

// "?" and its button open what the signs and keys mean.
export const furnishHelp = () => {
  const dialog = byId('help');
  byId('help-open').addEventListener('click', () => dialog.showModal());
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener('keydown', (event) => {
    if (!['?', '？'].includes(event.key) || !isShortcut(event)) return;
    event.preventDefault();
    dialog.showModal();
  });
};
