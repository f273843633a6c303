"""The four tiles of a first screen. Each is what a finding says, a decision or an entry, and names which; else it is not established."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import marks
from investigator.case.brief._noticed import first_notice
from investigator.case.say import day_clock
from investigator.case.snapshot import Snapshot
from investigator.facts import listed
from investigator.facts.outcome import STATE_WORDS

if TYPE_CHECKING:
    from investigator.finding import Finding

#: What it is called, what it says, what that rests on, how it looks.
Tile = tuple[str, str, str, str]
UNKNOWN = "not established"
NAMED_AT_MOST = 3


def harm(snapshot: Snapshot) -> Tile:
    """How many of the customer's were affected, from when to when by their own count, and whether any was lost."""
    found = affected(snapshot)
    if found is None:
        return _as_called(snapshot) or ("harm", UNKNOWN, "no finding says what was done to whom", "")
    part = found["of_mine"]
    number = len(part["ids"]) if found["customer"] else found["affected"]
    noun = f"{found['kind']}{'' if number == 1 else 's'}"
    notes = [_span(snapshot, part)]
    if found["affected"] != number:
        notes[0] += f" (all: {found['affected']:,}, {_span(snapshot, found)})"
    if not found["findable"] and found["what"]:
        notes.append(f"instead of what others have: '{found['what'][:80]}'")
    if part["restored"] and part["open"]:
        notes.append(f"{part['restored']:,} are back, {part['open']:,} not: {_named(part['open_ids'])}")
    if part["lost"]:
        notes.append(f"{part['lost']:,} lost: {_named(part['lost_ids'])}")
    elif part["unclear"]:
        notes.append("whether any is lost is not established")
    else:
        notes.append("none lost")
    said = "unfindable" if found["findable"] else "affected"
    return ("harm", f"{number:,} {noun} {said}", ", ".join(notes), "bad" if part["lost"] else "warn")


def _as_called(snapshot: Snapshot) -> Tile | None:
    """Where no thing is named: which lines say that state of things which the call speaks of, such as rejected."""
    called = re.findall(r"\w+", f"{snapshot.state.title} {snapshot.state.words}".lower())
    words = [word for word in called if any(state.search(word) for _, state in STATE_WORDS)]
    for word in [] if snapshot.about else dict.fromkeys(words):
        found = snapshot.once("search", text=f'"{word}"')
        if found is not None and found.verdict == "found":
            lines = "line says" if found.value["count"] == 1 else "lines say"
            span = f"{_span(snapshot, found.value)}; " if found.value["first"] else ""
            note = f"{span}of whom, and whether any is lost, is not established"
            return ("harm", f"{found.value['count']:,} {lines} '{word}', as the call does", note, "warn")
    return None


def requests(snapshot: Snapshot) -> Tile | None:
    """How many requests fail, where no thing is followed and requests are told apart; else None."""
    found = _since(snapshot, "error_propagation")
    counted = found.value["requests"] if found is not None and found.value.get("requests") else None
    if not counted or not counted["since"]["all"]:
        return None
    before, since = counted["before"], counted["since"]
    start = marks.onset(snapshot)
    at = day_clock(start, snapshot.zone, start) if start else ""
    maybe = "" if marks.known_onset(snapshot) else ", which is not settled"
    was = (
        f"{before['failing']:,} of {before['all']:,} before"
        if before["all"]
        else "nothing is loaded from before"
    )
    said = f"{since['failing']:,} of {since['all']:,}"
    if not since["failing"]:
        return ("requests", "none fails", f"{since['all']:,} since {at}{maybe}; {was}", "ok")
    if since["failing"] * before["all"] <= before["failing"] * since["all"] and before["failing"]:
        return (
            "requests",
            "not more fail than before",
            f"{said} since {at}, {was}: it may have begun earlier",
            "warn",
        )
    return ("requests", f"{said} fail", f"since {at}{maybe}; {was}", "warn")


def service(snapshot: Snapshot) -> Tile | None:
    """Which service it comes from, where no thing is followed; None where nothing tells services apart."""
    found = _since(snapshot, "which_service")
    listed = found.value.get("services") if found is not None else None
    if found is None or not listed:
        return None
    top = listed[0]
    why = top["reasons"][0]["said"] if top["reasons"] else ""
    if found.verdict == "found":
        return ("where", f"most likely {top['service']}", why, "warn")
    return ("where", "no service stands out", f"first of them {top['service']}: {why}", "warn")


def _since(snapshot: Snapshot, analysis: str) -> Finding | None:
    """What an analysis says of the time since the onset, where no thing is followed."""
    start = None if snapshot.about or not snapshot.manifest().segments else marks.onset(snapshot)
    return snapshot.once(analysis, onset=start.isoformat()) if start else None


def deadline(snapshot: Snapshot) -> Tile:
    """Whether what had to be there was accepted in time, by what was loaded; that somebody wrote resolved is no proof."""
    due = snapshot.state.deadline
    if due is None:
        return ("deadline", "none known", "the call names none", "")
    at = moment.show(due.due, snapshot.zone)
    found, hurt = None, affected(snapshot)
    if snapshot.about:
        ids = hurt["of_mine"]["ids"] if hurt else [snapshot.about]
        told = snapshot.once("who_else", like=snapshot.about)
        if (
            told is not None
            and told.verdict == "found"
            and told.value["affected"] > (hurt or {}).get("affected", 0)
        ):
            ids = told.value["ids"]  # what sets one apart must not stand for all that are affected
        found = snapshot.once("accepted", like=snapshot.about, by=due.due.isoformat(), ids=ids)
    if found is None or found.verdict != "found":
        nothing = "nothing that was loaded says that what had to be there was accepted"
        if due.resolved is not None:
            entry = snapshot.state.phases[-1]
            typed = day_clock(due.resolved, snapshot.zone, due.due)
            return (
                "deadline",
                UNKNOWN,
                f"{at}; {nothing}; that it is resolved was written at {typed} (#{entry.number})",
                "warn",
            )
        passed = due.left(snapshot.now) < timedelta(0)
        return ("deadline", due.stands(snapshot.now), f"{at}; {nothing}" if passed else at, "warn")
    said, look = _answered(snapshot, found.value, due.due)
    last = found.value["last"]
    when = (
        f"the last accepted {day_clock(datetime.fromisoformat(last), snapshot.zone, due.due)}"
        f"{' at the latest' if found.value['unclear'] else ''}, "
        if last
        else ""
    )
    return ("deadline", said, f"{at}; {when}by {', '.join(found.value['said_by'][:NAMED_AT_MOST])}", look)


def _answered(snapshot: Snapshot, value: dict[str, Any], due: datetime) -> tuple[str, str]:
    asked, count = (
        value["asked"],
        {name: len(value[name]) for name in ("in_time", "late", "unclear", "refused", "open")},
    )
    if count["in_time"] == asked:
        spare = due - datetime.fromisoformat(value["last"])
        return f"met, {moment.duration(spare) if spare > timedelta(seconds=1) else 'nothing'} to spare", "ok"
    said = {
        "in_time": "accepted in time",
        "late": "accepted too late",
        "unclear": f"accepted that day, whether before {day_clock(due, snapshot.zone, due)} is not established",
        "refused": "refused or taken back",
        "open": "not known",
    }
    parts = [f"{count[name]:,} of {asked:,} {words}" for name, words in said.items() if count[name]]
    missed = count["late"] or count["refused"]
    return f"{'missed: ' if count['late'] else ''}{', '.join(parts)}", "bad" if missed else "warn"


def others(snapshot: Snapshot) -> Tile:
    """Who else is hit: customers, things, and those of whom nobody can know whose they are, or whether they are hit."""
    found = affected(snapshot)
    if found is None:
        return ("others", UNKNOWN, "no finding says who is affected", "")
    told = snapshot.once("who_else", like=snapshot.about)
    customers = [
        c
        for c in (told.value["customers"] if told else [])
        if c["affected"] and c["customer"] and c["customer"] != found["customer"]
    ]
    unknown = told.value["unknown"] if told else 0
    notes = (
        [f"{found['unnamed']:,} more of unknown customers"] if found["unnamed"] and found["customer"] else []
    )
    notes.append(f"{unknown:,} unknown: nobody logged their path" if unknown else "none unknown")
    if told is not None and listed.differs(told.value.get("list")):
        notes.append(listed.sentence(told.value["list"], "their list").rstrip("."))
    if not found["others"]:
        return ("others", "nobody else found", ", ".join(notes), "warn" if unknown else "ok")
    named = found["others"] - found["unnamed"]
    if not named:
        return ("others", notes[0].replace(" more", ""), ", ".join(notes[1:]), "warn")
    noun = "customer" if len(customers) == 1 else "customers"
    whose = f"{len(customers)} {noun}, " if customers else ""
    return (
        "others",
        f"{whose}{named:,} {found['kind']}{'' if named == 1 else 's'}",
        ", ".join(notes),
        "warn",
    )


def noticed(snapshot: Snapshot) -> Tile:
    """Who noticed first, by what was loaded or written down, and how long after the onset."""
    found, start = first_notice(snapshot), marks.onset(snapshot)
    if found is None:
        return ("noticed", UNKNOWN, "no alert, message or entry tells who noticed", "")
    if found.when is None:
        return ("noticed", found.who, f"{found.by}; when is not established", "warn")
    at = day_clock(found.when, snapshot.zone, start or found.when)
    if start is None:
        return ("noticed", found.who, f"{at}, {found.by}; no onset is established", "warn")
    after = found.when - start
    if after < timedelta(0):
        early = moment.duration(-after)
        return (
            "noticed",
            found.who,
            f"{at}, {found.by}: {early} before the onset that the evidence shows; one of the two is wrong",
            "warn",
        )
    maybe = "" if marks.known_onset(snapshot) else ", maybe"
    return ("noticed", found.who, f"{moment.duration(after)} after it began{maybe}: {at}, {found.by}", "warn")


def affected(snapshot: Snapshot) -> dict[str, Any] | None:
    """What the finding on the harm says; None where there is none."""
    if not snapshot.about:
        return None
    finding = snapshot.once("harm", like=snapshot.about)
    return finding.value if finding is not None and finding.verdict == "found" else None


def _named(ids: list[str]) -> str:
    more = len(ids) - NAMED_AT_MOST
    return ", ".join(ids[:NAMED_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")


def _span(snapshot: Snapshot, part: dict[str, Any]) -> str:
    """From when to when; where something is still not back, from the first to the last that was affected."""
    zone, first = snapshot.zone, datetime.fromisoformat(part["first"])
    back = part.get("visible_again")
    # To the next full minute: at that minute the last one was back.
    last = (
        datetime.fromisoformat(back) + timedelta(seconds=59) if back else datetime.fromisoformat(part["last"])
    )
    low, high = day_clock(first, zone, last), day_clock(last, zone, first)
    if back:
        return f"{low} to {high} {moment.city(zone)}"
    until = f", the last {high}" if high != low else ""
    return f"since {low}{until} {moment.city(zone)}; an end is not established"
