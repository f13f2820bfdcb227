// Panels that fold where the window is small: a button opens each over the map, one at a time. The
// style sheet says where (folding.css); in a larger window all of them stand open and the buttons
// are gone.

const PANELS = ['left', 'right', 'notes'];

export class Folds {
  constructor(onTurn = () => {}) {
    this.onTurn = onTurn;
    this.buttons = [...document.querySelectorAll('[data-fold]')];
    this.buttons.forEach((button) => button.addEventListener('click', () => this.turn(button.dataset.fold, button)));
    document.addEventListener('keydown', (event) => {
      const open = PANELS.find((name) => this.isOpen(name));
      if (event.key !== 'Escape' || !open || document.querySelector('dialog[open]')) return;
      this.set(open, false);
      this.opener(open)?.focus();
    });
  }

  isOpen(name) { return document.body.classList.contains(`show-${name}`); }

  // The button that opens a panel; the panel itself has one that closes it.
  opener(name) { return this.buttons.find((one) => one.dataset.fold === name && one.hasAttribute('aria-expanded')); }

  turn(name, by) {
    const open = !this.isOpen(name);
    if (open && PANELS.includes(name)) PANELS.filter((one) => one !== name).forEach((one) => this.set(one, false));
    this.set(name, open);
    if (!open && by !== this.opener(name)) this.opener(name)?.focus();
  }

  set(name, open) {
    document.body.classList.toggle(`show-${name}`, open);
    this.opener(name)?.setAttribute('aria-expanded', String(open));
    this.onTurn(name);
  }

  // What was chosen in a panel that covers the map is looked at.
  reveal() { PANELS.filter((name) => this.isOpen(name)).forEach((name) => this.set(name, false)); }
}
