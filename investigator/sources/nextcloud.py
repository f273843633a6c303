"""Log of Nextcloud and ownCloud: JSON lines with levels from 0 (debug) to 4 (fatal)."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"reqId":"twvbRFk1OwgHo2bqggnx","level":3,"time":"2026-06-17T07:14:07+00:00","remoteAddr":"10.0.0.7","user":"ana","app":"files","method":"PUT","url":"/remote.php/dav/DOC-1","message":"could not store DOC-1","userAgent":"--","version":"29.1.1.0"}
{"reqId":"pZpwRdWUcILeyKMZNPQt","level":1,"time":"2026-06-17T07:14:08+00:00","remoteAddr":"","user":"--","app":"search","method":"","url":"--","message":"14 waiting","userAgent":"--","version":"29.1.1.0"}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "severity": 17,
    "service": "files",
    "body": "could not store DOC-1",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "time": "time",
        "level": "severity_text",
        "message": "body",
        "app": "service",
        "reqId": "trace_id",
    },
    levels={"0": 5, "1": 9, "2": 13, "3": 17, "4": 21},
)


def sure(head: Head) -> Sure:
    """Objects with reqId, level, remoteAddr, app and message."""
    return Sure(head.having("reqId", "level", "remoteAddr", "app", "message") * 0.97, "Nextcloud's own keys")
