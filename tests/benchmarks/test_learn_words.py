"""Learning what words are worth: from pages of several domains, and never from a page's own."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from bench.scorer_pages import Page
from cleaner.scorer.wording import WORDING_FEATURES
from cleaner.segment.text import segment_text

pytest.importorskip("sklearn")

FURNITURE = ("log in here", "share this page", "terms of use")
CONTENT = ("the river rose again", "a bridge was shut", "farmers asked for help")


def page(number, lines, labels):
    blocks = segment_text("\n".join(lines)).blocks
    values = np.zeros((len(labels), len(WORDING_FEATURES)), np.float32)
    return Page(
        f"page-{number}", "wcxb: bs4", "article", f"site-{number}.example", WORDING_FEATURES, values,
        np.array(labels, bool), blocks, {},
    )  # fmt: skip


def pages(count=12):
    return [page(n, [*FURNITURE, *CONTENT], [False] * 3 + [True] * 3) for n in range(count)]


def test_words_of_furniture_and_of_content_are_told_apart():
    from bench.learn_words import keys_of, learn

    found = pages()
    odds = learn(found, [keys_of(one) for one in found])
    assert odds[crc32(b"log")] < 0 < odds[crc32(b"river")]


def test_a_word_of_few_domains_is_not_learned():
    from bench.learn_words import MIN_DOMAINS, keys_of, learn

    rare = [page(100 + n, ["zebra crossing"], [True]) for n in range(MIN_DOMAINS - 1)]
    found = [*pages(), *rare]
    assert crc32(b"zebra") not in learn(found, [keys_of(one) for one in found])


def test_the_features_of_a_page_come_from_other_domains():
    from bench.learn_words import MIN_DOMAINS, put_learned_words

    own = [page(100, ["zebra crossing", "the river rose again"], [True, True]) for _ in range(MIN_DOMAINS * 3)]
    found = [*pages(), *own]
    odds = put_learned_words(found)
    assert crc32(b"zebra") not in odds
    assert all(one.values[0, 0] == 0 < one.values[1, 0] for one in own)
