"use strict";
(() => {
  const main = document.getElementById("page.main");
  const lost = document.getElementById("page.lost");
  const status = document.getElementById("page.status");
  const most = 5;
  let source = null;

  // What people have done to a part: which boxes they opened or ticked, where they are.
  const keep = (part) => {
    const open = new Map(Array.from(part.querySelectorAll("details"), (box) => [box.querySelector("summary").textContent, box.open]));
    const ticked = new Set(Array.from(part.querySelectorAll("input[type=checkbox]:checked"), (box) => box.value));
    const scrolled = Array.from(part.querySelectorAll(".scroll"), (box) => box.scrollLeft);
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    const kinds = "a, button, input, select, summary, .scroll, figure, pre";
    const place = held ? Array.from(part.querySelectorAll(kinds)).indexOf(held) : -1;
    const mark = held ? held.id || held.getAttribute("href") || held.value : null;
    return () => {
      for (const box of part.querySelectorAll("details")) {
        const before = open.get(box.querySelector("summary").textContent);
        if (before !== undefined) box.open = before;
      }
      for (const box of part.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(box.value);
      part.querySelectorAll(".scroll").forEach((box, index) => { box.scrollLeft = scrolled[index] || 0; });
      if (!held) return;
      const all = Array.from(part.querySelectorAll(kinds));
      const same = all.find((one) => (mark ? one.id === mark || one.getAttribute("href") === mark || one.value === mark : false));
      const next = same || all[Math.min(place, all.length - 1)] || main;
      next.focus({ preventScroll: true });
    };
  };

  const count = () => {
    const words = document.getElementById("runs.chosen");
    if (!words) return;
    const chosen = document.querySelectorAll(".compare input:checked").length;
    words.textContent = chosen === 0 ? "Choose two to five." : chosen === 1 ? "One is chosen; choose two to five."
      : chosen > most ? `${chosen} are chosen; the most is five.` : `${chosen} are chosen.`;
  };

  const replace = (id, html) => {
    const part = document.getElementById(id);
    if (!part) return;
    const restore = keep(part);
    part.innerHTML = html;
    if (id === "page.contents") part.closest("details").hidden = part.children.length === 0;
    part.dispatchEvent(new CustomEvent("towerbook-content", { bubbles: true }));
    restore();
    count();
  };

  const listen = () => {
    if (source) source.close();
    if (!main.dataset.live) return;
    source = new EventSource(main.dataset.live);
    source.addEventListener("shown", (event) => {
      main.dataset.live = main.dataset.live.replace(/seen=[^&]*$/, `seen=${encodeURIComponent(event.lastEventId)}`);
    });
    source.addEventListener("here", () => { lost.textContent = ""; });
    source.addEventListener("open", () => { lost.textContent = ""; });
    source.addEventListener("region", (event) => {
      const { id, html } = JSON.parse(event.data);
      replace(id, html);
    });
    source.addEventListener("status", (event) => { status.textContent = JSON.parse(event.data).text; });
    source.addEventListener("gone", (event) => {
      lost.textContent = `${JSON.parse(event.data).text} What stands below is what it was.`;
    });
    source.addEventListener("error", () => { lost.textContent = "towerbook does not answer; this page goes on when it does."; });
  };

  // Searching and sorting change a part of the page; without this script they load it anew.
  let asked = 0;
  const show = async (address, id) => {
    const turn = (asked += 1);
    let text;
    try { text = await (await fetch(address)).text(); } catch { return; }
    if (turn !== asked) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    const part = page.getElementById(id);
    if (!part) return;
    history.replaceState(null, "", address);
    main.dataset.live = page.getElementById("page.main").dataset.live;
    replace(id, part.innerHTML);
    listen();
  };
  const addressOf = (form) => {
    const fields = new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => value !== ""));
    return `${form.getAttribute("action")}?${fields}`;
  };
  let wait = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form.search");
    if (!form) return;
    clearTimeout(wait);
    wait = setTimeout(() => show(addressOf(form), form.dataset.target), 120);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form.search")) {
      event.preventDefault();
      show(addressOf(form), form.dataset.target);
    } else if (form.matches("form.compare")) {
      const chosen = form.querySelectorAll("input:checked").length;
      if (chosen >= 2 ? chosen <= most : false) return;
      event.preventDefault();
      count();
      document.getElementById("runs.chosen").setAttribute("role", "alert");
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.sort");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const sorted = new URL(link.href).searchParams;
    const form = document.querySelector("form.search");
    for (const name of ["sort", "order"]) {
      let field = form.elements[name];
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name });
        form.append(field);
      }
      field.value = sorted.get(name) || "";
    }
    show(link.getAttribute("href"), link.dataset.target);
  });
  document.addEventListener("change", count);
  // Of pages that nobody sees a browser has only so many connections to spare.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) listen();
    else if (source) source.close();
  });
  window.addEventListener("pagehide", () => { if (source) source.close(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
  count();
})();
