/* The panel: what stands behind the mark that is looked at; with none, the partners by number of events. */
"use strict";

{
  const { CENTRE, LAYERS, NODES, colour, counted, drawings, find, holder, html, markOf, opened } = explorer;
  const { ranking, state } = explorer;
  const panel = find(".explorer-panel");

  /** Light what is looked at and what belongs to it, in both drawings, and open it in the panel. */
  function show() {
    const key = state.pinned ?? state.look;
    const events = key ? opened(key) : [];
    holder.classList.toggle("explorer-looking", Boolean(key));
    panel.classList.toggle("explorer-open", Boolean(key));
    const lit = new Set(events);
    for (const mark of drawings.flatMap((drawing) => drawing.marks)) {
      const own = mark.key === key;
      const on = own || (mark.key !== CENTRE.key && mark.events.some((event) => lit.has(event)));
      for (const part of [mark.element, mark.label]) part?.classList.toggle("explorer-lit", on);
      mark.element.classList.toggle("explorer-own", own);
      mark.element.setAttribute("aria-pressed", String(mark.key === state.pinned));
    }
    panel.replaceChildren(...(key ? details(key, events) : overview()));
    panel.scrollTop = 0;
  }

  function pin(key) {
    state.pinned = key;
    show();
  }

  /** Give up the pin; focus goes back to what was pinned, unless it was in the drawings already. */
  function release() {
    const key = state.pinned;
    const inside = panel.contains(document.activeElement);
    state.pinned = null;
    state.look = null;
    show();
    if (!inside || !key) return;
    markOf(key)?.element.focus();
    state.look = null;
    show();
  }

  function pinHere(key) {
    pin(key);
    panel.querySelector(".explorer-release").focus();
  }

  /** The entries of the list, with their sources, once more. */
  function items(events) {
    const copies = events.map((event) => {
      const copy = event.item.cloneNode(true);
      copy.hidden = false;
      for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
      copy.dataset.event = event.id;
      return copy;
    });
    return html("ul", {}, ...copies);
  }

  /** `n:BLR`, a partner; `e:MMR|BLR|visits`, a line; `v:ev-20250328-01`, an event. */
  function titleOf(key, events) {
    const named = (id) => NODES.find((node) => node.id === id).name;
    const [a, b, layer] = key.slice(2).split("|");
    if (key.startsWith("n:")) return named(a);
    if (key.startsWith("e:")) return `${named(a)} – ${named(b)}: ${layer}`;
    return `${NODES[events[0].group].name}: ${LAYERS[events[0].layer]}`;
  }

  function details(key, events) {
    const node = NODES.find((one) => one.key === key);
    const listed = (event) => !node || node === CENTRE || event.group === node.at;
    const own = events.filter(listed);
    const rest = events.filter((event) => !listed(event));
    const words = state.pinned ? "Release (Esc)" : "Pin (Enter)";
    const button = html("button", { type: "button", class: "explorer-release" }, words);
    button.addEventListener("click", () => (state.pinned ? release() : pinHere(key)));
    const title = html("h3", {}, titleOf(key, events));
    const parts = [title, html("p", { class: "explorer-meta" }, counted(own.length), " · ", button), items(own)];
    if (!rest.length) return parts;
    return [...parts, html("p", { class: "explorer-meta" }, "Also a side of, listed elsewhere:"), items(rest)];
  }

  function overview() {
    const ranks = ranking();
    const rest = ranks.slice(9);
    const bars = ranks.slice(0, 9).map(({ node, n }) => {
      const bar = html("span", { class: "explorer-bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * n) / ranks[0].n}%`;
      bar.style.background = colour(node.at);
      const parts = [html("span", {}, node.name), " ", html("span", {}, counted(n)), bar];
      const button = html("button", { type: "button" }, ...parts);
      button.addEventListener("click", () => pinHere(node.key));
      return html("li", {}, button);
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
