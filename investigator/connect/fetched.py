"""What a live system answered: a file, the query as it was sent, and whether it is all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from investigator.connect.address import Address
from investigator.errors import ParameterError

Progress = Callable[[int, int, str], None]
Window = tuple[datetime, datetime]

ROWS_AT_MOST = 100_000
SECONDS_AT_MOST = 60.0


@dataclass(frozen=True)
class Fetched:
    """The answer as a file: `path` is None where there was no row. `limits` says what it may not hold."""

    system: str
    query: str
    path: Path | None
    rows: int
    at: datetime
    window: Window | None = None
    complete: bool = True
    limits: tuple[str, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return " ".join([f"{rows} from {self.system}.", *self.limits])

    def to_json(self) -> dict[str, Any]:
        """What the record keeps of it."""
        window = [at.astimezone(UTC).isoformat() for at in self.window] if self.window else None
        return {
            "system": self.system,
            "query": self.query,
            "window": window,
            "rows": self.rows,
            "complete": self.complete,
            "limits": list(self.limits),
            **self.asked,
        }


def fetch(
    where: Address,
    query: str,
    folder: Path,
    *,
    window: Window | None = None,
    limit: int = ROWS_AT_MOST,
    seconds: float = SECONDS_AT_MOST,
    step: float | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Ask a system and write its answer into a new file in `folder`: of a failed one nothing is left.

    An address of http or https is Prometheus' API, and `step` its seconds between samples; any other is a SQL
    database. `limit` is in rows or samples, `seconds` how long one statement or request may take.
    """
    from investigator.connect import prometheus, sql

    if not query.strip():
        raise ParameterError("There is no query.", "", "Give SQL, or PromQL for Prometheus.")
    if limit < 1 or seconds <= 0 or (step is not None and step <= 0):
        raise ParameterError("A limit, the seconds and the step must be above 0.")
    if window is not None:
        if any(at.tzinfo is None for at in window):
            raise ParameterError("The window has a time without a zone.", "", "Give aware times.")
        if window[0] >= window[1]:
            raise ParameterError("The window ends before it begins.", "", "Give the earlier time first.")
    folder.mkdir(parents=True, exist_ok=True)
    is_metrics = where.scheme in ("http", "https")
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
    target = folder / f"{where.name}-{stamp}.{'json' if is_metrics else 'jsonl'}"
    unfinished = target.with_suffix(".unfinished")
    try:
        if is_metrics:
            done = prometheus.ask(
                where,
                query,
                unfinished,
                window=window,
                limit=limit,
                seconds=seconds,
                step=step,
                progress=progress,
            )
        else:
            if step is not None:
                raise ParameterError("A step is for Prometheus; a SQL query has none.", "", "Leave it out.")
            done = sql.ask(
                where, query, unfinished, window=window, limit=limit, seconds=seconds, progress=progress
            )
        if done.rows:
            os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Fetched(
        system=str(where),
        query=query.strip(),
        path=target if done.rows else None,
        rows=done.rows,
        at=datetime.now(UTC),
        window=window,
        complete=done.complete,
        limits=done.limits,
        asked={"limit": limit, "seconds": seconds} | done.asked,
    )
