// "?" opens the help of this page over it. Without this file the link at the foot
// of each page leads to the same help as a page.

const link = document.querySelector("a[data-help]");
let dialog;

async function open() {
  const address = new URL(link.href);
  address.searchParams.set("piece", "1");
  const answer = await fetch(address, { redirect: "error" });
  if (!answer.ok) return location.assign(link.href);
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "help";
    dialog.setAttribute("aria-label", link.textContent);
    const close = document.createElement("button");
    close.className = "btn small close";
    close.textContent = link.dataset.close;
    close.addEventListener("click", () => dialog.close());
    const body = document.createElement("div");
    dialog.append(close, body);
    dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
    document.body.append(dialog);
  }
  dialog.lastChild.innerHTML = await answer.text(); // made by our own templates
  dialog.showModal();
}

if (link) {
  link.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    open();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "?" || e.ctrlKey || e.metaKey || e.target.closest("input, textarea, select, dialog")) return;
    e.preventDefault();
    open();
  });
}
