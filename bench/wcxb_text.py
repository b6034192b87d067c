#!/usr/bin/env python3
"""WCXB-text: a plain-text (line level) boilerplate-removal benchmark.

WCXB (CC-BY-4.0) ships raw HTML with a human-reviewed ``main_content`` per page.
This tool turns it into a benchmark for cleaners that never see HTML:

build   render every page to plain text with three naive renderers (and two
        do-no-harm inputs: "extracted", a so-so extractor's output, and "clean",
        the gold text itself), then label each non-blank line keep/drop by
        aligning its words with main_content
score   run a ``module:function`` over the rendered text and report word F1,
        content loss and noise left
oracle  score the labels themselves (the upper bound of any line-level cleaner)

    wcxb_text.py build  --wcxb DIR --out DIR [--split dev] [--renderer bs4]
    wcxb_text.py oracle --data DIR
    wcxb_text.py score  --data DIR --system pkg.mod:func [--by-type] [--json F]

The scored function is called as ``func(text, url)`` (or ``func(text)`` when it
takes one parameter) and must return the cleaned text.

Output rows (JSONL, gzip): id, url, page_type, split, domain, title, renderer, text,
lines [{text, keep}], gold, oracle {precision, recall, f1}.  ``lines`` holds the
non-blank lines of ``text`` in order, stripped.  Pages without gold are skipped;
pages whose oracle F1 is below 0.80 go to ``*.left_out.jsonl.gz``.  Needs: resiliparse, beautifulsoup4, lxml,
inscriptis (only for ``build``).
"""

from __future__ import annotations

import argparse
import bisect
import gzip
import heapq
import importlib
import inspect
import json
import re
import statistics
import sys
import time
import unicodedata
import warnings
from collections import Counter, defaultdict
from pathlib import Path
from typing import Callable, Iterable, Iterator

RENDERERS = ("resiliparse", "bs4", "inscriptis")
# do-no-harm inputs: what a so-so HTML extractor wrote, and the gold text itself
EXTRA_INPUTS = ("extracted", "clean")
PAGE_TYPES = ("article", "forum", "product", "collection", "listing", "documentation", "service")
MIN_ORACLE = 0.80  # pages whose labelled lines cannot reach this F1 are left out
KEEP_COVERAGE = 0.5  # share of a line's words that must align for it to be kept

# --------------------------------------------------------------------------
# rendering


def _render_resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=False)


def _render_bs4(html: str) -> str:
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(html, "lxml")
    for tag in soup(["script", "style"]):
        tag.decompose()
    return soup.get_text("\n")


def _render_inscriptis(html: str) -> str:
    from inscriptis import get_text

    return get_text(html)


def _render_extracted(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=True, alt_texts=False)


_RENDER: dict[str, Callable[[str], str]] = {
    "resiliparse": _render_resiliparse,
    "bs4": _render_bs4,
    "inscriptis": _render_inscriptis,
    "extracted": _render_extracted,
}


def render(page: dict, renderer: str) -> str:
    """Plain text as a naive scraper writes it; only line ends are unified."""
    text = page["gold"] if renderer == "clean" else _RENDER[renderer](page["html"])
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


# --------------------------------------------------------------------------
# alignment

_SCRIPT_NO_SPACE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_ALIGN_TOKEN = re.compile(rf"[{_SCRIPT_NO_SPACE}]|[^\W{_SCRIPT_NO_SPACE}]+")
_ENUMERATOR = re.compile(r"^\s*\d{1,3}[.)]\s")


def align_tokens(text: str) -> list[str]:
    return _ALIGN_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


class _Tiles:
    """Matched runs (text start, gold start, length); every token is used once."""

    def __init__(self, n_text: int, n_gold: int) -> None:
        self.text_used = bytearray(n_text)
        self.gold_used = bytearray(n_gold)
        self.gold_starts: list[int] = []  # sorted
        self.by_gold: dict[int, tuple[int, int]] = {}  # gold start -> (text start, length)
        self.n_text = n_text

    def place(self, i: int, j: int, length: int) -> None:
        self.text_used[i : i + length] = b"\x01" * length
        self.gold_used[j : j + length] = b"\x01" * length
        bisect.insort(self.gold_starts, j)
        self.by_gold[j] = (i, length)

    def neighbours(self, j: int, length: int) -> tuple[int | None, int | None]:
        """Text end of the tile before gold position j, text start of the tile after."""
        at = bisect.bisect_left(self.gold_starts, j)
        before = after = None
        if at:
            i, n = self.by_gold[self.gold_starts[at - 1]]
            before = i + n
        if at < len(self.gold_starts):
            after = self.by_gold[self.gold_starts[at]][0]
        return before, after

    def cost(self, i: int, j: int, length: int) -> float:
        """How badly a tile at (i, j) fits between its placed gold neighbours."""
        before, after = self.neighbours(j, length)
        cost = 0.0
        if before is not None:
            cost += i - before if i >= before else 3 * (before - i) + 50
        if after is not None:
            gap = after - (i + length)
            cost += gap if gap >= 0 else 3 * -gap + 50
        return cost


def _common_runs(
    text: list[str],
    gold: list[str],
    k: int,
    t_range: Iterable[int],
    g_range: Iterable[int],
    tiles: _Tiles,
    cap: int = 200,
) -> list[tuple[int, int, int]]:
    """Maximal runs of unused tokens, at least k long, common to both ranges."""
    t_used, g_used = tiles.text_used, tiles.gold_used
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    g_list = list(g_range)
    g_set = set(g_list)
    for j in g_list:
        if j + k <= len(gold) and not any(g_used[j : j + k]):
            slot = index[tuple(gold[j : j + k])]
            if len(slot) < cap:
                slot.append(j)
    if not index:
        return []
    t_list = list(t_range)
    t_lo, t_hi = (t_list[0], t_list[-1] + 1) if t_list else (0, 0)
    found = []
    for i in t_list:
        if i + k > t_hi or t_used[i]:
            continue
        for j in index.get(tuple(text[i : i + k]), ()):
            if any(t_used[i : i + k]):
                break
            if (
                i > t_lo
                and j > 0
                and text[i - 1] == gold[j - 1]
                and not t_used[i - 1]
                and not g_used[j - 1]
                and (j - 1) in g_set
            ):
                continue  # not the start of a maximal run
            n = k
            while (
                i + n < t_hi
                and j + n < len(gold)
                and (j + n) in g_set
                and text[i + n] == gold[j + n]
                and not t_used[i + n]
                and not g_used[j + n]
            ):
                n += 1
            found.append((i, j, n))
    return found


def _place_greedily(
    runs: list[tuple[int, int, int]], k: int, tiles: _Tiles, accept: Callable[[int, int, int], bool] | None = None
) -> None:
    """Longest first; among equally long ones the best fit with what is placed."""
    heap = [(-n, i, j) for i, j, n in runs]
    heapq.heapify(heap)
    while heap:
        n = -heap[0][0]
        batch = []
        while heap and -heap[0][0] == n:
            batch.append(heapq.heappop(heap))
        # a gold run with a single place in the text is an anchor: place those first
        per_gold = Counter(j for _, _, j in batch)
        per_text = Counter(i for _, i, _ in batch)
        anchors = [(i, j) for _, i, j in batch if per_gold[j] == 1 and per_text[i] == 1]
        rest = [(i, j) for _, i, j in batch if not (per_gold[j] == 1 and per_text[i] == 1)]

        def settle(i: int, j: int) -> None:
            t_used, g_used = tiles.text_used, tiles.gold_used
            if not any(t_used[i : i + n]) and not any(g_used[j : j + n]):
                if accept is None or accept(i, j, n):
                    tiles.place(i, j, n)
                return
            start = None  # partly taken: put the free stretches back
            for x in range(n + 1):
                free = x < n and not t_used[i + x] and not g_used[j + x]
                if free and start is None:
                    start = x
                elif not free and start is not None:
                    if x - start >= k:
                        heapq.heappush(heap, (-(x - start), i + start, j + start))
                    start = None

        for i, j in anchors:
            settle(i, j)
        if len(rest) > 400:
            for i, j in rest:
                settle(i, j)
        else:
            while rest:
                costs = [tiles.cost(i, j, n) for i, j in rest]
                best = min(range(len(rest)), key=costs.__getitem__)
                i, j = rest.pop(best)
                settle(i, j)


def label_lines(lines: list[str], gold: str) -> list[bool]:
    """Keep/drop for every line, by token alignment with the gold text.

    Long common runs are placed first, longest first, wherever they stand; what
    is left is matched only inside the gap between already placed neighbours, and
    the shorter a run is the more it has to prove: runs of one or two words count
    only when they continue a placed run or when a whole line equals a whole gold
    line.  Each gold word is used once, so a title or a caption that the page
    repeats is kept at the place that fits its surroundings and dropped elsewhere.
    """
    text: list[str] = []
    line_span: list[tuple[int, int]] = []
    for line in lines:
        start = len(text)
        text.extend(align_tokens(line))
        line_span.append((start, len(text)))
    line_of = [0] * len(text)
    for n, (a, b) in enumerate(line_span):
        line_of[a:b] = [n] * (b - a)
    enumerated = [bool(_ENUMERATOR.match(line)) for line in lines]

    gold_tokens: list[str] = []
    gold_span: list[tuple[int, int]] = []
    for line in gold.splitlines():
        start = len(gold_tokens)
        gold_tokens.extend(align_tokens(line))
        if len(gold_tokens) > start:
            gold_span.append((start, len(gold_tokens)))
    gold_line_start = {a: b for a, b in gold_span}
    tiles = _Tiles(len(text), len(gold_tokens))

    def core(n: int) -> tuple[int, int]:
        a, b = line_span[n]
        return (a + 1, b) if enumerated[n] and b - a > 1 else (a, b)

    def whole_line(i: int, j: int, n: int) -> bool:
        """The run is a complete line of the text and a complete line of the gold."""
        line = line_of[i]
        a, b = line_span[line]
        a2, _ = core(line)
        if i not in (a, a2) or i + n != b:
            return False
        end = gold_line_start.get(j)
        if end is None and j and (j - 1) in gold_line_start and gold_tokens[j - 1].isdigit():
            end = gold_line_start[j - 1]
        return end == j + n

    # 1. anchors: long runs anywhere
    for k in (12, 7):
        runs = _common_runs(text, gold_tokens, k, range(len(text)), range(len(gold_tokens)), tiles)
        _place_greedily(runs, k, tiles)

    # 2. inside the gaps, shorter and shorter
    def covers_line(i: int, j: int, n: int) -> bool:
        last = line_of[i + n - 1]
        first = line_of[i]
        if first != last:
            return True
        a, b = core(first)
        return n >= 0.6 * (b - a)

    def touches(i: int, j: int, n: int) -> bool:
        if i and j and tiles.text_used[i - 1] and tiles.gold_used[j - 1]:
            at = bisect.bisect_left(tiles.gold_starts, j) - 1
            ti, tn = tiles.by_gold[tiles.gold_starts[at]]
            if tiles.gold_starts[at] + tn == j and ti + tn == i:
                return True
        if j + n in tiles.by_gold and tiles.by_gold[j + n][0] == i + n:
            return True
        return False

    def gaps() -> Iterator[tuple[range, range]]:
        pos = 0
        order = list(tiles.gold_starts) + [len(gold_tokens)]
        prev_end = 0
        for g in order:
            if g > pos:
                ti = tiles.by_gold[g][0] if g < len(gold_tokens) else len(text)
                if prev_end <= ti:
                    yield range(prev_end, ti), range(pos, g)
                else:  # order broken here: look close to both neighbours
                    yield range(prev_end, min(len(text), prev_end + 200)), range(pos, g)
                    yield range(max(0, ti - 200), ti), range(pos, g)
            if g < len(gold_tokens):
                ti, n = tiles.by_gold[g]
                pos, prev_end = g + n, ti + n
            else:
                pos = g

    for k in (4, 3):
        test = None if k == 4 else covers_line
        for t_range, g_range in list(gaps()):
            if len(t_range) >= k and len(g_range) >= k:
                runs = _common_runs(text, gold_tokens, k, t_range, g_range, tiles)
                _place_greedily(runs, k, tiles, test)
    for _ in range(2):
        for t_range, g_range in list(gaps()):
            if not t_range or not g_range:
                continue
            tight = len(t_range) <= 12 and len(g_range) <= 12
            runs = _common_runs(text, gold_tokens, 1, t_range, g_range, tiles, cap=50)
            _place_greedily(
                runs, 1, tiles, lambda i, j, n: (tight and n >= 2) or touches(i, j, n) or whole_line(i, j, n)
            )

    # 3. moved lines: a whole gold line, three words or more, that stands elsewhere
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n in range(len(lines)):
        a, b = core(n)
        if b - a >= 3 and not any(tiles.text_used[a:b]):
            where[tuple(text[a:b])].append(a)
    for a, b in gold_span:
        if b - a >= 3 and not any(tiles.gold_used[a:b]):
            spots = [i for i in where.get(tuple(gold_tokens[a:b]), ()) if not tiles.text_used[i]]
            if spots:
                tiles.place(min(spots, key=lambda i: tiles.cost(i, a, b - a)), a, b - a)

    # 4. verdict per line; lines without words follow their neighbours
    keep: list[bool | None] = []
    for n in range(len(lines)):
        a, b = core(n)
        keep.append(sum(tiles.text_used[a:b]) >= KEEP_COVERAGE * (b - a) if b > a else None)
    for n, value in enumerate(keep):
        if value is None:
            before = next((keep[m] for m in range(n - 1, -1, -1) if keep[m] is not None), False)
            after = next((keep[m] for m in range(n + 1, len(keep)) if keep[m] is not None), False)
            keep[n] = bool(before and after)
    return [bool(k) for k in keep]


# --------------------------------------------------------------------------
# metrics

_WORD = re.compile(r"\w+")


def words(text: str) -> Counter:
    """The word bag of WCXB's own evaluate.py."""
    return Counter(_WORD.findall(text.lower()))


def page_metrics(cleaned: str, source: str, gold: str) -> dict[str, float | None]:
    """precision/recall/f1 as in WCXB; loss and noise relative to the input text.

    loss   share of the gold words present in the input that the output lacks
    noise  share of the input's other words that the output still has
    """
    pred, inp, ref = words(cleaned), words(source), words(gold)
    n_pred, n_ref = sum(pred.values()), sum(ref.values())
    hit = sum((pred & ref).values())
    reachable = sum((inp & ref).values())
    noise_in = sum(inp.values()) - reachable
    precision = hit / n_pred if n_pred else (1.0 if not n_ref else 0.0)
    recall = hit / n_ref if n_ref else (1.0 if not n_pred else 0.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "loss": (reachable - hit) / reachable if reachable else 0.0,
        "noise": (n_pred - hit) / noise_in if noise_in > 0 else None,
        "words_lost": reachable - hit,
        "words_reachable": reachable,
        "noise_words_left": n_pred - hit,
        "noise_words_in": noise_in,
    }


def without_title(cleaned: str, title: str, gold: str) -> str:
    """The output less one copy of the page title, where the gold leaves it out.

    WCXB's main_content starts below the headline on about three pages of four,
    so keeping the headline, which most users want, would count as noise.
    """
    want = align_tokens(title)
    if not want or any(align_tokens(line) == want for line in gold.splitlines()[:5]):
        return cleaned
    lines = cleaned.split("\n")
    for n, line in enumerate(lines):
        if align_tokens(line) == want:
            return "\n".join(lines[:n] + lines[n + 1 :])
    return cleaned


def summarise(rows: list[dict]) -> dict[str, float]:
    def mean(key: str) -> float:
        values = [r[key] for r in rows if r[key] is not None]
        return statistics.fmean(values) if values else 0.0

    n = len(rows)
    return {
        "pages": n,
        "f1": mean("f1"),
        "precision": mean("precision"),
        "recall": mean("recall"),
        "loss": mean("loss"),
        "loss>5%": sum(r["loss"] > 0.05 for r in rows) / n if n else 0.0,
        "loss>20%": sum(r["loss"] > 0.20 for r in rows) / n if n else 0.0,
        "loss_pooled": sum(r["words_lost"] for r in rows) / max(1, sum(r["words_reachable"] for r in rows)),
        "noise": mean("noise"),
        "noise_pooled": sum(r["noise_words_left"] for r in rows) / max(1, sum(r["noise_words_in"] for r in rows)),
    }


COLUMNS = ("f1", "precision", "recall", "loss", "loss>5%", "loss>20%", "noise", "noise_pooled")


def format_table(named: list[tuple[str, dict[str, float]]]) -> str:
    head = f"{'':<22}{'pages':>7}" + "".join(f"{c:>13}" for c in COLUMNS)
    body = [f"{name:<22}{s['pages']:>7}" + "".join(f"{s[c]:>13.4f}" for c in COLUMNS) for name, s in named]
    return "\n".join([head, *body])


# --------------------------------------------------------------------------
# build


def read_wcxb(root: Path, split: str, keep_shared: bool = False) -> Iterator[dict]:
    """Pages of one split, of the published layout or of a folder of one split's pages.

    The published layout is ``metadata.json`` and ``SPLIT/{html,ground-truth}/``; the other is ``pages.json`` and
    ``{html,ground-truth}/``, and then counts as dev. WCXB lists 139 pages in both splits, with the same HTML; its
    metadata calls them test pages, so they are left out of dev unless keep_shared is set.
    """
    flat = root / "pages.json"
    folder = root if flat.exists() else root / split
    if flat.exists():
        meta = json.loads(flat.read_text(encoding="utf-8"))
    else:
        meta = json.loads((root / "metadata.json").read_text(encoding="utf-8"))["files"]
    shared: set[str] = set()
    if split == "dev" and not keep_shared:
        shared = {p.stem for p in (root / "test" / "ground-truth").glob("*.json")}
    for path in sorted((folder / "ground-truth").glob("*.json")):
        if path.stem in shared:
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        truth = data.get("ground_truth") or {}
        gold = truth.get("main_content") or ""
        with gzip.open(folder / "html" / f"{path.stem}.html.gz", "rt", encoding="utf-8", errors="replace") as fh:
            html = fh.read()
        info = meta.get(path.stem, {})
        own_type = (data.get("_internal") or {}).get("page_type")
        page_type = own_type.get("primary") if isinstance(own_type, dict) else own_type
        page_type = page_type or info.get("page_type") or "article"
        yield {
            "id": path.stem,
            "url": data.get("url") or info.get("url") or "",
            "page_type": "collection" if page_type == "category" else page_type,
            "split": split,
            "domain": info.get("domain", ""),
            "title": truth.get("title") or "",
            "gold": gold,
            "html": html,
        }


def build_row(page: dict, renderer: str) -> dict:
    text = render(page, renderer)
    lines = [line for line in text.split("\n") if line.strip()]
    keep = label_lines(lines, page["gold"])
    kept = "\n".join(line for line, k in zip(lines, keep) if k)
    m = page_metrics(kept, text, page["gold"])
    row = {key: page[key] for key in ("id", "url", "page_type", "split", "domain", "title")}
    row["renderer"] = renderer
    row["text"] = text
    row["lines"] = [{"text": line.strip(), "keep": k} for line, k in zip(lines, keep)]
    row["gold"] = page["gold"]
    row["oracle"] = {key: round(m[key], 4) for key in ("precision", "recall", "f1")}
    return row


def build(args: argparse.Namespace) -> None:
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for split in args.split:
        files = {
            r: gzip.open(out / f"{split}.{r}.jsonl.gz", "wt", encoding="utf-8", compresslevel=6) for r in args.renderer
        }
        left_out = {
            r: gzip.open(out / f"{split}.{r}.left_out.jsonl.gz", "wt", encoding="utf-8", compresslevel=6)
            for r in args.renderer
        }
        counts: dict[str, Counter] = {r: Counter() for r in args.renderer}
        oracle: dict[str, list[float]] = {r: [] for r in args.renderer}
        started = time.time()
        for n, page in enumerate(read_wcxb(Path(args.wcxb), split, args.keep_shared), 1):
            for renderer in args.renderer:
                row = build_row(page, renderer)
                c = counts[renderer]
                c["pages"] += 1
                if not page["gold"].strip():
                    c["no gold"] += 1
                elif row["oracle"]["f1"] < MIN_ORACLE:
                    c["oracle below %.2f" % MIN_ORACLE] += 1
                    left_out[renderer].write(json.dumps(row, ensure_ascii=False) + "\n")
                else:
                    c["used"] += 1
                    c["lines"] += len(row["lines"])
                    c["lines kept"] += sum(line["keep"] for line in row["lines"])
                    oracle[renderer].append(row["oracle"]["f1"])
                    files[renderer].write(json.dumps(row, ensure_ascii=False) + "\n")
            if args.limit and n >= args.limit:
                break
            if n % 100 == 0:
                print(f"{split}: {n} pages, {time.time() - started:.0f}s", file=sys.stderr)
        for fh in [*files.values(), *left_out.values()]:
            fh.close()
        for renderer in args.renderer:
            mean = statistics.fmean(oracle[renderer]) if oracle[renderer] else 0.0
            print(f"{split} {renderer}: {dict(counts[renderer])} mean oracle F1 of used pages {mean:.4f}")


def read_rows(data: str, split: str, renderers: Iterable[str]) -> Iterator[dict]:
    for renderer in renderers:
        with gzip.open(Path(data) / f"{split}.{renderer}.jsonl.gz", "rt", encoding="utf-8") as fh:
            for line in fh:
                yield json.loads(line)


# --------------------------------------------------------------------------
# score


def load_function(spec: str) -> Callable[[str, str], str]:
    module, _, name = spec.partition(":")
    sys.path.insert(0, "")
    target = importlib.import_module(module)
    for part in name.split("."):
        target = getattr(target, part)
    parameters = [
        p
        for p in inspect.signature(target).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    return target if len(parameters) >= 2 else (lambda text, url: target(text))


def score(args: argparse.Namespace, func: Callable[[dict], str]) -> None:
    per_page: list[dict] = []
    seconds = 0.0
    size = 0
    for row in read_rows(args.data, args.split, args.renderer):
        started = time.perf_counter()
        cleaned = func(row)
        seconds += time.perf_counter() - started
        size += len(row["text"].encode())
        if args.title_neutral:
            cleaned = without_title(cleaned, row["title"], row["gold"])
        metrics = page_metrics(cleaned, row["text"], row["gold"])
        per_page.append({"id": row["id"], "renderer": row["renderer"], "page_type": row["page_type"], **metrics})
    table = [(r, summarise([p for p in per_page if p["renderer"] == r])) for r in args.renderer]
    table.append(("all", summarise(per_page)))
    if args.by_type:
        table += [
            (t, summarise([p for p in per_page if p["page_type"] == t]))
            for t in PAGE_TYPES
            if any(p["page_type"] == t for p in per_page)
        ]
    print(format_table(table))
    if seconds:
        print(f"{size / 1e6:.1f} MB in {seconds:.1f} s = {size / 1e6 / seconds:.2f} MB/s")
    if args.json:
        Path(args.json).write_text(json.dumps({"summary": dict(table), "pages": per_page}, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(dest="command", required=True)
    p = sub.add_parser("build")
    p.add_argument("--wcxb", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--split", nargs="+", default=["dev"])
    p.add_argument("--renderer", nargs="+", default=list(RENDERERS), choices=RENDERERS + EXTRA_INPUTS)
    p.add_argument("--limit", type=int, help="only the first N pages of each split")
    p.add_argument("--keep-shared", action="store_true", help="leave the 139 pages that are also in test in dev")
    for name in ("score", "oracle"):
        p = sub.add_parser(name)
        p.add_argument("--data", required=True)
        p.add_argument("--split", default="dev")
        p.add_argument("--renderer", nargs="+", default=list(RENDERERS), choices=RENDERERS + EXTRA_INPUTS)
        p.add_argument("--by-type", action="store_true", help="one row a page type as well")
        p.add_argument(
            "--title-neutral", action="store_true", help="a kept headline that the gold leaves out costs nothing"
        )
        p.add_argument("--json")
        if name == "score":
            p.add_argument("--system", required=True)
    args = parser.parse_args()
    if args.command == "build":
        build(args)
    elif args.command == "oracle":
        score(args, lambda row: "\n".join(line["text"] for line in row["lines"] if line["keep"]))
    else:
        func = load_function(args.system)
        score(args, lambda row: func(row["text"], row["url"]))


if __name__ == "__main__":
    main()
