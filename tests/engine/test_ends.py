"""The ends of a text: what is taken as one piece below and above the content, where it begins, and what it leaves.

Laws first: running text below known noise survives, and an end begins at a line of known noise. Then examples of
content that ends pages, and of the measures.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import planted_content as planted
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from cleaner.model import REGION
from cleaner.packs.load import load_builtin
from cleaner.packs.match import Matcher
from cleaner.pipeline import Pipeline
from cleaner.resolve import CUTS_ALONE
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import default_stages
from cleaner.stages.ends import ABOVE, BELOW, HEAD, TAIL, Ends, Measures, Seen, starts
from cleaner.view import View

CLASSIFIERS = ("rules", "blocks")
PROSE_SHARE = 0.08
"""A paragraph of at least this share of the words of the running text that stays is never taken for a teaser."""


@lru_cache(maxsize=2)
def careful(classifier: str = "rules") -> Pipeline:
    return Pipeline(profile="careful", classifier=classifier, metadata="none")  # type: ignore[arg-type]


def kept_lines(text: str, classifier: str) -> set[str]:
    return {line.strip() for line in careful(classifier).run(text, kind="text").text.splitlines()}


@lru_cache(maxsize=1)
def _made():
    packs = load_builtin()
    return packs, Matcher(packs), default_stages(packs)


def ends_of(document):
    """What the stages before see of a document, and the marks of this one."""
    _, matcher, stages = _made()
    document, _ = matcher.match(document)
    view = View(document)
    for stage in stages:
        found = list(stage(view))
        if isinstance(stage, Ends):
            return view, found
        view.add(found)
    raise AssertionError("the stage is not in the line")


def marked(*lines, rule=TAIL):
    """The lines that the stage marks with ``rule``."""
    view, found = ends_of(segment_text("\n\n".join(lines)))
    return [view.document.text[slice(*mark.span)] for mark in found if mark.rule == rule.id]


ENGLISH = planted.languages()["en"]
PROSE = (*ENGLISH["prose"], *ENGLISH["more_prose"])
FOOT = ("Share this article", "Leave a comment", "Sign up for our newsletter")
OTHERS = (
    "A minister on a visit to the lower town for the second time in only a year",
    "The spring fair opens a whole week late because of the snow in the upper valley",
    "Eleven children and one school that nobody in the old harbour wants to close",
)
"""Headlines of other pages, in words that no rule knows; too long for the stage that looks at the lines around."""
FURNITURE = (*FOOT, *OTHERS, "Privacy policy", "All rights reserved")


# laws


@st.composite
def furnished(draw, least_known=3):
    """An article, and lines of furniture, three of them known: the language, its paragraphs, the rest, the furniture."""
    language = draw(st.sampled_from(sorted(planted.languages())))
    words = planted.languages()[language]
    prose = draw(st.permutations([*words["prose"], *words["more_prose"]]))
    spoken = planted.furniture_of(language) or planted.furniture_of("en")
    known = draw(st.lists(st.sampled_from(spoken), min_size=least_known, max_size=9, unique=True))
    unknown = draw(st.lists(st.sampled_from([*planted.UNKNOWN, *OTHERS]), max_size=6, unique=True))
    return language, prose[:6], prose[6:], [known[0], *draw(st.permutations([*known[1:], *unknown]))]


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), st.integers(2, 4), st.data())
def test_two_or_more_paragraphs_survive_anywhere_below_known_noise(classifier, drawn, count, data):
    _, above, rest, foot = drawn
    at = data.draw(st.integers(1, len(foot)))
    planted_lines = rest[:count]
    assert len(planted_lines) >= 2
    text = "\n\n".join([*above, *foot[:at], *planted_lines, *foot[at:]])
    note(text)
    assert {*above, *planted_lines} <= kept_lines(text, classifier)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), st.data())
def test_one_paragraph_of_some_size_survives_anywhere_below_known_noise(classifier, drawn, data):
    _, above, rest, foot = drawn
    at = data.draw(st.integers(1, len(foot)))
    blocks = segment_text("\n\n".join([rest[0], *above])).blocks
    assert blocks.words[0] >= PROSE_SHARE * sum(blocks.words)
    text = "\n\n".join([*above, *foot[:at], rest[0], *foot[at:]])
    note(text)
    assert {*above, rest[0]} <= kept_lines(text, classifier)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), furnished())
def test_a_second_article_below_the_furniture_of_the_first_survives(classifier, first, second):
    """A newsletter, a digest: each article has its title, its text and its own line of buttons."""
    title = planted.languages()[second[0]]["title"][0]
    text = "\n\n".join([*first[1], *first[3], title, *second[1], *second[3]])
    note(text)
    assert {*first[1], *second[1]} <= kept_lines(text, classifier)


@given(furnished(), st.lists(st.sampled_from(planted.UNKNOWN), max_size=4, unique=True), st.booleans())
def test_an_end_begins_at_a_line_of_known_noise_and_never_at_the_text(drawn, between, is_head):
    """What is between the running text and the first known line has no mark of this stage."""
    _, above, _, foot = drawn
    parts = [*above, *between, *foot]
    view, found = ends_of(segment_text("\n\n".join(reversed(parts) if is_head else parts)))
    blocks, words = view.document.blocks, view.sums_of_words()
    known = {i for i, score in enumerate(words) if score >= CUTS_ALONE and not blocks.prose[i]}
    for mark in found:
        i = view.places[mark.span.start]
        rule, outer, inner = (TAIL, range(i), max) if mark.rule == TAIL.id else (HEAD, range(i + 1, len(blocks)), min)
        assert mark.rule == rule.id
        prose = [j for j, is_prose in enumerate(blocks.prose) if is_prose and blocks.texts[j] in above]
        assert prose
        edge = inner(prose)
        assert any(j in known and (edge < j < i or i < j < edge) for j in outer)


@given(furnished())
def test_a_reason_names_the_line_of_known_noise_at_which_the_end_begins(drawn):
    _, above, _, foot = drawn
    view, found = ends_of(segment_text("\n\n".join([*above, *foot])))
    texts, sums = view.document.blocks.texts, view.sums_of_words()
    known = [text[:40] for text, score in zip(texts, sums, strict=True) if score >= CUTS_ALONE]
    for mark in found:
        assert mark.category == REGION
        named = mark.reason.partition("“")[2].removesuffix("”")
        assert named in known
        assert mark.reason.startswith("Nothing but page furniture ")


@given(furnished())
def test_on_a_page_with_markup_the_stage_is_silent(drawn):
    _, above, _, foot = drawn
    html = "".join(f"<p>{escape(line)}</p>" for line in [*above, *foot])
    assert ends_of(segment_page(read_page(html)))[1] == []


@given(furnished(), st.sampled_from(["dialogue", "poem", "faq", "headed"]), st.booleans(), st.data())
def test_a_unit_of_short_lines_below_the_text_stays_or_goes_whole(drawn, kind, is_parted, data):
    """Between the text and the furniture it stays; below a line of known noise it goes whole, or stays."""
    language, above, _, foot = drawn
    lines = planted.unit(kind, planted.languages()[language], data.draw(st.randoms(use_true_random=False)))
    unit = "\n".join(lines)
    parts = [*above, *foot[:1], unit, *foot[1:]] if is_parted else [*above, unit, *foot]
    for classifier in CLASSIFIERS:
        kept = kept_lines("\n\n".join(parts), classifier)
        stays = [line in kept for line in lines if line]
        assert all(stays) if not is_parted else len(set(stays)) == 1
