/* The brush: the span of time that is shown, as two sliders on a strip, a window to move, and by drawing on the timeline.

   The values are bounds between steps of the axis: from 0 to the number of steps. */
"use strict";

{
  const { data, find, make, timeline } = explorer;
  const form = find(".explorer-app");
  const strip = find(".explorer-brush");
  const field = strip.querySelector(".explorer-window");
  const last = data.stops.length;

  const range = () => [Number(form.from.value), Number(form.to.value)];

  /** Choose a span, at least a step long. */
  function choose(from, to) {
    form.from.value = Math.max(0, Math.min(from, last - 1));
    form.to.value = Math.max(Number(form.from.value) + 1, Math.min(to, last));
    form.dispatchEvent(new Event("explorer-range"));
  }

  /** One end was moved beyond the other: the other gives way. */
  form.addEventListener("input", (event) => {
    const [from, to] = range();
    if (event.target === form.from) choose(Math.min(from, last - 1), Math.max(to, from + 1));
    if (event.target === form.to) choose(Math.min(from, Math.max(to, 1) - 1), Math.max(to, 1));
  });

  /** Place strip and window under the axis; small bars say where the events of the choice lie. */
  function place(chosen) {
    const { left, right, unit } = timeline.sizes;
    strip.style.marginLeft = `${left}px`;
    strip.style.width = `${right - left}px`;
    const [from, to] = range();
    field.style.left = `${from * unit}px`;
    field.style.width = `${(to - from) * unit}px`;
    const counts = data.stops.map((_, stop) => chosen.filter((event) => event.stop === stop).length);
    const most = Math.max(8, ...counts);
    const bars = counts.map((n, stop) => {
      const tall = (30 * n) / most;
      return n ? `M${stop * unit + 0.5} ${32 - tall}h${Math.max(1, unit - 1)}V32h${-Math.max(1, unit - 1)}z` : "";
    });
    const svg = strip.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${right - left} 32`);
    svg.replaceChildren();
    make("path", { d: bars.join(""), class: "explorer-bars-of-time" }, svg);
  }

  /** The bound nearest to a place on the screen. */
  function boundAt(clientX) {
    const { unit } = timeline.sizes;
    return Math.max(0, Math.min(last, Math.round((clientX - strip.getBoundingClientRect().left) / unit)));
  }

  let drag = null;
  /** Draw a new span, or move the window when it is taken hold of within. */
  function begin(event, moving) {
    if (event.button || !event.isPrimary || event.target instanceof HTMLInputElement) return;
    drag = { x: event.clientX, at: boundAt(event.clientX), span: range(), moving, moved: false };
  }
  strip.addEventListener("pointerdown", (event) => {
    const [from, to] = range();
    begin(event, event.target === field && (from > 0 || to < last));
    if (drag) strip.setPointerCapture(event.pointerId);
  });
  timeline.svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") begin(event, false);
  });
  addEventListener("pointermove", (event) => {
    if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < 6)) return;
    drag.moved = true;
    const now = boundAt(event.clientX);
    if (drag.moving) {
      const [from, to] = drag.span;
      const by = Math.max(-from, Math.min(now - drag.at, last - to));
      choose(from + by, to + by);
    } else choose(Math.min(drag.at, now), Math.max(drag.at, now));
  });
  addEventListener("pointerup", () => {
    if (drag?.moved) state.dragged = performance.now();
    drag = null;
  });
  addEventListener("pointercancel", () => {
    drag = null;
  });

  /** Whether a click ends a span that was drawn, and is none at a mark. */
  const state = { dragged: -Infinity };
  const drawn = () => performance.now() - state.dragged < 60;

  Object.assign(explorer, { form, range, choose, place, drawn });
}
