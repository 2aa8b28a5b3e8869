// Drives a headless Chromium over a pipe, by its DevTools protocol.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Opens a browser with one empty page. `send` asks the page for something, `evaluate` runs a script there, `until` waits
// for one to give something true, `press` presses keys by their names, `type` types a text; `complaints` are errors and
// warnings that the browser has for the page.
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "towerbook-chromium-"));
  const child = spawn("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
    "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [answers, complaints] = [new Map(), []];
  let [next, rest, session] = [0, "", undefined];
  child.stdio[4].on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    for (const { id, result, error, method, params } of messages.map((text) => JSON.parse(text))) {
      if (id) answers.get(id)(error ? { error } : { result });
      else if (method === "Log.entryAdded") complaints.push(params.entry.text);
      else if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description);
    }
  });
  const send = async (method, params = {}) => {
    const id = (next += 1);
    const answer = new Promise((resolve) => answers.set(id, resolve));
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: session })}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const target = (await send("Target.getTargets")).targetInfos.find((one) => one.type === "page");
  session = (await send("Target.attachToTarget", { targetId: target.targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Log", "Runtime", "Accessibility"]) await send(`${domain}.enable`);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  };
  const until = async (expression) => {
    for (let turn = 0; turn < 600; turn++) {
      const value = await evaluate(expression).catch(() => false);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never true: ${expression}; ${complaints.join("; ")}`);
  };
  const codes = { Enter: 13, Tab: 9, Escape: 27, ArrowDown: 40, ArrowUp: 38, Delete: 46, " ": 32 };
  const press = async (...keys) => {
    for (const name of keys) {
      const key = name.replace("Shift+", "");
      const event = { key, code: key === " " ? "Space" : key, windowsVirtualKeyCode: codes[key], modifiers: name === key ? 0 : 8 };
      const text = { Enter: "\r", " ": " " }[key];
      await send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", text, ...event });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    }
  };
  const type = (text) => send("Input.insertText", { text });
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    session = undefined;
    send("Browser.close");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return { send, evaluate, until, press, type, close, complaints };
}
