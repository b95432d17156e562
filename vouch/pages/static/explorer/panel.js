/* The panel: what stands behind the mark that is looked at; with none, the partners by number of events. */
"use strict";

{
  const { CENTRE, EVENTS, LAYERS, NODES, colour, counted, drawings, find, holder, html, markOf, opened } = explorer;
  const { changed, ranking, state } = explorer;
  const panel = find(".explorer-panel");
  let before = null;

  /** Light what is looked at and what belongs to it, in both drawings and the table, and open it in the panel. */
  function show() {
    const key = state.pinned ?? state.look ?? null;
    const events = key ? opened(key) : [];
    holder.classList.toggle("explorer-looking", Boolean(key));
    panel.classList.toggle("explorer-open", Boolean(state.pinned));
    const lit = new Set(events);
    for (const mark of drawings.flatMap((drawing) => drawing.marks)) {
      const own = mark.key === key;
      const on = own || (mark.key !== CENTRE.key && mark.events.some((event) => lit.has(event)));
      for (const part of [mark.element, mark.label]) part?.classList.toggle("explorer-lit", on);
      mark.element.classList.toggle("explorer-own", own);
      mark.element.setAttribute("aria-pressed", String(mark.key === state.pinned));
    }
    for (const event of EVENTS) event.row.classList.toggle("explorer-own", event.key === key);
    panel.replaceChildren(...(key ? details(key, events) : overview()));
    if (key !== before) panel.scrollTop = 0; // which makes the browser lay out the page, at the start for nothing
    before = key;
  }

  function pin(key) {
    state.pinned = key;
    show();
    for (const told of changed) told();
  }

  /** Give up the pin; focus goes back to what was pinned, unless it was in the drawings already. */
  function release() {
    const key = state.pinned;
    const inside = panel.contains(document.activeElement);
    pin(null);
    if (inside && key) markOf(key)?.element.focus({ preventScroll: true });
    state.look = null;
    show();
  }

  function pinHere(key) {
    pin(key);
    panel.querySelector(".explorer-release").focus({ preventScroll: true });
  }

  function button(words, act, attributes = {}) {
    const made = html("button", { type: "button", ...attributes }, words);
    made.addEventListener("click", act);
    return made;
  }

  /** The row of an event as an entry, with its sources. */
  function entry(event) {
    const part = (name) => [...event.row.querySelector(`.explorer-${name} p`).cloneNode(true).childNodes];
    const head = html("p", { class: "explorer-meta" }, `${event.day} · ${LAYERS[event.layer]}`);
    const item = html("li", {}, head, html("p", {}, ...part("what"), " ", ...part("source")));
    for (const named of item.querySelectorAll("[id]")) named.removeAttribute("id");
    item.dataset.event = event.id;
    return item;
  }
  const items = (events) => html("ul", {}, ...events.toReversed().map(entry));

  /** `n:BLR`, a partner; `e:MMR~BLR`, a line; `v:ev-20250328-01`, an event. */
  function titleOf(key, events) {
    const named = (id) => NODES.find((node) => node.id === id).name;
    if (key.startsWith("n:")) return named(key.slice(2));
    if (key.startsWith("e:")) return key.slice(2).split("~").map(named).join(" – ");
    return `${NODES[events[0].group].name}: ${LAYERS[events[0].layer]}`;
  }

  /** From an event to the one before or after it, of those that are shown. */
  function steps(key) {
    const { visible } = state;
    const at = visible.findIndex((event) => event.key === key);
    if (at < 0) return [];
    return [
      ["Earlier", visible[at - 1]],
      ["Later", visible[at + 1]],
    ].map(([words, event]) => {
      const made = button(words, () => {
        pin(event.key);
        panel.querySelector(`[data-step=${words}]`)?.focus({ preventScroll: true });
      });
      made.dataset.step = words;
      made.disabled = !event;
      return made;
    });
  }

  function details(key, events) {
    const node = NODES.find((one) => one.key === key);
    const listed = (event) => !node || node === CENTRE || event.group === node.at;
    const own = events.filter(listed);
    const rest = events.filter((event) => !listed(event));
    const words = state.pinned ? "Release (Esc)" : "Pin (Enter)";
    const act = () => (state.pinned ? release() : pinHere(key));
    const buttons = html("p", { class: "explorer-acts" }, button(words, act, { class: "explorer-release" }));
    if (key.startsWith("v:")) buttons.append(...steps(key));
    const parts = [html("h3", {}, titleOf(key, events)), buttons];
    if (!key.startsWith("v:")) {
      const kinds = LAYERS.map((layer, at) => [layer, events.filter((event) => event.layer === at).length]);
      const told = kinds.filter(([, n]) => n).map(([layer, n]) => `${layer} ${n}`);
      parts.push(html("p", { class: "explorer-meta" }, `${counted(own.length)}: ${told.join(", ")}`));
    }
    parts.push(items(own));
    if (!rest.length) return parts;
    return [...parts, html("p", { class: "explorer-meta" }, "Also a side of, listed elsewhere:"), items(rest)];
  }

  function overview() {
    const ranks = ranking();
    if (!ranks.length) return [html("h3", {}, "Nothing matches")];
    const rest = ranks.slice(6);
    const bars = ranks.slice(0, 6).map(({ node, n }) => {
      const bar = html("span", { class: "explorer-bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * n) / ranks[0].n}%`;
      bar.style.background = colour(node.at);
      const made = button("", () => pinHere(node.key));
      made.replaceChildren(html("span", {}, node.name), " ", html("span", {}, counted(n)), bar);
      return html("li", {}, made);
    });
    const parts = [html("h3", {}, "Events by partner"), html("ul", { class: "explorer-bars" }, ...bars)];
    if (rest.length) {
      const sum = rest.reduce((total, { n }) => total + n, 0);
      parts.push(html("p", { class: "explorer-meta" }, `${counted(rest.length, "other partner")}: ${sum}`));
    }
    return parts;
  }

  Object.assign(explorer, { panel, show, pin, release });
}
