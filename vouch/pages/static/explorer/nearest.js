/* What is nearest to a place in a drawing: marks are hit by distance, so that none lies hidden under another. */
"use strict";

{
  /** How far (x, y) is from the stretch between two points. */
  function fromStretch(x, y, [x0, y0], [x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const part = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - x0 - part * dx, y - y0 - part * dy);
  }

  /** The distance from a path, as a function of a place. The path is measured when it is first asked for: to measure all
      takes a telephone a tenth of a second. */
  function fromPath(path) {
    let points;
    return (x, y) => {
      points ??= along(path);
      let least = Infinity;
      for (let k = 1; k < points.length; k += 1) least = Math.min(least, fromStretch(x, y, points[k - 1], points[k]));
      return least;
    };
  }

  /** Points of a path, six pixels apart at most. */
  function along(path) {
    const long = path.getTotalLength();
    const n = Math.max(2, Math.ceil(long / 6));
    return Array.from({ length: n + 1 }, (_, k) => {
      const { x, y } = path.getPointAtLength((long * k) / n);
      return [x, y];
    });
  }

  const fromPoint = (cx, cy) => (x, y) => Math.hypot(x - cx, y - cy);

  /**
   * The mark at a place of the page: a dot within its reach, else the nearest mark that is not too far.
   *
   * @param {Drawing} drawing
   * @param {{clientX: number, clientY: number, pointerType?: string}} place
   */
  function nearest({ svg, marks }, { clientX, clientY, pointerType }) {
    const { left, top } = svg.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const far = pointerType === "touch" ? 28 : 12;
    let found;
    let least = far;
    for (const mark of marks) {
      if (!mark.events.length) continue;
      const away = mark.away(x, y);
      if (mark.reach && away <= mark.reach) return mark;
      if (away < least) [found, least] = [mark, away];
    }
    return found;
  }

  Object.assign(explorer, { fromPath, fromPoint, nearest });
}
