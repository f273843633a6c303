"""Log of PostgreSQL as jsonlog: one object a line with timestamp, error_severity and message."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"timestamp":"2026-06-17 09:14:07.391 CEST","user":"portal","dbname":"documents","pid":4712,"remote_host":"10.0.0.7","session_id":"6a.1268","line_num":3,"error_severity":"ERROR","state_code":"23505","message":"duplicate key value violates unique constraint","detail":"Key (id)=(DOC-1) already exists.","statement":"INSERT INTO documents VALUES ('DOC-1')","backend_type":"client backend"}
{"timestamp":"2026-06-17 09:14:08.002 CEST","pid":4711,"error_severity":"LOG","message":"checkpoint starting: time","backend_type":"checkpointer"}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.391",
    "severity": 17,
    "service": "postgresql",
    "body": "duplicate key value violates unique constraint",
}

FORMAT = JsonLines(
    kind="log",
    roles={"timestamp": "time", "error_severity": "severity_text", "message": "body", "session_id": ""},
    levels={"log": 9, **{f"debug{number}": 5 for number in range(1, 6)}},
    service="postgresql",
)


def sure(head: Head) -> Sure:
    """Objects with error_severity, a pid and a backend_type."""
    return Sure(0.97 * head.having("timestamp", "error_severity", "pid"), "error_severity on each line")
