"""Access log of Envoy and Istio in its default format: one line a request, with flags, durations and the upstream."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
[2026-06-17T07:14:07.120Z] "GET /documents/DOC-1 HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure} - "-" 0 91 12 - "10.0.0.7" "curl/8.1" "5b8efff7-9803-8103-d269-b633813fc60c" "portal.example" "10.0.0.9:8080" outbound|8080||indexer.prod.svc.cluster.local - 10.0.0.9:8080 10.0.0.7:50412 - default
[2026-06-17T07:14:08.002Z] "POST /search HTTP/2" 200 - 130 5120 44 43 "-" "Mozilla/5.0" "6c9bb6b3-e3d9-83f9-432d-048419e7ae03" "portal.example" "10.0.0.8:8080"
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "envoy",
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^\[(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)\] \"(?P<body>[^\"]*)\" (?P<status>\d{1,3}) (?P<flags>\S+) "
        r"(?:(?P<details>\S+) (?P<termination>\S+) \"(?P<transport_failure>[^\"]*)\" )?"
        r"(?P<received>\d+) (?P<bytes>\d+) (?P<duration_ms>\d+|-) (?P<upstream_ms>\d+|-) \"(?P<client>[^\"]*)\" "
        r"\"(?P<agent>[^\"]*)\" \"(?P<request_id>[^\"]*)\" \"(?P<authority>[^\"]*)\" \"(?P<upstream>[^\"]*)\"(?P<rest>.*)"
    ),
    kind="access",
    joins=False,
    service="envoy",
)
