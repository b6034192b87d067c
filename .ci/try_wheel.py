#!/usr/bin/env python3
"""Build the wheel, install it into an empty environment of each interpreter, and use the command and the library there.

    python .ci/try_wheel.py [PYTHON ...]      # default: the interpreter that runs this

For each one: pip installs the wheel and what it needs; `pip check` passes; the command runs over the seeds, verifies
and restores its output; the library cleans a text; Parquet without its library ends with the cure. Needs a registry.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = """
import cleaner
sentence = "Rain is expected in the north of the country until Friday."
assert cleaner.clean("Skip to main content\\n" + sentence + "\\nShare this article\\n") == sentence + "\\n"
assert cleaner.clean("<nav><a href='/'>Home</a></nav><p>" + sentence + "</p>") == sentence + "\\n"
assert "site-packages" in cleaner.__file__, cleaner.__file__
"""


def said(folder: Path, *command: str | Path, code: int = 0) -> str:
    """What a command says; the end of all if it ends with another exit code."""
    done = subprocess.run(  # noqa: S603 - ours
        list(map(str, command)), cwd=folder, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != code:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with exit code {done.returncode}:\n{done.stdout[-3000:]}"
        )
    return done.stdout


def build(folder: Path) -> Path:
    """The wheel of this checkout."""
    said(folder, sys.executable, "-m", "venv", "builder")
    said(folder, "builder/bin/python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", ROOT)
    (wheel,) = (folder / "dist").glob("boilerplate_cleaner-*.whl")
    return wheel


def try_out(wheel: Path, python: str, folder: Path) -> str:
    """Install and use the wheel; one line that says on which Python."""
    said(folder, python, "-m", "venv", "env")
    program, command = folder / "env" / "bin" / "python", folder / "env" / "bin" / "cleaner"
    said(folder, program, "-m", "pip", "install", "--quiet", wheel)
    said(folder, program, "-m", "pip", "check")
    said(folder, program, "-c", LIBRARY)
    version = said(folder, command, "--version").strip()
    said(folder, command, "run", ROOT / "seeds", "-o", "out", "--quiet")
    said(folder, command, "verify", "out")
    said(folder, command, "restore", "out", "-o", "back")
    for seed in sorted((ROOT / "seeds").iterdir()):
        (back,) = (folder / "back").rglob(seed.name)
        if back.read_bytes() != seed.read_bytes():
            raise SystemExit(f"{seed.name} was not restored byte for byte")
    cure = said(folder, command, "run", ROOT / "seeds", "-o", "table", "--output-format", "parquet", code=2)
    if "pip install pyarrow" not in cure:
        raise SystemExit(f"a missing library is not named with its cure:\n{cure}")
    number = said(folder, program, "-c", "import platform; print(platform.python_version())").strip()
    return f"Python {number}: {wheel.name} installed, {version} ran"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        wheel = build(Path(name))
        for python in sys.argv[1:] or [sys.executable]:
            with tempfile.TemporaryDirectory() as place:
                print(try_out(wheel, python, Path(place)), flush=True)


if __name__ == "__main__":
    main()
