/* Lighthouse on many pages in one Chromium: `node lighthouse.mjs MODULES CHROMIUM URL...`.
   Prints a line of JSON per page: {url, scores: {category: 0 to 1}, failed: [audit and what it found]}. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromePath, ...urls] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, path)));
const { default: lighthouse } = await load("lighthouse/core/index.js");
const { launch } = await load("chrome-launcher/dist/index.js");

const chrome = await launch({
  chromePath,
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  for (const url of urls) {
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      logLevel: "error",
      onlyCategories: ["accessibility", "best-practices"],
    });
    const failed = Object.values(lhr.categories)
      .flatMap((category) => category.auditRefs)
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id }) => ({ id, items: lhr.audits[id].details?.items?.slice(0, 5) }));
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score]));
    console.log(JSON.stringify({ url, scores, error: lhr.runtimeError?.message, failed }));
  }
} finally {
  chrome.kill();
}
