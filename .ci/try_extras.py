#!/usr/bin/env python3
"""Install the package with each extra into a new environment, and run the example of its page there.

    python .ci/try_extras.py [EXTRA ...]

First the package is installed without an extra, which must not install any engine. The script needs a package registry,
some GB of disk space, and Java.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from cleaner.tables import ADAPTERS  # noqa: E402 - from this checkout; this module imports no other package

PAGES = {adapter.extra: f"etl/{adapter.name}.md" for adapter in ADAPTERS} | {"arrow": "etl.md"}
ENGINES = {adapter.library for adapter in ADAPTERS}
PREPARE = """
import json, pathlib, pyarrow as pa, pyarrow.parquet as pq
text = "Skip to main content\\nRain is expected in the north of the country until Friday.\\nShare this article\\n"
rows = [(f"{n}.txt", text) for n in range(20)]
pq.write_table(pa.table({"id": [n for n, _ in rows], "html": [t.encode() for _, t in rows]}), "pages.parquet")
pathlib.Path("pages").mkdir()
pathlib.Path("pages", "0.jsonl").write_text("".join(json.dumps({"id": n, "text": t}) + "\\n" for n, t in rows))
"""


def python(folder: Path, *arguments: str) -> str:
    """Run the Python of the environment in the folder. Returns its stdout; raises `SystemExit` if it fails."""
    program = folder / "env" / "bin" / "python"
    env = {**os.environ, "PYSPARK_PYTHON": str(program), "HF_HOME": str(folder / "hf"), "RAY_USAGE_STATS_ENABLED": "0"}
    command = [program, *arguments]
    done = subprocess.run(command, cwd=folder, env=env, text=True, check=False, capture_output=True)  # noqa: S603  ours
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)[:80]} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def install(folder: Path, extra: str) -> None:
    """Create an environment with the package and one extra (empty: none)."""
    venv.create(folder / "env", with_pip=True)
    python(folder, "-m", "pip", "install", "--quiet", f"{ROOT}[{extra}]" if extra else str(ROOT))


def installed(folder: Path) -> set[str]:
    """The names of all installed packages, in lower case."""
    return {line.partition("==")[0].lower() for line in python(folder, "-m", "pip", "list", "--format=freeze").split()}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        install(Path(name), "")
        if engines := installed(Path(name)) & ENGINES:
            raise SystemExit(f"the package without extras installs {', '.join(sorted(engines))}")
        python(Path(name), "-c", "import cleaner; assert cleaner.clean('Rain is expected.')")
        print("no extra: no engine installed", flush=True)
    for extra in sys.argv[1:] or PAGES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            install(folder, extra)
            code = re.findall(
                r"^```python\n(.*?)^```", (ROOT / "docs" / PAGES[extra]).read_text("utf-8"), re.DOTALL | re.MULTILINE
            )
            (folder / "example.py").write_text("\n".join(code), "utf-8")
            python(folder, "-c", PREPARE)
            python(folder, "example.py")
            size = sum(path.lstat().st_size for path in (folder / "env").rglob("*")) / 1e6
            print(f"{extra}: installed ({size:,.0f} MB); its example ran", flush=True)


if __name__ == "__main__":
    main()
