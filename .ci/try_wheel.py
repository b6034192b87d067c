#!/usr/bin/env python3
"""Build the wheel, install it into a new environment for each interpreter, and use the command and the library there.

    python .ci/try_wheel.py [PYTHON ...]      # default: the interpreter that runs this

The script does this with each interpreter: it installs the wheel and its dependencies; it runs `pip check`; it cleans
the seeds with the command, then verifies and restores the output; it cleans a text with the library; and it checks that
Parquet without its library fails with the cure. It needs a package registry.
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


def output_of(folder: Path, *command: str | Path, code: int = 0) -> str:
    """The output of a command. Raises `SystemExit` if it exits with another code."""
    done = subprocess.run(  # noqa: S603 - ours
        list(map(str, command)), cwd=folder, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != code:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with exit code {done.returncode}:\n{done.stdout[-3000:]}"
        )
    return done.stdout


def build(folder: Path) -> Path:
    """Build the wheel of this checkout. Returns its path."""
    output_of(folder, sys.executable, "-m", "venv", "builder")
    output_of(folder, "builder/bin/python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", ROOT)
    (wheel,) = (folder / "dist").glob("boilerplate_cleaner-*.whl")
    return wheel


def try_out(wheel: Path, python: str, folder: Path) -> str:
    """Install and use the wheel. Returns one line, which names the version of Python."""
    output_of(folder, python, "-m", "venv", "env")
    program, command = folder / "env" / "bin" / "python", folder / "env" / "bin" / "cleaner"
    output_of(folder, program, "-m", "pip", "install", "--quiet", wheel)
    output_of(folder, program, "-m", "pip", "check")
    output_of(folder, program, "-c", LIBRARY)
    version = output_of(folder, command, "--version").strip()
    output_of(folder, command, "run", ROOT / "seeds", "-o", "out", "--quiet")
    output_of(folder, command, "verify", "out")
    output_of(folder, command, "restore", "out", "-o", "back")
    for seed in sorted((ROOT / "seeds").iterdir()):
        (back,) = (folder / "back").rglob(seed.name)
        if back.read_bytes() != seed.read_bytes():
            raise SystemExit(f"{seed.name} was not restored byte for byte")
    cure = output_of(folder, command, "run", ROOT / "seeds", "-o", "table", "--output-format", "parquet", code=2)
    if "pip install pyarrow" not in cure:
        raise SystemExit(f"the message about a missing library does not contain its cure:\n{cure}")
    number = output_of(folder, program, "-c", "import platform; print(platform.python_version())").strip()
    return f"Python {number}: {wheel.name} installed, {version} ran"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        wheel = build(Path(name))
        for python in sys.argv[1:] or [sys.executable]:
            with tempfile.TemporaryDirectory() as place:
                print(try_out(wheel, python, Path(place)), flush=True)


if __name__ == "__main__":
    main()
