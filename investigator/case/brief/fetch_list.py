"""What to fetch from where, in the order of what expires first, each with its command ready to copy; never run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator import profile as profiles
from investigator.case import shown
from investigator.case.snapshot import Snapshot
from investigator.load.answers import family, matches

if TYPE_CHECKING:
    from investigator.case.shown import Shown

NO_PROFILE = "No team profile: inv init makes one, and this list then says what to fetch from where."


@dataclass(frozen=True)
class ToFetch:
    """One system: its command for this case, until when it has what is needed, and what the case has of it."""

    system: str
    command: str
    notes: tuple[str, ...]
    expires: datetime | None  # when the first of the window is gone over there
    gone: datetime | None  # when the last of it is
    here: str
    whole: bool  # whether the case has events over all of the window
    contact: str
    note: str

    def left(self, now: datetime, zone: str) -> str:
        """How long it is there, in words."""
        if self.expires is None or self.gone is None:
            return "how long it is kept is not known"
        if now >= self.gone:
            return f"expired: gone since {moment.show(self.gone, zone)}"
        if now >= self.expires:
            return (
                f"expiring now: its first part is gone already, the last goes {moment.show(self.gone, zone)}"
            )
        return f"expires {moment.show(self.expires, zone)}, in {moment.duration(self.expires - now)}"


def entries(snapshot: Snapshot, profile: profiles.Profile) -> list[ToFetch]:
    """Every system of the profile: what is going first, then what is kept, last what is gone."""
    start, end, _ = span(snapshot)
    now = snapshot.now
    ident = snapshot.about
    sources = snapshot.events().sources if snapshot.manifest().segments else ()
    out = []
    for system in profile.systems:
        command, notes = ("", [])
        if system.fetch:
            command, found = profiles.filled(system.fetch, start=start, end=end, id=ident, zone=system.zone)
            notes = found
        else:
            notes = ["the profile has no command for it: write one under fetch"]
        mine = [s for s in sources if _is_of(system, s.name)]
        here, whole = _here(mine, start, end, snapshot.zone)
        kept = system.retention
        out.append(
            ToFetch(
                system.name,
                command,
                tuple(notes),
                _plus(start, kept),
                _plus(end, kept),
                here,
                whole,
                _contact(system.contact, profile, snapshot),
                system.note,
            )
        )

    def order(item: ToFetch) -> tuple[int, float, str]:
        if item.expires is None or item.gone is None:
            return 1, 0.0, item.system
        return (2 if now >= item.gone else 0), item.expires.timestamp(), item.system

    return sorted(out, key=order)


def fetch_list(snapshot: Snapshot) -> Shown:
    """What to fetch from where, by the team's profile: what expires first comes first, ready to copy, never run."""
    profile, problem = profiles.found()
    if profile is None:
        return shown.missing(problem or NO_PROFILE)
    if not profile.systems:
        return shown.missing(
            f"{profile.path} names no systems: write them under systems, or inv init FOLDER."
        )
    start, end, why = span(snapshot)
    low, high = (moment.show(at, snapshot.zone) for at in (start, end))
    parts = [shown.paragraph(f"From {low} to {high} ({why}), for {snapshot.about or 'no id yet'}.")]
    for number, item in enumerate(entries(snapshot, profile), 1):
        lines = [f"{number}. {item.system}: {item.left(snapshot.now, snapshot.zone)}"]
        lines.append(f"   {item.here}")
        if item.command:
            lines.append(f"   {item.command}")
        lines += [
            f"   {text}" for text in (*item.notes, item.note, item.contact and f"ask {item.contact}") if text
        ]
        parts.append(_entry(item, number, snapshot, lines))
    return shown.wrapped("fetch-list", *parts)


def span(snapshot: Snapshot) -> tuple[datetime, datetime, str]:
    """The window to fetch, and where it is from: declared, the events, or the day before the call."""
    low, high = snapshot.state.window
    if low and high:
        return datetime.fromisoformat(low), datetime.fromisoformat(high), "the case's window"
    call = snapshot.state.call
    if call is not None:
        at = call.happened[1]
        return (
            at - timedelta(hours=24),
            at,
            "the day before the call; case.record.declare(window=...) says another",
        )
    now = snapshot.now
    return now - timedelta(hours=24), now, "the last day"


def _entry(item: ToFetch, number: int, snapshot: Snapshot, lines: list[str]) -> Shown:
    head = f"{number}. {item.system}: {item.left(snapshot.now, snapshot.zone)}"
    markup = f"<p><b>{shown.escape(head)}</b><br>{shown.escape(item.here)}</p>"
    if item.command:
        markup += f"<pre><code>{shown.escape(item.command)}</code></pre>"
    rest = [text for text in (*item.notes, item.note, item.contact and f"ask {item.contact}") if text]
    markup += "".join(f"<p class='missing'>{shown.escape(text)}</p>" for text in rest)
    return shown.Shown("\n".join(lines), markup)


def _is_of(system: profiles.System, source: str) -> bool:
    if system.sources:
        return any(matches(pattern, source) for pattern in system.sources)
    return family(source.rpartition("/")[2]) == system.name.lower() or matches(system.name, source)


def _here(sources: list, start: datetime, end: datetime, zone: str) -> tuple[str, bool]:
    """What the case has of a system, and whether that spans the window."""
    timed = [s for s in sources if s.first and s.last]
    if not sources:
        return "here: nothing of it yet", False
    events = sum(s.rows for s in sources)
    if not timed:
        return f"here: {events:,} rows without a time", False
    first, last = min(s.first for s in timed), max(s.last for s in timed)
    inside = [s for s in timed if s.first <= end and s.last >= start]
    low, high = moment.show(first, zone), moment.show(last, zone)
    if not inside:
        return f"here: {events:,} events, {low} to {high}: none of the window", False
    slack = min((end - start) / 20, timedelta(minutes=10))
    lacks = []
    if first > start + slack:
        lacks.append(f"before {low}")
    if last < end - slack:
        lacks.append(f"after {high}")
    if lacks:
        return f"here: {events:,} events, {low} to {high}; nothing {' and '.join(lacks)}", False
    return f"here: {events:,} events over all of the window", True


def _plus(at: datetime, kept: timedelta | None) -> datetime | None:
    if kept is None:
        return None
    try:
        return at + kept
    except OverflowError:
        return None


def _contact(name: str, profile: profiles.Profile, snapshot: Snapshot) -> str:
    reach = profile.contacts.get(name) or snapshot.state.contacts.get(name, "")
    return f"{name} ({reach})" if name and reach else name
