// The chart of one indicator over the years, and the table of the same numbers.

import { byId, el, svg } from '../shared/dom.js';
import { decimalsOf, fill, fixed, saying } from '../shared/format.js';
import { textWidth } from '../shared/labels.js';
import { endsFirst, pieces, pointsOf, seriesOf, ticksOf, yearsShown } from './series.js';

const MARGIN = { top: 28, right: 128, bottom: 36 };
const APART = 18;

const endOf = ({ points }) => points.findLast((point) => point.value != null).year;

export class Chart {
  constructor(atlas, { onSelect, onSource }) {
    Object.assign(this, { atlas, onSelect, onSource });
    this.frame = byId('chart-drawing');
    new ResizeObserver(() => this.shown && this.draw()).observe(this.frame);
  }

  show(indicator, area) {
    this.shown = { indicator, area };
    this.draw();
  }

  draw() {
    const { atlas, frame } = this;
    const { indicator, area } = this.shown;
    const { t } = atlas;
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    if (!width || !height) return;
    const { chosen, beside, goals } = seriesOf(atlas, indicator, area);
    const points = [...(chosen ? [chosen] : []), ...beside].flatMap((one) => one.points).concat(goals).filter((one) => one.value != null);
    frame.replaceChildren();
    if (!points.length) { frame.append(el('p', { class: 'nothing' }, t.chart_nothing)); return; }
    const ticks = ticksOf(points.map((one) => one.value), { fromZero: indicator.measure === 'count' });
    const decimals = Math.max(...ticks.map(decimalsOf));
    const years = points.map((one) => one.year);
    const [first, last] = [Math.min(...years), Math.max(...years)];
    const left = 16 + Math.max(...ticks.map((one) => textWidth(fixed(one, decimals), 13)));
    const x = (year) => (first === last ? (left + width - MARGIN.right) / 2 : left + 12 + ((year - first) / (last - first)) * (width - MARGIN.right - left - 24));
    const y = (value) => MARGIN.top + ((ticks.at(-1) - value) / (ticks.at(-1) - ticks[0])) * (height - MARGIN.top - MARGIN.bottom);
    this.scale = { x, y, left, width, height };
    const name = area && area !== atlas.city.code ? atlas.nameOf(area) : atlas.city.name;
    const said = `${name}，${indicator.name}`;
    const drawing = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${said}。${indicator.trend}` });
    drawing.append(...this.axes(indicator, ticks, decimals, yearsShown(first, last, Math.max(2, Math.floor((width - left) / 56)))), ...this.changes(indicator, chosen, first, last));
    beside.forEach((one) => drawing.append(this.line(indicator, one, 'beside')));
    if (chosen) drawing.append(this.line(indicator, chosen, 'own', beside.length > 0));
    const named = beside.length ? Math.max(...[chosen, ...beside].filter(Boolean).map(endOf)) : -Infinity;
    goals.forEach((goal) => drawing.append(this.goal(indicator, goal, goal.year <= named)));
    drawing.append(...this.names(indicator, chosen, beside));
    frame.append(drawing);
  }

  axes(indicator, ticks, decimals, years) {
    const { x, y, left, width, height } = this.scale;
    const { t } = this.atlas;
    const cut = ticks[0] > 0 ? ` · ${t.chart_cut}` : '';
    return [
      svg('text', { x: 8, y: 16, class: 'unit' }, `${indicator.unit ? fill(t.unit_label, { unit: indicator.unit }) : ''}${cut}`),
      ...ticks.flatMap((one) => [
        svg('line', { x1: left, x2: width - MARGIN.right, y1: y(one), y2: y(one), class: one === 0 ? 'zero' : 'grid' }),
        svg('text', { x: left - 8, y: y(one) + 4, class: 'tick end' }, fixed(one, decimals)),
      ]),
      ...years.map((year) => svg('text', { x: x(year), y: height - 12, class: 'tick mid' }, String(year))),
    ];
  }

  // From when on another thing is counted in the chosen place: another definition, other boundaries.
  changes(indicator, chosen, first, last) {
    const { x, height } = this.scale;
    const { t } = this.atlas;
    return (chosen?.breaks ?? indicator.breaks).filter((year) => first < year && year <= last).flatMap((year) => [
      svg('line', { x1: x(year - 0.5), x2: x(year - 0.5), y1: MARGIN.top, y2: height - MARGIN.bottom, class: 'break' }),
      svg('text', { x: x(year - 0.5) + 4, y: MARGIN.top + 10, class: 'tick' }, indicator.breaks.includes(year) ? t.chart_break : t.chart_split),
    ]);
  }

  // Where names stand at the ends of lines, the last number of the chosen one stands with its name.
  line(indicator, { index, name, points, breaks }, kind, named = false) {
    const { x, y } = this.scale;
    const { atlas } = this;
    const code = index < 0 ? atlas.city.code : atlas.areas[index].code;
    const known = points.filter((one) => one.value != null);
    const group = svg('g', { class: `series ${kind}` });
    group.append(...pieces(breaks, points).map(({ from, to, dashed }) => svg('line', { x1: x(from.year), y1: y(from.value), x2: x(to.year), y2: y(to.value), class: dashed ? 'dashed' : '' })));
    group.append(...known.map((one) => svg('circle', { cx: x(one.year), cy: y(one.value), r: kind === 'own' ? 5 : 3, class: one.status === 'a' ? 'guess' : '' }, svg('title', {}, this.words(indicator, name, one)))));
    if (kind === 'own') group.append(...this.values(indicator, named ? known.slice(0, -1) : known));
    group.addEventListener('click', () => (index < 0 ? this.onSelect(null) : this.onSelect(code)));
    return group;
  }

  words(indicator, name, point) { return `${name} ${fill(this.atlas.t.year_label, { year: point.year })} ${saying(point, indicator, this.atlas.t)} ${indicator.unit}`; }

  // The numbers of the chosen line, where there is room: the last and the first before the others.
  values(indicator, known) {
    const { x, y } = this.scale;
    const taken = [];
    return endsFirst(known).flatMap((one) => {
      const text = saying(one, indicator, this.atlas.t);
      const half = textWidth(text, 14) / 2 + 4;
      if (taken.some(([from, to]) => x(one.year) - half < to && from < x(one.year) + half)) return [];
      taken.push([x(one.year) - half, x(one.year) + half]);
      return [svg('text', { x: x(one.year), y: y(one.value) - 10, class: 'value mid' }, text)];
    });
  }

  // A target's words stand behind its mark; before it where the names of the lines stand behind.
  goal(indicator, goal, before) {
    const { x, y } = this.scale;
    const text = `${this.atlas.t.target} ${saying(goal, indicator, this.atlas.t)}`;
    const [at, level] = [x(goal.year), y(goal.value)];
    return svg('g', { class: 'goal-mark' }, svg('path', { d: `M${at} ${level - 7}l7 7l-7 7l-7 -7z` }, svg('title', {}, this.words(indicator, this.atlas.t.target, goal))), svg('text', { x: at + (before ? -12 : 12), y: level + 5, class: before ? 'value end' : 'value' }, text));
  }

  // The names at the ends of the lines, apart from each other; the chosen one keeps its place.
  names(indicator, chosen, beside) {
    const { x, y, height } = this.scale;
    const ends = [...(chosen && beside.length ? [{ ...chosen, own: true }] : []), ...beside].map((one) => ({ ...one, end: one.points.findLast((point) => point.value != null) }))
      .map((one) => ({ ...one, at: y(one.end.value) })).sort((a, b) => a.at - b.at);
    ends.forEach((one, index) => { if (index) one.at = Math.max(one.at, ends[index - 1].at + APART); });
    for (let index = ends.length - 1; index >= 0; index -= 1) ends[index].at = Math.min(ends[index].at, index === ends.length - 1 ? height - MARGIN.bottom : ends[index + 1].at - APART);
    return ends.map((one) => svg('text', { x: x(one.end.year) + 10, y: one.at + 5, class: one.own ? 'name own' : 'name' }, one.own ? `${one.name} ${saying(one.end, indicator, this.atlas.t)}` : one.name));
  }

  // The same numbers in a table: places down, years across.
  table(indicator, area) {
    const { atlas } = this;
    const { t } = atlas;
    const years = Object.keys(indicator.years).map(Number);
    const rows = [[-1, atlas.city], ...atlas.areas.map((one, index) => [index, one])];
    const cell = (code, point) => (point.value == null && !point.others ? el('td', { class: 'gone' }, saying(point, indicator, t))
      : el('td', {}, el('button', { type: 'button', class: 'number', title: t.see_source, onclick: () => this.onSource(indicator, code, point.year, 'actual') }, saying(point, indicator, t))));
    byId('years-table').replaceChildren(el('caption', {}, `${indicator.name}${indicator.unit ? ` · ${fill(t.unit_label, { unit: indicator.unit })}` : ''}`),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t.chart_area), ...years.map((year) => el('th', { scope: 'col' }, String(year))))),
      el('tbody', {}, ...rows.map(([index, one]) => el('tr', { class: one.code === area ? 'selected' : index < 0 ? 'whole' : null }, el('th', { scope: 'row' }, one.name), ...pointsOf(indicator, index).map((point) => cell(one.code, point))))));
  }
}
