// The overview: tables with bars, and the documents by the share that was removed.

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A bar of a share from 0 to 1. The number is in the cell next to it. */
function bar(share, look = "") {
  return drawn(
    "svg", { class: `bar ${look}`, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { class: "track", width: 100, height: 10 }),
    drawn("rect", { class: "fill", width: Math.max(100 * Math.min(share, 1), share ? 0.7 : 0), height: 10 }),
  );
}

/** A table with a bar in each row. `rows` have name, note, share, value, and what a click chooses. */
function barTable(title, heads, rows, note = "") {
  const body = rows.map((row) =>
    element(
      "tr", {},
      element("th", { scope: "row" }, row.choose
        ? element("button", { class: "link", type: "button", title: "Show the documents", onclick: row.choose }, ...row.name)
        : element("span", {}, ...row.name)),
      element("td", { class: "barcell" }, bar(row.share, row.look)),
      ...row.values.map((value) => element("td", { class: "number" }, value)),
    ));
  return element(
    "section", { class: "card" },
    element("h2", {}, title),
    note ? element("p", { class: "note" }, note) : null,
    element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, heads[0]), element("td", {}),
        ...heads.slice(1).map((head) => element("th", { scope: "col", class: "number" }, head)))),
      element("tbody", {}, ...body)));
}

function histogram(bins) {
  const [width, height, left, bottom] = [640, 220, 48, 40];
  const most = Math.max(...bins, 1);
  const step = (width - left - 8) / bins.length;
  const tall = height - bottom - 14;
  const axis = [0, 0.5, 1].flatMap((part) => {
    const y = 14 + tall * (1 - part);
    return [
      drawn("line", { class: "grid", x1: left, x2: width - 8, y1: y, y2: y }),
      drawn("text", { class: "axis end", x: left - 6, y: y + 4 }, count(Math.round(most * part))),
    ];
  });
  const columns = bins.map((documents, n) => {
    const size = (tall * documents) / most;
    const name = n ? `${5 * (n - 1)} to ${5 * n}%` : "nothing";
    return drawn(
      "rect", { class: n ? "column" : "column none", x: left + n * step + 1, width: step - 2, y: 14 + tall - size, height: size },
      drawn("title", {}, `${name} removed: ${counted(documents, "document")}`));
  });
  const labels = [[0.5, "none"], [6, "25%"], [11, "50%"], [16, "75%"], [21, "100%"]].map(([at, text]) =>
    drawn("text", { class: at === 21 ? "axis end" : "axis middle", x: left + at * step, y: height - 22 }, text));
  return drawn(
    "svg", { class: "histogram", viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Documents by the share of their characters that was removed. Nothing: ${count(bins[0])}.` },
    ...axis, ...columns, ...labels,
    drawn("text", { class: "axis middle", x: left + (width - left) / 2, y: height - 4 }, "share of characters removed"));
}

/** The whole overview. `choose(filter, value)` shows the documents of a row. */
function overviewCards(choose) {
  const { characters, documents } = OVERVIEW;
  const removed = Math.max(characters.removed, 1);
  const link = (filter, value) => (isFilterValue(filter, value) ? () => choose(filter, value) : null);
  return [
    figures(characters, documents),
    element("section", { class: "card" }, element("h2", {}, "Over documents"),
      element("p", { class: "note" }, `How much was removed from each of ${counted(OVERVIEW.all_documents, "document")}.`),
      histogram(OVERVIEW.bins)),
    barTable("By category", ["Category", "Characters", "Share", "Documents"], OVERVIEW.categories.map((row) => ({
      name: [swatch(row.category), words(visible(row.category))], look: lookOf(row.category),
      share: row.characters / Math.max(OVERVIEW.categories[0].characters, 1),
      values: [count(row.characters), percent(row.characters, removed), count(row.documents)],
      choose: link("category", row.category),
    })), "Share of all characters that were removed."),
    barTable("By host", ["Host", "Documents", "Removed"], OVERVIEW.hosts.slice(0, 30).map((row) => ({
      name: [visible(row.host)], share: row.removed / Math.max(row.characters, 1),
      values: [count(row.documents), percent(row.removed, row.characters)], choose: link("host", row.host),
    })), OVERVIEW.host_count > 30
      ? `The 30 of ${count(OVERVIEW.host_count)} hosts with most characters removed; the bar is the share of their text.`
      : OVERVIEW.host_count ? "The bar is the share of their text that was removed." : "No document has an address or a column “host”."),
    barTable("By rule", ["Rule", "Cuts", "Characters"], OVERVIEW.rules.slice(0, 40).map((row) => ({
      name: [visible(row.rule)], share: row.characters / Math.max(OVERVIEW.rules[0].characters, 1),
      values: [count(row.cuts), count(row.characters)], choose: link("rule", row.rule),
    })), `${OVERVIEW.rule_count > 40 ? `The 40 of ${count(OVERVIEW.rule_count)} rules with most characters. ` : ""}A cut counts for each rule that matched it.`),
    barTable("By language", ["Language", "Documents", "Removed"], OVERVIEW.languages.map((row) => ({
      name: [visible(row.language)], share: row.removed / Math.max(row.characters, 1),
      values: [count(row.documents), percent(row.removed, row.characters)], choose: link("language", row.language),
    }))),
    barTable("Promises kept", ["Promise", "Cuts", "Characters"], OVERVIEW.withdrawn.map((row) => ({
      name: [visible(row.promise)], share: row.characters / Math.max(OVERVIEW.withdrawn[0].characters, 1),
      values: [count(row.cuts), count(row.characters)],
    })), "Cuts that rules proposed and a promise of the program withdrew: this text stays."),
  ];
}

function figures(characters, documents) {
  const run = OVERVIEW.run;
  const entry = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  return element(
    "section", { class: "card figures" },
    element("h2", {}, "The run"),
    element("dl", {},
      entry("Documents", `${count(documents.out)} written${documents.failed ? `, ${count(documents.failed)} failed` : ""}`),
      entry("Characters", `${count(characters.removed)} of ${count(characters.in)} removed (${percent(characters.removed, characters.in)})`),
      entry("This page", `${counted(DOCUMENTS.length, "document")}, of which ${count(OVERVIEW.at_random)} were drawn at random`),
      entry("Profiles", `${run.text_profile} for texts, ${run.html_profile} for HTML`),
      entry("Version", `${run.cleaner_version}, rules ${String(run.packs_hash).slice(0, 12)}`),
      entry("Sources", visible(OVERVIEW.sources.join(", ")))),
    element("h3", {}, "What your reading says"),
    element("p", { id: "estimate" }));
}

/** The 95% interval of a share by Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953, as two numbers. */
function interval(hits, all) {
  const z = 1.96;
  const share = hits / all;
  const middle = share + (z * z) / (2 * all);
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const scale = 1 + (z * z) / all;
  return [Math.max((middle - spread) / scale, 0), Math.min((middle + spread) / scale, 1)];
}

/** What the documents that were drawn at random and read say about the whole run. */
function estimate() {
  const found = DOCUMENTS.filter((doc) => isRandom(doc) && read.has(nameOf(doc)));
  if (!found.length) {
    return "Mark documents as read (r), and lines in them as wrong. From those drawn at random, this page estimates how many documents of the whole run lost something.";
  }
  const isWrong = (doc) => doc.cuts.some((cut, part) => cut >= 0 && verdictOf(doc, doc.lines[part]) === "keep");
  const hits = found.filter(isWrong).length;
  const [low, high] = interval(hits, found.length).map((share) => percent(share, 1));
  return `You have read ${count(found.length)} of ${counted(OVERVIEW.at_random, "document")} drawn at random. In ${count(hits)} of them you found removed lines that should stay: ${percent(hits, found.length)} of documents, with a 95% interval of ${low} to ${high}.`;
}
