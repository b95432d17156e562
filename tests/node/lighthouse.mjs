/* Lighthouse on many pages in one Chromium: `node lighthouse.mjs MODULES CHROMIUM CATEGORIES URL...`.
   Prints a line of JSON per page: {url, scores: {category: 0 to 1}, failed: [audit and what it found], index, times}.
   It plays a telephone with a slow line and a slow processor. How much slower than this machine the processor is depends
   on this machine: `index` is what Lighthouse measures of it while it works, so that the telephone stays the same one
   where other programs take half of the processor. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromePath, categories, ...urls] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, path)));
const { default: lighthouse } = await load("lighthouse/core/index.js");
const { launch } = await load("chrome-launcher/dist/index.js");
const TIMES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];
const DESK = 1500; // index of a machine at a desk of which a telephone is a quarter, says Lighthouse's documentation

const chrome = await launch({
  chromePath,
  // The last: letters as wide as on a telephone; without a window their widths are rounded, and a line more or less moves
  // all below it when a typeface arrives.
  chromeFlags: [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    "--font-render-hinting=none",
  ],
});
const look = async (url, more = {}) => {
  const settings = { port: chrome.port, logLevel: "error", onlyCategories: categories.split(","), ...more };
  return (await lighthouse(url, settings)).lhr;
};
try {
  let index = DESK;
  if (categories.includes("performance")) index = (await look(urls[0])).environment.benchmarkIndex;
  for (const url of urls) {
    const slower = Math.max(1, 4 * Math.min(1, index / DESK));
    const lhr = await look(url, { throttling: { rttMs: 150, throughputKbps: 1638.4, cpuSlowdownMultiplier: slower } });
    index = lhr.environment.benchmarkIndex;
    const failed = Object.values(lhr.categories)
      .flatMap((category) => category.auditRefs)
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id }) => ({ id, items: lhr.audits[id].details?.items?.slice(0, 5) }));
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score]));
    const times = Object.fromEntries(TIMES.map((id) => [id, Math.round(1e3 * lhr.audits[id]?.numericValue) / 1e3]));
    console.log(JSON.stringify({ url, scores, error: lhr.runtimeError?.message, failed, index, times }));
  }
} finally {
  chrome.kill();
}
