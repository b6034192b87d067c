"""Labels for lines: which lines of a text belong to the gold, by alignment of their words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from bench.tiles import Tiles, common_runs, place_greedily

MIN_COVERAGE = 0.5
"""Share of a line's words that must be aligned for the line to be kept."""

_SPACELESS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+")
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)]\s")
_ANCHORS = (12, 7)  # tokens of a run that is placed wherever it stands
_MIN_MOVED = 3  # tokens of a line that may have moved
_SHORT_GAP = 12  # tokens; in such a gap two words are enough


def tokens(text: str) -> list[str]:
    """Words in lower case and compatibility form; in scripts without spaces, characters."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def label_lines(lines: Sequence[str], gold: str) -> list[bool]:
    """Whether each line is to be kept, by token alignment with the gold text.

    Long common runs are placed first, the longest first, wherever they stand. What is left is matched only inside the
    gap between two placed neighbours. The shorter a run is, the more is required of it: runs of one or two words count
    only if they continue a placed run, or if a whole line equals a whole line of the gold. Each word of the gold is
    used once. So a title or caption that the page repeats is kept where it fits its surroundings, and dropped
    elsewhere.
    """
    alignment = _Alignment(lines, gold)
    alignment.place_anchors()
    alignment.fill_gaps()
    alignment.fill_short_gaps()
    alignment.place_moved_lines()
    return alignment.labels()


class _Alignment:
    """The tokens of both texts and their lines, and the runs placed so far."""

    def __init__(self, lines: Sequence[str], gold: str) -> None:
        self.text, self.spans = _tokens_of(lines)
        self.is_numbered = [bool(_NUMBERED.match(line)) for line in lines]
        self.line_of = [n for n, (start, end) in enumerate(self.spans) for _ in range(start, end)]
        self.gold, gold_spans = _tokens_of(gold.splitlines())
        self.gold_spans = [(start, end) for start, end in gold_spans if end > start]
        self.gold_ends = dict(self.gold_spans)
        self.tiles = Tiles(len(self.text), len(self.gold))

    def place_anchors(self) -> None:
        """Place long runs, wherever they stand."""
        for k in _ANCHORS:
            self._place(k, (range(len(self.text)), range(len(self.gold))))

    def fill_gaps(self) -> None:
        """Place runs of four words between their neighbours; of three, if they cover most of a line."""
        for k in (4, 3):
            for in_text, in_gold in list(self.tiles.gaps()):
                if len(in_text) >= k and len(in_gold) >= k:
                    runs = common_runs(self.text, self.gold, k, (in_text, in_gold), self.tiles)
                    place_greedily(runs, k, self.tiles, None if k == 4 else self._covers_line)

    def fill_short_gaps(self) -> None:
        """Place runs of any length that continue a placed run or are whole lines; two words in a short gap."""
        for _ in range(2):
            for in_text, in_gold in list(self.tiles.gaps()):
                if not in_text or not in_gold:
                    continue
                is_short = len(in_text) <= _SHORT_GAP and len(in_gold) <= _SHORT_GAP
                runs = common_runs(self.text, self.gold, 1, (in_text, in_gold), self.tiles, cap=50)
                place_greedily(runs, 1, self.tiles, self._is_close_in_short_gap if is_short else self._is_close)

    def place_moved_lines(self) -> None:
        """Place whole lines of the gold that stand elsewhere in the text."""
        where: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for n in range(len(self.spans)):
            start, end = self._core(n)
            if end - start >= _MIN_MOVED and not any(self.tiles.text_used[start:end]):
                where[tuple(self.text[start:end])].append(start)
        for start, end in self.gold_spans:
            if end - start < _MIN_MOVED or any(self.tiles.gold_used[start:end]):
                continue
            free = [i for i in where.get(tuple(self.gold[start:end]), ()) if not self.tiles.text_used[i]]
            if free:
                costs = [self.tiles.cost(i, start, end - start) for i in free]
                self.tiles.place(free[costs.index(min(costs))], start, end - start)

    def labels(self) -> list[bool]:
        """Whether most of the words of each line are aligned; lines without words follow their neighbours."""
        keep: list[bool | None] = []
        for n in range(len(self.spans)):
            start, end = self._core(n)
            used = sum(self.tiles.text_used[start:end])
            keep.append(used >= MIN_COVERAGE * (end - start) if end > start else None)
        for n, value in enumerate(keep):
            if value is None:
                above = next((one for one in keep[:n][::-1] if one is not None), False)
                below = next((one for one in keep[n + 1 :] if one is not None), False)
                keep[n] = above and below
        return [bool(value) for value in keep]

    def _place(self, k: int, places: tuple[range, range]) -> None:
        place_greedily(common_runs(self.text, self.gold, k, places, self.tiles), k, self.tiles)

    def _core(self, n: int) -> tuple[int, int]:
        """The tokens of line ``n`` without the number of a list item."""
        start, end = self.spans[n]
        return (start + 1, end) if self.is_numbered[n] and end - start > 1 else (start, end)

    def _covers_line(self, i: int, _: int, n: int) -> bool:
        first = self.line_of[i]
        if first != self.line_of[i + n - 1]:
            return True
        start, end = self._core(first)
        return n >= 0.6 * (end - start)

    def _is_close(self, i: int, j: int, n: int) -> bool:
        return self.tiles.continues(i, j, n) or self._is_whole_line(i, j, n)

    def _is_close_in_short_gap(self, i: int, j: int, n: int) -> bool:
        return n >= 2 or self._is_close(i, j, n)

    def _is_whole_line(self, i: int, j: int, n: int) -> bool:
        """Whether the run is a complete line of the text and a complete line of the gold."""
        line = self.line_of[i]
        start, end = self.spans[line]
        if i not in (start, self._core(line)[0]) or i + n != end:
            return False
        gold_end = self.gold_ends.get(j)
        if gold_end is None and j and (j - 1) in self.gold_ends and self.gold[j - 1].isdigit():
            gold_end = self.gold_ends[j - 1]
        return gold_end == j + n


def _tokens_of(lines: Sequence[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """The tokens of all lines, and where each line starts and ends among them."""
    found: list[str] = []
    spans = []
    for line in lines:
        start = len(found)
        found.extend(tokens(line))
        spans.append((start, len(found)))
    return found, spans
