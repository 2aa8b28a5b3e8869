"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Contents stand open where there is room at the side.
  const contents = document.querySelector("nav details");
  const wide = window.matchMedia("(min-width: 70rem)");
  const place = () => { contents.open = wide.matches; };
  wide.addEventListener("change", place);
  place();

  const cells = () => all("details.cell");
  const fold = document.createElement("button");
  fold.type = "button";
  const name = () => { fold.textContent = cells().some((cell) => cell.open) ? "Fold all cells" : "Unfold all cells"; };
  fold.addEventListener("click", () => {
    const open = !cells().some((cell) => cell.open);
    for (const cell of cells()) cell.open = open;
  });
  document.addEventListener("toggle", name, true);
  name();
  if (cells().length !== 0) contents.append(fold);

  // A link into what is folded unfolds it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Paper cannot be unfolded.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("main details:not([open]), footer details:not([open])");
    for (const box of folded) box.open = true;
  });
  window.addEventListener("afterprint", () => { for (const box of folded) box.open = false; });

  // What scrolls sideways can be reached by the keyboard, and nothing else is on the way.
  const reach = () => {
    for (const box of all(".scroll, pre, figure")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        const kind = box.matches("pre") ? "Code" : box.matches("figure") ? "Plot" : "Table";
        box.setAttribute("aria-label", `${kind}, scrolls sideways`);
      } else {
        for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
      }
    }
  };
  new ResizeObserver(reach).observe(document.body);

  // Tables sort within their groups, and groups by their labels; the third click brings back the first order.
  const order = new Intl.Collator(undefined, { numeric: true });
  const sortable = (table) => {
    const headings = Array.from(table.tHead.rows[0].cells);
    const bodies = Array.from(table.tBodies);
    const rows = new Map(bodies.map((body) => [body, Array.from(body.rows)]));
    const label = new Map(bodies.map((body) => [body, body.querySelector("th[scope=rowgroup]")]));
    const cellOf = (row, column) => {
      const group = label.get(row.parentElement);
      if (!group) return row.cells[column];
      return column === 0 ? group : row.cells[group.parentElement === row ? column : column - 1];
    };
    const key = (cell) => {
      if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
      return cell.textContent.trim() || null;
    };
    const compare = (a, b, sign) => {
      if (a === null || b === null) return (a === null) - (b === null);
      if (typeof a === "number" ? typeof b === "number" : false) return sign * (a - b);
      return sign * order.compare(a, b);
    };
    const sorted = (items, cellFor, sign) => {
      if (sign === 0) return items;
      const keyed = items.map((item) => ({ item, key: key(cellFor(item)) }));
      return keyed.sort((a, b) => compare(a.key, b.key, sign)).map((entry) => entry.item);
    };
    const arrange = (column, sign) => {
      const grouped = bodies.some((body) => label.get(body));
      if (grouped ? column === 0 : false) {
        for (const body of sorted(bodies, (one) => label.get(one), sign)) table.append(body);
        return;
      }
      for (const body of bodies) {
        const inOrder = sorted(rows.get(body), (row) => cellOf(row, column), sign);
        const group = label.get(body);
        for (const row of inOrder) body.append(row);
        if (group) inOrder[0].prepend(group);
      }
    };
    headings.forEach((heading, column) => {
      if (heading.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const isNumber = heading.classList.contains("number");
        const turns = isNumber ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
        const turn = turns[(turns.indexOf(heading.getAttribute("aria-sort") || "none") + 1) % 3];
        for (const other of headings) other.removeAttribute("aria-sort");
        if (turn !== "none") heading.setAttribute("aria-sort", turn);
        arrange(column, { none: 0, ascending: 1, descending: -1 }[turn]);
      });
    });
  };
  all("table.sorts").forEach(sortable);

  // What a page gets later is as what it had.
  document.addEventListener("towerbook-content", (event) => {
    all("table.sorts", event.target).forEach(sortable);
    reach();
  });
})();
