"""Access lines of nginx or Apache behind any syslog header: the time of a request is that of the access line."""

from __future__ import annotations

from investigator.sources import access_log
from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
Jun 17 09:14:07 web-1 nginx: 10.0.0.7 - - [17/Jun/2026:09:14:06 +0200] "GET /documents/DOC-1 HTTP/1.1" 200 5120 "-" "curl/8.1"
<190>1 2026-06-17T07:14:08Z web-2 httpd 4711 - - 10.0.0.8 - ana [17/Jun/2026:09:14:08 +0200] "POST /search HTTP/2.0" 502 0
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:06",
    "severity": 9,
    "service": "nginx",
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^(?:<\d{1,3}>)?(?:\d )?(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?P<host>[\w.:-]+) "
        r"(?P<program>[\w./-]{1,60}?)(?:\[(?P<pid>\d+)\])?:? (?:- - |\d+ - - |- )?"
        + access_log.FORMAT.pattern.removeprefix("^")
    ),
    kind="access",
    time=access_log.FORMAT.time,
    joins=False,
    needs=access_log.FORMAT.needs,
)


def sure(head: Head) -> Sure:
    """Most lines are a syslog header and an access line."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.98, found.why)
