"""Events as they are told, in any order: sorted, numbered in their files, and made one table at the end."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.samples.clock import iso

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
LEVELS = {"debug": 5, "info": 9, "warn": 13, "error": 17}


class Rows:
    """The events of a world. Times are milliseconds since 1970; rows of tables have none."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def add(
        self,
        time: int | None,
        source: str,
        body: str,
        *,
        kind: str = "log",
        level: str | None = None,
        service: str | None = None,
        **attributes: str,
    ) -> Row:
        """One event; the row that is given back gets its evidence and unit by `number`."""
        row = {
            "time": time,
            "source": source,
            "kind": kind,
            "service": service,
            "severity_number": LEVELS[level] if level else None,
            "severity_text": level,
            "body": body,
            "attributes": attributes,
        }
        self._rows.append(row)
        return row

    def record(self, source: str, cells: dict[str, Any]) -> Row:
        """A row of a table: no time, its cells as attributes; what is None is empty."""
        filled = {key: str(cell) for key, cell in cells.items() if cell is not None}
        body = " ".join(f"{key}={cell}" for key, cell in filled.items() if cell)
        return self.add(None, source, body, kind="record", **filled)

    def without(self, source: str, low: int, high: int) -> None:
        """Take away what a source said from `low` to `high`: lines that never arrived."""
        self._rows = [
            row
            for row in self._rows
            if row["source"] != source or row["time"] is None or not low <= row["time"] < high
        ]

    def number(self) -> None:
        """Sort the events, and give each its place in the file that it came from."""
        self._rows.sort(
            key=lambda row: (row["time"] is None, row["time"] or 0)
        )  # as told where times are equal
        seen: dict[str, int] = {}
        evidences: dict[str, str] = {}
        for row in self._rows:
            source = row["source"]
            if source not in evidences:
                file, _, member = source.partition("!")
                name = f"!{member}" if member else ""
                evidences[source] = hashlib.sha256(file.encode()).hexdigest()[:12] + name
            seen[source] = seen.get(source, 0) + 1
            row["evidence"], row["unit"] = evidences[source], seen[source]

    def frame(self) -> pandas.DataFrame:
        """The numbered events as a DataFrame in the schema of events."""
        import pandas as pd

        frame = pd.DataFrame(self._rows)
        frame["time"] = pd.to_datetime(frame["time"], unit="ms", utc=True)
        frame["severity_number"] = frame["severity_number"].astype("Int64")
        return frame


def origin(row: Row) -> str:
    """Where a numbered row came from, as people cite it."""
    return schema.origin(row["evidence"], row["unit"])


def stamp(time: int | None) -> str:
    """A moment as tables write it; empty where it never came."""
    return "" if time is None else iso(time)
