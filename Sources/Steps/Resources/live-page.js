// The part of the page with which people ask the model.
if (typeof document !== "undefined") (() => {
  const part = (name) => document.getElementById(`live.${name}`);
  const count = 20;
  const offered = 12;
  let model;
  try {
    model = towerbookLive.load(JSON.parse(part("model").textContent));
  } catch (error) {
    part("problem").textContent = `The model cannot be read here: ${error.message}`;
    part("problem").hidden = false;
    return;
  }
  const examples = model.examples;
  const request = { history: [], user: "", contexts: {}, time: null };

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const titleOf = (id) => {
    const place = model.places.get(id);
    return (model.titles ? model.titles[place] : "") || "";
  };
  const named = (id) => (titleOf(id) ? `${titleOf(id)} (${id})` : id);
  const label = (id) => {
    const title = titleOf(id);
    if (!title) return element("span", {}, id);
    return element("span", {}, title, " ", element("span", { className: "live-id" }, id));
  };
  const button = (text, name, action) => {
    const made = element("button", { type: "button" }, text);
    if (name) made.setAttribute("aria-label", name);
    made.addEventListener("click", action);
    return made;
  };

  // --- the list

  const showList = () => {
    const start = performance.now();
    const { items, shared } = towerbookLive.recommend(model, request, count);
    const milliseconds = performance.now() - start;
    part("list").replaceChildren(...items.map((item, rank) => {
      const take = button("+", `Add ${named(item.id)} to the history`, () => { add(item.id); part("search").focus(); });
      return element("tr", {},
        element("td", { className: "number" }, `${rank + 1}`), element("td", {}, label(item.id)),
        element("td", { className: "number" }, item.score.toFixed(4)), element("td", {}, take));
    }));
    if (shared) {
      const text = `then any of ${shared.count.toLocaleString("en")} items that share one vector`;
      const cell = element("td", { colSpan: 2 }, text);
      part("list").append(element("tr", {}, element("td", { className: "number" }, "…"), cell,
        element("td", { className: "number" }, shared.score.toFixed(4))));
    }
    const first = items.length === 0 ? "" : `, first ${named(items[0].id)}`;
    const clicks = request.history.length === 1 ? "1 click" : `${request.history.length} clicks`;
    part("status").textContent = `${items.length} items for ${clicks}${first}; ${milliseconds.toFixed(1)} ms.`;
  };

  // --- the history

  const showHistory = () => {
    const { history } = request;
    const last = history.length - 1;
    part("history").replaceChildren(...history.map((id, place) => {
      const up = button("↑", `Move ${named(id)} earlier`, () => move(place, place - 1, ".up"));
      const down = button("↓", `Move ${named(id)} later`, () => move(place, place + 1, ".down"));
      const remove = button("✕", `Remove ${named(id)}`, () => take(place));
      [up.disabled, down.disabled] = [place === 0, place === last];
      [up.className, down.className, remove.className] = ["up", "down", "remove"];
      return element("li", {}, element("div", {}, label(id), up, down, remove));
    }));
    part("empty").hidden = history.length !== 0;
    part("clear").disabled = history.length === 0;
  };
  const show = () => { showHistory(); showList(); };
  const add = (id) => {
    request.history.push(id);
    show();
    part("history").scrollTop = part("history").scrollHeight;
  };
  const focus = (place, selector) => {
    const row = part("history").children[place];
    const choices = row ? [row.querySelector(`${selector}:enabled`), row.querySelector("button:enabled")] : [];
    (choices.find((one) => one) || part("search")).focus();
  };
  const move = (from, to, selector) => {
    const [id] = request.history.splice(from, 1);
    request.history.splice(to, 0, id);
    show();
    focus(to, selector);
  };
  const take = (place) => {
    request.history.splice(place, 1);
    show();
    focus(Math.min(place, request.history.length - 1), ".remove");
  };

  // --- the search

  const lower = model.ids.map((id, place) => (model.titles ? `${model.titles[place]} ${id}` : id).toLowerCase());
  const matches = (text) => {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return model.popular;
    const exact = model.places.get(text.trim());
    const [first, later] = [exact === undefined ? [] : [exact], []];
    for (let place = 0; place < lower.length; place++) {
      if (first.length === offered) break;
      if (place === exact) continue;
      if (lower[place].startsWith(wanted) ? true : model.ids[place].toLowerCase().startsWith(wanted)) first.push(place);
      else if (later.length < offered ? lower[place].includes(wanted) : false) later.push(place);
    }
    return first.concat(later).slice(0, offered);
  };
  towerbookCombobox({
    input: part("search"), list: part("options"), hint: part("hint"),
    find: matches, label: (place) => label(model.ids[place]), take: (place) => add(model.ids[place]),
    some: "Arrow keys choose, Enter adds.", none: "No item of this page matches.",
  });

  // --- user, contexts, time

  const field = (name, control) => {
    control.id = `live.field.${part("fields").children.length}`;
    const made = element("div", { className: "live-field" }, element("label", { htmlFor: control.id }, name), control);
    part("fields").append(made);
    return made;
  };
  if (model.users) {
    const user = element("input", { type: "text", autocomplete: "off", placeholder: "unknown" });
    const hint = element("p", { className: "live-hint", id: "live.userHint" });
    user.setAttribute("aria-describedby", hint.id);
    user.addEventListener("input", () => {
      request.user = user.value.trim();
      const isKnown = model.users.codes.has(request.user);
      hint.textContent = request.user ? (isKnown ? "known to the model" : "unknown to the model") : "";
      showList();
    });
    field("User", user).append(hint);
  }
  for (const context of model.contexts) {
    const choice = element("select", {}, element("option", { value: "" }, "unknown"),
      ...context.values.map((value) => element("option", { value }, value)));
    choice.addEventListener("change", () => {
      if (choice.selectedIndex === 0) delete request.contexts[context.name];
      else request.contexts[context.name] = choice.value;
      showList();
    });
    field(context.name, choice);
  }
  if (model.times.length !== 0) {
    const { span, ticksPerSecond } = model.clock;
    const hours = element("input", { type: "number", min: "0", step: "any", value: span.toFixed(2) });
    const hint = element("p", { className: "live-hint", id: "live.timeHint" });
    hours.setAttribute("aria-describedby", hint.id);
    const tell = () => {
      const isDefault = request.time === null;
      const seconds = isDefault ? model.origin / ticksPerSecond + span * 3600 : request.time / ticksPerSecond;
      const date = seconds > 1e9 ? (seconds < 1e10 ? new Date(seconds * 1000).toISOString().slice(0, 16) : "") : "";
      const what = isDefault ? "the newest training click" : "";
      hint.textContent = [what, date ? `${date.replace("T", " ")} UTC` : ""].filter((text) => text).join(", ");
    };
    hours.addEventListener("input", () => {
      const value = Number.parseFloat(hours.value);
      request.time = Number.isFinite(value) ? model.origin + value * 3600 * ticksPerSecond : null;
      tell();
      showList();
    });
    tell();
    const box = field("Time of the request, in hours since the first training click", hours);
    box.append(hint);
    box.classList.add("live-wide");
  }

  // --- histories to begin with

  for (const example of examples) {
    const known = example.history.filter((id) => model.places.has(id));
    if (known.length === 0) continue;
    const all = example.history.length;
    const name = known.length === all ? example.name : `${example.name}, ${known.length} of ${all} on this page`;
    part("examples").append(button(name, "", () => { request.history = known.slice(); show(); }));
  }
  part("clear").addEventListener("click", () => { request.history = []; show(); part("search").focus(); });
  part("panel").hidden = false;
  show();
})();
