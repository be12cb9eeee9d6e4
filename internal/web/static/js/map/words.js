// The map's words in the page's language: English text to text, {0} a value.
let words = {};

export const learn = (known) => { words = known ?? {}; };

export const say = (english, ...values) =>
  (words[english] ?? english).replace(/\{(\d)\}/g, (_, i) => values[i]);

export const number = (n, digits = 0) =>
  n.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
