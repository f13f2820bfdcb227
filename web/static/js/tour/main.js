// The tour of the first visit: a small card beside the page, which stays usable; each step marks what
// it speaks of. It is fetched when it is shown.

import { el } from '../shared/dom.js';
import { fill } from '../shared/format.js';

const MARKED = 'data-toured';

class Tour {
  // `onEnd` hears that it is not to come by itself again.
  constructor({ t, steps }, onEnd) {
    Object.assign(this, { t, steps, onEnd, at: 0 });
    const button = (text, onclick) => el('button', { type: 'button', onclick }, text);
    this.words = el('div', { 'aria-live': 'polite' });
    this.back = button(t.back, () => this.go(this.at - 1));
    this.next = button(t.next, () => this.go(this.at + 1));
    this.card = el('section', { id: 'tour', role: 'dialog', 'aria-label': t.title, onkeydown: (event) => { if (event.key === 'Escape') this.end(); } },
      this.words, el('p', {}, this.back, this.next, button(t.enough, () => this.end())));
    document.body.append(this.card);
  }

  open(byHand) {
    this.card.hidden = false;
    this.go(0);
    if (byHand) this.next.focus();
  }

  go(at) {
    if (at >= this.steps.length) { this.end(); return; }
    this.at = Math.max(0, at);
    const [target, title, text] = this.steps[this.at];
    this.mark(document.querySelector(target));
    this.words.replaceChildren(el('h2', {}, title, ' ', el('small', {}, fill(this.t.of, { at: this.at + 1, all: this.steps.length }))), el('p', {}, text));
    this.back.disabled = this.at === 0;
    this.next.textContent = this.at === this.steps.length - 1 ? this.t.done : this.t.next;
  }

  mark(target) {
    document.querySelector(`[${MARKED}]`)?.removeAttribute(MARKED);
    target?.setAttribute(MARKED, '');
  }

  end() {
    const held = this.card.contains(document.activeElement);
    this.mark(null);
    this.card.hidden = true;
    if (held) document.getElementById('map').focus({ preventScroll: true });
    this.onEnd();
  }
}

let tour;

export const openTour = (words, onEnd, byHand) => {
  tour ??= new Tour(words, onEnd);
  tour.open(byHand);
};
