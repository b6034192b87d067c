"""Links to a place on the same page, which may refer to a note or lead back from it."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.inline.address import fragment_of
from cleaner.inline.elements import Attributes, Open
from cleaner.model import HEADINGS


@dataclass(slots=True)
class Reference:
    """A link to a place on the same page: its index among the spans, where it leads, the ids that lead to it.

    It ``is_raised`` if it is in a superscript, or declared to refer to a note.
    """

    index: int
    fragment: str
    ids: frozenset[str]
    is_raised: bool


def reference_of(entry: Open, index: int) -> Reference | None:
    """The reference that a link is; None if it leads to another page."""
    attributes = entry.node.attributes
    fragment = fragment_of(attributes.get("href"))
    if not fragment:
        return None
    ids, outer, is_raised = {attributes.get("id")}, entry.parent, _is_declared(attributes)
    for _ in range(2):
        if outer is not None and outer.found.name in ("sup", "span"):
            ids.add(outer.node.attributes.get("id"))
            is_raised |= outer.found.name == "sup"
            outer = outer.parent
    inside = entry.node.css_first("sup")
    if inside is not None:
        is_raised = True
        ids.add(inside.attributes.get("id"))
    return Reference(index, fragment, frozenset(id for id in ids if id), is_raised)


def is_anchor(entry: Open, text: str) -> bool:
    """Whether a link with this text is only the sign with which a heading links to itself."""
    if any(map(str.isalnum, text)) or not fragment_of(entry.node.attributes.get("href")):
        return False
    return entry.innermost(lambda one: one.found.name in HEADINGS) is not None


def _is_declared(attributes: Attributes) -> bool:
    """Whether a link is declared to lead to a note."""
    declared = f"{attributes.get('role')} {attributes.get('epub:type')} {attributes.get('class')}"
    return any(word in declared for word in ("noteref", "footnote", "fnref"))
