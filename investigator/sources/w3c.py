"""W3C extended log: IIS, CloudFront and other servers that name their columns in a line #Fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote_plus

from investigator import months
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-06-17 07:14:07
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus time-taken
2026-06-17 07:14:07 10.0.1.9 GET /documents/DOC-1 view=full 443 - 10.0.0.7 Mozilla/5.0+(Windows+NT+10.0) 500 0 1204
2026-06-17 07:14:08 10.0.1.9 POST /search - 443 ana 10.0.0.8 curl/8.1 200 0 44
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 17,
    "service": "web",
    "body": "GET /documents/DOC-1?view=full",
}

_CELL = re.compile(r'"(?:[^"]|"")*"|\S+')


def sure(head: Head) -> Sure:
    """A line #Fields before the rows."""
    found = re.search(r"^#Fields:\s+\S+\s+\S+", head.text[:8000], re.M)
    return Sure(0.97 if found else 0.0, "a line #Fields names the columns")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, by the columns that the last #Fields named."""
    names = _names(content.header) if content.header else []
    day = last = ""
    tabs = False
    for row in rows(content):
        line = row.text
        if line.startswith("#"):
            if line.startswith("#Fields:"):
                names = _names(line)
            elif line.startswith("#Date:"):
                day = _day(line[6:].strip())
            yield row.structural("header")
            continue
        if not line.strip():
            yield row.structural("blank")
            continue
        tabs = tabs or "\t" in line
        cells = line.split("\t") if tabs else _CELL.findall(line)
        if names and len(cells) > len(names) and not tabs:
            more = {"more": " ".join(cells[len(names) :])}  # columns that the header does not name
            yield row.event({**_fields(names, cells[: len(names)], day), **more})
            continue
        if len(cells) != len(names):
            reason = f"{len(cells)} cells where #Fields names {len(names)}"
            yield row.reject(reason)
            continue
        clock = "" if "date" in names or "time" not in names else cells[names.index("time")]
        if day and last[:2] == "23" and clock[:2] == "00":
            day = (
                f"{date.fromisoformat(day) + timedelta(days=1)}"  # they name no day, and it is past midnight
            )
        last = clock
        yield row.event(_fields(names, cells, day))


def _names(line: str) -> list[str]:
    return line.partition(":")[2].split()


def _fields(names: list[str], cells: list[str], day: str) -> dict[str, str | None]:
    fields: dict[str, str | None] = {}
    for name, cell in zip(names, cells, strict=True):
        text = cell[1:-1].replace('""', '"') if cell[:1] == '"' == cell[-1:] and len(cell) > 1 else cell
        fields[name] = None if text in ("-", "") else text
    lower = {name.lower(): name for name in names}
    # By the standard, and in IIS and CloudFront, times are UTC; Advanced Logging says which they are.
    date, clock, zone = None, None, "Z"
    for ending in ("", "-utc", "-local"):
        date, clock = (fields.get(lower.get(f"{key}{ending}", "")) for key in ("date", "time"))
        if clock:
            zone = "" if ending == "-local" else "Z"
            break
    date = _day(date) if date else day
    if clock and date:
        for key in ("date", "time"):
            fields.pop(lower.get(key, ""), None)
        fields["time"] = f"{date} {clock}{zone}"
    elif fields.get(lower.get("timestamp", "")):
        fields["time"] = fields[lower["timestamp"]]
    agent = lower.get("cs(user-agent)")
    if agent and fields[agent]:
        fields[agent] = unquote_plus(fields[agent] or "")
    stem = fields.get(lower.get("cs-uri-stem", "")) or fields.get(lower.get("cs-uri", ""))
    query = fields.get(lower.get("cs-uri-query", ""))
    method = fields.get(lower.get("cs-method", ""))
    if stem:
        fields["request"] = f"{method + ' ' if method else ''}{stem}{'?' + query if query else ''}"
    else:
        fields["request"] = " ".join(value for value in fields.values() if value)[:300]
    return fields


def _day(text: str) -> str:
    """2026-06-17 of what may be 28/Jun/2017 07:28:59 or 2026-06-17 07:14:07; "" where it is neither."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", text)
    if match:
        return match[0]
    match = re.match(r"(\d{2})/([A-Z][a-z]{2})/(\d{4})", text)
    if match and match[2] in months.SHORT:
        return f"{match[3]}-{months.written(match[2]):02d}-{match[1]}"
    return ""


def _header(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.startswith("#Fields:")), "")


FORMAT = Records(
    read,
    kind="access",
    line_based=True,
    header=_header,
    roles={
        "time": "time",
        "request": "body",
        "cs-host": "service",
        "s-sitename": "service",
        "cs(Host)": "service",
        "s-computername": "host",
        "x-edge-request-id": "",
    },
    service="web",
)
