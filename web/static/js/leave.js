// What can be taken away: each link asks the server for just what the map shows.

import { byId } from './dom.js';

const DRAWN = ['as', 'method', 'classes', 'palette', 'shared', 'breaks', 'estimates'];

// The parameters that draw what the map shows.
export const asked = (view, state, layers, lang) => {
  const query = new URLSearchParams({ indicator: view.indicator.id });
  if (view.year !== null) query.set('year', view.year);
  DRAWN.filter((key) => state[key] !== undefined).forEach((key) => query.set(key, state[key]));
  query.set('layers', layers.join(','));
  query.set('lang', lang);
  return query;
};

export const takeAway = (view, state, layers, lang) => {
  const query = asked(view, state, layers, lang);
  document.querySelectorAll('#leave [data-format]').forEach((link) => {
    const encoding = link.dataset.encoding ? `&encoding=${link.dataset.encoding}` : '';
    link.href = `/export.${link.dataset.format}?${query}${encoding}`;
  });
};

// The menu closes as menus do: by Escape, by a choice, by a click elsewhere.
export const furnishLeave = () => {
  const menu = byId('leave');
  if (!menu) return;
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target) || event.target.closest('a')) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
};
