// The answer in words and tables. Everything shown comes from the outcome; nothing is reckoned
// here but differences and percentages.

import { el, punctuated } from '../shared/dom.js';
import { fill, fixed, percent } from '../shared/format.js';
import { said } from './ask.js';

// Places by the names of the page's language, where the release has them.
export const localised = (outcome, lang) => {
  if (lang !== 'en') return outcome;
  const named = (rows) => (rows || []).map((one) => ({ ...one, name: one.name_en || one.name }));
  const ranking = outcome.ranking && { ...outcome.ranking, rows: named(outcome.ranking.rows) };
  return { ...outcome, ranking, unplaced: named(outcome.unplaced), existing: named(outcome.existing), chosen: named(outcome.chosen), demands: named(outcome.demands), uncovered: named(outcome.uncovered) };
};

const NEAR = 1e-9;
const MOST_ROWS = 20;
const answered = (outcome) => outcome.after && !['infeasible', 'unknown'].includes(outcome.status);

export class Speaker {
  constructor(data) { Object.assign(this, { data, t: data.t }); }

  unit(outcome) { return outcome.distance.unit === 'min' ? this.t.unit_min : this.t.unit_km; }

  far(value, outcome) {
    return value === null || value === undefined ? this.t.never : `${fixed(value, 1)} ${this.unit(outcome)}`;
  }

  share(value) { return value === null || value === undefined ? '—' : `${percent(value)}%`; }

  amount(value) {
    if (value === null || value === undefined) return '—';
    return fixed(value, Math.abs(value) >= 1000 || Number.isInteger(value) ? 0 : 2);
  }

  areaOf(code) { return this.data.areas.find((one) => one.code === code)?.name || ''; }

  // What the answer is worth: proven, or how far from the best at most. In Python's words.
  status(outcome) { return said(outcome.verdict) || this.t[`status_${outcome.status}`] || outcome.status; }

  // The radius told in headlines: the one asked for, else the middle one.
  level(outcome, side = 'after') {
    const { radii } = outcome[side];
    const asked = outcome.settings.radius;
    return radii.find((one) => one.radius === asked) || radii[Math.floor((radii.length - 1) / 2)];
  }

  // Existing sites without coordinates belong to the answer's first line: it is wrong without them.
  headline(outcome) {
    const count = outcome.kind === 'rank' ? 0 : (outcome.unplaced || []).length;
    const headline = this.heading(outcome);
    return count ? fill(this.t.headline_unplaced, { headline, count }) : headline;
  }

  // How coarse the demand is, who was left out, and what the numbers alone do not say.
  notes(outcome) {
    const lost = outcome.kind === 'rank' ? [] : outcome.unplaced || [];
    const names = this.list(lost.map((one) => `${one.name}${this.bracket(this.areaOf(one.area))}`), lost.length);
    return [...(outcome.notes || []).map(said), ...(lost.length ? [fill(this.t.unplaced_note, { names })] : []), said(outcome.inputs.coarse_words)].filter(Boolean);
  }

  bracket(words) { return words && (this.data.lang === 'zh' ? `（${words}）` : ` (${words})`); }

  heading(outcome) {
    const { t } = this;
    const names = this.list(outcome.chosen.map((one) => this.placeName(one)));
    if (outcome.kind === 'rank') {
      const [best] = outcome.ranking.rows;
      const first = outcome.ranking.rows.filter((one) => one.rank === 1);
      if (first.length > 1) return fill(t.headline_tied, { names: this.list(first.map((one) => this.placeName(one))), score: fixed(best.score, 3) });
      return best ? fill(t.headline_rank, { name: this.placeName(best), score: fixed(best.score, 3) }) : t.headline_rank_none;
    }
    if (outcome.kind === 'allocate') {
      if (outcome.status === 'infeasible') return t.headline_allocate_none;
      if (outcome.status === 'unknown') return t.headline_unknown;
      if (outcome.chosen.length) return fill(t.headline_allocate, { count: outcome.chosen.length, names });
      const { asks } = this.data.models.find((one) => one.id === outcome.settings.model);
      return asks.includes('sites') ? t.headline_nothing : t.headline_enough;
    }
    if (outcome.kind === 'whatif') return fill(t.headline_whatif, { before: this.far(outcome.before.mean, outcome), after: this.far(outcome.after.mean, outcome) });
    const { radius, share } = this.level(outcome);
    return fill(t.headline_cover, { count: outcome.after.sites, share: this.share(share), radius, unit: this.unit(outcome) });
  }

  list(names, most = 4) { return names.slice(0, most).join(this.data.lang === 'zh' ? '、' : ', ') + (names.length > most ? '…' : ''); }

  // A cell of a grid has no name of its own: the area says where it is.
  placeName(one) {
    const area = this.areaOf(one.area);
    if (!area || one.name !== one.id || one.name.includes(area)) return one.name;
    return this.data.lang === 'zh' ? `${area} ${one.name}` : `${one.name} (${area})`;
  }

  sentence(outcome) {
    const { t } = this;
    if (outcome.ranking) return sensitivityLines(outcome, this)[0] || '';
    if (!answered(outcome)) return outcome.reasons.map(said).join(punctuated('；'));
    const { radius, share } = this.level(outcome);
    const who = outcome.demands.find((one) => one.id === outcome.after.worst.demand)?.name || '';
    const now = fill(t.said_service, { share: this.share(share), radius, unit: this.unit(outcome), mean: this.far(outcome.after.mean, outcome), worst: this.far(outcome.after.worst.distance, outcome), who });
    if (outcome.kind === 'cover') return now;
    const old = outcome.before;
    if (!old.sites) return now;
    return now + fill(t.said_before, { share: this.share(this.level(outcome, 'before').share), mean: this.far(old.mean, outcome), worst: this.far(old.worst.distance, outcome) });
  }

  trust(outcome) {
    return fill(this.t.trust, { distance: said(outcome.distance.words), status: this.status(outcome) });
  }
}

const cell = (value, attributes = {}) => el('td', attributes, value);
const table = (heads, rows, caption) => el('table', {}, caption ? el('caption', { class: 'hush' }, caption) : null,
  el('thead', {}, el('tr', {}, ...heads.map(([words, numeric]) => (words ? el('th', { scope: 'col', class: numeric ? 'n' : null }, words) : el('td', {}))))), el('tbody', {}, ...rows));
const section = (title, ...content) => el('section', {}, el('h2', {}, title), ...content.filter(Boolean));

export class Result {
  constructor(panel, data, { onLink, onTry, onFile }) { Object.assign(this, { panel, data, t: data.t, onLink, onTry, onFile, words: new Speaker(data) }); }

  show(outcome, plan = null, beside = null) {
    const parts = [
      beside, this.verdict(outcome), this.reasons(outcome), this.figures(outcome), plan, this.chosen(outcome), this.shares(outcome), this.ranking(outcome),
      this.uncovered(outcome), this.byArea(outcome), this.access(outcome), this.gaps(outcome), this.take(),
    ];
    this.panel.replaceChildren(...parts.filter(Boolean));
  }

  verdict(outcome) {
    const { t, words } = this;
    return el('p', { class: 'answer', 'data-status': outcome.status }, el('b', {}, words.status(outcome)), ` · ${said(outcome.distance.words)} · ${fill(t.seconds, { seconds: fixed(outcome.seconds, 2) })}`);
  }

  reasons(outcome) {
    if (!outcome.reasons.length) return null;
    const { t } = this;
    const one = (reason) => el('li', {}, said(reason), reason.demands?.length ? punctuated(`：${reason.demands.map((each) => each.name).join('、')}`) : '');
    return section(t.reasons, el('ul', {}, ...outcome.reasons.map(one)),
      outcome.relief.length ? el('h3', {}, t.relief) : null, outcome.relief.length ? el('ul', {}, ...outcome.relief.map((each) => el('li', {}, said(each.text ?? each)))) : null);
  }

  figures(outcome) {
    const { after, before } = outcome;
    if (!answered(outcome)) return null;
    const { t, words } = this;
    const compared = outcome.kind !== 'cover';
    const was = (value, print) => (before.sites ? print(value) : t.nothing_yet);
    const row = (name, old, now, print, better, differ = print) => {
      const delta = !before.sites || old === null || now === null ? null : now - old;
      const good = delta === null || Math.abs(delta) < NEAR ? null : (delta > 0) === better;
      const mark = good === null ? '' : good ? 'good' : 'bad';
      return el('tr', {}, el('th', { scope: 'row' }, name), compared ? cell(was(old, print), { class: 'n' }) : null, cell(print(now), { class: 'n' }),
        compared ? cell(delta === null || Math.abs(delta) < NEAR ? '—' : `${delta > 0 ? '+' : '−'}${differ(Math.abs(delta))}`, { class: `n ${mark}` }) : null);
    };
    const unit = words.unit(outcome);
    const rows = after.radii.map((one, index) => row(fill(t.within, { radius: one.radius, unit }), before.radii[index].share, one.share, (value) => words.share(value), true, (value) => fill(t.points, { value: percent(value) })));
    rows.push(row(punctuated(`${t.mean}（${unit}）`), before.mean, after.mean, (value) => (value === null ? t.never : fixed(value, 1)), false));
    rows.push(row(punctuated(`${t.worst}（${unit}）`), before.worst.distance, after.worst.distance, (value) => (value === null ? t.never : fixed(value, 1)), false));
    const heads = compared ? [['', false], [t.before, true], [t.after, true], [t.change, true]] : [['', false], [t.share, true]];
    return section(t.results, table(heads, rows, t.results));
  }

  chosen(outcome) {
    if (!outcome.chosen.length || outcome.kind === 'rank') return null;
    const { t, words } = this;
    const names = new Map(outcome.demands.map((one) => [one.id, one.name]));
    const rows = outcome.chosen.map((one, index) => el('tr', {}, cell(`★${index + 1}`), el('th', { scope: 'row' }, words.placeName(one), el('small', {}, ` ${one.lon.toFixed(3)}, ${one.lat.toFixed(3)}`)),
      cell(words.list((one.demands || []).map((id) => names.get(id)))), cell(words.amount(one.serves_weight), { class: 'n' })));
    const again = outcome.kind === 'allocate' ? el('button', { type: 'button', onclick: () => this.onTry(outcome) }, t.try) : null;
    return section(t.chosen, table([['', false], [t.name, false], [t.demand, false], [t.serves, true]], rows, t.chosen), again);
  }

  // Demand that goes to several sites, a row each part.
  shares(outcome) {
    if (!outcome.shares.length) return null;
    const { t, words } = this;
    const names = new Map([...outcome.demands, ...outcome.existing, ...outcome.chosen].map((one) => [one.id, one.name]));
    const rows = outcome.shares.slice(0, 200).map((one) => el('tr', {}, el('th', { scope: 'row' }, names.get(one.demand)), cell(names.get(one.site)),
      cell(words.share(one.share), { class: 'n' }), cell(words.far(one.distance, outcome), { class: 'n' })));
    return section(t.shares, table([[t.demand, false], [t.served_by, false], [t.share_part, true], [t.distance, true]], rows, t.shares));
  }

  // Capacity in reach of the demand, by area; sites whose capacity nobody knows are named.
  access(outcome) {
    const { access } = outcome;
    if (!access?.by_area || !answered(outcome)) return null;
    const { t, words } = this;
    const names = new Map([...outcome.existing, ...outcome.chosen].map((one) => [one.id, one.name]));
    const list = (ids) => words.list(ids.map((id) => names.get(id)), ids.length);
    const value = (one) => {
      if (one.access === null) return '—';
      if (!one.at_least) return fixed(one.access, 3);
      return one.access ? `≥ ${fixed(one.access, 3)}` : t.unknown_value;
    };
    const rows = access.by_area.map((one) => el('tr', {}, el('th', { scope: 'row' }, said(one.name)), cell(value(one), { class: 'n' })));
    const told = [said(access.words), access.without_capacity.length && fill(t.access_lacking, { names: list(access.without_capacity) }), access.unused.length && fill(t.access_unused, { names: list(access.unused) })];
    return section(t.access, el('ul', { class: 'help' }, ...told.filter(Boolean).map((one) => el('li', {}, one))), table([[t.area, false], [t.access_value, true]], rows, t.access));
  }

  ranking(outcome) {
    const { ranking } = outcome;
    if (!ranking) return null;
    const { t, words } = this;
    const rows = ranking.rows.slice(0, MOST_ROWS).map((one) => el('tr', {}, cell(one.rank, { class: 'n' }), el('th', { scope: 'row' }, words.placeName(one)),
      cell(fixed(one.score, 3), { class: 'n' }), cell(words.share(one.first), { class: 'n' })));
    const made = section(t.ranking, table([['', true], [t.name, false], [t.score, true], [t.first, true]], rows, t.ranking));
    const sure = section(t.sensitivity, el('ul', {}, ...sensitivityLines(outcome, words).map((line) => el('li', {}, line))),
      ...(ranking.notes || []).map((note) => el('p', { class: 'help' }, said(note))));
    const out = ranking.excluded.length ? el('details', {}, el('summary', {}, fill(t.excluded, { count: ranking.excluded.length })),
      el('ul', {}, ...ranking.excluded.slice(0, MOST_ROWS).map((one) => el('li', {}, `${words.placeName(one)}${punctuated('：')}${said(one.reason)}`)))) : null;
    return el('section', {}, sure, made, out);
  }

  uncovered(outcome) {
    if (!answered(outcome)) return null;
    const { t, words } = this;
    const radius = outcome.settings.radius ?? Math.max(...outcome.settings.radii);
    const unit = words.unit(outcome);
    if (!outcome.uncovered.length) return section(fill(t.uncovered, { count: 0 }), el('p', { class: 'help' }, fill(t.uncovered_none, { radius, unit })));
    return section(fill(t.uncovered, { count: outcome.uncovered.length }), el('p', { class: 'help' }, fill(t.uncovered_beyond, { radius, unit })),
      el('ul', { class: 'lostlist' }, ...outcome.uncovered.slice(0, 200).map((one) => el('li', {}, `${one.name} `, el('small', {}, words.far(one.distance, outcome))))));
  }

  byArea(outcome) {
    if (!answered(outcome)) return null;
    const { t, words } = this;
    const compared = outcome.kind !== 'cover';
    const { radius } = words.level(outcome);
    const at = (row) => row.radii.find((one) => one.radius === radius)?.share;
    const lost = new Set((outcome.unplaced || []).map((one) => one.area));
    const old = new Map(outcome.before.by_area.map((one) => [one.area, one]));
    const rows = outcome.after.by_area.map((one) => {
      const was = old.get(one.area);
      const better = compared && was && was.mean !== null && one.mean !== null && one.mean < was.mean - NEAR;
      const note = lost.has(one.area) ? el('small', { class: 'bad' }, words.bracket(t.unplaced)) : '';
      return el('tr', {}, el('th', { scope: 'row' }, said(one.name), note), cell(words.share(at(one)), { class: 'n' }),
        compared ? cell(!outcome.before.sites ? t.nothing_yet : was?.mean === null ? t.never : fixed(was?.mean ?? 0, 1), { class: 'n' }) : null,
        cell(one.mean === null ? t.never : fixed(one.mean, 1), { class: `n${better ? ' good' : ''}` }));
    });
    const unit = words.unit(outcome);
    const heads = [[t.area, false], [fill(t.within, { radius, unit }), true], ...(compared ? [[`${t.mean} ${t.before}`, true]] : []), [compared ? t.after : t.mean, true]];
    return section(t.by_area, table(heads, rows, t.by_area));
  }

  gaps(outcome) {
    const { gaps, notices } = outcome.inputs;
    const lines = [...gaps, ...notices];
    return lines.length ? section(this.t.gaps, el('ul', { class: 'help' }, ...lines.map((one) => el('li', {}, said(one))))) : null;
  }

  take() {
    const { t } = this;
    const link = el('button', { type: 'button', onclick: (event) => this.onLink(event.target) }, t.permalink);
    const files = Object.entries({ docx: 'Word', xlsx: 'Excel', geojson: 'GeoJSON' })
      .map(([kind, words]) => el('button', { type: 'button', 'data-file': kind, onclick: () => this.onFile(kind) }, words));
    const audiences = this.data.audiences.map((one) => el('option', { value: one.id }, said(one.name)));
    const whom = audiences.length > 1 ? el('label', { class: 'whom' }, t.file_for, el('select', { id: 'audience', onchange: (event) => { this.audience = event.target.value; } }, ...audiences)) : null;
    if (whom && this.audience) whom.querySelector('select').value = this.audience;
    return section(t.take, whom, el('div', { class: 'take' }, ...files, link), el('p', { id: 'link-said', class: 'help', role: 'status' }));
  }
}

export const sensitivityLines = (outcome, words) => {
  const { t } = words;
  const { sensitivity, criteria } = outcome.ranking;
  const nameOf = (id) => said(criteria.find((one) => one.id === id)?.name);
  if (!sensitivity.winner) return [];
  const lines = [fill(t.sure, { draws: fixed(sensitivity.draws, 0), name: sensitivity.winner.name, share: words.share(sensitivity.first) })];
  const tied = sensitivity.tied || [];
  if (tied.length) lines.unshift(fill(t.tied_now, { names: words.list([sensitivity.winner, ...tied].map((one) => one.name)) }));
  if (sensitivity.change && sensitivity.rival) lines.push(fill(t.smallest, { change: words.share(sensitivity.change), rival: sensitivity.rival.name }));
  sensitivity.single.forEach((one) => lines.push(one.turns_at === null ? fill(t.turns_never, { name: nameOf(one.id) })
    : fill(one.only_level ? t.turns_level : t.turns, { name: nameOf(one.id), weight: words.share(one.weight), turns: words.share(one.turns_at), rival: one.rival.name })));
  if (outcome.ranking.ahp) {
    const weights = criteria.map((one) => `${said(one.name)} ${words.share(one.weight)}`).join(words.data.lang === 'zh' ? '、' : ', ');
    lines.push(fill(t.ahp, { ratio: fixed(outcome.ranking.ahp.ratio, 3), weights }));
    if (outcome.ranking.ahp.advice) lines.push(said(outcome.ranking.ahp.advice));
  }
  return lines;
};

// The text that can go into a 选址论证, in the blocks that Python wrote.
export const reportOf = (blocks) => el('div', { class: 'report' }, ...(blocks || []).map((one) => ({
  heading: () => el('h2', {}, one.text),
  paragraph: () => el('p', {}, one.text),
  list: () => el('ul', {}, ...one.items.map((item) => el('li', {}, item))),
  table: () => el('table', {}, el('caption', {}, one.title), el('thead', {}, el('tr', {}, ...one.head.map((words) => el('th', { scope: 'col' }, words)))),
    el('tbody', {}, ...one.rows.map((row) => el('tr', {}, ...row.map((words, index) => el(index ? 'td' : 'th', index ? {} : { scope: 'row' }, words)))))),
}[one.kind]())));
