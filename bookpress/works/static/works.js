/* The filter of a list of works. Works from the disk. */
"use strict";

for (const form of document.querySelectorAll(".bp-works-filter")) {
  const works = [...document.querySelectorAll(".bp-works div.citation")];
  const groups = [...document.querySelectorAll(".bp-works-group")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let texts;
  const apply = () => {
    const wanted = plain(form.word.value).split(/\s+/).filter(Boolean);
    texts ??= works.map((work) => plain(work.textContent));
    let shown = 0;
    works.forEach((work, i) => {
      work.hidden = !wanted.every((word) => texts[i].includes(word));
      shown += !work.hidden;
    });
    for (const group of groups) {
      const left = group.querySelectorAll("div.citation:not([hidden])").length;
      group.hidden = !left;
      group.querySelector(".bp-count").textContent = left;
    }
    form.querySelector("output").textContent = wanted.length ? `${shown} of ${works.length}` : "";
  };
  // Decoded as a form is, which lets a lone percent sign stand; `decodeURIComponent` would end the script.
  const named = () => new URLSearchParams(`=${location.hash.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");
  const reveal = () => {
    const target = document.getElementById(named());
    if (!target?.closest(".bp-works-group [hidden], .bp-works-group[hidden]")) return;
    form.reset();
    apply();
    target.scrollIntoView();
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal); /* a citation must reach its work whatever the filter says */
  form.hidden = false;
  if (form.word.value) apply(); /* a browser that goes back fills it in again */
}
