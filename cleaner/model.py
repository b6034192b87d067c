"""The data that flows through the pipeline: text, blocks, marks, cuts, pieces.

Data only: apart from the two views of a `Result`, which are imported when asked for, this module imports nothing else
of the package. Offsets are code points of ``Document.text``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

if TYPE_CHECKING:
    from cleaner.whitespace import Tidied

KEEP = -1_000_000
"""Score of a veto: no sum of votes outweighs it."""


TEMPLATE = "template"
"""The category of what repeats on the pages of a site. It says nothing about the lines around it."""
CONTEXT = "context"
"""Category of marks for the surroundings of a block only; a mark for the words of a block names the cut first."""

LEARNED = "scorer"
"""Category of marks by the learned scorer."""

HIDDEN = "hidden"
"""The category of text that a reader of a page cannot see."""
REGION = "region"
"""Category of marks that say a block is outside the main element of its page."""

OPINION = "trafilatura"
"""Category of marks by another extractor."""

COMMENTS = "comments"
"""Category of what readers wrote below a page."""

CAPTION = "caption"
"""Category of captions, which are content unless an option says otherwise."""

HEADLINE = "headline"
"""Category of the headline, which is content unless an option says otherwise."""

PAGING = "paging"
"""Category of running heads and page numbers, which say nothing about noise near them."""

CONTENT = frozenset((CAPTION, HEADLINE))
"""Categories of content that an option asks to remove: they say nothing about noise near it."""

MECHANISMS = frozenset((LEARNED, CONTEXT, REGION, OPINION))
"""Categories of marks that name the way a block was judged, not its content: a model, its surroundings, its place."""

UNCLASSIFIED = "unclassified"
"""Category of a cut that only mechanisms made, far from any other."""

EMPTIED = "emptied"
"""The promise that no text is emptied."""

ERROR_PAGE, CONSENT_PAGE = "error_page", "consent_page"
WHOLE_PAGES = (ERROR_PAGE, CONSENT_PAGE)
"""The statuses of pages that are noise as a whole. If both apply, the first one counts."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
"""The tags of headings, by level."""


InputKind = Literal["html", "markdown", "rst", "text"]

TextFormat = Literal["plain", "markdown"]

Whitespace = Literal["keep", "tidy"]

Images = Literal["keep", "alt", "drop"]


_new = tuple.__new__  # which makes a named tuple in half the time of a call of its class


class Span(NamedTuple):
    """A half-open range of code points, ``text[start:end]``."""

    start: int
    end: int


class Kind(StrEnum):
    """What a reader takes a block for."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    STEP = "step"
    SPEC = "spec"
    CELL = "cell"
    CAPTION = "caption"
    CODE = "code"
    QUOTE = "quote"

    __hash__ = str.__hash__  # that of enumerations is a function in Python, and kinds are looked up for every block


class Hit(NamedTuple):
    """A rule that found its words in a block. ``rule`` indexes the rules of the packs in use."""

    rule: int
    found: str


class Tag(NamedTuple):
    """What the start tag of an element says: its name, id, classes, role, and whether it is hidden at first."""

    name: str
    id: str = ""
    classes: tuple[str, ...] = ()
    role: str = ""
    hidden: bool = False

    def __str__(self) -> str:
        return self.written(len(self.classes))

    def written(self, most: int) -> str:
        """As in a style sheet, with ``most`` classes at most: ``div#consent.modal``."""
        name = f"{self.name}#{self.id}" if self.id else self.name
        return ".".join((name, *self.classes[:most])) if self.classes else name


@dataclass(frozen=True)
class Tree:
    """The elements of a page that hold anything, as columns, in document order: parents come before their children.

    ``parents[i]`` is the number of the parent of element i, -1 for the root; ``ends[i]`` the number after its last
    descendant. ``hiding`` has the way in which an element is hidden, for those that are (see
    `cleaner.segment.hiding`). Elements that are only a format, such as ``<b>``, are not in the tree; ``hiding_formats``
    has the same for the n-th of those that have attributes and hold text.
    """

    parents: tuple[int, ...] = ()
    tags: tuple[Tag, ...] = ()
    ends: tuple[int, ...] = ()
    hiding: Mapping[int, str] = field(default_factory=dict)
    hiding_formats: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def numbered(
        cls, parents: tuple[int, ...], tags: Sequence[Tag], numbers: tuple[int, ...], ends: tuple[int, ...]
    ) -> Tree:
        """A tree of which the ``tags`` are known, and for each element the number of its own."""
        tree = cls(parents, tuple(map(tags.__getitem__, numbers)), ends)
        keys = {n: id(tags[n]) for n in dict.fromkeys(numbers)}
        used = {key: tags[n] for n, key in keys.items()}  # tags with different numbers may be one
        place = dict(zip(used, range(len(used)), strict=True))
        known = {n: place[key] for n, key in keys.items()}
        vars(tree)["start_tags"] = tuple(used.values()), tuple(map(known.__getitem__, numbers))
        return tree

    def having(self, hiding: Mapping[int, str], hiding_formats: Mapping[int, str]) -> Tree:
        """The same tree, of which it is known which elements are hidden."""
        tree = Tree(self.parents, self.tags, self.ends, hiding, hiding_formats)
        vars(tree).update({name: value for name, value in vars(self).items() if name == "start_tags"})
        return tree

    def __len__(self) -> int:
        return len(self.parents)

    def __repr__(self) -> str:
        return f"Tree({_counted(len(self), 'element')})"

    @cached_property
    def start_tags(self) -> tuple[tuple[Tag, ...], tuple[int, ...]]:
        """The different start tags, and for each element the number of its own.

        Most equal tags are one object. Those that are not have different numbers: objects are compared faster.
        """
        keys = list(map(id, self.tags))
        different = dict(zip(keys, self.tags, strict=True))
        number = dict(zip(different, range(len(different)), strict=True))
        return tuple(different.values()), tuple([number[key] for key in keys])

    @cached_property
    def tag_names(self) -> bytes:
        """The id, the classes and the role of each start tag, with line feeds between them, a null after each tag.

        Line feeds in names are spaces. The native core reads it.
        """
        tags = self.start_tags[0]
        text = "\0".join(["\n".join((id, *classes, role)) for _, id, classes, role, _ in tags])
        if text.count("\n") != sum([len(tag.classes) + 1 for tag in tags]):
            names = ([name.replace("\n", " ") for name in (tag.id, *tag.classes, tag.role)] for tag in tags)
            text = "\0".join(map("\n".join, names))
        return f"{text}\0".encode("utf-8", "surrogatepass") if tags else b""

    def way(self, i: int) -> Iterator[int]:
        """Element ``i`` and its ancestors, from the inside out."""
        while i >= 0:
            yield i
            i = self.parents[i]

    def path(self, i: int) -> str:
        """The way from the root to element ``i``: ``body/div#consent.modal/p``; of many classes the first two."""
        return "/".join([self.name(j) for j in self.way(i)][::-1])

    def name(self, i: int) -> str:
        """What a path calls element ``i``: ``div#consent.modal``."""
        return self.tags[i].written(2)


class Block(NamedTuple):
    """The smallest piece a reader sees as one thing: a line, a wrapped paragraph, an item, a cell.

    ``words`` counts words; in scripts without spaces two characters count as one word. ``text`` is what it says: the
    lines of a wrapped paragraph are joined by a space, so it may differ from the slice ``span`` of the document's text.
    """

    span: Span
    kind: Kind
    words: int = 0
    is_sentence: bool = False
    path: str = ""
    link_chars: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Blocks(Sequence[Block]):
    """The blocks of a document as columns of equal length; indexing gives a `Block`.

    Columns, because a page has hundreds of lines and an object for each would cost more than reading it.
    ``texts`` has wrapped lines joined by a space; ``folded`` is the matching form (see `cleaner.fold`), ``keys`` the
    same without bullets, arrows and closing punctuation. ``prose[i]`` says whether block i reads like running text,
    ``apart[i]`` that a blank line or the start of the text is above it. The blocks of a page are in the
    ``elements`` of its ``tree`` and have so many characters inside ``links``; those of plain text have none.
    """

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    folded: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    words: tuple[int, ...] = ()
    sentences: tuple[bool, ...] = ()
    prose: tuple[bool, ...] = ()
    apart: tuple[bool, ...] = ()
    hits: tuple[tuple[Hit, ...], ...] = ()
    elements: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    tree: Tree | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"Blocks({_counted(len(self), 'block')})"

    def span(self, i: int) -> Span:
        """Where block ``i`` is in the text."""
        return _new(Span, (self.starts[i], self.ends[i]))

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, index: int | slice) -> Block | tuple[Block, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        path, links = ("", 0) if self.tree is None else (self.tree.path(self.elements[index]), self.links[index])
        words, is_sentence = self.words[index], self.sentences[index]
        return Block(self.span(index), self.kinds[index], words, is_sentence, path, links, self.texts[index])


@dataclass(frozen=True, slots=True)
class Document:
    """A text and the blocks seen in it. Blocks and the gaps between them tile the text.

    For a page, ``text`` is its visible text, ``source`` the HTML, and ``url`` its address, if known.
    """

    id: str
    text: str
    blocks: Blocks = field(default_factory=Blocks)
    input_kind: InputKind = "text"
    source: str = field(default="", repr=False)
    url: str = ""

    def __repr__(self) -> str:
        size = _counted(len(self.text), "character")
        return f"Document(id={self.id!r}, {self.input_kind}, {size}, {_counted(len(self.blocks), 'block')})"


class Mark(NamedTuple):
    """One opinion about a span: 100 cuts alone, votes add up, negative speaks for content."""

    span: Span
    rule: str
    category: str
    reason: str
    score: int = 100


class Cut(NamedTuple):
    """One decision: a span and the marks that made it, strongest first, those of its surroundings last.

    ``near`` is the category of what it is nearest to, where its strongest mark has none (see `cleaner.categories`).
    """

    span: Span
    marks: tuple[Mark, ...]
    near: str = ""

    def __repr__(self) -> str:
        rule = self.marks[0].rule if self.marks else "no rule"
        return f"Cut({self.span.start}:{self.span.end}, {rule}, score {self.score})"

    @property
    def category(self) -> str:
        """What kind of noise it is: the category of the strongest mark, or of what it is nearest to."""
        return self.near or self.marks[0].category

    @property
    def mechanism(self) -> str:
        """What decided it: ``rule``, or one of `MECHANISMS`."""
        category = self.marks[0].category
        return category if category in MECHANISMS else "rule"

    @property
    def score(self) -> int:
        """The sum of all marks' scores."""
        return sum([mark.score for mark in self.marks])

    def to_dict(self) -> dict[str, Any]:
        """Place, rule, category, score and reason, of plain types."""
        mark = self.marks[0]
        names = {"rule": mark.rule, "category": self.category, "score": self.score, "reason": mark.reason}
        return {"start": self.span.start, "end": self.span.end, **names}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A cut the guard gave back, and the promise it would have broken."""

    cut: Cut
    promise: str


class Fact(NamedTuple):
    """Something that a page states about itself: a metadata field, its value, its line (1-based; 0: no line).

    ``origin`` is where the page states it: ``json-ld``, ``meta``, ``title``, ``link`` and ``html`` (in the head),
    ``headline``, ``microdata``, ``rel``, ``time`` and ``byline`` (elements of the page), ``line`` (a line of the
    text), ``url`` (its address), or ``given`` (stated by the caller, not by the page).
    """

    name: str
    value: str
    line: int
    origin: str = ""


class PageType(NamedTuple):
    """What kind of page a page is, and how sure that is: a probability from 0 to 1. Both are empty if unknown."""

    name: str = ""
    confidence: float = 0.0


class Piece(NamedTuple):
    """A slice of the text, kept (``cut is None``) or cut."""

    span: Span
    text: str
    cut: Cut | None


class Link(NamedTuple):
    """A kept link: its text, its address, its title, and where its text is: in the clean text and in ``document.text``.

    The address is absolute if that of the page is known. The title is empty if the author gave none. If a part of
    the link's text was cut, ``text`` and ``span`` are what is left, and ``source`` contains the cut part.
    """

    text: str
    url: str
    title: str
    span: Span
    source: Span


class Chunk(NamedTuple):
    """A part of the clean text: the headings above it, its words, its place in the clean text and in ``document.text``.

    ``headings`` has the titles that apply to it, the outermost first. In scripts without spaces two characters count as
    one word.
    """

    text: str
    headings: tuple[str, ...]
    words: int
    span: Span
    source: Span


@dataclass(frozen=True, slots=True)
class Result:
    """The result for a document: all decisions, and the text that is left.

    ``cuts`` are sorted and disjoint; `pieces` joined give ``document.text`` back. ``withdrawn`` is all that was to be
    cut in some pass and is kept: sorted, disjoint, and outside the cuts. What was given back more than once is there
    with the last promise.
    ``status`` is ``ok``, ``unchanged``, ``empty``, ``error_page``, ``consent_page``, ``passed_through`` (the document
    is uncut because something failed; a warning says what) or, from `Pipeline.run_many` only, ``failed`` (there is no
    text; the warnings say why, and the cure). ``text_format`` is the format of `output`, ``whitespace`` what was asked
    for its white space, ``images`` what was asked for images in Markdown. ``captions`` and ``comments`` are the texts
    that the options of these names have separated: one string for each caption and each comment.
    ``read_page_type`` finds the type of a page, see `page_type`.
    """

    document: Document
    cuts: tuple[Cut, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    facts: Sequence[Fact] = ()
    warnings: tuple[str, ...] = ()
    status: str = "ok"
    text_format: TextFormat = "plain"
    whitespace: Whitespace = "keep"
    images: Images = "keep"
    captions: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    read_page_type: Callable[[], PageType] = field(default=PageType, repr=False, compare=False)

    def __repr__(self) -> str:
        size = f"{len(self.text):,} of {_counted(len(self.document.text), 'character')} kept"
        return f"Result(id={self.document.id!r}, {self.status}, {size}, {_counted(len(self.cuts), 'cut')})"

    def pieces(self) -> Iterator[Piece]:
        """Tile the text: kept and cut slices in order, none empty."""
        at, text = 0, self.document.text
        for cut in self.cuts:
            start, end = cut.span
            if start > at:
                yield Piece(Span(at, start), text[at:start], None)
            yield Piece(cut.span, text[start:end], cut)
            at = end
        if at < len(text):
            yield Piece(Span(at, len(text)), text[at:], None)

    @property
    def text(self) -> str:
        """The clean text, always plain: the kept slices of ``document.text``, joined. Offsets refer to it."""
        text, at = self.document.text, 0
        parts = []
        for cut in self.cuts:
            start, end = cut.span
            parts.append(text[at:start])
            at = end
        return "".join([*parts, text[at:]])

    @property
    def output(self) -> str:
        """The clean text as it was asked for: `text`, `markdown`, or with ``whitespace="tidy"`` a tidy `text`."""
        if self.text_format == "markdown" and self.document.blocks.tree is not None:
            return self.markdown()
        return self._tidied().text if self.whitespace == "tidy" else self.text

    def _tidied(self) -> Tidied:
        from cleaner.whitespace import tidied  # lazy: most keep the white space

        return tidied(self.text, self.document.input_kind)

    def markdown(self) -> str:
        """The clean text of an HTML page as Markdown, whatever was asked for; of any other input `text` as it is."""
        from cleaner.markdown import to_markdown  # lazy: most ask for plain text

        return to_markdown(self)

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of an HTML page of which any text is kept, in order. Empty for any other input.

        References to footnotes, links without text and scripts are not listed. The source is read when it is asked for.
        """
        from cleaner.inline.links import links_of  # lazy: most do not ask for links

        return links_of(self)

    def chunks(self, max_words: int = 300, *, text_format: TextFormat = "plain") -> Iterator[Chunk]:
        """Yield the clean text in chunks of at most ``max_words`` words, for retrieval.

        A chunk begins at each heading, and between blocks where the next one does not fit. Only a block that is too
        long is divided: at the end of a sentence, else between words. The plain texts of all chunks, joined, are
        `text`.
        With ``text_format="markdown"`` the text of a chunk of a page is Markdown; its place stays the same.
        Raises `ConfigError` if ``max_words`` is not a positive whole number, or for an unknown format.
        """
        from cleaner.chunks import chunks_of  # lazy: most want the text as a whole

        return chunks_of(self, max_words, text_format)

    def kept(self) -> list[Span]:
        """The spans of the pieces that are kept."""
        ends = [0, *(cut.span.end for cut in self.cuts)]
        starts = [*(cut.span.start for cut in self.cuts), len(self.document.text)]
        return [Span(end, start) for end, start in zip(ends, starts, strict=True) if end < start]

    @property
    def metadata(self) -> Mapping[str, tuple[str, ...]]:
        """The harvested facts by field name, in the order of the text, each value once."""
        found: dict[str, dict[str, None]] = {}
        for fact in self.facts:
            found.setdefault(fact.name, {})[fact.value] = None
        return MappingProxyType({name: tuple(values) for name, values in found.items()})

    @property
    def page_type(self) -> PageType:
        """What kind of page it is, with a probability: read when it is asked for. Empty for plain text.

        It is an ``article``, ``forum``, ``product``, ``listing``, ``documentation``, ``service`` or ``other``.
        """
        return self.read_page_type()

    def to_source(self, offset: int) -> int:
        """The place in ``document.text`` of the character at ``offset`` of the clean text.

        Raises `IndexError` outside ``0 <= offset <= len(self.text)``.
        """
        left = offset
        for piece in self.pieces():
            if piece.cut is None:
                if 0 <= left < len(piece.text):
                    return piece.span.start + left
                left -= len(piece.text)
        if left:
            raise IndexError(f"offset {offset} is outside the clean text")
        return len(self.document.text)

    def output_to_source(self, offset: int) -> int:
        """The place in ``document.text`` of the character at ``offset`` of `output`, also if its white space is tidy.

        A line end that tidying made leads to the end of its line. Raises `IndexError` outside
        ``0 <= offset <= len(self.output)``, `ValueError` if the output is Markdown.
        """
        if self.text_format == "markdown" and self.document.blocks.tree is not None:
            raise ValueError("the output is Markdown, which has signs that are not in the source")
        return self.to_source(self._tidied().to_original(offset) if self.whitespace == "tidy" else offset)

    def to_clean(self, offset: int) -> int | None:
        """The place in the clean text of ``document.text[offset]``, or None where it was cut.

        Raises `IndexError` outside ``0 <= offset <= len(document.text)``.
        """
        if not 0 <= offset <= len(self.document.text):
            raise IndexError(f"offset {offset} is outside the text")
        removed = 0
        for cut in self.cuts:
            if cut.span.start > offset:
                break
            if offset < cut.span.end:
                return None
            removed += cut.span.end - cut.span.start
        return offset - removed

    def to_dict(self) -> dict[str, Any]:
        """All but the blocks, of plain types: a row of a table; ``cuts`` and ``withdrawn`` are tables of their own.

        ``text`` is the `output`; ``text_format`` says what that is. Offsets of cuts refer to ``document.text``.
        """
        source, page_type = self.document.text, self.page_type
        return {
            "id": self.document.id,
            "url": self.document.url,
            "input_kind": self.document.input_kind,
            "status": self.status,
            "text": self.output,
            "text_format": "plain" if self.document.blocks.tree is None else self.text_format,
            "characters_in": len(source),
            "metadata": {name: list(values) for name, values in self.metadata.items()},
            "page_type": page_type.name,
            "page_type_confidence": page_type.confidence,
            "captions": list(self.captions),
            "comments": list(self.comments),
            "warnings": list(self.warnings),
            "cuts": [{**cut.to_dict(), "text": source[slice(*cut.span)]} for cut in self.cuts],
            "withdrawn": [
                {**w.cut.to_dict(), "text": source[slice(*w.cut.span)], "promise": w.promise} for w in self.withdrawn
            ],
        }

    def _repr_html_(self) -> str:
        """The page for a notebook: what was cut is coloured by category, rule and reason show under the mouse."""
        from cleaner.notebook import as_html  # lazy: notebooks only

        return as_html(self)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
