// Small comforts on every page. Each of them works without this file, too.

import "./choose.js";
import "./help.js";
import "./news.js";
import "./passkeys.js";
import "./search.js";
import "./share.js";

// The look changes at once, without loading the page again.
document.querySelector("[data-look]")?.addEventListener("submit", (e) => {
  e.preventDefault();
  const body = new URLSearchParams(new FormData(e.currentTarget));
  body.set("theme", e.submitter.value);
  document.documentElement.dataset.theme = e.submitter.value;
  fetch("/theme", { method: "POST", body, redirect: "manual" });
});

// "/" goes to the search field, as its hint says.
document.addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.target.closest("input, textarea, select")) return;
  const find = document.querySelector("[data-find]");
  if (!find) return;
  e.preventDefault();
  find.focus();
});

// Menus close when attention goes elsewhere.
for (const menu of document.querySelectorAll("details.planets, details.menu")) {
  document.addEventListener("click", (e) => { if (!menu.contains(e.target)) menu.open = false; });
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Filters apply as soon as they are chosen with a pointer; with the keyboard,
// where passing over a choice changes it, the button does.
for (const select of document.querySelectorAll("select[data-go]")) {
  let pointed = false;
  select.addEventListener("pointerdown", () => { pointed = true; });
  select.addEventListener("keydown", () => { pointed = false; });
  select.addEventListener("change", () => { if (pointed) select.form.requestSubmit(); });
}

// A file can be dropped on the form as well as chosen.
for (const form of document.querySelectorAll("[data-drop]")) {
  const zone = form.querySelector(".drop");
  const input = zone.querySelector("input");
  const name = zone.querySelector("[data-drop-name]");
  const told = () => { if (input.files.length) name.textContent = input.files[0].name; };
  input.addEventListener("change", told);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (e) => {
      e.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind !== "drop" || !e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      told();
      form.requestSubmit();
    });
  }
}

// Parts that are being reckoned fill in by themselves: the page is asked for again, and
// they are taken over from it. Without this file a link does the same.
const fillIn = async (after, tries) => {
  if (tries === 0 || !document.querySelector("[data-waiting]")) return;
  await new Promise((done) => setTimeout(done, after));
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const newer = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-waiting]")) {
      const now = newer.getElementById(part.id);
      if (now && !now.hasAttribute("data-waiting")) part.replaceWith(document.adoptNode(now));
    }
  }
  fillIn(Math.min(15000, 1.5 * after), tries - 1);
};
fillIn(1000, 30);
