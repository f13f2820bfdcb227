// The left panel: indicator tree with search, year control that plays, how to draw, layers.

import { CHOICES, comparesYears, sharedOf } from './atlas.js';
import { ChangeControl, upTo } from './change.js';
import { afterPaint, byId, el, shapeIcon } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { Roving } from './roving.js';
import { furnishLists } from './lists.js';
import { holdsWords } from '../shared/words.js';

// Another indicator is drawn in its own way; the year that was chosen stays where there is one.
export const afresh = (indicator) => ({ indicator, as: null, from: null, definitions: null, ...Object.fromEntries(CHOICES.map((key) => [key, null])) });

// How far the figures of an indicator reach: to the areas (nothing is said), the city, nowhere.
const reachOf = (indicator, t) => {
  const entries = Object.values(indicator.years);
  if (entries.some((entry) => entry.v.some((value, index) => value != null && entry.s[index] !== 'a'))) return null;
  if (entries.some((entry) => entry.s.includes('a'))) return t.estimates_only;
  return entries.some((entry) => entry.c) || indicator.targets.length ? t.city_only : t.no_data;
};

export class Panel {
  constructor(atlas, { onChange, onPick }) {
    Object.assign(this, { atlas, onChange, onPick });
    this.tree = byId('tree');
    this.buildTree();
    this.stops = new Roving(this.tree, () => [...this.items.values()]);
    byId('find').addEventListener('keydown', (event) => this.fromField(event));
    this.buildLayers();
    byId('find').addEventListener('input', () => this.find());
    byId('mapped-only').addEventListener('change', () => this.find());
    byId('year').addEventListener('input', (event) => this.onChange(upTo(this.years[event.target.value], this.state)));
    byId('play').addEventListener('click', () => this.play());
    this.listen('as', 'as');
    this.changes = new ChangeControl(atlas, { onChange });
    if (!atlas.api) return;
    ['classes', 'palette', 'breaks'].forEach((name) => this.listen(name, name));
    byId('method').addEventListener('change', (event) => this.method(event.target.value));
    byId('shared').addEventListener('change', (event) => this.onChange({ shared: event.target.checked ? null : 'false' }));
  }

  listen(id, key) {
    byId(id).addEventListener('change', (event) => this.onChange({ [key]: event.target.value || null }));
  }

  // Manual breaks start from those on the map.
  method(method) {
    const manual = method === 'manual';
    this.onChange({ method, breaks: manual ? this.view.b.slice(1).join(',') : null, classes: manual ? null : this.state.classes ?? null });
  }

  buildTree() {
    const { atlas } = this;
    this.items = new Map();
    this.tree.replaceChildren(...atlas.groups.map((group) => {
      const own = atlas.indicators.filter((one) => one.group === group.id);
      if (!own.length) return null;
      const list = el('ul', { role: 'none' }, ...own.map((one) => {
        const reach = reachOf(one, atlas.t);
        const button = el('button', { type: 'button', class: 'pick', role: 'option', 'aria-selected': 'false', title: one.definition, onclick: () => this.onPick(one.id) }, el('span', {}, one.name), reach && el('small', { class: 'reach' }, reach));
        this.items.set(one.id, button);
        return el('li', { role: 'none' }, button);
      }));
      return el('section', { class: 'group', role: 'group', 'aria-label': group.name }, el('h3', { 'aria-hidden': 'true' }, group.name), list);
    }).filter(Boolean));
  }

  // From the field that narrows the list down into it; Enter takes the first that is left.
  fromField(event) {
    if (event.isComposing || !['ArrowDown', 'Enter'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') this.stops.enter();
    else if (byId('find').value.trim()) this.stops.shown()[0]?.click();
  }

  buildLayers() {
    const { atlas } = this;
    this.checks = new Map();
    byId('layers').replaceChildren(...atlas.kinds.map((kind) => {
      const all = atlas.sites.filter((site) => site.kind === kind.id);
      if (!all.length) return null;
      const drawn = all.filter((site) => site.lon != null && !kind.outside).length;
      const check = el('input', { type: 'checkbox', value: kind.id, onchange: () => this.onChange({ layers: this.layers().join(',') }) });
      this.checks.set(kind.id, check);
      return el('label', {}, check, shapeIcon(kind.shape, 14), el('span', {}, kind.name),
        el('small', {}, kind.outside ? fill(atlas.t.outside_count, { count: all.length }) : fill(atlas.t.drawn_count, { drawn, all: all.length })));
    }).filter(Boolean));
    this.buildMarks();
    furnishLists(atlas);
  }

  // Progress is not a kind of site: it stands above them and has a parameter of its own.
  buildMarks() {
    const { plans, t } = this.atlas;
    if (!plans?.placed.length) return;
    this.marks = el('input', { type: 'checkbox', onchange: (event) => this.onChange({ progress: event.target.checked ? 'on' : plans.shown() && 'off' || null }) });
    byId('marks').replaceChildren(el('label', {}, this.marks, plans.sign(plans.marks[plans.placed[0].id][0]), el('span', {}, t.progress), el('small', {}, fill(t.marks_count, { count: plans.placed.length }))));
  }

  layers() { return [...this.checks].filter(([, check]) => check.checked).map(([id]) => id); }

  find() {
    const wanted = byId('find').value;
    const mappedOnly = byId('mapped-only').checked;
    let any = false;
    this.items.forEach((button, id) => {
      const one = this.atlas.byId.get(id);
      const hit = !(mappedOnly && button.querySelector('.reach')) && holdsWords(wanted, one.name, one.other, one.definition);
      button.parentElement.hidden = !hit;
      any ||= hit;
    });
    this.tree.querySelectorAll('.group').forEach((group) => { group.hidden = ![...group.querySelectorAll('li')].some((one) => !one.hidden); });
    byId('find-none').hidden = any;
    this.stops.rest(this.tree.querySelector('[aria-current]'));
  }

  // The indicator that is shown is in sight in the tree.
  toCurrent() {
    this.tree.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  show(view, state, layers) {
    Object.assign(this, { view, state });
    // Whoever chooses another indicator or year wants to stay there.
    if (this.timer && this.playing !== `${view.indicator.id} ${view.year}`) this.stop();
    this.items.forEach((button, id) => {
      if (id === view.indicator.id) {
        if (!button.hasAttribute('aria-current')) afterPaint(() => this.toCurrent());
        button.setAttribute('aria-current', 'true');
        this.stops.rest(button);
      } else button.removeAttribute('aria-current');
      button.setAttribute('aria-selected', String(id === view.indicator.id));
    });
    this.years = this.atlas.yearsOf(view.indicator);
    const slider = byId('year');
    slider.max = Math.max(0, this.years.length - 1);
    slider.value = this.years.indexOf(view.year);
    slider.disabled = this.years.length < 2;
    slider.setAttribute('aria-valuetext', view.year ?? this.atlas.t.no_year);
    byId('play').disabled = this.years.length < 2;
    byId('year-now').textContent = view.year ?? this.atlas.t.no_year;
    byId('year-span').textContent = this.years.length > 1 ? `${this.years[0]}–${this.years.at(-1)}` : '';
    byId('as').value = view.drawn;
    byId('advice').textContent = view.drawn === view.indicator.drawn ? '' : view.indicator.advice;
    ['method', 'classes', 'palette'].forEach((name) => {
      const control = byId(name);
      if (!control) return;
      control.value = state[name] || { method: view.indicator.method, classes: String(view.indicator.k), palette: view.indicator.palette }[name];
      control.disabled = view.drawn !== 'fill' || view.year === null;
    });
    if (this.atlas.api) {
      byId('manual').hidden = state.method !== 'manual';
      byId('breaks').value = state.breaks || '';
      byId('classes').disabled ||= state.method === 'manual';
      byId('shared').checked = sharedOf(view.indicator, state);
      byId('shared').disabled = view.drawn !== 'fill' || this.years.length < 2 || comparesYears(view.indicator, state.compare);
    }
    this.changes.show(view, state);
    this.checks.forEach((check, id) => { check.checked = layers.includes(id); });
    if (this.marks) this.marks.checked = Boolean(this.atlas.plans.shown(state.progress));
  }

  play() {
    if (this.timer) {
      this.stop();
      return;
    }
    let at = Number(byId('year').value) >= this.years.length - 1 ? -1 : Number(byId('year').value);
    const step = () => {
      at += 1;
      if (at >= this.years.length) return this.stop();
      this.playing = `${this.view.indicator.id} ${this.years[at]}`;
      return this.onChange(upTo(this.years[at], this.state), { replace: true });
    };
    this.timer = setInterval(step, 1200);
    this.tellPlaying();
    step();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.tellPlaying();
  }

  tellPlaying() {
    byId('play').setAttribute('aria-pressed', String(Boolean(this.timer)));
    byId('play').querySelector('.play-word').textContent = this.timer ? this.atlas.t.pause : this.atlas.t.play;
  }
}
