"""What is said of a load by whoever asks for it, and what is known of a source beyond its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from investigator.events.store import Store
from investigator.load.answers import Answers
from investigator.load.declared import Declared
from investigator.load.evidence import COPIED_AT_MOST
from investigator.load.known import Known
from investigator.load.spelled import SAID
from investigator.load.stated import zone_stated
from investigator.sources._format import Form, Head, Lines

#: Told while a load goes on: bytes done, bytes in all, and what is read.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """Where a load goes, its number, and what was said of times, columns and formats."""

    store: Store
    vault: Path
    load: int
    zone: str | None = None
    year: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    copied_at_most: int = COPIED_AT_MOST
    declared: Sequence[Declared] = ()
    answers: Answers | None = None
    order: str | None = None  # dmy, mdy or ymd, where day and month are two numbers
    day: str | None = None  # of the first clock, where times name none
    taken: str | None = None  # when a table of ages was
    zone_why: str = SAID  # what its zone is known by

    @cached_property
    def known(self) -> Known:
        """What is there by now, by the names of files."""
        return Known(self.store)

    def of(self, source: str, form: Form, head: Head) -> Options:
        """With the zone and year of one source: as was said now, else as was answered before, else as its format
        knows, else as its head states."""
        zone, year = self.answers.of(source) if self.answers else (None, None)
        known, why = (form.zone if isinstance(form, Lines) else ""), SAID
        if not (self.zone or zone or known):
            known, why = zone_stated(head)
        order = self.order or (self.answers.order(source) if self.answers else None)
        day, taken = (self.answers.day(source), self.answers.when(source)) if self.answers else (None, None)
        return replace(
            self,
            zone=self.zone or zone or known or None,
            zone_why=why or SAID,
            year=self.year or year,
            order=order,
            day=self.day or day,
            taken=self.taken or taken,
        )
