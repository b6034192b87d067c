"""Builds the native core with a C compiler, if there is one: one shared library that serves every Python.

    python cleaner/_native/build.py [--sanitize] [FILE]     # default: next to this file, for an editable install

The build hook of the package (``hatch_build.py``) calls `build`. The C code includes no header of Python, so no
development files are needed. ``--sanitize`` builds with the sanitizers for addresses and undefined behaviour.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
NAME = f"core{SUFFIX}"
"""The file name of the library."""
# Results must be those of Python to the last bit: no fused operations, no shortcuts of fast math.
_FLAGS = ("-std=c11", "-O3", "-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-Wextra", "-shared")
_SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-fno-omit-frame-pointer", "-Werror")


class BuildError(Exception):
    """There is no compiler, or it fails; the message says which."""


def sources() -> list[Path]:
    """The C files, in order."""
    return sorted(FOLDER.glob("*.c"))


def digest() -> str:
    """The hash of all C code, which the library contains: a library of other code is out of date."""
    found = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.c"), *FOLDER.glob("*.h")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()[:16]


def compiler() -> list[str]:
    """The command of the C compiler: ``CC``, the one that Python was built with, or ``cc``, ``gcc``, ``clang``.

    Raises `BuildError` if none of them can be run.
    """
    if named := os.environ.get("CC"):
        return shlex.split(named)
    for command in (str(sysconfig.get_config_var("CC") or ""), "cc", "gcc", "clang"):
        words = shlex.split(command)
        if words and shutil.which(words[0]):
            return words
    raise BuildError("no C compiler was found (CC, cc, gcc, clang)")


def build(target: Path, *, sanitize: bool = False) -> None:
    """Compile the library into the file ``target``. Raises `BuildError`; an old library is then deleted."""
    flags = [*_FLAGS, *(() if sys.platform == "win32" else ("-fPIC",)), *(_SANITIZE if sanitize else ())]
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    failure = ""
    try:
        command = [*compiler(), *flags, f'-DCLEANER_DIGEST="{digest()}"', "-o", str(unfinished)]
        done = subprocess.run(  # noqa: S603 - the compiler that the user chose
            [*command, *map(str, sources()), "-lm"], capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            failure = f"{command[0]} exited with {done.returncode}: {done.stderr.strip()[-2000:]}"
        else:
            unfinished.replace(target)
    except (OSError, ValueError, subprocess.SubprocessError, BuildError) as error:
        failure = str(error)
    if failure:
        for path in (target, unfinished):
            with suppress(OSError):
                path.unlink()
        raise BuildError(failure)


def main() -> int:
    """Build the file that is named, or the one next to this file. Returns the exit code: 1 if there is no library."""
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    target = Path(named[0]) if named else FOLDER / NAME
    try:
        build(target, sanitize="--sanitize" in sys.argv)
    except BuildError as error:
        print(f"the native core was not built; cleaner runs in pure Python: {error}", file=sys.stderr)
        return 1
    print(f"built {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
