"""The build hook: compiles the native core. Without a compiler the package is pure Python.

A wheel with the core is for one platform and every Python (``py3-none-PLATFORM``); one without it is for all
platforms. An editable install builds the core in the checkout. ``CLEANER_BUILD=python`` builds without it,
``CLEANER_BUILD=native`` fails if the core can't be built.
"""

from __future__ import annotations

import os
import runpy
import shutil
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NativeCore(BuildHookInterface):
    """Adds the library to the wheel, or puts it into the checkout of an editable install."""

    _made: Path | None = None

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Delete what was only built for the wheel."""
        del version, build_data, artifact_path
        if self._made:
            shutil.rmtree(self._made, ignore_errors=True)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the library, if possible. Raises `RuntimeError` if it is demanded and can't be built."""
        wanted = os.environ.get("CLEANER_BUILD", "auto")
        if wanted == "python":
            return
        script = runpy.run_path(str(Path(self.root) / "cleaner" / "_native" / "build.py"))
        is_editable = version == "editable"
        self._made = None if is_editable else Path(tempfile.mkdtemp())
        library = (self._made or script["FOLDER"]) / script["NAME"]
        try:
            script["build"](library)
        except script["BuildError"] as error:
            if wanted == "native":
                raise RuntimeError(f"the native core was not built: {error}") from error
            self.app.display_warning(f"the native core was not built; the package is pure Python: {error}")
            return
        if not is_editable:
            build_data["force_include"][str(library)] = f"cleaner/_native/{script['NAME']}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"


def platform_tag() -> str:
    """The tag of this platform in the name of a wheel, such as ``linux_x86_64``."""
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
