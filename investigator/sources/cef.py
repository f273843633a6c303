"""CEF, as security devices write it, bare or behind a syslog header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, instant, own, rows

EXAMPLE = """\
CEF:0|Security|threatmanager|1.0|100|worm successfully stopped|10|src=10.0.0.7 dst=2.1.2.2 spt=1232 rt=1781680447120 msg=blocked the upload of DOC-1
2026-06-17T07:14:08Z fw-1 CEF:0|Example|Firewall|2.4|deny|connection denied \\| policy 4|5|src=10.0.0.8 dst=10.0.1.9 dpt=5432 act=blocked cs1Label=policy cs1=default deny
"""
EXPECT = {
    "events": 2,
    "kind": "alert",
    "time": "2026-06-17T07:14:07.12",
    "severity": 21,
    "service": "threatmanager",
    "body": "worm successfully stopped: blocked the upload of DOC-1",
}

_CEF = re.compile(r"CEF:\s?\d+\|")
_BEFORE = re.compile(
    r"^(?:<\d+>)?(?:\d )?(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+)?\s*(?P<host>\S+)?"
)
_KEY = re.compile(r"(?:^|\s)([A-Za-z_][\w.\[\]-]*)=")
_WORDS = {"unknown": "info", "low": "info", "medium": "warning", "high": "error", "very-high": "fatal"}


def sure(head: Head) -> Sure:
    """Most lines hold CEF:0 and its bars."""
    lines = head.lines
    hits = sum(bool(_CEF.search(line)) and line.count("|") >= 7 for line in lines)
    return Sure(0.99 * hits / len(lines) if lines else 0.0, f"{hits} of {len(lines)} lines are CEF")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line; csN and cnN are named by their labels."""
    for row in rows(content, bare=True):
        line = row.text
        if not line:
            yield row.structural("blank")
            continue
        begins = _CEF.search(line)
        parts = re.split(r"(?<!\\)\|", line[begins.start() :], maxsplit=7) if begins else []
        if not begins or len(parts) < 7:
            yield row.reject("no CEF in it")
            continue
        yield row.event(_fields(line[: begins.start()].strip(), parts))


def _fields(before: str, parts: list[str]) -> dict[str, str | None]:
    said = dict(_pairs(parts[7])) if len(parts) > 7 else {}
    for key in [key for key in said if key.endswith("Label") and key[:-5] in said]:
        said[said.pop(key)] = said.pop(key[:-5])
    names = ("vendor", "product", "device_version", "signature", "title", "severity")
    fields: dict[str, str | None] = {**said, **dict(zip(names, map(_plain, parts[1:7]), strict=True))}
    header = _BEFORE.match(before)
    # A device writes a line when what it saw is over.
    when = said.get("rt") or said.get("end") or said.get("start") or (header["time"] if header else None)
    fields["time"] = instant(when)
    fields["host"] = said.get("dvchost") or said.get("dvc") or (header["host"] if header and before else None)
    fields["body"] = f"{fields['title']}: {said['msg']}" if said.get("msg") else fields["title"]
    level = (fields["severity"] or "").lower()
    number = int(level) if level.isdigit() else None
    fields["severity_word"] = (
        _WORDS.get(level, level) if number is None else ("info", "warning", "error", "fatal")[_band(number)]
    )
    return fields


def _band(number: int) -> int:
    """CEF's own bands: 0 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high."""
    return 0 if number <= 3 else 1 if number <= 6 else 2 if number <= 8 else 3


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    found = list(_KEY.finditer(text))
    for match, following in zip(found, [*found[1:], None], strict=False):
        yield match[1], _plain(text[match.end() : following.start() if following else len(text)].strip())


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), text)


FORMAT = Records(
    read,
    kind="alert",
    line_based=True,
    roles={
        **own("time", "host", "body"),
        "product": "service",
        "severity_word": "severity_text",
        "severity": "",
        "msg": "",
    },
)
