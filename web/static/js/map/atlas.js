// Reads the release that Python put into the page. Class breaks come from Python
// (geomap.classes): upper bounds, closed on the right; here values are only sorted into them.

import { shortOf } from './change.js';
import { valueAt } from '../shared/format.js';
import { bordersOf, decodeArcs } from '../shared/topology.js';

export const classOf = (value, bounds) =>
  value == null ? -1 : bounds.slice(1, -1).filter((upper) => value > upper).length;

// How to draw when not in the standard way; Python then classifies anew.
export const CHOICES = ['method', 'classes', 'palette', 'shared', 'breaks'];

// Whether two years of one indicator stand side by side.
export const comparesYears = (indicator, compare) => compare?.split(':')[0] === indicator.id;

// Whether all years have one set of classes: always where two of them stand side by side, else as
// was chosen, else as Python says (mapview.shares_breaks).
export const sharedOf = (indicator, state) => {
  if (comparesYears(indicator, state.compare)) return true;
  return state.shared ? state.shared === 'true' : indicator.shared;
};

export class Atlas {
  constructor(data) {
    Object.assign(this, data);
    this.index();
    this.indexOf = new Map(data.areas.map((area, index) => [area.code, index]));
    this.fetched = new Map();
    this.arcs = decodeArcs(data.topology);
    this.bounds = L.latLngBounds(bordersOf(data.topology.objects.areas.geometries, this.arcs).outer.flat());
  }

  index() { this.byId = new Map(this.indicators.map((indicator) => [indicator.id, indicator])); }

  // The rest of the release; what the page came with stays as it is. A page that stands alone came
  // with all of it.
  async complete() {
    if (!this.rest) return;
    const { indicators, sites, sources, colours, ...more } = await getJson(this.rest);
    const [first] = this.indicators;
    this.indicators = indicators.map((one) => (one.id === first.id ? first : one));
    this.sites.push(...sites);
    Object.assign(this.sources, sources);
    Object.assign(this.colours, colours);
    Object.assign(this, more);
    this.index();
  }

  nameOf(code) { return code === this.city.code ? this.city.name : this.areas[this.indexOf.get(code)]?.name ?? this.jointName(code); }

  // Areas that figures count together: 150602+150603.
  jointName(code) { return code.split('+').map((one) => this.areas[this.indexOf.get(one)]?.name ?? one).join('＋'); }

  indicator(id) { return this.byId.get(id) || this.indicators[0]; }

  yearsOf(indicator) { return Object.keys(indicator.years).map(Number); }

  // The year asked for, else the one that most areas have a value in.
  yearOf(indicator, asked) {
    return this.yearsOf(indicator).includes(Number(asked)) ? Number(asked) : indicator.start;
  }

  // A year chosen for another indicator stays where this one has it; else nothing is chosen.
  chosenYear(indicator, year) { return year && this.yearsOf(this.indicator(indicator)).includes(Number(year)) ? year : null; }

  // What one map shows: at once when it is the standard one, from the server when it is not.
  async view(state) {
    const indicator = this.indicator(state.indicator);
    const year = this.yearOf(indicator, state.year);
    if (state.from && this.api && year !== null) return drawnAs(await this.changed(indicator, year, state), state.as);
    const standard = this.standard(indicator, year);
    const custom = CHOICES.some((key) => state[key] && key !== 'shared') || sharedOf(indicator, state) !== indicator.shared;
    if (!custom || !this.api || year === null) return drawnAs(standard, state.as);
    return drawnAs({ ...standard, ...(await this.customised(indicator, year, state)) }, state.as);
  }

  standard(indicator, year) {
    const none = { v: this.areas.map(() => null), s: (indicator.asked === false ? 'n' : 'm').repeat(this.areas.length), x: [] };
    const entry = indicator.years[year] || { ...none, c: null, b: [], l: [], n: [], p: '', o: [], f: [], z: '' };
    const [colours, inks] = this.colours[entry.p] || [[], []];
    return { indicator, year, ...entry, colours, inks, drawn: indicator.drawn };
  }

  async customised(indicator, year, state) {
    const { legend } = await this.asked(indicator, year, CHOICES, state);
    return {
      b: legend.bounds, l: legend.labels, n: legend.counts, colours: legend.colours,
      inks: legend.inks, method: legend.method, o: legend.notes.map((note) => note[this.lang]),
    };
  }

  async changed(indicator, year, state) {
    const full = await this.asked(indicator, year, ['from', 'definitions', ...CHOICES], state);
    return shortOf(full, indicator, this.lang, Number(state.from));
  }

  // What the API says to a query and what was chosen; the same is not asked twice.
  async asked(indicator, year, choices, state) {
    const query = new URLSearchParams({ indicator: indicator.id, year });
    choices.filter((key) => state[key]).forEach((key) => query.set(key, state[key]));
    query.set('shared', sharedOf(indicator, state));
    const key = query.toString();
    if (!this.fetched.has(key)) this.fetched.set(key, await getJson(`${this.api}view?${key}`));
    return this.fetched.get(key);
  }

  // The figures of both years, and how the change is worked out from them.
  async provenanceOfChange({ id, change }, area, year) {
    const [before, now] = await Promise.all([change.from, year].map((one) => this.provenance(id, area, one)));
    const figures = new Map([...now.figures, ...before.figures].map((one) => [JSON.stringify(one), one]));
    const said = change.working[this.lang] + (now.working ? `；${now.working[this.lang]}` : '');
    return { figures: [...figures.values()], working: { [this.lang]: said } };
  }

  async provenance(indicator, area, year, kind = 'actual') {
    if (!this.api) return this.embedded(indicator, area, year, kind);
    const query = new URLSearchParams({ indicator, area, year, kind });
    return getJson(`${this.api}provenance?${query}`);
  }

  // A page that stands alone carries its figures, each once.
  embedded(indicator, area, year, kind) {
    const { of, columns, rows, rules, working } = this.figures;
    const ids = of[`${indicator}|${kind}`]?.[year]?.[area] || [];
    const figures = ids.map((id) => Object.fromEntries(columns.map((name, at) => [name, rows[id][at]])));
    return { figures, working: working[indicator], rule: rules[`${indicator}|${kind}`]?.[year]?.[area] };
  }

  // What the map itself knows of one value.
  known(indicator, code, year, kind) {
    if (kind === 'target') {
      const goal = indicator.targets.find(([at]) => at === year) || [year, null, false];
      return { value: goal[1], status: 'r', conflict: goal[2], others: goal[3], how: goal[4] };
    }
    const entry = indicator.change?.view ?? indicator.years[year];
    const index = this.indexOf.get(code);
    const joint = entry?.j?.find((one) => one[0] === code);
    if (joint) return { value: joint[2], status: joint[3], conflict: joint[4], others: joint[5], how: joint[6] };
    if (index === undefined) return { value: entry?.c?.[0] ?? null, status: entry?.c?.[1], conflict: entry?.c?.[2], others: entry?.c?.[3], how: entry?.c?.[4] };
    if (!entry) return { value: null, conflict: false };
    return { ...valueAt(entry, index), method: entry.e, range: entry.r?.[index] };
  }
}

const drawnAs = (view, asked) => ({ ...view, drawn: ['fill', 'symbol'].includes(asked) ? asked : view.drawn });

export const getJson = async (address) => {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(body?.error?.message?.[document.documentElement.lang.slice(0, 2)] || `${answer.status}`), { code: body?.error?.code });
  return body;
};
