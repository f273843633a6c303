"""Text of a mail as it is pasted, with what it quotes and forwards: each mail in it by itself, who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import WITHOUT_YEAR, find
from investigator.sources._format import Head, Readable, Record, Records, Sure

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

_QUOTE = re.compile(r"^((?:\s?>)*)\s?(.*)$")
#: `On ..., ... wrote:` in several languages; it may be broken over two lines.
_WROTE = re.compile(
    r"^(?:On|Am|Le|El|Il|Op|Em)\b.{8,200}?\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)\b.{0,120}?:\s*$",
    re.S,
)
_PERSON = re.compile(r"(?:\"?(?P<name>[^\W\d_][^<>\",:\d]{1,60}?)\"?\s*)?<?(?P<address>[\w.+-]+@[\w.-]+\w)>?")
_FORWARD = re.compile(
    r"^\s*(?:-{3,} ?(?:Original Message|Forwarded message|Forwarded Message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|"
    r"Originalnachricht|Message d'origine|Message transféré|Mensaje original|Messaggio originale) ?-{3,}|"
    r"Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|_{20,})\s*$",
    re.I,
)
_HEAD = re.compile(
    r"^\*?(?P<key>From|Von|De|Da|Van|Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|To|An|À|Para|A|Aan|Cc|Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Reply-To)"
    r"\s?:\*?\s+(?P<value>.+)$"
)
_FROM = {"From", "Von", "De", "Da", "Van"}
_SENT = {"Sent", "Date", "Gesendet", "Datum", "Envoyé", "Enviado", "Inviato", "Verzonden"}
_SUBJECT = {"Subject", "Betreff", "Objet", "Asunto", "Oggetto", "Onderwerp"}


def sure(head: Head) -> Sure:
    """A line that says who wrote what is quoted below it, or the headers of a forwarded mail inside the text."""
    lines = head.lines
    hits = sum(bool(start) for start in _starts([_QUOTE.match(line)[2] for line in lines]))  # type: ignore[index]
    return Sure(0.915 if hits else 0.0, f"{hits} quoted or forwarded mails")


def _starts(lines: list[str]) -> list[int]:
    """For each line how many lines the beginning of another mail takes there; 0 where none begins."""
    out = [0] * len(lines)
    place = 0
    while place < len(lines):
        size = _begins(lines, place)
        out[place] = size
        place += max(size, 1)
    return out


def _begins(lines: list[str], place: int) -> int:
    for size in (1, 2, 3):
        text = " ".join(lines[place : place + size]).strip()
        if _WROTE.match(text) and find(text, within=60):
            return size
    at = place + 1 if _FORWARD.match(lines[place]) else place
    while at < len(lines) and at - place < 3 and not lines[at].strip():
        at += 1
    keys: list[str] = []
    end = at
    while end < len(lines) and end - at < 12:
        match = _HEAD.match(lines[end].strip())
        if not match:
            break
        keys.append(match["key"])
        end += 1
    if keys and keys[0] in _FROM and set(keys) & _SENT and len(keys) >= 3:
        return end - place
    return 0


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a mail: the text on top, then each that it quotes or forwards, without the marks of quoting."""
    raw = [
        (byte, len(data), data.decode("utf-8", errors="backslashreplace").rstrip("\r\n"))
        for byte, data in content.lines()
    ]
    plain = [str(match[2]) if (match := _QUOTE.match(line)) else line for _, _, line in raw]
    starts = _starts(plain)
    begins = sorted({0, *(place for place, size in enumerate(starts) if size)})
    for low, high in zip(begins, [*begins[1:], len(raw)], strict=True):
        size = starts[low]
        body = "\n".join(plain[low + size : high]).strip()
        byte, length = raw[low][0], sum(item[1] for item in raw[low:high])
        if not body and not size:
            for place in range(low, high):
                yield Record({}, place + 1, 1, raw[place][0], raw[place][1], structural="blank")
            continue
        fields = _headed(plain[low : low + size])
        subject = fields.get("subject")
        fields["body"] = f"{subject}\n{body}" if subject else body
        yield Record(fields, low + 1, high - low, byte, length)


def _headed(lines: list[str]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {"time": None, "from": None, "to": None, "subject": None}
    heads = [match for line in lines if (match := _HEAD.match(line.strip()))]
    if heads:
        for match in heads:
            key, value = match["key"], match["value"].strip()
            if key in _FROM:
                fields["from"] = value
            elif key in _SENT:
                found = find(value)
                fields["time"] = found.time if found else None
            elif key in _SUBJECT:
                fields["subject"] = value
            elif key not in ("Cc", "Reply-To"):
                fields["to"] = value
        return fields
    text = " ".join(lines)
    found = find(text)
    fields["time"] = found.time if found else None
    person = _PERSON.search(text[found.end :] if found else text)
    if person:
        name = (person["name"] or "").strip(" ,")
        for word in ("schrieb", "wrote", "um", "Uhr"):
            name = re.sub(rf"^{word}\s+", "", name)
        fields["from"] = f"{name} <{person['address']}>" if name else person["address"]
    elif found:
        rest = re.sub(
            r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|Uhr)\b", "", text[found.end :]
        )
        fields["from"] = rest.strip(" ,:") or None
    return fields


FORMAT = Records(read, kind="mail", listing=True, time=WITHOUT_YEAR, roles={"time": "time", "body": "body"})
