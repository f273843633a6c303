"""Requests as Cloudflare's Logpush and Logpull write them: JSON lines with Client and Edge names."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"ClientIP":"10.0.0.7","ClientRequestHost":"portal.example","ClientRequestMethod":"GET","ClientRequestURI":"/documents/DOC-1","EdgeEndTimestamp":"2026-06-17T07:14:08Z","EdgeResponseBytes":570,"EdgeResponseStatus":522,"EdgeStartTimestamp":"2026-06-17T07:14:07Z","RayID":"761fde4e984e5ab2"}
{"ClientIP":"10.0.0.8","ClientRequestHost":"portal.example","ClientRequestMethod":"POST","ClientRequestURI":"/search","EdgeEndTimestamp":"2026-06-17T07:14:09Z","EdgeResponseBytes":5120,"EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-06-17T07:14:08Z","RayID":"761fde4e984e5ab3"}
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 17,
    "service": "portal.example",
    "body": "/documents/DOC-1",
}

FORMAT = JsonLines(
    kind="access",
    roles={
        "Datetime": "time",
        "EdgeEndTimestamp": "time",
        "EdgeStartTimestamp": "time",
        "ClientRequestURI": "body",
        "ClientRequestHost": "service",
        "RayID": "trace_id",
    },
)


def sure(head: Head) -> Sure:
    """Objects with ClientRequestURI and Cloudflare's RayID or its edge's status."""
    share = max(head.having("ClientRequestURI", key) for key in ("RayID", "EdgeResponseStatus"))
    return Sure(0.97 * share, "Cloudflare's own keys")
