/* The explorer of ties. The list below the drawings is the page; this draws from it, filters it and opens it. */
"use strict";

{
  const holder = document.querySelector(".vouch-explorer");
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const colours = new CSSStyleSheet();
  colours.replaceSync(data.style);
  document.adoptedStyleSheets.push(colours);
  const find = (query) => holder.querySelector(query);
  const form = find(".explorer-controls"), summary = find(".explorer-summary"), panel = find(".explorer-panel");
  const LAYERS = data.layers.map(([name]) => name);
  const NODES = data.nodes.map(([id, name, label, x, y], at) => ({ at, id, name, label, x, y, key: `n:${id}` }));
  const MARKED = ["RUS", "BLR", "CHN", "IND"];
  const EVENTS = data.events.map(([id, stop, exact, layer, a, b, group], at) => {
    const item = document.getElementById(id);
    const words = (part) => item.querySelector(`.explorer-${part}`).textContent;
    return { at, id, stop, exact, layer, a, b, group, item, key: `v:${id}`,
      edge: `e:${NODES[a].id}|${NODES[b].id}|${LAYERS[layer]}`, day: words("day"), title: words("title") };
  });
  const PARTNERS = [...new Set(EVENTS.map((event) => event.group))].map((at) => ({
    node: NODES[at], section: document.getElementById(`partner-${NODES[at].id.toLowerCase()}`) }));
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const month = (value) => `${MONTHS[value % 12]} ${Math.floor(value / 12)}`;
  const counted = (n, one = "event") => `${n} ${one}${n === 1 ? "" : "s"}`;
  const centre = NODES.findIndex((node) => node.id === "MMR");
  const bend = data.stops.findIndex(([from, to]) => from === to); // the first step that is one month

  /* State: what the filter lets through, and what is looked at. A pin outlasts pointer and focus. */
  let visible = [], look = null, pinned = null;
  const drawings = []; // { svg, marks: [{key, element, events}], current }

  /* --- Helpers for SVG ------------------------------------------------------------------------------------------- */
  const make = (name, attributes, parent, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const html = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const actor = (at) => (NODES[at].id === "MMR" || MARKED.includes(NODES[at].id) ? NODES[at].id : "other");
  const colour = (at) => `var(--actor-${actor(at)})`;
  const SHAPES = { // one shape per marked partner: colour is never alone
    RUS: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    BLR: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y + r}H${x - 1.2 * r}z`,
    CHN: (x, y, r) => `M${x} ${y - 1.35 * r}L${x + 1.35 * r} ${y}L${x} ${y + 1.35 * r}L${x - 1.35 * r} ${y}z`,
    IND: (x, y, r) => `M${x} ${y + 1.2 * r}L${x + 1.2 * r} ${y - r}H${x - 1.2 * r}z`,
    other: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  };
  const shape = (at, x, y, r) => (SHAPES[actor(at)] || SHAPES.other)(x, y, r);

  /* --- The network ----------------------------------------------------------------------------------------------- */
  const bundles = new Map(); // pair -> strands, one per layer; their places come from all events, so nothing moves
  const strandWidth = (n) => (n ? 1 + 8 * Math.sqrt(n / 30) : 0);
  for (const event of EVENTS) {
    const pair = `${event.a}|${event.b}`;
    if (!bundles.has(pair)) bundles.set(pair, { a: event.a, b: event.b, strands: new Map() });
    const { strands } = bundles.get(pair);
    if (!strands.has(event.layer)) strands.set(event.layer, []);
    strands.get(event.layer).push(event);
  }

  function drawNetwork(svg) {
    const width = Math.max(280, Math.round(svg.parentElement.clientWidth)), narrow = width < 480;
    const side = narrow ? 58 : 112, radius = Math.min(width / 2 - side, 236), top = 26;
    const height = Math.round(2 * radius + 2 * top), scale = Math.max(0.6, Math.min(1, radius / 200));
    const at = (node) => [width / 2 + radius * node.x, height / 2 - radius * node.y];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    const drawing = drawings[0];
    drawing.marks = [];
    const lines = make("g", {}, svg), dots = make("g", {}, svg), names = make("g", { "aria-hidden": "true" }, svg);
    const strandsOf = new Map(NODES.map((node) => [node.at, []]));
    for (const { a, b, strands } of bundles.values()) {
      const [x0, y0] = at(NODES[a]), [x1, y1] = at(NODES[b]);
      const far = Math.hypot(x1 - x0, y1 - y0) || 1, nx = -(y1 - y0) / far, ny = (x1 - x0) / far;
      const order = [...strands].sort(([p], [q]) => p - q);
      const widths = order.map(([, events]) => strandWidth(events.length) * scale + 2);
      let offset = -widths.reduce((sum, w) => sum + w, 0) / 2;
      const tint = actor(b) === "other" && actor(a) !== "MMR" ? a : b;
      order.forEach(([layer, events], index) => {
        const push = (offset + widths[index] / 2) / 0.75;
        offset += widths[index];
        const bow = (part) => [x0 + part * (x1 - x0) + push * nx, y0 + part * (y1 - y0) + push * ny].map((v) => v.toFixed(1)).join(" ");
        const path = `M${x0.toFixed(1)} ${y0.toFixed(1)}C${bow(0.22)} ${bow(0.78)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
        const group = make("g", { class: "explorer-edge", role: "button", tabindex: "-1" }, lines);
        const hit = make("path", { d: path, class: "explorer-hit" }, group);
        const line = make("path", { d: path, class: "explorer-line", "stroke-dasharray": data.layers[layer][1] }, group);
        line.style.stroke = colour(tint);
        const mark = { key: events[0].edge, element: group, all: events };
        mark.update = (kept) => {
          const thick = strandWidth(kept.length) * scale;
          line.style.strokeWidth = thick;
          hit.style.strokeWidth = Math.max(thick + 4, 9);
          group.setAttribute("aria-label", `${NODES[a].name} and ${NODES[b].name}, ${LAYERS[layer]}: ${counted(kept.length)}`);
        };
        strandsOf.get(a === centre ? b : a).push(mark);
      });
    }
    const turn = (node) => (node.at === centre ? -1 : (Math.atan2(node.x, node.y) + 2 * Math.PI) % (2 * Math.PI));
    const ring = NODES.slice().sort((p, q) => turn(p) - turn(q)); // the order of the keys: Myanmar, then clockwise from the top
    for (const node of ring) {
      const [x, y] = at(node), middle = node.at === centre;
      const group = make("g", { class: "explorer-node", role: "button", tabindex: "-1" }, dots);
      make("circle", { cx: x, cy: y, r: 12, class: "explorer-target" }, group);
      const dot = make("circle", { cx: x, cy: y, class: "explorer-dot" }, group);
      dot.style.fill = colour(node.at);
      const inner = Math.hypot(node.x, node.y) < 0.9;
      const most = EVENTS.filter((event) => event.group === node.at).length;
      const reach = radius + 9 + (3.5 + 1.2 * Math.sqrt(most)) * scale, far = Math.hypot(node.x, node.y) || 1;
      const lx = inner ? x : width / 2 + (reach * node.x) / far, ly = inner ? y : height / 2 - (reach * node.y) / far;
      const anchor = middle ? "middle" : inner || Math.abs(node.x) < 0.2 ? "middle" : node.x > 0 ? "start" : "end";
      const step = !inner && Math.abs(node.y) > 0.9 && Math.abs(node.x) < 0.2 ? 8 * Math.sign(-node.y) : 0;
      const label = make("text", { x: lx, y: ly + (middle ? 34 * scale : inner ? -9 : step), "text-anchor": anchor, "dominant-baseline": "central" }, names);
      const mark = { key: node.key, element: group, label, all: middle ? EVENTS.filter((e) => e.a === centre || e.b === centre)
        : EVENTS.filter((event) => event.group === node.at || event.a === node.at || event.b === node.at) };
      mark.update = (kept) => {
        const own = middle ? kept : kept.filter((event) => event.group === node.at);
        const n = own.length, name = narrow && !middle ? node.id : node.label;
        dot.setAttribute("r", ((kept.length ? 3.5 : 2) + (middle ? 10 : 1.2 * Math.sqrt(n))) * scale);
        label.textContent = middle || !n ? name : `${name} ${n}`;
        label.classList.toggle("explorer-strong", middle || (MARKED.slice(0, 2).includes(node.id) && n > 0));
        group.setAttribute("aria-label", `${node.name}: ${counted(kept.length)}`);
      };
      mark.always = true;
      drawing.marks.push(mark, ...strandsOf.get(node.at));
      mark.strands = strandsOf.get(node.at);
    }
    drawing.move = (key, current, shownMarks) => {
      const heads = shownMarks.filter((mark) => mark.strands);
      const index = shownMarks.indexOf(current);
      if (key === "ArrowDown" || key === "ArrowUp") return shownMarks[index + (key === "ArrowDown" ? 1 : -1)];
      const head = heads.findLast((mark) => shownMarks.indexOf(mark) <= index);
      const next = heads.indexOf(head) + (key === "ArrowRight" ? 1 : -1);
      return heads[(next + heads.length) % heads.length];
    };
  }

  /* --- The timeline ---------------------------------------------------------------------------------------------- */
  function drawTimeline(svg) {
    const width = Math.max(280, Math.round(svg.parentElement.clientWidth)), narrow = width < 480;
    const left = narrow ? 4 : 96, right = 6, unit = (width - left - right) / data.stops.length;
    const joined = Math.ceil(7 / unit), pitch = Math.min(joined * unit, 9), r = pitch * 0.4;
    const column = (stop) => (stop < bend ? Math.floor(stop / joined) * joined : bend + Math.floor((stop - bend) / joined) * joined);
    const x = (stop) => left + unit * stop;
    svg.replaceChildren();
    const back = make("g", { "aria-hidden": "true" }, svg), front = make("g", {}, svg);
    const order = (event) => { const at = MARKED.indexOf(NODES[event.group].id); return at < 0 ? 9 : at; };
    const drawing = drawings[1];
    drawing.marks = [];
    let y = 22;
    const rows = LAYERS.map((name, layer) => {
      const stacks = new Map();
      for (const event of EVENTS.filter((e) => e.layer === layer)) {
        const at = column(event.stop);
        if (!stacks.has(at)) stacks.set(at, []);
        stacks.get(at).push(event);
      }
      const most = Math.max(1, ...[...stacks.values()].map((stack) => stack.length));
      const base = y + (narrow ? 16 : 0) + Math.max(most * pitch, 15) + 5;
      const label = make("text", { x: narrow ? left : left - 8, y: narrow ? y + 12 : base - 3, "text-anchor": narrow ? "start" : "end", class: "explorer-row" }, back, name);
      make("line", { x1: left, x2: width - right, y1: base, y2: base, class: "explorer-base" }, back);
      const marks = [];
      for (const [at, stack] of [...stacks].sort(([p], [q]) => p - q)) {
        stack.sort((p, q) => order(p) - order(q) || p.at - q.at).forEach((event, level) => {
          const cx = x(at) + (unit * joined) / 2, cy = base - 2 - pitch * (level + 0.5);
          const group = make("g", { class: "explorer-event", role: "button", tabindex: "-1", "aria-label": `${event.day}, ${name}, ${NODES[event.group].name}: ${event.title}` }, front);
          make("circle", { cx, cy, r: Math.max(pitch / 2, 4), class: "explorer-target" }, group);
          const mark = make("path", { d: shape(event.group, cx, cy, event.exact ? r : r * 0.86), class: event.exact ? "explorer-mark" : "explorer-mark explorer-about" }, group);
          mark.style.setProperty("--own", colour(event.group));
          marks.push({ key: event.key, element: group, all: [event], update() {} });
        });
      }
      marks.sort((p, q) => p.all[0].at - q.all[0].at);
      drawing.marks.push(...marks);
      y = base + (narrow ? 3 : 8);
      return { label, layer };
    });
    drawing.rows = rows;
    const height = y + 20;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const early = make("rect", { x: left, y: 18, width: x(bend) - left, height: y - 18, class: "explorer-early" });
    back.prepend(early);
    const first = Math.floor(data.stops[0][0] / 12);
    make("text", { x: left + (x(bend) - left) / 2, y: y + 13, "text-anchor": "middle" }, back, `${first}–2020`);
    data.stops.forEach(([from], stop) => {
      if (stop < bend || from % 12) return;
      make("line", { x1: x(stop), x2: x(stop), y1: y - 4, y2: y + 2, class: "explorer-base" }, back);
      const year = String(Math.floor(from / 12));
      const room = Math.min(12, data.stops.length - stop) * unit;
      make("text", { x: x(stop) + room / 2, y: y + 13, "text-anchor": "middle" }, back, narrow ? `’${year.slice(2)}` : year);
    });
    for (const [name, value] of [["coup", data.coup], ["vote", data.vote]]) {
      const at = x(data.stops.findIndex(([, to]) => value <= to)) + (name === "vote" ? unit : 0);
      make("line", { x1: at, x2: at, y1: 18, y2: y, class: "explorer-day" }, back);
      make("text", { x: at, y: 10, "text-anchor": "middle" }, back, name);
    }
    const shades = [0, 1].map(() => make("rect", { y: 18, height: y - 18, class: "explorer-out" }, back));
    drawing.shade = (from, to) => {
      shades[0].setAttribute("x", left);
      shades[0].setAttribute("width", x(from) - left);
      shades[1].setAttribute("x", x(to + 1));
      shades[1].setAttribute("width", Math.max(0, width - right - x(to + 1)));
    };
    drawing.move = (key, current, shownMarks) => {
      const event = current.all[0], row = shownMarks.filter((mark) => mark.all[0].layer === event.layer);
      if (key === "ArrowLeft" || key === "ArrowRight") return row[row.indexOf(current) + (key === "ArrowRight" ? 1 : -1)];
      const step = key === "ArrowDown" ? 1 : -1;
      for (let layer = event.layer + step; layer >= 0 && layer < LAYERS.length; layer += step) {
        const there = shownMarks.filter((mark) => mark.all[0].layer === layer);
        if (there.length) return there.reduce((p, q) => (Math.abs(q.all[0].stop - event.stop) < Math.abs(p.all[0].stop - event.stop) ? q : p));
      }
      return undefined;
    };
  }

  /* --- Filter ---------------------------------------------------------------------------------------------------- */
  const range = () => [Number(form.from.value), Number(form.to.value)];
  function apply() {
    const chosen = [...form.querySelectorAll("[name=layer]")].map((box) => box.checked), [from, to] = range();
    const inTime = EVENTS.filter((event) => event.stop >= from && event.stop <= to);
    visible = inTime.filter((event) => chosen[event.layer]);
    const kept = new Set(visible);
    for (const event of EVENTS) event.item.hidden = !kept.has(event);
    for (const { node, section } of PARTNERS) {
      const n = visible.filter((event) => event.group === node.at).length;
      section.hidden = !n;
      section.querySelector(".explorer-count").textContent = counted(n);
    }
    form.querySelectorAll(".explorer-n").forEach((place, layer) => {
      place.textContent = inTime.filter((event) => event.layer === layer).length;
    });
    const span = [data.stops[from][0], data.stops[to][1]];
    [form.from, form.to].forEach((slider, end) => {
      slider.setAttribute("aria-valuetext", month(span[end]));
      slider.parentElement.querySelector("output").textContent = month(span[end]);
    });
    for (const button of form.querySelectorAll(".explorer-periods button")) {
      const here = stopsOf(Number(button.dataset.from), Number(button.dataset.to));
      button.setAttribute("aria-pressed", String(here[0] === from && here[1] === to));
    }
    const top = ranking().slice(0, 3).map(({ node, n }) => `${node.name} ${n}`);
    summary.textContent = `${visible.length} of ${counted(EVENTS.length)} shown, ${month(span[0])} to ${month(span[1])}`
      + (top.length ? `; most with ${top.join(", ")}.` : ".");
    refresh();
  }
  const ranking = () => PARTNERS.map(({ node }) => ({ node, n: visible.filter((event) => event.group === node.at).length }))
    .filter(({ n }) => n).sort((p, q) => q.n - p.n || p.node.name.localeCompare(q.node.name));
  const stopsOf = (from, to) => [
    Math.max(0, data.stops.findIndex(([, last]) => last >= from)),
    data.stops.reduce((found, [first], stop) => (first <= to ? stop : found), 0)];

  /** Bring both drawings in line with the filter. */
  function refresh() {
    const kept = new Set(visible);
    for (const drawing of drawings) {
      for (const mark of drawing.marks) {
        mark.events = mark.all.filter((event) => kept.has(event));
        mark.update(mark.events);
        const gone = !mark.events.length;
        mark.element.classList.toggle("explorer-gone", gone && !mark.always);
        mark.element.classList.toggle("explorer-empty", gone);
        if (mark.label) mark.label.classList.toggle("explorer-empty", gone);
      }
      rove(drawing);
    }
    drawings[1].shade(...range());
    if (pinned && !opened(pinned).length) pinned = null;
    if (look && !opened(look).length) look = null;
    show();
  }
  const reachable = (drawing) => drawing.marks.filter((mark) => mark.events.length);
  function rove(drawing) {
    const able = reachable(drawing);
    if (!able.some((mark) => mark.key === drawing.current)) drawing.current = able.length ? able[0].key : null;
    for (const mark of drawing.marks) mark.element.setAttribute("tabindex", mark.key === drawing.current ? "0" : "-1");
  }

  /* --- What is looked at ----------------------------------------------------------------------------------------- */
  const markOf = (key) => drawings.flatMap((drawing) => drawing.marks).find((mark) => mark.key === key);
  const opened = (key) => markOf(key)?.events ?? [];
  function items(events) {
    return html("ul", {}, ...events.map((event) => {
      const copy = event.item.cloneNode(true);
      copy.hidden = false;
      for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
      copy.dataset.event = event.id;
      return copy;
    }));
  }
  function show() {
    const key = pinned ?? look, events = key ? opened(key) : [], lit = new Set(events);
    holder.classList.toggle("explorer-looking", Boolean(key));
    panel.classList.toggle("explorer-open", Boolean(key));
    for (const drawing of drawings) {
      for (const mark of drawing.marks) {
        const own = mark.key === key, edge = mark.element.classList.contains("explorer-edge");
        const on = own || (mark.strands ? NODES.find((node) => node.key === mark.key).at !== centre && mark.events.some((event) => lit.has(event))
          : (edge || drawing === drawings[1]) && mark.events.some((event) => lit.has(event)));
        mark.element.classList.toggle("explorer-lit", Boolean(key) && on);
        if (mark.label) mark.label.classList.toggle("explorer-lit", Boolean(key) && on);
        mark.element.classList.toggle("explorer-own", own);
        mark.element.setAttribute("aria-pressed", String(mark.key === pinned));
      }
    }
    panel.replaceChildren(...(key ? details(key, events) : overview()));
    panel.scrollTop = 0;
  }
  function details(key, events) {
    const [kind, name] = [key[0], key.slice(2)];
    const node = kind === "n" && NODES.find((one) => one.id === name);
    const [a, b, layer] = name.split("|");
    const called = (id) => NODES.find((one) => one.id === id).name;
    const title = node ? node.name : kind === "e" ? `${called(a)} – ${called(b)}: ${layer}` : `${called(NODES[events[0].group].id)}: ${LAYERS[events[0].layer]}`;
    const own = node && node.at !== centre ? events.filter((event) => event.group === node.at) : events;
    const rest = events.filter((event) => !own.includes(event));
    const button = html("button", { type: "button", class: "explorer-release" }, pinned ? "Release (Esc)" : "Pin (Enter)");
    button.addEventListener("click", () => {
      if (pinned) return release();
      pin(key);
      panel.querySelector(".explorer-release").focus();
    });
    const parts = [html("h3", {}, title), html("p", { class: "explorer-meta" }, counted(own.length), " · ", button), items(own)];
    if (rest.length) parts.push(html("p", { class: "explorer-meta" }, "Also a side of, listed elsewhere:"), items(rest));
    return parts;
  }
  function overview() {
    const ranks = ranking(), most = ranks.length ? ranks[0].n : 1, shownRanks = ranks.slice(0, 9), rest = ranks.slice(9);
    const bars = html("ul", { class: "explorer-bars" }, ...shownRanks.map(({ node, n }) => {
      const bar = html("span", { class: "explorer-bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * n) / most}%`;
      bar.style.background = colour(node.at);
      const button = html("button", { type: "button" }, html("span", {}, node.name), " ", html("span", {}, counted(n)), bar);
      button.addEventListener("click", () => { pin(node.key); panel.querySelector(".explorer-release").focus(); });
      return html("li", {}, button);
    }));
    const parts = [html("h3", {}, "Events by partner"), bars];
    if (rest.length) parts.push(html("p", { class: "explorer-meta" }, `${counted(rest.length, "other partner")}: ${rest.reduce((sum, { n }) => sum + n, 0)}`));
    return parts;
  }
  function pin(key) { pinned = key; show(); }
  function release() {
    const key = pinned, inside = panel.contains(document.activeElement);
    pinned = null;
    look = null;
    show();
    if (inside && key) {
      markOf(key)?.element.focus();
      look = null;
      show();
    }
  }

  /* --- Pointer, touch and keys ----------------------------------------------------------------------------------- */
  /* A preview stays long enough to move into the panel and on to its links. */
  let timer;
  const stay = () => clearTimeout(timer);
  const fade = () => { stay(); timer = setTimeout(() => { if (look && !pinned) { look = null; show(); } }, 500); };
  panel.addEventListener("pointerenter", stay);
  panel.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") fade(); });
  panel.addEventListener("focusout", (event) => {
    if (panel.contains(event.relatedTarget) || pinned || !event.relatedTarget) return;
    look = null;
    show();
  });
  function serve(drawing) {
    const area = drawing.svg.parentElement; // not the svg: with a listener for focus it would be a stop of its own
    const under = (event) => {
      const element = event.target.closest?.("[role=button]");
      return element && drawing.marks.find((mark) => mark.element === element && mark.events.length);
    };
    area.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "mouse") return;
      const mark = under(event);
      if (!mark) return fade();
      stay();
      look = mark.key;
      if (!pinned) show();
    });
    area.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") fade(); });
    area.addEventListener("click", (event) => {
      const mark = under(event);
      if (!mark) return release();
      drawing.current = mark.key;
      rove(drawing);
      mark.element.focus({ preventScroll: true });
      pin(mark.key);
    });
    area.addEventListener("focusin", (event) => {
      const mark = under(event);
      if (!mark) return;
      drawing.current = look = mark.key;
      rove(drawing);
      if (!pinned) show();
    });
    area.addEventListener("focusout", (event) => {
      if (panel.contains(event.relatedTarget) || area.contains(event.relatedTarget)) return;
      look = null;
      if (!pinned) show();
    });
    area.addEventListener("keydown", (event) => {
      const able = reachable(drawing), current = able.find((mark) => mark.key === drawing.current);
      if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") pinned === current.key ? release() : pin(current.key);
      else if (event.key === "Home") able[0].element.focus();
      else if (event.key === "End") able[able.length - 1].element.focus();
      else if (event.key.startsWith("Arrow")) drawing.move(event.key, current, able)?.element.focus();
      else return;
      event.preventDefault();
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && (pinned || look)) release(); });

  form.addEventListener("input", (event) => {
    const [from, to] = range();
    if (from > to) (event.target === form.from ? form.to : form.from).value = event.target.value;
    apply();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches(".explorer-periods button")) return;
    [form.from.value, form.to.value] = stopsOf(Number(event.target.dataset.from), Number(event.target.dataset.to));
    apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  /* A link to an event must reach it whatever the filter says. */
  const reach = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.closest("[hidden]") && target.closest(".explorer-list")) { form.reset(); apply(); target.scrollIntoView(); }
  };
  addEventListener("hashchange", reach);

  /* --- Start ----------------------------------------------------------------------------------------------------- */
  for (const part of ["network", "timeline"]) drawings.push({ svg: find(`.explorer-${part} > svg`), marks: [], current: null });
  const legend = find(".explorer-legend");
  for (const id of [...MARKED, "other"]) {
    const at = NODES.findIndex((node) => (id === "other" ? actor(node.at) === "other" : node.id === id));
    const sign = make("svg", { width: 14, height: 14, viewBox: "0 0 14 14" });
    make("path", { d: shape(at, 7, 7, 4.5), class: "explorer-mark" }, sign).style.setProperty("--own", colour(at));
    legend.append(html("span", {}, sign, ` ${id === "other" ? "others" : NODES[at].name}`));
  }
  form.reset(); // a reloaded page may have kept old choices
  find(".explorer-app").hidden = false;
  const draw = () => {
    const kept = document.activeElement?.closest?.(".explorer-view svg") && drawings.find(({ svg }) => svg.contains(document.activeElement));
    drawNetwork(drawings[0].svg);
    drawTimeline(drawings[1].svg);
    refresh();
    if (kept) markOf(kept.current)?.element.focus({ preventScroll: true });
  };
  drawNetwork(drawings[0].svg);
  drawTimeline(drawings[1].svg);
  apply();
  drawings.forEach(serve);
  let wide = drawings[0].svg.parentElement.clientWidth;
  new ResizeObserver(() => {
    const now = drawings[0].svg.parentElement.clientWidth;
    if (now && now !== wide) { wide = now; draw(); }
  }).observe(drawings[0].svg.parentElement);
  reach();
}
