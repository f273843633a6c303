"""Access log of nginx or Apache, common or combined: one line a request."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
10.0.0.7 - - [17/Jun/2026:09:14:07 +0200] "GET /documents/DOC-1 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"
10.0.0.8 - ana [17/Jun/2026:09:14:08 +0200] "POST /search HTTP/2.0" 502 0 "https://portal.example/" "curl/8.1"
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 9,
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<client>[A-Za-z0-9_.:-]+) +(?P<ident>[^\s\"]+) +(?P<user>\S+|\"[^\"]*\") +"
        r"\[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "
        r"\"(?P<body>(?:[^\"\\]|\\.)*)\" (?P<status>\d{3}|-) (?P<bytes>\d+|-)"
        r"(?: \"(?P<referrer>(?:[^\"\\]|\\.)*)\" \"(?P<agent>(?:[^\"\\]|\\.)*)\")?(?P<rest>.*)"
    ),
    kind="access",
    time=("%d/%b/%Y:%H:%M:%S %z",),
    joins=False,
    needs=r"\[\d{2}/[A-Z][a-z]{2}/\d{4}:",
)


def sure(head: Head) -> Sure:
    """Most lines are a client, a bracketed time, a quoted request and a status."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.95, found.why)
