"""The call: a case is made with it as its first entry; and what a pasted ticket or mail proposes for one.

Only proposals: the words are kept as they are, and people confirm or change the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from investigator import moment, natural_times
from investigator.case.record import entries, folder, location
from investigator.case.record.record import Record
from investigator.case.writing.case_zone import ProposedZone, proposed_zone
from investigator.case.writing.evidence_door import EvidenceDoor
from investigator.case.writing.mail_head import mail_head
from investigator.errors import CaseError
from investigator.moment import Moment
from investigator.natural_times import Due
from investigator.natural_times.heads import AHEAD

_CASE = re.compile(r"\b(?:INC|CASE|SUP|TICKET|CS|HELP|REQ)[-#][0-9]{1,10}\b", re.IGNORECASE)
_IDS = re.compile(r"\b[A-Z][A-Z_]{1,9}-[0-9]{2,20}\b")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")


@dataclass(frozen=True)
class Proposal:
    """What the words seem to say. `deadline_text` is the phrase that it was read from; of `asked` a person must choose.

    `sent` is when the mail was sent: that is when the call happened.
    """

    id: str
    title: str
    words: str
    ids: tuple[str, ...]
    deadline: Moment | None
    deadline_text: str
    contact: str
    sent: datetime | None
    zone: ProposedZone
    asked: tuple[Due, ...] = ()


def propose(
    words: str, *, zone: str = "", reference: datetime | None = None, beside: tuple[str, str] = ("", "")
) -> Proposal:
    """What a pasted ticket or mail proposes, read in `zone` (default: the one that it, the team or the machine speak for).

    `beside` is the place whose clock files beside it name, and one of these; `reference` is the day that "today" means
    (default: the day on which the mail was sent, else the clock's).
    """
    head = mail_head(words)
    chosen = (
        ProposedZone(zone, "as you said")
        if zone
        else proposed_zone("", head.sent_with_offset(), written=head.place, beside=beside)
    )
    sent = head.sent(chosen.name)
    early = "" if chosen.known or sent is None else _at_least(sent)
    if early:
        chosen = replace(
            chosen,
            name=early,
            why=f"in {chosen.name} the ticket would be from the future, so it is that or more",
        )
        sent = head.sent(early)
    ahead = timedelta(0) if head.sent_with_offset() or head.place or zone else AHEAD
    sent = sent if sent is not None and sent <= moment.now() + ahead else None
    reference = reference or sent
    sent = min(sent, moment.now()) if sent is not None else None
    spoken = _spoken(head.words)
    deadline, text, asked = _deadline(spoken, chosen.name, reference)
    if early and deadline is not None and any(one.startswith("no zone") for one in deadline.doubt):
        asked = (Due(deadline, text, False),)
        deadline, text = None, ""
    if not zone and deadline is not None and not any(one.startswith("no zone") for one in deadline.doubt):
        chosen = proposed_zone(deadline.zone, head.sent_with_offset(), written=head.place, beside=beside)
    cases = _CASE.findall(words)
    about = f"{head.subject}\n{head.words}"
    ids = [
        found for found in dict.fromkeys([*_IDS.findall(about), *_UUID.findall(about)]) if found not in cases
    ]
    day = (reference or moment.now()).astimezone(moment.zone(chosen.name))
    incident = next((case for case in cases if case.upper().startswith("INC")), cases[0] if cases else "")
    return Proposal(
        incident.upper().replace("#", "-") or f"CASE-{day:%Y%m%d-%H%M}",
        head.subject or _title(spoken),
        head.words,
        tuple(ids),
        deadline,
        text,
        head.contact,
        sent,
        chosen,
        asked,
    )


def _at_least(sent: datetime) -> str:
    """How far from UTC a clock is at least that showed such a time before now; empty where UTC's may have."""
    over = sent - moment.now()
    if not timedelta(minutes=2) < over <= AHEAD:
        return ""
    return f"+{-(-over // timedelta(hours=1)):02d}:00"


def _spoken(words: str) -> str:
    """What people say in a chat that is pasted, without who said it and when; any other words as they are."""
    from investigator.sources._chat import messages

    said = [one.text for one in messages(words) if one.clock]
    return "\n".join(said) if len(said) > 1 else words


def _title(words: str) -> str:
    for line in words.splitlines():
        text = line.strip()
        if text and not re.fullmatch(r"(?:hi|hello|dear|hallo|guten tag)\b.{0,30}", text, re.I):
            sentence = re.split(r"(?<=[.!?])\s", text)[0]
            return sentence if len(sentence) <= 100 else sentence[:97].rsplit(" ", 1)[0] + "..."
    return ""


def _deadline(
    words: str, zone: str, reference: datetime | None
) -> tuple[Moment | None, str, tuple[Due, ...]]:
    """The one deadline that the words leave no doubt about, and its phrase; else those of which a person must choose."""
    found = natural_times.deadlines(words, zone_name=zone, reference=reference)
    sure = [due for due in found if due.sure]
    if len(sure) == 1:
        return sure[0].time, sure[0].text, ()
    return None, "", tuple(sure or found)


def begin(
    id: str,
    *,
    title: str = "",
    words: str = "",
    contact: str = "",
    deadline: str | Moment | None = None,
    zone: str = "UTC",
    root: Path | str | None = None,
    author: str | None = None,
    about: list[str] | None = None,
    happened: datetime | None = None,
    ledger: str | None = None,
) -> EvidenceDoor:
    """A new folder of a case with the call as its first entry; see `Case.new`."""
    from investigator.events.entities import kind_of

    name = folder.check_id(id)
    path = folder.root(root) / name
    if location.is_case(path):
        raise CaseError(
            f"There is a case {name} already, in {path}.",
            "",
            f"Open it with inv.Case.open('{name}'), or choose another id.",
        )
    moment.zone(zone)
    due = (
        natural_times.parse(deadline, zone_name=zone, reference=happened, ahead=True)
        if isinstance(deadline, str)
        else deadline
    )
    kept = folder.made(path, lambda: location.begin(path, ledger or "", name))
    record = Record(kept, id=name)
    content: dict[str, Any] = {
        "text": words or title or name,
        "words": words,
        "title": title,
        "contact": contact,
        "zone": zone,
        "about": [str(item) for item in about or []],
        "deadline": due.to_json() if due else None,
    }
    record.append("call", content, author=author, happened=happened)
    kinds = dict(kind_of(item) for item in about or [])
    kinds.pop("trace", None)
    if kinds:
        entries.declare(record, kinds=kinds, author=author)
    return EvidenceDoor(path, record)
