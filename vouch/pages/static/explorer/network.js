/* The network: Myanmar in the middle, its partners around it, between two actors a line for each kind of tie. */
"use strict";

{
  const { CENTRE, EVENTS, LAYERS, MARKED, NODES, actor, colour, counted, data, drawings, find, make } = explorer;

  /** The lines between two actors come from all events, whatever is filtered, so that nothing moves. */
  const bundles = new Map();
  for (const event of EVENTS) {
    const pair = `${event.a}|${event.b}`;
    if (!bundles.has(pair)) bundles.set(pair, { a: event.a, b: event.b, strands: new Map() });
    const { strands } = bundles.get(pair);
    if (!strands.has(event.layer)) strands.set(event.layer, []);
    strands.get(event.layer).push(event);
  }
  const thickness = (n) => (n ? 1 + 8 * Math.sqrt(n / 30) : 0);

  /** What is drawn fits the width that the page gives: radius and scale, and where an actor's place is. */
  function frame(svg) {
    const width = Math.max(280, Math.round(svg.parentElement.clientWidth));
    const narrow = width < 480;
    const radius = Math.min(width / 2 - (narrow ? 58 : 112), 236);
    const height = Math.round(2 * radius + 52);
    const scale = Math.max(0.6, Math.min(1, radius / 200));
    const place = (node) => [width / 2 + radius * node.x, height / 2 - radius * node.y];
    return { width, height, narrow, radius, scale, place };
  }

  /** The lines between two actors, side by side. */
  function drawBundle({ a, b, strands }, { place, scale }, parent) {
    const [x0, y0] = place(NODES[a]);
    const [x1, y1] = place(NODES[b]);
    const far = Math.hypot(x1 - x0, y1 - y0) || 1;
    const across = [-(y1 - y0) / far, (x1 - x0) / far];
    const order = [...strands].sort(([p], [q]) => p - q);
    const widths = order.map(([, events]) => thickness(events.length) * scale + 2);
    let offset = -widths.reduce((sum, width) => sum + width, 0) / 2;
    const tint = actor(b) === "other" && a !== CENTRE.at ? a : b;
    return order.map(([layer, events], index) => {
      const push = (offset + widths[index] / 2) / 0.75;
      offset += widths[index];
      const bow = (part) =>
        [x0 + part * (x1 - x0) + push * across[0], y0 + part * (y1 - y0) + push * across[1]]
          .map((value) => value.toFixed(1))
          .join(" ");
      const path = `M${x0.toFixed(1)} ${y0.toFixed(1)}C${bow(0.22)} ${bow(0.78)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
      return drawStrand({ a, b, layer, events, path, tint }, scale, parent);
    });
  }

  function drawStrand({ a, b, layer, events, path, tint }, scale, parent) {
    const element = make("g", { class: "explorer-edge", role: "button", tabindex: "-1" }, parent);
    const hit = make("path", { d: path, class: "explorer-hit" }, element);
    const dashes = data.layers[layer][1];
    const line = make("path", { d: path, class: "explorer-line", "stroke-dasharray": dashes }, element);
    line.style.stroke = colour(tint);
    const names = `${NODES[a].name} and ${NODES[b].name}, ${LAYERS[layer]}`;
    const update = (shown) => {
      const thick = thickness(shown.length) * scale;
      line.style.strokeWidth = thick;
      hit.style.strokeWidth = Math.max(thick + 4, 9);
      element.setAttribute("aria-label", `${names}: ${counted(shown.length)}`);
    };
    return { key: events[0].edge, element, all: events, events: [], update };
  }

  /** Where the name of an actor goes: beside the dots of the ring, beneath Myanmar, above what is within the ring. */
  function labelled(node, { width, height, place, radius, scale }) {
    const far = Math.hypot(node.x, node.y);
    if (far < 0.9) {
      const [x, y] = place(node);
      return { x, y: y + (node === CENTRE ? 34 * scale : -9), "text-anchor": "middle" };
    }
    const most = EVENTS.filter((event) => event.group === node.at).length;
    const reach = radius + 9 + (3.5 + 1.2 * Math.sqrt(most)) * scale;
    const upright = Math.abs(node.x) < 0.2;
    const step = upright && Math.abs(node.y) > 0.9 ? 8 * Math.sign(-node.y) : 0;
    const side = node.x > 0 ? "start" : "end";
    return {
      x: width / 2 + (reach * node.x) / far,
      y: height / 2 - (reach * node.y) / far + step,
      "text-anchor": upright ? "middle" : side,
    };
  }

  function drawNode(node, sizes, dots, names) {
    const { narrow, place, scale } = sizes;
    const [cx, cy] = place(node);
    const element = make("g", { class: "explorer-node", role: "button", tabindex: "-1" }, dots);
    make("circle", { cx, cy, r: 12, class: "explorer-target" }, element);
    const dot = make("circle", { cx, cy, class: "explorer-dot" }, element);
    dot.style.setProperty("--own", colour(node.at));
    const label = make("text", { ...labelled(node, sizes), "dominant-baseline": "central" }, names);
    const relabel = (shown) => {
      element.setAttribute("aria-label", `${node.name}: ${counted(shown.length)}`);
    };
    if (node === CENTRE) {
      const all = EVENTS.filter((event) => event.a === node.at || event.b === node.at);
      label.textContent = node.label;
      label.classList.add("explorer-strong");
      const update = (shown) => {
        dot.setAttribute("r", ((shown.length ? 3.5 : 2) + 10) * scale);
        relabel(shown);
      };
      return { key: node.key, element, label, all, events: [], update, always: true };
    }
    const all = EVENTS.filter((event) => [event.group, event.a, event.b].includes(node.at));
    const update = (shown) => {
      const n = shown.filter((event) => event.group === node.at).length;
      const name = narrow ? node.id : node.label;
      dot.setAttribute("r", ((shown.length ? 3.5 : 2) + 1.2 * Math.sqrt(n)) * scale);
      label.textContent = n ? `${name} ${n}` : name;
      label.classList.toggle("explorer-strong", MARKED.slice(0, 2).includes(node.id) && n > 0);
      relabel(shown);
    };
    return { key: node.key, element, label, all, events: [], update, always: true };
  }

  function draw() {
    const { svg } = network;
    const sizes = frame(svg);
    svg.setAttribute("viewBox", `0 0 ${sizes.width} ${sizes.height}`);
    svg.replaceChildren();
    const lines = make("g", {}, svg);
    const dots = make("g", {}, svg);
    const names = make("g", { "aria-hidden": "true" }, svg);
    const strandsOf = new Map(NODES.map((node) => [node.at, []]));
    for (const bundle of bundles.values()) {
      const outer = bundle.a === CENTRE.at ? bundle.b : bundle.a;
      strandsOf.get(outer).push(...drawBundle(bundle, sizes, lines));
    }
    // The order of the keys: Myanmar, then clockwise from the top.
    const turn = (node) => (node === CENTRE ? -1 : (Math.atan2(node.x, node.y) + 2 * Math.PI) % (2 * Math.PI));
    network.marks = NODES.toSorted((p, q) => turn(p) - turn(q)).flatMap((node) => {
      const strands = strandsOf.get(node.at);
      return [{ ...drawNode(node, sizes, dots, names), strands }, ...strands];
    });
  }

  /** Up and down: through everything; left and right: from partner to partner, around. */
  function move(key, current, shown) {
    const index = shown.indexOf(current);
    if (key === "ArrowDown" || key === "ArrowUp") return shown[index + (key === "ArrowDown" ? 1 : -1)];
    const heads = shown.filter((mark) => mark.strands);
    const head = heads.findLast((mark) => shown.indexOf(mark) <= index);
    const next = heads.indexOf(head) + (key === "ArrowRight" ? 1 : -1);
    return heads[(next + heads.length) % heads.length];
  }

  /** @type {Drawing} */
  const network = { svg: find(".explorer-network > svg"), marks: [], current: null, draw, move };
  drawings.push(network);
}
