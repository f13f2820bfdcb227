// Which way the reader came. While a window is open each page remembers its last address, and the
// links of the head (data-back) lead back to what was left there, in the language of the link.

const SHELF = 'geomap.trail';

// What a page was last asked, without the language; null where nothing was.
export const askedOf = (search) => {
  const query = new URLSearchParams(search);
  query.delete('lang');
  return query.size ? query.toString() : null;
};

// A page that refuses its address forgets it: who goes there again begins anew.
export const withStep = (trail, path, search, refused) => {
  const { [path]: last, ...others } = trail;
  const asked = askedOf(search);
  if (refused) return last === asked ? others : trail;
  return asked ? { ...others, [path]: asked } : others;
};

// Where a link leads: its own language, and what was left on the page behind it.
export const backTo = (path, lang, trail) => `${path}?lang=${lang}${typeof trail[path] === 'string' ? `&${trail[path].replace(/%2C/g, ',').replace(/%3A/g, ':')}` : ''}`;

// Where nothing may be kept, links lead to the beginning of each page.
const read = () => {
  try { return JSON.parse(window.sessionStorage.getItem(SHELF)) || {}; } catch { return {}; }
};
const keep = (trail) => {
  try { window.sessionStorage.setItem(SHELF, JSON.stringify(trail)); } catch { /* nothing is kept */ }
};

export const followTrail = () => {
  const { pathname } = window.location;
  const leave = () => keep(withStep(read(), pathname, window.location.search, Boolean(document.querySelector('[data-refused]'))));
  const lead = () => {
    const trail = read();
    document.querySelectorAll('a[data-back]').forEach((link) => {
      const { pathname: path, searchParams } = new URL(link.href);
      if (path !== pathname) link.href = backTo(path, searchParams.get('lang'), trail);
    });
  };
  leave();
  lead();
  window.addEventListener('pagehide', leave);
  // Back may show a page as it was left, with the links of then.
  window.addEventListener('pageshow', (event) => { if (event.persisted) lead(); });
};
