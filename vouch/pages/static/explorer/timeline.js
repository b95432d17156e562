/* The timeline: a row for each kind of tie, a mark for each event. Before the coup a step is a year, then a month. */
"use strict";

{
  const { EVENTS, LAYERS, MARKED, NODES, colour, data, drawings, find, make, shape } = explorer;
  const { stops } = data;
  const bend = stops.findIndex(([from, to]) => from === to); // the first step that is one month
  const TOP = 18;

  /** What is drawn fits the width that the page gives. Steps too narrow for a mark share a column. */
  function frame(svg) {
    const width = Math.max(280, Math.round(svg.parentElement.clientWidth));
    const narrow = width < 480;
    const left = narrow ? 4 : 96;
    const right = width - 6;
    const unit = (right - left) / stops.length;
    const joined = Math.ceil(7 / unit);
    const pitch = Math.min(joined * unit, 9);
    const since = (begin, stop) => begin + Math.floor((stop - begin) / joined) * joined;
    const column = (stop) => since(stop < bend ? 0 : bend, stop);
    const x = (stop) => left + unit * stop;
    return { width, narrow, left, right, unit, joined, pitch, column, x };
  }

  const rank = (event) => {
    const at = MARKED.indexOf(NODES[event.group].id);
    return at < 0 ? MARKED.length : at;
  };

  /** The events of a layer, by column. */
  function stacked(layer, column) {
    const stacks = new Map();
    for (const event of EVENTS.filter((one) => one.layer === layer)) {
      const at = column(event.stop);
      if (!stacks.has(at)) stacks.set(at, []);
      stacks.get(at).push(event);
    }
    for (const stack of stacks.values()) stack.sort((p, q) => rank(p) - rank(q) || p.at - q.at);
    return [...stacks].sort(([p], [q]) => p - q);
  }

  function drawEvent(event, cx, cy, pitch, parent) {
    const words = `${event.day}, ${LAYERS[event.layer]}, ${NODES[event.group].name}: ${event.title}`;
    const attributes = { class: "explorer-event", role: "button", tabindex: "-1", "aria-label": words };
    const element = make("g", attributes, parent);
    make("circle", { cx, cy, r: Math.max(pitch / 2, 4), class: "explorer-target" }, element);
    const r = pitch * 0.4;
    const d = shape(event.group, cx, cy, event.exact ? r : r * 0.86);
    const mark = make("path", { d, class: event.exact ? "explorer-mark" : "explorer-mark explorer-about" }, element);
    mark.style.setProperty("--own", colour(event.group));
    return { key: event.key, element, all: [event], events: [], update() {} };
  }

  /** A row below `y`; where the next begins, and the marks of this one by day. */
  function drawRow(layer, y, sizes, back, front) {
    const { narrow, left, right, unit, joined, pitch, column, x } = sizes;
    const stacks = stacked(layer, column);
    const most = Math.max(1, ...stacks.map(([, stack]) => stack.length));
    const base = y + (narrow ? 16 : 0) + Math.max(most * pitch, 15) + 5;
    const place = narrow
      ? { x: left, y: y + 12, "text-anchor": "start" }
      : { x: left - 8, y: base - 3, "text-anchor": "end" };
    make("text", { ...place, class: "explorer-row" }, back, LAYERS[layer]);
    make("line", { x1: left, x2: right, y1: base, y2: base, class: "explorer-base" }, back);
    const marks = stacks.flatMap(([at, stack]) =>
      stack.map((event, level) => {
        const cx = x(at) + (unit * joined) / 2;
        return drawEvent(event, cx, base - 2 - pitch * (level + 0.5), pitch, front);
      }),
    );
    marks.sort((p, q) => p.all[0].at - q.all[0].at);
    return [base + (narrow ? 3 : 8), marks];
  }

  /** Years under the axis at `y`, and behind the rows the span in which a step is a year. */
  function drawYears(y, { narrow, left, unit, x }, back) {
    const early = { x: left, y: TOP, width: x(bend) - left, height: y - TOP, class: "explorer-early" };
    back.prepend(make("rect", early));
    const year = (month) => String(Math.floor(month / 12));
    const span = `${year(stops[0][0])}–${year(stops[bend - 1][1])}`;
    make("text", { x: left + (x(bend) - left) / 2, y: y + 13, "text-anchor": "middle" }, back, span);
    stops.forEach(([from], stop) => {
      if (stop < bend || from % 12) return;
      make("line", { x1: x(stop), x2: x(stop), y1: y - 4, y2: y + 2, class: "explorer-base" }, back);
      const room = Math.min(12, stops.length - stop) * unit;
      const text = narrow ? `’${year(from).slice(2)}` : year(from);
      make("text", { x: x(stop) + room / 2, y: y + 13, "text-anchor": "middle" }, back, text);
    });
  }

  /** Lines through all rows: the coup at the begin of its month, the vote at the end of its own. */
  function drawDays(y, { unit, x }, back) {
    const step = (month) => stops.findIndex(([, to]) => month <= to);
    const days = { coup: x(step(data.coup)), vote: x(step(data.vote)) + unit };
    for (const [name, at] of Object.entries(days)) {
      make("line", { x1: at, x2: at, y1: TOP, y2: y, class: "explorer-day" }, back);
      make("text", { x: at, y: 10, "text-anchor": "middle" }, back, name);
    }
  }

  function draw() {
    const { svg } = timeline;
    const sizes = frame(svg);
    svg.replaceChildren();
    const back = make("g", { "aria-hidden": "true" }, svg);
    const front = make("g", {}, svg);
    timeline.marks = [];
    let y = 22;
    LAYERS.forEach((_, layer) => {
      const [below, marks] = drawRow(layer, y, sizes, back, front);
      timeline.marks.push(...marks);
      y = below;
    });
    svg.setAttribute("viewBox", `0 0 ${sizes.width} ${y + 20}`);
    drawYears(y, sizes, back);
    drawDays(y, sizes, back);
    const [before, after] = [0, 1].map(() => make("rect", { y: TOP, height: y - TOP, class: "explorer-out" }, back));
    const { left, right, x } = sizes;
    timeline.shade = (from, to) => {
      before.setAttribute("x", left);
      before.setAttribute("width", x(from) - left);
      after.setAttribute("x", x(to + 1));
      after.setAttribute("width", Math.max(0, right - x(to + 1)));
    };
  }

  /** Left and right: along the row; up and down: to the nearest in time of the next row that shows any. */
  function move(key, current, shown) {
    const { layer, stop } = current.all[0];
    const row = (wanted) => shown.filter((mark) => mark.all[0].layer === wanted);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const here = row(layer);
      return here[here.indexOf(current) + (key === "ArrowRight" ? 1 : -1)];
    }
    const step = key === "ArrowDown" ? 1 : -1;
    const away = (mark) => Math.abs(mark.all[0].stop - stop);
    for (let next = layer + step; next >= 0 && next < LAYERS.length; next += step) {
      const there = row(next);
      if (there.length) return there.reduce((p, q) => (away(q) < away(p) ? q : p));
    }
    return undefined;
  }

  /** @type {Drawing & {shade: (from: number, to: number) => void}} `shade` darkens what the filter leaves out. */
  const timeline = { svg: find(".explorer-timeline > svg"), marks: [], current: null, draw, move, shade() {} };
  drawings.push(timeline);
  Object.assign(explorer, { timeline });
}
