"""Which stretch of time a case is about: its window, its onset, the marks on its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.snapshot import Snapshot
from investigator.events.events import literal
from investigator.events.sources import sources_of

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.case.shown import Shown
    from investigator.finding import Finding

MARKS_AT_MOST = 8
#: So many of a kind that were there before the first affected say that it had been well; so many affected are no accident.
BEFORE_LEAST, SEVERAL = 5, 3
BEFORE = timedelta(hours=24)
#: Lines that cover less than this part of what was measured say when it was.
NARROW = 10


def window(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    """The window that views show: as declared, else the 24 hours of events up to the last; None without times."""
    low, high = snapshot.state.window
    if low and high:
        return datetime.fromisoformat(low), datetime.fromisoformat(high)
    return _default_window(snapshot)


def _default_window(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    """The 24 hours up to the last event that has a time; less where there is less. A picture saved today counts last."""
    # As the list of what was loaded tells them: to open the events takes longer than to make a page's title.
    sources = sources_of(snapshot.manifest())
    spans = [
        (s.first, s.last)
        for s in sources
        if s.first and s.last and s.kind not in ("record", "deploy", "flag", "note")
    ]
    spans = spans or [(s.first, s.last) for s in sources if s.first and s.last]
    if not spans:
        return None
    last = max(high for _, high in spans) + timedelta(seconds=1)
    first = max(min(low for low, _ in spans), last - BEFORE)
    said = [(s.first, s.last) for s in sources if s.first and s.last and s.kind in ("log", "span", "access")]
    if said:
        # Numbers of a whole day beside the lines of a few minutes: the minutes are what was exported, and as much around.
        low, high = (
            max(min(one for one, _ in said), first),
            max(two for _, two in said) + timedelta(seconds=1),
        )
        if low < high and (high - low) * NARROW < last - first:
            return max(first, low - (high - low)), min(last, high + (high - low))
    return first, last


def day(snapshot: Snapshot) -> str:
    """The day of the incident in the customer's zone: of its onset as declared, else of the call, else empty.

    A call that was written down days after all that is loaded tells nothing of that day: then that of the last event.
    """
    state = snapshot.state
    when = datetime.fromisoformat(state.onset) if state.onset else None
    if when is None and state.call is not None:
        when, held = state.call.happened[0], window(snapshot)
        if held and when > held[1] + BEFORE:
            when = held[1]
    if when is None:
        return ""
    return f"{when.astimezone(moment.zone(snapshot.zone)):%Y-%m-%d}"


@dataclass(frozen=True)
class Onset:
    """When it began, why that is said, and whether it is known: else it is proposed, and others may be as good."""

    when: datetime
    why: str
    known: bool = False


def onset(snapshot: Snapshot) -> datetime | None:
    """When it started: as declared; else the first of those affected; else what is proposed first."""
    found = onsets(snapshot)
    return found[0].when if found else None


def known_onset(snapshot: Snapshot) -> datetime | None:
    """When it started, where somebody said so or the affected tell it; None where it is only proposed."""
    found = onsets(snapshot)
    return found[0].when if found and found[0].known else None


def began(snapshot: Snapshot) -> Shown:
    """When it started, and how we know, in one sentence; what else is proposed where we don't."""
    found = onsets(snapshot)
    if not found:
        return shown.missing("No onset is known. Say it: case.record.declare(onset='2026-06-17 09:14')")
    first, *rivals = found
    at = moment.show(first.when, snapshot.zone, seconds=True)
    if first.known:
        return shown.paragraph(f"It began {at}: {first.why}.")
    others = [f"{moment.show(one.when, snapshot.zone, seconds=True)}, {one.why}" for one in rivals]
    rest = f" Or at {'; or at '.join(others)}." if others else ""
    return shown.paragraph(
        f"It may have begun {at}: that is {first.why}. Nothing proves it.{rest} If you know better: "
        "case.record.declare(onset='...')"
    )


def _unzoned(snapshot: Snapshot, finding: Finding) -> str:
    """Where nothing that tells who is affected names a zone: one of these sources; else nothing."""
    from investigator.facts.coverage import unzoned

    evidence = finding.evidence
    told = set(evidence["source"]) if evidence is not None and "source" in evidence else set()
    bare = unzoned(snapshot.events())
    return min(told) if told and told <= bare else ""


def onsets(snapshot: Snapshot) -> list[Onset]:
    """When it may have started, the likeliest first; alone where that is known.

    As declared; else the first of those that are affected, where healthy ones of their kind came before it. Else all
    are proposals: the first of those that may be affected, the largest change of rate, the first error.
    """
    if snapshot.state.onset:
        return [Onset(datetime.fromisoformat(snapshot.state.onset), "as declared", True)]
    out = []
    if snapshot.about:
        finding = snapshot.once("who_else", like=snapshot.about)
        value = finding.value if finding is not None and isinstance(finding.value, dict) else {}
        if finding is not None and value.get("first"):
            when, number = datetime.fromisoformat(value["first"]), value.get("affected") or 0
            what = f"the first of the {number:,} that {{}} affected like {snapshot.about}"
            lost = [one["source"] for one in value.get("without", []) if one["at_least"] is None]
            what += f", by {' and '.join(lost)} alone" if lost else ""
            known = finding.verdict == "found"
            if known and not value.get("timed", True):
                # What stands in a table tells that they were hit, and only that it was after they came.
                out.append(Onset(when, f"when {what.format('are')} came"))
            elif known and (bare := _unzoned(snapshot, finding)):
                what = f"the first of the {number:,} that are affected like {snapshot.about}"
                out.append(Onset(when, f"{what}, by the clock of {bare}, whose zone nobody said"))
            elif known and _had_been_well(snapshot, when):
                return [Onset(when, what.format("are"), True)]
            elif number >= SEVERAL:
                out.append(Onset(when, what.format("may be")))
    finding = snapshot.once("rate_change")
    if finding is not None and finding.verdict == "found":
        # A change with a note is a hole in the evidence, or a rate that came back.
        changes = [change for change in finding.value.get("changes", []) if not change["note"]]
        if changes:
            why = f"the largest change of rate, of {changes[0]['group']}"
            out.append(Onset(datetime.fromisoformat(changes[0]["onset"]), why))
    finding = snapshot.once("first_error")
    if finding is not None and finding.verdict == "found" and finding.value.get("first"):
        out.append(Onset(datetime.fromisoformat(finding.value["first"]), "the first error"))
    times = [one.when for one in out]
    return [one for place, one in enumerate(out) if one.when not in times[:place]]


def _had_been_well(snapshot: Snapshot, when: datetime) -> bool:
    """Whether others of its kind came before the first that is affected: else it may have begun before what is loaded."""
    from investigator.facts import traces

    events = snapshot.events()
    rows = traces.first_times(events, str(snapshot.about))
    first = rows.group_by("id").aggregate(first=rows.time.min())
    earlier = first.filter(first["first"] < literal(when))
    return bool(events.engine.fetch(earlier.count()) >= BEFORE_LEAST)


def marks(snapshot: Snapshot) -> list[dict[str, str]]:
    """At most eight marks: onset, the call, phases, decisions, the deadline, and the changes just before the onset."""
    state, start = snapshot.state, onset(snapshot)
    found: list[tuple[int, datetime, str, str]] = []
    if start:
        found.append((0, start, "onset" if known_onset(snapshot) else "onset?", "onset"))
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
    """What was changed in the 24 hours before a time, nearest first."""
    from investigator.facts import changes as told

    found, _ = told.before(
        snapshot.events(), start, BEFORE / timedelta(hours=1), like=str(snapshot.about or "")
    )
    return [(change.time, _short(change.what)) for change in found]


def _short(text: str, length: int = 42) -> str:
    line = str(text).split("\n", 1)[0]
    return line if len(line) <= length else line[: length - 3].rsplit(" ", 1)[0] + "..."
