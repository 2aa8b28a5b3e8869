// Runs the script of a page that holds a model, and holds its lists against those that a run wrote.
// usage: node live_check.mjs PAGE REQUESTS K
// REQUESTS holds a JSON value a line: a request as the page's script takes it, with `expected`, ids of items best first,
// and `scores`. Gives one line of JSON: the share of places that agree, of items found anywhere, the largest difference
// of scores, and the milliseconds a request takes.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [page, requests, k] = [readFileSync(process.argv[2], "utf8"), process.argv[3], Number(process.argv[4])];
const scripts = Array.from(page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g));
const data = JSON.parse(scripts.find((script) => script[1].includes("live.model"))[2]);
const code = scripts.find((script) => script[2].includes("towerbookLive = "))[2];
vm.runInThisContext(code);
const model = globalThis.towerbookLive.load(data);

let [places, alike, found, difference, users, milliseconds] = [0, 0, 0, 0, 0, 0];
for (const line of readFileSync(requests, "utf8").split("\n").filter((text) => text)) {
  const { expected, scores, ...request } = JSON.parse(line);
  const start = performance.now();
  const { items, shared } = globalThis.towerbookLive.recommend(model, request, k);
  milliseconds += performance.now() - start;
  users += 1;
  const own = new Set(items.map((item) => item.id));
  expected.slice(0, k).forEach((id, rank) => {
    places += 1;
    // Behind the end of a list stands any of the items that share a vector.
    const isShared = rank >= items.length ? shared !== null && !model.places.has(id) : false;
    if (isShared || items[rank]?.id === id) alike += 1;
    if (isShared || own.has(id)) found += 1;
    if (scores && items[rank]) difference = Math.max(difference, Math.abs(items[rank].score - scores[rank]));
  });
}
console.log(JSON.stringify({
  users, places, alike: alike / places, found: found / places, difference, milliseconds: milliseconds / users,
  bits: data.vectors.bits, items: data.ids.length,
}));
