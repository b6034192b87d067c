"""The walk over a page by the native core: the same lines and elements as those of `cleaner.segment.html`.

The core reads the tree of lexbor through functions that the library of selectolax exports. They are looked up by name.
Before the first page a sample is read both ways; if a function is missing or the results differ, Python does the work.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, Protocol

import selectolax.lexbor
from selectolax.lexbor import LexborNode

from cleaner._native import Library, address_of
from cleaner._native.characters import PAGES, UTF32, Characters
from cleaner.chars import CLOSERS, COLONS, SENTENCE_ENDS, is_joined
from cleaner.model import Kind, Tag, Tree
from cleaner.segment.page_styles import MAX_SHEET, MAX_SHEETS
from cleaner.segment.start_tags import BINDING, READ, TOLD, Attributes, StartTags
from cleaner.segment.style_rules import StyleRule
from cleaner.segment.style_sheet import Sheet
from cleaner.segment.tags import NAMES, TAG_CLASSES, TagClass

_FUNCTIONS = (
    "lxb_dom_node_next_noi", "lxb_dom_node_prev_noi", "lxb_dom_node_first_child_noi", "lxb_dom_node_tag_id_noi",
    "lxb_dom_node_type_noi", "lxb_dom_node_text_content", "lxb_dom_element_first_attribute_noi",
    "lxb_dom_element_next_attribute_noi", "lxb_dom_attr_qualified_name", "lxb_dom_attr_value_noi",
    "lxb_dom_element_qualified_name",
)  # fmt: skip
_UNKNOWN_CHARACTERS = -(1 << 2)  # what the core returns
_KINDS = tuple(Kind)
_NO_KIND = (1 << 8) - 1
_STEPS = ("", "br", "tr", "cell", "table", "button")
_COUNT = len(READ)
_STRINGS = _COUNT - 1  # whose values the core gives

_NAMES = {number: found.name for number, found in TAG_CLASSES.items()}


def _flags(*names: str) -> int:
    return sum(1 << READ.index(name) for name in names)


_TOLD = _flags(*TOLD)
_CLASS_VALUE, _ID_VALUE = _flags("class") << _COUNT, _flags("id") << _COUNT
_IS_BOUND = 1 << 2 * _COUNT


_STYLE_ID, _LINK_ID = ({found.name: n for n, found in TAG_CLASSES.items()}[name] for name in ("style", "link"))
_BINDING = b"".join(bytes([len(name)]) + name.encode() for name in sorted(BINDING))


class Tagger(Protocol):
    """Makes start tags: the walk of Python. ``known`` are those made before, by name, class, id and what is rare."""

    known: dict[tuple[Any, ...], Tag]

    def tag(self, name: str, attributes: Mapping[str, str | None]) -> Tag:
        """The start tag of an element with these attributes, None for one without a value."""


class Walked(NamedTuple):
    """What a walk finds: the text, and for each of its rows the kind, the element and the characters in links."""

    text: str
    kinds: Sequence[Kind]
    elements: Sequence[int]
    links: Sequence[int]
    tree: Tree
    starts: StartTags
    sheet: Sheet
    codes: bytes = b""
    """The characters of the text in UTF-32, where they are known."""


class _TagClass(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint16),
        *((name, ctypes.c_uint8) for name in ("breaks", "step", "kind", "is_known")),
    )


class _Walk(ctypes.Structure):
    """``struct walk`` in ``cleaner/_native/walk.c``."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("dom", "root", "classes")),
        *((name, ctypes.c_int64) for name in ("class_count", "text_id", "style_id", "link_id", "with_noscript")),
        *((name, ctypes.c_int64) for name in ("max_sheet", "max_sheets")),
        ("other_names", ctypes.c_char_p),
        ("other_classes", ctypes.c_void_p),
        ("other_count", ctypes.c_int64),
        ("binding", ctypes.c_char_p),
        *((name, ctypes.c_void_p) for name in ("characters", "known_pages", "unknown_pages")),
        ("unknown_count", ctypes.c_int64),
    )


class _Buffer(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("used", ctypes.c_size_t), ("room", ctypes.c_size_t))


class _Page(ctypes.Structure):
    _fields_ = (
        *(
            (name, _Buffer)
            for name in (
                "text", "kinds", "elements", "links", "parents", "ends", "tag_of", "tag_numbers", "tag_flags",
                "strings", "names", "formats", "sheets", "rules", "applies",
            )
        ),
        ("is_alone", ctypes.c_int64),
    )  # fmt: skip


class NativeWalker:
    """What all walks share: the functions of lexbor, and what to do at each element of HTML."""

    def __init__(self, core: Library, text_id: int) -> None:
        """``text_id`` is the number of the tag of text nodes.

        Raises `OSError`, `AttributeError` or `ValueError` if the core or selectolax lack what is needed.
        """
        if core.walk_size != ctypes.sizeof(_Walk):
            raise ValueError("the core was built for other code")
        lexbor = ctypes.CDLL(selectolax.lexbor.__file__)
        addresses = [ctypes.cast(lexbor[name], ctypes.c_void_p).value or 0 for name in _FUNCTIONS]
        self._core = core
        self._dom = (ctypes.c_void_p * len(addresses))(*addresses)
        self._classes = (_TagClass * (max(TAG_CLASSES) + 1))()
        for number, found in TAG_CLASSES.items():
            self._classes[number] = _of_class(found)
        others = sorted({*NAMES} - {found.name for found in TAG_CLASSES.values()})
        self._other_names = "".join(f"{name}\0" for name in others).encode() or b"\0"
        self._others = (_TagClass * max(len(others), 1))(*map(_of_class, map(TagClass.of, others)))
        self._other_count = len(others)
        self._text_id = text_id

    def walk(self, root: LexborNode, tagger: Tagger, *, with_noscript: bool) -> Walked | None:
        """The lines and elements below ``root``; None if Python has to read this page."""
        unknown = array("i", bytes(4 * PAGES))
        arguments = _Walk(
            dom=ctypes.addressof(self._dom),
            root=root.mem_id,
            classes=ctypes.addressof(self._classes),
            class_count=len(self._classes),
            text_id=self._text_id,
            style_id=_STYLE_ID,
            link_id=_LINK_ID,
            max_sheet=MAX_SHEET,
            max_sheets=MAX_SHEETS,
            with_noscript=with_noscript,
            other_names=self._other_names,
            other_classes=ctypes.addressof(self._others),
            other_count=self._other_count,
            binding=_BINDING,
            characters=_CHARACTERS.address,
            known_pages=_CHARACTERS.known_address,
            unknown_pages=address_of(unknown),
        )
        found = ctypes.c_void_p()
        addresses = ctypes.addressof(arguments), ctypes.addressof(found)
        while failed := self._core.walk(*addresses):
            if failed != _UNKNOWN_CHARACTERS:
                return None
            _CHARACTERS.learn_pages(unknown[: arguments.unknown_count])
        try:
            return _read(_Page.from_address(found.value or 0), tagger)
        finally:
            self._core.free_page(found)


def _of_class(found: TagClass) -> _TagClass:
    flags = (
        found.no_text, found.is_format, found.is_label, found.is_space, found.is_raw, found.is_link, found.is_special,
        found.name == "ol", found.name == "template", found.name == "noscript",
    )  # fmt: skip
    kind = _NO_KIND if found.kind is None else _KINDS.index(found.kind)
    return _TagClass(sum(flag << n for n, flag in enumerate(flags)), found.breaks, _STEPS.index(found.step), kind, 1)


def _read(page: _Page, tagger: Tagger) -> Walked:
    """The result of the core as Python's objects."""
    columns = ("elements", "links", "parents", "ends", "tag_of", "formats")
    numbers = {name: _numbers(getattr(page, name)) for name in columns}
    tags, told, bound = _tags(page, tagger)
    tree = Tree.numbered(tuple(numbers["parents"]), tags, tuple(numbers["tag_of"]), tuple(numbers["ends"]))
    kinds = [_KINDS[n] for n in _bytes(page.kinds)]
    formats = numbers["formats"]
    starts = StartTags(numbers["tag_of"], tags, told, bound, formats[::2], formats[1::2])
    codes, sheet = _bytes(page.text), _sheet(page)
    return Walked(codes.decode(UTF32), kinds, numbers["elements"], numbers["links"], tree, starts, sheet, codes)


def _sheet(page: _Page) -> Sheet:
    parts = _bytes(page.rules).decode("utf-8", "replace").split("\0")
    found = zip(parts[::2], parts[1::2], _bytes(page.applies), strict=False)  # one part is left after the last null
    rules = [StyleRule(selector, declarations, bool(applies)) for selector, declarations, applies in found]
    return Sheet(_bytes(page.sheets), rules, is_alone=bool(page.is_alone))


def _bytes(buffer: _Buffer) -> bytes:
    return ctypes.string_at(buffer.data, buffer.used) if buffer.used else b""


def _numbers(buffer: _Buffer) -> array[int]:
    return array("i", _bytes(buffer))


def _tags(page: _Page, tagger: Tagger) -> tuple[list[Tag], dict[int, Attributes], set[int]]:
    """The different start tags, as they are written; those with attributes that may hide; those with bindings."""
    strings = iter(_bytes(page.strings).decode("utf-8", "replace").split("\0"))
    names = [name.decode("utf-8", "replace") for name in _bytes(page.names).split(b"\0")]
    found: list[Tag] = []
    told: dict[int, Attributes] = {}
    known, new = tagger.known, tuple.__new__  # which makes a tag in half the time of a call of the class
    all_flags = _numbers(page.tag_flags)
    for number, flags, classes, id in zip(_numbers(page.tag_numbers), all_flags, strings, strings, strict=False):
        name = _NAMES[number] if number >= 0 else names[-1 - number]
        if flags & _TOLD or name == "dialog":
            others = islice(strings, _STRINGS - 2) if flags & _TOLD else ()
            attributes = _attributes(flags, (classes, id, *others, ""))
            told[len(found)] = attributes
            found.append(tagger.tag(name, attributes))
            continue
        key = name, classes if flags & _CLASS_VALUE else None, id if flags & _ID_VALUE else None
        tag = known.get(key)
        if tag is None:
            tag = known[key] = new(Tag, (name, id, tuple(classes.split()) if classes else (), "", False))
        found.append(tag)
    return found, told, {n for n, flags in enumerate(all_flags) if flags & _IS_BOUND}


def _attributes(flags: int, values: Sequence[str]) -> Attributes:
    """The attributes of a start tag that Python reads, None for one without a value."""
    return {name: values[n] if flags >> (n + _COUNT) & 1 else None for n, name in enumerate(READ) if flags >> n & 1}


def _class(char: str) -> int:
    flags = (
        char.isspace(), char.islower(), char.isupper(), is_joined(char), char in SENTENCE_ENDS, char in CLOSERS,
        char in COLONS,
    )  # fmt: skip
    return sum(flag << n for n, flag in enumerate(flags))


_CHARACTERS = Characters(_class)


@cache
def native_walker(core: Library, text_id: int) -> NativeWalker | None:
    """The walker that uses ``core``, None if it can't be used."""
    try:
        return NativeWalker(core, text_id)
    except (OSError, AttributeError, ValueError):
        return None
