/* The start: what only a script can serve is drawn and shown. */
"use strict";

{
  const { NODES, actor, apply, colour, drawings, follow, form, make, markOf, refresh, shape } = explorer;

  /** The mark of each partner at its switch: the switches are the legend. */
  function drawSigns() {
    for (const sign of document.querySelectorAll(".explorer-partners svg[data-of]")) {
      const { at } = NODES.find((node) => actor(node.at) === sign.dataset.of);
      const mark = make("path", { d: shape(at, 8, 8, 5), class: "explorer-mark" }, sign);
      mark.style.setProperty("--own", colour(at));
    }
  }

  /** Draw for another width, and keep the focus where it was. */
  function redraw() {
    const focused = drawings.find(({ svg }) => svg.contains(document.activeElement));
    for (const drawing of drawings) drawing.draw();
    apply();
    if (focused) markOf(focused.current)?.element.focus({ preventScroll: true });
  }

  drawSigns();
  form.reset(); // a reloaded page may have kept old choices
  for (const drawing of drawings) drawing.draw();
  apply();
  form.classList.add("explorer-ready");
  follow();

  const area = drawings[0].svg;
  let wide = area.clientWidth;
  new ResizeObserver(() => {
    if (!area.clientWidth || area.clientWidth === wide) return;
    wide = area.clientWidth;
    redraw();
  }).observe(area);
  document.fonts?.ready.then(refresh);
}
