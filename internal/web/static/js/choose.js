// Choosing people: one box ticks a page, and who was ticked stays so over the pages
// of one list. Without this file each page of a list is a form of its own.

const form = document.querySelector("form[data-bulk]");
if (form) choose(form);

function choose(form) {
  const boxes = [...form.querySelectorAll("tbody .tick input")];
  const whole = form.querySelector("[data-tick-all]");
  const all = form.querySelector("[data-all]");
  const told = form.querySelector("[data-chosen]");
  const key = "chosen " + listOf(location);
  const others = new Set();
  try {
    for (const id of JSON.parse(sessionStorage.getItem(key) ?? "[]")) others.add(id);
  } catch { /* nothing was kept */ }
  for (const box of boxes) {
    if (others.delete(box.value)) box.checked = true;
  }

  const show = () => {
    const chosen = [...others, ...boxes.filter((b) => b.checked).map((b) => b.value)];
    try {
      sessionStorage.setItem(key, JSON.stringify(chosen));
    } catch { /* then they are chosen on this page alone */ }
    whole.checked = boxes.length > 0 && boxes.every((b) => b.checked);
    told.textContent = all.checked ? "" : chosen.length ? `${chosen.length} ticked${others.size ? `, ${others.size} of them on other pages` : ""}` : "";
  };
  whole.hidden = false;
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    show();
  });
  for (const box of [...boxes, all]) box.addEventListener("change", show);
  form.addEventListener("submit", (e) => {
    for (const old of form.querySelectorAll("[data-elsewhere]")) old.remove();
    if (all.checked) return forget(e);
    for (const id of others) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "id", value: id });
      field.dataset.elsewhere = "";
      form.append(field);
    }
    forget(e);
  });
  const forget = (e) => { if (e.submitter?.value !== "export") sessionStorage.removeItem(key); };
  show();
}

// listOf is what a list asks for, whatever its page.
function listOf(at) {
  const q = new URLSearchParams(at.search);
  for (const key of ["cursor", "undo", "mark"]) q.delete(key);
  q.sort();
  return q.toString();
}
