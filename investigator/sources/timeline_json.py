"""Timeline as JSON lines: Timesketch's JSONL and plaso's json_line."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"__container_type__":"event","data_type":"syslog:line","hostname":"node-3","message":"[indexer, pid: 4711] could not index DOC-1","parser":"text/syslog_traditional","timestamp":1781680447000000,"timestamp_desc":"Content Modification Time"}
{"__container_type__":"event","data_type":"fs:stat","hostname":"node-3","message":"OS:/srv/objects/DOC-1 Type: file","parser":"filestat","timestamp":1781680448000000,"timestamp_desc":"Last Access Time"}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "service": "text/syslog_traditional",
    "body": "[indexer, pid: 4711] could not index DOC-1",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "timestamp": "time",
        "datetime": "time",
        "message": "body",
        "parser": "service",
        "hostname": "host",
    },
)


def sure(head: Head) -> Sure:
    """Objects with a message, a timestamp_desc and a time."""
    share = max(head.having("message", "timestamp_desc", key) for key in ("timestamp", "datetime"))
    return Sure(0.97 * share, "timestamp_desc on each line")
