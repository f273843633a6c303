"""The call: a case is made with it as its first entry; and what a pasted ticket or mail proposes for one.

Only proposals: the words are kept as they are, and people confirm or change the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from investigator import moment, natural_times
from investigator.case.record import entries, folder, location
from investigator.case.record.record import Record
from investigator.case.writing.evidence_door import EvidenceDoor
from investigator.errors import CaseError, MomentError
from investigator.moment import Moment

_CASE = re.compile(r"\b(?:INC|CASE|SUP|TICKET|CS|HELP|REQ)[-#][0-9]{1,10}\b", re.IGNORECASE)
_IDS = re.compile(r"\b[A-Z][A-Z_]{1,9}-[0-9]{2,20}\b")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
_FROM = re.compile(r"^(?:From|Von|Reporter|Requester|Contact)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(r"^(?:Subject|Betreff|Title|Summary)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"^(?:Date|Datum|Sent)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(r"^[A-Z][A-Za-z-]{1,24}:\s")
_DAY = r"(?:today|tomorrow|heute|morgen|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
_TIME = r"\d{1,2}:\d{2}(?:\s*[ap]m)?"
_ZONE = r"\s*\(?(?:UTC|[A-Z][a-z]+(?:/[A-Z][A-Za-z_]+)?)?\)?"
_DEADLINES = (
    re.compile(
        rf"(?:deadline|due|by|until|before|frist|bis|no later than)\b\D{{0,24}}?({_DAY})\D{{0,6}}({_TIME})({_ZONE})",
        re.I,
    ),
    re.compile(
        rf"(?:deadline|due|by|until|before|frist|bis|no later than)\b\D{{0,24}}?({_TIME})({_ZONE})", re.I
    ),
    re.compile(rf"({_DAY})[,\s]*(?:at|um)?\s*({_TIME})({_ZONE})", re.I),
)
_GERMAN = {"heute": "today", "morgen": "tomorrow"}


@dataclass(frozen=True)
class Proposal:
    """What the words seem to say. `deadline_text` is the phrase that it was read from."""

    id: str
    title: str
    words: str
    ids: tuple[str, ...]
    deadline: Moment | None
    deadline_text: str
    contact: str


def propose(words: str, *, zone: str = "UTC", reference: datetime | None = None) -> Proposal:
    """What a pasted ticket or mail proposes. `reference` is the day that "today" means (default: the clock's)."""
    reference = reference or _sent(words)
    cases = _CASE.findall(words)
    ids = [
        found for found in dict.fromkeys([*_IDS.findall(words), *_UUID.findall(words)]) if found not in cases
    ]
    deadline, text = _deadline(words, zone, reference)
    sender = _FROM.search(words)
    day = (reference or moment.now()).astimezone(moment.zone(zone))
    incident = next((case for case in cases if case.upper().startswith("INC")), cases[0] if cases else "")
    return Proposal(
        incident.upper().replace("#", "-") or f"CASE-{day:%Y%m%d-%H%M}",
        _title(words),
        words.strip(),
        tuple(ids),
        deadline,
        text,
        sender.group(1).strip() if sender else "",
    )


def _sent(words: str) -> datetime | None:
    """When a pasted mail was sent, by its Date header: the day that its "today" means."""
    from email.utils import parsedate_to_datetime

    found = _DATE.search(words)
    if not found:
        return None
    try:
        sent = parsedate_to_datetime(found.group(1).strip())
    except ValueError:
        return None
    return sent if sent.tzinfo else None


def _title(words: str) -> str:
    subject = _SUBJECT.search(words)
    if subject:
        return subject.group(1).strip()
    for line in words.splitlines():
        text = line.strip()
        if (
            text
            and not _HEADER.match(text)
            and not re.fullmatch(r"(?:hi|hello|dear|hallo|guten tag)\b.{0,30}", text, re.I)
        ):
            sentence = re.split(r"(?<=[.!?])\s", text)[0]
            return sentence if len(sentence) <= 100 else sentence[:97].rsplit(" ", 1)[0] + "..."
    return ""


def _deadline(words: str, zone: str, reference: datetime | None) -> tuple[Moment | None, str]:
    for pattern in _DEADLINES:
        for match in pattern.finditer(words):
            groups = [group.strip(" ()") for group in match.groups() if group]
            groups = [_GERMAN.get(group.lower(), group) for group in groups if group]
            for attempt in (" ".join(groups), " ".join(groups[:-1])):  # the last may be a word, not a zone
                try:
                    return natural_times.parse(attempt, zone_name=zone, reference=reference), match.group(
                        0
                    ).strip()
                except MomentError:
                    continue
    return None, ""


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
