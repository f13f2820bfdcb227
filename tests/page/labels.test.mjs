// Where labels stand: in their own area, else outside all areas with a leader, else not at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = { innerWidth: 1366 };
const { onceAtMost, textWidth } = await import('../../web/static/js/shared/labels.js');

const FRAME = { x0: 0, y0: 0, x1: 400, y1: 300 };
const square = (x0, y0, x1, y1) => [[{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }]];
const label = (index, x, y, more = {}) => ({ index, point: { x, y }, name: '东胜', value: '267.0', room: 100, radius: 0, ...more });
// The module knows its last answers by the points of the areas, which on a map are always the same
// areas; here they are not, so each question has a module of its own.
let questions = 0;
const fresh = async () => (await import(`../../web/static/js/shared/labels.js?${questions += 1}`)).placeLabels;
const ask = (place, labels, areas, { dense = false, furniture = [], sites = [] } = {}) => place(labels, dense, { frame: FRAME, furniture, sites, areas });
const placed = async (...words) => ask(await fresh(), ...words);
// Type of 12 and 13 pixels in a box 32 high, of 11 in one of 26, and 4 pixels at each side.
const boxOf = ({ x, y, name, value, small }) => {
  const [w, h] = [Math.max(textWidth(name, small ? 11 : 12), textWidth(value, small ? 11 : 13)) / 2 + 4, small ? 13 : 16];
  return [x - w, y - h, x + w, y + h];
};
const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
const inFrame = ([x0, y0, x1, y1]) => x0 >= FRAME.x0 && y0 >= FRAME.y0 && x1 <= FRAME.x1 && y1 <= FRAME.y1;

test('a Chinese character is as wide as its type, a letter 0.58 of that', () => {
  assert.ok(Math.abs(textWidth('东胜 1', 10) - 31.6) < 1e-9);
});

test('a label stands at the middle of an area that has room for it', async () => {
  const [one] = await placed([label(0, 200, 150)], [square(100, 50, 300, 250)]);
  assert.deepEqual([one.x, one.y, one.own, one.leader], [200, 150, true, null]);
});

test('a label that its area cannot hold stands outside with a leader from its point', async () => {
  const [one] = await placed([label(0, 200, 150)], [square(195, 145, 205, 155)]);
  assert.equal(one.own, false);
  assert.deepEqual([one.leader.x0, one.leader.y0], [200, 150]);
  assert.ok(apart(boxOf(one), [195, 145, 205, 155]));
  assert.ok(inFrame(boxOf(one)));
});

test('no label stands in the area of another', async () => {
  const areas = [square(190, 140, 210, 160), square(0, 0, 190, 300)];
  const small = (await placed([label(0, 200, 150, { room: 1 }), label(1, 95, 150)], areas)).find((one) => one.index === 0);
  assert.ok(boxOf(small)[0] >= 190);
});

test('a label that has no room anywhere is left out', async () => {
  const everywhere = square(0, 0, 400, 300);
  assert.deepEqual(await placed([label(0, 200, 150)], [square(198, 148, 202, 152), everywhere]), []);
});

test('what lies outside the frame has no label', async () => {
  assert.deepEqual(await placed([label(0, 500, 150)], [square(450, 100, 550, 200)]), []);
});

test('a label steps aside for furniture and for the circle of another', async () => {
  const furniture = [{ x0: 150, y0: 120, x1: 260, y1: 180 }];
  const [one] = await placed([label(0, 200, 150)], [square(50, 20, 350, 280)], { furniture });
  assert.ok(apart(boxOf(one), [150, 120, 260, 180]));
  const circled = [label(0, 200, 150, { room: 9 }), label(1, 200, 170, { room: 1, radius: 30 })];
  const two = (await placed(circled, [square(50, 20, 350, 280), square(0, 290, 10, 300)])).find((each) => each.index === 0);
  assert.ok(boxOf(two)[3] <= 145 || boxOf(two)[0] >= 225 || boxOf(two)[2] <= 175 || boxOf(two)[1] >= 195);
});

test('a circle that is wide enough holds its label', async () => {
  const [one] = await placed([label(0, 200, 150, { radius: 60 })], [square(190, 140, 210, 160)]);
  assert.deepEqual([one.x, one.y], [200, 150]);
});

test('a label would rather not hide a site', async () => {
  const [one] = await placed([label(0, 200, 150)], [square(50, 20, 350, 280)], { sites: [{ x: 200, y: 150 }] });
  assert.ok(apart(boxOf(one), [192, 142, 208, 158]));
});

test('where the usual size leaves one without a place, all are written smaller', async () => {
  // 4 characters and the margin: 56 pixels in the usual size, 52 in the small one, in 56 less air.
  const areas = [square(12, 12, 68, 72), square(68, 0, 400, 300), square(0, 72, 68, 300), square(0, 0, 68, 12), square(0, 12, 12, 72)];
  const found = await placed([label(0, 40, 42, { name: '伊金霍洛', value: '1', room: 1 }), label(1, 240, 150)], areas);
  assert.deepEqual(found.map((one) => one.small), [true, true]);
});

test('of very many only those are labelled that have room in their middle', async () => {
  const many = Array.from({ length: 40 }, (_, index) => label(index, 20 + index * 9, 150, { room: 40 - index }));
  const found = await placed(many, [], { dense: true });
  assert.ok(found.length > 3 && found.length < 12);
  found.forEach((one, at) => found.slice(at + 1).forEach((other) => assert.ok(apart(boxOf(one), boxOf(other)))));
});

test('the same question has the same answer, with the words of the day', async () => {
  const areas = [square(100, 50, 300, 250)];
  const place = await fresh();
  const [first] = ask(place, [label(0, 200, 150)], areas);
  const [second] = ask(place, [label(0, 200, 150, { missing: true })], areas);
  assert.deepEqual([second.x, second.y, second.missing], [first.x, first.y, true]);
});

// A generator of its own, so that a failure can be seen again.
const drawing = (seed) => () => { seed = (seed * 1103515245 + 12345) % 2 ** 31; return seed / 2 ** 31; };

test('whatever the areas, labels lie apart, in the frame, off the furniture and in no other area', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const draw = drawing(seed);
    // A grid of 3 × 3 with uneven lines: some areas hold a label, some do not.
    const lines = (long) => { const cuts = [0.2 + 0.2 * draw(), 0.5 + 0.3 * draw()]; return [0.1 * long, cuts[0] * long, cuts[1] * long, 0.9 * long]; };
    const [across, down] = [lines(FRAME.x1), lines(FRAME.y1)];
    const cells = Array.from({ length: 9 }, (_, at) => [across[at % 3], down[Math.floor(at / 3)], across[(at % 3) + 1], down[Math.floor(at / 3) + 1]]);
    const wanted = cells.map(([x0, y0, x1, y1], index) => label(index, (x0 + x1) / 2, (y0 + y1) / 2, { room: (x1 - x0) * (y1 - y0), radius: draw() < 0.3 ? 20 * draw() : 0 }));
    const furniture = [{ x0: 300, y0: 240, x1: 400, y1: 300 }];
    const found = await placed(wanted, cells.map((cell) => square(...cell)), { furniture });
    found.forEach((one, at) => {
      const box = boxOf(one);
      assert.ok(inFrame(box), `${seed}: ${one.index} leaves the frame`);
      assert.ok(apart(box, [300, 240, 400, 300]), `${seed}: ${one.index} lies on furniture`);
      // One area is not more than the raster's 4 pixels away.
      const strange = cells.filter((cell, index) => index !== one.index && !apart(box, [cell[0] + 4, cell[1] + 4, cell[2] - 4, cell[3] - 4]));
      assert.ok(one.radius || !strange.length, `${seed}: ${one.index} lies in another area`);
      found.slice(at + 1).forEach((other) => assert.ok(apart(box, boxOf(other)), `${seed}: ${one.index} over ${other.index}`));
    });
  }
});

test('what is asked for several times before a frame is done once', async () => {
  let done = 0;
  const act = onceAtMost(() => { done += 1; });
  act(); act(); act();
  await Promise.resolve();
  assert.equal(done, 1);
  act();
  await Promise.resolve();
  assert.equal(done, 2);
});
