"""Which stretch of time a case is about: its window, its onset, the marks on its timeline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.snapshot import Snapshot
from investigator.events.events import literal

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.case.shown import Shown

MARKS_AT_MOST = 8
BEFORE = timedelta(hours=24)


def window(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    """The window that views show: as declared, else the 24 hours of events up to the last; None without times."""
    low, high = snapshot.state.window
    if low and high:
        return datetime.fromisoformat(low), datetime.fromisoformat(high)
    return _default_window(snapshot)


def _default_window(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    """The 24 hours up to the last event that has a time; less where there is less. A picture saved today counts last."""
    events = snapshot.events()
    spans = [
        (s.first, s.last)
        for s in events.sources
        if s.first and s.last and s.kind not in ("record", "deploy", "flag", "note")
    ]
    spans = spans or [(s.first, s.last) for s in events.sources if s.first and s.last]
    if not spans:
        return None
    last = max(high for _, high in spans) + timedelta(seconds=1)
    first = min(low for low, _ in spans)
    return max(first, last - BEFORE), last


def onset(snapshot: Snapshot) -> datetime | None:
    """When it started: as declared; else the first event that the affected alone have; else the first change of rate."""
    return _onset(snapshot)[0]


def began(snapshot: Snapshot) -> Shown:
    """When it started, and how we know, in one sentence."""
    when, why, known = _onset(snapshot)
    if when is None:
        return shown.missing("No onset is known. Say it: case.record.declare(onset='2026-06-17 09:14')")
    at = moment.show(when, snapshot.zone, seconds=True)
    if known:
        return shown.paragraph(f"It began {at}: {why}.")
    return shown.paragraph(
        f"It may have begun {at}: that is {why}, and no more. If you know better: case.record.declare(onset='...')"
    )


def _onset(snapshot: Snapshot) -> tuple[datetime | None, str, bool]:
    """When it started, why we say so, and whether that is more than a proposal."""
    declared = snapshot.state.onset
    if declared:
        return datetime.fromisoformat(declared), "as declared", True
    if snapshot.about:
        finding = snapshot.once("who_else", like=snapshot.about)
        if finding is not None and finding.verdict == "found" and finding.value.get("first"):
            return (
                datetime.fromisoformat(finding.value["first"]),
                f"the first of the {finding.value['affected']:,} that are affected like {snapshot.about}",
                True,
            )
    finding = snapshot.once("rate_change")
    if finding is not None and finding.verdict == "found":
        # A change with a note is a hole in the evidence, or a rate that came back.
        changes = [change for change in finding.value.get("changes", []) if not change["note"]]
        if changes:
            return (
                datetime.fromisoformat(changes[0]["onset"]),
                f"the largest change of rate, of {changes[0]['group']}",
                False,
            )
    finding = snapshot.once("first_error")
    if finding is not None and finding.verdict == "found" and finding.value.get("first"):
        return datetime.fromisoformat(finding.value["first"]), "the first error", False
    return None, "", False


def marks(snapshot: Snapshot) -> list[dict[str, str]]:
    """At most eight marks: onset, the call, phases, decisions, the deadline, and the changes just before the onset."""
    state, start = snapshot.state, onset(snapshot)
    found: list[tuple[int, datetime, str, str]] = []
    if start:
        found.append((0, start, "onset", "onset"))
        found += [(2, when, label, "change") for when, label in changes(snapshot, start)[:2]]
    if state.deadline:
        found.append((0, state.deadline.stated.low, "deadline", "deadline"))
        found += [(1, when, label, "deadline") for when, label in last_starts(state)]
    if state.call:
        found.append((1, state.call.happened[0], "the call", "phase"))
    for entry in state.phases:
        rank = 1 if str((entry.content or {}).get("text", "")) == "resolved" else 4
        found.append((rank, entry.happened[0], str((entry.content or {}).get("text", "")), "phase"))
    for entry in state.decisions:
        found.append((3, entry.happened[0], _short(str((entry.content or {}).get("text", ""))), "decision"))
    kept = sorted(found, key=lambda mark: (mark[0], mark[1]))[:MARKS_AT_MOST]
    return [
        {"time": when.isoformat(), "label": label, "kind": kind}
        for _, when, label, kind in sorted(kept, key=lambda mark: mark[1])
    ]


def last_starts(state: State) -> list[tuple[datetime, str]]:
    """The last safe moment of each plan that can still be chosen, and when the office closes before the deadline."""
    due = state.deadline
    if due is None or state.phase == "resolved":
        return []
    out = [(due.due, "the office closes")] if due.moved else []
    return out + [(p.last_safe(due.due), f"last safe start of plan {p.name}") for p in state.plans.values() if p.state == "ready"]  # fmt: skip


def changes(snapshot: Snapshot, start: datetime) -> list[tuple[datetime, str]]:
    """Deploys and flags in the 24 hours before a time, nearest first."""
    events = snapshot.events(kind=["deploy", "flag"], window=(start - BEFORE, start))
    table = events.table.filter(events.table.time <= literal(start))
    rows = events.fetch(table.select("time", "service", "body", "evidence", "unit", "kind"), limit=10_000)
    rows = rows.sort_values(["time", "origin"], ascending=[False, True])
    return [
        (row.time.to_pydatetime(warn=False), _short(row.body or row.service or row.kind))
        for row in rows.itertuples()
    ]


def _short(text: str, length: int = 42) -> str:
    line = str(text).split("\n", 1)[0]
    return line if len(line) <= length else line[: length - 3].rsplit(" ", 1)[0] + "..."
