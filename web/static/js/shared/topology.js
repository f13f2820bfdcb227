// Decodes TopoJSON (quantised, delta-encoded arcs) into rings of [lat, lon] for Leaflet.

export const decodeArcs = ({ arcs, transform }) => {
  const [kx, ky] = transform.scale;
  const [dx, dy] = transform.translate;
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map((step) => [(y += step[1]) * ky + dy, (x += step[0]) * kx + dx]);
  });
};

const ringOf = (indices, arcs) => {
  const ring = [];
  for (const index of indices) {
    const arc = index < 0 ? arcs[~index].slice().reverse() : arcs[index];
    for (let i = ring.length ? 1 : 0; i < arc.length; i += 1) ring.push(arc[i]);
  }
  return ring;
};

export const polygonsOf = (geometry, arcs) => {
  const polygons = geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs || [];
  return polygons.map((rings) => rings.map((ring) => ringOf(ring, arcs)));
};

// The arcs that only one area uses are the outer border of the whole; the others are shared.
export const bordersOf = (geometries, arcs) => {
  const uses = new Map();
  const count = (entry) => {
    if (Array.isArray(entry)) entry.forEach(count);
    else uses.set(entry < 0 ? ~entry : entry, (uses.get(entry < 0 ? ~entry : entry) || 0) + 1);
  };
  geometries.forEach((geometry) => count(geometry.arcs || []));
  const used = (wanted) => [...uses].filter(([, times]) => wanted(times)).map(([index]) => arcs[index]);
  return { outer: used((times) => times === 1), shared: used((times) => times > 1) };
};
