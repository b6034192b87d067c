"""What the laws are tried on: texts of any kind, and pages made of prose, noise and shapes."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

from cleaner.model import KEEP, Mark, Span
from cleaner.packs.load import load_builtin
from cleaner.packs.rule import Packs

WORDS = [
    "river",
    "bridge",
    "morning",
    "harvest",
    "window",
    "quarry",
    "lantern",
    "orchard",
    "valley",
    "thunder",
    "meadow",
    "copper",
    "sailor",
    "granite",
    "whistle",
    "feather",
    "barrel",
    "saddle",
    "thicket",
    "marble",
    "candle",
    "wagon",
    "pebble",
    "harbour",
    "chimney",
    "furrow",
    "anvil",
    "willow",
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "that",
    "was",
    "his",
    "her",
    "with",
    "for",
    "at",
    "from",
    "had",
    "were",
    "which",
    "over",
    "under",
    "their",
    "before",
    "after",
]

LINE_ENDS = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


@lru_cache(maxsize=1)
def packs() -> Packs:
    return load_builtin()


@lru_cache(maxsize=1)
def noise_examples() -> tuple[str, ...]:
    """Every text that a rule of the packs removes."""
    rules = [rule for rule in packs().rules if rule.score > 0 and rule.has_words]
    return tuple(dict.fromkeys(example for rule in rules for example in rule.removes))


@lru_cache(maxsize=1)
def noise_lines() -> tuple[str, ...]:
    """Every whole-line phrase of the packs."""
    return tuple(dict.fromkeys(line for rule in packs().rules for line in rule.lines))


def any_text() -> st.SearchStrategy[str]:
    """The most general domain: any code points, lone surrogates, NULs and odd white space among them."""
    odd = st.sampled_from(
        ["\x00", "\ud800", "\udfff", "\u200b", "\u00ad", "\ufeff", "\u00a0", "\u3000", "İ", "ß", "ﬁ", "ﷺ", "́"]
    )
    return st.lists(
        st.one_of(st.text(max_size=12), odd, st.sampled_from(LINE_ENDS), st.characters(codec=None)), max_size=40
    ).map("".join)


@st.composite
def sentences(draw: st.DrawFn, min_words: int = 12) -> str:
    """A sentence of plain words, in no way special."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=min_words, max_size=min_words + 20))
    return " ".join(words).capitalize() + draw(st.sampled_from([".", "!", "?", "…", ".”"]))


def paragraphs() -> st.SearchStrategy[str]:
    """Prose: long enough to be told from menus, and no two alike."""
    return st.lists(sentences(), min_size=1, max_size=3).map(" ".join)


def noise() -> st.SearchStrategy[str]:
    """A line or more of noise, as the packs know it."""
    glued = st.lists(st.sampled_from(noise_lines()), min_size=2, max_size=4).map(
        lambda lines: "".join(line.capitalize() for line in lines)
    )
    return st.one_of(st.sampled_from(noise_examples()), st.sampled_from(noise_lines()), glued)


def shapes() -> st.SearchStrategy[str]:
    """Lines that are neither prose nor known noise: items, rows, code, headings, scraps."""
    scrap = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    decorated = st.tuples(st.sampled_from(["- ", "• ", "1. ", "## ", "> ", "**", "| ", "$ ", "    ", "a: "]), scrap)
    fence = scrap.map(lambda text: f"```\n{text}\n```")
    return st.one_of(scrap, decorated.map("".join), fence, scrap.map(lambda text: f"{text}:"), st.just("| a | b |"))


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page: prose, noise and shapes in any order, with blank lines or without."""
    part = st.one_of(paragraphs(), noise(), noise(), shapes(), any_text())
    parts = draw(st.lists(part, max_size=30))
    gaps = draw(
        st.lists(
            st.sampled_from(["\n", "\n\n", "\n\n\n", "\n    ", "\r\n", "\n\u00a0\n"]),
            min_size=len(parts),
            max_size=len(parts),
        )
    )
    return "".join(part + gap for part, gap in zip(parts, gaps, strict=True))


def documents() -> st.SearchStrategy[str]:
    """Any text at all, more often a page."""
    return st.one_of(pages(), any_text())


@st.composite
def markdown(draw: st.DrawFn) -> str:
    """Signs of Markdown, noise and prose in any order and at any indent: one line gone, and the next means another thing."""
    signs = [
        "# T",
        "## Part",
        "- item",
        "1. step",
        "3. T",
        "---",
        "***",
        "===",
        "```",
        "~~~",
        "<!--",
        "-->",
        "$$",
        "+++",
    ]
    signs += ["[x]: /e", "<div>", "</div>", "{% if %}", "![a](b.png)", "- [ ] task", "% title", "title: x", "> quote"]
    signs += ["| a | b |", "|---|---|", ":::", "[TOC]", "word", ""]
    part = st.one_of(st.sampled_from(signs), noise(), noise(), sentences())
    indent = st.sampled_from(["", "", "", "\t", "    ", "  ", "- ", "> ", "# "])
    parts = draw(st.lists(st.tuples(indent, part, st.sampled_from(["\n", "\n", "\n\n", "\r\n"])), max_size=16))
    return "".join(piece for three in parts for piece in three)


INLINE = ("b", "em", "a", "span", "code", "g-mark")
BLOCK = ("p", "div", "li", "ul", "h2", "section", "td", "table", "tr", "blockquote", "nav", "footer", "pre", "x-card")
NAMES = ("menu", "cookie-banner", "share", "content", "post", "comments", "sidebar", "c1", "hero")


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    """An element with text and elements in it; its words are single, so that they can be told apart."""
    tag = draw(st.sampled_from(BLOCK + INLINE))
    name = draw(st.one_of(st.just(""), st.sampled_from(NAMES)))
    inner = st.sampled_from(WORDS).map(lambda word: f" {word} ")
    if depth:
        inner = st.one_of(inner, elements(depth - 1), sentences().map(lambda text: f"<p>{text}</p>"))
    inside = "".join(draw(st.lists(inner, max_size=4)))
    attribute = f' class="{name}"' if name else ""
    hidden = draw(st.sampled_from(["", "", "", " hidden", ' style="display: none"']))
    return f"<{tag}{attribute}{hidden}>{inside}</{tag}>"


def html_pages() -> st.SearchStrategy[str]:
    """A page of elements, with or without head and body, whole or cut off anywhere."""
    body = st.lists(elements(), max_size=6).map("".join)
    whole = st.tuples(st.sampled_from(["", "<!doctype html><html><head><title>t</title></head><body>"]), body)
    cut_off = st.tuples(whole.map("".join), st.floats(0, 1)).map(
        lambda drawn: drawn[0][: int(drawn[1] * len(drawn[0]))]
    )
    return st.one_of(whole.map("".join), cut_off)


SOUP = (
    *BLOCK,
    *INLINE,
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "textarea",
    "br",
    "img",
    "dl",
    "dt",
    "select",
    "option",
    "ol",
)


def tag_soup() -> st.SearchStrategy[str]:
    """Start tags, end tags and words in any order: what a parser makes a tree of that nobody wrote."""
    tag = st.tuples(st.sampled_from(["<", "<", "</"]), st.sampled_from(SOUP)).map(
        lambda drawn: f"{drawn[0]}{drawn[1]}>"
    )
    word = st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", "\n", "\n\n", "\u2028", "\x0b"])).map("".join)
    cell = st.one_of(word, tag, st.tuples(tag, word).map("".join))
    row = st.lists(cell, max_size=5).map(lambda cells: f"<table><tr><td>{'<td>'.join(cells)}")
    return st.lists(st.one_of(tag, tag, word, row), max_size=30).map("".join)


def any_markup() -> st.SearchStrategy[str]:
    """Anything at all that has angle brackets in it."""
    scraps = [
        "<",
        ">",
        "</",
        "<p",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        '"',
        "'",
        "=",
        "<script>",
        "&lt;",
    ]
    scraps += [
        "<?xml",
        "<select><option>",
        "<table><tr>",
        "<template shadowrootmode=open>",
        "<noscript>",
        "<svg><path/>",
    ]
    return st.lists(st.one_of(st.sampled_from(scraps), st.text(max_size=8)), max_size=40).map("".join)


@st.composite
def marks(draw: st.DrawFn, length: int = 60) -> list[Mark]:
    """Marks over a text of ``length`` characters: any spans, overlapping or not, any scores."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, length))
        end = draw(st.integers(start, length))
        score = draw(st.one_of(st.integers(-150, 150), st.just(KEEP)))
        found.append(Mark(Span(start, end), f"test/r{draw(st.integers(0, 5))}", "test", "drawn", score))
    return found
