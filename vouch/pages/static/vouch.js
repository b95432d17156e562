/* The little that only this book does; everything works, less conveniently, without it. */
"use strict";

/* The filter of a ledger page. */
for (const form of document.querySelectorAll(".ledger-filter")) {
  const entries = [...document.querySelectorAll(".ledger-entry")];
  const words = entries.map((entry) => entry.textContent.toLowerCase());
  const apply = () => {
    const word = form.word.value.trim().toLowerCase();
    let shown = 0;
    entries.forEach((entry, i) => {
      const fits = (!form.verdict.value || entry.classList.contains(form.verdict.value))
        && (!form.kind.value || entry.classList.contains(form.kind.value))
        && (!word || words[i].includes(word));
      entry.hidden = !fits;
      shown += fits;
    });
    form.querySelector("output").textContent = `${shown} of ${entries.length} claims`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
  /* A link to a claim must reach it whatever the filter says. */
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) { form.reset(); apply(); target.scrollIntoView(); }
  });
}
