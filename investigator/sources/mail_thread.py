"""Text of a mail as it is pasted, with what it quotes and forwards: each mail in it by itself, who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import WITHOUT_YEAR, find
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._mail import fields_of
from investigator.sources._thread import split

EXAMPLE = """\
Hi, see below: DOC-1 is meant.

On Wed, Jun 17, 2026 at 9:14 AM Dana Okafor <dana@platform.example> wrote:
> purge is at 18:00, right?
>
> On Wed, 17 Jun 2026 at 09:02, Ivo Marek <ivo@platform.example> wrote:
>> the customer called

-----Original Message-----
From: Customer <desk@customer.example>
Sent: Wednesday, June 17, 2026 8:55 AM
To: Support
Subject: Documents missing

We can't find DOC-1.
"""
EXPECT = {
    "events": 4,
    "kind": "record",
    "body": "Hi, see below: DOC-1 is meant.",
}

#: As sure as it is at most.
AT_MOST = 0.93


def sure(head: Head) -> Sure:
    """A line that says who wrote what is quoted below it, or the headers of a forwarded mail inside the text."""
    parts = split(head.lines)
    named = sum(part.headed and (part.sender is not None or part.time is not None) for part in parts)
    if not named:
        return Sure(0.0)
    own = [line for line in head.lines if line.strip() and not line.startswith(">")]
    if own and _dated(own[0]) and 2 * sum(map(_dated, own)) > len(own):
        return Sure(0.0)  # a log that holds a mail
    # Clients that copy a mail with its head name things otherwise than mails themselves do: Sent, or another language.
    copied = (
        parts[1:2] and parts[1].headed and parts[1].line == 0 and not re.search(r"^Date:", head.text, re.M)
    )
    return Sure(AT_MOST if copied else 0.915, f"{named} quoted or forwarded mails")


def _dated(line: str) -> bool:
    found = find(line, within=2)
    return found is not None and found.start <= 2


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a mail: the text on top, then each that it quotes or forwards, without the marks of quoting."""
    raw = [
        (byte, len(data), data.decode("utf-8", errors="backslashreplace").rstrip("\r\n"))
        for byte, data in content.lines()
    ]
    parts = [part for part in split([line for _, _, line in raw]) if part.headed or part.text]
    begins = [part.line for part in parts]
    for place in range(begins[0] if begins else len(raw)):
        yield Record({}, place + 1, 1, raw[place][0], raw[place][1], structural="blank")
    for part, low, high in zip(parts, begins, [*begins[1:], len(raw)], strict=True):
        size = sum(length for _, length, _ in raw[low:high])
        yield Record(fields_of(part), low + 1, high - low, raw[low][0], size)


FORMAT = Records(read, kind="mail", listing=True, time=WITHOUT_YEAR)
