// Uses the pages of a running `towerbook look` as a person with a keyboard does, in headless Chromium.
// usage: node look_page.mjs ADDRESS RECIPE SHOTS
// RECIPE is the name of one with three finished runs or more, of which two or more have train.epochs = 2, with a folder
// 'watch' that a 'towerbook watch' writes into, and a study that is stopped early. SHOTS is a folder for pictures, or - for none.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { openBrowser } from "./chromium.mjs";

const [address, recipe, shots] = process.argv.slice(2);
const browser = await openBrowser();
const { evaluate, until, press, type } = browser;
const open = async (path) => {
  await browser.send("Page.navigate", { url: address + path });
  await until(`document.readyState === "complete"`);
};
const texts = (selector) => evaluate(`Array.from(document.querySelectorAll(${JSON.stringify(selector)}), (one) => one.textContent)`);
const focused = () => evaluate(`(() => { const one = document.activeElement;
  return one.getAttribute("aria-label") || one.id || one.textContent.trim(); })()`);
const tabTo = async (name) => {
  for (let turn = 0; turn < 300; turn++) {
    if ((await focused()) === name) return;
    await press("Tab");
  }
  throw new Error(`the Tab key never comes to ${name}`);
};
// All that can be pressed or filled in has a name for who hears the page; nothing sticks out of a narrow one.
const look = async (name) => {
  const { nodes } = await browser.send("Accessibility.getFullAXTree");
  const roles = ["button", "link", "checkbox", "searchbox", "textbox", "progressbar", "progressIndicator", "image", "img"];
  const nameless = nodes.filter((node) => !node.ignored && roles.includes(node.role?.value) && !node.name?.value?.trim());
  assert.deepEqual(nameless.map((node) => node.role.value), [], `${name}: without names`);
  const ids = await evaluate(`Array.from(document.querySelectorAll("[id]"), (one) => one.id)`);
  assert.deepEqual(ids.filter((id, place) => ids.indexOf(id) !== place), [], `${name}: ids that are there twice`);
  for (const scheme of ["light", "dark"]) {
    await browser.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    for (const width of [1200, 400, 320]) {
      await browser.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
      await evaluate(`new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))`);
      assert.equal(await evaluate(`document.documentElement.scrollWidth`), width, `${name} at ${width}`);
      if (shots === "-") continue;
      const { data } = await browser.send("Page.captureScreenshot", { format: "png" });
      writeFileSync(`${shots}/${name}-${scheme}-${width}.png`, Buffer.from(data, "base64"));
    }
  }
  await browser.send("Emulation.setDeviceMetricsOverride", { width: 1200, height: 900, deviceScaleFactor: 1, mobile: false });
  assert.deepEqual(browser.complaints, [], name);
};

try {
  // --- runs: searched while one types, sorted, chosen, all by the keyboard
  await open("/");
  await until(`document.querySelectorAll(".compare tbody tr").length >= 3`);
  await look("runs");
  const all = await evaluate(`document.querySelectorAll(".compare tbody tr").length`);
  await tabTo("runs.q");
  await type("train.epochs = 2");
  await until(`location.search.includes("train.epochs")`);
  const found = await evaluate(`document.querySelectorAll(".compare tbody tr").length`);
  assert(found >= 2 && found < all, `${found} of ${all}`);
  assert.equal(await focused(), "runs.q");
  await evaluate(`document.activeElement.select()`);
  await type("train.epoch = 2");
  await until(`document.querySelector("[role=alert]")`);
  assert((await texts("[role=alert]"))[0].includes("did you mean 'train.epochs'?"));
  await evaluate(`document.activeElement.select()`);
  await press("Delete");
  await until(`document.querySelectorAll(".compare tbody tr").length === ${all}`);
  await tabTo("run");
  await press("Enter");
  await until(`document.querySelector("th[aria-sort=descending]")`);
  assert.equal(await focused(), "run");
  const ids = await texts(".compare tbody th a");
  assert.deepEqual(ids, [...ids].sort().reverse());
  for (const id of ids.filter((id) => id !== "watch").slice(0, 2)) {
    await tabTo(`Compare ${recipe}/${id}`);
    await press(" ");
  }
  assert.equal(await evaluate(`document.getElementById("runs.chosen").textContent`), "2 are chosen.");
  await press("Enter");
  await until(`document.querySelector("h1").textContent === "2 runs side by side"`);
  await until(`document.querySelectorAll("table").length >= 3`);
  await look("compare");

  // --- the run that is rewritten: the page follows it, and says what is wrong
  await open(`/run/${recipe}/watch`);
  await until(`document.querySelector(".figure .value")`);
  await look("run");
  const text = readFileSync("r.yaml", "utf8");
  const seconds = async (change, shown) => {
    writeFileSync("r.yaml", change);
    const start = performance.now();
    await until(shown);
    return ((performance.now() - start) / 1000).toFixed(2);
  };
  const followed = await seconds(`title: Followed\n${text}`, `document.querySelector("h1").textContent === "Followed"`);
  await seconds(`title: Followed\nnothing:\n${text}`, `document.querySelector("[role=alert]")`);
  assert((await texts("[role=alert]"))[0].includes("has errors"));
  assert.equal((await texts("h1"))[0], "Followed");
  await look("broken");
  // Longer than it takes to look at: the loss grows before one's eyes, and then another edit ends it.
  await seconds(`title: Long\n${text.replace(/epochs: 1/, "epochs: 9000")}`, `document.querySelector(".live figure")`);
  const first = await evaluate(`document.querySelector(".live progress").value`);
  await until(`document.querySelector(".live progress").value > ${first}`);
  assert.equal((await texts("h1"))[0], "Followed");
  await look("live");
  await seconds(`title: Ended\n${text}`, `document.querySelector("h1").textContent === "Ended"`);
  await until(`!document.querySelector(".live")`);

  // --- a sweep: what it found, and its buttons
  await open("/");
  const study = await evaluate(`document.querySelector("a[href^='/study/']").getAttribute("href")`);
  await open(study);
  await until(`document.querySelectorAll("figure").length >= 3`);
  await look("study");
  await tabTo("study.resume");
  await press("Enter");
  await until(`document.getElementById("study.stop")`);
  await tabTo("study.stop");
  await press("Enter");
  await until(`document.getElementById("study.resume")`);

  // --- and to its end, from the page: it counts on, and says which trial is best, while one looks
  await tabTo("study.resume");
  await press("Enter");
  await until(`document.getElementById("study.stop")`);
  const done = () => evaluate(`Number(document.querySelector("progress").value)`);
  const counted = new Set();
  for (let turn = 0; turn < 2400 && (await done()) < 1; turn++) {
    counted.add(await done());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert(counted.size >= 4, `the page saw ${[...counted]}`);
  await until(`!document.getElementById("study.stop") && !document.getElementById("study.resume")`);
  assert.equal((await texts("[id='study.trials'] tbody tr")).length, 40);
  await look("study-ended");

  // --- recipes with their problems
  await open("/recipes");
  assert((await texts("h2")).some((heading) => heading.startsWith("broken.yaml 2 errors")), await texts("h2"));
  await look("recipes");
  console.log(`followed in ${followed} s`);
} finally {
  await browser.close();
}
