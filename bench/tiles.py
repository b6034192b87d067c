"""Runs of tokens that a text and its gold share. Each token is used once."""

from __future__ import annotations

import bisect
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

Run = tuple[int, int, int]
"""Start in the text, start in the gold, length: in tokens."""

_ORDER_COST, _ORDER_FACTOR = 50, 3  # of a tile that stands on the wrong side of its neighbour
_MAX_COMPARED = 400  # runs of one length; with more, they are taken in the order of the text


class Tiles:
    """The runs placed so far, and the tokens they use."""

    def __init__(self, n_text: int, n_gold: int) -> None:
        self.text_used = bytearray(n_text)
        self.gold_used = bytearray(n_gold)
        self.gold_starts: list[int] = []  # sorted
        self.by_gold: dict[int, tuple[int, int]] = {}  # start in the gold -> start in the text, length

    def place(self, i: int, j: int, length: int) -> None:
        """Place a run and mark its tokens as used."""
        self.text_used[i : i + length] = b"\x01" * length
        self.gold_used[j : j + length] = b"\x01" * length
        bisect.insort(self.gold_starts, j)
        self.by_gold[j] = (i, length)

    def is_free(self, i: int, j: int, length: int) -> bool:
        """Whether no token of the run is used."""
        return not any(self.text_used[i : i + length]) and not any(self.gold_used[j : j + length])

    def cost(self, i: int, j: int, length: int) -> float:
        """How badly a run would fit between its neighbours in the gold, in tokens."""
        before, after = self._neighbours(j)
        cost = 0.0
        if before is not None:
            cost += i - before if i >= before else _ORDER_FACTOR * (before - i) + _ORDER_COST
        if after is not None:
            gap = after - (i + length)
            cost += gap if gap >= 0 else _ORDER_FACTOR * -gap + _ORDER_COST
        return cost

    def _neighbours(self, j: int) -> tuple[int | None, int | None]:
        """The end in the text of the tile before position ``j`` of the gold, and the start of the tile after."""
        at = bisect.bisect_left(self.gold_starts, j)
        before = after = None
        if at:
            i, n = self.by_gold[self.gold_starts[at - 1]]
            before = i + n
        if at < len(self.gold_starts):
            after = self.by_gold[self.gold_starts[at]][0]
        return before, after

    def continues(self, i: int, j: int, length: int) -> bool:
        """Whether the run is next to a placed one in both the text and the gold."""
        if i and j and self.text_used[i - 1] and self.gold_used[j - 1]:
            start = self.gold_starts[bisect.bisect_left(self.gold_starts, j) - 1]
            text_start, n = self.by_gold[start]
            if start + n == j and text_start + n == i:
                return True
        return j + length in self.by_gold and self.by_gold[j + length][0] == i + length

    def gaps(self) -> Iterator[tuple[range, range]]:
        """The stretches between placed runs, in the text and in the gold."""
        n_text, n_gold = len(self.text_used), len(self.gold_used)
        text_end = gold_end = 0
        for start in [*self.gold_starts, n_gold]:
            text_start, n = self.by_gold[start] if start < n_gold else (n_text, 0)
            if start > gold_end:
                gold = range(gold_end, start)
                if text_end <= text_start:
                    yield range(text_end, text_start), gold
                else:  # the order is broken here: look close to both neighbours
                    yield range(text_end, min(n_text, text_end + 200)), gold
                    yield range(max(0, text_start - 200), text_start), gold
            text_end, gold_end = text_start + n, start + n


def common_runs(
    text: Sequence[str], gold: Sequence[str], k: int, places: tuple[range, range], tiles: Tiles, cap: int = 200
) -> list[Run]:
    """The longest runs of unused tokens, at least ``k`` long, that both ranges (text, gold) have in common."""
    in_text, in_gold = places
    index = _index(gold, k, in_gold, tiles.gold_used, cap)
    if not index:
        return []
    found = []
    for i in in_text:
        if i + k > in_text.stop or tiles.text_used[i]:
            continue
        for j in index.get(tuple(text[i : i + k]), ()):
            if any(tiles.text_used[i : i + k]):
                break
            if i > in_text.start and _extends(text, gold, i - 1, j - 1, in_gold, tiles):
                continue  # the run starts further up
            n = k
            while i + n < in_text.stop and _extends(text, gold, i + n, j + n, in_gold, tiles):
                n += 1
            found.append((i, j, n))
    return found


def _index(gold: Sequence[str], k: int, in_gold: range, used: bytearray, cap: int) -> dict[tuple[str, ...], list[int]]:
    """Where each sequence of ``k`` unused tokens starts; the first ``cap`` places."""
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in in_gold:
        if j + k <= len(gold) and not any(used[j : j + k]):
            places = index[tuple(gold[j : j + k])]
            if len(places) < cap:
                places.append(j)
    return index


def _extends(text: Sequence[str], gold: Sequence[str], i: int, j: int, in_gold: range, tiles: Tiles) -> bool:
    """Whether a run may include token ``i`` of the text as token ``j`` of the gold."""
    return j in in_gold and text[i] == gold[j] and not tiles.text_used[i] and not tiles.gold_used[j]


def place_greedily(
    runs: Sequence[Run], k: int, tiles: Tiles, accept: Callable[[int, int, int], bool] | None = None
) -> None:
    """Place the longest runs first; of equally long ones the best fit with what is placed.

    What is left of a run that others have used in part counts as a run if it is at least ``k`` long.
    """
    heap = [(-n, i, j) for i, j, n in runs]
    heapq.heapify(heap)
    while heap:
        n = -heap[0][0]
        batch = []
        while heap and -heap[0][0] == n:
            batch.append(heapq.heappop(heap)[1:])
        for i, j in _in_order(batch, n, tiles):
            if not tiles.is_free(i, j, n):
                for rest in _free_parts(i, j, n, tiles):
                    if rest[2] >= k:
                        heapq.heappush(heap, (-rest[2], *rest[:2]))
            elif accept is None or accept(i, j, n):
                tiles.place(i, j, n)


def _in_order(batch: Sequence[tuple[int, int]], n: int, tiles: Tiles) -> Iterator[tuple[int, int]]:
    """Runs of one length: those with one place in both texts first, then the best fit with what is placed by then."""
    per_text = Counter(i for i, _ in batch)
    per_gold = Counter(j for _, j in batch)
    is_anchor = [per_gold[j] == 1 and per_text[i] == 1 for i, j in batch]
    yield from (run for run, anchor in zip(batch, is_anchor, strict=True) if anchor)
    rest = [run for run, anchor in zip(batch, is_anchor, strict=True) if not anchor]
    if len(rest) > _MAX_COMPARED:
        yield from rest
        return
    while rest:
        costs = [tiles.cost(i, j, n) for i, j in rest]
        yield rest.pop(min(range(len(rest)), key=costs.__getitem__))


def _free_parts(i: int, j: int, n: int, tiles: Tiles) -> Iterator[Run]:
    """The stretches of a run whose tokens are unused in both texts."""
    start = None
    for x in range(n + 1):
        is_free = x < n and not tiles.text_used[i + x] and not tiles.gold_used[j + x]
        if is_free and start is None:
            start = x
        elif not is_free and start is not None:
            yield i + start, j + start, x - start
            start = None
