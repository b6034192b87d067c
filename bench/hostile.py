"""CPU time of markup made to take long: at twice the size it should take twice the time.

    python -m bench.hostile [--size 100000]

Prints for each kind of page the seconds at one and at two times ``--size`` repetitions, and their ratio; and the peak
memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

from cleaner import Pipeline

PAGES: dict[str, Callable[[int], str]] = {
    "nested blocks": lambda n: "<div>" * n + "x",
    "nested formats": lambda n: "<b>" * n + "x",
    "nested tables": lambda n: "<table><tr><td>" * (n // 5) + "x",
    "formats left open": lambda n: "<p><b>x" * (n // 4),
    "attributes": lambda n: "<div " + " ".join(f"a{i}=1" for i in range(n)) + ">x</div>",
    "attributes with tags in them": lambda n: "<div " + " ".join(f"a{i}='<>'" for i in range(n)) + ">x</div>",
    "options": lambda n: "<select>" + "<option>x" * n,
    "quotes left open": lambda n: '<a b="' * n,
    "signs": lambda n: "<" * 10 * n,
    "scripts left open": lambda n: "<head>" + "<script a>" * n,
    "metadata left open": lambda n: '<script type="application/ld+json">' * n,
    "sections of XML": lambda n: '<?xml version="1.0"?>' + "<![CDATA[" * n,
    "classes": lambda n: "".join(f"<div class='c{i}-menu x{i}'>x{i}</div>" for i in range(n // 4)),
    "lines": lambda n: "x<br>" * n,
    "items": lambda n: "<li>word" * n,
    "paragraphs": lambda n: "<p>Some words of a text that is here.</p>" * (n // 10),
}


def seconds(pipeline: Pipeline, html: str) -> float:
    start = time.process_time()
    result = pipeline.run(html, kind="html")
    _ = result.text, list(result.facts)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    size = parser.parse_args().size
    pipeline = Pipeline()
    seconds(pipeline, "<html><p>Read the model, import what is lazy.</p></html>")
    print("| page | kB | s | s at twice the size | ratio |\n|---|--:|--:|--:|--:|")
    for name, make in PAGES.items():
        once, twice = seconds(pipeline, make(size)), seconds(pipeline, make(2 * size))
        print(f"| {name} | {len(make(size)) // 1000} | {once:.2f} | {twice:.2f} | {twice / max(once, 1e-3):.1f} |")
    print(f"\npeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
