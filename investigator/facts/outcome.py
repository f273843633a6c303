"""What became of one thing, by what sets it and others apart since one time: stuck, delayed, doubled, filed elsewhere.

Where a step never came it is stuck, where it came far too late delayed, where it came again doubled, where its owner is
another wrong owner. A message of its own says by its words and by the cells of its rows whether the thing is hidden,
gone, or has other content. What came to an end that the trade knows was refused or cancelled, and is not affected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware
from investigator.events.mask import of_any
from investigator.events.names import fold
from investigator.facts import fields, listed, marks, rise, signs, statements, traces
from investigator.facts.course import course_of
from investigator.facts.ends import ENDED, ENDS

if TYPE_CHECKING:
    from investigator.events.events import Events

#: Words for what happens to content, to being seen, and to the thing itself, in any trade.
CONTENT = re.compile(
    r"(?i)empt(?:y|ied)|blank|truncat|corrupt|over-?wr|re-?wr|garbl|migrat|replaced|checksum|digest|content|\bbytes\b"
    r"|repair|substitut|interpolat"
)
UNSEEN = re.compile(
    r"(?i)hidd?en|\bhides?\b|visib|access|permission|\brights?\b|scope|withh[eo]ld|archiv|unlist|conceal|nobody|\bmerge"
    r"|\bmark(?:ed|s)?\b|soft-?delet|deactivat|suspend|revok|\boff[- ]?line\b|\btaken down\b|unpublish|\bde-?list"
)
#: That somebody else has it now; whether that is wrong, no word tells.
OWNED = re.compile(
    r"(?i)\b(?:owner|tenant|account|holder)(?: of \S+(?: \S+){0,4}?)? (?:is |was )?(?:now|set|changed|switched|(?:re-?)?assigned|moved)\b"
    r"|\b(?:re-?assigned|handed) to (?:owner|tenant|account|holder)\b"
)
LOST = re.compile(r"(?i)purg|shred|destroy|wip(?:ed|ing)|delet|remov|eras|expir|drop|discard|evict")
#: What was made void is refused or cancelled, not gone: the paper is there, and counts for nothing.
VOID = re.compile(
    r"(?i)\b(?:null and )?void(?:ed|s|ing)?\b|\bannul(?:l?ed|s)?\b|\bcancel(?:l?ed|s)\b|\bstornier"
)
INDEX = re.compile(r"(?i)index|search|catalog|visible|findable")
#: A count of nothing, in a message; what goes wrong is best counted so.
_NONE = re.compile(r"\b([A-Za-z_][\w-]*)[=:] ?0\b(?![.,]\d)")
_TROUBLE = re.compile(
    r"(?i)err|fail|retr|reject|lost|dup|miss|skip|warn|wait|delay|late|lag|(?:^|_)(?:code|status|exit|rc|ms|offset|index|level)$"
)
CELLS_AT_MOST, OTHERS_AT_MOST = 4, 400
#: What is counted of so many others, some of which never have any, may be missing where there is none.
OTHERS_HAVE = 0.6
#: Words of a state of a thing, in several languages: it was refused, called off, or removed.
STATE_WORDS = (
    ("refused", re.compile(r"(?i)^(?:reject\w*|refus\w*|denied|declin\w*|disallow\w*|abgelehnt|(?:ab|zurück)gewiesen|verweigert|rejet\w*|rechaz\w*"
     r"|deneg\w*|recusad[oa]|indeferid[oa]|rifiutat[oa]|respint[oa]|afgewezen|geweigerd|avvist|avslått|avslag|afvist|odrzucon\w*|hylätty)$")),
    ("refused or cancelled", re.compile(r"(?i)^(?:cancel\w*|withdrawn|annul\w*|voided|revoked by \w+|storniert|zurückgezogen|aufgehoben|annull?\w*|retir\w*"
     r"|anulad[oa]|cancelad[oa]|ritirat[oa]|ingetrokken|geannuleerd|avbeställd|anulowan\w*|peruttu)$")),
    ("gone", re.compile(r"(?i)^(?:removed|purged|destroyed|erased|shredded|discarded|disposed|gelöscht|entfernt|vernichtet|supprim\w*|détruit\w*"
     r"|eliminad[oa]|borrad[oa]|destruid[oa]|eliminat[oa]|cancellat[oa]|verwijderd|vernietigd|raderad|slettet|usunięt\w*|poistettu)$")),
)  # fmt: skip
#: Columns that say why, or who did it.
REASON = re.compile(
    r"(?i)^(?:.*_)?(?:reason|why|cause|rule|grund|regel|motif|motivo|motivazione|reden|orsak|powód|(?:deleted|removed|rejected|refused|purged)_(?:by|at|on))(?:_code)?$"
)


@dataclass(frozen=True)
class Outcome:
    """What became of a thing, in a sentence, and whether that is sure."""

    disposition: str
    says: str
    sure: bool


def outcome(events: Events, like: str) -> Outcome | None:
    """What became of a thing by what sets it apart; None where nothing does and it came to no end that is known."""
    known = listed.nowhere_else(events, like)
    if known is not None and known.whole:
        came = len(known.ids) - len(known.strangers)
        return Outcome(
            "never received",
            f"{like} was never received: {known.source} names it, and nothing else that is loaded does; {came:,} others on "
            "that list came in.",
            True,
        )
    found = signs.apart(events, like)
    if found is None:
        return None
    if found.sign is None:
        return _ended(events, like, found)
    row = events.engine.fetch(found.course.things.filter(found.course.things.id == like)).iloc[0].to_dict()
    sign = found.sign
    words = sign.body if sign.kind == signs.MESSAGE else of_any(sign.body)
    said = f"{sign.place} says '{_short(words)}'"
    if sign.kind == signs.TWICE:
        number = int(row.get(f"n{sign.step.number}") or 2) if sign.step else 2
        return Outcome(
            "duplicated", f"{like} was handled {number} times where others were once: {said}.", found.sure
        )
    if sign.kind == signs.DIFFERS:
        return Outcome("wrong owner", f"{like} lies with the wrong owner: {sign.body}.", found.sure)
    if only_looked(events, like, sign):
        return None  # it is there for whoever looks in the right place
    if sign.kind == signs.LATE:
        return Outcome("delayed", f"{like} is delayed: {_waited(sign, row)}", found.sure)
    if found.through is not None and _time(row, found.through.number) is not None:
        return None  # it was left out, and came back
    began = [s for s in found.course.required() if _time(row, s.number) is not None]
    own = traces.read(events, like)
    before = [step for step in traces.trace(own) if not traces.is_lookup(step) and step.body != sign.body]
    if not began and (before or (own["kind"] == "record").any()):
        return None  # it came, by whatever it took
    if not began:
        return Outcome("never received", f"{like} was never received: {said}.", found.sure)
    if sign.kind == signs.MESSAGE and statements.REFUSED.search(sign.body):
        return Outcome("refused", f"{like} was refused: {said}.", found.sure)
    lacking = next((s for s in found.signs if s.kind == signs.LACKING and s.step), None)
    if lacking is not None or sign.kind == signs.LACKING:
        step = (lacking or sign).step
        assert step is not None
        behind = [s for s in found.course.required() if s.offset >= step.offset]
        after = max(began, key=lambda s: s.offset)
        why = f" Instead {said}." if sign.kind == signs.MESSAGE else ""
        hidden = any(INDEX.search(s.body) for s in behind)
        return Outcome(
            "hidden" if hidden else "stuck",
            f"{like} is stuck behind {after.place} '{_short(of_any(after.body))}': what comes next for all others, "
            f"{step.place} '{_short(of_any(step.body))}', never came.{why}",
            found.sure,
        )
    return _by_words(events, like, found, said)


def only_looked(events: Events, like: str, sign: rise.Sign) -> bool:
    """Whether it is told apart by how it was asked for alone, and it was given to who asked by whatever path."""
    if sign.step is None or not traces.LOOKUP.match(sign.step.body):
        return False
    own = traces.read(events, like)
    asked = own[own["body"].fillna("").str.match(r"GET \S")]
    held = fields.attributes(events, asked) if len(asked) else {}
    return any(
        held.get((str(row.evidence), int(row.unit)), {}).get("status", "").startswith("2")
        and fold(str(PurePosixPath(str(row.body).split()[1].partition("?")[0]).with_suffix(""))).endswith(
            fold(like)
        )
        for row in asked.itertuples(index=False)
    )


def began(events: Events, like: str) -> bool:
    """Whether a machine says of it what nearly all of its kind have that went on: then it was received, in any words."""
    course = course_of(events, like)
    own = traces.trace(traces.read(events, like)) if course is not None else []
    return any(
        course is not None and step.activity in course.of and course.of[step.activity].required
        for step in own
        if not traces.is_lookup(step)
    )


def _ended(events: Events, like: str, found: signs.Apart) -> Outcome | None:
    """For one that nothing sets apart: the end that it came to, if others did before and none of them went on."""
    own = traces.trace(traces.read(events, like))
    course = found.course
    last = course.required()[-1:]
    if (
        not own
        or not last
        or any(step.activity in course.of and course.of[step.activity] == last[0] for step in own)
    ):
        return None
    end = next((step for step in reversed(own) if step.activity in course.of), None)
    if end is None or course.of[end.activity].required or course.of[end.activity].table:
        return None
    rows = traces.first_times(events, like)
    mine = rows.filter((rows.step == end.activity[0]) & (rows.name == end.activity[1])).select("id")
    joined = course.things.semi_join(mine, "id")
    told = events.engine.fetch(
        joined.aggregate(n=joined.count(), went=joined[f"t{last[0].number}"].count())
    ).iloc[0]
    if int(told["n"]) <= ENDS or int(told["went"]) > (1 - ENDED) * int(told["n"]):
        return None
    return Outcome(
        "refused or cancelled",
        f"{like} came to an end that is known: {end.activity[0]} says '{_short(end.body)}', as of "
        f"{int(told['n']) - 1:,} others, none of which went on.",
        True,
    )


def _by_words(events: Events, like: str, found: signs.Apart, said: str) -> Outcome | None:
    """What a message of its own says of a thing that had come all the way, by its words and by the thing's cells."""
    sign = found.sign
    assert sign is not None
    own = traces.read(events, like)
    held = fields.attributes(events, own, empty=True)
    text, cells, did = sign.body, [], True
    for row in own.itertuples(index=False):
        values = held.get((str(row.evidence), int(row.unit)), {})
        step = found.course.of.get((str(row.step), str(row.name)))
        if step is not None and step == sign.step and (row.body == sign.body or sign.body in _pairs(values)):
            text += " " + " ".join(values.values())
            did = did and _did(sign.body, values, like)
        if row.kind == "record" or (step is not None and step.table):
            cells += [(str(row.source), key, cell) for key, cell in values.items()]
    text = text if did else ""
    told = statements.of_text(text)
    for source, key, cell in cells:
        if statements.is_empty(key, cell):
            return Outcome(
                "content missing",
                f"The content of {like} is missing: {source} has {key} {cell}; {said}.",
                found.sure,
            )
        shown = statements.of_cell(key, cell)
        if (shown and shown[2] is False) or (INDEX.search(key) and cell.strip().lower() in statements.EMPTY):
            return Outcome(
                "hidden", f"{like} is hidden, not gone: {source} has {key} {cell}; {said}.", found.sure
            )
    if UNSEEN.search(text) or (told and told[1] is None and told[2] is False):
        return Outcome("hidden", f"{like} is hidden, not gone: {said}.", found.sure)
    if OWNED.search(text):
        return Outcome("wrong owner", f"{like} may lie with the wrong owner: {said}.", False)
    if CONTENT.search(text):
        word = (
            "content missing"
            if re.search(r"(?i)empt|blank|truncat", text)
            else "content missing or different"
        )
        return Outcome(word, f"{like} is there, and its content is not what it was: {said}.", found.sure)
    if told and told[0] == "emptied":
        return Outcome(
            "content missing", f"{like} is there, and what belongs to it was removed: {said}.", found.sure
        )
    if VOID.search(text):
        return Outcome("refused or cancelled", f"{like} was made void: {said}.", found.sure)
    if LOST.search(text) or (told and told[1] is False):
        return Outcome("gone", f"{like} is gone: {said}.", found.sure)
    if none := _has_none(events, like, found):
        return Outcome(
            "content missing",
            f"{like} is there, and a part of it may be missing: {sign.place} says {none}, where others have more.",
            False,
        )
    sums = [(source, key, cell) for source, key, cell in cells if marks.HASH.match(key) and cell]
    if sums and sign.bad:
        return Outcome(
            "content missing or different", f"The content of {like} may be another: {said}.", False
        )
    return None


def _has_none(events: Events, like: str, found: signs.Apart) -> str:
    """What a message counts of a thing, and counts none, where it counts some of nearly all others; empty where nothing."""
    sign = found.sign
    none = [key for key in _NONE.findall(sign.body) if not _TROUBLE.search(key)] if sign else []
    if sign is None or sign.step is None or not none:
        return ""
    rows = traces.mentions_of_kind(events, like)
    rows = rows.filter((rows.step == sign.step.place) & rows.name.isin(list(sign.step.names)))
    others = rows.anti_join(sign.ids, "id").order_by("id").limit(OTHERS_AT_MOST)
    bodies = [str(body) for body in events.engine.fetch(others.select("id", "body"))["body"]]
    some = [
        key
        for key in none
        if (told := [m[1] for body in bodies if (m := re.search(rf"\b{re.escape(key)}[=:] ?(\d+)", body))])
        and sum(int(number) > 0 for number in told) >= OTHERS_HAVE * len(told)
    ]
    return ", ".join(f"{key} 0" for key in some)


def _did(body: str, values: dict[str, str], like: str) -> bool:
    """Whether the words of a message tell what happened: a request that was not granted, or to a part of a thing, does not."""
    request = statements.REQUEST.match(body)
    if not request:
        return True
    status = next((v for k, v in values.items() if statements.STATUS.search(k) and v.isdigit()), "2")
    parts = request[2].split("?", 1)[0].rstrip("/").split("/")
    return status.startswith("2") and like not in parts[:-1]


def _pairs(values: dict[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in values.items()]


def stands(events: Events, like: str) -> Outcome | None:
    """What a table of such things says became of one, by its state or its size, where most others have another."""
    own = traces.read(events, like)
    own = own[own["kind"] == "record"]
    for source in dict.fromkeys(own["source"]):
        rows = traces.mentions_of_kind(events, like)
        rows = rows.filter((rows["source"] == source) & (rows.kind == "record")).select(
            "id", "evidence", "unit"
        )
        rows = fields.with_attributes(events, rows)
        rows = events.engine.cache(rows)
        mine = events.engine.fetch(rows.filter(rows.id == like).select("attributes"))
        for key, cell in ((str(k), str(v)) for row in mine["attributes"] for k, v in dict(row or {}).items()):
            empty = statements.is_empty(key, cell)
            word = _state(cell) if statements.STATES.match(key) else ""
            if not (empty or word):
                continue
            held = rows.attributes.get(key)
            told = events.engine.fetch(
                rows.aggregate(n=held.count(), same=(held == cell).cast("int64").sum())
            ).iloc[0]
            number, same = int(told["n"]), int(told["same"])
            if number < rise.FEW or same > rise.FEWER * number:
                continue
            rest = f"{source} has {key} {cell}, and another of {number - same:,} of {number:,}"
            if empty:
                return Outcome("content missing", f"The content of {like} is missing: {rest}.", True)
            why = [f"{k} {v}" for k, v in dict(mine["attributes"].iloc[0] or {}).items() if v and REASON.match(str(k))]  # fmt: skip
            said = f"{source} has {key} {cell}{''.join(f', {one}' for one in why[:2])}"
            if word == "gone":
                return Outcome(word, f"{like} was removed: {said}. The row is there; whether its content is kept can't be told.", False)  # fmt: skip
            return Outcome(word, f"{like} was {word}: {said}.", True)
    return None


def _state(cell: str) -> str:
    """What became of a thing that is in this state, by its word; empty where that is not known."""
    return next((word for word, words in STATE_WORDS if words.search(cell.replace("_", " "))), "")


def states(events: Events, like: str) -> list[str]:
    """What tables say of the state of a thing, as it stands there: `orders has state PARKED`."""
    own = traces.read(events, like)
    if not len(own):
        return []
    table = events.table.filter(
        events.table.evidence.isin(sorted(set(own["evidence"])))
        & events.table.unit.isin(sorted({int(unit) for unit in own["unit"]}))
    )
    mine = {(str(e), int(u)) for e, u in zip(own["evidence"], own["unit"], strict=True)}
    out = [
        f"{r.source} has {key} {value}"
        for r in events.engine.fetch(
            table.select("source", "evidence", "unit", "attributes").order_by(["source", "evidence", "unit"])
        ).itertuples(index=False)
        if (str(r.evidence), int(r.unit)) in mine
        for key, value in dict(r.attributes or {}).items()
        if statements.STATES.match(str(key)) and value and not str(value).isdigit()
    ]
    return list(dict.fromkeys(out))[:CELLS_AT_MOST]


def _waited(sign: signs.Sign, row: dict[str, Any]) -> str:
    step = f"{sign.place} '{_short(of_any(sign.body))}'"
    low = _time(row, sign.after.number) if sign.after else None
    high = _time(row, sign.step.number) if sign.step else None
    if low is None or high is None or sign.after is None:
        return f"{step} came far later than usual."
    minutes = (high - low).total_seconds() / 60
    return f"{step} came {minutes:,.0f} minutes after {sign.after.place} '{_short(of_any(sign.after.body))}', far later than usual."


def _time(row: dict[str, Any], number: int) -> datetime | None:
    return aware(row.get(f"t{number}"))


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 70 else line[:69] + "…"
