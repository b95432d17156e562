/* The table: rows that the filter lets through, sorted by a column, some at a time. On paper all of them. */
"use strict";

{
  const { EVENTS, LAYERS, NODES, html, state } = explorer;
  const PAGE = 20;
  const table = document.querySelector(".explorer-table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const view = { column: 0, down: true, from: 0, size: PAGE };

  const keys = [
    (event) => event.at,
    (event) => NODES[event.group].name,
    (event) => LAYERS[event.layer],
    (event) => event.title,
    (event) => event.row.querySelector(".explorer-source").textContent.trim(),
  ];

  const told = html("p", { class: "explorer-told", role: "status", "aria-live": "polite" });
  const button = (words, act) => {
    const made = html("button", { type: "button" }, words);
    made.addEventListener("click", act);
    return made;
  };
  const turn = (pages) => () => {
    view.from += pages * view.size;
    fill();
  };
  const back = button("Previous", turn(-1));
  const on = button("Next", turn(1));
  const all = button("", () => {
    view.size = view.size === PAGE ? EVENTS.length : PAGE;
    view.from = 0;
    fill();
  });
  const pages = html("nav", { class: "explorer-pages", "aria-label": "Pages of the table" }, told, back, on, all);

  heads.forEach((head, column) => {
    const words = head.textContent.trim();
    const made = button(words, () => {
      view.down = view.column === column ? !view.down : column === 0;
      view.column = column;
      view.from = 0;
      fill();
    });
    head.replaceChildren(made);
  });

  function sorted() {
    const key = keys[view.column];
    const compare = (p, q) => (typeof p === "number" ? p - q : p.localeCompare(q, "en"));
    const way = view.down ? -1 : 1;
    return EVENTS.toSorted((p, q) => way * compare(key(p), key(q)) || q.at - p.at);
  }

  /** Put the rows into their order, and show those of the page. */
  function fill() {
    table.classList.add("explorer-filled");
    const kept = new Set(state.visible);
    const order = sorted();
    const shown = order.filter((event) => kept.has(event));
    view.from = Math.max(0, Math.min(view.from, shown.length - 1));
    view.from -= view.from % view.size;
    const end = Math.min(view.from + view.size, shown.length);
    const here = new Set(shown.slice(view.from, end));
    body.append(...order.map((event) => event.row));
    for (const event of EVENTS) {
      event.row.hidden = !kept.has(event);
      event.row.classList.toggle("explorer-later", kept.has(event) && !here.has(event));
    }
    heads.forEach((head, column) => {
      const way = view.down ? "descending" : "ascending";
      head.setAttribute("aria-sort", column === view.column ? way : "none");
    });
    told.textContent = shown.length ? `${view.from + 1} to ${end} of ${shown.length}` : "Nothing matches.";
    back.disabled = !view.from;
    on.disabled = end >= shown.length;
    all.textContent = view.size === PAGE ? `Show all ${shown.length}` : `Show ${PAGE} at a time`;
    all.hidden = shown.length <= PAGE;
  }

  /** Turn to the page of an event that the filter lets through. */
  function turnTo(event) {
    const kept = new Set(state.visible);
    view.from = sorted()
      .filter((one) => kept.has(one))
      .indexOf(event);
    fill();
  }

  table.closest(".pst-scrollable-table-container, .bp-scroll, section").after(pages);
  Object.assign(explorer, { fill, turnTo });
}
