import { say } from "./words.js";

// A card beside the person who is pointed at or stepped to.

const WIDE = 212;

export class Tip {
  constructor(host, meta) {
    this.meta = meta;
    this.ring = host.appendChild(element("div", "hover"));
    this.card = host.appendChild(element("div", "tip"));
    this.hide();
  }

  hide() {
    this.ring.hidden = this.card.hidden = true;
  }

  show(view, people, i, one) {
    const [px, py] = people.place(i, view.moment);
    const x = view.x + px * view.scale;
    const y = view.y + py * view.scale;
    const radius = people.dot(i) * Math.pow(view.zoom, 0.62) + 4;
    this.ring.hidden = false;
    Object.assign(this.ring.style, { width: `${2 * radius}px`, height: `${2 * radius}px`, left: `${x - radius}px`, top: `${y - radius}px` });
    this.card.hidden = !one;
    if (!one) return;
    const name = element("b");
    name.textContent = one.name;
    const facts = element("dl");
    const change = one.now - one.was;
    const sector = this.meta.sectors[people.sector[i]]?.name ?? "";
    const way = this.meta.ways[people.way[i]] ?? "";
    const partner = this.meta.bodies?.[people.partner[i]]?.name;
    for (const [term, text, tone] of one.facts?.map((fact) => [...fact, ""]) ?? [
      [say("Level"), one.level, ""], [say("Closeness"), one.now, ""], [say("90 days"), moved(change), change > 0 ? "rise" : change < 0 ? "drift" : ""],
      [say("Mostly"), way, ""], ...(sector === way ? [] : [[say("Like minds"), sector, ""]]), ...(partner ? [[say("First seen through"), partner, ""]] : []),
    ]) {
      facts.append(Object.assign(element("dt"), { textContent: term }), Object.assign(element("dd", tone), { textContent: text }));
    }
    this.card.replaceChildren(name, facts);
    const left = x + radius + 10 + WIDE > view.width ? x - radius - 10 - WIDE : x + radius + 10;
    const top = Math.min(view.height - 140, Math.max(6, y - 20));
    this.card.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
  }
}

export function moved(change) {
  return change > 0 ? say("closer {0}", `+${change}`) : change < 0 ? say("farther {0}", `−${-change}`) : say("steady");
}

function element(tag, name = "") {
  const e = document.createElement(tag);
  if (name) e.className = name;
  return e;
}
