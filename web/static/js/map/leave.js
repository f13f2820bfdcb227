// What can be taken away: each link asks the server for just what the map shows.

import { sharedOf } from './atlas.js';
import { byId } from '../shared/dom.js';

const STYLE = ['as', 'method', 'classes', 'palette', 'shared', 'breaks', 'estimates'];
const CHANGE = ['from', 'definitions'];

// The parameters that draw what the map shows.
export const asked = ({ view, state, atlas }) => {
  const query = new URLSearchParams({ indicator: view.indicator.id });
  if (view.year !== null) query.set('year', view.year);
  [...STYLE, ...(view.indicator.change ? CHANGE : [])].filter((key) => state[key] !== undefined).forEach((key) => query.set(key, state[key]));
  query.set('shared', sharedOf(view.indicator, state));
  query.set('lang', atlas.lang);
  return query;
};

// Each file shows what the page shows, to whom the reader says; without a choice, to the public.
export const takeAway = (page) => {
  if (!byId('leave')) return;
  const query = asked(page);
  query.set('audience', byId('audience')?.value ?? 'public');
  byId('leave-page').hidden = Boolean(page.view.indicator.change); // the page holds years, not changes
  byId('download').href = `/map.html?${query}`;
  query.set('layers', page.layers().join(','));
  document.querySelectorAll('#leave [data-format]').forEach((link) => {
    const encoding = link.dataset.encoding ? `&encoding=${link.dataset.encoding}` : '';
    link.href = `/export.${link.dataset.format}?${query}${encoding}`;
  });
};

// The other language shows the same map, and so does the whole page behind one in a frame.
export const keepLanguage = (lang) => {
  const link = document.querySelector('.language');
  const query = new URLSearchParams(window.location.search);
  query.delete('embed');
  if (byId('whole')) byId('whole').href = `/?${query}`;
  query.set('lang', lang === 'zh' ? 'en' : 'zh');
  if (link) link.href = `?${query}`;
};

// The menu closes as menus do: by Escape, by a choice, by a click elsewhere.
export const furnishLeave = (page) => {
  const menu = byId('leave');
  if (!menu) return;
  byId('audience')?.addEventListener('change', () => takeAway(page));
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target) || event.target.closest('a')) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
};
