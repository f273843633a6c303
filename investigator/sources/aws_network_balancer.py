"""Access log of AWS network load balancers (NLB): one line a TLS connection."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
tls 2.0 2026-06-17T07:14:07 net/yard/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.7:51341 10.0.0.1:443 5 2 98 246 - arn:aws:acm:eu-central-1:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - yard.example - - - 2026-06-17T07:14:02
tls 2.0 2026-06-17T07:14:08 net/yard/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.8:51342 10.0.0.2:443 7 - 0 0 unsupported_certificate - - - - - - - - -
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "service": "net/yard/c6e77e28c25b2234",
    "body": "yard.example",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<type>tls|tcp) (?P<version>\d\.\d) (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) (?P<service>\S+) (?P<listener>\S+) "
        r"(?P<client>\S+:\d+) (?P<target>\S+:\d+) (?P<connection_ms>\d+|-) (?P<handshake_ms>\d+|-) (?P<received>\d+|-) (?P<sent>\d+|-) "
        r"(?P<alert>\S+) (?P<certificate>\S+) \S+ (?P<cipher>\S+) (?P<protocol>\S+) \S+ (?P<body>\S+)(?P<rest>.*)"
    ),
    kind="access",
    joins=False,
    zone="UTC",
)
