"""Promises about running text: it is cut on sure evidence only."""

from __future__ import annotations

from cleaner.features import MIN_FURNITURE
from cleaner.guard.case import Case
from cleaner.model import CONTEXT, Cut
from cleaner.resolve import CUTS_ALONE

_TWO_SIGNS = 120  # sum of scores of two wordings of a rule with score 60
_SENTENCE_WORDS = 4
_MIN_WORDS = 60  # of running text that stays; with less the scorer does not know where the content is
_REACH = 5  # blocks in which running text that stays is looked for
_MIN_SHARE = 0.08  # compared with the words in the running text that stays: a paragraph, not a teaser
_REST_WORDS, _WRAPPED_LENGTH = 3, 50  # the end of a wrapped sentence, and the characters of the line above it


def sentence_ends(case: Case) -> set[int]:
    """The last words of a sentence that was wrapped, on a line of their own."""
    apart, cuts = case.blocks.apart, case.cuts
    return {i for i in cuts if i and not apart[i] and i - 1 not in cuts and _ends_sentence(case, i)}


def _ends_sentence(case: Case, i: int) -> bool:
    """Whether a few words end the sentence that the long line above them has not ended."""
    blocks, above, text = case.blocks, case.blocks.texts[i - 1], case.blocks.texts[i]
    if blocks.words[i] > _REST_WORDS or blocks.words[i - 1] < _SENTENCE_WORDS or len(above) < _WRAPPED_LENGTH:
        return False
    goes_on = above[-1].isalnum() or above[-1] == ","
    return goes_on and (blocks.sentences[i] or text.count(")") > text.count("("))


def single_evidence(case: Case) -> set[int]:
    """Running text with only one wording as evidence: a sentence about a button quotes it, too.

    Between running text that stays, and on a page with hardly any other noise, no number of wordings is enough. In a
    plain text of this kind the same is true of any sentence. (The furniture of an HTML page was cut before.)
    """
    blocks = case.blocks
    prose, keeps_sentences = blocks.prose, _keeps_sentences(case)
    running = [i for i in case.ground.prose if i in case.cuts]
    if keeps_sentences and blocks.tree is None:
        running += [i for i in case.ground.statements if i in case.cuts]
    if not running:
        return set()
    furniture = case.lines_of(i for i in case.own if not prose[i])
    found = set()
    for i in running:
        lines = len(furniture) - (blocks.keys[i] in furniture)  # a sentence does not speak against itself
        is_furnished = lines + case.furniture >= MIN_FURNITURE
        # notices above the text are often its author's: what markup cut says nothing about them
        edge = "edge" if lines >= MIN_FURNITURE else "tail"
        is_bare = not is_furnished and keeps_sentences
        if not (prose[i] or is_bare):
            continue
        if is_furnished and (case.body.is_in(edge, i) or _is_beside_noise(case, i)):
            continue
        if not _is_sure(case, case.cuts[i], is_among_text=is_bare or _is_between_prose(case, i)):
            found.add(i)
    return found


def _keeps_sentences(case: Case) -> bool:
    """Whether running text stays, or in plain text any sentence."""
    cuts, is_text = case.cuts, case.blocks.tree is None
    if any(i not in cuts for i in case.ground.prose):
        return True
    return is_text and any(i not in cuts for i, is_sentence in enumerate(case.blocks.sentences) if is_sentence)


def _is_sure(case: Case, cut: Cut, *, is_among_text: bool) -> bool:
    """Whether two rules, two wordings of one rule, a section, or a stage of a user mark the block."""
    marks = [mark for mark in cut.marks if mark.category != CONTEXT and mark.score > 0]
    own = [mark for mark in marks if mark.rule in case.known.rules]
    if len(own) < len(marks):
        return True
    return not is_among_text and (len(own) > 1 or sum(mark.score for mark in own) >= _TWO_SIGNS)


def _is_between_prose(case: Case, i: int) -> bool:
    """Whether running text that stays is directly above and below."""
    return all(case.stays(j) and case.blocks.prose[j] for j in (i - 1, i + 1))


def _is_beside_noise(case: Case, i: int) -> bool:
    """Whether a short line of noise, known by its words, is directly above or below."""
    return any(j in case.cuts and j in case.own and not case.blocks.prose[j] for j in (i - 1, i + 1))


def _is_out_of_place(case: Case, i: int) -> bool:
    """Whether known noise is between a block and running text that stays; outside the content any other line is enough.

    Short sentences separate nothing: a later promise keeps them.
    """
    return not any(_reaches_prose(case, i, step, is_strict=i in case.outside) for step in (-1, 1))


def _reaches_prose(case: Case, i: int, step: int, *, is_strict: bool) -> bool:
    """Whether running text that stays is above (-1) or below (1) block ``i``, before any known noise.

    With ``is_strict`` it must be before anything but sentences.
    """
    for j in range(i + step, i + step * (_REACH + 1), step):
        if not 0 <= j < len(case.blocks) or (j in case.cuts and j in case.own):
            return False
        if case.blocks.prose[j] and j not in case.cuts:
            return True
        if is_strict and not case.blocks.sentences[j]:
            return False
    return False


def doubted_by_scorer_alone(case: Case) -> set[int]:
    """In the careful profile, running text that only the scorer doubts and in which no rule found words.

    A block that is small compared with the text that stays may go where known noise separates it from other running
    text. Outside the content, where nothing but furniture seems to be left, it may go unless only sentences are
    between them. Its place and the doubt of the scorer are two signs. In a text with hardly any prose the promise
    applies to any line, because there the scorer cannot use the place of a line.
    """
    if case.threshold < CUTS_ALONE:
        return set()
    doubted = case.still_doubted - case.own
    if not doubted:
        return set()
    words, prose, left = case.blocks.words, case.blocks.prose, case.words_of_prose()
    is_bare, least = case.body.last < 0 or left < _MIN_WORDS, _MIN_SHARE * left
    return {i for i in doubted if is_bare or (prose[i] and (words[i] >= least or not _is_out_of_place(case, i)))}
