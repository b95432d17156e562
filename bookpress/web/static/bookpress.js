/* The little that the pages do themselves; everything works, less conveniently, without it. */
"use strict";

/* Cards: open on hover, a term's also on keyboard focus and first touch; placed beside what they explain. The
   browser's popover does Escape and the click elsewhere, and a button that opens one. */
{
  /**
   * @param {HTMLElement} trigger
   * @param {HTMLElement} card
   */
  function place(trigger, card) {
    const at = trigger.getClientRects()[0];
    const width = Math.min(card.offsetWidth, innerWidth - 16);
    card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    const below = at.bottom + 6 + card.offsetHeight <= innerHeight;
    card.style.top = `${Math.max(8, below ? at.bottom + 6 : at.top - card.offsetHeight - 6)}px`;
  }

  /** What opens and closes the card of a trigger. `hold` keeps it open when the pointer leaves. */
  function served(trigger) {
    const id = trigger.getAttribute("popovertarget") || trigger.getAttribute("aria-describedby");
    const card = document.getElementById(id);
    let timer;
    let held = false;
    const shown = () => card.matches(":popover-open");
    const later = (wanted, wait) => {
      clearTimeout(timer);
      timer = setTimeout(() => card.togglePopover(wanted), wait);
    };
    const hold = () => {
      held = true;
    };
    card.addEventListener("toggle", (event) => {
      if (event.newState === "open") place(trigger, card);
      else held = false;
    });
    for (const part of [trigger, card]) {
      part.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") later(true, 150);
      });
      part.addEventListener("pointerleave", (event) => {
        if (event.pointerType === "mouse" && !held) later(false, 250);
      });
    }
    return { card, shown, later, hold };
  }

  for (const trigger of document.querySelectorAll(".bp-opens")) {
    const { hold } = served(trigger);
    trigger.addEventListener("click", hold);
  }

  for (const trigger of document.querySelectorAll(".bp-term:not(.bp-opens)")) {
    const { card, shown, later, hold } = served(trigger);
    trigger.addEventListener("focus", () => {
      if (!trigger.matches(":focus-visible")) return;
      hold();
      later(true, 0);
    });
    trigger.addEventListener("blur", () => later(false, 0));
    let first = true; // of two touches; asked before the browser closes the card for the second
    trigger.addEventListener("pointerdown", () => {
      first = !shown();
    });
    trigger.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || !first) return;
      event.preventDefault();
      card.togglePopover(true);
    });
  }

  /* Chromium forgets Escape for a card that a script shows for the second time. */
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector(".bp-card:popover-open")?.hidePopover();
  });
}

/* Copy a citation: the clipboard of the browser where it is allowed, the old command elsewhere. */
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
      try {
        done = document.execCommand("copy");
      } catch {
        /* the text stays selected, for the keyboard */
      }
    }
    told.textContent = done ? "Copied" : "Selected: press Ctrl+C";
    setTimeout(() => {
      told.textContent = "";
    }, 4000);
  });
}

/* A link to what is folded away opens it. */
{
  // Decoded as a form is, which lets a lone percent sign stand; `decodeURIComponent` would end the script.
  const named = () => new URLSearchParams(`=${location.hash.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");
  const reveal = () => {
    const target = document.getElementById(named());
    const folded = target?.closest("details.bp-folded:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
}

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
for (const button of document.querySelectorAll(".btn-fullscreen-button")) {
  button.addEventListener("click", () => toggleFullScreen());
}

/* The switch of the code: all code of the page, in its place. A link to one piece shows that alone, without a script. */
for (const button of document.querySelectorAll(".bp-code-switch")) {
  button.addEventListener("click", () => {
    const shown = document.documentElement.toggleAttribute("data-code");
    button.setAttribute("aria-pressed", shown);
    if (shown) document.querySelector(".bp-code").scrollIntoView({ block: "center" });
  });
}

/* What is seen on the theme's button, "Search Ctrl+K", is its name for those who speak to their browser, too. */
for (const button of document.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");

/* Results while one types into the field that opens over the page. What they are made of is fetched with the first
   letter, unless the browser is to save data: then Enter leads to the search page, as it does without a script. */
{
  const OWN = ["_static/searchtools.js", "_static/search.js", "_static/language_data.js"];
  const NEEDED = [...OWN, "searchindex.js", "searchtexts.js"];
  const field = document.querySelector("#pst-search-dialog input");
  const fetched = () => {
    if (navigator.connection?.saveData) return;
    let typed = field.value;
    field.addEventListener("input", () => {
      typed = field.value;
    });
    for (const name of NEEDED) {
      const script = Object.assign(document.createElement("script"), { async: false }); // one after the other
      script.src = document.documentElement.dataset.content_root + name;
      script.addEventListener("load", () => {
        field.value = typed; // Sphinx's script sets it to what the address asks for
      });
      document.head.append(script);
    }
  };
  if (!document.querySelector(".bd-search-container")) field?.addEventListener("input", fetched, { once: true });
}
