/* What is found while one types, by kind, each with its place: on the search page, and below the field that opens over
   every other page (`bookpress.js` then fetches this with what it needs). It works from the disk.

   Sphinx's index finds pages and named things (figures, tables and what a book names beside them). Sections and the words
   around what was looked for come from the text of the pages (`searchtexts.js`, made by bookpress.web.passages). */
"use strict";

{
  const FIRST = 8; // results of a kind that are shown at once
  const AROUND = 90; // characters before and after what was found

  /* Sphinx writes titles into its index as markup, or as plain text: all are made plain here, and never read as markup. */
  const plain = (markup) => new DOMParser().parseFromString(markup, "text/html").body.textContent;
  const folded = (text) => text.replace(/[‐‑‒–—−]/g, "-").toLowerCase();
  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  const own = document.querySelector(".bd-search-container input"); // of the search page
  const dialog = document.getElementById("pst-search-dialog");
  const field = own ?? dialog.querySelector("input");
  const root = document.documentElement.dataset.content_root.replace(/^\.\//, "");

  /* Where results go. A dialog has no such place yet; it stays open behind a link to another page, and is in the way of
     a place on this one. */
  const out = document.getElementById("search-results") ?? dialog.appendChild(document.createElement("div"));
  if (!own) {
    out.id = "search-results";
    out.addEventListener("click", (event) => {
      if (event.target.closest("a")) dialog.close();
    });
  }
  const setIndex = Search.setIndex;
  Search._queued_query = null; // what the address asks for: Sphinx would fetch every page that it finds
  let texts = null;
  let asked = "";

  Search.setIndex = (index) => {
    setIndex({ ...index, titles: index.titles.map(plain) });
    show();
  };
  Search.setTexts = (given) => {
    texts = given;
    for (const passages of Object.values(texts.pages)) {
      for (const passage of passages) passage.push(folded(`${passage[1]} ${passage[2]}`));
    }
    show();
  };
  Search.performSearch = (query) => {
    field.value = query;
    show();
  };

  /* Each word as it may stand in a text: a number whole, and so a short word that is followed by others (`air` is not
     the beginning of `airport`, unless one is still typing); another word by its stem. */
  const patterns = (query) => {
    const stemmer = new Stemmer();
    const words = splitQuery(folded(query)).filter((word) => !stopwords.includes(word));
    return words.map((word, place) => {
      const start = "(?<![\\p{L}\\p{N}])";
      if (/\p{N}/u.test(word)) return new RegExp(`${start}${escaped(word)}(?![\\p{N}]|[.,-]\\p{N})`, "gu");
      if (word.length < 4 && place < words.length - 1) return new RegExp(`${start}${escaped(word)}(?!\\p{L})`, "gu");
      const stem = stemmer.stemWord(word);
      return new RegExp(`${start}${escaped(stem.length > 2 ? stem : word)}`, "gu");
    });
  };

  /* How many of the words stand within one excerpt, at best. hits: place and word of each, in order. */
  const together = (hits) => {
    let most = 0;
    hits.forEach(([from], first) => {
      const near = new Set();
      for (let at = first; at < hits.length && hits[at][0] < from + 1.5 * AROUND; at += 1) near.add(hits[at][1]);
      most = Math.max(most, near.size);
    });
    return most;
  };

  /* How well a passage answers: by its title, the phrase as it stands, how near the words stand and how often. */
  const score = ([, title, , searched], wanted, phrase) => {
    const named = wanted.every((word) => folded(title).search(word) >= 0);
    const hits = wanted.flatMap((word, number) => [...searched.matchAll(word)].map((hit) => [hit.index, number]));
    hits.sort((one, other) => one[0] - other[0]);
    const dense = Math.log2(1 + hits.length) - Math.log2(1 + searched.length / 1000);
    return (named ? 8 : 0) + (searched.includes(phrase) ? 4 : 0) + 2 * together(hits) + dense;
  };

  const sections = (query) => {
    const wanted = patterns(query);
    if (!wanted.length) return [];
    const phrase = folded(query).trim();
    const found = Object.entries(texts.pages).flatMap(([page, passages]) =>
      passages
        .filter((passage) => wanted.every((word) => passage[3].search(word) >= 0))
        .map((passage) => {
          const [anchor, title, text] = passage;
          const whole = passages[0][1];
          const place = title === whole ? title : `${whole} › ${title}`;
          return { page, anchor, title: place, score: score(passage, wanted, phrase), text, wanted };
        }),
    );
    return found.sort((one, other) => other.score - one.score);
  };

  /* What Sphinx finds, best first: things with a kind, and pages on which the words stand apart. */
  const indexed = (query) => {
    const parsed = Search._parseQuery(query);
    localStorage.removeItem("sphinx_highlight_terms"); // else half a word is marked on the next page
    return Search._performSearch(...parsed)
      .reverse()
      .map(([page, title, anchor, kind, score]) => ({
        page,
        title: plain(title),
        anchor: anchor.slice(1),
        kind: kind ? plain(kind) : "",
        score,
      }));
  };

  const link = (result) => {
    const line = document.createElement("li");
    const to = line.appendChild(document.createElement("a"));
    to.href = root + result.page + DOCUMENTATION_OPTIONS.LINK_SUFFIX + (result.anchor ? `#${result.anchor}` : "");
    to.textContent = result.title;
    if (result.kind)
      line.append(" ", Object.assign(document.createElement("span"), { textContent: `(${result.kind})` }));
    if (result.text) line.append(excerpt(result));
    return line;
  };

  const excerpt = ({ text, wanted }) => {
    const low = folded(text);
    const hits = wanted.flatMap((word, number) => [...low.matchAll(word)].map((hit) => [hit.index, number]));
    hits.sort((one, other) => one[0] - other[0]);
    const best = Math.max(0, together(hits));
    const at0 = hits.findIndex((_hit, place) => together(hits.slice(place, place + 12)) === best);
    const first = hits.length ? hits[Math.max(0, at0)][0] : text.length;
    const from = first > AROUND ? text.indexOf(" ", first - AROUND) + 1 : 0;
    const until = text.length > first + AROUND ? text.lastIndexOf(" ", first + AROUND) : text.length;
    const part = text.slice(from, Math.max(until, from));
    const marks = [];
    for (const word of wanted) {
      for (const hit of folded(part).matchAll(word)) {
        marks.push([
          hit.index,
          hit.index + (part.slice(hit.index).match(/^[\p{L}\p{N}]+(?:[.,–-]\p{N}+)*/u)?.[0].length ?? 1),
        ]);
      }
    }
    const box = Object.assign(document.createElement("p"), { className: "context" });
    let at = 0;
    if (from) box.append("… ");
    for (const [start, end] of marks.sort((one, other) => one[0] - other[0])) {
      if (start < at) continue;
      box.append(
        part.slice(at, start),
        Object.assign(document.createElement("mark"), { textContent: part.slice(start, end) }),
      );
      at = end;
    }
    box.append(part.slice(at), until < text.length ? " …" : "");
    return box;
  };

  const group = (name, results) => {
    const box = document.createElement("section");
    box.append(Object.assign(document.createElement("h2"), { textContent: name }));
    const list = box.appendChild(document.createElement("ul"));
    list.className = "search";
    list.append(...results.slice(0, FIRST).map(link));
    if (results.length > FIRST) {
      const more = box.appendChild(document.createElement("details"));
      const label = texts.words.more.replace("%s", results.length - FIRST);
      more.append(Object.assign(document.createElement("summary"), { textContent: label }));
      const rest = more.appendChild(document.createElement("ul"));
      rest.className = "search";
      rest.append(...results.slice(FIRST).map(link));
    }
    return box;
  };

  const show = () => {
    const query = field.value.trim();
    if (!texts || !Search.hasIndex() || query === asked) return;
    asked = query;
    out.replaceChildren();
    if (!query) return;
    const found = sections(query);
    const pages = new Set(found.map((result) => result.page));
    const kinds = new Map([[texts.words.sections, found]]);
    for (const result of indexed(query)) {
      if (!result.kind && !pages.has(result.page) && !result.anchor) found.push(result);
      const name = [...names()].find((known) => result.kind.startsWith(known));
      if (name)
        kinds.set(name, [
          ...(kinds.get(name) ?? []),
          { ...result, kind: result.kind.slice(name.length).replace(/^, /, "") },
        ]);
    }
    const filled = [...kinds].filter(([, results]) => results.length);
    const exact = ([, results]) => (folded(results[0].title) === folded(query) ? 1 : 0);
    filled.sort((one, other) => exact(other) - exact(one));
    const count = filled.reduce((sum, [, results]) => sum + results.length, 0);
    const words = count ? texts.words.found.replace("%s", count) : texts.words.nothing;
    const status = Object.assign(document.createElement("p"), { className: "search-summary", textContent: words });
    status.setAttribute("role", "status");
    out.append(status, ...filled.map(([name, results]) => group(name, results)));
  };

  const names = () => new Set(Object.values(Search._index.objnames).map(([, , name]) => name));

  /* The address keeps what was asked, so that one comes back to it. */
  const keep = () => {
    const query = field.value.trim();
    try {
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    } catch {
      /* some browsers keep the address of a file as it is */
    }
  };

  let soon = 0;
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      show();
      if (own) keep();
    }, 120);
  });
  if (own) {
    own.form.addEventListener("submit", (event) => {
      event.preventDefault();
      show();
      keep();
    });
    own.focus();
    own.select();
  }
}
