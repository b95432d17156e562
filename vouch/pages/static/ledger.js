/* The ledger of claims: filter, address, and what belongs together lit together. Without it every entry is there. */
"use strict";

for (const form of document.querySelectorAll(".ledger-filter")) {
  const entries = [...document.querySelectorAll(".ledger-entry")];
  const words = entries.map((entry) => entry.textContent.toLowerCase());
  const marks = [...document.querySelectorAll("a.claim-mark")];
  const output = form.querySelector("output");
  const boxes = [...form.querySelectorAll("[name=verdict]")];
  const all = form.querySelector(".ledger-all");
  const reset = form.querySelector(".ledger-reset");
  const entryOf = (link) => document.getElementById(link.hash.slice(1));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);

  /** Show what the controls say; which entries are left. */
  function apply() {
    const word = form.word.value.trim().toLowerCase();
    const verdicts = chosen();
    entries.forEach((entry, i) => {
      const fits =
        (!verdicts.length || verdicts.some((verdict) => entry.classList.contains(`verdict-${verdict}`))) &&
        (!form.kind.value || entry.classList.contains(`kind-${form.kind.value}`)) &&
        (!word || words[i].includes(word));
      entry.hidden = !fits;
    });
    for (const mark of marks) mark.classList.toggle("ledger-out", entryOf(mark).hidden);
    const shown = entries.filter((entry) => !entry.hidden);
    output.textContent = `${shown.length} of ${entries.length} claims`;
    reset.disabled = !verdicts.length && !form.kind.value && !word;
    tellAll();
  }

  function tellAll() {
    const folded = entries.some((entry) => !entry.hidden && !entry.open);
    all.textContent = folded ? "Open all" : "Fold all";
  }

  /** What is chosen goes into the address, as `#verdict=contradicted&kind=number&word=8,665`. */
  function tell() {
    const said = [
      ["verdict", chosen().join(",")],
      ["kind", form.kind.value],
      ["word", form.word.value.trim()],
    ].filter(([, value]) => value);
    const hash = said.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  // Decoded as a form is, which lets a lone percent sign stand; `decodeURIComponent` would end the script.
  const named = () => new URLSearchParams(`=${location.hash.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");

  /** Do what the address says: a filter, or a claim, which is reached whatever the filter says. */
  function obey() {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) {
      const said = new URLSearchParams(hash);
      const verdicts = (said.get("verdict") ?? "").split(",");
      for (const box of boxes) box.checked = verdicts.includes(box.value);
      form.kind.value = said.get("kind") ?? "";
      if (form.kind.selectedIndex < 0) form.kind.value = "";
      form.word.value = said.get("word") ?? "";
      apply();
      return;
    }
    const target = document.getElementById(named());
    if (!target?.hidden) return;
    form.reset();
    apply();
    target.scrollIntoView();
  }

  form.addEventListener("input", () => {
    apply();
    tell();
  });
  reset.addEventListener("click", () => {
    form.reset();
    apply();
    tell();
    boxes[0].focus({ preventScroll: true });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  all.addEventListener("click", () => {
    const open = entries.some((entry) => !entry.hidden && !entry.open);
    for (const entry of entries) if (!entry.hidden) entry.open = open;
  });
  addEventListener("toggle", (event) => event.target.matches?.(".ledger-entry") && tellAll(), true);
  addEventListener("hashchange", obey);

  /* A passage and its entry, under the pointer or with the focus. */
  const light = (entry, on) => {
    entry?.classList.toggle("ledger-lit", on);
    for (const mark of marks) if (mark.hash.slice(1) === entry?.id) mark.classList.toggle("ledger-lit", on);
  };
  for (const [begin, end] of [
    ["pointerover", "pointerout"],
    ["focusin", "focusout"],
  ]) {
    for (const [type, on] of [
      [begin, true],
      [end, false],
    ]) {
      document.addEventListener(type, (event) => {
        const link = event.target.closest?.(".vouch-article a[href^='#']");
        light(link ? entryOf(link) : event.target.closest?.(".ledger-entry"), on);
      });
    }
  }

  /* A claim that is followed again, with the address unchanged, opens again. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".vouch-article a[href^='#']");
    const entry = link && entryOf(link);
    if (!entry) return;
    entry.open = true;
    if (entry.hidden) {
      form.reset();
      apply();
    }
  });

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = entries.filter((entry) => !entry.open);
    for (const entry of folded) entry.open = true;
  });
  addEventListener("afterprint", () => {
    for (const entry of folded) entry.open = false;
  });

  form.reset(); // a reloaded page may have kept old choices
  apply();
  obey();
}
