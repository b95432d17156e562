/* The filter: which kinds, partners and span of time the drawings, the table and the summary show. */
"use strict";

{
  const { EVENTS, LAYERS, MARKED, NODES, changed, choose, counted, data, drawings, fill, find, form } = explorer;
  const { opened, place, range, ranking, rove, show, state, tell, timeline } = explorer;
  const summary = find(".explorer-summary");
  const months = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  const boxes = (name) => [...form.querySelectorAll(`[name=${name}]`)];
  const others = () => boxes("partner").filter((box) => !MARKED.includes(box.value));

  /** @param {number} value 12 x year + month - 1 */
  const month = (value) => months.format(Date.UTC(Math.floor(value / 12), value % 12));

  /** The bounds of a period in months. */
  function boundsOf(from, to) {
    const first = data.stops.findIndex(([, last]) => last >= from);
    const last = data.stops.findLastIndex(([begin]) => begin <= to);
    return [Math.max(0, first), last + 1];
  }

  const whole = () =>
    boxes("layer")
      .concat(boxes("partner"))
      .every((box) => box.checked) && always();
  const always = () => range()[0] === 0 && range()[1] === data.stops.length;

  /** Show what the controls say, everywhere. */
  function apply() {
    const [from, to] = range();
    const layers = new Set(boxes("layer").flatMap((box) => (box.checked ? LAYERS.indexOf(box.value) : [])));
    const partners = new Set(boxes("partner").flatMap((box) => (box.checked ? box.value : [])));
    const inTime = EVENTS.filter((event) => event.stop >= from && event.stop < to);
    const ofPartner = (event) => partners.has(NODES[event.group].id);
    state.visible = inTime.filter((event) => layers.has(event.layer) && ofPartner(event));
    const count = (box, n) => {
      box.closest("label").querySelector(".explorer-n").textContent = n;
    };
    const theirs = inTime.filter(ofPartner);
    boxes("layer").forEach((box, at) => {
      count(box, theirs.filter((event) => event.layer === at).length);
    });
    const ofKind = inTime.filter((event) => layers.has(event.layer));
    const n = (id) => ofKind.filter((event) => NODES[event.group].id === id).length;
    for (const box of boxes("partner")) count(box, n(box.value));
    find(".explorer-others > summary .explorer-n").textContent = others().reduce((sum, box) => sum + n(box.value), 0);
    tellSpan(from, to);
    place(EVENTS.filter((event) => layers.has(event.layer) && ofPartner(event)));
    for (const button of document.querySelectorAll(".explorer-partners .explorer-reset")) button.disabled = whole();
    find(".explorer-nothing").hidden = Boolean(state.visible.length);
    fill();
    refresh();
    tell();
  }

  function tellSpan(from, to) {
    const span = [month(data.stops[from][0]), month(data.stops[to - 1][1])];
    form.from.setAttribute("aria-valuetext", span[0]);
    form.to.setAttribute("aria-valuetext", span[1]);
    find(".explorer-span").textContent = span.join(" to ");
    for (const button of form.querySelectorAll(".explorer-periods button")) {
      const [first, last] = boundsOf(Number(button.dataset.from), Number(button.dataset.to));
      button.setAttribute("aria-pressed", String(first === from && last === to));
    }
    const top = ranking().slice(0, 3);
    const most = top.map(({ node, n }) => `${node.name} ${n}`).join(", ");
    const words = `${state.visible.length} of ${counted(EVENTS.length)} shown, ${span.join(" to ")}`;
    summary.textContent = top.length ? `${words}; most with ${most}.` : `${words}. Nothing matches.`;
  }

  /** Bring both drawings in line with the filter. */
  function refresh() {
    const kept = new Set(state.visible);
    for (const drawing of drawings) {
      for (const mark of drawing.marks) {
        mark.events = mark.all.filter((event) => kept.has(event));
        mark.update(mark.events);
        const gone = !mark.events.length;
        mark.element.classList.toggle("explorer-gone", gone && !mark.always);
        mark.element.classList.toggle("explorer-empty", gone);
        mark.label?.classList.toggle("explorer-empty", gone);
      }
      rove(drawing);
    }
    timeline.shade(...range());
    if (state.pinned && !opened(state.pinned).length) state.pinned = null;
    if (state.look && !opened(state.look).length) state.look = null;
    show();
  }

  function reset() {
    form.reset();
    apply();
  }

  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=checkbox]")) apply();
  });
  form.addEventListener("explorer-range", apply);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { all, none, from, to } = button.dataset;
    if (all || none) {
      const group = (all || none) === "other" ? others() : boxes(all || none);
      for (const box of group) box.checked = Boolean(all);
      apply();
    } else if (from) choose(...boundsOf(Number(from), Number(to)));
    else if (button.matches(".explorer-reset")) {
      reset();
      find(".explorer-partners [name=partner]").focus({ preventScroll: true });
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  Object.assign(explorer, { apply, always, boxes, boundsOf, changed, refresh, reset });
}
