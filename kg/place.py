"""Where a built graph lives: the layout of a store directory.

A store directory holds generations and one small file that names the current one::

    DIR/CURRENT                       the name of a generation
    DIR/generations/NAME/graph.nq     the whole graph as N-Quads, in a fixed order
    DIR/generations/NAME/store/       the same, as an Oxigraph database
    DIR/generations/NAME/names.sqlite an index of all names and codes
    DIR/generations/NAME/manifest.json
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["NAME_INDEX", "current", "default_directory"]

NAME_INDEX = "names.sqlite"
"""The file of the index of names, in the folder of a generation."""


def default_directory() -> Path:
    """``$KG_STORE``, or ``drugfacts`` in the user's data directory (XDG Base Directory 0.8)."""
    if named := os.environ.get("KG_STORE"):
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "drugfacts"


def current(directory: Path) -> Path | None:
    """The folder of the current generation, or None if nothing was built."""
    try:
        name = (directory / "CURRENT").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return directory / "generations" / name
