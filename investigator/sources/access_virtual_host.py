"""Access log of nginx or Apache that names the virtual host in front of the client: one line a request."""

from __future__ import annotations

from investigator.sources import access_log
from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
portal.example:443 10.0.0.7 - - [17/Jun/2026:09:14:07 +0200] "GET /documents/DOC-1 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"
search.example 10.0.0.8 - ana [17/Jun/2026:09:14:08 +0200] "POST /search HTTP/2.0" 502 0 "https://portal.example/" "curl/8.1"
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 9,
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    # Apart from `access_log`: a pattern that begins with what may be left out takes half as long again.
    pattern=r"^(?P<virtual_host>[A-Za-z0-9.-]+(?::\d+)?) " + access_log.FORMAT.pattern.removeprefix("^"),
    kind="access",
    time=access_log.FORMAT.time,
    joins=False,
    needs=access_log.FORMAT.needs,
)


def sure(head: Head) -> Sure:
    """Most lines are a host, a client, a bracketed time, a quoted request and a status."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.95, found.why)
