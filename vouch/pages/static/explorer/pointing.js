/* Pointer, touch and keys in the drawings. */
"use strict";

{
  const { drawings, drawn, nearest, panel, pin, reachable, release, rove, show, state } = explorer;

  /* A preview stays long enough to move into the panel and on to its links. */
  let timer;
  const stay = () => clearTimeout(timer);
  function fade() {
    stay();
    timer = setTimeout(() => {
      if (state.look && !state.pinned) preview(null);
    }, 500);
  }
  function preview(key) {
    state.look = key;
    if (!state.pinned) show();
  }

  panel.addEventListener("pointerenter", stay);
  panel.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") fade();
  });
  panel.addEventListener("focusout", (event) => {
    if (!panel.contains(event.relatedTarget) && !state.pinned && event.relatedTarget) preview(null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (state.pinned || state.look)) release();
  });

  /** Do what a key asks for; whether it asked for anything. */
  function pressed(key, drawing, current) {
    const able = reachable(drawing);
    if (key === "Enter" || key === " ") {
      if (state.pinned === current.key) release();
      else pin(current.key);
    } else if (key === "Home") able[0].element.focus();
    else if (key === "End") able.at(-1).element.focus();
    else if (key.startsWith("Arrow")) drawing.move(key, current, able)?.element.focus();
    else return false;
    return true;
  }

  /** @param {Drawing} drawing */
  function listen(drawing) {
    const area = drawing.svg.parentElement; // not the svg: with a listener for focus it would be a stop of its own
    const under = (event) => (drawing.svg.contains(event.target) ? nearest(drawing, event) : undefined);
    const focused = (event) => drawing.marks.find((mark) => mark.element === event.target && mark.events.length);
    area.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse" || event.buttons) return;
      const mark = under(event);
      drawing.svg.classList.toggle("explorer-near", Boolean(mark));
      if (!mark) return state.look && fade();
      stay();
      if (mark.key !== state.look) preview(mark.key);
    });
    area.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") fade();
    });
    area.addEventListener("click", (event) => {
      if (drawn() || event.target.closest("button")) return;
      const mark = under(event);
      if (!mark) return state.pinned && release();
      drawing.current = mark.key;
      rove(drawing);
      mark.element.focus({ preventScroll: true });
      pin(mark.key);
    });
    area.addEventListener("focusin", (event) => {
      const mark = focused(event);
      if (!mark) return;
      drawing.current = mark.key;
      rove(drawing);
      preview(mark.key);
    });
    area.addEventListener("focusout", (event) => {
      if (!panel.contains(event.relatedTarget) && !area.contains(event.relatedTarget)) preview(null);
    });
    area.addEventListener("keydown", (event) => {
      const current = reachable(drawing).find((mark) => mark.key === drawing.current);
      if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
      if (pressed(event.key, drawing, current)) event.preventDefault();
    });
  }

  drawings.forEach(listen);
}
