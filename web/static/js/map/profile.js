// The profile of one area, or of the city while none is chosen: every indicator with its year,
// its place and the city beside it; the sites within and their targets. Each number opens its source.

import { el, punctuated, shapeIcon } from '../shared/dom.js';
import { decimalsOf, fill, fixed, missingOf, rankable, ranksOf, saidPlace, saying, valueAt } from '../shared/format.js';
import { besideCity } from './beside.js';
import { sparkOf } from './spark.js';

const number = (text, t, onclick) => el('button', { type: 'button', class: 'number', title: t.see_source, onclick }, text);

export class Profile {
  constructor(root, atlas, { onClose, onSource, onSiteFigure, onIndicator, onSite, onChoose }) {
    Object.assign(this, { root, atlas, onClose, onSource, onSiteFigure, onIndicator, onSite, onChoose });
  }

  // Each figure is of the year chosen where there is one of it; another year is said beside it.
  show(code, year) {
    const { atlas } = this;
    this.year = year;
    const { t } = atlas;
    const whole = !atlas.indexOf.has(code);
    const area = whole ? atlas.city : atlas.areas[atlas.indexOf.get(code)];
    const own = this.within(area, whole);
    const plans = atlas.plans?.summary(area, whole, own, { openSite: this.onSite, openFigure: this.onPlanFigure(own) });
    const sections = atlas.groups.map((group) => this.groupOf(group, area, whole)).filter(Boolean);
    this.root.replaceChildren(...[
      el('header', {}, el('h2', { id: 'profile-name' }, area.name), el('span', { class: 'sub' }, area.english && area.english !== area.name ? area.english : ''),
        whole || !atlas.api ? null : el('button', { type: 'button', 'data-part': 'choose', onclick: () => this.onChoose(code) }, t.side_go),
        whole ? null : el('button', { type: 'button', class: 'close', 'aria-label': t.close_profile, onclick: this.onClose }, '×')),
      ...(plans ? [plans] : []), sections.length && year !== null ? el('p', { class: 'of-year' }, fill(t.profile_year, { year })) : null, ...(sections.length ? sections : [el('p', { class: 'empty' }, t.no_figures)]),
      ...this.sitesOf(own),
    ].filter(Boolean));
  }

  groupOf(group, area, whole) {
    const { atlas } = this;
    const rows = atlas.indicators.filter((one) => one.group === group.id)
      .map((one) => this.rowOf(one, area, whole)).filter(Boolean);
    if (!rows.length) return null;
    const heads = whole ? [atlas.t.indicator, atlas.t.value, atlas.t.target] : [atlas.t.indicator, atlas.t.value, atlas.t.place, atlas.t.beside_city];
    return el('table', {}, el('caption', {}, group.name),
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))), el('tbody', {}, ...rows));
  }

  rowOf(indicator, area, whole) {
    const latest = this.latest(indicator, area, whole);
    const targets = whole ? indicator.targets : [];
    if (!latest && !targets.length) return null;
    const { t } = this.atlas;
    const name = el('th', { scope: 'row' }, el('button', { type: 'button', class: 'plain', onclick: () => this.onIndicator(indicator.id) }, indicator.name),
      el('small', {}, ` ${indicator.unit}`));
    const cell = el('td', { class: 'value' });
    const spark = sparkOf(indicator, whole ? -1 : this.atlas.indexOf.get(area.code), area, latest?.year);
    if (spark) name.append(spark);
    if (latest) {
      const text = saying(latest, indicator, t);
      cell.append(number(text, t, () => this.onSource(indicator, area.code, latest.year)), ...(latest.year === this.year ? [] : [el('b', { class: 'other-year' }, ` ${latest.year}`)]));
    } else cell.append(el('span', { class: 'gone' }, missingOf(indicator, t)));
    if (whole) {
      const goals = targets.map(([year, value, conflict, others, how]) => el('span', { class: 'goal' },
        number(saying({ value, status: 'r', conflict, others, how }, indicator, t), t, () => this.onSource(indicator, area.code, year, 'target')), el('small', {}, ` ${year}`)));
      return el('tr', {}, name, cell, el('td', {}, ...goals));
    }
    return el('tr', {}, name, cell, el('td', {}, latest?.rank ? `${saidPlace(latest.rank, latest.ranks, t)}/${latest.of}` : '–'), el('td', { class: 'beside' }, besideCity(indicator, latest, latest?.city, t)));
  }

  // Of the year chosen; else the city's latest, and for an area the year that most areas have, so
  // that places can be told.
  latest(indicator, area, whole) {
    const years = this.atlas.yearsOf(indicator).reverse();
    if (!whole) years.unshift(indicator.start);
    years.unshift(this.year);
    for (const year of years) {
      const entry = indicator.years[year];
      if (!entry) continue;
      if (whole && entry.c) return { year, value: entry.c[0], status: entry.c[1], conflict: entry.c[2], others: entry.c[3], how: entry.c[4] };
      const index = this.atlas.indexOf.get(area.code);
      if (!whole && (entry.v[index] != null || entry.u?.[index] || entry.q?.[index])) {
        const ranks = ranksOf(rankable(entry, false, indicator));
        return { year, ...valueAt(entry, index), ranks, rank: ranks[index], of: ranks.filter(Boolean).length, city: entry.c && { value: entry.c[0], how: entry.c[4] } };
      }
    }
    return null;
  }

  within(area, whole) {
    const { atlas } = this;
    return atlas.sites.filter((site) => (whole ? !atlas.indexOf.has(site.area) : site.area === area.code));
  }

  onPlanFigure(own) {
    return (fact, site) => this.onSiteFigure(site || own.find((one) => one.id === fact.site), fact);
  }

  sitesOf(inside) {
    const { atlas } = this;
    return atlas.kinds.map((kind) => {
      const sites = inside.filter((site) => site.kind === kind.id);
      if (!sites.length) return null;
      return el('section', { class: 'sites' }, el('h3', {}, shapeIcon(kind.shape, 14), punctuated(`${kind.name}（${sites.length}）`)),
        el('ul', {}, ...sites.map((site) => this.siteOf(site))));
    }).filter(Boolean);
  }

  siteOf(site) {
    const { plans, t } = this.atlas;
    const facts = this.atlas.siteFigures.filter((one) => one.site === site.id);
    const lines = facts.map((fact) => el('li', {}, fact.kind === 'target' ? el('em', {}, t.target) : null, `${fact.name} `,
      number(fact.said ? fact.said : fact.value != null ? `${fixed(fact.value, decimalsOf(fact.value))} ${fact.unit}` : fact.text || t[fact.status], t, () => this.onSiteFigure(site, fact)), el('small', {}, ` ${fact.date}`),
      plans?.judged(fact, (figure) => this.onSiteFigure(site, figure))));
    const where = site.lon == null ? t.no_coordinates : { anchor: t.precision_anchor, town: t.precision_town, city: t.precision_city }[site.precision] || '';
    const undecided = facts.some((fact) => plans?.rowOf.get(fact)?.[7] !== undefined);
    const mark = plans?.marks[site.id];
    const head = [site.name, where ? el('small', { class: 'where' }, ` ${where}`) : null, mark ? el('span', { class: 'tally' }, ' ', ...plans.tally(mark.slice(1))) : null];
    if (!lines.length) return el('li', { id: `site-${site.id}` }, ...head.filter(Boolean));
    return el('li', { id: `site-${site.id}` }, el('details', {}, el('summary', {}, ...head.filter(Boolean)), undecided ? el('p', { class: 'both' }, plans.undecided) : null, el('ul', { class: 'facts' }, ...lines)));
  }

  openSite(id) {
    this.root.querySelector('.found')?.classList.remove('found');
    const item = document.getElementById(`site-${id}`);
    item?.classList.add('found');
    item?.querySelector('details')?.setAttribute('open', '');
    item?.scrollIntoView({ block: 'start' });
  }
}
