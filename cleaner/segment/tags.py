"""What the walk over a page does at an element, by its tag: whether it holds text, and whether it breaks the line."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import create_tag

from cleaner.model import HEADINGS, Kind

LINE, PARAGRAPH = 1, 2
"""The line ends that an element needs above and below."""

_FIRST_UNKNOWN = 0x1000  # lexbor numbers its own tags from 1; tags that it does not know have the address of a node

_NO_TEXT = frozenset(
    "script style template svg head title meta link base iframe object embed applet canvas audio video map area "
    "datalist frame frameset noframes noscript param source track col colgroup progress meter annotation "
    "annotation-xml rt rp rtc".split()  # rt: the reading of a word in ruby, which would be glued into the word
)
_PARTING = frozenset(  # a blank line above and below
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre article section figure hr header footer nav main aside form "
    "fieldset details address hgroup listing xmp plaintext menu dir search dialog".split()
)
_BREAKING = _PARTING | frozenset(  # a line of its own
    "div li dt dd thead tbody tfoot caption figcaption summary legend option optgroup select textarea body html "
    "center button tr td th".split()
)
_FORMATS = frozenset(  # they define how words look, not what they are
    "b i em strong u s sub sup font tt big small mark q cite ins del abbr acronym wbr bdi bdo var dfn nobr strike "
    "blink ruby rb".split()
)
_LABELS = frozenset(("a", "label", "button", "time"))  # two in a row are two words
_SPACES = frozenset(("img", "input"))  # separate words
_RAW = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
_STEPS = {"br": "br", "tr": "tr", "td": "cell", "th": "cell", "table": "table", "button": "button"}
_KINDS = {
    **dict.fromkeys(HEADINGS, Kind.HEADING),
    **dict.fromkeys(("pre", "code", "samp", "kbd", "listing", "xmp"), Kind.CODE),
    **dict.fromkeys(("dt", "dd"), Kind.SPEC),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    "li": Kind.ITEM,
    "blockquote": Kind.QUOTE,
}


@dataclass(frozen=True, slots=True)
class TagClass:
    """What the walk does at an element, by its name."""

    name: str
    no_text: bool = False
    breaks: int = 0  # line ends above and below
    is_format: bool = False
    is_label: bool = False
    is_space: bool = False
    is_raw: bool = False
    is_link: bool = False
    is_special: bool = False  # a custom element, or one with a step
    step: str = ""  # further work to do: br, tr, cell, table, button
    kind: Kind | None = None

    @classmethod
    def of(cls, name: str) -> TagClass:
        step = _STEPS.get(name, "")
        return cls(
            name,
            no_text=name in _NO_TEXT or name.startswith("-"),
            breaks=PARAGRAPH if name in _PARTING else LINE if name in _BREAKING else 0,
            is_format=name in _FORMATS,
            is_label=name in _LABELS,
            is_space=name in _SPACES,
            is_raw=name in _RAW,
            is_link=name == "a",
            is_special=bool(step) or "-" in name[1:],
            step=step,
            kind=_KINDS.get(name),
        )


NAMES = tuple(sorted(_NO_TEXT | _BREAKING | _FORMATS | _LABELS | _SPACES | _KINDS.keys() | {"span", "br"}))
"""The names of elements that mean something to the walk, and the most frequent others."""


def _known_classes() -> dict[int, TagClass]:
    """What to do at the elements of HTML, by the number that lexbor gives their tag.

    The number of a tag unknown to lexbor is an address, valid for one tree only; those are left out.
    """
    numbers = {node.tag_id: name for name in NAMES if (node := create_tag(name)) is not None}
    return {number: TagClass.of(name) for number, name in numbers.items() if number < _FIRST_UNKNOWN}


TAG_CLASSES = _known_classes()
"""The class of each element of HTML, by the number that lexbor gives its tag."""
