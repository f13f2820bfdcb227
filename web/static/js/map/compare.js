// A second map beside the first, for another indicator or year, with one view over both. It obeys
// all that was chosen for the first.

import { byId, el } from '../shared/dom.js';
import { TalentLayer } from './layer.js';
import { makeReachable } from './legend.js';
import { lights } from './light.js';
import { paintMap } from './paint.js';
import { SiteLayers } from './sites.js';
import { prepare } from './view.js';

export class Compare {
  constructor(map, atlas, { onSelect, onHover, onChange, onSite }) {
    Object.assign(this, { map, atlas, onSelect, onHover, onChange, onSite });
    this.box = byId('second');
    byId('compare-indicator').replaceChildren(...atlas.indicators.filter((one) => atlas.yearsOf(one).length)
      .map((one) => el('option', { value: one.id }, one.name)));
    byId('compare-indicator').addEventListener('change', (event) => onChange({ compare: event.target.value }));
    byId('compare-year').addEventListener('change', (event) => onChange({ compare: `${byId('compare-indicator').value}:${event.target.value}` }));
    byId('compare').addEventListener('click', () => onChange({ compare: this.box.hidden ? this.suggestion() : null }));
    byId('compare-close').addEventListener('click', () => onChange({ compare: null }));
  }

  // Another year of the same indicator where there is one, else the indicator that follows.
  suggestion() {
    const { indicator, year } = this.first;
    const other = this.yearsOf(indicator).filter((one) => one !== year).at(-1);
    if (other !== undefined) return `${indicator.id}:${other}`;
    const all = this.atlas.indicators.filter((one) => this.atlas.yearsOf(one).length);
    return all[(all.indexOf(indicator) + 1) % all.length].id;
  }

  // The years that may stand beside the first map: of its own change those after the same year, and
  // on a page that stands alone with classes of each year none, for two scales say nothing.
  yearsOf(indicator) {
    const { first, atlas } = this;
    const years = atlas.yearsOf(indicator);
    if (indicator.id !== first.indicator.id) return years;
    if (!atlas.api && !indicator.shared) return [first.year];
    return first.base && first.indicator.change ? years.filter((one) => one > first.base) : years;
  }

  // Made at first use: most readers never compare.
  open() {
    if (this.layer) return;
    this.second = L.map('map-second', { ...this.map.options, zoomControl: false });
    this.second.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
    this.layer = new TalentLayer(this.second, this.atlas, { onSelect: this.onSelect, onHover: this.onHover });
    this.sites = new SiteLayers(this.second, this.atlas, { onSite: this.onSite });
    this.legend = byId('legend-second').querySelector('.body');
    lights(this.legend, this.layer);
    let moving = false;
    const follow = (from, to) => from.on('move', () => {
      if (moving || this.box.hidden) return;
      moving = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      moving = false;
    });
    follow(this.map, this.second);
    follow(this.second, this.map);
  }

  // What was chosen for the first map, as far as it fits the second: breaks are values of one
  // indicator, fill or circles depend on what is drawn, and a change needs the earlier year.
  stateOf(state) {
    const [id, year] = state.compare.split(':');
    const indicator = this.atlas.indicator(id);
    if (id === this.first.indicator.id) {
      const fits = this.yearsOf(indicator).includes(Number(year));
      return { ...state, year: fits ? year : this.yearsOf(indicator).at(-1) };
    }
    const shown = this.atlas.yearOf(indicator, year);
    const changes = state.from && Number(state.from) < shown && this.atlas.yearsOf(indicator).includes(Number(state.from));
    const method = state.method === 'manual' ? null : state.method;
    return { ...state, indicator: id, year: shown, as: null, breaks: null, method, ...(state.from && !changes ? { from: null, definitions: null, palette: null } : {}) };
  }

  // Gives the view beside the first, null while there is none.
  async show(first, state, more) {
    this.first = first;
    this.box.hidden = !state.compare;
    byId('compare').setAttribute('aria-pressed', String(Boolean(state.compare)));
    document.body.classList.toggle('comparing', Boolean(state.compare));
    if (!state.compare) return null;
    this.open();
    this.second.invalidateSize({ animate: false });
    const view = prepare(await this.viewOf(this.stateOf(state)), state.estimates === 'ranked');
    if (this.first !== first) return null; // a later change has overtaken this one
    byId('compare-indicator').value = view.indicator.id;
    byId('compare-year').replaceChildren(...this.yearsOf(this.atlas.indicator(view.indicator.id)).map((one) => el('option', { value: one }, one)));
    byId('compare-year').value = view.year;
    paintMap(this, view, this.atlas, { ...more, area: state.area });
    this.second.invalidateSize({ animate: false });
    this.second.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
    makeReachable(byId('legend-second'));
    this.layer.keepClearOf([this.box.querySelector('.pickers')]);
    return view;
  }

  // A change that cannot be told gives way to the year itself, whose legend says what it is.
  async viewOf(state) {
    try {
      return await this.atlas.view(state);
    } catch (error) {
      if (error.code !== 'definition_break') throw error;
      return this.atlas.view({ ...state, from: null, palette: null });
    }
  }
}
