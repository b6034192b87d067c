// The documents: filters, list, text, panel, keyboard, and the lines of the person.

const STEP = 100; // documents that the list grows by
const FOLDED = 12; // removed lines in a row from which they are folded
const MECHANISMS = new Map([
  ["rule", "a rule"], ["scorer", "the learned scorer"], ["region", "its place outside the main element"],
  ["context", "the noise around it"], ["trafilatura", "trafilatura"],
]);
const ORDERS = new Map([
  ["risk", "Risk"], ["share", "Share removed"], ["size", "Characters removed"], ["name", "Name"],
]);
const FILTERS = ["category", "rule", "host", "language", "drawn"];
const state = { shown: STEP, found: [], at: -1, open: null, chosen: null };

// What filters find

const SEARCHED = new WeakMap();
function searched(doc) {
  if (!SEARCHED.has(doc)) SEARCHED.set(doc, `${doc.id}\n${doc.title}\n${doc.parts.join("")}`.toLowerCase());
  return SEARCHED.get(doc);
}

/** The decisions that removed something. */
function removing(doc) {
  return doc.decisions.slice(0, doc.removing);
}

const VALUES = {
  category: (doc) => removing(doc).map((one) => one.category),
  rule: (doc) => removing(doc).flatMap((one) => one.rules),
  host: (doc) => (doc.host ? [doc.host] : []),
  language: (doc) => (doc.language ? [doc.language] : []),
  drawn: (doc) => [
    ...(isRandom(doc) ? ["drawn at random"] : []), ...(["risk", "both"].includes(doc.drawn) ? ["by risk"] : []),
    ...(doc.drawn === "example" ? ["example of a rule"] : []), read.has(nameOf(doc)) ? "read" : "not read",
  ],
};

function filterValue(name) {
  return byId(`filter-${name}`).value;
}

function isFilterValue(name, value) {
  return [...byId(`filter-${name}`).options].some((option) => option.value === `=${value}`);
}

function fillFilters() {
  for (const name of FILTERS) {
    const counts = new Map();
    for (const doc of DOCUMENTS) for (const value of new Set(VALUES[name](doc))) counts.set(value, (counts.get(value) || 0) + 1);
    const select = byId(`filter-${name}`);
    const chosen = select.value;
    const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    select.replaceChildren(
      element("option", { value: "" }, "all"),
      ...sorted.map(([value, n]) => element("option", { value: `=${value}` }, `${visible(name === "category" ? words(value) : value)} (${count(n)})`)));
    select.value = chosen;
  }
}

function matches(doc) {
  const said = byId("search").value.trim().toLowerCase();
  return (!said || searched(doc).includes(said)) &&
    FILTERS.every((name) => !filterValue(name) || VALUES[name](doc).includes(filterValue(name).slice(1)));
}

/** Whether a decision is one of those that the filters ask for. */
function isWanted(decision) {
  const [category, rule] = [filterValue("category"), filterValue("rule")];
  return (!category || decision.category === category.slice(1)) && (!rule || decision.rules.includes(rule.slice(1)));
}

function inOrder(docs) {
  const order = byId("order").value;
  const share = (doc) => doc.removed / Math.max(doc.read, 1);
  const by = {
    risk: () => 0, share: (a, b) => share(b) - share(a), size: (a, b) => b.removed - a.removed,
    name: (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  }[order];
  return [...docs].sort(by);
}

// The list

function applyFilters() {
  state.found = inOrder(DOCUMENTS.filter(matches));
  state.shown = STEP;
  byId("found").textContent = `${count(state.found.length)} of ${counted(DOCUMENTS.length, "document")}`;
  byId("clear").hidden = !byId("search").value && FILTERS.every((name) => !filterValue(name));
  showList();
  open(state.found.includes(state.open) ? state.found.indexOf(state.open) : 0);
}

function showList() {
  byId("list").replaceChildren(...state.found.slice(0, state.shown).map(listItem));
  byId("more").hidden = state.found.length <= state.shown;
}

function listItem(doc, n) {
  const share = doc.removed / Math.max(doc.read, 1);
  const top = [...new Set(removing(doc).map((one) => one.category))].slice(0, 4);
  return element("li", {}, element(
    "button", { type: "button", "data-n": n, class: read.has(nameOf(doc)) ? "item read" : "item", onclick: () => { open(n); byId("document").scrollIntoView({ block: "start" }); } },
    element("span", { class: "item-title", dir: "auto" }, visible(doc.title || doc.id)),
    element("span", { class: "item-place" }, visible(doc.host || doc.id)),
    element("span", { class: "item-figures" }, bar(share), element("span", { class: "number" }, percent(doc.removed, doc.read)),
      element("span", { class: "risk", title: "Risk, from 0 to 100" }, doc.risk.toFixed(0))),
    element("span", { class: "chips" }, ...top.map((name) => element("span", { class: "chip" }, swatch(name), words(visible(name)))))));
}

function markCurrent() {
  for (const button of byId("list").querySelectorAll("button.item")) {
    const isCurrent = Number(button.dataset.n) === state.at;
    button.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) button.scrollIntoView({ block: "nearest" });
  }
}

// A document

function open(n) {
  const doc = state.found[n];
  closePanel();
  state.at = doc ? n : -1;
  state.open = doc || null;
  if (n >= state.shown) {
    state.shown = n + STEP;
    showList();
  }
  showDocument();
  markCurrent();
  byId("document").scrollTop = 0;
}

function showDocument() {
  const doc = state.open;
  const parts = doc ? [documentHead(doc), doc.is_long ? longNotice(doc) : documentText(doc)] : [element("p", { class: "notice" }, "No document matches the filters.")];
  byId("document").replaceChildren(...parts);
}

function documentHead(doc) {
  const limits = OVERVIEW.points;
  const points = [
    [doc.points[0], limits.removed, "share removed"], [doc.points[1], limits.doubtful, "doubtful cuts"],
    [doc.points[2], limits.withdrawn, "promises kept"], [doc.points[3], limits.rare, "rare host"],
  ];
  const facts = [doc.host, doc.language, doc.kind, doc.status, { risk: "drawn by risk", random: "drawn at random", both: "drawn by risk and at random", example: "example of a rule" }[doc.drawn]];
  const isRead = read.has(nameOf(doc));
  return element(
    "header", { class: "document-head" },
    element("div", { class: "steps" },
      element("button", { type: "button", title: "Previous document (k)", "aria-label": "Previous document", onclick: () => step(-1) }, "←"),
      element("span", { class: "note" }, `${count(state.at + 1)} of ${count(state.found.length)}`),
      element("button", { type: "button", title: "Next document (j)", "aria-label": "Next document", onclick: () => step(1) }, "→"),
      element("button", { type: "button", id: "read", "aria-pressed": String(isRead), title: "Mark as read (r)", onclick: toggleRead }, isRead ? "✓ Read" : "Mark as read")),
    element("h2", { dir: "auto" }, visible(doc.title || doc.id)),
    element("p", { class: "note" }, visible(doc.record ? `${doc.id} (${doc.source}, ${doc.record})` : doc.id)),
    element("p", { class: "facts" }, ...facts.filter(Boolean).map((fact) => element("span", { class: "chip" }, visible(fact)))),
    element("p", {}, element("strong", {}, percent(doc.removed, doc.read)), ` of ${counted(doc.read, "character")} removed. `,
      element("span", { class: "note" }, `Risk ${doc.risk.toFixed(0)} of 100: `, points.map(([value, limit, name]) => `${name} ${value.toFixed(0)} of ${limit}`).join(", "), ".")));
}

function longNotice(doc) {
  return element("p", { class: "notice" }, "This document is too long for the page. To read it: ", element("code", {}, `cleaner explain ${visible(OVERVIEW.name)} ${visible(doc.id)}`));
}

/** The text, with removed parts marked. Long runs of removed lines are folded; what the filters ask for is not. */
function documentText(doc) {
  const text = element("div", { class: "text" });
  for (const run of runsOf(doc)) {
    const lines = new Set(run.parts.map((part) => doc.lines[part])).size;
    const marks = partElements(doc, run.parts);
    if (run.isCut && lines > FOLDED) {
      const names = [...new Set(run.parts.filter((part) => doc.cuts[part] >= 0).map((part) => words(doc.decisions[doc.cuts[part]].category)))];
      const isFound = hasFilter() && run.parts.some((part) => doc.cuts[part] >= 0 && isWanted(doc.decisions[doc.cuts[part]]));
      text.append(element("details", { open: isFound }, element("summary", {}, `${count(lines)} lines removed: ${visible(names.slice(0, 4).join(", "))}${names.length > 4 ? " and more" : ""}`), ...marks));
    } else text.append(...marks);
  }
  return text;
}

function hasFilter() {
  return Boolean(filterValue("category") || filterValue("rule"));
}

/** The parts in runs that are removed or kept. White space between two removed parts belongs to their run. */
function runsOf(doc) {
  const runs = [];
  doc.parts.forEach((text, part) => {
    const isCut = doc.cuts[part] >= 0 || (!text.trim() && runs.length > 0 && runs.at(-1).isCut);
    if (!runs.length || runs.at(-1).isCut !== isCut) runs.push({ isCut, parts: [] });
    runs.at(-1).parts.push(part);
  });
  return runs;
}

function partElements(doc, parts) {
  let before = -2;
  return parts.map((part) => {
    const text = doc.parts[part];
    const cut = doc.cuts[part];
    if (!text.trim()) return appendText(document.createDocumentFragment(), text);
    const isFirst = cut >= 0 && cut !== before;
    before = cut;
    return partElement(doc, part, isFirst);
  });
}

function partElement(doc, part, isFirst) {
  const decision = doc.decisions[doc.cuts[part]];
  const stay = doc.stays.length ? doc.stays[part] : -1;
  const verdict = verdictOf(doc, doc.lines[part]);
  const attributes = { "data-part": part, class: `${decision ? `cut ${lookOf(decision.category)}` : "kept"}`, "data-verdict": verdict || null };
  if (decision) {
    Object.assign(attributes, {
      tabindex: 0, role: "button", title: `${visible(decision.rules[0])}: ${visible(decision.reason)}`,
      "data-rules": decision.rules.map(visible).join(" "), "data-label": isFirst ? words(visible(decision.category)) : null,
    });
    if (hasFilter() && !isWanted(decision)) attributes.class += " other";
  } else if (stay >= 0) {
    attributes.class += " stay";
    attributes.title = `Kept on second look: ${visible(doc.withdrawals[stay].because)}`;
  }
  return appendText(element(decision ? "del" : "span", attributes), doc.parts[part]);
}

// The panel

function choose(part) {
  const doc = state.open;
  for (const one of byId("document").querySelectorAll(".chosen")) one.classList.remove("chosen");
  const target = byId("document").querySelector(`[data-part="${part}"]`);
  if (!target) return;
  target.classList.add("chosen");
  const folded = target.closest("details");
  if (folded) folded.open = true;
  target.scrollIntoView({ block: "nearest" });
  state.chosen = part;
  const cut = doc.cuts[part];
  byId("panel").replaceChildren(...(cut >= 0 ? cutPanel(doc, part, doc.decisions[cut]) : keptPanel(doc, part)));
  byId("panel").hidden = false;
  byId("documents").classList.add("with-panel");
}

function closePanel() {
  state.chosen = null;
  byId("panel").hidden = true;
  byId("documents").classList.remove("with-panel");
  for (const one of byId("document").querySelectorAll(".chosen")) one.classList.remove("chosen");
}

function panelHead(title) {
  return element("div", { class: "panel-head" }, element("h3", {}, ...title),
    element("button", { class: "plain", type: "button", title: "Close (Esc)", "aria-label": "Close", onclick: closePanel }, "×"));
}

function cutPanel(doc, part, decision) {
  const stretch = stretchOf(doc, part);
  return [
    panelHead([swatch(decision.category), "Removed: ", words(visible(decision.category))]),
    element("p", {}, visible(decision.reason)),
    decisionFacts(decision),
    ...judging(doc, doc.lines[part], "keep"),
    stretch.length > 1 ? element("button", { type: "button", id: "keep-all", onclick: () => judgeAll(stretch, "keep") }, `Keep all ${count(stretch.length)} lines of this cut`) : null,
  ].filter(Boolean);
}

function keptPanel(doc, part) {
  const stay = doc.stays.length ? doc.stays[part] : -1;
  const withdrawn = doc.withdrawals[stay];
  const proposed = withdrawn && doc.decisions[withdrawn.decision];
  return [
    panelHead([withdrawn ? "Kept on second look" : "Kept"]),
    withdrawn
      ? element("p", {}, `It would have been removed as ${words(visible(proposed.category))}, but ${visible(withdrawn.because)} (promise `, element("code", {}, visible(withdrawn.promise)), ").")
      : element("p", {}, "No rule has enough against this line."),
    withdrawn ? element("p", { class: "note" }, visible(proposed.reason)) : null,
    withdrawn ? decisionFacts(proposed) : null,
    ...judging(doc, doc.lines[part], "noise"),
  ].filter(Boolean);
}

function decisionFacts(decision) {
  const rules = decision.rules.flatMap((rule, n) => [n ? ", " : "", isFilterValue("rule", rule)
    ? element("button", { class: "link code", type: "button", title: "Show documents with this rule", onclick: () => chooseFilter("rule", rule) }, visible(rule))
    : element("code", {}, visible(rule))]);
  return element("dl", { class: "decision" },
    element("dt", {}, decision.rules.length > 1 ? "Rules" : "Rule"), element("dd", {}, ...rules),
    element("dt", {}, "Decided by"), element("dd", {}, MECHANISMS.get(decision.mechanism) || visible(decision.mechanism)),
    element("dt", {}, "Score"), element("dd", {}, count(decision.score)));
}

/** The line and the button that judges it. */
function judging(doc, line, verdict) {
  if (line < 0) return [];
  const why = refusal(doc, line);
  const now = verdictOf(doc, line);
  const label = verdict === "keep" ? "Keep this" : "This is noise";
  return [
    element("blockquote", { dir: "auto" }, visible(lineText(doc, line))),
    why
      ? element("p", { class: "note refused" }, `This line can't become a rule. ${why}`)
      : element("button", { type: "button", id: "judge", class: `judge ${verdict}`, "aria-pressed": String(now === verdict), title: verdict === "keep" ? "Keep this (s)" : "This is noise (x)", onclick: () => toggle(verdict) },
        now === verdict ? `✓ ${label}` : label),
    now ? element("p", { class: "note" }, `It is in your lines${scopeOf(doc) ? `, for ${visible(scopeOf(doc))}` : ", for every host"}.`) : null,
  ].filter(Boolean);
}

/** The lines of the parts around `part` with the same decision. */
function stretchOf(doc, part) {
  const isSame = (n) => doc.cuts[n] === doc.cuts[part] || (doc.parts[n] !== undefined && !doc.parts[n].trim());
  let [first, last] = [part, part];
  while (first > 0 && isSame(first - 1)) first -= 1;
  while (last + 1 < doc.parts.length && isSame(last + 1)) last += 1;
  const lines = doc.lines.slice(first, last + 1).filter((line, n) => line >= 0 && doc.cuts[first + n] >= 0);
  return [...new Set(lines)].filter((line) => !refusal(doc, line));
}

function toggle(verdict) {
  const [doc, part] = [state.open, state.chosen];
  if (!doc || part === null) return;
  const line = doc.lines[part];
  const isRight = (verdict === "keep") === doc.cuts[part] >= 0;
  if (line < 0 || !isRight || refusal(doc, line)) return;
  judge(doc, line, verdictOf(doc, line) === verdict ? "" : verdict);
  afterVerdict();
}

function judgeAll(lines, verdict) {
  for (const line of lines) judge(state.open, line, verdict);
  afterVerdict();
}

function afterVerdict() {
  const doc = state.open;
  for (const one of byId("document").querySelectorAll("[data-part]")) {
    const verdict = verdictOf(doc, doc.lines[Number(one.dataset.part)]);
    if (verdict) one.dataset.verdict = verdict;
    else delete one.dataset.verdict;
  }
  if (state.chosen !== null) choose(state.chosen);
  showLines();
}

// The lines of the person

function showLines() {
  const all = [...verdicts];
  byId("line-count").textContent = count(all.length);
  const pack = packToml();
  const rows = all.map(([key, one]) => element("tr", {},
    element("td", {}, one.verdict === "keep" ? "Keep" : "Noise"),
    element("td", { dir: "auto" }, visible(one.text)),
    element("td", {}, visible(one.host || "every host")),
    element("td", {}, visible(one.id)),
    element("td", {}, element("button", { class: "plain", type: "button", "aria-label": "Remove this line from the list", title: "Remove", onclick: () => forget(key) }, "×"))));
  byId("my-lines").replaceChildren(
    element("section", { class: "card" },
      element("h2", {}, "My lines"),
      element("p", {}, all.length
        ? "These lines become a rule pack. Save it in your folder of rules, check it, and clean again:"
        : "Select removed text and choose “Keep this”, or select text that stays and choose “This is noise”. The lines are collected here and become a rule pack."),
      all.length ? element("pre", { class: "commands" }, "cleaner rules test --rules mine\ncleaner diff --rules mine INPUTS\ncleaner run INPUTS -o OUT --rules mine") : null,
      all.length ? element("div", { class: "row" },
        element("button", { type: "button", id: "export", class: "primary", onclick: () => download("reviewed.toml", pack) }, "Export reviewed.toml"),
        element("button", { type: "button", id: "copy", onclick: () => copy(pack) }, "Copy")) : null,
      all.length ? element("div", { class: "scroll" }, element("table", {}, element("thead", {}, element("tr", {}, ...["Verdict", "Line", "Applies to", "Document", ""].map((head) => element("th", { scope: "col" }, head)))), element("tbody", {}, ...rows))) : null),
    ...(all.length ? [element("section", { class: "card" }, element("h2", {}, "reviewed.toml"), element("pre", { id: "pack" }, visiblePack(pack)))] : []));
}

function visiblePack(pack) {
  return pack.split("\n").map(visible).join("\n");
}

function forget(key) {
  verdicts.delete(key);
  save();
  afterVerdict();
}

function download(name, text) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/toml" })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function copy(text) {
  const area = element("textarea", { class: "offscreen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy"); // the newer interface is not there for files
  area.remove();
  byId("copy").textContent = "Copied";
}

// Views

function show(view) {
  for (const [name, panel] of [["documents", "documents"], ["overview", "overview"], ["lines", "my-lines"]]) {
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === view));
    byId(panel).hidden = name !== view;
  }
  if (view === "overview") byId("estimate").textContent = estimate();
  scrollTo(0, 0);
}

function chooseFilter(name, value) {
  byId(`filter-${name}`).value = `=${value}`;
  show("documents");
  applyFilters();
}

function clearFilters() {
  byId("search").value = "";
  for (const name of FILTERS) byId(`filter-${name}`).value = "";
  applyFilters();
}

function step(by) {
  const to = state.at + by;
  if (to < 0 || to >= state.found.length) return;
  open(to);
  byId("document").scrollIntoView({ block: "start" });
}

/** Select the next removed part, or with -1 the one before. */
function stepCut(by) {
  const doc = state.open;
  if (!doc) return;
  const isStop = (part) => doc.cuts[part] >= 0 && doc.parts[part].trim() && (!hasFilter() || isWanted(doc.decisions[doc.cuts[part]]));
  let part = state.chosen === null ? (by > 0 ? -1 : doc.parts.length) : state.chosen;
  do part += by; while (part >= 0 && part < doc.parts.length && !isStop(part));
  if (part >= 0 && part < doc.parts.length) choose(part);
}

function toggleRead() {
  const doc = state.open;
  if (!doc) return;
  const name = nameOf(doc);
  if (!read.delete(name)) read.add(name);
  save();
  fillFilters();
  showList();
  markCurrent();
  byId("document").querySelector(".document-head").replaceWith(documentHead(doc));
}

const KEYS = [
  ["j", "Next document", () => step(1)], ["k", "Previous document", () => step(-1)],
  ["n", "Next removed text", () => stepCut(1)], ["p", "Previous removed text", () => stepCut(-1)],
  ["s", "Keep this", () => toggle("keep")], ["x", "This is noise", () => toggle("noise")],
  ["r", "Mark the document as read", toggleRead], ["/", "Search", () => byId("search").focus()],
  ["1", "Documents", () => show("documents")], ["2", "Overview", () => show("overview")], ["3", "My lines", () => show("lines")],
  ["t", "Light or dark", switchTheme], ["?", "This help", () => byId("keys").showModal()],
];

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.key === "Escape") {
    event.target.blur();
    closePanel();
    return;
  }
  if (event.target.closest("input, select, textarea")) return;
  const part = event.target.closest("[data-part]");
  if (part && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    choose(Number(part.dataset.part));
    return;
  }
  const found = KEYS.find(([key]) => key === event.key);
  if (found) {
    event.preventDefault();
    found[2]();
  }
}

function switchTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
}

function start() {
  load();
  document.title = `Review of ${visible(OVERVIEW.name)}`;
  byId("name").textContent = visible(OVERVIEW.name);
  const { characters } = OVERVIEW;
  const isAll = DOCUMENTS.length === OVERVIEW.all_documents;
  byId("summary").textContent =
    (isAll ? `All ${counted(DOCUMENTS.length, "document")} of the run.` : `A sample of ${count(DOCUMENTS.length)} of ${counted(OVERVIEW.all_documents, "document")}: those with the highest risk, ${count(OVERVIEW.at_random)} drawn at random, and examples of rules.`) +
    ` The run removed ${percent(characters.removed, characters.in)} of all characters.` +
    (OVERVIEW.documents.damaged ? ` ${counted(OVERVIEW.documents.damaged, "document")} could not be read.` : "");
  fillFilters();
  byId("order").replaceChildren(...[...ORDERS].map(([value, name]) => element("option", { value }, name)));
  byId("overview").replaceChildren(element("div", { class: "cards" }, ...overviewCards(chooseFilter)));
  byId("keys").replaceChildren(
    element("h2", { id: "keys-title" }, "Keyboard"),
    element("dl", { class: "keys" }, ...KEYS.flatMap(([key, name]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, name)])),
    element("button", { type: "button", onclick: () => byId("keys").close() }, "Close"));
  for (const name of FILTERS) byId(`filter-${name}`).addEventListener("change", applyFilters);
  byId("order").addEventListener("change", applyFilters);
  byId("search").addEventListener("input", applyFilters);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", clearFilters);
  byId("more").addEventListener("click", () => { state.shown += STEP; showList(); markCurrent(); });
  byId("theme").addEventListener("click", switchTheme);
  byId("help").addEventListener("click", () => byId("keys").showModal());
  for (const view of ["documents", "overview", "lines"]) byId(`tab-${view}`).addEventListener("click", () => show(view));
  byId("document").addEventListener("click", (event) => {
    const part = event.target.closest("[data-part]");
    if (part && getSelection().isCollapsed) choose(Number(part.dataset.part));
  });
  document.addEventListener("keydown", onKey);
  showLines();
  applyFilters();
}

start();
