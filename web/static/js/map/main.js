// Wires the page: one state, one change function, everything shown from the same view.

import { arrive } from './arrive.js';
import { Atlas } from './atlas.js';
import { AreaCard } from './card.js';
import { Chart } from './chart.js';
import { Compare } from './compare.js';
import { afterPaint, byId, el, nameZoom, punctuated } from '../shared/dom.js';
import { fill, missingOf, rangedIn, saying } from '../shared/format.js';
import { TalentLayer } from './layer.js';
import { framedAs, holdStill } from './framed.js';
import { ImageDialog } from './image.js';
import { furnishLeave, keepLanguage, takeAway } from './leave.js';
import { Folds } from '../shared/fold.js';
import { followTrail } from '../shared/trail.js';
import { fitBeside, makeReachable, showWhole } from './legend.js';
import { lights } from './light.js';
import { afresh, Panel } from './panel.js';
import { paintMap } from './paint.js';
import { Place } from './place.js';
import { furnishHelp, Presentation } from './present.js';
import { Profile } from './profile.js';
import { Search } from './search.js';
import { furnishShare } from './share.js';
import { SideBySide } from './side.js';
import { SiteDesk } from './sitedesk.js';
import { SiteLayers } from './sites.js';
import { SourceDialog } from './source.js';
import { readState, writeState } from './state.js';
import { RankTable } from './table.js';
import { prepare } from './view.js';

class Page {
  constructor(map, atlas) {
    Object.assign(this, { map, atlas, state: { ...atlas.first, ...readState() } });
    this.chosen = this.state.year;
    this.onSelect = (code) => this.change({ area: this.state.area === code ? null : code });
    this.onHover = (index) => this.hover(index);
    this.onSource = (indicator, code, year, kind) => this.dialog.show(indicator, code, year, kind);
    this.layer = new TalentLayer(map, atlas, this);
    this.legend = byId('legend-body');
    lights(this.legend, this.layer);
    this.sites = new SiteLayers(map, atlas, { onSite: (site) => this.openSite(site), onPoint: (sites) => this.desk.list.light(sites.map((site) => site.id)), onMany: (sites) => this.desk.openMany(sites) });
    this.dialog = new SourceDialog(byId('source'), atlas);
    this.furnishDesk();
    this.desk = new SiteDesk(this);
    window.addEventListener('popstate', () => this.open());
    byId('rank-estimates').addEventListener('change', (event) => this.change({ estimates: event.target.checked ? 'ranked' : null }));
    this.place = new Place(map, { fit: () => fitBeside(map, this.layer, byId('legend')), onMove: (at) => { this.state.at = at; }, onStill: () => this.write({ replace: true }) });
    byId('fit').addEventListener('click', () => { this.state.at = null; this.fit(); this.write({ replace: true }); });
    window.addEventListener('beforeprint', () => this.printing(true));
    window.addEventListener('afterprint', () => this.printing(false));
  }

  furnishDesk() {
    const { map, atlas, onSelect, onHover, onSource } = this;
    const onChange = (change, how) => this.change(change, how);
    const onPick = (id) => { this.folds.reveal(); this.change(afresh(id)); };
    this.side = new SideBySide(atlas, { onChange, onPick, onSource });
    this.table = new RankTable(byId('ranking'), document.querySelectorAll('#table-head th[data-by]'), atlas, { onSelect, onHover, boxOf: (area) => this.side.boxOf(area), onSource: (view, code) => onSource(view.indicator, code, view.year) });
    this.profile = new Profile(byId('profile'), atlas, {
      onClose: () => this.change({ area: null }), onSource,
      onSiteFigure: (site, fact) => this.dialog.showSite(site, fact),
      onIndicator: onPick,
      onSite: (site) => this.openSite(site),
      onChoose: (code) => this.side.toggle(code),
    });
    this.panel = new Panel(atlas, { onChange, onPick });
    this.folds = new Folds((name) => {
      if (name === 'legend') this.fit();
      if (name === 'left') afterPaint(() => this.panel.toCurrent());
    });
    if (byId('image')) this.image = new ImageDialog(this);
    this.card = new AreaCard(this.layer, { onClose: () => this.change({ area: null }), onProfile: (event) => this.folds.turn('right', event.target) });
    this.compare = new Compare(map, atlas, { onSelect, onHover, onChange, onSite: (site) => this.openSite(site) });
    this.chart = new Chart(atlas, { onSelect: (area) => this.change({ area }), onSource });
    document.querySelectorAll('#faces button').forEach((button) => button.addEventListener('click', () => this.change({ view: button.value })));
    this.onPick = onPick;
    this.search = new Search(atlas, { onGo: (entry) => arrive(this, entry) });
    furnishLeave(this);
    this.presentation = new Presentation();
    furnishHelp();
    furnishShare(this);
    if (!framedAs()) followTrail();
    byId('key')?.addEventListener('click', (event) => {
      const { indicator } = event.target.closest('a')?.dataset ?? {};
      if (!indicator || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onPick(indicator);
    });
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
    const turn = (this.turn = (this.turn || 0) + 1);
    let view;
    let refusal = '';
    try {
      view = await this.atlas.view(this.state);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error.code !== 'definition_break') {
        this.tell(error.message);
        return;
      }
      // The year itself is shown, and why its change is not; the reader may ask for it all the same.
      refusal = error.message;
      view = await this.atlas.view({ ...this.state, from: null, palette: null });
    }
    if (turn !== this.turn) return; // a later change has overtaken this one
    view = prepare(view, this.state.estimates === 'ranked');
    performance.mark('geomap-switch-start');
    this.tell(refusal, refusal && el('button', { type: 'button', onclick: () => this.change({ definitions: 'accepted' }) }, this.atlas.t.accept_show));
    this.view = view;
    this.onMap(view);
    await this.beside(view);
  }

  onMap(view) {
    const shown = this.besideAreas();
    paintMap(this, view, this.atlas, shown);
    this.card.select(view, shown.area);
    this.head(view);
    this.desk.show(this.state, shown.layers, shown.shown, shown.marked);
    this.face(view);
    keepLanguage(this.atlas.lang);
  }

  // Map, chart or table of one state. What is known only of the city has no map: it opens as a chart.
  face(view) {
    const { indicator } = view;
    const mapped = Object.values(indicator.years).some((entry) => entry.v.some((value) => value != null) || entry.u);
    const areas = this.side.asked(this.state);
    const asked = this.state.view === 'areas' && !areas ? null : this.state.view;
    const face = asked ?? (mapped ? 'map' : 'chart');
    const before = document.body.dataset.face;
    document.body.dataset.face = face;
    document.querySelectorAll('#faces button').forEach((button) => button.setAttribute('aria-pressed', String(button.value === face)));
    // What went on in one area has no sentence: Python tells the city's.
    if (face !== 'map') byId('sentence').textContent = this.state.area || areas ? '' : indicator.trend;
    if (areas) this.side.show(areas, view);
    if (face === 'chart') this.chart.show(indicator, this.state.area);
    if (face === 'table') this.chart.table(indicator, this.state.area);
    if (face === 'map' && before && before !== 'map') afterPaint(() => { this.map.invalidateSize(); this.fit(); });
  }

  // What is drawn beside the areas, on each map.
  besideAreas() {
    const { atlas, state } = this;
    const layers = this.layers();
    return { layers, shown: this.desk.sitesOf(state, layers), marked: atlas.plans?.shown(state.progress) || '', area: state.area };
  }

  async beside(view) {
    const { state } = this;
    if (!state.compare) this.table.show(view);
    this.table.select(state.area);
    this.panel.show(view, state, this.layers());
    const profiled = `${state.area || ''} ${view.year}`;
    if (this.profiled !== profiled) this.profile.show(state.area, view.year);
    this.profiled = profiled;
    performance.measure('geomap-switch', 'geomap-switch-start');
    const second = await this.compare.show(view, state, this.besideAreas()).catch((error) => this.tell(error.message));
    if (state.compare && view === this.view) this.table.show(view, second, state.definitions === 'accepted');
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
    takeAway(this);
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
    this.card.point(this.view, index);
    this.compare.layer?.hover(index);
    this.table.hover(index);
  }

  async openSite(site) {
    await this.change({ area: this.atlas.indexOf.has(site.area) ? site.area : null });
    this.profile.openSite(site.id);
    this.desk.list.mark(site.id);
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
  page.show().then(() => {
    page.fit();
    performance.mark('geomap-ready');
    // Whatever changes the size of the map (print, comparison, a window): it is fitted anew.
    new ResizeObserver(() => page.fit()).observe(byId('map'));
    const furniture = new ResizeObserver(() => page.furnish());
    ['legend', 'empty', 'outside'].forEach((id) => furniture.observe(byId(id)));
  });
  return page;
};
