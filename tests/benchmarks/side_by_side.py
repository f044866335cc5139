"""What the benchmarks share: timing alternatives in turn, and printing their ratios.

Machines are noisy: the alternatives run in turn, several times, medians are printed, and the
ratio is what to quote. Nothing here asserts a time.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

__all__ = ["compare", "heading"]


def heading(title: str, *packages: str) -> None:
    """Print what is measured, with the versions that matter."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"\n{title}\n  Python {platform.python_version()}, {versions}")


def compare(rounds: int, ways: Mapping[str, Callable[[], object]]) -> Mapping[str, float]:
    """Time each way in turn, ``rounds`` times; the first is the one to compare with.

    What each took goes to stderr at once, for some take minutes.

    :return: the median seconds of each.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
            print(f"{name}: {times[name][-1]:.2f} s", file=sys.stderr)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ours = next(iter(medians.values()))
    for name, seconds in medians.items():
        print(f"  {name:<34} {1000 * seconds:10.2f} ms   {seconds / ours:8.1f} × the first")
    return medians
