// The address owns the state: links, Back and reports work.

const KEYS = ['indicator', 'year', 'as', 'method', 'classes', 'palette', 'shared', 'breaks', 'layers', 'area', 'compare', 'estimates', 'progress', 'from', 'definitions', 'view', 'areas', 'at', 'list', 'level', 'industry', 'verdict', 'within'];

export const readState = (search = window.location.search) => {
  const query = new URLSearchParams(search);
  const state = {};
  KEYS.forEach((key) => { if (query.get(key)) state[key] = query.get(key); });
  // A messenger writes from=singlemessage: only a year is the page's own.
  const [from] = query.getAll('from').filter((one) => /^\d+$/.test(one.trim()));
  if (from) state.from = from;
  else delete state.from;
  if (query.has('layers')) state.layers = query.get('layers');
  return state;
};

export const addressOf = (state) => {
  const query = new URLSearchParams(window.location.search);
  KEYS.forEach((key) => {
    if (state[key] === undefined || state[key] === null) query.delete(key);
    else query.set(key, state[key]);
  });
  const text = query.toString().replace(/%2C/g, ',').replace(/%3A/g, ':');
  return `${window.location.pathname}${text ? `?${text}` : ''}`;
};

export const writeState = (state, { replace = false } = {}) => {
  const address = addressOf(state);
  if (address === `${window.location.pathname}${window.location.search}`) return;
  try {
    window.history[replace ? 'replaceState' : 'pushState'](null, '', address);
  } catch {
    // A page opened from a disk may not change its address; the map works all the same.
  }
};
