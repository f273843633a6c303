"""What a live system answered, taken into a case: the file as evidence, the query in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case, Progress
    from investigator.connect import Fetched
    from investigator.load import LoadReport


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
    case: Case,
    where: str,
    query: str,
    *,
    window: tuple[Any, Any] | None,
    limit: int,
    seconds: float,
    step: float | None,
    name: str | None,
    zone: str | None,
    progress: Progress | None,
    author: str | None,
) -> Fetch:
    """Ask, freeze, load, write down. Of an answer that could not be had nothing is left."""
    from investigator import connect
    from investigator.case.evidence import intake

    place = connect.address(where)
    fetched = connect.fetch(
        place,
        query,
        case.path / "fetched",
        window=_aware(window, case.zone) if window is not None else None,
        limit=limit,
        seconds=seconds,
        step=step,
        progress=progress,
    )
    if fetched.path is None:
        # That there was nothing is worth as much as a row, and there is no file that could say so.
        case._append("note", {"text": f"{fetched} Asked: {fetched.query}", "verb": "did"}, author=author)
        return Fetch(fetched, None)
    try:
        report = intake.take(
            case,
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
    if _is_copied(case, fetched):
        fetched.path.unlink()
    return Fetch(fetched, report)


def _is_copied(case: Case, fetched: Fetched) -> bool:
    """Whether the vault has a copy of its own: a large file stays where it is, and the vault points to it."""
    from investigator.load.evidence import COPIED_AT_MOST

    return fetched.path is not None and fetched.path.stat().st_size <= COPIED_AT_MOST


def _aware(window: tuple[Any, Any], zone: str) -> tuple[datetime, datetime]:
    if len(window) != 2:
        raise ParameterError("A window is two times.", "", "Give from when and to when.")
    start, end = window
    if isinstance(start, str):
        start = moment.parse(start, zone_name=zone).low
    if isinstance(end, str):
        end = moment.parse(end, zone_name=zone).high
    return start, end
