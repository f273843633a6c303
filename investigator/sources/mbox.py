"""A mailbox (mbox): mails one after the other, each after a line that begins with From."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._mail import mails

EXAMPLE = """\
From support@platform.example Wed Jun 17 14:06:12 2026
From: Support Desk <support@platform.example>
To: Incident Desk <incident@platform.example>
Date: Wed, 17 Jun 2026 14:06:12 +0200
Subject: [SUP-8841] documents cannot be found
Message-ID: <1@platform.example>

The customer called at 14:05.

From ivo@platform.example Wed Jun 17 14:10:00 2026
From: Ivo <ivo@platform.example>
To: Support Desk <support@platform.example>
Date: Wed, 17 Jun 2026 14:10:00 +0200
Subject: Re: [SUP-8841] documents cannot be found
In-Reply-To: <1@platform.example>

>From what I see they are only hidden.
"""
EXPECT = {
    "events": 2,
    "kind": "mail",
    "time": "2026-06-17T12:06:12",
    "body": "[SUP-8841] documents cannot be found\nThe customer called at 14:05.",
}

#: Mails whose words are remembered, to know them where an answer quotes them, and how many characters of each.
KEPT, LONGEST = 5_000, 20_000
_ID = re.compile(r"<[^<>\s]+>")
_BEGINS = re.compile(rb"^From \S+.*\d{2}:\d{2}(?::\d{2})?.*\d{4}")


def sure(head: Head) -> Sure:
    """It begins with a line From, and the headers of a mail follow."""
    lines = head.text.lstrip("\ufeff").splitlines()[:12]
    begins = bool(lines) and bool(_BEGINS.match(lines[0].encode()))
    headers = sum(bool(re.match(r"^[A-Z][A-Za-z-]+:\s", line)) for line in lines[1:])
    return Sure(0.97 if begins and headers >= 2 else 0.0, "a line From, then the headers of a mail")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a mail, over all its lines, and one for each that it quotes or forwards and that doesn't stand above."""
    told: dict[str, str] = {}
    above: list[str] = []
    for own, record in _all(content):
        ids = _ID.findall(record.fields.get("message-id") or "")
        words = " ".join((record.fields.get("message") or "").split())
        if own or ids:
            parents = _ID.findall(f"{record.fields.get('in-reply-to')} {record.fields.get('references')}")
            above = [told[one] for one in parents if one in told]
            told.update(dict.fromkeys(ids, words[:LONGEST]))
            while len(told) > KEPT:
                told.pop(next(iter(told)))
        elif words and any(words in text for text in above):
            record = replace(record, fields={}, structural="quoted")
        yield record


def _all(content: Readable) -> Iterator[tuple[bool, Record]]:
    """The records of all mails, and of each whether it is the mail itself."""
    held: list[bytes] = []
    start = begun = 0
    blank = True
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        if blank and _BEGINS.match(raw) and held:
            yield from _parts(held, begun, start)
            held = []
        if not held:
            start, begun = byte, unit
        held.append(raw)
        blank = not raw.strip()
    if held:
        yield from _parts(held, begun, start)


def _parts(lines: list[bytes], unit: int, byte: int) -> Iterator[tuple[bool, Record]]:
    for place, record in enumerate(mails(b"".join(lines), unit, byte, head=1)):
        yield not place, record


FORMAT = Records(read, kind="mail", line_based=True, goes_on=True)
