// The map of the page: one state, one change function, everything shown from the same view. What
// the first map does not need, the desk about it and the rest of the release, comes after it.

import { Atlas } from './atlas.js';
import { afterPaint, byId, el, nameZoom, punctuated } from '../shared/dom.js';
import { fill, missingOf, rangedIn, saying } from '../shared/format.js';
import { framedAs, holdStill } from './framed.js';
import { TalentLayer } from './layer.js';
import { keepLanguage } from './leave.js';
import { fitBeside, makeReachable, showWhole } from './legend.js';
import { paintMap } from './paint.js';
import { Place } from './place.js';
import { Chosen } from './sitefilter.js';
import { SiteLayers } from './sites.js';
import { readState, writeState } from './state.js';
import { prepare } from './view.js';

class Page {
  constructor(map, atlas) {
    Object.assign(this, { map, atlas, state: { ...atlas.first, ...readState() } });
    this.chosen = this.state.year;
    this.onSelect = (code) => this.change({ area: this.state.area === code ? null : code });
    this.onHover = (index) => this.hover(index);
    this.onSource = async (...value) => (await this.furnished()).dialog.show(...value);
    this.layer = new TalentLayer(map, atlas, this);
    this.legend = byId('legend-body');
    this.chosenSites = new Chosen(atlas);
    this.sites = new SiteLayers(map, atlas, { onSite: (site) => this.openSite(site), onPoint: (sites) => this.desk?.sites.list.light(sites.map((site) => site.id)), onMany: (sites) => this.desk.sites.openMany(sites) });
    window.addEventListener('popstate', () => this.open());
    this.place = new Place(map, { fit: () => fitBeside(map, this.layer, byId('legend')), onMove: (at) => { this.state.at = at; }, onStill: () => this.write({ replace: true }) });
    byId('fit').addEventListener('click', () => { this.state.at = null; this.fit(); this.write({ replace: true }); });
    window.addEventListener('beforeprint', () => this.printing(true));
    window.addEventListener('afterprint', () => this.printing(false));
  }

  // Shows what an address says, as Back does; a saved view is a step of its own.
  open(search, how) {
    this.state = { indicator: this.atlas.first.indicator, ...readState(search) };
    this.chosen = this.state.year;
    if (how) this.write(how);
    return this.show().then(() => this.fit());
  }

  // The links of the page follow the address.
  write(how) {
    writeState(this.state, framedAs() ? { replace: true } : how);
    keepLanguage(this.atlas.lang);
  }

  // All but the first map, once.
  furnished() {
    return (this.coming ??= Promise.all([import('./desk.js'), this.atlas.complete()]).then(([{ Desk }]) => new Desk(this)));
  }

  // Whether the map asked for is the one that the page came with.
  isFirst() {
    const { indicator, year, ...more } = this.state;
    return indicator === this.atlas.first.indicator && !Object.keys(more).length;
  }

  layers() {
    return this.state.layers === undefined ? this.atlas.firstLayers : this.state.layers.split(',').filter(Boolean);
  }

  change(change, how) {
    if (framedAs() === 'locked') return null;
    if ('year' in change) this.chosen = change.year;
    this.state = { ...this.state, ...change };
    if (change.indicator) this.state.year = this.atlas.chosenYear(change.indicator, this.chosen);
    Object.keys(this.state).forEach((key) => { if (this.state[key] === null) delete this.state[key]; });
    this.write(how);
    return this.show();
  }

  async show() {
    if (await this.draw()) await this.beside();
  }

  // Paints the map; false when it could not, or a later change has overtaken this one.
  async draw() {
    const turn = (this.turn = (this.turn || 0) + 1);
    if (!this.isFirst()) await this.furnished();
    let view;
    let refusal = '';
    try {
      view = await this.atlas.view(this.state);
    } catch (error) {
      if (turn !== this.turn) return false;
      if (error.code !== 'definition_break') {
        this.tell(error.message);
        return false;
      }
      // The year itself is shown, and why its change is not; the reader may ask for it all the same.
      refusal = error.message;
      view = await this.atlas.view({ ...this.state, from: null, palette: null });
    }
    if (turn !== this.turn) return false;
    view = prepare(view, this.state.estimates === 'ranked');
    performance.mark('geomap-switch-start');
    this.tell(refusal, refusal && el('button', { type: 'button', onclick: () => this.change({ definitions: 'accepted' }) }, this.atlas.t.accept_show));
    this.view = view;
    this.onMap(view);
    return true;
  }

  onMap(view) {
    paintMap(this, view, this.atlas, this.besideAreas());
    this.head(view);
    keepLanguage(this.atlas.lang);
  }

  // Shows what stands about the map; when that has only come now, the marks and the signs of sites
  // that came with it are painted and the map fitted beside them.
  async beside() {
    const { view } = this;
    const late = !this.desk;
    const desk = (this.desk = await this.furnished());
    if (!view || view !== this.view) return;
    if (late && this.besideAreas().marked) this.onMap(view);
    await desk.show(view);
    if (late) this.fit();
  }

  // What is drawn beside the areas, on each map.
  besideAreas() {
    const { atlas, state } = this;
    const layers = this.layers();
    return { layers, shown: this.chosenSites.of(state, layers), marked: atlas.plans?.shown(state.progress) || '', area: state.area };
  }

  head(view) {
    const { atlas } = this;
    const { t } = atlas;
    const { indicator, year } = view;
    const span = view.base ? `${view.base}–${year}` : year ?? '';
    byId('title').textContent = `${atlas.city.name}${atlas.lang === 'zh' ? '' : ': '}${indicator.name}`;
    byId('subtitle').textContent = [span && fill(t.year_label, { year: span }), indicator.unit && fill(t.unit_label, { unit: indicator.unit })].filter(Boolean).join('　');
    document.title = `${indicator.name} ${span} · ${atlas.title}`;
    byId('sentence').textContent = view.z;
    byId('definition').textContent = indicator.definition;
    byId('map-sources').textContent = view.f.length ? t.sources_label + view.f.map((id) => `${atlas.sources[id].title}${atlas.sources[id].number ? punctuated(`（${atlas.sources[id].number}）`) : ''}`).join(punctuated('；')) : '';
    this.city(view);
  }

  // The city's own figure; where no banner reports it is all there is, and the map says so.
  city(view) {
    const { atlas } = this;
    const { t } = atlas;
    const { indicator, year } = view;
    const code = atlas.city.code;
    const number = ([value, status, conflict, others, how], at, kind) => el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => this.onSource(indicator, code, at, kind) },
      saying({ value, status, conflict, others, how }, indicator, t));
    const parts = [el('span', { class: 'whose' }, t.city_value)];
    if (view.c) parts.push(number(view.c, year, 'actual'), el('small', {}, ` ${indicator.unit} ${indicator.change ? `${view.base}–${year}` : year}`));
    else parts.push(el('span', { class: 'gone' }, missingOf(indicator, t)));
    indicator.targets.forEach(([at, value, conflict, others, how]) => parts.push(el('span', { class: 'goal' }, `${t.target} `, number([value, 'r', conflict, others, how], at, 'target'), el('small', {}, ` ${at}`))));
    byId('city').replaceChildren(...parts);
    const elsewhere = this.chosen && view.year !== null && Number(this.chosen) !== view.year;
    const notes = [...(elsewhere ? [fill(t.no_such_year, { name: indicator.name, asked: this.chosen, year: view.year })] : []), ...(view.w || [])];
    byId('notes').hidden = !notes.length;
    byId('notes').textContent = notes.join('　');
    byId('control').textContent = view.k || '';
    const none = view.v.every((value) => value == null) && !view.u;
    const ranged = rangedIn(view).length > 0;
    byId('empty').hidden = !none;
    byId('empty-text').textContent = none ? (ranged ? t.only_ranges : indicator.change ? t.no_pairs : view.c || indicator.targets.length ? (indicator.asked === false ? t.banners_unpublished : t.banners_missing) : indicator.asked === false ? t.nothing_known : t.nothing_reported) : '';
  }

  hover(index) {
    if (this.hovered === index) return;
    this.hovered = index;
    this.layer.hover(index);
    this.desk?.hover(index);
  }

  async openSite(site) {
    await this.change({ area: this.atlas.indexOf.has(site.area) ? site.area : null });
    this.desk.profile.openSite(site.id);
    this.desk.sites.list.mark(site.id);
  }

  tell(message, button) {
    byId('problem').hidden = !message;
    byId('problem').replaceChildren(message, button || '');
  }

  printing(now) {
    this.place.printing(now, this.state.at);
    document.body.classList.toggle('printing', now);
    this.fit();
  }

  fit() {
    this.place.set(this.state.at);
    this.furnish();
  }

  furnish() {
    afterPaint(() => makeReachable(byId('legend')));
    this.layer.keepClearOf([...byId('map').querySelectorAll('.legend, .approval, .north, .leaflet-control, .empty, .outside')]);
  }
}

// Read before folium's script makes the map.
if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
  L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
}

export const mount = (map, dataId) => {
  const atlas = new Atlas(JSON.parse(byId(dataId).textContent));
  showWhole(map, atlas.bounds);
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
  nameZoom(map, atlas.t);
  holdStill(map);
  const page = new Page(map, atlas);
  page.draw().then(async () => {
    page.fit();
    performance.mark('geomap-usable');
    // Whatever changes the size of the map (print, comparison, a window): it is fitted anew.
    new ResizeObserver(() => page.fit()).observe(byId('map'));
    const furniture = new ResizeObserver(() => page.furnish());
    ['legend', 'empty', 'outside'].forEach((id) => furniture.observe(byId(id)));
    await new Promise(afterPaint);
    await page.beside();
    performance.mark('geomap-ready');
  }).catch((error) => page.tell(error.message));
  return page;
};
