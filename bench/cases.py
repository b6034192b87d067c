"""Small inputs that must come out right: what each must keep, must drop and must say of itself.

    python -m bench.cases --cases DIR [--classifier NAME] [--run html-balanced ...] [--by-group] [--show]
                 [--json FILE] [ID ...]

A case is a file ``NAME.html`` or ``NAME.txt`` with a ``NAME.json`` that has ``must_keep`` and ``must_drop`` (texts;
white space is folded), ``must_meta`` (title, author or date), ``group`` and ``why``. HTML runs in the profiles balanced
and careful, text in careful. A case is right if nothing is lost, nothing left and no metadata wrong. IDs are names of
cases or how they begin.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cleaner.config import ProfileName
from cleaner.pipeline import Pipeline

RUNS: dict[str, tuple[str, ProfileName]] = {
    "html-balanced": ("html", "balanced"),
    "html-careful": ("html", "careful"),
    "text-careful": ("txt", "careful"),
}
"""The ways cases are run: the ending of their files, the profile."""


@dataclass(frozen=True, slots=True)
class Case:
    """An input and what must come of it."""

    name: str
    ending: str
    text: str
    group: str
    must_keep: tuple[str, ...]
    must_drop: tuple[str, ...]
    must_meta: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is wrong with the result of a case: texts lost, texts left, metadata as ``name: found``."""

    name: str
    group: str
    lost: tuple[str, ...]
    left: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def right(self) -> bool:
        return not (self.lost or self.left or self.wrong)


def read_cases(folder: Path, ids: Sequence[str] = ()) -> list[Case]:
    """The cases of a folder by name, or those whose names begin with one of ``ids``.

    Raises `ValueError` for a file that is not a case, or an id that no name begins with.
    """
    names = sorted(path.stem for path in folder.glob("*.json"))
    if unknown := [id for id in ids if not any(name.startswith(id) for name in names)]:
        raise ValueError(f"{folder} has no case {', '.join(unknown)}")
    return [_read_case(folder / name) for name in names if not ids or name.startswith(tuple(ids))]


def _read_case(path: Path) -> Case:
    spec_file = path.with_name(f"{path.name}.json")
    try:
        spec = json.loads(spec_file.read_text("utf-8"))
        wanted = {key: tuple(map(folded, spec.get(key, ()))) for key in ("must_keep", "must_drop")}
        meta = dict(spec.get("must_meta") or {})
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{spec_file} is not a case: {error}") from error
    for ending in ("html", "txt"):
        file = path.with_name(f"{path.name}.{ending}")
        if file.exists():
            return Case(path.name, ending, file.read_text("utf-8"), spec.get("group", ""), **wanted, must_meta=meta)
    raise ValueError(f"{spec_file} has no input: neither {path.name}.html nor {path.name}.txt is next to it")


def folded(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def outcome(case: Case, text: str, metadata: Mapping[str, Sequence[str]]) -> Outcome:
    """What is wrong with an output. The first value of a metadata field counts."""
    output = folded(text)
    found = {name: folded(next(iter(metadata.get(name, ())), "")) for name in case.must_meta}
    return Outcome(
        case.name,
        case.group,
        lost=tuple(one for one in case.must_keep if one not in output),
        left=tuple(one for one in case.must_drop if one in output),
        wrong=tuple(f"{name}: {value}" for name, value in found.items() if value != folded(case.must_meta[name])),
    )


def outcomes(cases: Sequence[Case], pipeline: Pipeline, ending: str) -> Iterator[Outcome]:
    """The outcomes of the cases with that ending, as a user gets them: what kind of input it is, is found out."""
    for case in cases:
        if case.ending == ending:
            result = pipeline.run(case.text, id=case.name)
            yield outcome(case, result.text, result.metadata)


def summary(found: Sequence[Outcome]) -> dict[str, int]:
    """How many cases there are, how many are right, lose something, leave something, have wrong metadata."""
    return {
        "cases": len(found),
        "right": sum(one.right for one in found),
        "lost": sum(bool(one.lost) for one in found),
        "left": sum(bool(one.left) for one in found),
        "wrong metadata": sum(bool(one.wrong) for one in found),
    }


def table(summaries: Mapping[str, Mapping[str, int]]) -> str:
    """Summaries as a Markdown table, one row each."""
    columns = list(next(iter(summaries.values())))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "--:|" * len(columns)]
    lines += [f"| {name} | " + " | ".join(str(one[key]) for key in columns) + " |" for name, one in summaries.items()]
    return "\n".join(lines)


def by_group(found: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """A summary of each group of cases."""
    groups = sorted({one.group for one in found})
    return {group: summary([one for one in found if one.group == group]) for group in groups}


def shown(found: Sequence[Outcome]) -> Iterator[str]:
    """The cases that are not right, with what is wrong."""
    for one in found:
        if not one.right:
            yield f"{one.name} ({one.group})"
            for word, texts in (("lost", one.lost), ("left", one.left), ("metadata", one.wrong)):
                yield from (f"    {word}: {text}" for text in texts)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these cases")
    parser.add_argument("--cases", type=Path, required=True, metavar="DIR")
    parser.add_argument("--classifier", default="blocks", help="as for cleaner; rules leaves the scorer out")
    parser.add_argument("--run", action="append", choices=RUNS, help="may be given several times; all by default")
    parser.add_argument("--by-group", action="store_true", help="a table of the groups of cases as well")
    parser.add_argument("--show", action="store_true", help="print what is wrong with each case")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    try:
        cases = read_cases(args.cases, args.ids)
    except ValueError as error:
        sys.exit(str(error))
    found: dict[str, list[Outcome]] = {}
    for name in args.run or RUNS:
        ending, profile = RUNS[name]
        found[name] = list(outcomes(cases, Pipeline(profile=profile, classifier=args.classifier), ending))
    print(table({name: summary(one) for name, one in found.items()}))
    for name, one in found.items():
        if args.by_group and one:
            print(f"\n{name}\n\n{table(by_group(one))}")
        if args.show:
            print("", name, *shown(one), sep="\n")
    if args.json:
        args.json.write_text(json.dumps(as_result(found)) + "\n", encoding="utf-8")


def as_result(found: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    """What ``--json`` writes: by run, a summary and the outcomes."""
    runs = {name: {"summary": summary(one), "cases": [asdict(case) for case in one]} for name, one in found.items()}
    return {"kind": "cases", "runs": runs}


if __name__ == "__main__":
    main()
