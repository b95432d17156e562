/* The timeline: a row for each kind of tie, a mark for each event. Before the coup a step is a year, then a month. */
"use strict";

{
  const { EVENTS, LAYERS, MARKED, NODES, colour, data, drawings, find, fromPoint, make, network, shape } = explorer;
  const { stops } = data;
  const bend = stops.findIndex(([from, to]) => from === to); // the first step that is one month
  const TOP = 20;
  const FOOT = 22;
  const labels = [...document.querySelectorAll(".explorer-layers > label")];

  /** What is drawn fits the room that the page gives. Steps too narrow for a mark share a column. */
  function frame(svg) {
    const { clientWidth: width, clientHeight: height } = svg;
    const narrow = width < 560;
    const left = narrow ? 6 : 150;
    const right = width - 8;
    const unit = (right - left) / stops.length;
    const joined = Math.ceil(6 / unit);
    const since = (begin, stop) => begin + Math.floor((stop - begin) / joined) * joined;
    const column = (stop) => since(stop < bend ? 0 : bend, stop);
    const x = (stop) => left + unit * stop;
    return { width, height, narrow, left, right, unit, joined, column, x };
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

  /** Rows share the height: each has what its highest column needs, and a name that a thumb can meet. */
  function rowsOf({ height, narrow, column, unit, joined }) {
    const rows = LAYERS.map((_, layer) => {
      const stacks = stacked(layer, column);
      return { layer, stacks, most: Math.max(1, ...stacks.map(([, stack]) => stack.length)) };
    });
    const name = narrow ? 30 : 0;
    const least = narrow ? 0 : 30;
    const room = height - TOP - FOOT - rows.length * (name + 6);
    const widest = Math.min(10, Math.max(6, unit * joined));
    const needed = (pitch) => rows.reduce((sum, { most }) => sum + Math.max(most * pitch, least), 0);
    let pitch = widest;
    while (pitch > 3 && needed(pitch) > room) pitch -= 0.25;
    const spare = Math.max(0, room - needed(pitch)) / rows.length;
    let y = TOP;
    for (const row of rows) {
      row.top = y + spare;
      row.base = row.top + name + Math.max(row.most * pitch, least) + 4;
      y = row.base + 2;
    }
    return { rows, pitch };
  }

  function drawEvent(event, cx, cy, pitch, parent) {
    const words = `${event.day}, ${LAYERS[event.layer]}, ${NODES[event.group].name}: ${event.title}`;
    const attributes = { class: "explorer-event", role: "button", tabindex: "-1", "aria-label": words };
    const element = make("g", attributes, parent);
    make("circle", { cx, cy, r: Math.max(pitch / 2, 4) + 1, class: "explorer-target" }, element);
    const r = pitch * 0.42;
    const d = shape(event.group, cx, cy, event.exact ? r : r * 0.86);
    const mark = make("path", { d, class: event.exact ? "explorer-mark" : "explorer-mark explorer-about" }, element);
    mark.style.setProperty("--own", colour(event.group));
    return { key: event.key, element, all: [event], events: [], update() {}, away: fromPoint(cx, cy) };
  }

  /** The base of a row, its name at its place, and its marks by day. */
  function drawRow({ layer, stacks, top, base }, pitch, { narrow, left, right, unit, joined, x }, back, front) {
    make("line", { x1: narrow ? left : 4, x2: right, y1: base, y2: base, class: "explorer-base" }, back);
    labels[layer].style.top = `${narrow ? top : base - 30}px`;
    const marks = stacks.flatMap(([at, stack]) =>
      stack.map((event, level) => {
        const cx = x(at) + (unit * joined) / 2;
        return drawEvent(event, cx, base - 2 - pitch * (level + 0.5), pitch, front);
      }),
    );
    return marks.sort((p, q) => p.all[0].at - q.all[0].at);
  }

  /** Years under the axis at `y`, and behind the rows the span in which a step is a year. */
  function drawYears(y, { narrow, left, unit, x }, back) {
    const early = { x: left, y: TOP, width: x(bend) - left, height: y - TOP, class: "explorer-early" };
    back.prepend(make("rect", early));
    const year = (month) => String(Math.floor(month / 12));
    const span = `${year(stops[0][0])}–${year(stops[bend - 1][1])}`;
    make("text", { x: left + (x(bend) - left) / 2, y: y + 15, "text-anchor": "middle" }, back, span);
    stops.forEach(([from], stop) => {
      if (stop < bend || from % 12) return;
      make("line", { x1: x(stop), x2: x(stop), y1: y - 4, y2: y + 3, class: "explorer-base" }, back);
      const room = Math.min(12, stops.length - stop) * unit;
      const text = narrow ? `’${year(from).slice(2)}` : year(from);
      make("text", { x: x(stop) + room / 2, y: y + 15, "text-anchor": "middle" }, back, text);
    });
  }

  /** Lines through all rows: the coup at the begin of its month, the vote at the end of its own. */
  function drawDays(y, { unit, x }, back) {
    const step = (month) => stops.findIndex(([, to]) => month <= to);
    const days = { coup: x(step(data.coup)), vote: x(step(data.vote)) + unit };
    for (const [name, at] of Object.entries(days)) {
      make("line", { x1: at, x2: at, y1: TOP, y2: y, class: "explorer-now" }, back);
      make("text", { x: at, y: 12, "text-anchor": "middle" }, back, name);
    }
  }

  function draw() {
    const { svg } = timeline;
    const sizes = frame(svg);
    const { rows, pitch } = rowsOf(sizes);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${sizes.width} ${sizes.height}`);
    const back = make("g", { "aria-hidden": "true" }, svg);
    const front = make("g", {}, svg);
    timeline.marks = rows.flatMap((row) => drawRow(row, pitch, sizes, back, front));
    const y = rows.at(-1).base + 2;
    drawYears(y, sizes, back);
    drawDays(y, sizes, back);
    const [before, after] = [0, 1].map(() => make("rect", { y: TOP, height: y - TOP, class: "explorer-out" }, back));
    const { left, right, x } = sizes;
    timeline.sizes = sizes;
    timeline.shade = (from, to) => {
      before.setAttribute("x", left);
      before.setAttribute("width", x(from) - left);
      after.setAttribute("x", x(to));
      after.setAttribute("width", Math.max(0, right - x(to)));
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

  /**
   * `shade` darkens what the filter leaves out; `sizes` say where a step of time is.
   * @type {Drawing & {shade: (from: number, to: number) => void, sizes: {left: number, right: number, unit: number}}}
   */
  const timeline = {
    svg: find(".explorer-timeline > svg"),
    marks: [],
    current: null,
    draw,
    move,
    shade() {},
    sizes: null,
  };
  drawings.push(timeline, network);
  Object.assign(explorer, { timeline });
}
