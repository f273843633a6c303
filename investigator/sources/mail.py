"""A mail as a file (.eml), or a ticket pasted with its headers: one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._mail import mails

EXAMPLE = """\
From: Support Desk <support@platform.example>
To: Incident Desk <incident@platform.example>
Date: Wed, 17 Jun 2026 14:06:12 +0200
Subject: [SUP-8841] documents cannot be found

The customer called at 14:05.
"""
EXPECT = {
    "events": 1,
    "kind": "mail",
    "time": "2026-06-17T12:06:12",
    "body": "[SUP-8841] documents cannot be found\nThe customer called at 14:05.",
}

_HEADERS = re.compile(
    r"^(?:From|To|Date|Subject|Received|Message-ID|Return-Path|Cc|MIME-Version):\s", re.I | re.M
)


def sure(head: Head) -> Sure:
    """It starts with the headers of a mail."""
    start = head.text.split("\n\n", 1)[0].split("\r\n\r\n", 1)[0]
    found = {match.group(0).lower() for match in _HEADERS.finditer(start)}
    enough = len(found) >= 3 and re.match(r"^[A-Za-z-]+:\s", head.text.lstrip("\ufeff"))
    return Sure(0.92 if enough else 0.0, f"{len(found)} mail headers")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a mail: it, with headers as fields and the text as its body, and each that it quotes or forwards."""
    return mails(content.all())


FORMAT = Records(read, kind="mail")
