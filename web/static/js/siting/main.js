// Wires the siting page: the form asks, a job answers, map, tables and text show the same outcome.

import { copyTexts } from '../shared/copy.js';
import { byId, el } from '../shared/dom.js';
import { fill, fixed, percent } from '../shared/format.js';
import { Folds } from '../shared/fold.js';
import { asked, followed, posted, said, taken } from './ask.js';
import { Form, readAddress, writeAddress } from './form.js';
import { paintLegend, SitingMap } from './map.js';
import { Plan } from './plan.js';
import { localised, reportOf, Result, Speaker } from './result.js';
import { ScenarioList } from './scenarios.js';

// The radius that is asked for is reported too.
const withRadius = (settings) => {
  const { radius, radii } = settings;
  return radius && !radii.includes(radius) ? { ...settings, radii: [...radii, radius].sort((a, b) => a - b) } : settings;
};

class SitingPage {
  constructor(data) {
    Object.assign(this, { data, t: data.t, outcome: null, job: null, turn: 0 });
    this.words = new Speaker(data);
    this.map = new SitingMap(byId('map'), data, { onPut: (at) => this.plan.add(at), onMove: (what, at) => this.plan.move(what, at) });
    this.plan = new Plan(data, { onChange: () => this.tryPlan() });
    this.form = new Form(data, { onSolve: () => this.solve(), onKind: (kind) => this.onKind(kind) });
    this.result = new Result(byId('panel-result'), data, { onLink: (button) => this.copyLink(button), onTry: (outcome) => this.tryOutcome(outcome), onFile: (kind) => this.takeFile(kind) });
    this.scenarios = new ScenarioList(data, this.words, {
      current: async () => (this.outcome ? { outcome: this.outcome, text: this.text, files: this.form.needed, job: await this.asJob() } : null),
      onOpen: (one) => this.open(one), onRerun: (one) => this.open(one, true),
    });
    byId('cancel').addEventListener('click', () => this.cancel());
    this.tabs();
    this.folds = new Folds();
    [['beforeprint', true], ['afterprint', false]].forEach(([when, now]) => window.addEventListener(when, () => {
      document.body.classList.toggle('printing', now);
      this.map.refit();
    }));
  }

  begin() {
    const { settings, files } = readAddress(this.data);
    this.plan.set(settings);
    this.form.show(settings, files);
    this.map.put(settings.kind === 'whatif');
    this.scenarios.attempt(() => this.scenarios.show());
    return settings.kind === 'whatif' ? this.tryPlan(true) : this.solve();
  }

  tabs() {
    const all = [...document.querySelectorAll('[role=tab]')];
    const choose = (tab) => all.forEach((one) => {
      const on = one === tab;
      one.setAttribute('aria-selected', on);
      one.tabIndex = on ? 0 : -1;
      byId(one.getAttribute('aria-controls')).hidden = !on;
    });
    all.forEach((tab, index) => {
      tab.addEventListener('click', () => choose(tab));
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = all[(index + step + all.length) % all.length];
        choose(next);
        next.focus();
      });
    });
    this.tab = (name) => choose(byId(`tab-${name}`));
  }

  onKind(kind) {
    this.map.put(kind === 'whatif');
    this.solve();
  }

  // Asks the server and follows the job; a later question overtakes an earlier one.
  async solve(before = null) {
    if (this.form.kind === 'whatif') { await this.tryPlan(); return; }
    this.turn += 1;
    const { turn } = this;
    this.form.fault(null);
    this.form.busy(true);
    try {
      const { settings, needed: files } = this.form;
      writeAddress(this.data, settings, files);
      if (this.running) posted(`/siting/jobs/${this.running}/cancel`, {}).catch(() => null);
      const { job } = await posted('/siting/solve', { settings: withRadius(settings), files, ...(before ? { before: before.outcome } : {}) });
      this.running = job;
      const end = await followed(job, (now) => { if (turn === this.turn) this.tell(now); });
      if (turn !== this.turn) return;
      await this.ended(end, job, before);
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    } finally {
      if (turn === this.turn) { this.running = null; this.form.busy(false); this.ready(); }
    }
  }

  async ended(end, job, before) {
    if (end.state === 'failed') throw new Error(said(end.error));
    if (end.state === 'lost') throw new Error(this.t.lost_job);
    if (!end.result) { this.failed(new Error(this.t.cancelled)); return; }
    const found = await asked(`/siting/jobs/${job}/result?lang=${this.data.lang}`);
    const beside = before ? this.scenarios.changes(before.name, found.changed || []) : null;
    this.show(found, job, null, beside);
  }

  // What is shown was the answer to another question: it stays, faint, and says so.
  failed(error) {
    this.form.fault(error);
    this.stale(true);
  }

  stale(on) {
    document.querySelector('main.siting').classList.toggle('stale', on);
    byId('stale').hidden = !on;
    byId('stale').textContent = this.outcome ? this.t.stale : this.t.no_result;
    if (on && !this.outcome) byId('panel-result').replaceChildren(el('p', { class: 'empty-words' }, this.t.no_result));
    document.querySelectorAll('#panel-result .take button').forEach((one) => { one.disabled = on; });
  }

  tell({ state, seconds, progress }) {
    const { t } = this;
    if (this.stopping === this.running) { this.form.progress(t.stopping); return; }
    if (state === 'waiting') { this.form.progress(t.waiting); return; }
    const known = progress && progress.objective !== null && progress.bound !== null && progress.objective;
    const gap = known ? `${percent(Math.abs((progress.objective - progress.bound) / progress.objective), 2)}%` : null;
    this.form.progress(fill(gap ? t.running_gap : t.running, { seconds: fixed(seconds, 0), phase: said(progress?.phase), gap }));
  }

  cancel() {
    if (!this.running) return;
    this.stopping = this.running;
    this.form.progress(this.t.stopping);
    posted(`/siting/jobs/${this.running}/cancel`, {}).catch((error) => this.form.fault(error));
  }

  // What-ifs are answered at once; with nothing changed yet, what exists is shown.
  async tryPlan(first = false) {
    this.turn += 1;
    const { turn, plan } = this;
    this.form.fault(null);
    try {
      this.form.kind = 'whatif';
      this.map.put(true);
      const files = this.form.needed;
      const settings = { ...this.form.settings, put: plan.put, remove: plan.remove };
      writeAddress(this.data, settings, files);
      const found = plan.empty ? await this.asItIs(settings, files) : await this.atOnce(settings, files);
      if (turn === this.turn) this.show(found, null, plan);
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    } finally {
      if (first || turn === this.turn) this.ready();
    }
  }

  asItIs(settings, files) {
    return this.atOnce({ ...settings, kind: 'cover', put: [], remove: [] }, files);
  }

  atOnce(settings, files) { return posted(`/siting/whatif?lang=${this.data.lang}`, { settings, files }); }

  // What was answered at once is made a job when a file or a scenario needs one.
  async asJob() {
    if (this.job) return this.job;
    const { outcome } = this;
    const job = await this.solvedFor(null);
    if (outcome === this.outcome) this.job = job;
    return job;
  }

  async solvedFor(audience) {
    const { job } = await posted('/siting/solve', { settings: this.outcome.settings, files: this.form.needed, ...(audience ? { audience } : {}) });
    const end = await followed(job, (now) => this.tell(now));
    this.form.progress('');
    if (end.state === 'failed') throw new Error(said(end.error));
    if (end.state !== 'done') throw new Error(this.t.lost_job);
    return job;
  }

  async takeFile(kind) {
    try {
      this.form.fault(null);
      const audience = byId('audience')?.value ?? 'public';
      const address = (job) => `/siting/jobs/${job}/siting.${kind}?lang=${this.data.lang}&audience=${audience}`;
      // Where another audience sees other figures, the question is answered anew for it.
      const file = await taken(address(await this.asJob())) || await taken(address(await this.solvedFor(audience)));
      if (!file) throw new Error(this.t.lost_job);
      const link = el('a', { href: URL.createObjectURL(file.content), download: file.name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (error) {
      this.form.fault(error);
    }
  }

  tryOutcome(outcome) {
    this.plan.set({ put: outcome.chosen.map(({ lon, lat, name }) => ({ lon, lat, name })) });
    this.tryPlan();
  }

  show(found, job, plan = null, beside = null) {
    Object.assign(this, { outcome: found.outcome, text: found.text, job });
    const outcome = localised(found.outcome, this.data.lang);
    const { words } = this;
    const where = this.focused();
    this.stale(false);
    byId('headline').textContent = plan?.empty ? this.t.kind_whatif : words.headline(outcome);
    byId('said').textContent = plan?.empty ? this.t.plan_empty : words.sentence(outcome);
    const notes = words.notes(outcome);
    byId('coarse').hidden = !notes.length;
    byId('coarse').replaceChildren(...notes.map((one) => el('span', {}, one)));
    byId('trust').textContent = words.trust(outcome);
    this.map.paint(outcome, plan);
    paintLegend(byId('legend-body'), outcome, plan, this.t);
    const middle = this.map.bounds.getCenter();
    this.result.show(outcome, plan ? plan.table(outcome.existing, middle) : null, beside);
    byId('panel-text').replaceChildren(reportOf(found.text));
    if (beside) this.tab('result');
    if (where) document.querySelector(`[data-key="${CSS.escape(where)}"]`)?.focus();
  }

  focused() { return document.activeElement?.dataset?.key; }

  async open({ name, outcome, text, files }, again = false) {
    const { settings } = outcome;
    this.plan.set(settings);
    this.form.show(settings, files || {});
    this.map.put(settings.kind === 'whatif');
    if (again && settings.kind !== 'whatif') { await this.solve({ name, outcome }); return; }
    if (settings.kind === 'whatif') { this.tab('result'); await this.tryPlan(); return; }
    writeAddress(this.data, settings, files || {});
    this.show({ outcome, text }, null);
    this.tab('result');
  }

  async copyLink() {
    const told = byId('link-said');
    const tables = Object.keys(this.form.needed).length ? ` ${this.t.link_tables}` : '';
    const done = await copyTexts({ 'text/plain': window.location.href });
    told.textContent = (done ? this.t.copied : this.t.copy_by_hand) + tables;
  }

  ready() { performance.mark('geomap-ready'); }
}

export const mount = () => {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  const page = new SitingPage(JSON.parse(byId('siting-data').textContent));
  return page.begin();
};

mount();
