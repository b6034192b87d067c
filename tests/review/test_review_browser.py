"""The page in a real browser: it opens, filters, judges and exports; nothing leaves it, and no text becomes markup."""

from __future__ import annotations

import json
import random
import time

import pytest
from review_runs import HOSTILE, data_of, input_rows, make_run
from typer.testing import CliRunner

from cleaner.cli import lint
from cleaner.cli.app import app
from cleaner.config import Config
from cleaner.pipeline import Pipeline
from cleaner.review.make import review_run

KEPT_LINE, CUT_LINE = "Lumen home desk", "Ring the Lumen tide bell"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a small run: its path, and its data."""
    folder = tmp_path_factory.mktemp("review")
    made = review_run(make_run(folder))
    (folder / "review.html").write_bytes(made.page)
    return folder / "review.html", data_of(made.page)


@pytest.fixture
def opened(browser, page):
    """The browser with the page as it is for a new reader."""
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get(page[0].as_uri())
    browser.execute_script("localStorage.clear(); verdicts.clear(); read.clear(); start();")
    return browser


def text(browser, selector):
    return browser.execute_script("return document.querySelector(arguments[0])?.textContent", selector)


def press(browser, key):
    browser.execute_script("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", key)


def filter_by(browser, name, value):
    browser.execute_script(
        "const one = document.getElementById(arguments[0]); one.value = arguments[1];"
        "one.dispatchEvent(new Event(one.type === 'search' ? 'input' : 'change'))", name, value,
    )  # fmt: skip


def listed(browser):
    return browser.execute_script("return state.found.map((doc) => doc.id)")


def test_it_opens_without_an_error_and_sends_nothing(opened, page):
    assert "Review of out" in text(opened, "h1")
    assert "All 12 documents of the run" in text(opened, "#summary")
    opened.execute_script("show('overview'); show('lines'); show('documents')")
    assert [entry for entry in opened.get_log("browser") if entry["level"] == "SEVERE"] == []
    sent = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    urls = {one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"}
    assert {url for url in urls if not url.startswith("about:")} <= {page[0].as_uri()}


def test_the_policy_refuses_requests_and_foreign_code(opened):
    tried = opened.execute_async_script(
        "const done = arguments[0];"
        "fetch('https://example.org/').then(() => done('sent'), () => done('refused'))"
    )  # fmt: skip
    assert tried == "refused"
    assert opened.execute_script("try { document.body.innerHTML = '<b>x</b>'; return 'set' } catch { return 'refused' }") == "refused"
    violated = opened.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));"
        "const image = document.createElement('img'); image.src = 'https://example.org/x.png'; document.body.append(image)"
    )  # fmt: skip
    assert violated == "img-src"


def test_each_document_is_shown_whole_with_the_rules_of_its_removed_parts(opened, page):
    for n, row in enumerate(page[1]["documents"]):
        opened.execute_script("open(arguments[0])", n)
        shown = opened.execute_script(
            "return [...document.querySelectorAll('del')].map((one) => [Number(one.dataset.part), one.dataset.rules, one.title])"
        )
        cut = [(part, row["decisions"][cut]) for part, cut in enumerate(row["cuts"]) if cut >= 0 and row["parts"][part].strip()]
        assert [(part, rules) for part, rules, _ in shown] == [(part, " ".join(one["rules"])) for part, one in cut]
        assert all(one["reason"] in title for (_, one), (_, _, title) in zip(cut, shown, strict=True))
        if "hostile" not in row["id"]:
            assert text(opened, ".text").replace("Kept", "") == "".join(row["parts"])


def test_hostile_text_stays_text(opened, page):
    n = next(n for n, row in enumerate(page[1]["documents"]) if "hostile" in row["id"])
    opened.execute_script("open(arguments[0])", n)
    assert opened.title == "Review of out"
    assert opened.execute_script("return document.querySelectorAll('.text script, .text b').length") == 0
    shown = text(opened, ".text")
    assert "</script><script>document.title = 'taken'</script> &" in shown
    assert "\\u202eevil\\u2069 \\x1b[31mred\\x1b[0m <b>bold</b> 😀" in shown
    assert "hostile </script> \\u202e" in text(opened, ".document-head")
    everything = opened.execute_script("return document.body.innerText")
    assert not set(everything) & set("\u202e\u2069\x1b")
    assert opened.execute_script("return DOCUMENTS[arguments[0]].parts.join('')", n) == "".join(page[1]["documents"][n]["parts"])
    assert HOSTILE in "".join(page[1]["documents"][n]["parts"])


@pytest.mark.parametrize("name", ["category", "rule", "host", "language", "drawn"])
def test_each_value_of_a_filter_finds_its_documents(opened, page, name):
    values = opened.execute_script("return [...document.getElementById(arguments[0]).options].map((one) => one.value)", f"filter-{name}")
    of = {
        "category": lambda row: {one["category"] for one in row["decisions"][: row["removing"]]},
        "rule": lambda row: {rule for one in row["decisions"][: row["removing"]] for rule in one["rules"]},
        "host": lambda row: {row["host"]}, "language": lambda row: {row["language"]},
        "drawn": lambda row: {"drawn at random", "by risk", "not read"},
    }[name]  # fmt: skip
    assert len(values) > 1
    for value in values:
        filter_by(opened, f"filter-{name}", value)
        assert listed(opened) == [row["id"] for row in page[1]["documents"] if not value or value[1:] in of(row)]
    opened.execute_script("clearFilters()")
    assert len(listed(opened)) == 12


def test_search_and_order(opened):
    filter_by(opened, "search", "harbour REPORT 3")
    assert listed(opened) == ["03"]
    filter_by(opened, "search", "nowhere at all")
    assert "No document matches" in text(opened, "#document")
    opened.execute_script("clearFilters()")
    filter_by(opened, "order", "name")
    assert listed(opened) == sorted(listed(opened))


def test_keys_walk_through_documents_and_removed_parts(opened):
    press(opened, "j")
    assert opened.execute_script("return state.at") == 1
    press(opened, "k")
    press(opened, "n")
    assert text(opened, "#panel h3").startswith("Removed: ")
    first = opened.execute_script("return state.chosen")
    press(opened, "n")
    assert opened.execute_script("return state.chosen") > first
    press(opened, "p")
    assert opened.execute_script("return state.chosen") == first
    press(opened, "Escape")
    assert opened.execute_script("return document.getElementById('panel').hidden")
    press(opened, "r")
    assert text(opened, "#read") == "✓ Read"
    press(opened, "2")
    assert "You have read 1 of 12 documents" in text(opened, "#estimate")
    press(opened, "?")
    assert opened.execute_script("return document.getElementById('keys').open")


def test_light_and_dark(opened):
    def ground():
        return opened.execute_script("return getComputedStyle(document.body).backgroundColor")

    colours = [ground()]
    press(opened, "t")
    colours.append(ground())
    assert len(set(colours)) == 2
    for scheme in ("dark", "light"):
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        opened.refresh()
        assert ground() in colours
        colours.remove(ground())
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_page_fits_a_narrow_window(opened):
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False})
    for view in ("documents", "overview", "lines"):
        opened.execute_script("show(arguments[0])", view)
        assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def choose_line(browser, wanted):
    """Select the first part that is a line with this text, in any document."""
    found = browser.execute_script(
        "clearFilters(); for (const [n, doc] of state.found.entries()) {"
        "  const part = doc.parts.findIndex((one) => one.trim() === arguments[0]);"
        "  if (part >= 0) { open(n); choose(part); return true; } } return false", wanted,
    )  # fmt: skip
    assert found, wanted


def rules(folder, pack):
    """The exit codes of the three commands that check a pack, and what they print."""
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "reviewed.toml").write_text(pack, "utf-8")
    if not any(command.name == "check" for command in app.registered_commands):
        lint.add_commands(app)
    calls = [["fmt", "--check", str(folder / "mine")], ["lint", "--rules", str(folder / "mine")], ["test", "--rules", str(folder / "mine")]]
    results = [CliRunner().invoke(app, ["rules", *call]) for call in calls]
    return [result.exit_code for result in results], "\n".join(result.output for result in results) + pack


def test_marked_lines_are_exported_and_change_the_next_run(opened, tmp_path):
    choose_line(opened, CUT_LINE)
    press(opened, "s")
    choose_line(opened, KEPT_LINE)
    assert text(opened, "#judge") == "This is noise"
    press(opened, "x")
    assert text(opened, "#line-count") == "2"
    opened.execute_script("show('lines'); document.getElementById('export').click()")
    pack = opened.execute_script("return packToml()")
    saved = opened.downloads / "reviewed.toml"
    for _ in range(300):
        if saved.exists() and saved.read_text("utf-8") == pack:
            break
        time.sleep(0.1)
    assert saved.read_text("utf-8") == pack
    saved.unlink()
    codes, output = rules(tmp_path, pack)
    assert codes == [0, 0, 0], output
    row = next(row for row in input_rows() if KEPT_LINE in row["text"] and CUT_LINE in row["text"])
    before = Pipeline(config=Config()).run(row["text"], url=row["url"]).text
    after = Pipeline(config=Config(rules=(str(tmp_path / "mine"),))).run(row["text"], url=row["url"]).text
    assert (KEPT_LINE in before, CUT_LINE in before) == (True, False)
    assert (KEPT_LINE in after, CUT_LINE in after) == (False, True)


def test_a_judgement_is_taken_back_and_lasts_over_a_reload(opened):
    choose_line(opened, KEPT_LINE)
    press(opened, "x")
    opened.refresh()
    assert text(opened, "#line-count") == "1"
    choose_line(opened, KEPT_LINE)
    assert "It is in your lines, for lumen.example" in text(opened, "#panel")
    press(opened, "x")
    assert text(opened, "#line-count") == "0"
    assert opened.execute_script("return packToml()") == ""


def test_reading_the_random_documents_gives_an_estimate(opened):
    choose_line(opened, CUT_LINE)
    press(opened, "r")
    press(opened, "2")
    assert "In 0 of them you found removed lines that should stay: 0% of documents" in text(opened, "#estimate")
    press(opened, "1")
    press(opened, "s")
    press(opened, "2")
    assert "In 1 of them you found removed lines that should stay: 100% of documents, with a 95% interval of 21% to 100%." in text(opened, "#estimate")


STRANGE = [
    'He said "stop" \\ and \\u0041 went', "Straße der Häuser ☂", "ﬁne ﬁsh and İstanbul", "Ⅷ — chapter", "日本語の長い見出し" * 30,
    "word " * 60, "a" * 400, "tab\there", "bell\x07 sound", "mark \u202e here \u2069", "no\u00a0break", "zero\u200bwidth", "# not a comment",
    '"""', "'''", "]", "x\u2028y", "Newsletter", "Browser", "Accept all cookies", "Share", "18 / 20", "— • —", "the quiet harbour,",
    "می‌خواهم بخوانم", "emoji 👩‍👩‍👧 family", "trailing backslash \\", "é e\u0301", "Menu", "MENU »", "« Menu", "SHARE!", "\u0660\u0661 شارك",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_any_lines_make_a_pack_that_passes_all_checks(browser, tmp_path, seed):
    draw = random.Random(seed)
    hosts = ["https://one.example/", "https://www.zwei.example:8080/x", "https://münchen.example/", "", "not a url", "https://1.example/"]
    made = [{"id": f"{n} {line}", "url": draw.choice(hosts), "text": "\n\n".join(draw.sample(STRANGE, 8)) + "\n"} for n, line in enumerate(STRANGE)]
    page = review_run(make_run(tmp_path, made)).page
    (tmp_path / "review.html").write_bytes(page)
    browser.get((tmp_path / "review.html").as_uri())
    pack = browser.execute_script(
        "verdicts.clear(); for (const doc of DOCUMENTS) doc.phrases.forEach((_, line) => {"
        "  if (!refusal(doc, line)) judge(doc, line, (line + doc.id.length) % 3 ? 'noise' : 'keep'); });"
        "const pack = packToml(); localStorage.clear(); return pack"
    )
    codes, output = rules(tmp_path, pack)
    assert codes == [0, 0, 0], output
    assert pack.count("[[rule]]") > 5
