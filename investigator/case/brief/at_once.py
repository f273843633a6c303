"""What somebody needs who was called a minute ago: eight lines."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import marks, shown
from investigator.case.brief import worse
from investigator.case.say import short
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.events.mask import of_any
from investigator.facts import listed, sound
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.finding import Finding

#: A line is so long at most: two rows of a terminal.
LONG = 200
#: So many of the newest messages are looked at for a deadline.
MESSAGES = 200
#: So many words of one say what the time is for.
WORDS = 5


def at_once(snapshot: Snapshot, *, named: str = "") -> Shown:
    """Eight lines: gone or hidden, where it stopped, since when, who else, what gets worse, the deadline, what is unsure, and what to do next.

    And a ninth where it is over, or the customer's own list names what is not affected, or what nothing else does. Where
    nothing is wrong with the thing, the first line says so, and there is none of where it stopped, since when, who else.
    `named` is how a command names the case, where that is not its id.
    """
    about = snapshot.about
    there = bool(snapshot.manifest().segments)
    asked = {} if not there else _of_one(snapshot, about) if about else _of_all(snapshot)
    lines = [
        (label, _stopped(snapshot, finding) or _said(snapshot, finding)) for label, finding in asked.items()
    ]
    lines = [(label, text) for label, text in lines if text]
    others = asked.get("who else")
    told = others.value.get("list") if others is not None and isinstance(others.value, dict) else None
    if listed.differs(told):
        lines.append(("list", _short(listed.sentence(told))))
    stands = _still(snapshot, about) if there and about else None
    if stands is not None and stands.value["state"] in (sound.WELL, sound.NOT_DUE):
        # Nothing sets it apart, so nobody else is affected like it, and nothing began.
        asked, lines = {"where": stands}, [("where", _said(snapshot, stands))]
    if not there:
        lines.append(("there", "Nothing is loaded yet."))
    elif stands is None or stands.value["state"] not in (sound.WELL, sound.NOT_DUE):
        lines.insert(2 if about else 1, ("since", _short(marks.began(snapshot).text)))
        if stands is not None:
            lines.insert(3, ("over", _said(snapshot, stands)))
    lines += [
        ("worse", _worse(snapshot)),
        ("deadline", _deadline(snapshot)),
        ("unsure", _unsure(snapshot, asked)),
    ]
    shown_ = [(label, harmless(text)) for label, text in lines]
    origin = _decides(asked)
    typed = harmless(_next(origin, named or shlex.quote(snapshot.id), there))
    text = "\n".join(f"{label:<9} {line}" for label, line in [*shown_, ("next", typed)])
    # Who reads it in a notebook has that open already, and goes on there.
    cell = f"case.evidence.around({origin!r})" if origin else "case.find" if there else "case.add('FOLDER')"
    rows = "".join(f"<dt>{shown.escape(label)}</dt><dd>{shown.escape(line)}</dd>" for label, line in shown_)
    return Shown(
        text, f"<dl class='at-once'>{rows}<dt>next</dt><dd><code>{shown.escape(cell)}</code></dd></dl>"
    )


def _of_one(snapshot: Snapshot, about: str) -> dict[str, Finding | None]:
    """About the id that the call names."""
    return {
        "where": snapshot.once("whereabouts", entity=about),
        "stopped": snapshot.once("compare_entities", entity=about),
        "who else": snapshot.once("who_else", like=about),
    }


def _still(snapshot: Snapshot, about: str) -> Finding | None:
    """Whether it is over, or nothing is wrong with it; None where that can't be said, or it goes on."""
    found = snapshot.once("still_wrong", like=about)
    return (
        found if found is not None and found.value["state"] in ("over", sound.WELL, sound.NOT_DUE) else None
    )


def _of_all(snapshot: Snapshot) -> dict[str, Finding | None]:
    """Where no id is named: what fails, in which service it begins, and what changed."""
    start = marks.onset(snapshot)
    onset = start.isoformat() if start else None
    fails = snapshot.once("error_propagation", onset=onset) if onset else None
    named = snapshot.once("which_service", onset=onset) if onset else None
    begins = fails is not None and fails.value["first_cause"] and fails.value["first_cause"]["requests"]
    return {
        "error": fails if begins else snapshot.once("first_error"),
        "service": named if named is not None and named.value.get("services") else None,
        "rate": snapshot.once("rate_change"),
    }


def _difference(finding: Finding) -> dict[str, Any] | None:
    """Where the thing left the path of a healthy one, where that is what was asked."""
    found = finding.value.get("first_difference") if isinstance(finding.value, dict) else None
    return found if isinstance(found, dict) and found.get("step") else None


def _stopped(snapshot: Snapshot, finding: Finding | None) -> str:
    """The first difference alone: what came, and what should have."""
    found = _difference(finding) if finding is not None else None
    if found is None or not found.get("expected"):
        return ""
    came = f"'{found['instead']}' instead of" if found.get("instead") else "there is no"
    at = (
        f", {moment.show(datetime.fromisoformat(found['at']), snapshot.zone, seconds=True)}"
        if found.get("at")
        else ""
    )
    return _short(f"{found['step']}: {came} '{of_any(found['expected'])}'{at}.")


def _said(snapshot: Snapshot, finding: Finding | None) -> str:
    return "" if finding is None else _short(finding.in_zone(snapshot.zone).said)


def _short(text: str) -> str:
    """A sentence by its first parts, as many as fit."""
    line = " ".join(str(text).split())
    if len(line) <= LONG:
        return line
    parts = re.split(r"(?<=[;:,.]) ", line)
    out = parts[0]
    for part in parts[1:]:
        if len(out) + len(part) + 1 > LONG - 2:
            break
        out += f" {part}"
    return f"{out[: LONG - 2].rstrip(' ;:,.')} …"


def _worse(snapshot: Snapshot) -> str:
    found = worse.of(snapshot)
    if snapshot.state.phase == "resolved":
        found = [one for one in found if one.due is not None and one.due > snapshot.now]
    if not found:
        asked = snapshot.once("what_gets_worse") if snapshot.manifest().segments else None
        runs = (asked.value or {}).get("runs") if asked is not None else None
        if runs:
            named = [
                f"{short(one['what'], 50)} ({moment.show(datetime.fromisoformat(one['next']), snapshot.zone)})"
                for one in runs
            ]
            return _short(f"Nothing says that anything is taken away. What runs next: {', '.join(named)}.")
        return "Nothing that gets worse is announced; who knows of something: inv note worse ..."
    first = found[0]
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    return f"{_short(first.what)} ({first.left(snapshot.now, snapshot.zone)}; owner: {first.owner}).{more}"


def _deadline(snapshot: Snapshot) -> str:
    due = snapshot.deadline
    if due is None:
        return _written(snapshot) or "None is known. Say it: inv note deadline 18:00"
    return f"{moment.show(due.due, snapshot.zone)}: {due.stands(snapshot.now)}."


def _written(snapshot: Snapshot) -> str:
    """The deadline that a mail, a ticket or a message that was loaded speaks of, to be said by somebody."""
    found = proposed_deadlines(snapshot) or _in_the_words(snapshot)
    if not found:
        return ""
    # The ticket's word before that of others; of several the next.
    first = min(found, key=lambda one: (not one.named, one.kind not in ("ticket", "mail"), one.due))
    others = len({one.due for one in found}) - 1
    more = f", and others speak of {others} more" if others else ""
    said = " ".join(first.words.split()[-WORDS:])
    local = f"{first.due.astimezone(moment.zone(first.zone)):%Y-%m-%d %H:%M}"
    at = moment.show(first.due, first.zone)
    if first.zone != snapshot.zone:
        at += f", as {first.why}"
        local += f" {'UTC' if first.zone[0] in '+-' else ''}{first.zone}"
    elif first.zone == "UTC":
        at += ", if its clock is UTC"
    head = _short(f"None was said. {first.source} says '{said}', which may be {at}{more}")
    return f"{head}: inv note deadline {local}"  # the line to type is never cut


@dataclass(frozen=True)
class Written:
    """A deadline as somebody wrote it: when, in which words, where; the zone that it was read in, and what names that."""

    due: datetime
    words: str
    source: str
    kind: str
    named: bool  # whether it is said beside the id in question
    zone: str
    why: str = ""


def proposed_deadlines(snapshot: Snapshot) -> list[Written]:
    """Every deadline in the newest of what people wrote, on the clock of who wrote it."""
    from investigator import natural_times
    from investigator.facts.coverage import unzoned
    from investigator.facts.traces import PEOPLE_KINDS

    events = snapshot.events()
    table = events.table.filter(events.table.kind.isin(PEOPLE_KINDS) & events.table.time.notnull())
    rows = events.fetch(table.order_by(table.time.desc()).limit(MESSAGES))
    spoken = snapshot.zone_named() if snapshot.zone == "UTC" else None
    bare = unzoned(events)
    out = []
    for row in rows.itertuples(index=False):
        text, zone, why = "" if row.body != row.body else str(row.body or ""), snapshot.zone, ""
        sent = str(dict(row.attributes or {}).get("sent_offset") or "")
        if zone == "UTC" and spoken:
            zone, why = spoken.place, f"{spoken.source} names {spoken.said}"
        at = row.time.to_pydatetime()
        if sent and snapshot.zone == "UTC" and sent not in ("+00:00", "-00:00"):
            if at.astimezone(moment.zone(zone)).utcoffset() != at.astimezone(moment.zone(sent)).utcoffset():
                zone, why = sent, f"it was sent at {sent}"
        if str(row.source) in bare:
            at = at.replace(tzinfo=moment.zone(zone))
        for due in natural_times.deadlines(text, zone_name=zone, reference=at):
            if due.sure and due.time.due is not None:
                named = bool(snapshot.about) and snapshot.about in text
                out.append(Written(due.time.due, due.text, str(row.source), str(row.kind), named, zone, why))
    return out


def _in_the_words(snapshot: Snapshot) -> list[Written]:
    """What the customer's own words may mean as a deadline, where nothing leaves no doubt."""
    from investigator import natural_times

    call = snapshot.state.call
    found = natural_times.deadlines(
        snapshot.state.words,
        zone_name=snapshot.zone,
        reference=call.happened.low if call is not None else None,
    )
    return [
        Written(one.time.due, one.text, "The ticket", "ticket", True, snapshot.zone)
        for one in found
        if one.time.due is not None
    ]


def _unsure(snapshot: Snapshot, asked: dict[str, Finding | None]) -> str:
    """What could make these lines wrong: gaps, what was not read, what nobody can judge."""
    findings = [finding.in_zone(snapshot.zone) for finding in asked.values() if finding is not None]
    told = [
        moment.localised(line, snapshot.zone)
        for finding in findings
        for line in (*finding.coverage.blind, *finding.coverage.gaps, *finding.coverage.missing)
    ]
    told = list(dict.fromkeys(line.rstrip(".") for line in told))
    doubts = sum(1 for segment in snapshot.manifest().standing if segment.doubt)
    if doubts:
        told.append(f"{doubts:,} {'source was' if doubts == 1 else 'sources were'} read with a doubt")
    if not told:
        return "Nothing that we know of."
    more = f"; and {len(told) - 2} more" if len(told) > 2 else ""
    return f"{_short('; '.join(told[:2]))}{more}."


def _decides(asked: dict[str, Finding | None]) -> str:
    """The origin of the line that decides; empty where none does."""
    for label in ("stopped", "where", "error"):
        finding = asked.get(label)
        if finding is not None and finding.evidence is not None and len(finding.evidence):
            rows = finding.evidence
            at = (_difference(finding) or {}).get("at")
            decides = rows[[bool(at) and time == time and time.isoformat() == at for time in rows["time"]]]
            return str((decides if len(decides) else rows)["origin"].iloc[0])
    return ""


def _next(origin: str, id: str, there: bool) -> str:
    """The one command that goes on from here: the line that decides, among its neighbours."""
    if not there:
        return f"inv add {id} FOLDER"
    return f"inv around {id} {shlex.quote(origin)}      then: inv lab {id}" if origin else f"inv lab {id}"
