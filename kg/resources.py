"""Where the ontology, the shapes, the curated data and the questions lie."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["folder"]


@cache
def folder(name: str) -> Path:
    """The folder ``ontology``, ``data`` or ``queries``.

    An installed wheel carries them inside the package; a checkout has them beside it.

    :raises FileNotFoundError: if the installation is incomplete.
    """
    package = Path(__file__).parent
    for candidate in (package / "resources" / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation of drugfacts")
