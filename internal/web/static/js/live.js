// Keeps the imports of the page at what the server tells, and loads the page
// again when they have come to rest.

const events = new EventSource("/sources/events");

events.addEventListener("imports", (e) => {
  for (const one of JSON.parse(e.data)) show(one);
});

events.addEventListener("rest", () => {
  events.close();
  location.reload();
});

function show(one) {
  const row = document.querySelector(`[data-import="${one.id}"]`);
  if (!row?.classList.contains(one.state)) {
    events.close();
    location.reload(); // something began or ended
    return;
  }
  const bar = row.querySelector("progress");
  if (!bar) return;
  if (one.percent >= 0) bar.value = one.percent;
  write(row, "rows", one.rows);
  write(row, "percent", String(one.percent));
  write(row, "pace", one.pace ? `, ${one.pace}` : "");
}

function write(row, name, text) {
  const field = row.querySelector(`[data-${name}]`);
  if (field && field.textContent !== text) field.textContent = text;
}
