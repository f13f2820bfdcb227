// Scenarios: saved on the server, or in this browser where the server keeps none; compared side by
// side; solved again when the data change.

import { byId, el, punctuated } from '../shared/dom.js';
import { fill, fixed } from '../shared/format.js';
import { asked, posted, said } from './ask.js';
import { localised } from './result.js';

const SHELF = 'geomap-siting-scenarios';
const MOST_COMPARED = 3;

// The same for both places: list, get, save, remove.
const inBrowser = (t) => {
  const read = () => { try { return JSON.parse(window.localStorage.getItem(SHELF)) || []; } catch { return []; } };
  const write = (all) => { try { window.localStorage.setItem(SHELF, JSON.stringify(all)); } catch { throw new Error(t.browser_full); } };
  return {
    list: async () => read().map(({ name, saved, release }) => ({ name, saved, release })),
    get: async (name) => read().find((one) => one.name === name),
    save: async (name, { outcome, text, files }) => write([{ name, saved: new Date().toISOString(), release: outcome.release.id, outcome, text, files }, ...read().filter((one) => one.name !== name)]),
    remove: async (name) => write(read().filter((one) => one.name !== name)),
  };
};

const onServer = (lang) => ({
  list: async () => (await asked('/siting/scenarios')).scenarios,
  get: (name) => asked(`/siting/scenario?${new URLSearchParams({ name, lang })}`),
  save: (name, { job }) => posted('/siting/scenarios', { name, job }),
  remove: (name) => posted('/siting/scenarios/remove', { name }),
});

export class ScenarioList {
  // current(): {outcome, files, job} or null; onOpen(scenario), onRerun(scenario).
  constructor(data, words, { current, onOpen, onRerun }) {
    Object.assign(this, { data, t: data.t, words, current, onOpen, onRerun, chosen: new Set() });
    this.store = data.scenarios_on ? onServer(data.lang) : inBrowser(data.t);
    byId('save').addEventListener('submit', (event) => { event.preventDefault(); this.attempt(() => this.save()); });
    byId('compare').querySelector('.close').addEventListener('click', () => byId('compare').close());
  }

  async attempt(work) {
    try { await work(); } catch (error) { this.say(error instanceof TypeError ? this.t.unreachable : error.message); }
  }

  say(words) { byId('scenario-said').textContent = words; }

  async save() {
    const name = byId('scenario-name').value.trim();
    if (!name) { byId('scenario-name').focus(); return; }
    const now = await this.current();
    if (!now) { this.say(this.t.save_first); return; }
    await this.store.save(name, now);
    byId('scenario-name').value = '';
    this.say(fill(this.t.saved, { name }));
    await this.show();
  }

  async show() {
    const { t } = this;
    const all = await this.store.list();
    const compare = el('button', { type: 'button', disabled: true, onclick: () => this.attempt(() => this.compare()) }, t.compare);
    const refresh = () => { compare.disabled = this.chosen.size < 2 || this.chosen.size > MOST_COMPARED; };
    const names = new Set(all.map((one) => one.name));
    this.chosen.forEach((name) => { if (!names.has(name)) this.chosen.delete(name); });
    const row = (one) => {
      const box = el('input', { type: 'checkbox', 'aria-label': fill(t.select, { name: one.name }), onchange: (event) => { this.chosen[event.target.checked ? 'add' : 'delete'](one.name); refresh(); } });
      box.checked = this.chosen.has(one.name);
      const act = (words, work) => el('button', { type: 'button', 'aria-label': fill(t.of_place, { what: words, name: one.name }), onclick: () => this.attempt(work) }, words);
      const stale = one.release !== this.data.release;
      return el('li', { class: 'scenario' }, box, el('b', {}, one.name),
        el('span', { class: 'acts' }, act(t.open, async () => this.onOpen(await this.store.get(one.name))), act(t.rerun, async () => this.onRerun(await this.store.get(one.name))),
          act(t.drop, async () => { await this.store.remove(one.name); this.say(fill(t.removed, { name: one.name })); await this.show(); })),
        el('span', { class: 'sub' }, `${one.saved.slice(0, 16).replace('T', ' ')} · ${one.release.slice(0, 8)} `, stale ? el('span', { class: 'flag' }, t.stale) : ''));
    };
    refresh();
    byId('scenario-list').replaceChildren(...(all.length ? [el('ul', {}, ...all.map(row)), el('p', { class: 'line' }, compare)] : [el('p', { class: 'help' }, t.scenarios_none)]));
  }

  async compare() {
    const { t, words } = this;
    const all = await Promise.all([...this.chosen].map((name) => this.store.get(name)));
    const outcomes = all.map((one) => localised(one.outcome, this.data.lang));
    const far = (side, pick) => (outcome) => (outcome[side] ? words.far(pick(outcome[side]), outcome) : '—');
    const rows = [
      [t.question, (one) => t[`kind_${one.kind}`]],
      [t.model, (one) => (one.kind === 'allocate' ? said(this.data.models.find((each) => each.id === one.settings.model)?.name) : '—')],
      [t.distance, (one) => said(one.distance.words)],
      [t.status, (one) => words.status(one)],
      [t.objective, (one) => (one.objective === null ? '—' : `${words.amount(one.objective)} ${said(one.objective_words)}`)],
      [t.chosen, (one) => (one.chosen.length ? one.chosen.map((each) => words.placeName(each)).join(punctuated('、')) : t.none)],
      ...[...new Set(outcomes.flatMap((one) => one.settings.radii))].sort((a, b) => a - b).map((radius) => [fill(t.within, { radius, unit: words.unit(outcomes[0]) }),
        (one) => words.share(one.after?.radii.find((each) => each.radius === radius)?.share)]),
      [t.mean, far('after', (side) => side.mean)],
      [t.worst, far('after', (side) => side.worst.distance)],
      [fill(t.uncovered, { count: '' }).replace(/[（(].*/, ''), (one) => (one.uncovered.length ? one.uncovered.map((each) => each.name).join(punctuated('、')) : t.none)],
      [t.release, (one) => one.release.id.slice(0, 12)],
    ];
    byId('compare').querySelector('.contents').replaceChildren(el('table', {},
      el('thead', {}, el('tr', {}, el('td', {}), ...all.map((one) => el('th', { scope: 'col' }, one.name)))),
      el('tbody', {}, ...rows.map(([name, of]) => el('tr', {}, el('th', { scope: 'row' }, name), ...outcomes.map((one) => el('td', {}, of(one))))))));
    byId('compare').showModal();
  }

  // What a solve anew changed, as a table above the result.
  changes(name, rows) {
    const { t } = this;
    const shown = (value) => {
      if (value === null || value === undefined) return t.none;
      if (Array.isArray(value)) return value.join(punctuated('、')) || t.none;
      return typeof value === 'number' ? fixed(value, Number.isInteger(value) ? 0 : 4) : value;
    };
    const words = fill(t.what_changed, { name });
    if (!rows.length) return el('section', {}, el('h2', {}, words), el('p', {}, t.nothing_changed));
    return el('section', { id: 'changes' }, el('h2', {}, words), el('table', {}, el('thead', {}, el('tr', {}, el('td', {}), el('th', { scope: 'col' }, t.before), el('th', { scope: 'col' }, t.after))),
      el('tbody', {}, ...rows.map((one) => el('tr', {}, el('th', { scope: 'row' }, said(one.what)), el('td', {}, shown(one.before)), el('td', {}, shown(one.after)))))));
  }
}
