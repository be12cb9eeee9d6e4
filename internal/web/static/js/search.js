// Suggestions under the search field of the top bar. Without this file the field
// is a plain form that leads to the page with all that is found.

const form = document.querySelector("form[data-search]");
if (form) attach(form, form.querySelector("input[type=search]"));

function attach(form, input) {
  const list = document.createElement("div");
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  list.hidden = true;
  const told = document.createElement("p");
  told.className = "vh";
  told.setAttribute("role", "status");
  form.append(list, told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-haspopup": "listbox" })) input.setAttribute(name, value);

  let timer, asking, at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    choose(-1);
    told.textContent = "";
  };

  const choose = (to) => {
    const all = options();
    all[at]?.setAttribute("aria-selected", "false");
    at = to;
    const chosen = all[at];
    if (!chosen) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  };

  const ask = async () => {
    asking?.abort();
    if (!input.value.trim()) return close();
    asking = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${form.dataset.search}?${query}`, { signal: asking.signal, redirect: "error" });
      if (!answer.ok) return close();
      list.innerHTML = await answer.text(); // made by our own templates
    } catch {
      return; // something else was typed, or the line is down: the form still works
    }
    at = -1;
    choose(-1);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    const many = options().length;
    told.textContent = many ? `${many} ${form.dataset.many}` : list.textContent;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  input.addEventListener("keydown", (e) => {
    const all = options();
    if (e.key === "Escape") {
      if (!list.hidden) e.preventDefault(); // what was typed stays
      close();
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && list.hidden) {
      e.preventDefault();
      ask();
    } else if (e.key === "ArrowDown" && all.length) {
      e.preventDefault();
      choose(at + 1 < all.length ? at + 1 : -1);
    } else if (e.key === "ArrowUp" && all.length) {
      e.preventDefault();
      choose(at < 0 ? all.length - 1 : at - 1);
    }
  });
  form.addEventListener("submit", (e) => {
    const chosen = options()[at];
    if (chosen) {
      e.preventDefault();
      location.assign(chosen.href);
    }
    close();
  });
  form.addEventListener("focusout", (e) => { if (!form.contains(e.relatedTarget)) close(); });
  list.addEventListener("pointerdown", (e) => e.preventDefault()); // keeps the field in focus until the click
}
