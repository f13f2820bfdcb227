// Areas side by side: which are chosen, in the ranking or the profile, and their table. Python says
// all of it (geomap.views.maps.side_by_side); here it is fetched on first use and shown.

import { byId, el, punctuated } from '../shared/dom.js';
import { fill, markOf } from '../shared/format.js';
import { getJson } from './atlas.js';

const FEWEST_SIDES = 2;
const MOST_SIDES = 5;
const LETTER = { provisional: 'p', apportioned: 'a' };

// What stays of a choice when an area is added or taken out; a full one takes no more.
export const toggled = (codes, code) => {
  if (codes.includes(code)) return codes.filter((one) => one !== code);
  return codes.length < MOST_SIDES ? [...codes, code] : codes;
};

// The lines below a number: its place, and what the city and the first area say beside it.
export const linesOf = (cell, { ranked }, first, t) => {
  const place = cell.rank ? fill(t.card_place, { place: cell.tied ? fill(t.tied, { rank: cell.rank }) : cell.rank, of: ranked }) : '';
  const city = cell.share ? fill(t.side_share, { share: cell.share }) : cell.from_city && fill(t.side_city, { said: cell.from_city });
  const from = cell.from_first && fill(t.side_first, { name: first, said: cell.from_first });
  return [place, city, from, cell.rough ? t.side_rough : ''].filter(Boolean);
};

export class SideBySide {
  constructor(atlas, { onChange, onPick, onSource }) {
    Object.assign(this, { atlas, onChange, onPick, onSource, codes: [], fetched: new Map() });
  }

  // The areas that an address asks for; a page that stands alone cannot ask for their comparison.
  asked({ view, areas }) { return this.atlas.api && view === 'areas' && areas ? areas.split(',') : null; }

  boxOf(area) {
    if (!this.atlas.api) return null;
    return el('input', { type: 'checkbox', value: area.code, checked: this.codes.includes(area.code), disabled: this.full(area.code), 'aria-label': fill(this.atlas.t.side_choose, { name: area.name }), onchange: () => this.toggle(area.code) });
  }

  full(code) { return this.codes.length >= MOST_SIDES && !this.codes.includes(code); }

  toggle(code) {
    this.choose(toggled(this.codes, code));
    if (document.body.dataset.face === 'areas') this.go();
  }

  choose(codes) {
    this.codes = codes;
    document.querySelectorAll('#ranking input').forEach((box) => Object.assign(box, { checked: codes.includes(box.value), disabled: this.full(box.value) }));
    const { t } = this.atlas;
    const button = (text, onclick, disabled) => el('button', { type: 'button', disabled, onclick }, text);
    byId('choice').hidden = !codes.length;
    byId('choice').replaceChildren(...(codes.length ? [
      el('span', { role: 'status' }, fill(codes.length < FEWEST_SIDES ? t.side_more : t.side_count, { count: codes.length })),
      button(t.side_go, () => this.go(), codes.length < FEWEST_SIDES), button(t.side_clear, () => { this.choose([]); this.go(); }),
    ] : []));
  }

  // Fewer than two cannot be compared: then there is the map again.
  go() {
    const enough = this.codes.length >= FEWEST_SIDES;
    const shown = document.body.dataset.face === 'areas';
    if (enough || shown) this.onChange({ areas: enough ? this.codes.join(',') : null, view: enough ? 'areas' : null });
  }

  async show(codes, { indicator, year }) {
    const { atlas } = this;
    this.choose(codes);
    const { value: audience } = byId('audience') ?? {};
    const turn = (this.turn = (this.turn || 0) + 1);
    const query = new URLSearchParams({ areas: codes.join(','), group: indicator.group, ...(year === null ? {} : { year }) }).toString().replace(/%2C/g, ',');
    try {
      if (!this.fetched.has(query)) this.fetched.set(query, await getJson(`${atlas.api}compare?${query}`));
      if (turn === this.turn) this.fill(this.fetched.get(query), `/compare.xlsx?${query}&lang=${atlas.lang}${audience ? `&audience=${audience}` : ''}`);
    } catch (error) {
      if (turn === this.turn) byId('side').replaceChildren(el('p', { class: 'warning' }, `${atlas.t.failed}${error.message}`));
    }
  }

  fill({ areas, group, rows, without }, file) {
    const { t, lang, city } = this.atlas;
    const names = areas.map(([, name]) => name[lang]);
    const head = (name, note) => el('th', { scope: 'col' }, name, note ? el('small', {}, ` ${note}`) : null);
    const notes = [t.side_note, without.length ? fill(t.side_without, { names: without.map((one) => one[lang]).join('、') }) : ''];
    byId('side').replaceChildren(
      el('h2', { id: 'side-title' }, punctuated(`${fill(t.side_title, { names: names.join('、') })} · ${group[lang]}`), ' ', el('a', { href: file, download: true }, t.side_file)),
      el('table', { 'aria-labelledby': 'side-title' },
        el('thead', {}, el('tr', {}, head(t.indicator), ...names.map((name, at) => head(name, at ? '' : t.side_base)), head(city.name))),
        el('tbody', {}, ...rows.map((row) => this.row(row, names[0])))),
      ...notes.filter(Boolean).map((note) => el('p', { 'data-part': 'note' }, punctuated(note))));
  }

  row(row, first) {
    const { lang, t } = this.atlas;
    const name = el('th', { scope: 'row' }, el('button', { type: 'button', class: 'plain', onclick: () => this.onPick(row.id) }, row.name[lang]), el('small', {}, ` ${row.unit[lang]} ${fill(t.year_label, { year: row.year })}`));
    return el('tr', {}, name, ...row.cells.map((cell) => this.cell(row, cell, first)), row.city ? this.cell(row, { ...row.city, rank: null }, first) : el('td', { class: 'gone' }, '–'));
  }

  cell(row, cell, first) {
    const { lang, t, byId: indicators } = this.atlas;
    const said = { ...cell, from_city: cell.from_city[lang], from_first: cell.from_first[lang] };
    const text = cell.text[lang] + markOf(LETTER[cell.status], cell.conflict, t);
    const number = cell.known ? el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => this.onSource(indicators.get(row.id), cell.code, row.year, 'actual') }, text) : el('span', { class: 'gone' }, text);
    return el('td', {}, number, ...linesOf(said, row, first, t).map((line) => el('small', {}, line)));
  }
}
