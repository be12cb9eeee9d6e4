// Brands and partners on a map around something else: real links that stand where
// the picture says, sized by it, and move with each frame.

import { bearing } from "./people.js";
import { svg } from "./furniture.js";

const BRAND = 30; // pixels across of a brand of size 1 in a large window
const PARTNER = 11;

export class Bodies {
  constructor(host, under, bodies, sun) {
    this.host = host;
    this.all = bodies.map((body) => {
      const link = document.createElement(body.link ? "a" : "span");
      link.className = `body ${body.kind}`;
      if (body.link) link.href = body.link;
      const disc = document.createElement("i");
      const name = document.createElement("b");
      name.textContent = body.name;
      const note = document.createElement("small");
      note.textContent = body.note;
      link.append(disc, name, note);
      host.append(link);
      const path = !sun && body.kind === "brand" ? svg("circle", { class: "path" }, under) : null;
      return { body, link, disc, path };
    });
  }

  // draw moves everything to a view and remembers which rectangles are taken.
  draw(view) {
    this.taken = [];
    this.at = []; // where each stands, in pixels
    const fineness = view.small ? 0.62 : Math.min(1.15, Math.max(0.8, view.base / 330));
    for (const { body, link, disc, path } of this.all) {
      const out = view.small && body.kind === "partner" ? 1.2 : body.radius;
      const b = bearing(body.angle, body.kind === "partner" ? 1 : out);
      const x = view.x + out * view.scale * Math.cos(b);
      const y = view.y + out * view.scale * Math.sin(b);
      this.at.push([x, y]);
      const size = (body.kind === "brand" ? BRAND * body.size : PARTNER) * fineness * Math.pow(view.zoom, 0.4);
      disc.style.width = disc.style.height = `${size.toFixed(1)}px`;
      const wide = link.offsetWidth;
      const tall = link.offsetHeight;
      const free = (at, most) => view.zoom > 1.05 ? at : Math.min(most, Math.max(2, at)); // within the window, while all of it is seen
      const above = y < view.y - 1;
      link.classList.toggle("above", above);
      const left = free(x - wide / 2, view.width - wide - 2);
      const top = free(above ? y + size / 2 - tall : y - size / 2, view.height - tall - 2);
      link.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
      if (body.kind === "partner") disc.style.marginLeft = `${(2 * (x - left - wide / 2)).toFixed(1)}px`;
      this.taken.push([left - 3, top - 2, left + wide + 3, top + tall + 2]);
      if (path) {
        path.setAttribute("cx", view.x.toFixed(1));
        path.setAttribute("cy", view.y.toFixed(1));
        path.setAttribute("r", (out * view.scale).toFixed(1));
      }
    }
  }
}
