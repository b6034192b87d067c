"""One more pass over the tree of a page, in step with its text: each text node is found in the text again.

The walk in `cleaner.segment.html` keeps every character of a page but white space, in order. So this one only has to
read on in the text to know where each element begins and ends in it, and numbers elements by the same rule.
"""

from __future__ import annotations

from typing import Protocol

from selectolax.lexbor import LexborNode

from cleaner.inline.elements import Open
from cleaner.inline.finds import Finds
from cleaner.inline.inserts import Inserts
from cleaner.inline.reading import Reading
from cleaner.segment.html import shown_child
from cleaner.segment.tags import TAG_CLASSES, TagClass

_TEXT = "-text"


def walk(root: LexborNode | None, text: str, base: str, *, with_noscript: bool) -> Finds:
    """What is marked up below ``root``, whose text is ``text``; ``base`` is the address that others are relative to."""
    reading = Reading(text)
    finds = Finds(base, reading, Inserts(reading))
    if root is not None:
        Walker(finds, with_noscript=with_noscript).run(root)
    return finds


class _Inserts(Protocol):
    def settle(self, *, at: int = ..., is_end: bool = ...) -> None: ...


class Listener(Protocol):
    """What hears of each element when the walk enters and leaves it."""

    @property
    def reading(self) -> Reading: ...
    @property
    def inserts(self) -> _Inserts: ...
    def enter(self, entry: Open) -> None: ...
    def leave(self, entry: Open) -> None: ...
    def unread(self, node: LexborNode, found: TagClass, top: Open) -> None: ...


class Walker:
    """One pass over a tree, without recursion."""

    def __init__(self, finds: Listener, *, with_noscript: bool) -> None:
        self.finds = finds
        self._reading = finds.reading
        self._with_noscript = with_noscript
        self._classes = dict(TAG_CLASSES)  # numbers of tags unknown to HTML are valid for one tree only

    def run(self, root: LexborNode) -> None:
        """Read everything below ``root``."""
        top = Open(root, self._class(root), None, 0, number=0)
        node = root.child
        while True:
            while node is None:
                self._leave(top)
                if top.parent is None:
                    self.finds.inserts.settle(is_end=True)
                    return
                node = top.node.next
                top = top.parent
            if node.tag == _TEXT:
                self._read(node.text_content or "", top)
                node = node.next
                continue
            found = self._classes.get(node.tag_id) or self._class(node)
            child = node.child
            if found.no_text:
                child = shown_child(node, found.name, with_noscript=self._with_noscript)
                if child is None:
                    self.finds.unread(node, found, top)
                    node = node.next
                    continue
            entry = self._enter(node, found, top)
            if child is None:
                self._leave(entry)
                node = node.next
            else:
                top, node = entry, child

    def _read(self, content: str, top: Open) -> None:
        span = self._reading.find(content, top)
        if span is not None:
            self.finds.inserts.settle(at=span.start)
            self._reading.take(span)

    def _enter(self, node: LexborNode, found: TagClass, top: Open) -> Open:
        reading = self._reading
        entry = Open(node, found, top, top.depth + 1, top.is_raw or found.is_raw, first=len(reading.pieces))
        if found.breaks or found.step in ("br", "cell"):
            reading.breaks += 1
        self.finds.enter(entry)
        return entry

    def _leave(self, entry: Open) -> None:
        reading = self._reading
        entry.last = len(reading.pieces)
        if entry.found.breaks or entry.found.step == "cell":
            reading.breaks += 1
        self.finds.leave(entry)

    def _class(self, node: LexborNode) -> TagClass:
        found = self._classes[node.tag_id] = TagClass.of(node.tag or "-")
        return found
