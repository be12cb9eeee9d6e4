// Reads the colours of the current look from the style sheet.

const WAYS = ["content", "conversation", "collaboration", "contribution", "commerce", "curation"];

export function readPalette(host, crowded) {
  const probe = document.createElement("i");
  host.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    return [red, green, blue, (blue << 16) | (green << 8) | red]; // the last for little-endian pixels
  };
  const dark = read("ink")[0] > 127;
  const palette = {
    ways: WAYS.map(read),
    rise: read("rise"),
    drift: read("drift"),
    still: read("still"),
    opacity: crowded ? (dark ? 0.62 : 0.6) : (dark ? 0.92 : 0.9),
  };
  probe.remove();
  return palette;
}
