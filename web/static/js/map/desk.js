// All about the map of the first view: panels, ranking, profile, dialogs, comparison, search, and
// the chart and the table in its place. It comes after that map, with the rest of the release.

import { arrive } from './arrive.js';
import { getJson } from './atlas.js';
import { AreaCard } from './card.js';
import { Chart } from './chart.js';
import { Compare } from './compare.js';
import { afterPaint, byId } from '../shared/dom.js';
import { Folds } from '../shared/fold.js';
import { followTrail } from '../shared/trail.js';
import { framedAs } from './framed.js';
import { ImageDialog } from './image.js';
import { furnishLeave, takeAway } from './leave.js';
import { lights } from './light.js';
import { afresh, Panel } from './panel.js';
import { furnishHelp, Presentation } from './present.js';
import { Profile } from './profile.js';
import { Plans } from './progress.js';
import { Search } from './search.js';
import { furnishShare } from './share.js';
import { SideBySide } from './side.js';
import { SiteDesk } from './sitedesk.js';
import { SourceDialog } from './source.js';
import { RankTable } from './table.js';
import { furnishTour } from './tour.js';

export class Desk {
  constructor(page) {
    const { map, atlas, onSelect, onHover, onSource } = page;
    atlas.plans = atlas.progress ? new Plans(atlas) : null;
    this.page = page;
    const onChange = (change, how) => page.change(change, how);
    const onSite = (site) => page.openSite(site);
    const onPick = (id) => { this.folds.reveal(); page.change(afresh(id)); };
    lights(page.legend, page.layer);
    this.dialog = new SourceDialog(byId('source'), atlas);
    this.side = new SideBySide(atlas, { onChange, onPick, onSource });
    this.table = new RankTable(byId('ranking'), document.querySelectorAll('#table-head th[data-by]'), atlas, { onSelect, onHover, boxOf: (area) => this.side.boxOf(area), onSource: (view, code) => onSource(view.indicator, code, view.year) });
    this.profile = new Profile(byId('profile'), atlas, {
      onClose: () => page.change({ area: null }), onSource, onSite,
      onSiteFigure: (site, fact) => this.dialog.showSite(site, fact),
      onIndicator: onPick,
      onChoose: (code) => this.side.toggle(code),
    });
    this.panel = new Panel(atlas, { onChange, onPick });
    this.folds = new Folds((name) => {
      if (name === 'legend') page.fit();
      if (name === 'left') afterPaint(() => this.panel.toCurrent());
    });
    if (byId('image')) this.image = new ImageDialog(page);
    this.card = new AreaCard(page.layer, { onClose: () => page.change({ area: null }), onProfile: (event) => this.folds.turn('right', event.target) });
    this.compare = new Compare(map, atlas, { onSelect, onHover, onChange, onSite });
    this.chart = new Chart(atlas, { onSelect: (area) => page.change({ area }), onSource });
    this.onPick = onPick;
    this.sites = new SiteDesk(page);
    this.search = new Search(atlas, { onGo: (entry) => arrive(page, entry) });
    furnishLeave(page);
    this.presentation = new Presentation();
    furnishHelp();
    furnishShare(page);
    furnishTour();
    if (!framedAs()) followTrail();
    this.listen();
  }

  listen() {
    const { page } = this;
    document.querySelectorAll('#faces button').forEach((button) => button.addEventListener('click', () => page.change({ view: button.value })));
    byId('rank-estimates').addEventListener('change', (event) => page.change({ estimates: event.target.checked ? 'ranked' : null }));
    byId('key')?.addEventListener('click', (event) => {
      const { indicator } = event.target.closest('a')?.dataset ?? {};
      if (!indicator || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.onPick(indicator);
    });
  }

  async show(view) {
    const { page } = this;
    const { state } = page;
    const { layers, shown, marked } = page.besideAreas();
    this.card.select(view, state.area);
    this.sites.show(state, layers, shown, marked);
    this.face(view);
    takeAway(page);
    if (!state.compare) this.table.show(view);
    this.table.select(state.area);
    this.panel.show(view, state, layers);
    const profiled = `${state.area || ''} ${view.year}`;
    if (this.profiled !== profiled) this.profile.show(state.area, view.year);
    this.profiled = profiled;
    performance.measure('geomap-switch', 'geomap-switch-start');
    const second = await this.compare.show(view, state, page.besideAreas()).catch((error) => page.tell(error.message));
    if (state.compare && view === page.view) this.table.show(view, second, state.definitions === 'accepted');
  }

  // Map, chart or table of one state. What is known only of the city has no map: it opens as a chart.
  face(view) {
    const { page } = this;
    const { state } = page;
    const { indicator } = view;
    const mapped = Object.values(indicator.years).some((entry) => entry.v.some((value) => value != null) || entry.u);
    const areas = this.side.asked(state);
    const asked = state.view === 'areas' && !areas ? null : state.view;
    const face = asked ?? (mapped ? 'map' : 'chart');
    const before = document.body.dataset.face;
    document.body.dataset.face = face;
    document.querySelectorAll('#faces button').forEach((button) => button.setAttribute('aria-pressed', String(button.value === face)));
    if (face !== 'map') this.tellCourse(areas ? null : state.area ?? null, areas ? '' : indicator.trend, view);
    if (areas) this.side.show(areas, view);
    if (face === 'chart') this.chart.show(indicator, state.area);
    if (face === 'table') this.chart.table(indicator, state.area);
    if (face === 'map' && before && before !== 'map') afterPaint(() => { page.map.invalidateSize(); page.fit(); });
  }

  // How the number of the city went comes with the page; of one area Python is asked for it.
  async tellCourse(area, ofCity, view) {
    const { page } = this;
    const { api, lang } = page.atlas;
    byId('sentence').textContent = area ? '' : ofCity;
    if (!area || !api) return;
    const query = new URLSearchParams({ indicator: view.indicator.id, area });
    const { sentence } = await getJson(`${api}trend?${query}`).catch(() => ({ sentence: {} }));
    if (view === page.view && page.state.area === area && document.body.dataset.face !== 'map') byId('sentence').textContent = sentence[lang] ?? '';
  }

  hover(index) {
    this.card.point(this.page.view, index);
    this.compare.layer?.hover(index);
    this.table.hover(index);
  }
}
