// Uses the page of a running `towerbook serve` as a person with a keyboard does, in headless Chromium.
// usage: node serve_page.mjs ADDRESS USER [TOKEN]
// USER has clicks that the model keeps.
import assert from "node:assert/strict";
import { openBrowser } from "./chromium.mjs";

const [address, user, token] = process.argv.slice(2);
const headers = token ? { Authorization: `Bearer ${token}` } : {};
const ask = async (path, body) => {
  const options = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
  return (await fetch(address + path, options)).json();
};
const texts = (selector) => `Array.from(document.querySelectorAll(${JSON.stringify(selector)}), (one) => one.textContent)`;
const answer = `#answer\\.list`;
const browser = await openBrowser();
const { evaluate, until, press, type } = browser;

// What the answer is for; every new answer says it anew.
const status = () => evaluate(`document.getElementById("answer.status").textContent`);
const isOf = (text) => until(`document.getElementById("answer.status").textContent.includes(${JSON.stringify(text)})`);
const focused = () => evaluate(`document.activeElement.getAttribute("aria-label") || document.activeElement.id`);
const tabTo = async (name) => {
  for (let turn = 0; turn < 400; turn++) {
    if ((await focused()) === name) return;
    await press("Tab");
  }
  throw new Error(`the Tab key never comes to ${name}`);
};
// Names and roles as a screen reader is told them.
const told = async () => {
  const { nodes } = await browser.send("Accessibility.getFullAXTree");
  return nodes.filter((node) => !node.ignored).map((node) => ({
    role: node.role?.value, name: node.name?.value,
    properties: Object.fromEntries((node.properties || []).map((one) => [one.name, one.value.value])),
  }));
};

try {
  await browser.send("Page.navigate", { url: `${address}/#user=${encodeURIComponent(user)}&k=7` });
  if (token) {
    await until(`!document.getElementById("token").hidden`);
    assert.equal(await focused(), "token.text");
    await type("wrong");
    await press("Enter");
    await until(`document.getElementById("problem").textContent === "That is not the service's token."`);
    await evaluate(`document.getElementById("token.text").select()`);
    await type(token);
    await press("Enter");
    await isOf(`of user ${user}`);
    assert.equal(await evaluate(`sessionStorage.getItem("towerbook.token")`), token);
    assert.equal(await evaluate(`localStorage.length + document.cookie.length`), 0);
    // Reloaded, it asks nobody again.
    browser.complaints.length = 0;
    await browser.send("Page.reload");
    await until(`!document.getElementById("page").hidden`);
  }

  // --- the user's own candidates are those of the service
  await isOf(`of user ${user}`);
  const [own, history] = [await ask("/recommend", { user, k: 7 }), await ask(`/history?user=${encodeURIComponent(user)}`)];
  const rows = await evaluate(texts(`${answer} > li .item`));
  assert.deepEqual(rows, own.items.map((item) => (item.title ? `${item.title} ${item.id}` : item.id)));
  const scores = await evaluate(texts(`${answer} .measure .value`));
  assert.deepEqual(scores, own.items.map((item) => `score ${item.score.toFixed(4)}`));
  assert.equal(await evaluate(`document.querySelectorAll("#history > li").length`), Math.min(20, history.items.length));
  const widths = await evaluate(`Array.from(document.querySelectorAll("${answer.replaceAll("\\", "\\\\")} .bar > span"), (one) => one.getBoundingClientRect().width)`);
  const ratio = own.items[6].score / own.items[0].score;
  assert(Math.abs(widths[6] / widths[0] - ratio) < 0.03, `${widths} for ${ratio}`);

  // --- what is popular stands beside them
  const popular = await ask("/popular?limit=7");
  assert.equal(popular.counted, "training");
  const seen = new Set(history.items.map((item) => item.id));
  const beside = (await ask("/popular?limit=100")).items.filter((item) => !seen.has(item.id)).slice(0, 7);
  assert.deepEqual(await evaluate(texts("#popular\\.list .item")), beside.map((item) => (item.title ? `${item.title} ${item.id}` : item.id)));
  const both = beside.filter((item) => own.items.some((other) => other.id === item.id)).length;
  assert((await evaluate(`document.getElementById("popular.status").textContent`)).includes(`${both} of these 7`));

  // --- why, by the keyboard
  const best = own.items[0];
  const named = best.title ? `${best.title} (${best.id})` : best.id;
  await tabTo(`Why ${named}?`);
  await press("Enter");
  await until(`document.querySelector(".why:not([hidden]) li")`);
  const { effects } = (await ask("/recommend", { user, k: 7, explain: true })).items[0];
  effects.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  assert.deepEqual(await evaluate(texts(".why li .value")), effects.slice(0, 8).map(({ change }) =>
    `${change < 0 ? "" : "+"}${change.toFixed(4)}`.replace("-", "\u2212")));
  assert((await told()).some(({ name, properties }) => name === `Why ${named}?` && properties.expanded === true));
  await press("Enter");
  assert.equal(await evaluate(`document.querySelectorAll(".why:not([hidden])").length`), 0);

  // --- a click from the list: it is in the history then, and in no other
  await press("Tab");
  assert.equal(await focused(), `Add ${named} to the clicks`);
  await press(" ");
  await isOf(`${history.items.length + 1} clicks`);
  assert(!(await evaluate(texts(`${answer} .item`))).includes(rows[0]));
  assert.equal(await focused(), "answer");
  assert.equal((await ask(`/history?user=${encodeURIComponent(user)}`)).items.length, history.items.length);
  const changed = await ask("/recommend", { user, k: 7, history: history.items.map((item) => item.id).concat([best.id]) });
  assert.deepEqual(await evaluate(texts(`${answer} .measure .value`)), changed.items.map((item) => `score ${item.score.toFixed(4)}`));
  assert((await evaluate("location.hash")).includes(`click=${best.id}`));

  // --- the same page again from its address
  await browser.send("Page.reload");
  await isOf(`${history.items.length + 1} clicks`);

  // --- a history of one's own, typed
  await tabTo("history.clear");
  await press("Enter");
  await isOf("0 clicks");
  await until(`document.getElementById("answer.notes").textContent.includes("empty history")`);
  assert.equal(await focused(), "search.text");
  const [first, second] = own.items;
  await type(second.id);
  await press("Enter");
  await isOf("1 click of");
  assert.equal(await evaluate(`document.getElementById("search.text").value`), "");
  await press("ArrowDown");
  await until(`document.getElementById("search.text").getAttribute("aria-activedescendant")`);
  const option = await evaluate(`document.getElementById(document.getElementById("search.text").getAttribute("aria-activedescendant")).textContent`);
  const top = popular.items[0];
  assert.equal(option, top.title ? `${top.title} ${top.id}` : top.id);
  assert((await told()).some(({ role, properties }) => role === "combobox" && properties.expanded === true));
  await press("Escape");
  assert.equal(await evaluate(`document.getElementById("search.list").hidden`), true);
  await type("no such item anywhere");
  await until(`document.getElementById("search.hint").textContent.startsWith("No item")`);

  // --- similar items, and back
  await evaluate(`document.querySelector("#history .item").focus()`);
  await press("Enter");
  await until(`document.getElementById("similar").open`);
  const similar = await ask("/similar", { item: second.id, k: 12 });
  const listed = await evaluate(texts("#similar\\.list .item"));
  assert.deepEqual(listed, similar.items.map((item) => (item.title ? `${item.title} ${item.id}` : item.id)));
  await evaluate(`document.querySelector("#similar\\\\.list .item").focus()`);
  await press("Enter");
  await until(`!document.getElementById("similar.back").hidden`);
  assert.equal(await focused(), "similar.title");
  await press("Escape");
  await until(`!document.getElementById("similar").open`);

  // --- what is odd: a user that nobody knows, a count that is none
  await evaluate(`document.getElementById("user.text").select(); document.getElementById("user.text").focus()`);
  await type("nobody at all");
  await press("Enter");
  await until(`document.getElementById("user.hint").textContent === "The model knows no user 'nobody at all'."`);
  await isOf("of user nobody at all");
  const before = await status();
  await evaluate(`const count = document.getElementById("count"); count.value = "0"; count.dispatchEvent(new Event("change"))`);
  assert.equal(await status(), before);
  await evaluate(`count.value = "3"; count.dispatchEvent(new Event("change"))`);
  await isOf("3 items");

  // --- what the model is
  const model = await ask("/model");
  assert((await evaluate(`document.getElementById("gist").textContent`)).includes(`${model.items.toLocaleString("en")} items`));
  const values = await evaluate(texts("#model\\.values tr"));
  assert.equal(values.length, Object.values(model.metrics).filter((value) => value !== null).length);
  assert((await evaluate(`document.getElementById("model.yaml").textContent`)).includes("embedding_dim"));

  // --- who sees nothing hears what everything is, and nothing is wider than a phone
  for (const { role, name } of await told()) {
    if (["button", "combobox", "textbox", "spinbutton", "listbox", "link", "region", "dialog", "Date"].includes(role)) {
      assert(name, `a ${role} without a name`);
    }
  }
  const roles = (await told()).map(({ role, name }) => `${role} ${name}`);
  for (const role of ["main ", "region The request", "region Candidates", "region Popular", "region The model", "status "]) {
    assert(roles.some((one) => one.startsWith(role)), `${role} is missing among ${roles.filter((one) => one.startsWith("region"))}`);
  }
  for (const width of [1400, 900, 400, 320]) {
    await browser.send("Emulation.setDeviceMetricsOverride", { width, height: 800, deviceScaleFactor: 1, mobile: false });
    assert.equal(await evaluate("document.documentElement.scrollWidth"), width);
  }
  const doubled = await evaluate(`(() => { const ids = Array.from(document.querySelectorAll("[id]"), (one) => one.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place); })()`);
  assert.deepEqual(doubled, []);
  assert.deepEqual(browser.complaints, []);
  console.log(`${own.items.length} candidates`);
} finally {
  await browser.close();
}
