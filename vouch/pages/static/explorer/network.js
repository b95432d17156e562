/* The network, a small locator: Myanmar in the middle, its partners around it, one line between two actors. */
"use strict";

{
  const { CENTRE, EVENTS, MARKED, NODES, actor, colour, counted, find, fromPath, fromPoint, make } = explorer;
  const LEVEL = 10; // pixels between two lines that run outside
  const NAMES = 42; // pixels for the names around the ring

  /** The lines come from all events, whatever is filtered, so that nothing moves. */
  const pairs = new Map();
  for (const event of EVENTS) {
    if (!pairs.has(event.edge)) pairs.set(event.edge, { a: event.a, b: event.b, events: [] });
    pairs.get(event.edge).events.push(event);
  }
  const size = (node) => EVENTS.filter((event) => event.group === node.at).length;
  const thickness = (n) => (n ? 1.2 + 0.7 * Math.sqrt(n) : 0);
  const dotOf = (node, n = size(node)) => (node === CENTRE ? 9 : 3.5 + 0.75 * Math.sqrt(n));
  const within = (node) => Math.hypot(node.x, node.y) < 0.9; // Myanmar and its seat at the United Nations

  /** Pairs of the ring, with how far around they reach and on which level outside: the widest furthest out. */
  const outer = [...pairs.values()]
    .filter(({ a, b }) => !within(NODES[a]) && !within(NODES[b]))
    .map((pair) => {
      const [p, q] = [NODES[pair.a], NODES[pair.b]].map((node) => Math.atan2(node.y, node.x));
      const turn = ((q - p + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
      return { ...pair, from: p, turn };
    })
    .sort((p, q) => Math.abs(p.turn) - Math.abs(q.turn));
  const middle = ({ from, turn }) => from + turn / 2;
  /** Whether two lines run beside each other for a while. */
  const beside = (p, q) => {
    const apart = Math.abs(((middle(p) - middle(q) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
    return apart < (Math.abs(p.turn) + Math.abs(q.turn)) / 2 + 0.2;
  };
  outer.forEach((pair, at) => {
    const inside = outer.slice(0, at).filter((other) => beside(pair, other));
    pair.level = 1 + Math.max(-1, ...inside.map(({ level }) => level));
  });
  const levels = Math.max(0, ...outer.map(({ level }) => level));

  /** What is drawn fits the width that the page gives: radius, and where an actor's place is. */
  function frame(svg) {
    const width = Math.max(260, Math.round(svg.parentElement.clientWidth));
    const room = NAMES + LEVEL * levels + 6;
    const radius = Math.min(width / 2 - room, 150);
    const height = Math.round(2 * (radius + room));
    const place = (node) => [width / 2 + radius * node.x, height / 2 - radius * node.y];
    const polar = (r, angle) => [width / 2 + r * Math.cos(angle), height / 2 - r * Math.sin(angle)];
    return { width, height, radius, place, polar };
  }
  const at = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

  /** Straight, from the rim of one dot to that of the other. */
  function straight({ a, b }, { place }) {
    const ends = [NODES[a], NODES[b]];
    const [[x0, y0], [x1, y1]] = ends.map(place);
    const far = Math.hypot(x1 - x0, y1 - y0) || 1;
    const [dx, dy] = [(x1 - x0) / far, (y1 - y0) / far];
    const [r0, r1] = ends.map((node) => dotOf(node) + 1);
    return `M${at([x0 + r0 * dx, y0 + r0 * dy])}L${at([x1 - r1 * dx, y1 - r1 * dy])}`;
  }

  /** Around the ring, outside all names. */
  function around({ a, b, from, turn, level }, { radius, polar }) {
    const way = Math.sign(turn);
    const out = radius + NAMES + LEVEL * level;
    const lean = 0.05 * (level + 1) * way; // so that lines of one actor leave it apart
    const [r0, r1] = [NODES[a], NODES[b]].map((node) => radius + dotOf(node) + 1);
    const [p, q] = [from + lean, from + turn - lean];
    const [p1, q1] = [p + 0.22 * way, q - 0.22 * way];
    const arc = `A${out.toFixed(1)} ${out.toFixed(1)} 0 0 ${way > 0 ? 0 : 1} ${at(polar(out, q1))}`;
    const legs = [at(polar(r0, from + lean / 2)), at(polar(r1, from + turn - lean / 2))];
    return `M${legs[0]}Q${at(polar(out, p))} ${at(polar(out, p1))}${arc}Q${at(polar(out, q))} ${legs[1]}`;
  }

  function drawLine(pair, sizes, parent) {
    const element = make("g", { class: "explorer-edge", role: "button", tabindex: "-1" }, parent);
    const bowed = outer.find(({ a, b }) => a === pair.a && b === pair.b);
    const d = bowed ? around(bowed, sizes) : straight(pair, sizes);
    const halo = make("path", { d, class: "explorer-hit" }, element);
    const line = make("path", { d, class: "explorer-line" }, element);
    const tint = actor(pair.b) === "other" && pair.a !== CENTRE.at ? pair.a : pair.b;
    line.style.stroke = colour(tint);
    const update = (shown) => {
      const thick = thickness(shown.length);
      line.style.strokeWidth = thick;
      halo.style.strokeWidth = thick + 6;
      element.setAttribute("aria-label", `${NODES[pair.a].name} and ${NODES[pair.b].name}: ${counted(shown.length)}`);
    };
    return { key: pair.events[0].edge, element, all: pair.events, events: [], update, away: fromPath(line) };
  }

  /** Where the name of an actor goes: beside the dots of the ring, beneath Myanmar and its seat. */
  function labelled(node, { place, polar, radius }) {
    if (within(node)) {
      const [x, y] = place(node);
      return node === CENTRE
        ? { x, y: y + 18, "text-anchor": "middle" }
        : { x: x + 8, y: y - 2, "text-anchor": "start" };
    }
    const [x, y] = polar(radius + dotOf(node) + 5, Math.atan2(node.y, node.x));
    const upright = Math.abs(node.x) < 0.2;
    const side = node.x > 0 ? "start" : "end";
    return { x, y: upright ? y - 5 * Math.sign(node.y) : y, "text-anchor": upright ? "middle" : side };
  }

  const short = (node) => {
    if (node === CENTRE || MARKED.includes(node.id)) return node.name;
    return within(node) ? "seat" : node.id;
  };

  function drawNode(node, sizes, dots, names) {
    const [cx, cy] = sizes.place(node);
    const element = make("g", { class: "explorer-node", role: "button", tabindex: "-1" }, dots);
    const dot = make("circle", { cx, cy, class: "explorer-dot" }, element);
    dot.style.setProperty("--own", colour(node.at));
    const label = make("text", { ...labelled(node, sizes), "dominant-baseline": "central" }, names, short(node));
    if (node === CENTRE || MARKED.slice(0, 2).includes(node.id)) label.classList.add("explorer-strong");
    const all = EVENTS.filter((event) => [event.group, event.a, event.b].includes(node.at));
    const update = (shown) => {
      const n = shown.filter((event) => event.group === node.at).length;
      dot.setAttribute("r", shown.length ? dotOf(node, n) : 2);
      element.setAttribute("aria-label", `${node.name}: ${counted(shown.length)}`);
    };
    const away = fromPoint(cx, cy);
    return { key: node.key, element, label, all, events: [], update, always: true, away, reach: dotOf(node) };
  }

  function draw() {
    const { svg } = network;
    const sizes = frame(svg);
    svg.setAttribute("viewBox", `0 0 ${sizes.width} ${sizes.height}`);
    svg.replaceChildren();
    const [lines, dots] = [make("g", {}, svg), make("g", {}, svg)];
    const names = make("g", { "aria-hidden": "true" }, svg);
    const linesOf = new Map(NODES.map((node) => [node.at, []]));
    for (const pair of pairs.values()) {
      linesOf.get(pair.a === CENTRE.at ? pair.b : pair.a).push(drawLine(pair, sizes, lines));
    }
    // The order of the keys: Myanmar, then clockwise from the top.
    const turn = (node) => (node === CENTRE ? -1 : (Math.atan2(node.x, node.y) + 2 * Math.PI) % (2 * Math.PI));
    network.marks = NODES.toSorted((p, q) => turn(p) - turn(q)).flatMap((node) => {
      const own = linesOf.get(node.at);
      return [{ ...drawNode(node, sizes, dots, names), lines: own }, ...own];
    });
  }

  /** Up and down: through everything; left and right: from partner to partner, around. */
  function move(key, current, shown) {
    const index = shown.indexOf(current);
    if (key === "ArrowDown" || key === "ArrowUp") return shown[index + (key === "ArrowDown" ? 1 : -1)];
    const heads = shown.filter((mark) => mark.lines);
    const head = heads.findLast((mark) => shown.indexOf(mark) <= index);
    const next = heads.indexOf(head) + (key === "ArrowRight" ? 1 : -1);
    return heads[(next + heads.length) % heads.length];
  }

  /** @type {Drawing} */
  const network = { svg: find(".explorer-network > svg"), marks: [], current: null, draw, move };
  Object.assign(explorer, { network });
}
