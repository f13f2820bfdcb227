// How many sites of each kind an area has, and where there is none. Python says which lists are
// complete (views/evidence/site_lists); only there a zero is one.

import { byId, el, shapeIcon } from '../shared/dom.js';
import { fill } from '../shared/format.js';

// What one cell says: the sign, and the words for it.
export const cellOf = (count, year, t) => {
  if (year) return [String(count), fill(count ? t.list_all : t.list_none, { count, year })];
  return count ? [`≥${count}`, fill(t.list_more, { count })] : ['–', t.list_silent];
};

const tableOf = (atlas, kinds) => el('table', {},
  el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, atlas.t.chart_area), ...kinds.map((kind) => el('th', { scope: 'col', title: kind.name }, shapeIcon(kind.shape, 14), el('span', { class: 'hush' }, kind.name))))),
  el('tbody', {}, ...atlas.areas.map((area, index) => el('tr', {}, el('th', { scope: 'row' }, area.short),
    ...kinds.map((kind) => {
      const { n, y } = atlas.siteLists[kind.id];
      const [sign, words] = cellOf(n[index], y[index], atlas.t);
      return el('td', { title: words, class: sign === '–' ? 'gone' : '' }, el('span', { 'aria-hidden': 'true' }, sign), el('span', { class: 'hush' }, words));
    })))));

export const furnishLists = (atlas) => {
  const kinds = atlas.kinds.filter((kind) => atlas.siteLists[kind.id]);
  byId('site-lists').hidden = !kinds.length;
  byId('site-lists').addEventListener('toggle', () => {
    const within = kinds.filter((kind) => !kind.outside);
    byId('site-lists-body').replaceChildren(...(within.length ? [el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': byId('site-lists').querySelector('summary').textContent }, tableOf(atlas, within)), el('p', {}, el('small', {}, atlas.t.list_key))] : []),
      ...kinds.map((kind) => el('p', { 'data-kind': kind.id }, shapeIcon(kind.shape, 14), atlas.siteLists[kind.id].z)));
  }, { once: true });
};
