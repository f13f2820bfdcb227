// Places labels so that none lies over another, over furniture or over the edge of the frame: in
// the middle of its area, else beside it with a leader line, else not at all; rather not on the
// circle of another area, whose value it would seem to be, nor on a site. Sizes are reckoned, not
// measured: no layout is forced.

// As in the style sheet, which writes larger on a wide screen.
const WIDE_PX = 1700;
const sizes = () => (window.innerWidth < WIDE_PX ? { name: 12, value: 13, height: 32 } : { name: 14, value: 15, height: 36 });

export const textWidth = (text, size) => {
  let width = 0;
  for (const letter of text) width += letter.codePointAt(0) > 0x2e7f ? size : size * 0.58;
  return width;
};

const boxAt = (x, y, width, height) => ({ x0: x - width / 2, x1: x + width / 2, y0: y - height / 2, y1: y + height / 2 });

const overlap = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

// The middle, the four sides, then twelve directions ever farther out.
const offsets = (width, height, radius) => {
  const side = radius + width / 2 + 8;
  const over = radius + height / 2 + 4;
  const ring = [[0, 0], [0, over], [0, -over], [side, 0], [-side, 0]];
  [1.3, 1.8, 2.4, 3.2, 4.2, 5.6, 7.5].forEach((far) => {
    for (let turn = 0; turn < 12; turn += 1) {
      const angle = (turn * Math.PI) / 6;
      ring.push([Math.cos(angle) * side * far, Math.sin(angle) * over * far]);
    }
  });
  return ring;
};

const within = (box, frame) => box.x0 >= frame.x0 && box.x1 <= frame.x1 && box.y0 >= frame.y0 && box.y1 <= frame.y1;

// frame: what can be seen; furniture: boxes on it; sites: points that a label
// should rather not hide, some with a mark at a corner.
export const placeLabels = (labels, dense, { frame, furniture, sites }) => {
  const marks = sites.flatMap(({ x, y, corner }) => [boxAt(x, y, 14, 14), ...(corner ? [boxAt(x + corner[0], y + corner[1], 14, 14)] : [])]);
  // A circle's box without its empty corners.
  const circles = dense ? [] : labels.filter((one) => one.radius)
    .map((one) => ({ of: one.index, ...boxAt(one.point.x, one.point.y, one.radius * 1.7, one.radius * 1.7) }));
  const taken = [...furniture];
  const placed = [];
  const { name, value, height } = sizes();
  // Large areas first: they keep their middle, small ones step aside.
  [...labels].sort((a, b) => b.room - a.room).forEach((label) => {
    if (!within(boxAt(label.point.x, label.point.y, 0, 0), frame)) return;
    const width = Math.max(textWidth(label.name, name), textWidth(label.value, value)) + 6;
    const start = label.radius && label.radius * 2 < width ? 1 : 0;
    const choices = dense ? [[0, 0]] : offsets(width, height, label.radius).slice(start);
    const clear = (obstacles) => ([dx, dy]) => {
      const box = boxAt(label.point.x + dx, label.point.y + dy, width, height);
      return within(box, frame) && obstacles.every((one) => !overlap(box, one));
    };
    const others = circles.filter((one) => one.of !== label.index);
    const choice = [[...others, ...marks], others, marks, []]
      .reduce((found, shunned) => found || choices.find(clear([...taken, ...shunned])), undefined);
    if (!choice) return;
    const [dx, dy] = choice;
    taken.push(boxAt(label.point.x + dx, label.point.y + dy, width, height));
    placed.push({ ...label, x: label.point.x + dx, y: label.point.y + dy, height, moved: Math.hypot(dx, dy) > Math.max(label.radius, height / 2) + 4 });
  });
  return placed;
};
