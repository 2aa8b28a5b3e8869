// The page on which people ask a served model. It sends no clicks: what is added changes the history shown here alone.
(() => {
  const part = (name) => document.getElementById(name);
  const request = { user: "", history: [], kept: null, isKept: false, contexts: {}, time: null };
  // What is known of items by their ids.
  const known = new Map();
  let model;

  // --- words

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const grouped = (number) => number.toLocaleString("en");
  const counted = (number, one, many) => `${grouped(number)} ${number === 1 ? one : many}`;
  const ordinal = (number) => {
    const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
    return `${grouped(number)}${["th", "st", "nd", "rd"][last] || "th"}`;
  };
  const bytes = (number) => {
    const unit = ["bytes", "kB", "MB", "GB"].findIndex((_, step) => number < 1000 ** (step + 1));
    return unit <= 0 ? `${grouped(number)} bytes` : `${(number / 1000 ** unit).toFixed(1)} ${["", "kB", "MB", "GB"][unit]}`;
  };
  const decimals = (number, count = 4) => number.toFixed(count).replace("-", "\u2212");
  const titleOf = (id) => known.get(id)?.title || "";
  const named = (id) => (titleOf(id) ? `${titleOf(id)} (${id})` : id);
  const label = (id) => {
    const title = titleOf(id);
    if (!title) return element("span", {}, id);
    return element("span", {}, title, " ", element("span", { className: "id" }, id));
  };
  const button = (text, name, action, className = "") => {
    const made = element("button", { type: "button", className }, text);
    if (name) made.setAttribute("aria-label", name);
    made.addEventListener("click", action);
    return made;
  };
  // The name of an item, which shows what is similar to it.
  const link = (id) => {
    if (!known.has(id)) return element("span", {}, label(id), " ", element("span", { className: "id" }, "not known"));
    const made = button(label(id), "", () => similar(id), "item");
    made.setAttribute("aria-haspopup", "dialog");
    made.title = "Show similar items";
    return made;
  };

  // --- the service

  const storage = (() => { try { return window.sessionStorage; } catch { return null; } })();
  let token = storage?.getItem("towerbook.token") || "";
  class Refused extends Error {}

  const ask = async (path, body) => {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    let response;
    try {
      response = await fetch(path, body === undefined ? { headers } : { method: "POST", headers, body });
    } catch {
      throw new Error("The service does not answer. Does it still run?");
    }
    if (response.status === 401) {
      askForToken();
      throw new Refused();
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new Error(answer?.error ? `The service says: ${answer.error.message}` : `The service answered ${response.status}.`);
  };
  const askForToken = () => {
    [part("page").hidden, part("token").hidden, part("programs").hidden] = [true, false, true];
    part("gist").textContent = "";
    problem(token ? "That is not the service's token." : "");
    part("token.text").focus();
  };
  const problem = (text) => { part("problem").textContent = text; part("problem").hidden = !text; };
  // Runs what a person began; what goes wrong is said.
  const attempt = async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) problem(error.message);
      return false;
    }
  };
  const learn = (items) => items.forEach((item) => known.set(item.id, { ...known.get(item.id), ...item }));
  // Asks what is not known yet of items: how often they were clicked, and what they are called.
  const lookUp = async (ids) => {
    const wanted = ids.filter((id) => known.get(id)?.clicks === undefined ? !known.get(id)?.isAsked : false);
    const parts = [];
    for (let start = 0; start < wanted.length; start += 100) {
      const query = new URLSearchParams(wanted.slice(start, start + 100).map((id) => ["id", id]));
      parts.push(ask(`/items?${query}`));
    }
    for (const answer of await Promise.all(parts)) learn(answer.items.map((item) => ({ ...item, isAsked: true })));
  };

  // --- the request

  const body = (rest) => {
    const asked = { k: Number(part("count").value), seen: part("seen").value, ...rest };
    if (request.user) asked.user = request.user;
    if (!request.isKept) asked.history = request.history;
    if (Object.keys(request.contexts).length !== 0) asked.context = request.contexts;
    // Times may have more digits than numbers here.
    const text = JSON.stringify(asked);
    return request.time === null ? text : `${text.slice(0, -1)},"time":${request.time}}`;
  };
  const address = () => {
    const query = new URLSearchParams();
    if (request.user) query.set("user", request.user);
    if (!request.isKept) request.history.forEach((id) => query.append("click", id));
    Object.entries(request.contexts).forEach(([name, value]) => query.set(`context.${name}`, value));
    if (request.time !== null) query.set("time", request.time);
    if (part("count").value !== "20") query.set("k", part("count").value);
    if (part("seen").value !== "leave_out") query.set("seen", part("seen").value);
    window.history.replaceState(null, "", query.size === 0 ? window.location.pathname : `#${query}`);
  };

  // --- candidates

  let turn = 0;
  let popular = { items: [], counted: null, limit: 0 };
  const refresh = () => attempt(async () => {
    showHistory();
    if (!part("count").checkValidity()) return;
    address();
    const own = (turn += 1);
    part("answer").setAttribute("aria-busy", "true");
    const text = body({});
    const start = performance.now();
    try {
      const answer = await ask("/recommend", text);
      const milliseconds = performance.now() - start;
      if (own !== turn) return;
      learn(answer.items.map(({ id, title }) => (title ? { id, title } : { id })));
      await Promise.all([lookUp(answer.items.map((item) => item.id)), lookUpPopular()]);
      if (own !== turn) return;
      problem("");
      showAnswer(answer, text, milliseconds);
    } finally {
      if (own === turn) part("answer").setAttribute("aria-busy", "false");
    }
  });
  const lookUpPopular = async () => {
    const limit = Math.min(10000, Number(part("count").value) + request.history.length);
    if (limit <= popular.limit) return;
    popular = { ...(await ask(`/popular?limit=${limit}`)), limit };
    learn(popular.items.map((item) => ({ ...item, isAsked: true })));
  };
  const bar = (share, className = "bar") => {
    const inner = element("span");
    inner.style.width = `${(100 * Math.max(0, Math.min(1, share))).toFixed(1)}%`;
    const made = element("span", { className }, inner);
    made.setAttribute("aria-hidden", "true");
    return made;
  };
  const measure = (score, largest) => element("div", { className: "measure" },
    bar(largest > 0 ? Math.abs(score) / largest : 0, score < 0 ? "bar below" : "bar"),
    element("span", { className: "value" }, element("span", { className: "aside" }, "score "), decimals(score)));
  const popularity = (id) => {
    const item = known.get(id) || {};
    if (item.popularity) {
      const clicks = counted(item.clicks, "click", "clicks");
      return `${item.popularity === 1 ? "most" : `${ordinal(item.popularity)} most`} clicked, ${clicks}`;
    }
    return item.clicks === 0 ? "never clicked" : "";
  };
  const plus = (id, after) => button("+", `Add ${named(id)} to the clicks`, () => add(id, after), "plus");

  const showAnswer = (answer, text, milliseconds) => {
    const largest = Math.max(0, ...answer.items.map((item) => Math.abs(item.score)));
    let why = null;
    const explained = () => (why = why || ask("/recommend", `{"explain":true,${text.slice(1)}`));
    const readsClicks = !answer.notes.some((note) => note.code === "empty_history");
    part("answer.list").replaceChildren(...answer.items.map((item, rank) => {
      const panel = element("div", { className: "why", hidden: true, id: `why.${rank}` });
      const buttons = element("div", { className: "row" }, plus(item.id, () => part("answer").focus()));
      if (readsClicks) buttons.prepend(whyButton(item.id, panel, explained));
      return element("li", {},
        element("div", { className: "line" }, element("span", { className: "rank" }, `${rank + 1}`),
          element("div", { className: "what" }, link(item.id), element("span", { className: "meta" }, popularity(item.id))),
          measure(item.score, largest), buttons), panel);
    }));
    const notes = answer.notes.map((note) => element("li", {}, `${note.message[0].toUpperCase()}${note.message.slice(1)}.`));
    part("answer.notes").replaceChildren(...notes);
    part("answer.notes").hidden = notes.length === 0;
    const whose = request.user ? ` of user ${request.user}` : "";
    const clicks = counted(request.history.length, "click", "clicks");
    part("answer.status").textContent =
      `${counted(answer.items.length, "item", "items")} for ${clicks}${whose}, in ${milliseconds.toFixed(1)} ms. ` +
      "The name of an item shows what is similar to it.";
    showPopular(answer.items.map((item) => item.id));
  };
  const whyButton = (id, panel, explained) => {
    const made = button("Why?", `Why ${named(id)}?`, () => attempt(async () => {
      const isOpen = made.getAttribute("aria-expanded") === "true";
      made.setAttribute("aria-expanded", `${!isOpen}`);
      panel.hidden = isOpen;
      if (isOpen || panel.hasChildNodes()) return;
      const item = (await explained()).items.find((item) => item.id === id);
      await lookUp((item?.effects || []).map((effect) => effect.clicked));
      panel.replaceChildren(...reasons(item?.effects || []));
    }));
    made.setAttribute("aria-expanded", "false");
    made.setAttribute("aria-controls", panel.id);
    return made;
  };
  const shown = 8;
  const reasons = (effects) => {
    if (effects.length === 0) return [element("p", {}, "None of the clicks is read by the model.")];
    const sorted = effects.slice().sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    const largest = Math.abs(sorted[0].change);
    const list = element("ul", {}, ...sorted.slice(0, shown).map(({ clicked, change }) => element("li", {},
      label(clicked), bar(largest > 0 ? Math.abs(change) / largest : 0, change < 0 ? "pull down" : "pull"),
      element("span", { className: "value" }, `${change < 0 ? "" : "+"}${decimals(change)}`))));
    const rest = sorted.length - shown;
    const end = rest > 0 ? [element("p", {}, `${counted(rest, "click does", "clicks do")} less than these.`)] : [];
    return [element("p", {}, "What each click does to the score, seen by leaving it out:"), list, ...end];
  };

  // --- what is popular

  const showPopular = (candidates) => {
    const places = new Map(candidates.map((id, rank) => [id, rank + 1]));
    const left = part("seen").value === "leave_out" ? new Set(request.history) : new Set();
    const items = popular.items.filter((item) => !left.has(item.id)).slice(0, Number(part("count").value));
    const whose = { training: "the clicks that the model learned from", histories: "the histories that the model keeps" };
    const both = items.filter((item) => places.has(item.id)).length;
    part("popular.status").textContent = items.length === 0
      ? "Which items are popular is not known: the model was saved without clicks."
      : `Most clicked in ${whose[popular.counted]}, the same for everybody; ${both} of these ${items.length} are candidates too.`;
    const largest = items[0]?.clicks || 1;
    part("popular.list").replaceChildren(...items.map((item, rank) => {
      const place = places.get(item.id);
      const mark = place ? [element("span", { className: "meta mark" }, `candidate ${place}`)] : [];
      return element("li", {}, element("div", { className: "line" },
        element("span", { className: "rank" }, `${rank + 1}`),
        element("div", { className: "what" }, link(item.id), ...mark), plus(item.id, () => part("answer").focus()),
        element("div", { className: "measure" }, bar(item.clicks / largest),
          element("span", { className: "value" }, counted(item.clicks, "click", "clicks")))));
    }));
  };

  // --- the history

  // Of a long history the newest clicks, until somebody asks for the others.
  const newest = 20;
  let isWhole = false;
  const first = () => (isWhole ? 0 : Math.max(0, request.history.length - newest));
  const showHistory = () => {
    const { history, kept, isKept } = request;
    const last = history.length - 1;
    part("history.older").hidden = first() === 0;
    part("history.older").textContent = `Show ${counted(first(), "older click", "older clicks")}`;
    part("history").start = first() + 1;
    part("history").replaceChildren(...history.slice(first()).map((id, offset) => {
      const place = first() + offset;
      const up = button("\u2191", `Move ${named(id)} earlier`, () => move(place, place - 1, ".up"), "up");
      const down = button("\u2193", `Move ${named(id)} later`, () => move(place, place + 1, ".down"), "down");
      const remove = button("\u2715", `Remove ${named(id)}`, () => take(place), "remove");
      [up.disabled, down.disabled] = [place === 0, place === last];
      return element("li", {}, element("div", { className: "what" }, link(id)), up, down, remove);
    }));
    const read = model.towers.clicks_read;
    const what = history.length > read ? `The model reads the newest ${grouped(read)} of ${grouped(history.length)}.` : "";
    const whose = isKept ? "As the service keeps it of this user." : kept ? "Changed here, for this page alone." : "";
    const none = history.length === 0 ? "Nothing has been clicked." : "";
    part("history.hint").textContent = [none, none && !isKept ? "" : whose, what].filter((text) => text).join(" ");
    part("history.clear").disabled = history.length === 0;
    part("history.restore").hidden = isKept || !kept;
    part("history").scrollTop = part("history").scrollHeight;
    const unset = isKept && history.length !== 0 ? "last click's" : "unknown";
    part("context").querySelectorAll("select").forEach((choice) => { choice.options[0].textContent = unset; });
    part("context").querySelectorAll("input[list]").forEach((field) => { field.placeholder = unset; });
    part("user.examples").querySelectorAll("button").forEach((example) => {
      example.setAttribute("aria-pressed", `${example.textContent === request.user}`);
    });
  };
  const change = (history) => {
    [request.history, request.isKept] = [history, false];
    return refresh();
  };
  const add = async (id, after) => {
    await change(request.history.concat([id]));
    after?.();
  };
  const focus = (place, selector) => {
    const row = part("history").children[place - first()];
    const choices = row ? [row.querySelector(`${selector}:enabled`), row.querySelector("button.remove")] : [];
    (choices.find((one) => one) || part("search.text")).focus();
  };
  const move = (from, to, selector) => {
    const history = request.history.slice();
    const [id] = history.splice(from, 1);
    history.splice(to, 0, id);
    change(history);
    focus(to, selector);
  };
  const take = (place) => {
    const history = request.history.slice();
    history.splice(place, 1);
    change(history);
    focus(Math.min(place, request.history.length - 1), ".remove");
  };
  part("history.older").addEventListener("click", () => {
    const place = first() - 1;
    isWhole = true;
    showHistory();
    focus(place, ".item");
    part("history").children[place].scrollIntoView({ block: "nearest" });
  });
  part("history.clear").addEventListener("click", () => { change([]); part("search.text").focus(); });
  part("history.restore").addEventListener("click", () => {
    [request.history, request.isKept] = [request.kept.slice(), true];
    refresh();
    part("search.text").focus();
  });
  towerbookCombobox({
    input: part("search.text"), list: part("search.list"), hint: part("search.hint"),
    find: async (text) => {
      const { items } = await ask(text ? `/items?${new URLSearchParams({ query: text, limit: 12 })}` : "/popular?limit=12");
      learn(items.map((item) => ({ ...item, isAsked: true })));
      return items;
    },
    label: (item) => label(item.id), take: (item) => add(item.id),
    some: "Arrow keys choose, Enter adds.", none: "No item has that in its id or title.",
  });

  // --- the user

  const setUser = async (user) => {
    [request.user, request.history, request.kept, request.isKept] = [user, [], null, false];
    isWhole = false;
    part("user.text").value = user;
    part("user.hint").textContent = "";
    if (!user) return;
    const { items, notes } = await ask(`/history?${new URLSearchParams({ user })}`);
    learn(items.filter((item) => item.clicks !== undefined || item.title).map((item) => ({ ...item, isAsked: true })));
    await lookUp(items.map((item) => item.id));
    const unkept = notes.find((note) => ["unknown_user", "no_histories"].includes(note.code));
    request.history = items.map((item) => item.id);
    if (!unkept) [request.kept, request.isKept] = [request.history.slice(), true];
    part("user.hint").textContent = unkept
      ? `${unkept.message[0].toUpperCase()}${unkept.message.slice(1)}.` : `${counted(items.length, "click is", "clicks are")} kept of this user.`;
  };
  const begin = (user) => attempt(async () => { await setUser(user); await refresh(); });
  part("user").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(part("user.text").value.trim());
  });

  // --- context and time

  const field = (name, control, hint, isWide) => {
    control.id = `context.${part("context").children.length}`;
    const text = element("p", { className: "hint", id: `${control.id}.hint` }, hint);
    if (hint) control.setAttribute("aria-describedby", text.id);
    part("context").append(element("div", { className: isWide ? "field wide" : "field" },
      element("label", { htmlFor: control.id }, name), control, ...(hint ? [text] : [])));
    part("context").hidden = false;
  };
  const most = 200;
  const showContexts = () => {
    for (const { name, values, count } of model.inputs.context) {
      const isList = count <= most;
      const control = isList ? element("select", {}, element("option", { value: "" }, "unknown"),
        ...values.map((value) => element("option", { value }, value))) : element("input", { type: "text", autocomplete: "off" });
      if (!isList) {
        const list = element("datalist", { id: `values.${name}` }, ...values.map((value) => element("option", { value })));
        document.body.append(list);
        control.setAttribute("list", list.id);
      }
      control.dataset.context = name;
      control.addEventListener("change", () => {
        if (isList ? control.selectedIndex === 0 : !control.value.trim()) delete request.contexts[name];
        else request.contexts[name] = control.value.trim();
        refresh();
      });
      field(name, control, isList ? "" : `one of ${grouped(count)} values`, false);
    }
  };
  const ticks = () => model.clock.ticks_per_second;
  // Whether the log counts from 1970.
  const isDate = () => model.clock.last / ticks() > 1e8 && model.clock.last / ticks() < 4.2e9;
  const dateOf = (time) => new Date((time / ticks()) * 1000).toISOString().slice(0, 16);
  const showTime = () => {
    if (!model.inputs.time) return;
    const control = element("input", isDate()
      ? { type: "datetime-local", step: "60" } : { type: "text", inputMode: "numeric", pattern: "\\s*-?[0-9]{1,18}\\s*" });
    control.addEventListener("change", () => {
      if (!control.checkValidity()) return;
      const text = control.value.trim();
      const seconds = isDate() ? Date.parse(`${text}Z`) / 1000 : 0;
      request.time = !text ? null : isDate() ? (BigInt(seconds) * BigInt(ticks())).toString() : BigInt(text).toString();
      refresh();
    });
    const last = isDate() ? `${dateOf(model.clock.last).replace("T", " ")} UTC` : grouped(model.clock.last);
    const hint = `${isDate() ? "In UTC; empty" : "As the click log counts; empty"} for the last click's. The newest click learned from: ${last}.`;
    field("Time of the request", control, hint, true);
    control.dataset.time = "";
  };
  part("count").addEventListener("change", refresh);
  part("seen").addEventListener("change", refresh);

  // --- similar items

  const dialog = part("similar");
  const trail = [];
  const similar = (id) => attempt(async () => {
    trail.push(id);
    await showSimilar();
    if (!dialog.open) dialog.showModal();
    part("similar.title").focus();
  });
  const showSimilar = async () => {
    const id = trail[trail.length - 1];
    const { items } = await ask("/similar", JSON.stringify({ item: id, k: 12 }));
    learn(items.map(({ id, title }) => (title ? { id, title } : { id })));
    await lookUp(items.map((item) => item.id));
    const largest = Math.max(0, ...items.map((item) => Math.abs(item.score)));
    part("similar.title").textContent = `Similar to ${named(id)}`;
    part("similar.status").textContent = "By the inner product of their vectors.";
    part("similar.back").hidden = trail.length < 2;
    part("similar.list").replaceChildren(...items.map((item, rank) => element("li", {},
      element("div", { className: "line" }, element("span", { className: "rank" }, `${rank + 1}`),
        element("div", { className: "what" }, link(item.id), element("span", { className: "meta" }, popularity(item.id))),
        plus(item.id, () => { part("similar.status").textContent = `${named(item.id)} was added to the clicks.`; }),
        measure(item.score, largest)))));
    dialog.scrollTop = 0;
  };
  part("similar.back").addEventListener("click", () => attempt(async () => {
    trail.pop();
    await showSimilar();
    part("similar.title").focus();
  }));
  part("similar.close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { trail.length = 0; });

  // --- the model

  const figure = (name, value, under, isMain) => element("div", { className: isMain ? "figure main" : "figure" },
    element("p", { className: "name" }, element("b", {}, name)), element("p", { className: "value" }, decimals(value, 3)),
    element("p", { className: "under" }, under));
  const showMetrics = () => {
    const metrics = Object.entries(model.metrics).filter(([, value]) => value !== null);
    const [kindOf, cut] = [(name) => name.split("@")[0], (name) => Number(name.split("@")[1] || 0)];
    metrics.sort(([a], [b]) => (kindOf(a) === kindOf(b) ? cut(a) - cut(b) : kindOf(a) < kindOf(b) ? -1 : 1));
    const of = (kind) => metrics.filter(([name]) => kindOf(name) === kind);
    const hits = of("hit_rate");
    const main = hits.find(([name]) => cut(name) >= 10) || hits[0];
    const at = (kind) => of(kind).find(([name]) => main && cut(name) === cut(main[0]));
    const words = { ndcg: "hits count more the higher they stand", mrr: "one over the rank of the first hit" };
    const figures = [];
    if (main) figures.push(figure(main[0], main[1], `of users have a hit in the first ${cut(main[0])}`, true));
    const wide = hits[hits.length - 1];
    if (main && wide !== main) figures.push(figure(wide[0], wide[1], `in the first ${cut(wide[0])}`, false));
    for (const kind of ["ndcg", "mrr"]) if (at(kind)) figures.push(figure(...at(kind), words[kind], false));
    part("model.headline").replaceChildren(...figures);
    part("model.headline").hidden = figures.length === 0;
    part("model.unmeasured").hidden = metrics.length !== 0;
    part("model.metrics").hidden = metrics.length === 0;
    part("model.values").replaceChildren(...metrics.map(([name, value]) => element("tr", {},
      element("td", {}, name), element("td", { className: "number" }, decimals(value, 4)))));
    return main;
  };
  const facts = () => {
    const { towers, inputs, index, clock } = model;
    const list = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`);
    const reads = [`the newest ${counted(towers.clicks_read, "click", "clicks")} (pooling ${towers.pooling})`];
    if (inputs.user_id) reads.push("who the user is");
    if (inputs.user_features.length !== 0) reads.push(`features of users: ${inputs.user_features.join(", ")}`);
    if (inputs.context.length !== 0) reads.push(inputs.context.map((column) => column.name).join(", "));
    if (inputs.time) reads.push("the time");
    const search = index.is_exact ? "Flat: every vector is compared, so that the best are found"
      : `${index.factory}, approximate${index.factory.includes("HNSW") ? `, ef_search ${index.ef_search}` : ""}` +
        `${index.factory.includes("IVF") ? `, nprobe ${index.nprobe}` : ""}`;
    const items = `${grouped(model.items)}${inputs.item_features.length === 0 ? "" : `, with ${list(inputs.item_features)}`}` +
      `${index.is_narrowed ? "; not all may be recommended, or not at all times" : ""}`;
    const time = (moment) => (isDate() ? `${dateOf(moment).replace("T", " ")} UTC` : grouped(moment));
    return [
      ["Users", `${grouped(model.users)}, ${inputs.histories ? "with what they clicked" : "without what they clicked"}`],
      ["Items", items],
      ["Query", `${towers.query} of ${list(reads)}`],
      ["Item", `${towers.item}, vectors of ${model.dimension} numbers compared by ${towers.similarity === "cosine" ? "cosine" : "inner product"}${model.interests > 1 ? `, the best of ${model.interests} interests counts` : ""}`],
      ["Search", search],
      ["Learned", `${grouped(model.parameters)} numbers, of clicks from ${time(clock.first)} to ${time(clock.last)}`],
      ["Digest", `${model.model}, saved in form ${model.version}`],
    ];
  };
  const showModel = () => {
    const main = showMetrics();
    const index = model.index.is_exact ? "exact search" : model.index.factory;
    const gist = [counted(model.items, "item", "items"), counted(model.users, "user", "users"), index];
    if (main) gist.push(`${main[0]} ${decimals(main[1], 3)}`);
    document.title = `Towerbook: ${gist[0]}`;
    part("gist").textContent = gist.join(" \u00b7 ");
    part("model.facts").replaceChildren(...facts().map(([name, text]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, text))));
    part("model.files").hidden = model.files.length === 0;
    part("model.list").replaceChildren(...model.files.map((file) => element("tr", {},
      element("td", {}, file.name), element("td", { className: "number" }, bytes(file.bytes)), element("td", {}, file.holds || ""))));
    part("model.recipe").hidden = !model.recipe;
    part("model.yaml").textContent = model.recipe || "";
    const users = model.example_users.map((user) => button(user, `Ask as user ${user}`, () => begin(user)));
    part("user.examples").replaceChildren(element("span", { className: "hint" }, "For example"), ...users);
    part("user.examples").hidden = users.length === 0;
    part("context").replaceChildren();
    showContexts();
    showTime();
  };

  // --- from the beginning

  const readAddress = async () => {
    const query = new URLSearchParams(window.location.hash.slice(1));
    const first = model.inputs.histories ? model.example_users[0] || "" : "";
    await setUser(query.size === 0 ? first : query.get("user") || "");
    if (query.has("click")) {
      const clicks = query.getAll("click");
      await lookUp(clicks);
      [request.history, request.isKept] = [clicks, false];
    }
    request.contexts = {};
    part("context").querySelectorAll("[data-context]").forEach((control) => {
      const value = query.get(`context.${control.dataset.context}`);
      if (value) request.contexts[control.dataset.context] = value;
      control.value = value || "";
    });
    const time = query.get("time");
    request.time = time?.match(/^-?[0-9]{1,18}$/) ? time : null;
    const control = part("context").querySelector("[data-time]");
    if (control) control.value = request.time === null ? "" : isDate() ? dateOf(Number(request.time)) : request.time;
    part("count").value = query.get("k") || "20";
    part("seen").value = query.get("seen") === "keep" ? "keep" : "leave_out";
  };
  const start = () => attempt(async () => {
    model = await ask("/model");
    [part("page").hidden, part("token").hidden, part("programs").hidden] = [false, true, false];
    problem("");
    showModel();
    await readAddress();
    await refresh();
  });
  part("token").addEventListener("submit", async (event) => {
    event.preventDefault();
    token = part("token.text").value.trim();
    if (!(await start())) return;
    part("token.text").value = "";
    storage?.setItem("towerbook.token", token);
    part("user.text").focus();
  });
  part("describe").addEventListener("click", (event) => {
    if (!token) return;
    // A link brings no token with it.
    event.preventDefault();
    attempt(async () => {
      const text = JSON.stringify(await ask("/openapi.json"), null, 2);
      window.open(URL.createObjectURL(new Blob([text], { type: "application/json" })));
    });
  });
  window.addEventListener("hashchange", () => attempt(async () => { await readAddress(); await refresh(); }));
  start();
})();
