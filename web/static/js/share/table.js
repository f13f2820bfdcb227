// A table of the page as rows of texts, and these as HTML and with tabs, for Word and Excel.

import { el } from '../shared/dom.js';

const NUMBER = /^([约+\-−]?)(\d[\d,]*(?:\.\d+)?)(?:\s*(.*))$/;

// What a cell says, without its drawings and fields.
const saidBy = (cell) => {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll('svg, input, i, [hidden]').forEach((one) => one.remove());
  return copy.textContent.replace(/\s+/g, ' ').trim();
};

export const rowsOf = (table) => [...table.rows].filter((row) => !row.hidden && !row.querySelector('td[colspan]'))
  .map((row) => [...row.cells].filter((cell) => !cell.hidden).map(saidBy));

// "11.7（估算）" is a number and a remark: a sheet can only reckon with the first. An approximate
// number stays a text, for it is none.
export const splitNumber = (text) => {
  const [, sign, digits, remark = ''] = NUMBER.exec(text) || [];
  if (digits === undefined || sign === '约' || /^[-–—~～｜|%％]|\d/.test(remark)) return [text, ''];
  return [`${sign === '−' ? '-' : sign.replace('+', '')}${digits.replaceAll(',', '')}`, remark.replace(/^[（(]|[）)]$/g, '')];
};

// A column in which a number bears a remark is two.
export const parted = (rows, remark) => {
  const [head, ...body] = rows;
  const split = head.map((_, at) => at > 0 && body.map((row) => splitNumber(row[at] ?? '')));
  const wide = split.map((column) => Boolean(column) && column.some(([, more]) => more));
  return [
    head.flatMap((name, at) => (wide[at] ? [name, remark] : [name])),
    ...body.map((row, line) => row.flatMap((text, at) => {
      if (!split[at]) return [text];
      return wide[at] ? split[at][line] : [split[at][line][0]];
    })),
  ];
};

// Tabs and lines part cells; what a sheet would take for a formula is written as a text.
const held = (text) => {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=@]|^[+\-](?![\d.])/.test(flat) ? `'${flat}` : flat;
};

export const withTabs = ({ title, rows, below }) => [[title], ...rows, ...below.map((line) => [line])]
  .map((row) => row.map(held).join('\t')).join('\r\n');

export const asHtml = ({ title, rows, below }) => {
  const [head, ...body] = rows;
  const line = (name, row) => el('tr', {}, ...row.map((text, at) => el(name, name === 'td' && at > 0 && /^-?\d/.test(text) ? { align: 'right' } : {}, text)));
  return el('div', {}, el('p', {}, el('b', {}, title)),
    el('table', { border: 1, cellspacing: 0, cellpadding: 4 }, el('thead', {}, line('th', head)), el('tbody', {}, ...body.map((row) => line('td', row)))),
    ...below.map((text) => el('p', {}, text))).innerHTML;
};
