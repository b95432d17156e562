/* The filter: which kinds of tie and which span of time the drawings, the list and the summary show. */
"use strict";

{
  const { EVENTS, PARTNERS, counted, data, drawings, find, opened, ranking, rove, show, state, timeline } = explorer;
  const form = find(".explorer-controls");
  const summary = find(".explorer-summary");
  const months = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

  /** @param {number} value 12 x year + month - 1 */
  const month = (value) => months.format(Date.UTC(Math.floor(value / 12), value % 12));
  const range = () => [Number(form.from.value), Number(form.to.value)];

  /** First and last step of the axis that a period in months covers. */
  const stopsOf = ({ from, to }) => [
    Math.max(
      0,
      data.stops.findIndex(([, last]) => last >= Number(from)),
    ),
    data.stops.reduce((found, [first], stop) => (first <= Number(to) ? stop : found), 0),
  ];

  /** Show what the controls say, everywhere. */
  function apply() {
    const [from, to] = range();
    const chosen = [...form.querySelectorAll("[name=layer]")].map((box) => box.checked);
    const inTime = EVENTS.filter((event) => event.stop >= from && event.stop <= to);
    state.visible = inTime.filter((event) => chosen[event.layer]);
    filterList();
    form.querySelectorAll(".explorer-n").forEach((place, layer) => {
      place.textContent = inTime.filter((event) => event.layer === layer).length;
    });
    const span = [month(data.stops[from][0]), month(data.stops[to][1])];
    [form.from, form.to].forEach((slider, end) => {
      slider.setAttribute("aria-valuetext", span[end]);
      slider.parentElement.querySelector("output").textContent = span[end];
    });
    for (const button of form.querySelectorAll(".explorer-periods button")) {
      const [first, last] = stopsOf(button.dataset);
      button.setAttribute("aria-pressed", String(first === from && last === to));
    }
    const top = ranking().slice(0, 3);
    const most = top.length ? `; most with ${top.map(({ node, n }) => `${node.name} ${n}`).join(", ")}` : "";
    summary.textContent = `${state.visible.length} of ${counted(EVENTS.length)} shown, ${span.join(" to ")}${most}.`;
    refresh();
  }

  function filterList() {
    const kept = new Set(state.visible);
    for (const event of EVENTS) event.item.hidden = !kept.has(event);
    for (const { node, section } of PARTNERS) {
      const n = state.visible.filter((event) => event.group === node.at).length;
      section.hidden = !n;
      section.querySelector(".explorer-count").textContent = counted(n);
    }
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

  form.addEventListener("input", (event) => {
    const [from, to] = range();
    if (from > to) (event.target === form.from ? form.to : form.from).value = event.target.value;
    apply();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches(".explorer-periods button")) return;
    [form.from.value, form.to.value] = stopsOf(event.target.dataset);
    apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  Object.assign(explorer, { form, apply, refresh });
}
