// The numbers of an indicator over the years, and round numbers for an axis. Pure.

import { valueAt } from '../shared/format.js';

const COUNT = 'count';

const ofCity = (entry) => (entry.c ? { value: entry.c[0], status: entry.c[1], conflict: entry.c[2], others: entry.c[3], how: entry.c[4] } : { value: null });

// Every year of an indicator for one place: an index of the areas, or -1 for the city.
export const pointsOf = (indicator, index) => Object.entries(indicator.years).map(([year, entry]) => ({
  year: Number(year), ...(index < 0 ? ofCity(entry) : valueAt(entry, index)),
}));

// The years from which the numbers of a place are others: by definition, or by its boundaries.
export const breaksOf = (indicator, area) => [...indicator.breaks, ...(area?.splits ?? [])];

// Whether one of these years lies between two, of which the later may be such a year itself.
export const isBroken = (breaks, from, to) => breaks.some((since) => from < since && since <= to);

// Whether a line may run from one point to the next: both have a number, no year with a gap lies
// between, and nothing has changed what is counted.
const joined = (breaks, from, to) => from.value != null && to.value != null && !isBroken(breaks, from.year, to.year);

// The pieces of a line: those that end in an estimate are dashed.
export const pieces = (breaks, points) => points.slice(1).flatMap((to, at) => (joined(breaks, points[at], to)
  ? [{ from: points[at], to, dashed: points[at].status === 'a' || to.status === 'a' }] : []));

// What a chart shows: the chosen area, or the city; beside it what it is compared with. A total
// lies so far above its parts that they would be flat beside it.
export const seriesOf = (atlas, indicator, area) => {
  const own = area == null || area === atlas.city.code ? -1 : atlas.indexOf.get(area);
  const total = indicator.measure === COUNT;
  const all = atlas.areas.map((one, index) => ({ index, name: one.short || one.name, points: pointsOf(indicator, index), breaks: breaksOf(indicator, one) }));
  const city = { index: -1, name: atlas.city.name, points: pointsOf(indicator, -1), breaks: indicator.breaks };
  const known = (one) => one.points.some((point) => point.value != null);
  const chosen = own < 0 ? city : all[own];
  if (own < 0 && !known(city)) return { chosen: null, beside: all.filter(known), goals: [] };
  const beside = [...(own >= 0 && !total ? [city] : []), ...(own < 0 && total ? [] : all.filter((one) => one !== chosen))].filter(known);
  return { chosen: known(chosen) ? chosen : null, beside, goals: own < 0 ? indicator.targets.filter(([, value]) => value != null).map(([year, value, conflict, others, how]) => ({ year, value, status: 'r', conflict, others, how })) : [] };
};

// The last and the first of a list before the others: whoever has no room leaves out of the middle.
export const endsFirst = (list) => [...new Set([...list.slice(-1), ...list])];

const STEPS = [1, 2, 2.5, 5, 10];

// Round numbers that cover a span with at most `most` steps; from 0 unless that would flatten it.
export const ticksOf = (values, { fromZero = true, most = 5 } = {}) => {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (fromZero || high - low > 0.25 * Math.max(Math.abs(low), Math.abs(high)) || high === low) { low = Math.min(0, low); high = Math.max(0, high); }
  if (low === high) high = low + 1;
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((one) => one * power).find((one) => one >= rough * (1 - 1e-9));
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) + (step / power === 2.5 ? 1 : 0);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(Math.min(20, digits))));
};

// The years written below: all of a few, else every fifth or tenth, the last always.
export const yearsShown = (first, last, most) => {
  const step = [1, 2, 5, 10, 20, 50].find((one) => (last - first) / one < most) ?? 100;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((year) => (last - year) % step === 0);
};
