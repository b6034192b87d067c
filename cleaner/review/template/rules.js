// The lines that a person judged, and the rule pack made of them, in the form of `cleaner rules fmt`.

const DUPLICATE = 1;
const BROAD = 2;
const REFUSED = new Map([
  [-1, "It has no letter, so a rule with it would match numbers or signs anywhere."],
  [-2, "A rule for whole lines does not match it: it ends like a verse or a part of a sentence. Write a pattern instead."],
  [-3, "It is too long for a rule, or has broken characters."],
]);
const MAX_WIDTH = 120; // of a line in the form of `rules fmt`
const WIDTH = 100; // of a line in which a string is broken, so that it stays as it is
const SCORE = 120; // more than any single rule
const MAX_EXAMPLES = 3;

/** The judged lines. A line is known by the number of its phrase and by the host that its rule is for. */
const verdicts = new Map();
const read = new Set(); // documents that were read, by source and record
const STORE = `cleaner-review-${OVERVIEW.digest}`;

function nameOf(doc) {
  return `${doc.source}\u0000${doc.record}`;
}

/** Whether the document was drawn at random, perhaps by its risk as well. */
function isRandom(doc) {
  return doc.drawn === "random" || doc.drawn === "both";
}

function scopeOf(doc) {
  return doc.is_scoped ? doc.host : "";
}

function keyOf(doc, line) {
  return `${doc.phrases[line]}|${scopeOf(doc)}`;
}

/** Why a line can't be a rule; empty if it can. */
function refusal(doc, line) {
  const number = doc.phrases[line];
  return number ? REFUSED.get(OVERVIEW.flags[number]) || "" : REFUSED.get(-1);
}

function verdictOf(doc, line) {
  const found = line >= 0 && doc.phrases[line] ? verdicts.get(keyOf(doc, line)) : undefined;
  return found ? found.verdict : "";
}

/** Judge a line: "keep", "noise", or "" to forget it. */
function judge(doc, line, verdict) {
  const key = keyOf(doc, line);
  if (!verdict) verdicts.delete(key);
  else {
    verdicts.set(key, {
      verdict, text: lineText(doc, line), host: scopeOf(doc), id: doc.id,
      number: doc.phrases[line], flag: Math.max(OVERVIEW.flags[doc.phrases[line]] || 0, 0),
    });
  }
  save();
}

/** The text of a line of a document as one line. */
function lineText(doc, line) {
  return doc.parts.filter((_, part) => doc.lines[part] === line).join("").split(/\s+/).filter(Boolean).join(" ");
}

function save() {
  try {
    localStorage.setItem(STORE, JSON.stringify({ verdicts: [...verdicts], read: [...read] }));
  } catch {
    // a browser may forbid storage for files; then the lines live as long as the page
  }
}

function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORE) || "{}");
    for (const [key, value] of stored.verdicts || []) verdicts.set(key, value);
    for (const name of stored.read || []) read.add(name);
  } catch {
    // nothing was stored, or storage is forbidden
  }
}

// TOML

const NOT_PRINTABLE = /(?![ \u200c\u200d])[\p{C}\p{Z}]/u;

function unitsOf(text) {
  return Array.from(text, (char) => {
    if (char === '"' || char === "\\") return `\\${char}`;
    if (!NOT_PRINTABLE.test(char)) return char;
    const code = char.codePointAt(0);
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
}

/** A string in TOML, on several lines if it is longer than the line has room after `taken` characters. */
function tomlString(text, taken) {
  const units = unitsOf(text);
  const plain = `"${units.join("")}"`;
  if (taken + plain.length + 1 <= WIDTH) return plain;
  const lines = [];
  let line = "";
  let room = WIDTH - taken;
  units.forEach((unit, at) => {
    const isFull = line.length + unit.length > room || (units[at - 1] === " " && line.length + wordLength(units, at) > room);
    if (line && isFull && unit !== " ") {
      lines.push(`${line}\\`);
      line = "";
      room = WIDTH - 8;
    }
    line += unit;
  });
  return `"""${[...lines, line].join("\n        ")}"""`;
}

function wordLength(units, at) {
  const end = units.indexOf(" ", at);
  return units.slice(at, end < 0 ? units.length : end).join("").length;
}

function pair(key, text) {
  return `${key} = ${tomlString(text, key.length + 3)}`;
}

/** A list of strings: one value, or names if there is room, are on the line of the key. */
function list(key, texts, areNames = false) {
  const tokens = texts.map((text) => tomlString(text, 4));
  const line = `${key} = [${tokens.join(", ")}]`;
  const isShort = Array.from(line).length <= MAX_WIDTH && !line.includes("\n");
  if (isShort && (texts.length === 1 || areNames)) return [line];
  return [`${key} = [`, ...tokens.map((token) => `    ${token},`), "]"];
}

function comment(text) {
  return `# ${Array.from(text, (char) => (NOT_PRINTABLE.test(char) ? "?" : char)).join("").split(/\s+/).join(" ").trim()}`;
}

/** The judged lines as a rule pack; empty if there are none. */
function packToml() {
  const all = [...verdicts.values()];
  if (!all.length) return "";
  const summary = `Lines that a person judged in a review of ${OVERVIEW.name}.`;
  const lines = [pair("category", "reviewed"), pair("summary", summary)];
  const taken = new Set();
  for (const verdict of ["noise", "keep"]) {
    const ofVerdict = withoutDoubles(all.filter((one) => one.verdict === verdict));
    for (const host of [...new Set(ofVerdict.map((one) => one.host))].sort()) {
      const ofHost = ofVerdict.filter((one) => one.host === host);
      lines.push(...hostRules(verdict, host, ofHost, all, taken));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Without lines for one host that a rule for all hosts has. */
function withoutDoubles(all) {
  const general = new Set(all.filter((one) => !one.host).map((one) => one.number));
  return all.filter((one) => !one.host || !general.has(one.number));
}

function hostRules(verdict, host, ofHost, all, taken) {
  const name = freeName(`${verdict}-${host ? slug(host) : "any-host"}`, taken);
  const lines = [];
  const members = [];
  const byFlag = (one) => (verdict === "noise" ? one.flag : 0);
  for (const flag of [...new Set(ofHost.map(byFlag))].sort()) {
    const id = flag ? `${name}-${["", "known", "broad", "known-broad"][flag]}` : name;
    members.push(`reviewed/${id}`);
    lines.push("", ...oneRule(id, verdict, host, flag, ofHost.filter((one) => byFlag(one) === flag), all));
  }
  return verdict === "noise" ? [...lines, "", ...section(`${name}-unit`, host, members)] : lines;
}

function oneRule(id, verdict, host, flag, judged, all) {
  const where = host ? ` of ${host}` : "";
  const what = verdict === "noise" ? "are noise" : "must stay";
  return [
    "[[rule]]",
    pair("id", id),
    pair("summary", `Lines${where} that ${what}.`),
    pair("why", `A person read them in their documents and judged that they ${what}.`),
    verdict === "noise" ? `score = ${SCORE}` : 'score = "keep"',
    ...(host ? list("where.host", [host]) : []),
    ...allowed(flag),
    "lines = [",
    ...judged.flatMap((one) => [`    ${comment(one.id)}`, `    ${tomlString(one.text, 4)},`]),
    "]",
    ...list("removes", judged.slice(0, MAX_EXAMPLES).map((one) => one.text)),
    ...list("keeps", [nearMiss(judged, all)]),
  ];
}

function allowed(flag) {
  const found = [];
  if (flag & BROAD) found.push('broad = "A person judged this line on its own."');
  if (flag & DUPLICATE) found.push('duplicate = "A person confirmed it."');
  return found.length ? [`allow = { ${found.join(", ")} }`] : [];
}

/** A text that the rule must not find: the first line as a part of a sentence, unless it is a word that others judge. */
function nearMiss(judged, all) {
  const single = all.map((one) => one.text.toLowerCase()).filter((text) => !text.includes(" "));
  const isFree = (text) => !single.some((word) => text.toLowerCase().includes(word));
  const options = judged.map((one) => `${one.text.replace(/[\s.:;,!?]+$/u, "")}, and more`);
  return options.find(isFree) || "qxzq";
}

/** One section for the rules of a host: that a person read the line is a second sign besides its words. */
function section(id, host, members) {
  return [
    "[[section]]",
    pair("id", id),
    pair("summary", "Lines that a person judged to be noise."),
    pair("why", "That a person read the line in its document is a second sign besides its words."),
    ...list("members", members, true),
    "least = 1",
    "gap = 0",
    ...(host ? list("where.host", [host]) : []),
  ];
}

function slug(host) {
  return host.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "site";
}

function freeName(name, taken) {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
  taken.add(free);
  return free;
}
