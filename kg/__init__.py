"""drugfacts: an open knowledge graph of drug facts.

>>> import kg
>>> g = kg.open()                                                      # doctest: +SKIP
>>> g.query("treatments-for", disease="spinal muscular atrophy")       # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Graph", "__version__", "open"]

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.graph import open_graph as open

_WHERE = {
    "Graph": ("kg.graph", "Graph"),
    "open": ("kg.graph", "open_graph"),
}


def __getattr__(name: str) -> Any:
    """Load the public names on first use, so that ``kg --help`` loads no library for RDF."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
