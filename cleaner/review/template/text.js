"use strict";
// Texts, numbers and elements. Strings become text nodes only, so that no text of a document can be markup.

const DATA = JSON.parse(document.getElementById("data").textContent);
const OVERVIEW = DATA.overview;
const DOCUMENTS = DATA.documents;

// Characters that have no width, reorder text or control a terminal. They are shown as escapes.
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function byId(id) {
  return document.getElementById(id);
}

/** A new element with attributes (`class`, `on...` listeners, `data-...`) and children (elements or strings). */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function escapeOf(char) {
  const code = char.charCodeAt(0);
  return code < 0x100 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
}

/** A text on one line, with escapes for hidden characters. */
function visible(text) {
  return String(text).replace(/[\t\n]+/g, " ").replace(HIDDEN, escapeOf);
}

/** Appends a text of a document; hidden characters become marked escapes, and a carriage return is left out. */
function appendText(parent, text) {
  let at = 0;
  for (const found of text.matchAll(HIDDEN)) {
    if (found.index > at) parent.append(text.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[0] === "\r" && text[at] === "\n") continue;
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    parent.append(element("span", { class: "sign", title: `Hidden character U+${code}` }, escapeOf(found[0])));
  }
  if (at < text.length) parent.append(text.slice(at));
  return parent;
}

function count(number) {
  return number.toLocaleString("en-US");
}

function counted(number, what, many = `${what}s`) {
  return `${count(number)} ${number === 1 ? what : many}`;
}

/** A share as a percentage with two significant digits. */
function percent(part, whole) {
  if (!part || !whole) return "0%";
  const share = Math.min((100 * part) / whole, 100);
  if (share < 0.01) return "<0.01%";
  return share >= 10 ? `${Math.round(share)}%` : `${Number(share.toPrecision(2))}%`;
}

function words(name) {
  return name.replaceAll("_", " ");
}

/** The classes that give a category its colour and its border. */
const LOOKS = new Map(OVERVIEW.categories.map((one) => [one.category, `colour-${one.colour} border-${one.border}`]));
function lookOf(category) {
  return LOOKS.get(category) || "colour-6 border-3";
}

function swatch(category) {
  return element("span", { class: `swatch ${lookOf(category)}`, "aria-hidden": "true" });
}
