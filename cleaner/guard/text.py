"""The last word: withdraws cuts that would break a promise, and never adds one.

The promises, in the order in which they are kept (docs/promises.md):

``shape``      code, tables, rows of numbers, numbered steps and specifications stay
``list``       a list that a kept sentence announces stays
``headline``   the headline stays
``heading``    a heading stays over what stays below it
``lone``       a lone line between paragraphs may be a subheading; a page without furniture keeps its short lines
``prose``      a long paragraph goes only on sure evidence
``topic``      a page about cookies, passwords, privacy or moderation keeps its text
``share``      what goes for where it stands is little beside the prose that stays
``emptied``    a page is never emptied, unless all of it is an error or consent page
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from cleaner.chars import COLONS
from cleaner.features import LONG_WORDS, PROSE_WORDS, SAID_WORDS, Skeleton, headlines, skeleton
from cleaner.guard.topic import Topics
from cleaner.model import CONTEXT, LEARNED, Blocks, Cut, Document, Kind, Withdrawal
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE

_SHAPES = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP))
_LIST = frozenset((Kind.ITEM, Kind.STEP))
_CONTEXT_SHARE, _SECTION_SHARE = 0.35, 1.0  # of the words of the prose that stays
_PLACED = frozenset(("related/list", "related/enclosed-list"))
_LIST_SHARE = 0.5
_ARTICLE_WORDS = 200
_FURNITURE = 3  # so many different noise lines show that a page carries the furniture of its site
_LONE_LINES = 2
_LEAST_ROWS = 2
_SENTENCE_WORDS = 4
_SHORT_WORDS = 20
_REST_WORDS, _WRAPPED_LENGTH = 3, 50  # the end of a wrapped sentence, and the characters of the line above it
_TWO_SIGNS = 120  # two wordings of a rule that needs two
_NEVER_FIRST = frozenset(("related", "comment_ui", "comment_policy", "legal", "tags", "source_note", "contact"))
_BY_PLACE = frozenset(("context/near", "context/among", "tags/list", "related/titles", "widget/empty-label"))
_POLICY = frozenset(("consent", "legal"))
_POLICY_TOO = _POLICY | {"subscribe", "login", "comment_policy"}  # what policies speak of besides
_WHOLE_PAGE = {"error": "error_page", "consent": "consent_page"}


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is left of the cuts, what was withdrawn, and what the page turned out to be."""

    cuts: tuple[Cut, ...]
    withdrawn: tuple[Withdrawal, ...] = ()
    status: str = "ok"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """A document and the cuts proposed for it, by block."""

    document: Document
    cuts: dict[int, Cut]
    body: Skeleton
    own: frozenset[int]  # blocks in which a rule of the packs found its words
    context: frozenset[int]  # blocks cut for their surroundings, too
    placed: frozenset[int]  # others, cut because they stand below a marker
    unsure: frozenset[int]  # blocks that the learned scorer cuts, and no rule for what they say

    @property
    def blocks(self) -> Blocks:
        return self.document.blocks


class Guard:
    """Checks every promise on the cuts of one document."""

    def __init__(self, packs: Packs, *, threshold: int = CUTS_ALONE) -> None:
        self._topics = Topics(packs)
        self._threshold = threshold
        self._not_alone = _BY_PLACE.union(
            (rule.id for rule in packs.rules if not rule.where.alone), (section.id for section in packs.sections)
        )
        self._known = frozenset(rule.id for rule in packs.rules)
        self._promises: tuple[tuple[str, Callable[[_Case], set[int]]], ...] = (
            ("shape", _shapes),
            ("shape", _rows_of_numbers),
            ("list", _announced),
            ("list", self._torn_lists),
            ("list", _unsure_parts),
            ("headline", self._headline),
            ("headline", _titles),
            ("heading", _headings),
            ("heading", _labels),
            ("prose", _sentence_ends),
            ("lone", self._lone),
            ("prose", self._unsure_prose),
            ("lone", self._lone_now),
            ("prose", self._prose_unheard),
            ("lone", _lone_doubts),
            ("topic", self._on_topic),
            ("share", self._placed_on_clean_page),
            ("share", self._past_share),
        )

    def __call__(self, document: Document, cuts: Sequence[Cut]) -> Guarded:
        """The cuts that break no promise. Never more than ``cuts``."""
        if not cuts:
            return Guarded(())
        where = {start: i for i, start in enumerate(document.blocks.starts)}
        by_block = {where[cut.span.start]: cut for cut in cuts if cut.span.start in where}
        others = [cut for cut in cuts if cut.span.start not in where]
        withdrawn: list[Withdrawal] = []
        body = skeleton(document.blocks, by_block)
        own = frozenset(
            i for i, cut in by_block.items() if any(m.rule in self._known and m.score > 0 for m in cut.marks)
        )
        unsure = frozenset([i for i, cut in by_block.items() if self._is_unsure(cut)])
        context = frozenset([i for i, cut in by_block.items() if _is_context(cut)])
        placed = frozenset([i for i, cut in by_block.items() if i not in context and _is_placed(cut)])
        case = _Case(document, by_block, body, own, context, placed, unsure)
        for name, broken in self._promises:
            withdrawn += [Withdrawal(by_block.pop(i), name) for i in sorted(broken(case))]
        left = sorted([*by_block.values(), *others], key=lambda cut: cut.span)
        return _not_emptied(document, left, sorted(withdrawn, key=lambda w: w.cut.span))

    def _on_topic(self, case: _Case) -> set[int]:
        categories = {mark.category for cut in case.cuts.values() for mark in cut.marks}
        topical = self._topics.of(case.document, categories | _POLICY, partial(self._titles, case))
        if not topical:
            return set()
        topical = topical | _POLICY_TOO if topical & _POLICY else topical
        return {i for i, cut in case.cuts.items() if self._score_without(cut, topical) < self._threshold}

    def _torn_lists(self, case: _Case) -> set[int]:
        """Items of lists most of which is no noise: a list goes as a whole or stays."""
        found: set[int] = set()
        is_page = self._is_furnished_page(case)
        for start, end in _list_runs(case):
            if is_page and (end <= case.body.first or start > case.body.last):
                continue  # the menus of a page
            items = [i for i in range(start, end) if i in case.cuts]
            own = case.own.intersection(items)
            headed = start > 0 and case.blocks.kinds[start - 1] is Kind.HEADING and start - 1 not in case.cuts
            if items and (headed or len(own) < _LIST_SHARE * (end - start)):
                found.update(i for i in items if not self._is_section(case.cuts[i]))
        return found

    def _is_unsure(self, cut: Cut) -> bool:
        return LEARNED in [mark.category for mark in cut.marks] and _score_unlearned(cut) < self._threshold

    @staticmethod
    def _headline(case: _Case) -> set[int]:
        """Lines of the head that no rule found words in, and whose words come back in the prose.

        The context stage spares them itself.
        """
        unknown = [i for i in case.cuts if i not in case.own and i not in case.context]
        known = case.cuts.keys() - set(unknown)
        return set(headlines(case.blocks, case.body, known, unknown))

    @staticmethod
    def _titles(case: _Case) -> list[int]:
        """The headlines that stay."""
        kept = [i for i in range(len(case.blocks)) if i not in case.cuts]
        return sorted(headlines(case.blocks, case.body, case.cuts.keys(), kept))

    @staticmethod
    def _is_furnished_page(case: _Case) -> bool:
        """Whether there is an article, and enough noise around it to make its lists menus."""
        body = sum(words for words, prose in zip(case.blocks.words, case.body.prose, strict=True) if prose)
        known = {case.blocks.keys[i] for i in case.cuts if i in case.own}
        return body >= _ARTICLE_WORDS and len(known) > _FURNITURE

    def _lone(self, case: _Case) -> set[int]:
        short = {i: cut for i, cut in case.cuts.items() if case.blocks.words[i] <= _SHORT_WORDS}
        times = Counter(case.blocks.keys[i] for i in short if i in case.own)
        found: set[int] = set()
        for start, end in _cut_runs(case):
            if start == 0 or end == len(case.blocks):
                continue
            if any(self._stands_alone(case.cuts[i]) for i in range(start, end)):
                continue
            sides = _is_content(case.blocks, start - 1) + _is_content(case.blocks, end)
            inside = Counter(case.blocks.keys[i] for i in range(start, end) if i in short and i in case.own)
            only_here = sum(times[line] == n for line, n in inside.items()) if sides else 0
            if len(times) - only_here < _FURNITURE or (sides == 2 and end - start <= _LONE_LINES):
                found.update(i for i in range(start, end) if i in short)
        return found

    def _lone_now(self, case: _Case) -> set[int]:
        """Short lines once more, where running text was given back: what stood beside it may stand alone now."""
        is_back = any(case.blocks.prose[i] for i in case.own - case.cuts.keys())
        return self._lone(case) if is_back else set()

    @staticmethod
    def _placed_on_clean_page(case: _Case) -> set[int]:
        """Lists below a marker, on a page whose other lines show no furniture: the marker may be a subheading."""
        placed = case.placed & case.cuts.keys()
        if not placed:
            return set()
        others = {case.blocks.keys[i] for i, cut in case.cuts.items() if i in case.own and cut.category != "related"}
        return {i for i in placed if _score_of_words(case.cuts[i]) < CUTS_ALONE} if len(others) < _FURNITURE else set()

    @staticmethod
    def _past_share(case: _Case) -> set[int]:
        """What was cut for where it stands, where that is much beside the prose that stays."""
        words = case.blocks.words
        body = sum([words[i] for i, prose in enumerate(case.blocks.prose) if prose and i not in case.cuts])
        found: set[int] = set()
        for share, blocks in ((_CONTEXT_SHARE, case.context), (_SECTION_SHARE, case.placed)):
            placed = blocks & case.cuts.keys()
            if sum([words[i] for i in placed if i not in case.own]) > share * body:
                found |= {i for i in placed if _score_of_words(case.cuts[i]) < CUTS_ALONE}
        return found

    def _unsure_prose(self, case: _Case) -> set[int]:
        """Running text that one wording condemns: a sentence about a button quotes it, too.

        Between running text that stays, and on a page that shows hardly any other noise, no number of wordings is
        enough; in such a plain text that is so of any sentence. (Of a page of HTML the furniture was cut before.)
        """
        prose, sentences = case.blocks.prose, case.blocks.sentences
        furniture = len({case.blocks.keys[i] for i in case.own if i in case.cuts and not prose[i]})
        is_text = case.blocks.tree is None
        said = [is_prose or (is_text and sentences[i]) for i, is_prose in enumerate(prose)]
        stays = (i for i, is_said in enumerate(said) if is_said and i not in case.cuts)
        is_bare = furniture < _FURNITURE and next(stays, None) is not None
        found = set()
        for i, cut in case.cuts.items():
            words = case.blocks.words[i]
            is_sentence = is_bare and is_text and sentences[i] and words >= SAID_WORDS
            if words < LONG_WORDS and not prose[i] and not is_sentence:
                continue
            at_edge = case.body.zone(i) != "body" and furniture >= _FURNITURE
            among_text = is_bare or _is_between_prose(case, i)
            is_beside = furniture >= _FURNITURE and _is_beside_noise(case, i)
            if not (self._is_sure(cut, among_text=among_text) or at_edge or is_beside):
                found.add(i)
        return found

    def _prose_unheard(self, case: _Case) -> set[int]:
        """Running text in which no rule found words, and any line of a text without it: where no prose is, the scorer
        knows no places, and no careful cut rests on it alone.
        """
        if self._threshold < CUTS_ALONE:
            return set()
        is_bare = case.body.last < 0
        return {i for i in case.unsure & case.cuts.keys() if (case.blocks.prose[i] or is_bare) and i not in case.own}

    def _is_sure(self, cut: Cut, *, among_text: bool) -> bool:
        """Two rules, or two wordings of one; or a unit of several blocks, or a mark of a user's own stage."""
        marks = [mark for mark in cut.marks if mark.category != CONTEXT and mark.score > 0]
        own = [mark for mark in marks if mark.rule in self._known]
        if len(own) < len(marks):
            return True
        return not among_text and (len(own) > 1 or sum(mark.score for mark in own) >= _TWO_SIGNS)

    def _stands_alone(self, cut: Cut) -> bool:
        """Whether its rule stands alone by nature; that is also said of marks of a user's own stage."""
        return any(
            mark.category == LEARNED or (mark.score >= CUTS_ALONE and mark.rule not in self._not_alone)
            for mark in cut.marks
        )

    def _is_section(self, cut: Cut) -> bool:
        return any(mark.rule not in self._known and mark.category != CONTEXT for mark in cut.marks)

    @staticmethod
    def _score_without(cut: Cut, topical: Container[str]) -> int:
        """What is left of a score; the learned scorer has heard the marks that don't count."""
        left = [mark for mark in cut.marks if mark.category not in topical]
        return sum(mark.score for mark in left if len(left) == len(cut.marks) or mark.category != LEARNED)


def _shapes(case: _Case) -> set[int]:
    return {i for i in case.cuts if case.blocks.kinds[i] in _SHAPES}


def _rows_of_numbers(case: _Case) -> set[int]:
    """Two rows of numbers or more, of as many columns each: a table too short or too loose to be seen as one.

    A page that shows no furniture keeps any numbers in which only a rule saw noise, or the scorer.
    """
    columns = {i: _columns_of_numbers(case.blocks.folded[i]) for i in case.cuts}
    numbers = sorted(i for i, count in columns.items() if count)
    if not numbers:
        return set()
    is_bare = len({case.blocks.keys[i] for i in case.own if i in case.cuts and not columns[i]}) < _FURNITURE
    found = {i for i in numbers if i in case.own or i in case.unsure} if is_bare else set()
    end = 0
    for i in numbers:
        if i < end or columns[i] < 2:
            continue
        start, end = i, i + 1
        while start > 0 and _columns_of_numbers(case.blocks.folded[start - 1]) == columns[i]:
            start -= 1
        while end < len(case.blocks) and _columns_of_numbers(case.blocks.folded[end]) == columns[i]:
            end += 1
        if end - start >= _LEAST_ROWS:
            found |= case.cuts.keys() & range(start, end)
    return found


def _columns_of_numbers(folded: str) -> int:
    """The columns of a line of digits and signs; 0 for any line with a letter or without a digit."""
    if any(map(str.isalpha, folded)) or not any(map(str.isdigit, folded)):
        return 0
    return len(folded.split())


def _unsure_parts(case: _Case) -> set[int]:
    """Items that only the scorer doubts, of lists more than half of which stays."""
    found: set[int] = set()
    for start, end in _list_runs(case):
        torn = case.unsure.intersection(range(start, end)) & case.cuts.keys()
        if torn and sum(i not in case.cuts for i in range(start, end)) > _LIST_SHARE * (end - start):
            found |= torn
    return found


def _lone_doubts(case: _Case) -> set[int]:
    """Blocks that only the scorer doubts, between two that stay."""
    last = len(case.blocks) - 1
    return {
        i for i in case.unsure & case.cuts.keys() if 0 < i < last and i - 1 not in case.cuts and i + 1 not in case.cuts
    }


def _titles(case: _Case) -> set[int]:
    """The first line of a text, right above prose, that names something pages have at their end."""
    if 0 in case.cuts and 1 not in case.cuts and len(case.blocks) > 1 and case.blocks.prose[1]:
        return {0} if case.cuts[0].category in _NEVER_FIRST else set()
    return set()


def _labels(case: _Case) -> set[int]:
    """A short line that opens a paragraph whose next line, a sentence, is kept: a term and what is said of it."""
    blocks = case.blocks
    return {
        i
        for i in case.cuts
        if 0 < i < len(blocks) - 1
        and i + 1 not in case.cuts
        and blocks.apart[i]
        and not blocks.apart[i + 1]
        and blocks.sentences[i + 1]
        and (i + 2 == len(blocks) or blocks.apart[i + 2])
    }


def _sentence_ends(case: _Case) -> set[int]:
    """The last words of a sentence that was wrapped, on a line of their own."""
    blocks = case.blocks
    return {
        i
        for i in case.cuts
        if i
        and i - 1 not in case.cuts
        and not blocks.apart[i]
        and blocks.words[i] <= _REST_WORDS
        and blocks.words[i - 1] >= _SENTENCE_WORDS
        and len(blocks.texts[i - 1]) >= _WRAPPED_LENGTH
        and (blocks.texts[i - 1][-1].isalnum() or blocks.texts[i - 1][-1] == ",")
        and (blocks.sentences[i] or blocks.texts[i].count(")") > blocks.texts[i].count("("))
    }


def _announced(case: _Case) -> set[int]:
    """Items and short lines right below a kept sentence that ends in a colon."""
    found: set[int] = set()
    for i, text in enumerate(case.blocks.folded[:-1]):
        if text.endswith(COLONS) and i not in case.cuts and _announces(case.blocks, i):
            found.update(j for j in _list_below(case.blocks, i) if j in case.cuts)
    return found


def _announces(blocks: Blocks, i: int) -> bool:
    return blocks.words[i] >= 5 and blocks.kinds[i] is not Kind.ITEM


def _list_below(blocks: Blocks, i: int) -> Iterator[int]:
    j = i + 1
    items = blocks.kinds[j] in _LIST
    while j < len(blocks):
        if items and blocks.kinds[j] not in _LIST:
            return
        if not items and j > i + 1 and (blocks.apart[j] or blocks.words[j] > PROSE_WORDS):
            return
        yield j
        j += 1


def _headings(case: _Case) -> set[int]:
    """Marked-up headings whose text below is kept; in plain text also those over a deeper heading that stays."""
    last = len(case.blocks) - 1
    kinds = case.blocks.kinds
    found: set[int] = set()
    for i in sorted(case.cuts, reverse=True):
        if kinds[i] is not Kind.HEADING or i == last or (i + 1 in case.cuts and i + 1 not in found):
            continue
        if kinds[i + 1] is not Kind.HEADING or _is_deeper(case.blocks, i + 1, i):
            found.add(i)
    return found


def _is_deeper(blocks: Blocks, i: int, than: int) -> bool:
    """Whether heading ``i`` has more signs of Markdown than another one."""
    return blocks.tree is None and _level(blocks.texts[i]) > _level(blocks.texts[than]) > 0


def _level(text: str) -> int:
    return len(text) - len(text.lstrip("#"))


def _list_runs(case: _Case) -> Iterator[tuple[int, int]]:
    """The lists that have a cut item, from their first to behind their last item."""
    kinds, end = case.blocks.kinds, 0
    for i in sorted(i for i in case.cuts if kinds[i] in _LIST):
        if i < end:
            continue
        start, end = i, i + 1
        while start > 0 and kinds[start - 1] in _LIST:
            start -= 1
        while end < len(kinds) and kinds[end] in _LIST:
            end += 1
        yield start, end


def _cut_runs(case: _Case) -> Iterator[tuple[int, int]]:
    start = end = -1
    for i in sorted(case.cuts):
        if i != end:
            if start >= 0:
                yield start, end
            start = i
        end = i + 1
    if start >= 0:
        yield start, end


def _is_content(blocks: Blocks, i: int) -> bool:
    """Whether a kept block reads like the text of the page: prose, a sentence, a marked-up heading."""
    sentence = blocks.sentences[i] and blocks.words[i] >= _SENTENCE_WORDS
    return sentence or blocks.prose[i] or blocks.kinds[i] is Kind.HEADING


def _is_between_prose(case: _Case, i: int) -> bool:
    """Whether running text that stays stands directly above and below."""
    prose = case.blocks.prose
    return 0 < i < len(prose) - 1 and all(prose[j] and j not in case.cuts for j in (i - 1, i + 1))


def _is_beside_noise(case: _Case, i: int) -> bool:
    """Whether a short line of noise, known by its words, stands directly above or below."""
    return any(j in case.cuts and j in case.own and not case.blocks.prose[j] for j in (i - 1, i + 1))


def _is_context(cut: Cut) -> bool:
    return CONTEXT in [mark.category for mark in cut.marks]


def _score_unlearned(cut: Cut) -> int:
    return sum([mark.score for mark in cut.marks if mark.category not in (LEARNED, CONTEXT)])


def _score_of_words(cut: Cut) -> int:
    """What is left of a score without the marks for where the block stands."""
    return sum(mark.score for mark in cut.marks if mark.category != CONTEXT and mark.rule not in _PLACED)


def _is_placed(cut: Cut) -> bool:
    return not _PLACED.isdisjoint([mark.rule for mark in cut.marks])


def _not_emptied(document: Document, cuts: list[Cut], withdrawn: list[Withdrawal]) -> Guarded:
    blocks = document.blocks
    gone = {cut.span for cut in cuts}
    is_word = str.isalpha if any(map(str.isalpha, document.text)) else str.isalnum
    left = (
        any(map(is_word, text))
        for text, start, end in zip(blocks.texts, blocks.starts, blocks.ends, strict=True)
        if (start, end) not in gone
    )
    if not cuts or any(left):
        return Guarded(tuple(cuts), tuple(withdrawn))
    for category, status in _WHOLE_PAGE.items():
        if _is_mostly(category, cuts):
            return Guarded(tuple(cuts), tuple(withdrawn), status, (f"the whole page is noise: {status}",))
    given_back = [*withdrawn, *(Withdrawal(cut, "emptied") for cut in cuts)]
    warning = "every line looked like noise; the page was kept whole"
    return Guarded((), tuple(sorted(given_back, key=lambda w: w.cut.span)), "ok", (warning,))


def _is_mostly(category: str, cuts: Sequence[Cut]) -> bool:
    """Whether a page is made of this noise; an error page may have menus around its message."""
    found = [cut for cut in cuts if any(mark.category == category for mark in cut.marks)]
    if category == "error":
        return any(cut.score >= CUTS_ALONE for cut in found)
    return 2 * sum(cut.span.end - cut.span.start for cut in found) >= sum(cut.span.end - cut.span.start for cut in cuts)
