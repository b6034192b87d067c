"""Features in words, for the reasons of cuts."""

from __future__ import annotations

from cleaner.scorer.names import NAME_FEATURES
from cleaner.scorer.wording import WORDING_FEATURES

_TRUE = {
    "in declared body": "in the article text that the page declares",
    "log above declared body": "above the article text that the page declares",
    "log below declared body": "below the article text that the page declares",
    "in description": "in the description that the page declares",
    "like title": "like the title that the page declares",
    "in body": "inside the element with most of the prose",
    "directly in body": "directly in the element with most of the prose",
    "like body": "marked up like most of the prose",
    "log above body": "above the first prose",
    "log below body": "below the last prose",
    "branch heading": "in a box with a heading of its own",
}
SILENT_AT_ZERO = frozenset((*_TRUE, *NAME_FEATURES, *WORDING_FEATURES))
"""Features that give a reason only if they are not 0: the page says something, or names or words are known."""


def in_words(name: str, value: float) -> str:
    """What a feature with this value says of a block; features without a phrase have their name and value."""
    if value and name in _TRUE:
        return _TRUE[name]
    if value and name in NAME_FEATURES:
        return (
            f"elements with such names hold {'content' if value > 0 else 'boilerplate'} on other sites ({value:+.1f})"
        )
    if value and name in WORDING_FEATURES:
        place = name.removeprefix(WORDING_FEATURES[0]).strip() or "here"
        kind = "content" if value > 0 else "boilerplate"
        return f"words ({place}) that are {kind} on other sites ({value:+.1f})"
    return f"{name} {value:.2g}"
