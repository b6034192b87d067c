"""The style sheets inside a page, as a walk over its tree meets them. The native core reads the same."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from cleaner.segment.style_rules import may_hide, rules_of, without_comments
from cleaner.segment.style_sheet import Sheet

MAX_SHEET, MAX_SHEETS = 100_000, 400_000
"""Bytes of a style element, and of all that are read; those of some frameworks are longer."""


class Sheets:
    """The style sheets inside a page, as a walk over its tree meets them."""

    def __init__(self) -> None:
        self._parts = b""
        self._is_alone = True

    def add_head(self, root: LexborNode) -> None:
        """Read the style sheets in the elements before ``root``, the body of a page."""
        head = root.prev
        while head is not None:
            node = head.child
            while node is not None:
                self.add(node, node.tag or "")
                node = node.next
            head = head.prev

    def add(self, node: LexborNode, name: str) -> None:
        """Read an element if it is a style sheet, or a link to one."""
        if name == "link" and "stylesheet" in (node.attributes.get("rel") or "").lower():
            self._is_alone = False
        child = node.child if name == "style" else None
        if child is None:
            return
        media = (node.attributes.get("media") or "").lower()
        text = (child.text_content or "").encode("utf-8", "replace")
        is_for_screens = not media or (("all" in media or "screen" in media) and "(" not in media)
        if is_for_screens and len(text) <= MAX_SHEET and len(self._parts) + len(text) <= MAX_SHEETS:
            self._parts += text + b"\n"

    def read(self) -> Sheet:
        """What was read."""
        text = without_comments(self._parts)
        found = rules_of(text.decode("utf-8", "replace"))
        rules = [one for one in found if may_hide(one.declarations, is_alone=self._is_alone)]
        return Sheet(text, rules, is_alone=self._is_alone)
