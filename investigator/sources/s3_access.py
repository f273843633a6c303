"""Server access log of AWS S3: one line a request on a bucket."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be objects-prod [17/Jun/2026:07:14:07 +0000] 10.0.0.7 arn:aws:iam::123456789012:user/storage 3E57427F3EXAMPLE REST.GET.OBJECT objects/DOC-1/v1 "GET /objects-prod/objects/DOC-1/v1 HTTP/1.1" 404 NoSuchKey 113 - 7 - "-" "aws-sdk-java/2.20" -
79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be objects-prod [17/Jun/2026:07:14:09 +0000] 10.0.0.7 - 891CE47D2EXAMPLE REST.PUT.OBJECT objects/DOC-2/v1 "PUT /objects-prod/objects/DOC-2/v1 HTTP/1.1" 200 - - 5120 70 10 "-" "aws-sdk-java/2.20" -
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 13,
    "service": "objects-prod",
    "body": "GET /objects-prod/objects/DOC-1/v1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<owner>[0-9a-f]{64}|-) (?P<service>\S+) \[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "
        r"(?P<client>\S+) (?P<requester>\S+) (?P<request_id>\S+) (?P<operation>[A-Z0-9]+\.\S+) (?P<key>\S+) "
        r"(?:\"(?P<body>(?:[^\"\\]|\\.)*)\"|-) (?P<status>\d{3}|-) (?P<error>\S+) (?P<bytes>\d+|-) (?P<object_size>\d+|-) "
        r"(?P<duration_ms>\d+|-) (?P<turnaround_ms>\d+|-)(?P<rest>.*)"
    ),
    kind="access",
    time=("%d/%b/%Y:%H:%M:%S %z",),
    joins=False,
)
