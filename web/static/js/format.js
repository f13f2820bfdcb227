// Numbers and words as printed. Missing is never 0: it has its own word.

export const STATUS = {
  r: 'reported', d: 'derived', p: 'provisional', a: 'apportioned', s: 'suppressed', m: 'missing',
};

export const fixed = (value, decimals) => {
  const [whole, part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = part === undefined ? grouped : `${grouped}.${part}`;
  return value < 0 && /[1-9]/.test(digits) ? `−${digits}` : digits;
};

export const printed = (value, status, indicator, t) => {
  if (value == null) return status === 's' ? t.suppressed : missingOf(indicator, t);
  return fixed(value, indicator.decimals);
};

// Of two years one may be missing, or the two may not be comparable.
export const missingOf = (indicator, t) => (indicator.change ? t.not_comparable : t.missing);

export const decimalsOf = (value) => Math.min(6, (String(value).split('.')[1] || '').length);

// What is known of one area on a map.
export const valueAt = (view, index) => ({
  value: view.v[index], status: view.s[index], conflict: view.x.includes(index), others: view.u?.[index], joint: view.g?.includes(index),
});

// What stands for a value: the number with its mark, the numbers side by side that no rule decides
// between, or the word for what is missing.
export const saying = ({ value, status, conflict, others, joint }, indicator, t) => {
  if (joint) return t.jointly;
  if (value == null && others) return fill(t.undecided, { values: others.map((one) => fixed(one, Math.max(indicator.decimals, decimalsOf(one)))).join('｜') });
  return printed(value, status, indicator, t) + markOf(status, conflict, t);
};

// The short mark after a value that is not plainly reported.
export const markOf = (status, conflict, t) => {
  const mark = { p: t.mark_provisional, a: t.mark_apportioned }[status] || '';
  return conflict ? `${mark}${t.mark_conflict}` : mark;
};

export const fill = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// Estimates have no place among what was reported, unless it is asked for.
export const rankable = (view, withEstimates) => view.v.map((value, index) => (view.s[index] === 'a' && !withEstimates ? null : value));

// Place among those that have a value: the largest is 1, equal values share a place.
export const ranksOf = (values) => {
  const known = values.filter((value) => value != null).sort((a, b) => b - a);
  const places = new Map();
  known.forEach((value, index) => { if (!places.has(value)) places.set(value, index + 1); });
  return values.map((value) => (value == null ? null : places.get(value)));
};
