"""What a status says that we know, and what it corrects: pins run again, claims, what was reported, what came back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.reasoning import claims
from investigator.case.reasoning.statements import HOLD, SAID, Statement, repeated
from investigator.case.record.retracted import outdated
from investigator.case.record.words import speaker
from investigator.case.recovery import standing
from investigator.case.say import clock, short
from investigator.case.snapshot import Snapshot
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.case.recovery.standing import Standing
    from investigator.ledger import Entry

#: A status is read on a telephone: so many lines a section, so many characters a line.
LINES_AT_MOST = 6


def claimed(snapshot: Snapshot, state: State) -> list[tuple[Entry, claims.Claim]]:
    """Each claim of the record, filled now; one whose pin was taken back is left out."""
    out = []
    for entry in state.claims:
        try:
            out.append((entry, claims.of(snapshot, str((entry.content or {})["sentence"]))))
        except KitError:
            continue
    return out


def fared(
    snapshot: Snapshot, statements: list[Statement], made: list[tuple[Entry, claims.Claim]], reported: int = 0
) -> str:
    """One line: how many statements were re-checked, and how they fared; what changed, from what to what."""
    counts: dict[str, list[str]] = {}
    upto = evidence_until(snapshot) if snapshot.state.recoveries else None
    twice = repeated(statements)
    for statement in statements:
        status: str = "repeated" if statement.entry.id in twice else statement.status
        if status in HOLD and claims.stale(snapshot, statement, upto):
            status = "stale"
        counts.setdefault(status, []).append(statement.why)
    for _, claim in made:
        if claim.cites:
            counts.setdefault(claim.status, []).extend(claim.changed or [""])
    again = sum(len(whys) for status, whys in counts.items() if status != "can't be re-run")
    total = sum(map(len, counts.values()))
    if not total:
        return f"No statement is checked; {reported} reported." if reported else ""
    parts = []
    for status in (*SAID, "repeated", "stale"):
        whys = counts.get(status)
        if whys:
            parts.append(_fared(status, whys, clock(upto, snapshot.zone, snapshot.now) if upto else None))
    if reported:
        parts.append(f"{reported} reported")
    return f"{again} of {total} statements re-checked: {', '.join(parts)}."


def _fared(status: str, whys: list[str], upto: str | None) -> str:
    count = len(whys)
    if status == "holds":
        return f"{count} as then"
    if status in ("confirmed", "repeated"):
        return (
            f"{count} confirmed by another source"
            if status == "confirmed"
            else f"{count} repeated by the same check"
        )
    if status == "stale":
        return f"{count} stale (the evidence ends {upto}, before the repair)"
    said = list(
        dict.fromkeys(why.removeprefix("changed since: ").removeprefix("then: ") for why in whys if why)
    )
    first = short(said[0].split("; ")[0], 60) if said else ""
    return f"{count} {SAID[status]}{f' ({first})' if first else ''}"


def later(entries: list[Entry], since: datetime | None) -> list[Entry]:
    return [entry for entry in entries if since is None or entry.known > since]


def corrections(
    snapshot: Snapshot, state: State, statements: list[Statement], last: Entry | None
) -> list[str]:
    if last is None:
        return []
    out = []
    for statement in statements:
        if statement.entry.known <= last.known and statement.status in ("changed since", "contradicted"):
            now = short(moment.localised(statement.sentence, snapshot.zone))
            out.append(f"{now} ({statement.why})")
    said = " ".join((last.content or {}).get("doing", []) + (last.content or {}).get("know", []))
    for guess in state.guesses.values():
        turned = [e for e in guess.history if e.known > last.known]
        if turned and guess.state in ("ruled out", "parked") and guess.text in said:
            out.append(f"We no longer think: {guess.text} ({guess.state}: {guess.why})")
    out += [str((entry.content or {})["text"]) for entry in later(state.corrections, last.known)]
    entries = {entry.id: entry for entry in snapshot.entries()}
    for entry in entries.values():
        if entry.kind == "undo" and entry.known > last.known and entry.about in entries:
            taken = entries[entry.about]
            if taken.known <= last.known and taken.content:
                out.append(f"Taken back: {short(str(taken.content.get('text', '')))}")
    return out[:LINES_AT_MOST]


def known(
    snapshot: Snapshot,
    state: State,
    statements: list[Statement],
    made: list[tuple[Entry, claims.Claim]],
    since: datetime | None,
    corrected: str,
) -> list[str]:
    out = []
    for guess in state.guesses.values():
        if guess.state == "confirmed":
            by = f"confirmed by {guess.history[-1].author}" if guess.history else f"{guess.entry.author}"
            out.append(f"The cause: {guess.text} ({f'{guess.why}; ' if guess.why else ''}{by})")
    recovery = standing.of(snapshot)
    if recovery.plan is not None:
        out += _recovered(snapshot, recovery)
    upto = evidence_until(snapshot) if state.recoveries else None
    fresh = [s for s in statements if since is None or s.entry.known > since]
    for statement in [*fresh, *(s for s in statements if s not in fresh)]:
        if statement.status == "can't be re-run" or _seen_again(recovery, statement):
            continue
        why = claims.stale(snapshot, statement, upto)
        age = (
            f" (evidence up to {clock(upto, snapshot.zone, snapshot.now)}, before the repair)"
            if why and upto
            else ""
        )
        out.append(
            short(_sources_counted(snapshot, moment.localised(statement.sentence, snapshot.zone))) + age
        )
    for entry, claim in made:
        said = claims.said(claim, entry.author, clock(entry.happened[0], snapshot.zone, snapshot.now))
        out.append(short(moment.localised(said, snapshot.zone)))
    for guess in state.guesses.values():
        if guess.text in corrected:
            continue
        if guess.state == "ruled out" and any(since is None or e.known > since for e in guess.history):
            out.append(f"Ruled out: {guess.text}{f' ({guess.why})' if guess.why else ''}")
    unsaid = outdated(state.notes)
    for note in later(state.notes, since):
        content = note.content or {}
        if content.get("verb") in (None, "heard") and note.id not in unsaid:
            out.append(
                f"{short(str(content['text']))} (reported, {speaker(note)}, {clock(note.happened[0], snapshot.zone, snapshot.now)})"
            )
    for ask in state.asks.values():
        reply = ask.answered
        # An answer that a guess was judged by stands there already.
        if (
            reply is None
            or (since is not None and reply.known <= since)
            or ask.answer in " ".join([*out, corrected])
        ):
            continue
        at = clock(reply.happened[0], snapshot.zone, snapshot.now)
        asked = f"{ask.text[:1].upper()}{short(ask.text[1:], 90)}"
        stop = "" if asked.endswith(("?", ".")) else ":"
        out.append(f"{asked}{stop} {short(ask.answer)} (reported, {speaker(reply)}, {at})")
    return capped(out)


def _recovered(snapshot: Snapshot, recovery: Standing) -> list[str]:
    """What people restored, what the customer saw, what is an exception: reported until another source counts it."""
    items = list(recovery.items.values())
    restored = [item for item in items if item.restored is not None]
    out = []
    if restored:
        last = max((i.restored for i in restored if i.restored is not None), key=lambda e: e.happened[0])
        back = sum(bool(item.back) for item in items)
        counted = (
            f"{back:,} counted back by another source"
            if recovery.counted is not None
            else "not counted again yet"
        )
        out.append(
            f"{len(restored):,} of {len(items):,} restored, {counted} "
            f"(reported, {last.author}, {clock(last.happened[0], snapshot.zone, snapshot.now)})"
        )
    reasons: dict[str, int] = {}
    for item in items:
        if item.exception:
            reasons[item.exception] = reasons.get(item.exception, 0) + 1
    out += [f"Not restored, {count:,}: {short(why)}" for why, count in reasons.items()]
    first = recovery.items.get(recovery.first)
    if first is not None and first.seen is not None:
        seen = first.seen
        by = str((seen.content or {}).get("by", "the customer"))
        out.append(
            f"{by} sees {first.id} (reported, {seen.author}, {clock(seen.happened[0], snapshot.zone, snapshot.now)})"
        )
    return out


def _seen_again(recovery: Standing, statement: Statement) -> bool:
    """Whether a statement says where a thing is that the customer has seen since: it was so, and is no longer."""
    value = statement.finding.value
    check = statement.then.check
    if check is None or check.analysis != "whereabouts" or not isinstance(value, dict):
        return False
    item = recovery.items.get(str(value.get("entity", "")))
    return item is not None and item.seen is not None and item.seen.known > statement.entry.known


def _sources_counted(snapshot: Snapshot, text: str) -> str:
    """A sentence with its list of three sources or more as their number: a status is no place for file names."""
    names = sorted((re.escape(source.name) for source in snapshot.events().sources), key=len, reverse=True)
    if not names:
        return text
    one = rf"(?:{'|'.join(names)})"

    def number(match: re.Match[str]) -> str:
        more = int(match["more"] or 0)
        count = len(re.findall(one, match[0])) + more
        return f"{count} sources" if count > 2 else match[0]

    return re.sub(rf"{one}(?:, {one})*(?: and (?:(?P<more>\d+) more|{one}))?", number, text)


def evidence_until(snapshot: Snapshot) -> datetime | None:
    """The last event that machines wrote: what is known of later is known from people."""
    times = [
        s.last
        for s in snapshot.events().sources
        if s.last is not None and s.kind in ("log", "access", "audit")
    ]
    return max(times, default=None)


def capped(lines: list[str]) -> list[str]:
    unique = list(dict.fromkeys(lines))
    more = len(unique) - LINES_AT_MOST
    return unique[:LINES_AT_MOST] + ([f"and {more} more in the record"] if more > 0 else [])
