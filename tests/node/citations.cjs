// How Citation.js and biblatex-csl-converter read citation files, and how the first prints them in APA, as JSON:
// node citations.cjs MODULES FILE...
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [modules, ...files] = process.argv.slice(2);
const from = createRequire(join(modules, "here.js"));
const { Cite } = from("@citation-js/core");
for (const plugin of ["bibtex", "csl", "ris"]) from(`@citation-js/plugin-${plugin}`);
const { BibLatexParser } = from("biblatex-csl-converter");

const found = {};
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const read = new Cite(text);
  const items = read.data.map(({ _graph, ...item }) => item);
  const apa = Object.fromEntries(
    read.format("bibliography", { template: "apa", asEntryArray: true }).map(([key, line]) => [key, line.trim()]),
  );
  found[file] = { items, apa };
  if (file.endsWith(".bib")) {
    const { entries, errors, warnings } = new BibLatexParser(text, { processUnexpected: true }).parse();
    found[file].converter = { entries: Object.values(entries), errors, warnings };
  }
}
console.log(JSON.stringify(found));
