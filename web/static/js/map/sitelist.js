// The list of sites beside the map, by area: those with coordinates and those without. Whatever is
// chosen here is chosen on the map, and the other way round.

import { byId, el, shapeIcon } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { FACETS, OUTSIDE, choicesOf, homeOf, narrowed, passing } from './sitefilter.js';

const OPEN = 60; // so many sites are listed at once; of more, the areas are
const HEAD = 48; // pixels of the heading, which stays
const PAGE = 100; // rows of one area that are made at a time

export class SiteList {
  constructor(atlas, { onChange, onSite, onPoint, onOpen }) {
    Object.assign(this, { atlas, onChange, onSite, onPoint, onOpen, box: byId('site-list'), rows: byId('site-rows'), pages: new Map() });
    this.rank = new Map(atlas.kinds.map((kind, index) => [kind.id, index]));
    byId('sites-open').addEventListener('click', () => this.turn());
    byId('site-list-close').addEventListener('click', () => this.turn());
    byId('sites-open').hidden = !atlas.sites.length;
    const point = (event) => this.onPoint(event.target.closest?.('[data-site]')?.dataset.site ?? null);
    ['mouseover', 'focusin'].forEach((name) => this.rows.addEventListener(name, point));
    ['mouseleave', 'focusout'].forEach((name) => this.rows.addEventListener(name, () => this.onPoint(null)));
  }

  async turn() {
    const open = this.box.hidden;
    await this.onChange({ list: open ? 'sites' : null });
    if (open) {
      this.onOpen();
      this.box.focus({ preventScroll: true });
    } else byId('sites-open').focus();
  }

  show(state, kinds, sites, marked) {
    const { atlas } = this;
    const open = state.list === 'sites';
    const all = atlas.sites.length;
    this.box.hidden = !open;
    byId('table').hidden = open;
    byId('profile').hidden = open && !state.area && !this.current;
    byId('sites-open').setAttribute('aria-expanded', String(open));
    byId('sites-open').querySelector('small').textContent = fill(atlas.t.sites_of, { count: sites.length, all });
    if (!open) return;
    if (!this.filters) this.furnish();
    this.kinds.forEach((button, id) => button.setAttribute('aria-pressed', String(kinds.includes(id))));
    this.filters.forEach((select, key) => { select.value = state[key] || ''; });
    if (this.drawn === sites && this.marked === marked) return;
    Object.assign(this, { drawn: sites, marked, state, pinned: false });
    const narrow = narrowed(state).length > 0;
    byId('site-count').textContent = fill(atlas.t.sites_listed, { count: sites.length, all, unplaced: sites.filter((site) => site.lon == null).length });
    byId('site-clear').hidden = !narrow && kinds.length >= this.kinds.size;
    byId('site-note').hidden = !narrow;
    this.list(sites, state, kinds);
  }

  // Some of them alone, until something else is chosen.
  pin(sites) {
    const { atlas } = this;
    this.list(sites, this.state, [...this.kinds.keys()]);
    Object.assign(this, { drawn: sites, pinned: true });
    byId('site-count').textContent = fill(atlas.t.sites_here, { count: sites.length });
    byId('site-clear').hidden = false;
    this.box.scrollTop = 0;
    this.box.focus({ preventScroll: true });
  }

  furnish() {
    const { atlas, onChange } = this;
    const { t } = atlas;
    const counts = (kind) => atlas.sites.filter((site) => site.kind === kind.id).length;
    const kinds = atlas.kinds.filter(counts);
    this.kinds = new Map(kinds.map((kind) => [kind.id, el('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.turnKind(kind.id) }, shapeIcon(kind.shape, 14), `${kind.name} `, el('small', {}, counts(kind)))]));
    const choices = choicesOf(atlas, t);
    this.filters = new Map(Object.entries(choices).map(([key, values]) => [key, el('select', { onchange: (event) => onChange({ [key]: event.target.value || null }) },
      el('option', { value: '' }, t.any), ...values.map(([value, word]) => el('option', { value }, word)))]));
    byId('site-kinds').replaceChildren(...this.kinds.values());
    byId('site-filters').replaceChildren(...[...this.filters].map(([key, select]) => el('label', {}, t[`facet_${key}`], select)));
    byId('site-clear').addEventListener('click', () => onChange({ layers: [...this.kinds.keys()].join(','), ...Object.fromEntries(FACETS.map((key) => [key, null])) }));
  }

  turnKind(id) {
    const on = [...this.kinds].filter(([one, button]) => (one === id) !== (button.getAttribute('aria-pressed') === 'true'));
    this.onChange({ layers: on.map(([one]) => one).join(',') });
  }

  // By area in the order of the map, then those whose area is not stated, then those outside.
  list(sites, state, kinds) {
    const { atlas } = this;
    const { t } = atlas;
    const groups = new Map([...atlas.areas.map((area) => [area.code, []]), [atlas.city.code, []], [OUTSIDE, []]]);
    sites.forEach((site) => groups.get(homeOf(atlas, site)).push(site));
    const all = sites.length <= OPEN;
    this.pages.clear();
    const drawn = [...groups].filter(([, own]) => own.length).map(([code, own]) => this.groupOf(code, own, all || state.within === code || state.area === code));
    this.rows.replaceChildren(...drawn);
    if (drawn.length) return;
    const hidden = passing(atlas, state).length;
    this.rows.append(el('p', { class: 'empty' }, kinds.length || !hidden ? t.no_sites : t.no_kinds));
  }

  nameOf(code) {
    const { atlas } = this;
    if (code === OUTSIDE) return atlas.t.outside;
    return code === atlas.city.code ? atlas.t.area_unstated : atlas.nameOf(code);
  }

  groupOf(code, own, open) {
    const { t } = this.atlas;
    const rank = (site) => this.rank.get(site.kind);
    const sites = [...own].sort((a, b) => rank(a) - rank(b));
    const homeless = own.filter((site) => site.lon == null).length;
    const list = el('ul');
    const group = el('details', { open, 'data-area': code }, el('summary', {}, this.nameOf(code), el('small', {}, ` ${fill(t.sites_drawn, { count: own.length })}${homeless ? fill(t.of_them_unplaced, { count: homeless }) : ''}`)), list);
    const page = { sites, list, made: 0 };
    this.pages.set(code, page);
    if (open) this.more(page);
    group.addEventListener('toggle', () => { if (group.open && !page.made) this.more(page); });
    return group;
  }

  more(page, upTo = page.made + PAGE) {
    page.rest?.remove();
    page.list.append(...page.sites.slice(page.made, upTo).map((site) => this.rowOf(site)));
    page.made = Math.min(upTo, page.sites.length);
    const left = page.sites.length - page.made;
    page.rest = left > 0 ? el('li', {}, el('button', { type: 'button', onclick: () => { const from = page.made; this.more(page); page.list.children[from]?.querySelector('button')?.focus(); } }, fill(this.atlas.t.sites_more, { count: Math.min(PAGE, left), left }))) : null;
    if (page.rest) page.list.append(page.rest);
  }

  rowOf(site) {
    const { atlas } = this;
    const { plans, t } = atlas;
    const kind = atlas.kinds[this.rank.get(site.kind)];
    const mark = plans?.marks[site.id];
    const said = [atlas.levels[site.l]?.[1], ...(site.d || []).map((at) => atlas.industries[at]), site.lon == null ? t.no_coordinates : null].filter(Boolean);
    return el('li', { 'data-site': site.id, 'aria-current': site.id === this.current || null },
      el('button', { type: 'button', class: 'plain', onclick: () => this.onSite(site) }, shapeIcon(kind.shape, 14), el('span', { class: 'hush' }, `${kind.name} `), el('span', {}, site.name),
        mark ? plans.sign(mark[0]) : null, mark ? el('span', { class: 'hush' }, plans.words(site.id)) : null),
      said.length ? el('small', {}, said.join(' · ')) : null);
  }

  rowAt(id) { return this.rows.querySelector(`[data-site="${CSS.escape(id)}"]`); }

  // The row of a site, made and opened where it was not yet.
  reveal(id) {
    const site = this.drawn?.find((one) => one.id === id);
    const page = site && this.pages.get(homeOf(this.atlas, site));
    if (!page) return null;
    page.list.parentElement.open = true;
    const at = page.sites.indexOf(site);
    if (at >= page.made) this.more(page, (Math.floor(at / PAGE) + 1) * PAGE);
    return this.rowAt(id);
  }

  // The site that was opened, on the map or here.
  mark(id) {
    this.rows.querySelector('[aria-current]')?.removeAttribute('aria-current');
    this.current = id;
    byId('profile').hidden = false;
    if (this.box.hidden) return;
    const row = this.reveal(id);
    row?.setAttribute('aria-current', 'true');
    this.scrollTo(row);
  }

  // Those that the pointer is over on the map.
  light(ids) {
    this.rows.querySelectorAll('[data-lit]').forEach((row) => row.removeAttribute('data-lit'));
    if (!this.box.hidden) ids.forEach((id) => this.rowAt(id)?.setAttribute('data-lit', ''));
  }

  // The sites of one area that have no place on the map.
  toUnplaced(code) {
    const first = this.drawn?.find((site) => homeOf(this.atlas, site) === code && site.lon == null);
    const row = first && this.reveal(first.id);
    this.scrollTo(row);
    row?.querySelector('button').focus({ preventScroll: true });
  }

  // Within the list: scrollIntoView would move the page too.
  scrollTo(row) {
    if (!row) return;
    const [own, frame] = [row, this.box].map((one) => one.getBoundingClientRect());
    if (own.top < frame.top + HEAD || own.bottom > frame.bottom) this.box.scrollTop += own.top - frame.top - frame.height / 3;
  }
}
