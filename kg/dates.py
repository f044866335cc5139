"""Dates as precise as their source, and no more."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from kg.errors import InputError

__all__ = ["PartialDate"]


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as its source: ``2019``, ``2019-05`` or ``2019-05-24``.

    :param text: the lexical form of ``xsd:gYear``, ``xsd:gYearMonth`` or ``xsd:date``.
    :raises InputError: if it is none of these, or no day of the calendar.
    """

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", self.text):
            raise InputError(
                f'bad date "{self.text}"', mend="write YYYY, YYYY-MM or YYYY-MM-DD, nothing more"
            )
        try:
            _ = self.earliest
        except ValueError as error:
            raise InputError(
                f'bad date "{self.text}": {error}', mend="give a day that exists"
            ) from None

    @property
    def datatype(self) -> str:
        """The local name of its XSD type."""
        return {4: "gYear", 7: "gYearMonth", 10: "date"}[len(self.text)]

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        year, month, day = (*map(int, self.text.split("-")), 1, 1)[:3]
        return date(year, month, day)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        year, month = (*map(int, self.text.split("-")), 12)[:2]
        if len(self.text) == 10:
            return self.earliest
        return date(year, month, calendar.monthrange(year, month)[1])

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day it can mean."""
        return self.earliest, self.latest
