"""Says what is installed beside the other tools."""

from __future__ import annotations

import importlib.metadata
import platform


def installed(names: list[str]) -> dict[str, str]:
    """The work: the versions of Python and of these packages."""
    versions = {name: importlib.metadata.version(name) for name in names}
    return {"python": platform.python_version(), **versions}
