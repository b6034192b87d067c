"""The type of a page: what the page says of itself, its names and its shape."""

from __future__ import annotations

import json
import pickle
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from strategies import any_markup, documents

from cleaner.facts.page_type import OTHER, TYPES, Weights, model_bytes, page_features, page_type
from cleaner.model import Document, PageType
from cleaner.pipeline import Pipeline, clean, explain
from cleaner.segment.html import read_page, segment_page

PROSE = "<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>"


@lru_cache(maxsize=4)
def pipeline(metadata: str = "none") -> Pipeline:
    return Pipeline(classifier="rules", metadata=metadata)


def page(body: str, head: str = "") -> Document:
    html = f"<html><head>{head}</head>{body}</html>"
    read = segment_page(read_page(html))
    return Document("-", read.text, read.blocks, "html", html)


NEWS = page(
    f"<body class=single-post><article class='post entry-content'><h1>Rain</h1>{PROSE * 12}</article></body>",
    '<meta property="og:type" content="article"><script type="application/ld+json">{"@type": "NewsArticle"}</script>',
)
FORUM = page(
    "<body class='forum thread'>"
    + "".join(f"<div class='message post' id=post-{i}><div class=username>Ann</div>{PROSE}</div>" for i in range(12)),
    '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>',
)
SHOP = page(
    "<body class='single-product woocommerce'><div class='product summary'><h1>Mill</h1><span class=price>$ 20</span>"
    "<button class=add-to-cart>Buy</button><div class=product-gallery>One</div></div></body>",
    '<meta property="og:type" content="product"><script type="application/ld+json">{"@type": "Product"}</script>',
)


@pytest.mark.parametrize(("document", "name"), [(NEWS, "article"), (FORUM, "forum"), (SHOP, "product")])
def test_a_page_that_says_what_it_is(document: Document, name: str) -> None:
    found = page_type(document)
    assert found.name == name
    assert 0.6 < found.confidence <= 1


@given(any_markup())
def test_every_page_has_a_type_or_none(html: str) -> None:
    result = pipeline("light").run(html, kind="html")
    name, confidence = result.page_type
    assert name in ("", *TYPES, OTHER)
    assert 0 <= confidence <= 1
    assert bool(name) == bool(len(result.document.blocks))


@given(documents())
def test_a_text_has_none(text: str) -> None:
    assert pipeline().run(text, kind="text").page_type == PageType()


def test_probabilities_add_up_and_follow_the_weights() -> None:
    flat = Weights(
        (0.0,) * len(TYPES), {"shape: words": (1.0, *(0.0,) * (len(TYPES) - 1))}, {"shape: words": (2.0, 2.0)}
    )
    assert flat.probabilities({}) == pytest.approx([1 / len(TYPES)] * len(TYPES))
    assert flat.probabilities({"shape: words": 6.0})[0] > 0.5 > flat.probabilities({"shape: words": 2.0})[0]
    assert sum(flat.probabilities({"shape: words": 9.0, "name: unknown": 1.0})) == pytest.approx(1)


def test_a_page_for_which_no_type_is_likely_is_other(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Weights((0.0,) * len(TYPES), {}, {})
    monkeypatch.setattr("cleaner.facts.page_type._shipped", lambda: nothing)
    assert page_type(NEWS) == PageType(OTHER, round(1 / len(TYPES), 3))


def test_the_type_does_not_depend_on_what_is_cut_and_is_read_on_request() -> None:
    results = [explain(NEWS.source, captions=captions, headline="drop") for captions in ("keep", "drop")]
    assert {result.page_type for result in results} == {page_type(NEWS)}
    assert pickle.loads(pickle.dumps(results[0])).page_type == page_type(NEWS)
    assert explain(NEWS.source, metadata="none").page_type == PageType()
    assert results[0].to_dict()["page_type"] == "article"
    assert clean(NEWS.source)


def test_the_file_of_the_model_says_where_it_comes_from() -> None:
    row: dict[str, Any] = json.loads(model_bytes())
    assert tuple(row["types"]) == TYPES
    assert row["provenance"].keys() == {"command", "data", "data_digest", "date", "versions", "note"}
    assert all(row["provenance"].values())
    assert row["scales"].keys() <= row["weights"].keys()
    measures = {name for name in page_features(NEWS) if name.startswith("shape: ")}
    assert measures == row["scales"].keys()
