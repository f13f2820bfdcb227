// What was promised and what became of it: verdicts as a sign with its word, for markers, legend
// and profiles. Python judges (geomap.progress_marks); here it is only written out.

import { el, svg } from '../shared/dom.js';
import { ABSENT, decimalsOf, fill, fixed, percent } from '../shared/format.js';

const BAR = 96;
const percentOf = (share) => `${percent(share)}%`;

export class Plans {
  constructor({ progress, siteFigures, sites, kinds, lang, api, t }) {
    Object.assign(this, { ...progress, lang, api, t, figures: siteFigures, rowOf: new Map() });
    this.asOf = fill(t.as_of, { year: progress.year });
    progress.rows.forEach((row) => this.rowOf.set(siteFigures[row[1]], row));
    const drawn = new Set(kinds.filter((kind) => !kind.outside).map((kind) => kind.id));
    this.placed = sites.filter((site) => site.lon != null && drawn.has(site.kind) && progress.marks[site.id]);
  }

  // Which marks the map shows: of all sites with targets when the reader asks ("on"), of none when he
  // switches them off; else of those that are judged, since a question mark everywhere says nothing.
  shown(asked) {
    if (asked === 'on') return 'all';
    return asked !== 'off' && this.placed.some((site) => this.isJudged(site.id)) ? 'judged' : '';
  }

  isJudged(id) { return this.marks[id]?.[0] < this.verdicts.length - 1; }

  markOf(id, shown) { return shown === 'all' || (shown && this.isJudged(id)) ? this.marks[id] : undefined; }

  // The small mark beside a marker: a sign in a frame, since sites have shapes of their own.
  sign(outcome) { return el('i', { class: 'sign-of', 'data-outcome': outcome, 'aria-hidden': 'true' }, this.verdicts[outcome][0]); }

  verdict(outcome, count) {
    const [sign, word] = this.verdicts[outcome];
    return el('span', { class: 'verdict', 'data-outcome': outcome }, el('span', { 'aria-hidden': 'true' }, `${sign} `), word, count === undefined ? null : el('b', {}, ` ${count}`));
  }

  tally(counts) { return counts.map((count, outcome) => (count ? this.verdict(outcome, count) : null)).filter(Boolean); }

  // The same in plain words, for those who hear the map and for the tip of a marker.
  words(id) {
    const counts = this.marks[id]?.slice(1);
    if (!counts) return '';
    const verdicts = counts.map((count, outcome) => (count ? `${this.verdicts[outcome][1]} ${count}` : '')).filter(Boolean);
    return fill(this.t.targets_are, { count: sum(counts), verdicts: verdicts.join(this.t.list_comma) });
  }

  // How many of the sites on the map bear which mark.
  legend(sites, shown) {
    const counts = this.verdicts.map(() => 0);
    const drawn = new Set(sites);
    this.placed.filter((site) => drawn.has(site)).forEach((site) => { counts[this.marks[site.id][0]] += 1; });
    if (!sum(counts)) return null;
    const unmarked = (outcome) => shown !== 'all' && outcome === counts.length - 1;
    return el('div', { class: 'marks' }, el('h3', {}, fill(this.t.marks_title, { year: this.year })),
      el('p', {}, ...counts.map((count, outcome) => (count ? el('span', { class: 'mark-of' }, unmarked(outcome) ? '' : this.sign(outcome), `${this.verdicts[outcome][1]} `, el('span', { class: 'count' }, count), unmarked(outcome) ? this.t.unmarked : '') : null)).filter(Boolean)));
  }

  page(anchor, words, more = {}) {
    if (!this.api) return null; // a page that stands alone leads nowhere
    // The page lists so many rows only: it is told which one must be among them.
    const row = anchor.includes('-') ? `&row=${anchor}` : '';
    return el('a', { href: `/progress?lang=${this.lang}${row}${anchor ? `#${anchor}` : ''}`, ...more }, words);
  }

  // What is said of one target; of one that may be read in two ways, both.
  judged(fact, openFigure) {
    const row = this.rowOf.get(fact);
    if (!row) return null;
    const together = this.both[row[7]];
    if (!together) return el('div', { class: 'judged' }, ...this.reading(row, `target-${row[0]}`, '', openFigure));
    return el('div', { class: 'judged' }, ...this.reading(row, `target-${row[0]}`, this.t.read_each, openFigure),
      ...this.reading(together, `together-${together[0]}`, fill(this.t.read_together, { count: together[7] }), openFigure));
  }

  reading([, target, outcome, why, actual, way, time], anchor, head, openFigure) {
    const { t } = this;
    const { unit } = this.figures[target];
    return [
      el('p', {}, head ? el('small', {}, `${head} `) : null, this.verdict(outcome), el('span', { class: 'why' }, `${t.because}${this.why[why]} `),
        this.page(anchor, t.in_table, { 'aria-label': `${t.in_table} ${this.figures[target].name} ${head}`.trim() })),
      // Said once where the second reading has none either.
      head && !actual && anchor.startsWith('together') ? null : el('p', { class: 'far' }, `${t.latest_actual} `, ...this.actual(actual, unit, openFigure),
        way == null || time == null ? null : el('span', {}, ` ${fill(t.way_and_time, { way: percentOf(way), time: percentOf(time) })} `), this.bar(way, time)),
    ].filter(Boolean);
  }

  actual(actual, unit, openFigure) {
    const { t } = this;
    if (!Array.isArray(actual)) return [el('span', { class: 'gone' }, t[ABSENT[actual || 'n']])];
    const [value, year, figure, conflict] = actual;
    const text = `${fixed(value, decimalsOf(value))} ${unit}${conflict ? t.mark_conflict : ''}`;
    return [figure == null ? text : el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => openFigure(this.figures[figure]) }, text), el('small', {}, ` ${year}`)];
  }

  // The way gone as a bar, the time gone as a line across; the words beside say the same.
  bar(way, time) {
    if (way == null || time == null) return null;
    const wide = Math.max(0, Math.min(1, way)) * BAR;
    const at = Math.max(1, Math.min(BAR - 1, time * BAR));
    return svg('svg', { class: 'way', width: BAR, height: 10, 'aria-hidden': 'true' },
      svg('rect', { x: 0.5, y: 2.5, width: BAR - 1, height: 5, fill: '#fff', stroke: '#8b949d' }), svg('rect', { x: 0, y: 2, width: wide, height: 6, fill: '#55606b' }),
      svg('path', { d: `M${at} 0V10`, stroke: '#14191f', 'stroke-width': 2 }));
  }

  // Of an area: its sites. Of the city: the plans, then all sites.
  summary(area, whole, own, { openSite, openFigure }) {
    const { t } = this;
    const counts = whole ? this.verdicts.map((one, at) => sum(Object.values(this.areas).map((row) => row[at]))) : this.areas[area.code];
    const line = (words, found, anchor) => (found && sum(found) ? el('p', {}, fill(words, { count: sum(found) }), ...this.tally(found), this.page(anchor, t.in_table, { 'aria-label': fill(words, { count: sum(found) }) + t.in_table })) : null);
    const lines = [...(whole ? this.plans.map(([name, found]) => line(t.plan_targets.replace('{name}', () => name), found, '')) : []), line(t.site_targets, counts, 'sites')].filter(Boolean);
    const dates = this.milestones(own, openSite, openFigure);
    if (!lines.length && !dates) return null;
    return el('section', { class: 'plans' }, el('h3', {}, `${t.progress} `, el('small', {}, this.asOf)), ...lines, dates);
  }

  milestones(own, openSite, openFigure) {
    const { t } = this;
    const within = new Map(own.map((site) => [site.id, site]));
    const found = this.dates.map(([at, events]) => [this.figures[at], events.map((one) => this.figures[one])]).filter(([fact]) => within.has(fact.site));
    if (!found.length) return null;
    const said = (fact, site) => el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => openFigure(fact, site) }, fact.text);
    const items = found.map(([fact, events]) => {
      const site = within.get(fact.site);
      return el('li', {}, el('span', { class: 'when' }, `${fact.date || t.no_date} `), el('button', { type: 'button', class: 'plain', onclick: () => openSite(site) }, site.name), ' ', said(fact, site),
        ...events.map((event) => el('p', { class: 'since' }, `${t.reported_since} ${event.date} `, said(event, site))));
    });
    return el('details', { open: found.length < 3 }, el('summary', {}, fill(t.milestones, { count: found.length })), el('ul', {}, ...items));
  }
}

const sum = (counts) => counts.reduce((all, one) => all + one, 0);
