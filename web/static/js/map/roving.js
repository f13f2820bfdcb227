// A long list that is one stop of the Tab key: arrows, Home and End go on in it, and letters typed
// soon after each other go to what begins with them.

const SOON_MS = 700;

export class Roving {
  // `items` gives the buttons of the list in order; those that are hidden are passed over.
  constructor(list, items) {
    Object.assign(this, { list, items, typed: '', at: 0 });
    list.addEventListener('keydown', (event) => this.onKey(event));
    list.addEventListener('focusin', (event) => { if (this.shown().includes(event.target)) this.rest(event.target); });
  }

  shown() { return this.items().filter((one) => one.offsetParent !== null); }

  // Where Tab leads: to one of the list, and to no other.
  rest(item) {
    const shown = this.shown();
    const stop = shown.includes(item) ? item : shown[0];
    this.items().forEach((one) => { one.tabIndex = one === (stop ?? item) ? 0 : -1; });
  }

  enter() { this.shown()[0]?.focus(); }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = this.shown();
    const at = shown.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key] ?? this.begins(event, shown, at);
    if (to === null) return;
    event.preventDefault();
    shown[Math.max(0, Math.min(shown.length - 1, to))]?.focus();
  }

  // Space presses the button; any other letter seeks, from the next one on.
  begins({ key, timeStamp }, shown, at) {
    if ([...key].length !== 1 || key === ' ' || key === '/' || key === '?') return null;
    const goesOn = timeStamp - this.at < SOON_MS;
    this.typed = (goesOn ? this.typed : '') + key.toLowerCase();
    this.at = timeStamp;
    const from = goesOn ? at : at + 1;
    const turned = [...shown.slice(from), ...shown.slice(0, from)];
    const found = turned.find((one) => one.textContent.toLowerCase().startsWith(this.typed));
    return found ? shown.indexOf(found) : null;
  }
}
