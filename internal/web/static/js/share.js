// "Share picture" at each chart and at the map: a PNG that stands by itself, in the
// light theme, with its title, planet, day and source, drawn by the browser.

const main = document.querySelector("main");
const SVG = "http://www.w3.org/2000/svg";
const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "paint-order", "font-size", "font-weight", "font-style", "font-family", "letter-spacing", "text-anchor", "visibility", "stop-color", "stop-opacity", "vector-effect"];

for (const chart of main.querySelectorAll("svg.chart:not(.hits)")) {
  if (chart.closest(".on-narrow, dialog, table")) continue;
  offer(chart.closest(".on-wide") ?? chart.closest(".plot") ?? chart, () => ofChart(chart));
}
const map = main.querySelector("orbit-map");
if (map) {
  const button = make(() => ofMap(map));
  (main.querySelector(".panel .intro") ?? map).after(button);
}

function offer(after, draw) {
  const parent = after.parentElement;
  const legend = [...parent.children].find((e) => e.matches(".legend") && after.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  (legend ?? [...parent.querySelectorAll(":scope > .on-narrow")].pop() ?? after).after(make(draw));
}

function make(draw) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small share";
  button.textContent = main.dataset.share;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { canvas, name } = await draw();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

async function ofChart(chart) {
  const section = chart.closest("section") ?? main;
  const heading = section.querySelector("h2, h1") ?? main.querySelector("h1");
  const box = chart.viewBox.baseVal;
  const { copy, legend } = inLight(() => ({ copy: plain(chart), legend: keys(section) }));
  const paper = sheet(box.width, box.height, legend);
  const image = await picture(copy, box.width, box.height);
  paper.context.drawImage(image, paper.left, paper.top, box.width, box.height);
  paper.write(heading.textContent.trim(), legend);
  return { canvas: paper.canvas, name: fileName(heading.textContent) };
}

async function ofMap(map) {
  const shown = map.querySelector("canvas.layer");
  const at = shown.getBoundingClientRect();
  const style = getComputedStyle(document.documentElement);
  const paper = sheet(at.width, at.height, [], style);
  paper.context.fillStyle = style.getPropertyValue("--sky") && getComputedStyle(map).backgroundColor;
  const layers = [...map.querySelectorAll("svg, canvas.layer")].filter((e) => e.getBoundingClientRect().width > at.width / 2);
  for (const layer of layers) {
    const box = layer.getBoundingClientRect();
    const image = layer.matches("canvas") ? layer : await picture(plain(layer), box.width, box.height);
    paper.context.drawImage(image, paper.left + box.x - at.x, paper.top + box.y - at.y, box.width, box.height);
  }
  for (const label of map.querySelectorAll("a.label")) paper.label(label, at);
  paper.write(map.querySelector("h1").textContent.trim(), []);
  return { canvas: paper.canvas, name: fileName(main.dataset.brand + " map") };
}

// inLight reads something as the light theme shows it. Nothing is painted between.
function inLight(read) {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = "light";
  try {
    return read();
  } finally {
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
  }
}

// plain copies a drawing with everything that its styles say written into it.
function plain(svg) {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((one, i) => {
    const style = getComputedStyle(one);
    to[i].removeAttribute("class");
    to[i].removeAttribute("style");
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      if (value && value !== "normal" && value !== "none" || name === "fill" || name === "stroke") to[i].setAttribute(name, value);
    }
  });
  copy.setAttribute("xmlns", SVG);
  return copy;
}

// picture makes an image of a drawing; letters are those of the page.
async function picture(svg, width, height) {
  svg.setAttribute("width", width * 2);
  svg.setAttribute("height", height * 2);
  svg.setAttribute("overflow", "visible");
  if (!svg.hasAttribute("viewBox")) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const style = document.createElementNS(SVG, "style");
  style.textContent = await faces();
  svg.prepend(style);
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  await image.decode();
  return image;
}

let known;
function faces() {
  known ??= Promise.all([["Inter", "inter-latin-wght-normal", "100 900", "normal"], ["Instrument Serif", "instrument-serif-latin-400-normal", "400", "normal"], ["Instrument Serif", "instrument-serif-latin-400-italic", "400", "italic"]].map(async ([family, file, weight, slant]) => {
    const bytes = new Uint8Array(await (await fetch(new URL(`../fonts/${file}.woff2`, import.meta.url))).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return `@font-face{font-family:"${family}";font-weight:${weight};font-style:${slant};src:url(data:font/woff2;base64,${btoa(text)}) format("woff2")}`;
  })).then((all) => all.join(""));
  return known;
}

// keys are the entries of a chart's legend with their colours.
function keys(section) {
  return [...section.querySelectorAll(".legend .chip")].map((chip) => {
    const mark = chip.querySelector("i");
    const style = mark && getComputedStyle(mark);
    const colour = style && (style.backgroundColor !== "rgba(0, 0, 0, 0)" ? style.backgroundColor : style.borderTopColor);
    return { text: chip.textContent.trim(), colour };
  });
}

// sheet is the paper that a picture stands on.
function sheet(width, height, legend, style) {
  const pad = 40, head = 104, foot = 52 + (legend.length ? 34 : 0);
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * pad) * 2;
  canvas.height = (height + head + foot) * 2;
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  const colour = (name) => style ? resolve(name) : inLight(() => resolve(name));
  const ink = colour("--ink"), quiet = colour("--ink-2");
  context.fillStyle = colour(style ? "--sky" : "--bg");
  context.fillRect(0, 0, canvas.width, canvas.height);
  const fit = (text, room) => {
    while (context.measureText(text).width > room && text.length > 4) text = `${text.slice(0, -2).trimEnd()}…`;
    return text;
  };
  return {
    canvas, context, left: pad, top: head,
    label(link, at) {
      const name = link.firstChild, box = link.getBoundingClientRect(), look = getComputedStyle(link);
      if (!box.width || look.visibility === "hidden") return;
      context.font = `${look.fontWeight} ${look.fontSize} Inter, sans-serif`;
      context.fillStyle = look.color;
      context.textBaseline = "top";
      context.fillText(name.textContent, pad + box.x - at.x, head + box.y - at.y + 2);
    },
    write(title, entries) {
      context.textBaseline = "alphabetic";
      context.fillStyle = ink;
      context.font = '32px "Instrument Serif", Georgia, serif';
      context.fillText(fit(title, width), pad, 52);
      context.font = "14px Inter, sans-serif";
      context.fillStyle = quiet;
      context.fillText(fit(`${main.dataset.brand} · ${main.dataset.day}`, width), pad, 78);
      let x = pad;
      const line = head + height + 30;
      for (const { text, colour } of entries) {
        context.fillStyle = colour ?? quiet;
        context.beginPath();
        context.arc(x + 5, line - 4, 5, 0, 7);
        context.fill();
        context.fillStyle = quiet;
        context.font = "13px Inter, sans-serif";
        context.fillText(text, x + 17, line);
        x += 17 + context.measureText(text).width + 22;
      }
      context.font = "12px Inter, sans-serif";
      context.fillStyle = quiet;
      context.fillText(fit(main.dataset.source, width), pad, head + height + foot - 18);
    },
  };
}

function resolve(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function fileName(title) {
  return title.toLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "picture";
}
