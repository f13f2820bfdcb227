// The map in a frame of another page (embed=): "locked" shows what its address says and no more,
// "bare" can be moved, "panels" has all but the head of the site.

const HANDLERS = ['dragging', 'touchZoom', 'doubleClickZoom', 'scrollWheelZoom', 'boxZoom', 'keyboard'];

export const framedAs = () => document.body.dataset.embed;

// The wheel belongs to the page about it, unless the frame is a page of its own.
export const holdStill = (map) => {
  const kind = framedAs();
  if (kind === 'bare') map.scrollWheelZoom.disable();
  if (kind === 'locked') HANDLERS.forEach((name) => map[name]?.disable());
};
