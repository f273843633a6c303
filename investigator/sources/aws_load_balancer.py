"""Access log of AWS load balancers, application (ALB) and classic (ELB): one line a request, with its trace."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
https 2026-06-17T07:14:07.120453Z app/portal/50dc6c495c0c9188 10.0.0.7:2817 10.0.1.9:8080 0.001 0.048 0.000 502 502 34 366 "GET https://portal.example:443/documents/DOC-1 HTTP/1.1" "curl/8.1" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/portal/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "portal.example" "-" 0 2026-06-17T07:14:07.071000Z "forward" "-" "-" "10.0.1.9:8080" "502" "-" "-"
2026-06-17T07:14:08.077255Z portal-classic 10.0.0.8:40909 10.0.1.8:443 0.000031 0.009511 0.000029 200 200 0 415 "GET https://portal.example:443/search?q=1 HTTP/1.1" "Mozilla/5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07.120453",
    "severity": 17,
    "service": "app/portal/50dc6c495c0c9188",
    "body": "GET https://portal.example:443/documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^(?:(?P<type>https?|h2|grpcs|wss?) )?(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,6}Z) (?P<service>\S+) "
        r"(?P<client>\S+:\d+) (?P<upstream>\S+) (?P<request_seconds>-?[\d.]+) (?P<target_seconds>-?[\d.]+) "
        r"(?P<response_seconds>-?[\d.]+) (?P<status>\d{3}|-) (?P<target_status>\d{1,3}|-) (?P<received>\d+) (?P<bytes>\d+) "
        r"\"(?P<body>(?:[^\"\\]|\\.)*)\" \"(?P<agent>(?:[^\"\\]|\\.)*)\" (?P<cipher>\S+) (?P<protocol>\S+)"
        r"(?: (?P<target_group>\S+) \"(?P<trace_id>[^\"]*)\"(?P<rest>.*))?"
    ),
    kind="access",
    joins=False,
)
