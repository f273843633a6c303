"""Log of HAProxy, HTTP and TCP, as syslog brings it or bare: requests with their times, and what the proxy says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator import months
from investigator.sources._dates import WITHOUT_YEAR
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
Jun 17 09:14:07 lb-1 haproxy[7]: 10.0.0.7:53332 [17/Jun/2026:09:14:06.143] portal_in~ portal/web-2 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 "GET /documents/DOC-1 HTTP/1.1"
Jun 17 09:14:08 lb-1 haproxy[7]: 10.0.0.8:53333 [17/Jun/2026:09:14:08.002] portal_in portal/<NOSRV> 0/-1/-1/-1/3 503 213 - - SC-- 9/8/0/0/0 0/0 {Mozilla/5.0} "POST /search HTTP/1.1"
Jun 17 09:14:09 lb-1 haproxy[7]: Server portal/web-2 is DOWN, reason: Layer4 timeout. 1 active servers left.
"""
EXPECT = {
    "events": 3,
    "kind": "access",
    "time": "2026-06-17T09:14:06.143",
    "severity": 9,
    "service": "portal",
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

_PREFIX = re.compile(
    r"^(?:<\d+>)?(?:(?P<time>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\d{4}-\d\d-\d\dT\S+) (?:(?P<host>\S+) )?)?"
    r"(?P<program>haproxy)\[(?P<pid>\d+)\]: (?P<rest>.*)$"
)
_REQUEST = re.compile(
    r"^(?P<client>[0-9a-fA-F.:]+|unix):(?P<client_port>\d+) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] "
    r"(?P<frontend>\S+) (?P<backend>[^/ ]*)/(?P<server>\S+) (?P<timers>[-+\d/]+) "
    r"(?:(?P<status>\d{3}|-1) )?(?P<bytes>\+?\d+) (?:(?P<request_cookie>\S+) (?P<response_cookie>\S+) )?"
    r"(?P<termination>[-A-Za-z]{2,4}) (?P<connections>[\d/+]+) (?P<queues>[\d/]+)(?: (?P<captured>\{.*?\}(?: \{.*?\})?))?"
    r"(?: \"(?P<body>.*?)\"?)?$"
)
_OTHER = re.compile(r"^(?P<client>\S+:\d+) \[(?P<time>[^\]]+)\] (?P<frontend>\S+): (?P<body>.*)$")
_ACCEPTED = re.compile(r"\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?)\]")
_WORDS = (
    ("alert", re.compile(r"\bis DOWN|no server available|ALERT")),
    ("warning", re.compile(r"WARNING|\bstopp", re.I)),
)


def sure(head: Head) -> Sure:
    """Lines of haproxy[pid], some with an accept date in brackets."""
    lines = head.lines
    hits = sum("haproxy[" in line and bool(_PREFIX.match(line)) for line in lines)
    return Sure(hits / len(lines) if lines else 0.0, f"{hits} of {len(lines)} lines are haproxy's")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line. Syslog's own time has no year: it is that of the requests beside it."""
    year = ""
    accepted = re.search(r"\[\d\d/[A-Z][a-z]{2}/(\d{4}):", content.head().text)
    if accepted:
        year = accepted[1]
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
            continue
        match = _PREFIX.match(line)
        if not match:
            yield row.reject("not as the other lines are")
            continue
        fields: dict[str, str | None] = {**match.groupdict()}
        rest = fields.pop("rest") or ""
        request = _REQUEST.match(rest) or _OTHER.match(rest)
        if request:
            found = request.groupdict()
            year = (found["time"] or year).split("/")[-1][:4]
            fields.update(found)
            fields["service"] = (found.get("backend") or found["frontend"] or "").rstrip("~") or None
            timers = (found.get("timers") or "").split("/")
            fields["duration_ms"] = timers[-1].lstrip("+") if timers[-1].lstrip("+").isdigit() else None
            if not found.get("status"):
                fields["level"] = "info" if found.get("termination") == "--" else "warning"
            fields["body"] = found.get("body") or f"{found['frontend']} to {found.get('server')}"
        else:
            # Its shape is one's own (log-format), or it was cut.
            if dated := _ACCEPTED.search(rest):
                fields["time"] = dated[1]
            fields["body"] = rest
            fields["level"] = next((word for word, told in _WORDS if told.search(rest)), "info")
        fields["time"] = _iso(fields["time"], year)
        yield row.event({key: None if value == "-" else value for key, value in fields.items()})


def _iso(text: str | None, year: str) -> str | None:
    """17/Jun/2026:09:14:06.143 and Jun 17 09:14:07 as ISO."""
    if not text or (text[0].isdigit() and text[4:5] == "-"):
        return text
    if "/" in text:
        day, month, rest = text.split("/")
        return f"{rest[:4]}-{months.written(month):02d}-{day}T{rest[5:]}"
    month, day, clock = text.split()
    dated = f"{months.written(month):02d}-{int(day):02d}"
    return f"{year}-{dated}T{clock}" if year else f"{dated} {clock}"


FORMAT = Records(
    read,
    kind="access",
    line_based=True,
    time=WITHOUT_YEAR,
    roles={
        "time": "time",
        "level": "severity_text",
        "host": "host",
        "program": "service",
        "service": "service",
        "body": "body",
    },
    service="haproxy",
)
