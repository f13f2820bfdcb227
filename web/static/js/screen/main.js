// Turns the big screen. All of it stands in the page; a turn only hides and shows, so nothing is
// fetched and no element is ever made: it can run for days.

const CHECK_MS = 180000; // how often the server is asked for a newer release
const IDLE_MS = 4000;
const TIGHTEST = 3; // how far the titles of very many documents are cut

const numbersIn = (element) => (element?.dataset.refs || '').split(' ').filter(Boolean);

class BigScreen {
  constructor(body) {
    this.body = body;
    this.seconds = Number(body.dataset.seconds);
    this.slides = [...body.querySelectorAll('.slide')];
    this.rankings = [...body.querySelectorAll('.ranking')];
    this.pages = [...body.querySelectorAll('.plan-page')];
    this.list = body.querySelector('#references');
    this.documents = [...this.list.children];
    this.fixed = this.list.dataset.fixed.split(' ');
    this.pausing = body.querySelector('#pause');
    this.words = { pause: this.pausing.textContent, play: this.pausing.dataset.play };
    this.turned = 0;
    this.stale = false;
  }

  start() {
    const press = (id, act) => this.body.querySelector(id).addEventListener('click', act);
    press('#back', () => this.turn(-1));
    press('#next', () => this.turn(1));
    press('#pause', () => this.pause(!this.paused));
    document.addEventListener('keydown', (event) => this.key(event));
    ['pointermove', 'pointerdown', 'keydown', 'focusin'].forEach((kind) => document.addEventListener(kind, () => this.wake()));
    // For tests and remote controls: turn by so many, or ask the server now.
    document.addEventListener('geomap-turn', (event) => this.turn(event.detail ?? 1));
    document.addEventListener('geomap-check', () => this.check());
    this.show();
    this.wake();
    this.check();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowRight') this.turn(1);
    else if (event.key === 'ArrowLeft') this.turn(-1);
    else if (event.key === ' ' && !event.target.closest('button, a')) this.pause(!this.paused);
    else return;
    if (event.key === ' ' || event.key.startsWith('Arrow')) event.preventDefault();
  }

  turn(by) {
    if (this.stale) window.location.reload();
    this.turned += by;
    this.show();
  }

  show() {
    const at = this.place(this.slides);
    const page = this.place(this.pages);
    const only = (all, chosen) => all.forEach((one, index) => { one.hidden = index !== chosen; });
    only(this.slides, at);
    only(this.rankings, at);
    only(this.pages, page);
    this.cite(new Set([...this.fixed, ...numbersIn(this.slides[at]), ...numbersIn(this.pages[page])]));
    this.body.querySelector('#at').textContent = this.slides.length > 1 ? `${at + 1} / ${this.slides.length}` : '';
    this.wait();
  }

  place(all) { return all.length ? ((this.turned % all.length) + all.length) % all.length : -1; }

  // The documents of what can be seen, each under the number that it always has.
  cite(wanted) {
    this.documents.forEach((one) => { one.hidden = !wanted.has(one.dataset.ref); });
for (let tight = 0; tight <= TIGHTEST; tight += 1) {
      this.list.dataset.tight = tight;
      if (this.list.scrollHeight <= this.list.clientHeight) return;
    }
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = this.paused ? 0 : setTimeout(() => this.turn(1), this.seconds * 1000);
  }

  pause(paused) {
    this.paused = paused;
    this.pausing.setAttribute('aria-pressed', String(paused));
    this.pausing.textContent = paused ? this.words.play : this.words.pause;
    this.wait();
  }

  wake() {
    this.body.classList.remove('idle');
    clearTimeout(this.idling);
    this.idling = setTimeout(() => this.body.classList.add('idle'), IDLE_MS);
  }

  // Another release gives another ETag; the next turn then loads it. Without an answer the last
  // data stay.
  async check() {
    clearTimeout(this.checking);
    try {
      const answer = await fetch(window.location.href, { method: 'HEAD', cache: 'no-store' });
      const tag = answer.headers.get('ETag');
      this.tell(!answer.ok);
      if (answer.ok && this.tag && tag !== this.tag) this.stale = true;
      if (answer.ok) this.tag = this.tag || tag;
    } catch {
      this.tell(true);
    }
    this.checking = setTimeout(() => this.check(), CHECK_MS);
  }

  tell(down) {
    const note = this.body.querySelector('#trouble');
    note.hidden = !down;
    note.textContent = down ? note.dataset.down : '';
  }
}

const screen = new BigScreen(document.getElementById('screen'));
screen.start();
