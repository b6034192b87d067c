"""The picture of a page of `cleaner review`, from the pages and texts of the tests, in a headless Chromium.

python docs/tools/review_picture.py            writes docs/pictures/review.png

Fonts differ between systems, so no test compares the picture. It needs selenium (in the extra `dev`), Chromium and its
driver.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # the package of this checkout

from cleaner.config import Config  # noqa: E402
from cleaner.review.make import review_run  # noqa: E402
from cleaner.run.runner import run  # noqa: E402

_PICTURE = ROOT / "docs" / "pictures" / "review.png"
_SHOWN = "de-news-1"  # the document in the picture
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1360,900", "--force-device-scale-factor=1")
_SELECT = """
open(state.found.findIndex((doc) => doc.id === arguments[0]));
const last = [...document.querySelectorAll(".kept")].at(-1);
state.chosen = Number(last.dataset.part);
stepCut(1);
last.scrollIntoView({ block: "center" });
"""


def rows() -> Iterator[dict[str, str]]:
    """The pages of the tests, and some of their noisy texts, as pages of two made-up sites."""
    for path in sorted((ROOT / "tests" / "pages").glob("*.html")):
        html = path.read_text("utf-8", "replace")
        yield {"id": path.stem, "url": f"https://herald.example/{path.stem}", "html": html}
    for path in sorted((ROOT / "tests" / "noisy").glob("[c-s]*-*-?.txt")):
        yield {"id": path.stem, "url": f"https://post.example/{path.stem}", "text": path.read_text("utf-8")}


def main() -> None:
    """Write the picture."""
    options = webdriver.ChromeOptions()
    for flag in _FLAGS:
        options.add_argument(flag)
    with tempfile.TemporaryDirectory() as name:
        source, page = Path(name, "corpus.jsonl"), Path(name, "review.html")
        source.write_text("".join(f"{json.dumps(row)}\n" for row in rows()), "utf-8")
        run([str(source)], Path(name, "corpus"), Config())
        page.write_bytes(review_run(Path(name, "corpus")).page)
        options.binary_location = shutil.which("chromium") or ""
        with webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver"))) as browser:
            browser.get(page.as_uri())
            browser.execute_script(_SELECT, _SHOWN)
            browser.save_screenshot(str(_PICTURE))


if __name__ == "__main__":
    main()
