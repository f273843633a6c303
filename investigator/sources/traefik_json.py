"""Access log of Traefik as JSON lines."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"ClientHost":"10.0.0.7","DownstreamContentSize":5120,"DownstreamStatus":200,"Duration":12044120,"RequestMethod":"GET","RequestPath":"/documents/DOC-1","RouterName":"portal@docker","ServiceName":"portal@docker","StartUTC":"2026-06-17T07:14:07.120412345Z","level":"info","msg":"","time":"2026-06-17T07:14:07Z"}
{"ClientHost":"10.0.0.8","DownstreamContentSize":11,"DownstreamStatus":502,"Duration":3001044120,"RequestMethod":"POST","RequestPath":"/search","RouterName":"search@docker","ServiceName":"search@docker","StartUTC":"2026-06-17T07:14:08.002Z","level":"info","msg":"","time":"2026-06-17T07:14:11Z"}
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 9,
    "service": "portal@docker",
    "body": "/documents/DOC-1",
}

FORMAT = JsonLines(
    kind="access",
    roles={"StartUTC": "time", "RequestPath": "body", "ServiceName": "service", "level": "", "msg": ""},
)


def sure(head: Head) -> Sure:
    """Objects with Traefik's names for a request."""
    return Sure(
        head.having("DownstreamStatus", "RequestPath", "StartUTC") * 0.97, "Traefik's names for a request"
    )
