"""`case.evidence`: what was loaded, and all that can be done with bytes. It is the evidence itself, with its verbs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence.evidence import Evidence
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.case.evidence.around import Around
    from investigator.case.evidence.bundle import Bundled
    from investigator.case.evidence.fetching import Fetch
    from investigator.case.evidence.merging import Merged
    from investigator.load import LoadReport, Progress
    from investigator.load.trial import Trial


class EvidenceDoor(Evidence):
    """The evidence of a case as people hold it: `add_text`, `fetch`, `answer_zone`, `merge`, `bundle` and what it has itself."""

    def add_text(self, text: str | bytes, *, name: str = "", **given: Any) -> LoadReport:
        """Load what was pasted from a terminal, a chat or a mail; `name` is what to call it, the rest as in `add`."""
        from investigator.case.evidence import intake

        return intake.text(self, text, name=name, **given)

    def try_add(self, path: Path | str, **given: Any) -> Trial:
        """How the first lines of a file would be read, beside the lines themselves; nothing is stored."""
        from investigator.case.evidence import intake

        return intake.attempt(self, path, **given)

    def answer_zone(self, source: str | list[str], zone: str, **given: Any) -> LoadReport:
        """Say where the times of a source are from that name no zone; its events are read again from the evidence.

        `source` is its name, several of them, or a pattern such as '*.log'. Kept with the evidence, and used for its next file.
        """
        return self._answered(source, zone=zone, **given)

    def _answered(self, source: str | list[str], **given: Any) -> LoadReport:
        from investigator.case.evidence import answering

        *names, last = [source] if isinstance(source, str) else list(source)
        for name in names:
            answering.answer(self, name, **given)
        return answering.answer(self, last, **given)

    def answer_year(self, source: str, year: int, **given: Any) -> LoadReport:
        """Say of which year the times of a source are that name none; its events are read again from the evidence."""
        from investigator.case.evidence import answering

        return answering.answer(self, source, year=year, **given)

    def answer_order(self, source: str | list[str], order: str, **given: Any) -> LoadReport:
        """Say how day and month stand in a source's dates: dmy, mdy or ymd; its events are read again from the evidence."""
        return self._answered(source, order=order, **given)

    def answer_day(self, source: str | list[str], day: str, **given: Any) -> LoadReport:
        """Say of which day the first clock of a source is whose times name none, as 2026-06-17; it is read again."""
        return self._answered(source, day=day, **given)

    def answer_taken(self, source: str | list[str], taken: str, **given: Any) -> LoadReport:
        """Say when a table was taken that says how old things are, as 2026-06-17T09:14+02:00; it is read again."""
        return self._answered(source, taken=taken, **given)

    def answer_apart(self, source: str, *, author: str | None = None) -> str:
        """Say that a list is no newer export of another one, nor an older: both count again."""
        from investigator.case.evidence import apart

        return apart.answer_apart(self, source, author=author)

    def joins(self) -> list[tuple[str, str, str]]:
        """Columns that were taken for other names of the things in question: source, column, and what says so."""
        from investigator.case.evidence import joined

        return joined.joins(self)

    def answer_no_name(self, source: str, column: str, *, author: str | None = None) -> str:
        """Say that a column of a source holds no other name of a thing: what it joined is apart again."""
        from investigator.case.evidence import joined

        return joined.answer_no_name(self, source, column, author=author)

    def fetch(
        self,
        where: str,
        query: str,
        *,
        window: tuple[Any, Any] | None = None,
        limit: int = 100_000,
        seconds: float = 60,
        step: float | None = None,
        name: str | None = None,
        zone: str | None = None,
        progress: Progress | None = None,
        author: str | None = None,
    ) -> Fetch:
        """Ask a live system, and keep its answer as evidence with the query; nothing over there is changed.

        `where` is env:NAME, keyring:SERVICE/USER, or a URL without a password: of a SQL database, with one SELECT that
        names :start and :end where there is a `window`, or http(s) of Prometheus, with PromQL and a `step` in seconds.
        `window` is two times, as text in the customer's zone or aware; `limit` is in rows or samples; `seconds` how
        long one statement may take; `zone` for times in the answer that name none.
        """
        from investigator.case.evidence.fetching import fetch

        return fetch(
            self,
            where,
            query,
            window=window,
            limit=limit,
            seconds=seconds,
            step=step,
            name=name,
            zone=zone,
            progress=progress,
            author=author,
        )

    def inbox(self, *, author: str | None = None) -> Shown:
        """Takes in what was dropped into the case's folder `inbox`, and says what became of each file."""
        from investigator.case.evidence.inbox import take

        return take(self, author)

    def picture(self, origin: str = "") -> Shown:
        """An image of the evidence, shown; without an origin, a table of the images there are."""
        from investigator.case.evidence.pictures import picture

        return picture(self, origin)

    def around(self, origin: str, *, lines: int = 10, seconds: float = 5) -> Around:
        """A line by its origin: its neighbours in the file, what others said in the same seconds, its trace, its ids.

        The origin may be shortened (3fa9:1204) or name the file (app.log:1204); `lines` are those before and after.
        """
        from investigator.case.evidence.around import around

        return around(self, origin, zone=self.record.zone, lines=lines, seconds=seconds)

    def rejects(self, limit: int = 50) -> Any:
        """The units that could not be read: source, origin, reason, text; the first `limit`."""
        from investigator.case.evidence.rejects import rejects

        return rejects(self, limit)

    def merge(
        self,
        other: Path | str,
        *,
        root: Path | str | None = None,
        progress: Progress | None = None,
        anyway: str = "",
    ) -> Merged:
        """Take in what another copy of this case has: its folder or id, a bundle, or an export of its record.

        A union: either way round, in any order and twice, the same comes out; an erasure on either side wins.
        Refused where they share no entry; `anyway` is the reason to join them all the same.
        """
        from investigator.case.evidence.merging import merge
        from investigator.case.reasoning.contradictions import contradictions

        before = contradictions(Snapshot.of(self)).lines
        merged = merge(self, other, root=root, progress=progress, anyway=anyway)
        new = tuple(line for line in contradictions(Snapshot.of(self)).lines if line not in before)
        return dataclasses.replace(merged, contradictions=new)

    def bundle(self, target: Path | str) -> Bundled:
        """This case as one file to send: record, evidence, events; nothing in it could run. Opened by `inv unbundle`."""
        from investigator.case.evidence.bundle import bundle

        return bundle(self, Path(target))

    def __repr__(self) -> str:
        sources = len({segment.source for segment in self.manifest().segments})
        return f"The evidence of {self.record.id}: {sources} sources, in {self.folder}"
