// A text field that offers what matches: ARIA's combobox with a list box, for pointer, keyboard and screen reader.
// `find` gives what matches a text, or a promise of it, `label` the element that shows one of these, `take` is told
// which was picked; `hint` says `some` or, where nothing matches, `none`.
const towerbookCombobox = ({ input, list, hint, find, label, take, some, none }) => {
  let [found, chosen, asked, pending] = [[], -1, 0, null];
  const choose = (next) => {
    chosen = next;
    Array.from(list.children).forEach((option, place) => {
      option.setAttribute("aria-selected", `${place === chosen}`);
      if (place === chosen) option.scrollIntoView({ block: "nearest" });
    });
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const close = () => {
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const pick = (place) => {
    input.value = "";
    close();
    take(found[place]);
    input.focus();
  };
  const show = (items, text) => {
    found = items;
    list.replaceChildren(...found.map((item, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}.${number}`;
      option.setAttribute("role", "option");
      option.append(label(item));
      // The field keeps the focus, and a finger can scroll.
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => pick(number));
      return option;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", `${found.length !== 0}`);
    hint.textContent = found.length === 0 ? none : some;
    choose(found.length !== 0 ? (text ? 0 : -1) : -1);
  };
  const open = () => {
    const [own, text] = [asked += 1, input.value.trim()];
    pending = Promise.resolve(find(text)).then((items) => { if (own === asked) show(items, text); }, () => {});
  };
  input.addEventListener("input", open);
  input.addEventListener("click", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", async (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) open();
      await pending;
      if (found.length !== 0) choose(Math.max(0, Math.min(found.length - 1, chosen + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Who types fast does not wait for what matches.
      await pending;
      if (chosen >= 0) pick(chosen);
    } else if (event.key === "Escape") {
      close();
    }
  });
};
