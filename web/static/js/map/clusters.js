// Spots that crowd on the screen become one: whatever lies near the first of them, in the order in
// which they come. Each spot is taken once, so that ten thousand cost a few milliseconds.

export const NEAR = 34; // pixels about the first spot of a cluster
export const LEAST = 3; // spots: two that touch can still be told apart

const nearest = (points, near, least) => {
  const cells = new Map();
  const cellOf = (value) => Math.floor(value / near);
  points.forEach(({ x, y }, at) => {
    const key = `${cellOf(x)} ${cellOf(y)}`;
    if (cells.has(key)) cells.get(key).push(at);
    else cells.set(key, [at]);
  });
  const taken = new Uint8Array(points.length);
  const found = [];
  points.forEach((point, at) => {
    if (taken[at]) return;
    const own = [];
    for (let column = cellOf(point.x) - 1; column <= cellOf(point.x) + 1; column += 1) {
      for (let row = cellOf(point.y) - 1; row <= cellOf(point.y) + 1; row += 1) {
        const key = `${column} ${row}`;
        const left = (cells.get(key) || []).filter((one) => !taken[one]);
        if (left.length) cells.set(key, left);
        own.push(...left.filter((one) => (points[one].x - point.x) ** 2 + (points[one].y - point.y) ** 2 < near * near));
      }
    }
    const members = own.length < least ? [at] : own;
    members.forEach((one) => { taken[one] = 1; });
    found.push(members);
  });
  return found;
};

// points: {x, y} in pixels of one zoom → lists of places in points; a list of one stands alone.
// Clusters whose middles came to lie on one another, or on a spot alone, become one in turn.
export const clustersOf = (points, near = NEAR, least = LEAST) => {
  const first = nearest(points, near, least);
  const middles = first.map((members) => middleOf(members.map((at) => points[at])));
  return nearest(middles, near, 2).flatMap((groups) => {
    const together = groups.map((at) => first[at]);
    return together.some((members) => members.length > 1) ? [together.flat()] : together;
  });
};

// Where a cluster is drawn: in the middle of its spots.
export const middleOf = (points) => ({
  x: points.reduce((sum, one) => sum + one.x, 0) / points.length,
  y: points.reduce((sum, one) => sum + one.y, 0) / points.length,
});
