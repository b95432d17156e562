/* The start: what only a script can serve is drawn and shown. */
"use strict";

{
  const { MARKED, NODES, actor, apply, colour, drawings, find, form, html, make, markOf, refresh, shape } = explorer;

  function drawLegend() {
    for (const id of [...MARKED, "other"]) {
      const { at, name } = NODES.find((node) => actor(node.at) === id);
      const sign = make("svg", { width: 14, height: 14, viewBox: "0 0 14 14" });
      const mark = make("path", { d: shape(at, 7, 7, 4.5), class: "explorer-mark" }, sign);
      mark.style.setProperty("--own", colour(at));
      find(".explorer-legend").append(html("span", {}, sign, ` ${id === "other" ? "others" : name}`));
    }
  }

  /** Draw for another width, and keep the focus where it was. */
  function redraw() {
    const focused = drawings.find(({ svg }) => svg.contains(document.activeElement));
    for (const drawing of drawings) drawing.draw();
    refresh();
    if (focused) markOf(focused.current)?.element.focus({ preventScroll: true });
  }

  /** A link to an event must reach it whatever the filter says. */
  function reach() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]") || !target.closest(".explorer-list")) return;
    form.reset();
    apply();
    target.scrollIntoView();
  }

  drawLegend();
  form.reset(); // a reloaded page may have kept old choices
  find(".explorer-app").hidden = false;
  for (const drawing of drawings) drawing.draw();
  apply();

  const area = drawings[0].svg.parentElement;
  let wide = area.clientWidth;
  new ResizeObserver(() => {
    if (!area.clientWidth || area.clientWidth === wide) return;
    wide = area.clientWidth;
    redraw();
  }).observe(area);
  addEventListener("hashchange", reach);
  reach();
}
