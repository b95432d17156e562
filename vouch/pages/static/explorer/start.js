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

  const area = drawings[0].svg;
  let wide = 0; // for which it is drawn

  function measure() {
    wide = area.clientWidth;
  }

  /** It is told of its width at once, which may be another since the drawing began. */
  function watchWidth() {
    new ResizeObserver(() => {
      const now = area.clientWidth;
      if (!now || now === wide) return;
      wide = now;
      redraw();
    }).observe(area);
  }

  function ready() {
    form.classList.add("explorer-ready");
    follow();
    watchWidth();
    if (document.fonts?.status === "loading") document.fonts.ready.then(refresh);
  }

  /** One after the other, and between them whatever a reader does: a telephone takes half a second for all. */
  const steps = [drawSigns, measure, ...drawings.map((drawing) => () => drawing.draw()), apply, ready];
  const next = () => {
    steps.shift()();
    if (steps.length) setTimeout(next);
  };
  form.reset(); // a reloaded page may have kept old choices
  next();
}
