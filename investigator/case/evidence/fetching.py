"""What a live system answered, taken into a case: the file as evidence, the query in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import natural_times
from investigator.case.evidence import intake
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.connect import Fetched
    from investigator.load import LoadReport, Progress


@dataclass(frozen=True)
class Fetch:
    """An answer and how it was loaded; `report` is None where there was no row."""

    fetched: Fetched
    report: LoadReport | None

    def __str__(self) -> str:
        return "\n".join(str(part) for part in (self.fetched, self.report) if part is not None)

    def _repr_markdown_(self) -> str:
        return "```text\n" + str(self).replace("```", "` ` `") + "\n```"


def fetch(
    evidence: Evidence,
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
    """Ask, freeze, load, write down. Of an answer that could not be had nothing is left."""
    from investigator import connect

    evidence.record.writable("fetch evidence")
    place = connect.address(where)
    fetched = connect.fetch(
        place,
        query,
        evidence.folder / "fetched",
        window=_aware(window, evidence.record.zone) if window is not None else None,
        limit=limit,
        seconds=seconds,
        step=step,
        progress=progress,
    )
    if fetched.path is None:
        # That there was nothing is worth as much as a row, and there is no file that could say so.
        evidence.record.append(
            "note", {"text": f"{fetched} Asked: {fetched.query}", "verb": "did"}, author=author
        )
        return Fetch(fetched, None)
    try:
        report = intake.take(
            evidence,
            fetched.path,
            name=name or place.name,
            zone=zone,
            progress=progress,
            author=author,
            fetched=fetched.to_json(),
        )
    except BaseException:
        fetched.path.unlink(missing_ok=True)
        raise
    if _is_copied(fetched):
        fetched.path.unlink()
    return Fetch(fetched, report)


def _is_copied(fetched: Fetched) -> bool:
    """Whether the vault has a copy of its own: a large file stays where it is, and the vault points to it."""
    from investigator.load.evidence import COPIED_AT_MOST

    return fetched.path is not None and fetched.path.stat().st_size <= COPIED_AT_MOST


def _aware(window: tuple[Any, Any], zone: str) -> tuple[datetime, datetime]:
    if len(window) != 2:
        raise ParameterError("A window is two times.", "", "Give from when and to when.")
    start, end = window
    if isinstance(start, str):
        start = natural_times.parse(start, zone_name=zone).low
    if isinstance(end, str):
        end = natural_times.parse(end, zone_name=zone).high
    return start, end
