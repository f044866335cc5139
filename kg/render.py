"""Rendering for the terminal and for files: one place for all output formats of the commands."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import BuildError
from kg.names import compact

WIDEST = 44
"""Characters of the widest cell of a table before it wraps."""

__all__ = ["cells", "emit", "json_text", "records", "table"]


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A plain text table; long cells wrap."""
    from prettytable import PrettyTable, TableStyle

    made = PrettyTable(list(columns))
    made.set_style(TableStyle.SINGLE_BORDER)
    made.align = "l"
    made.max_width = WIDEST
    made.add_rows([["" if cell is None else str(cell) for cell in row] for row in rows])
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    return f"{made.get_string()}\n{count}\n"


def cells(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], label: Callable[[str], str]
) -> tuple[list[str], list[list[str]]]:
    """Terms as a person reads them: every IRI as its label with its CURIE.

    A column ``xLabel`` beside a column ``x`` is left out, since ``x`` shows the label already.
    """
    kept = [
        i
        for i, name in enumerate(columns)
        if not (name.endswith("Label") and name.removesuffix("Label") in columns)
    ]
    shown = [[_cell(row[i], label) for i in kept] for row in rows]
    return [columns[i] for i in kept], shown


def _cell(term: Any, label: Callable[[str], str]) -> str:
    if not isinstance(term, ox.NamedNode):
        return "" if term is None else str(term.value)
    name, curie = label(term.value), compact(term.value)
    return curie if name in (curie, term.value) else f"{name} ({curie})"


def records(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> str:
    """Plain rows as ``table``, ``csv``, ``tsv`` or ``json``."""
    if form == "json":
        return json_text([dict(zip(columns, row, strict=True)) for row in rows])
    if form in ("csv", "tsv"):
        out = io.StringIO()
        writer = csv.writer(out, delimiter="," if form == "csv" else "\t", lineterminator="\n")
        writer.writerows([columns, *rows])
        return out.getvalue()
    return table(columns, rows)


def json_text(value: Any) -> str:
    """JSON as the commands print it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def emit(data: str | bytes, output: Path | None) -> None:
    """Write to stdout, or to a file that is complete or not there: aside, synced, renamed.

    :raises BuildError: if the file cannot be written; what stood there before still stands.
    """
    payload = data.encode() if isinstance(data, str) else data
    if output is None:
        sys.stdout.buffer.write(payload)
        sys.stdout.buffer.flush()
        return
    try:
        with tempfile.NamedTemporaryFile(
            dir=output.parent, prefix=f".{output.name}.", delete=False
        ) as handle:
            aside = Path(handle.name)
            try:
                handle.write(payload)
                handle.flush()
                os.fsync(handle.fileno())
                aside.chmod(0o666 & ~_umask())
                aside.replace(output)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BuildError(f"cannot write {output}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
