// Places labels so that none lies over another: in the middle of its area, else beside it with a
// leader line, else not at all. Sizes are reckoned, not measured: no layout is forced.

const NAME_PX = 12;
const VALUE_PX = 13;
const LINE_PX = 16;

export const textWidth = (text, size) => {
  let width = 0;
  for (const letter of text) width += letter.codePointAt(0) > 0x2e7f ? size : size * 0.58;
  return width;
};

const boxAt = (x, y, width, height) => ({ x0: x - width / 2, x1: x + width / 2, y0: y - height / 2, y1: y + height / 2 });

const overlap = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

// Around the point, ever farther out.
const offsets = (width, height, radius) => {
  const side = radius + width / 2 + 8;
  const over = radius + height / 2 + 4;
  const ring = [[0, 0], [0, over], [0, -over], [side, 0], [-side, 0]];
  [1.5, 2.2, 3].forEach((far) => ring.push(
    [side * far * 0.8, -over * far], [-side * far * 0.8, -over * far], [side * far * 0.8, over * far], [-side * far * 0.8, over * far],
  ));
  return ring;
};

export const placeLabels = (labels, dense, obstacles) => {
  const taken = obstacles.map((point) => boxAt(point.x, point.y, 14, 14));
  const placed = [];
  // Large areas first: they keep their middle, small ones step aside.
  [...labels].sort((a, b) => b.room - a.room).forEach((label) => {
    const width = Math.max(textWidth(label.name, NAME_PX), textWidth(label.value, VALUE_PX)) + 6;
    const height = LINE_PX * 2;
    const choices = dense ? [[0, 0]] : offsets(width, height, label.radius);
    const fits = ([dx, dy]) => {
      const box = boxAt(label.point.x + dx, label.point.y + dy, width, height);
      return taken.every((other) => !overlap(box, other));
    };
    const start = label.radius && label.radius * 2 < width ? 1 : 0;
    const choice = choices.slice(start).find(fits);
    if (!choice) return;
    const [dx, dy] = choice;
    taken.push(boxAt(label.point.x + dx, label.point.y + dy, width, height));
    placed.push({ ...label, x: label.point.x + dx, y: label.point.y + dy, height, moved: Math.hypot(dx, dy) > Math.max(label.radius, height / 2) + 4 });
  });
  return placed;
};
