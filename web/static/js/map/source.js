// The dialog that answers "says who?": value, working, and each figure with document, number,
// place, quote and status. Documents that disagree stand side by side.

import { el, punctuated } from '../shared/dom.js';
import { decimalsOf, fill, fixed, missingOf, saying, STATUS, unitOf } from '../shared/format.js';

const line = (term, text) => (text ? [el('dt', {}, term), el('dd', {}, text)] : []);

export class SourceDialog {
  constructor(dialog, atlas) {
    Object.assign(this, { dialog, atlas });
    dialog.querySelector('.close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  }

  async show(indicator, code, year, kind = 'actual') {
    const { t } = this.atlas;
    this.open(`${this.atlas.nameOf(code)} · ${indicator.name} · ${indicator.change ? `${indicator.change.from}–${year}` : year}${kind === 'target' ? t.target : ''}`, [el('p', {}, t.loading)]);
    try {
      const answer = await (indicator.change ? this.atlas.provenanceOfChange(indicator, code, year) : this.atlas.provenance(indicator.id, code, year, kind));
      this.fill(this.contents(indicator, this.atlas.known(indicator, code, year, kind), answer));
    } catch (error) {
      this.fill([el('p', { class: 'warning' }, `${t.failed}${error.message}`)]);
    }
  }

  showSite(site, fact) {
    const { t } = this.atlas;
    const figure = { ...fact, indicator: fact.name, area: site.name, year: fact.date };
    this.open(`${site.name} · ${fact.name}`, [this.figure(figure, t)]);
  }

  open(title, contents) {
    this.dialog.querySelector('h2').textContent = title;
    this.fill(contents);
    if (!this.dialog.open) this.dialog.showModal();
  }

  fill(contents) { this.dialog.querySelector('.contents').replaceChildren(...contents.filter(Boolean)); }

  contents(indicator, known, answer) {
    const { t, lang } = this.atlas;
    const undecided = known.value == null && known.others;
    const said = saying({ ...known, status: '', conflict: false }, indicator, t);
    const value = known.value != null || known.how?.t ? `${said} ${unitOf(known.how, indicator)}`.trim() : undecided ? fill(t.with_unit, { name: said, unit: indicator.unit }) : '';
    return [
      el('p', { class: 'answer' }, value, chip(undecided ? t.undecided_word : known.value == null ? missingOf(indicator, t, known.status) : t[STATUS[known.status]])),
      answer.working ? el('p', { class: 'working' }, `${t.working}${answer.working[lang]}`) : null,
      ...this.estimate(indicator, known),
      known.conflict ? el('p', { class: 'warning' }, undecided ? t.undecided_note : t.conflict_note) : null,
      known.conflict && !undecided && answer.rule ? el('p', { class: 'working' }, `${t.rule}${this.inWords(answer.rule)}`) : null,
      ...(answer.figures.length ? this.figures(indicator, known, answer) : [el('p', {}, indicator.asked === false ? t.nobody_published : t.nobody_reported)]),
    ];
  }

  // How it was estimated, and what other weights would give.
  estimate(indicator, { status, method, range }) {
    const { t } = this.atlas;
    if (status !== 'a' || !method) return [];
    const [low, high] = (range || []).map((one) => fixed(one, indicator.decimals));
    return [el('p', { class: 'method' }, method), range ? el('p', { class: 'method' }, fill(t.range, { low, high, unit: indicator.unit })) : null];
  }

  // An estimate rests on the city's figure and on weights: these are many, so they are folded.
  figures(indicator, known, answer) {
    const { t } = this.atlas;
    const shown = (one) => this.figure(one, t);
    const isWeight = (one) => known.status === 'a' && !answer.working && this.inWords(one.indicator) !== indicator.name;
    const weights = answer.figures.filter(isWeight);
    const names = [...new Set(weights.map((one) => `${this.inWords(one.indicator)} ${one.year}`))];
    const titles = [...new Set(weights.map((one) => this.atlas.sources[one.source]?.title).filter(Boolean))];
    return [...answer.figures.filter((one) => !isWeight(one)).map(shown),
      weights.length ? el('details', { class: 'weights' }, el('summary', {}, t.weights + punctuated(`${names.join('、')}（${titles.join('；')}）`)), ...weights.map(shown)) : null];
  }

  inWords(text) { return text[this.atlas.lang] ?? text; }

  figure(figure, t) {
    const source = this.atlas.sources[figure.source] || {};
    const number = figure.printed ?? (figure.value == null ? null : fixed(figure.value, decimalsOf(figure.value)));
    const value = figure.said ? figure.said : number === null ? figure.text || t[figure.status] : `${number} ${figure.unit}`;
    return el('section', { class: 'figure' },
      el('h3', {}, `${this.inWords(figure.area)} ${this.inWords(figure.indicator)} ${figure.year}${figure.kind === 'target' ? t.target : ''}${punctuated('：')}${value}`, chip(t[figure.status])),
      figure.quote ? el('blockquote', {}, figure.quote) : null,
      el('dl', {}, ...line(t.document, source.title), ...line(t.number, source.number), ...line(t.issuer, source.issuer),
        ...line(t.date, source.date), ...line(t.locator, figure.locator), ...line(t.note, figure.note)));
  }
}

const chip = (word) => el('span', { class: 'chip' }, word);
