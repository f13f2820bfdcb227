// The change between two years: the control in the left panel, and the API's view in short form.
// Python works it out and classes it (geomap.changemap); here it is only asked for and shown.

import { byId, el } from '../shared/dom.js';
import { ABSENT, fill, STATUS } from '../shared/format.js';

const LETTERS = Object.fromEntries(Object.entries({ ...STATUS, ...ABSENT }).map(([letter, status]) => [status, letter]));
const letterOf = (one) => LETTERS[one.absence || one.status];
const DROPPED = { from: null, definitions: null };

// Other years, other classes: what was chosen for one map does not fit the other.
const since = (from) => ({ ...DROPPED, from, breaks: null, palette: null, method: null });

// A later year may still be compared with the same one.
export const upTo = (year, state) => ({ year, ...(Number(state.from) >= Number(year) ? DROPPED : {}) });

const whereAny = (areas, holds, give) => Object.fromEntries(areas.flatMap((one, at) => (holds(one) ? [[at, give(one)]] : [])));

// How a number is written that is not written in the usual way, as geomap.payload says it.
const howOf = (one, indicator, lang) => (one.text?.[lang] && (one.level != null || one.approx || one.decimals !== indicator.decimals) ? { d: one.decimals, t: one.text[lang] } : null);

const cityOf = (one, indicator, lang) => (one ? [one.value, letterOf(one), one.conflict, null, howOf(one, indicator, lang)] : null);

// What several areas have together, and which have nothing of their own beside it.
const togetherOf = ({ areas, joint = [], indicator }, lang) => {
  const within = new Set(joint.filter((one) => one.value !== null).flatMap((one) => one.code.split('+')));
  const alone = areas.flatMap((one, at) => (within.has(one.code) && one.status === 'missing' ? [at] : []));
  return joint.length ? { j: joint.map((one) => [one.code, one.name[lang], ...cityOf(one, indicator, lang)]), g: alone } : {};
};

// A view as the API gives it, in the short form of geomap.payload.
export const shortOf = (full, indicator, lang, from) => {
  const { areas, legend, symbols } = full;
  const { name, unit, decimals, definition, measure } = full.indicator;
  const inWords = (notes) => notes.map((note) => note[lang]);
  const ranges = whereAny(areas, (one) => one.low !== null && !one.approx, (one) => [one.low, one.high]);
  const written = whereAny(areas, (one) => howOf(one, full.indicator, lang), (one) => howOf(one, full.indicator, lang));
  const method = areas.find((one) => one.method)?.method;
  const view = {
    year: full.year, base: from, drawn: full.representation,
    v: areas.map((one) => one.value), s: areas.map(letterOf).join(''),
    x: areas.flatMap((one, at) => (one.conflict ? [at] : [])), c: cityOf(full.city, full.indicator, lang),
    b: legend.bounds, l: legend.labels, n: legend.counts, colours: legend.colours, inks: legend.inks,
    method: legend.method, o: inWords(legend.notes), f: full.sources, z: full.sentence[lang],
    // The first says how it is worked out, which the definition says too.
    ...(full.notes.length > 1 ? { w: inWords(full.notes.slice(1)) } : {}), ...togetherOf(full, lang),
    h: whereAny(areas, (one) => one.level !== null, (one) => one.level),
    ...(method ? { e: method[lang] } : {}), ...(Object.keys(ranges).length ? { r: ranges } : {}),
    ...(Object.keys(written).length ? { q: written } : {}), ...(symbols ? { y: { largest: symbols.largest, max: symbols.max_radius_px, legend: symbols.legend } } : {}),
  };
  const change = { from, view, working: full.notes[0] };
  return { ...view, indicator: { ...indicator, name: name[lang], unit: unit[lang], definition: definition[lang], decimals, measure, drawn: 'fill', targets: [], change } };
};

export class ChangeControl {
  constructor(atlas, { onChange }) {
    Object.assign(this, { atlas, onChange });
    if (!atlas.api) return;
    byId('since').addEventListener('change', (event) => onChange(since(event.target.value || null)));
    byId('accept').addEventListener('change', (event) => onChange({ definitions: event.target.checked ? 'accepted' : null }));
  }

  // It is there for whatever has two years; the first of them has none before it.
  show(view, state) {
    if (!this.atlas.api) return;
    const { t } = this.atlas;
    const years = this.atlas.yearsOf(view.indicator);
    const before = years.filter((year) => year < view.year);
    const select = byId('since');
    byId('change').hidden = years.length < 2;
    select.disabled = !before.length;
    select.replaceChildren(el('option', { value: '' }, before.length ? t.since_none : t.no_earlier),
      ...before.reverse().map((year) => el('option', { value: year }, fill(t.since, { year }))));
    select.value = state.from || '';
    const from = Number(state.from);
    byId('accepting').hidden = !state.from || !view.indicator.breaks.some((year) => from < year && year <= view.year);
    byId('accept').checked = state.definitions === 'accepted';
    this.drawing(Boolean(state.from), view, state);
  }

  // Gains and losses need a palette with a middle.
  drawing(changing, view, state) {
    const { diverging } = this.atlas;
    const palette = byId('palette');
    [...palette.options].forEach((option) => { option.disabled = changing && !diverging.includes(option.value); });
    if (!changing) return;
    palette.value = state.palette || (diverging.includes(view.indicator.palette) ? view.indicator.palette : diverging[0]);
  }
}
