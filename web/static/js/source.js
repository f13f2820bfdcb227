// The dialog that answers "says who?": value, working, and each figure with document, number,
// place, quote and status. Documents that disagree stand side by side.

import { el } from './dom.js';
import { fixed, printed, STATUS } from './format.js';

const line = (term, text) => (text ? [el('dt', {}, term), el('dd', {}, text)] : []);

export class SourceDialog {
  constructor(dialog, atlas) {
    Object.assign(this, { dialog, atlas });
    dialog.querySelector('.close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  }

  async show(indicator, code, year, kind = 'actual') {
    const { t } = this.atlas;
    const area = code === this.atlas.city.code ? this.atlas.city : this.atlas.areas[this.atlas.indexOf.get(code)];
    this.open(`${area.name} · ${indicator.name} · ${year}${kind === 'target' ? t.target : ''}`, [el('p', {}, t.loading)]);
    try {
      const answer = await this.atlas.provenance(indicator.id, code, year, kind);
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
    const value = known.value == null ? '' : `${printed(known.value, known.status, indicator, t)} ${indicator.unit}`;
    return [
      el('p', { class: 'answer' }, value, chip(t[STATUS[known.status]])),
      answer.working ? el('p', { class: 'working' }, `${t.working}${answer.working[lang]}`) : null,
      known.conflict ? el('p', { class: 'warning' }, t.conflict_note) : null,
      ...(answer.figures.length ? answer.figures.map((one) => this.figure(one, t)) : [el('p', {}, t.nobody_reported)]),
    ];
  }

  inWords(text) { return text[this.atlas.lang] ?? text; }

  figure(figure, t) {
    const source = this.atlas.sources[figure.source] || {};
    const number = figure.printed ?? (figure.value == null ? null : fixed(figure.value, decimalsOf(figure.value)));
    const value = number === null ? figure.text || t.missing : `${number} ${figure.unit}`;
    return el('section', { class: 'figure' },
      el('h3', {}, `${this.inWords(figure.area)} ${this.inWords(figure.indicator)} ${figure.year}${figure.kind === 'target' ? t.target : ''}：${value}`, chip(t[figure.status])),
      figure.quote ? el('blockquote', {}, figure.quote) : null,
      el('dl', {}, ...line(t.document, source.title), ...line(t.number, source.number), ...line(t.issuer, source.issuer),
        ...line(t.date, source.date), ...line(t.locator, figure.locator), ...line(t.note, figure.note)));
  }
}

const chip = (word) => el('span', { class: 'chip' }, word);

const decimalsOf = (value) => Math.min(6, (String(value).split('.')[1] || '').length);
