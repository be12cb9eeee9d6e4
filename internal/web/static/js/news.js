// Hears how many activities came since the page was opened, and offers to show them.
// What somebody reads never moves by itself.

const place = document.querySelector("[data-live]");
const later = 60_000; // after which a page that may not listen asks again
let events, timer;

if (place) {
  document.addEventListener("visibilitychange", turn);
  addEventListener("pagehide", hush); // a page that is kept for going back holds no line open
  addEventListener("pageshow", turn);
  turn();
}

// Only what is looked at holds a line open: a browser has few to one host.
function turn() {
  hush();
  if (document.hidden) return;
  events = new EventSource(place.dataset.live);
  events.addEventListener("news", (e) => tell(e.data));
  events.addEventListener("end", hush); // whoever looked is not logged in any more
  events.addEventListener("error", () => {
    if (events?.readyState === EventSource.CLOSED) timer = setTimeout(turn, later);
  });
}

function hush() {
  clearTimeout(timer);
  events?.close();
  events = undefined;
}

function tell(text) {
  let line = place.querySelector("p");
  if (!line) {
    line = document.createElement("p");
    const show = document.createElement("button");
    show.type = "button";
    show.className = "btn small";
    show.textContent = place.dataset.show;
    show.addEventListener("click", () => location.reload());
    line.append(document.createElement("span"), show);
    place.append(line);
  }
  line.firstChild.textContent = text;
}
