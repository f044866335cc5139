"""The errors a user can meet, as one small tree.

::

    KgError                    base; carries the exit code of the command line
    ├── InputError             bad input: file, line, field, what is wrong, the mend   (exit 2)
    │   └── UnknownName        a name, question or parameter that is not known        (exit 2)
    ├── DoesNotConform         shapes are violated; carries the report                (exit 1)
    ├── NotFetched             a publisher's file could not be downloaded             (exit 1)
    ├── NotAnswered            another endpoint that a query asks gave no answer      (exit 1)
    ├── RemoteError            a SPARQL server did not do what was asked of it        (exit 1)
    ├── NoGraph                there is no built graph where one was looked for       (exit 2)
    ├── LimitHit               a named limit was reached                              (exit 3)
    └── BuildError             the build could not be finished; the old graph stays   (exit 4)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = [
    "BuildError",
    "DoesNotConform",
    "InputError",
    "KgError",
    "LimitHit",
    "NoGraph",
    "NotAnswered",
    "NotFetched",
    "RemoteError",
    "UnknownName",
]


class KgError(Exception):
    """Base of every error this package raises on purpose; its text is one readable sentence."""

    exit_code = 4


class InputError(KgError):
    """Input that cannot be accepted: says where it stands, what is wrong and how to mend it.

    :param problem: one sentence without a full stop, e.g. ``bad date "2019-13"``.
    :param file: the file, as the user named it.
    :param line: line number in the file, from 1.
    :param field: the property, column or parameter concerned.
    :param mend: what to do about it, one sentence without a full stop.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        field: str | None = None,
        mend: str | None = None,
    ) -> None:
        self.problem, self.file, self.line, self.field, self.mend = (
            problem,
            file,
            line,
            field,
            mend,
        )
        super().__init__(str(self))

    def at(self, file: Path | str | None, line: int | None = None) -> InputError:
        """The same error with its place filled in, where it was not known before."""
        self.file = self.file if self.file is not None else file
        self.line = self.line if self.line is not None else line
        return self

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:"
        if self.line is not None:
            place += f"{self.line}:" if place else f"line {self.line}:"
        field = "" if self.field is None else f"{self.field}: "
        mend = "" if self.mend is None else f"; {self.mend}"
        return f"{place} {field}{self.problem}{mend}".strip()


class UnknownName(InputError):
    """A name that stands for nothing we hold; carries the nearest names."""

    def __init__(self, problem: str, *, near: tuple[str, ...] = (), **where: Any) -> None:
        self.near = near
        if near and "mend" not in where:
            where["mend"] = "did you mean " + " or ".join(f'"{name}"' for name in near) + "?"
        super().__init__(problem, **where)


class DoesNotConform(KgError):
    """The data violates shapes; ``report`` is a :class:`kg.validate.Report`.

    ``places`` says of some of its focus nodes from which records of which sources they come.
    """

    exit_code = 1

    def __init__(self, message: str, report: Any, places: Mapping[str, str] | None = None) -> None:
        self.report, self.places = report, places or {}
        super().__init__(message)


class NotFetched(KgError):
    """A publisher's file could not be downloaded; what was there before is untouched."""

    exit_code = 1


class NotAnswered(KgError):
    """Another endpoint, which a query of the user's own names, gave no answer or refused."""

    exit_code = 1


class RemoteError(KgError):
    """A SPARQL server cannot be reached, refuses, or answers what is no whole answer.

    :param status: the HTTP status, if there was one.
    """

    exit_code = 1

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class NoGraph(KgError):
    """No built graph at the place that was named."""

    exit_code = 2


class LimitHit(KgError):
    """A named limit was reached; no shorter answer is given instead.

    :param limit: its name in :class:`kg.limits.Limits`, if it is one of those.
    :param status: what it is in HTTP: 413 too large, 414 too long, 503 too much just now.
    """

    exit_code = 3

    def __init__(self, message: str, *, limit: str = "", status: int = 503) -> None:
        self.limit, self.status = limit, status
        super().__init__(message)


class BuildError(KgError):
    """A build stopped for a reason outside its input; the last good graph stays in place."""
