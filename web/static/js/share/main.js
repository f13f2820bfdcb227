// The dialog that shares what the page shows: a link, a frame for another page, a table, a picture,
// a piece for Word; and the views that were saved. It is fetched when it is first asked for.

import { copyPicture, copyTexts } from '../shared/copy.js';
import { byId, el } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { SavedViews } from './saved.js';
import { asHtml, parted, rowsOf, withTabs } from './table.js';

const SIZES = [['800', '600'], ['1000', '700'], ['600', '450'], ['100%', '600']];
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

// What the page shows, and nothing that belongs to another page.
const stateOf = ({ state }) => new URLSearchParams(Object.entries(state).filter(([, value]) => value !== null && value !== undefined));

export const linkOf = (query, lang, more = {}) => {
  const { origin, pathname } = window.location;
  const text = new URLSearchParams([...query, ...(lang === 'zh' ? [] : [['lang', lang]]), ...Object.entries(more)]).toString();
  return `${origin}${pathname}?${text.replace(/%2C/g, ',').replace(/%3A/g, ':')}`;
};

export const frameOf = (address, title, [width, height]) => el('iframe', { src: address, title, width, height, loading: 'lazy', frameborder: 0 }).outerHTML;

export class ShareDialog {
  constructor(page, drawnOf, { t, embeds = [], framed_by: framedBy = [], audiences = [] }) {
    Object.assign(this, { page, drawnOf, t, embeds, framedBy, audiences });
    this.said = el('p', { id: 'share-said', role: 'status' });
    this.views = new SavedViews(t, { here: () => this.here(), missing: (query) => this.missing(query), say: (...what) => this.say(...what), onOpen: (view) => { this.dialog.close(); page.open(view.query, {}); } });
    const served = Boolean(page.atlas.api);
    this.dialog = el('dialog', { id: 'share', 'aria-labelledby': 'share-title' },
      el('header', {}, el('h2', { id: 'share-title' }, served ? t.title : t.title_file), el('button', { type: 'button', class: 'close', 'aria-label': t.close, onclick: () => this.dialog.close() }, '×')),
      el('div', { class: 'contents' }, this.said, ...(served ? [this.linkPart(), this.framePart()] : []), this.copyPart(served), this.views.element));
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
    document.body.append(this.dialog);
  }

  say(text, more = '') { this.said.replaceChildren(text, ' ', more); }

  open() {
    this.say('');
    this.link?.setAttribute('value', linkOf(stateOf(this.page), this.page.atlas.lang));
    if (this.code) this.frame();
    this.views.open();
    if (!this.dialog.open) this.dialog.showModal();
  }

  here() { return { query: stateOf(this.page).toString(), title: `${byId('title').textContent} ${byId('subtitle').textContent}`.trim() }; }

  missing(query) {
    const indicator = new URLSearchParams(query).get('indicator');
    return indicator && !this.page.atlas.byId.has(indicator) ? indicator : null;
  }

  async copyField(field, said) {
    field.select();
    this.say((await copyTexts({ 'text/plain': field.value }, this.dialog)) ? said : this.t.by_hand);
    field.select();
  }

  linkPart() {
    const { t } = this;
    this.link = el('input', { id: 'share-link', type: 'text', readonly: true });
    const local = LOCAL.includes(window.location.hostname);
    return el('section', {}, el('h3', {}, el('label', { for: 'share-link' }, t.link)),
      el('p', { 'data-part': 'row' }, this.link, el('button', { type: 'button', onclick: () => this.copyField(this.link, t.link_copied) }, t.copy)),
      el('p', { 'data-part': 'note' }, local ? t.link_local : t.link_note));
  }

  framePart() {
    const { t } = this;
    const choice = (label, id, options) => el('label', {}, label, ' ', el('select', { id, onchange: () => this.frame() }, ...options.map(([value, word]) => el('option', { value }, word))));
    this.code = el('textarea', { id: 'share-code', readonly: true, rows: 3, 'aria-label': t.embed });
    const holders = this.framedBy.length ? fill(t.embed_by, { sites: this.framedBy.join(' ') }) : t.embed_own;
    return el('section', {}, el('h3', {}, t.embed),
      el('p', { 'data-part': 'row' }, choice(t.embed_way, 'share-way', this.embeds), choice(t.embed_size, 'share-size', SIZES.map((size, at) => [String(at), size[0].endsWith('%') ? fill(t.embed_full, { height: size[1] }) : size.join(' × ')]))),
      el('p', { 'data-part': 'row' }, this.code, el('button', { type: 'button', onclick: () => this.copyField(this.code, t.embed_copied) }, t.copy)),
      el('p', { 'data-part': 'note' }, holders));
  }

  frame() {
    const way = this.dialog.querySelector('#share-way').value;
    const size = SIZES[this.dialog.querySelector('#share-size').value];
    this.code.value = frameOf(linkOf(stateOf(this.page), this.page.atlas.lang, { embed: way }), byId('title').textContent, size);
  }

  copyPart(served) {
    const { t } = this;
    const button = (id, text, act) => el('button', { type: 'button', id, onclick: act }, text);
    this.audience = this.audiences.length > 1 ? el('select', { id: 'share-audience' }, ...this.audiences.map(([value, word]) => el('option', { value, selected: value === 'public' }, word))) : null;
    return el('section', {}, el('h3', {}, t.into),
      el('p', { 'data-part': 'row' }, button('share-table', t.table, () => this.copyTable()),
        ...(served ? [button('share-picture', t.picture, () => this.copyPicture()), button('share-word', t.word, () => this.takeWord()), this.audience && el('label', {}, t.audience, ' ', this.audience)] : [])),
      el('p', { 'data-part': 'note' }, served ? t.into_note : t.into_note_file));
  }

  // The table that is in sight: of the years, of areas side by side, else the ranking.
  table() {
    const face = document.body.dataset.face;
    const shown = { table: byId('years-table'), areas: document.querySelector('#side table') }[face] ?? document.querySelector('#table table');
    shown.querySelector('td[colspan] button')?.click(); // of thousands only the first stand there
    return shown;
  }

  async copyTable() {
    const { t } = this;
    const rows = parted(rowsOf(this.table()), t.remark);
    const texts = [...document.querySelectorAll('#notes:not([hidden]), #control, #map-sources, #furniture .mark, #furniture .audience')].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
    const told = { title: this.here().title, rows, below: texts.filter(Boolean) };
    const done = await copyTexts({ 'text/html': asHtml(told), 'text/plain': withTabs(told) }, this.dialog);
    this.say(done ? fill(t.table_copied, { count: rows.length - 1 }) : t.refused);
  }

  // The picture is drawn by the server from the same parameters, for whom the reader says.
  asked() {
    const query = this.drawnOf();
    const { state } = this.page;
    if (document.body.dataset.face === 'chart') {
      const indicator = query.get('indicator');
      [...query.keys()].filter((key) => key !== 'lang').forEach((key) => query.delete(key));
      query.set('indicator', indicator);
      query.set('chart', 'line');
      if (state.area) query.set('areas', state.area);
    } else query.set('layers', this.page.layers().join(','));
    query.set('audience', this.audience?.value ?? 'public');
    return query;
  }

  pictureAddress() {
    const query = this.asked();
    query.set('size', 'half');
    return `/figure.png?${query}`;
  }

  async copyPicture() {
    const { t } = this;
    this.say(t.working);
    const address = this.pictureAddress();
    const html = el('img', { src: `${window.location.origin}${address}`, alt: `${this.here().title} ${byId('sentence').textContent}`, width: 560 }).outerHTML;
    const how = await copyPicture(address, html, this.dialog);
    const file = el('a', { href: address, download: true }, t.picture_file);
    if (how === 'image') this.say(t.picture_copied);
    else this.say(how ? t.picture_referred : t.picture_refused, file);
  }

  async takeWord() {
    const { t } = this;
    this.say(t.working);
    try {
      const answer = await fetch(`/snippet.docx?${this.asked()}`, { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error((await answer.json()).error.message[this.page.atlas.lang]);
      const [, name = 'geomap.docx'] = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('Content-Disposition')) || [];
      const address = URL.createObjectURL(await answer.blob());
      el('a', { href: address, download: decodeURIComponent(name) }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
      this.say(fill(t.word_taken, { name: decodeURIComponent(name) }));
    } catch (error) {
      this.say(`${t.failed}${error.message}`);
    }
  }
}

export const openShare = (page, drawnOf, words) => {
  const dialog = (page.sharing ??= new ShareDialog(page, drawnOf, words));
  dialog.open();
};
