"""A mailbox (mbox): mails one after the other, each after a line that begins with From."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

_BEGINS = re.compile(rb"^From \S+.*\d{2}:\d{2}(?::\d{2})?.*\d{4}")


def sure(head: Head) -> Sure:
    """It begins with a line From, and the headers of a mail follow."""
    lines = head.text.lstrip("\ufeff").splitlines()[:12]
    begins = bool(lines) and bool(_BEGINS.match(lines[0].encode()))
    headers = sum(bool(re.match(r"^[A-Z][A-Za-z-]+:\s", line)) for line in lines[1:])
    return Sure(0.97 if begins and headers >= 2 else 0.0, "a line From, then the headers of a mail")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a mail, over all its lines, and one for each that it quotes or forwards."""
    held: list[bytes] = []
    start = begun = 0
    blank = True
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        if blank and _BEGINS.match(raw) and held:
            yield from mails(b"".join(held), begun, start, head=1)
            held = []
        if not held:
            start, begun = byte, unit
        held.append(raw)
        blank = not raw.strip()
    if held:
        yield from mails(b"".join(held), begun, start, head=1)


FORMAT = Records(read, kind="mail", line_based=True, goes_on=True)
