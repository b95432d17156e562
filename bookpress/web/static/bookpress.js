/* The little that the pages do themselves; everything works, less conveniently, without it. */
"use strict";

/* Cards: open on hover, a term's also on keyboard focus and first touch; placed beside what they explain. The browser's
   popover does Escape and the click elsewhere, and a button that opens one. */
function place(trigger, card) {
  const at = trigger.getClientRects()[0];
  const width = Math.min(card.offsetWidth, innerWidth - 16);
  card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  const below = at.bottom + 6 + card.offsetHeight <= innerHeight;
  card.style.top = `${Math.max(8, below ? at.bottom + 6 : at.top - card.offsetHeight - 6)}px`;
}

/* Chromium forgets Escape for a card that a script shows for the second time. */
addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".bp-card:popover-open")?.hidePopover();
});

for (const trigger of document.querySelectorAll(".bp-opens, .bp-term")) {
  const card = document.getElementById(trigger.getAttribute("popovertarget") || trigger.getAttribute("aria-describedby"));
  let timer, kept = false;
  const open = () => { if (!card.matches(":popover-open")) card.showPopover(); };
  const close = () => { if (card.matches(":popover-open")) card.hidePopover(); };
  const later = (act, wait) => { clearTimeout(timer); timer = setTimeout(act, wait); };
  card.addEventListener("toggle", (event) => {
    if (event.newState === "open") place(trigger, card);
    else kept = false;
  });
  for (const part of [trigger, card]) {
    part.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") later(open, 150); });
    part.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && !kept) later(close, 250); });
  }
  if (trigger.matches(".bp-opens")) {
    trigger.addEventListener("click", () => { kept = true; });
    continue;
  }
  trigger.addEventListener("focus", () => { if (trigger.matches(":focus-visible")) { kept = true; later(open, 0); } });
  trigger.addEventListener("blur", () => later(close, 0));
  let first = true;  /* of two touches; asked before the browser closes the card for the second */
  trigger.addEventListener("pointerdown", () => { first = !card.matches(":popover-open"); });
  trigger.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || !first) return;
    event.preventDefault();
    open();
  });
}

/* ---- Copy a citation. The clipboard of the browser where it is allowed, the old command elsewhere. ---- */
for (const button of document.querySelectorAll(".bp-copy")) {
  const source = document.getElementById(button.dataset.copy);
  const told = button.nextElementSibling;
  button.hidden = false;
  const pattern = source.innerHTML;
  button.addEventListener("click", async () => {
    let done = false;
    if (button.dataset.name) source.innerHTML = pattern.replaceAll("[name]", button.dataset.name);
    try {
      await navigator.clipboard.writeText(source.textContent);
      done = true;
    } catch {
      getSelection().selectAllChildren(source);
      try { done = document.execCommand("copy"); } catch { /* the text stays selected, for the keyboard */ }
    }
    told.textContent = done ? "Copied" : "Selected: press Ctrl+C";
    setTimeout(() => { told.textContent = ""; }, 4000);
  });
}

/* A link to what is folded away opens it. */
{
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details.bp-folded:not([open])");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  reveal();
}

/* Code that was folded away when the theme looked for boxes to scroll in: reachable by keyboard once it is open. */
document.addEventListener("toggle", (event) => {
  if (!(event.target instanceof HTMLDetailsElement) || !event.target.open) return;
  for (const box of event.target.querySelectorAll("pre")) box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
}, true);

/* The switch of colours says which of its three positions it is in. */
{
  const told = () => {
    const mode = { light: "light", dark: "dark" }[document.documentElement.dataset.mode] || "as the system";
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      button.title = `Colours: ${mode}`;
      button.setAttribute("aria-label", button.title);
    }
  };
  new MutationObserver(told).observe(document.documentElement, { attributeFilter: ["data-mode"] });
  told();
}

/* The button of full screen: in the theme it carries its script in an attribute, which no page here may run. */
for (const button of document.querySelectorAll(".btn-fullscreen-button")) button.addEventListener("click", () => toggleFullScreen());

/* The code of a cell is folded away until its link is followed; not every browser opens what it leads into. */
for (const link of document.querySelectorAll('.bp-links a[href^="#code-"]')) {
  link.addEventListener("click", () => {
    const folded = document.getElementById(link.hash.slice(1))?.closest("details");
    if (folded) folded.open = true;
  });
}

/* What is seen on the theme's button, "Search Ctrl+K", is its name for those who speak to their browser, too. */
for (const button of document.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
