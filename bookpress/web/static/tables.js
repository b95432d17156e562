/* Tables: the rows of a long one wait under a button; a box is a stop of the keyboard only where there is more to see. */
"use strict";

/* A table says itself what its button reads: data-more, data-less. The browser's own search finds rows that wait
   (`hidden="until-found"`), and a link into them opens the table. */
{
  const waits = "onbeforematch" in document.body ? "until-found" : "";

  /**
   * @param {HTMLTableElement} table
   * @param {number} index
   */
  function fold(table, index) {
    const rest = [...table.querySelectorAll("tbody.bp-rest")];
    const button = document.createElement("button");
    button.type = "button";
    for (const [part, body] of rest.entries()) body.id ||= `bp-rest-${index}-${part}`;
    button.setAttribute("aria-controls", rest.map((body) => body.id).join(" "));
    const show = (all) => {
      for (const body of rest) {
        if (all) body.removeAttribute("hidden");
        else body.setAttribute("hidden", waits);
      }
      button.setAttribute("aria-expanded", String(all));
      button.textContent = all ? table.dataset.less : table.dataset.more;
    };
    button.addEventListener("click", () => {
      const all = button.getAttribute("aria-expanded") !== "true";
      show(all);
      if (!all) button.scrollIntoView({ block: "center" });
      else {
        rest[0].rows[0].tabIndex = -1; // what follows for the keyboard are the rows that have come
        rest[0].rows[0].focus({ preventScroll: true });
      }
    });
    for (const body of rest) {
      body.addEventListener("beforematch", () => show(true));
      body.addEventListener("bp-show", () => show(true));
    }
    show(false);
    table.classList.add("bp-ready");
    const line = document.createElement("p");
    line.className = "bp-more";
    line.append(button);
    (table.closest(".pst-scrollable-table-container") || table).after(line);
  }

  for (const [index, table] of document.querySelectorAll("table[data-more]").entries()) fold(table, index);

  // Decoded as a form is, which lets a lone percent sign stand; `decodeURIComponent` would end the script.
  const named = () => new URLSearchParams(`=${location.hash.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");
  const reveal = () => {
    const target = document.getElementById(named());
    const body = target?.closest("tbody.bp-rest[hidden]");
    if (!body) return;
    body.dispatchEvent(new Event("bp-show"));
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
}

/**
 * Do something with each element as soon as it is to be seen: what a disclosure holds, when that is opened for the first
 * time. A page of a hundred folded tables would be laid out whole otherwise, table by table.
 * @param {string} selector
 * @param {(element: HTMLElement) => void} act
 */
function onceShown(selector, act) {
  const isFolded = (element) => element.closest("details:not([open])");
  for (const element of document.querySelectorAll(selector)) if (!isFolded(element)) act(element);
  for (const fold of document.querySelectorAll("details:not([open])")) {
    const open = () => {
      for (const element of fold.querySelectorAll(selector)) if (!isFolded(element)) act(element);
    };
    fold.addEventListener("toggle", open, { once: true });
  }
}

/* A list of rows has lost the form of a table, and with it in some browsers its meaning: roles give it back. */
{
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
  const heads = { col: "columnheader", row: "rowheader", rowgroup: "rowheader" };
  onceShown("table.stacked", (table) => {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")])
      part.setAttribute("role", roles[part.localName] || heads[part.getAttribute("scope")]);
  });
}

/* Boxes: those that hold a table whole need no stop of the keyboard, and let its head stay in view. So for code, and
   what it puts out. Each is measured when it has been laid out. */
{
  const TABLE = ".pst-scrollable-table-container";
  const BOXES = `${TABLE}, pre, .cell_output > .output, .jp-RenderedHTMLCommon`;
  const LATER = "bp-box-later";
  const narrow = 36 * parseFloat(getComputedStyle(document.documentElement).fontSize); // as in tables.css
  const watch = new ResizeObserver((entries) => {
    const boxes = new Set(entries.map(({ target }) => target.closest(BOXES) ?? target));
    const found = [...boxes].map((box) => [box, box.scrollWidth <= box.clientWidth + 1, box.clientWidth <= narrow]);
    for (const [box, fits, small] of found) {
      // A list of rows has no head in view; a telephone need not lay out a hundred of them once more.
      if (box.matches(TABLE)) box.classList.toggle("bp-fits", fits && !(small && box.querySelector("table.stacked")));
      if (fits) box.removeAttribute("tabindex");
      else box.tabIndex = 0;
    }
  });
  // The theme's own script, which comes later, measures every box at once and lays out what is folded away: such a box
  // becomes one when it is opened.
  for (const box of document.querySelectorAll(`details:not([open]) ${TABLE}`)) {
    box.classList.replace(TABLE.slice(1), LATER);
  }
  onceShown(`.${LATER}`, (box) => box.classList.replace(LATER, TABLE.slice(1)));
  onceShown(BOXES, (box) => {
    watch.observe(box);
    if (box.firstElementChild) watch.observe(box.firstElementChild);
  });
}
