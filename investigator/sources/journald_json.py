"""The systemd journal as JSON: `journalctl -o json`."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"__CURSOR":"s=e991;i=372a","__REALTIME_TIMESTAMP":"1781680447120373","_BOOT_ID":"0dc874d3fbd44bdbb6fbcfaa27481492","PRIORITY":"3","_HOSTNAME":"node-3","SYSLOG_IDENTIFIER":"indexer","_PID":"4711","_SYSTEMD_UNIT":"indexer.service","MESSAGE":"could not index DOC-1"}
{"__CURSOR":"s=e991;i=372b","__REALTIME_TIMESTAMP":"1781680448120373","_BOOT_ID":"0dc874d3fbd44bdbb6fbcfaa27481492","PRIORITY":"6","_HOSTNAME":"node-3","SYSLOG_IDENTIFIER":"systemd","_PID":"1","MESSAGE":"Started indexer."}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120373",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "__REALTIME_TIMESTAMP": "time",
        "MESSAGE": "body",
        "PRIORITY": "severity_text",
        "_HOSTNAME": "host",
        "_COMM": "service",
        "_SYSTEMD_UNIT": "service",
        "SYSLOG_IDENTIFIER": "service",
    },
)


def sure(head: Head) -> Sure:
    """Objects with the journal's own time and cursor."""
    share = max(
        head.having("__REALTIME_TIMESTAMP", "MESSAGE"), head.having("__REALTIME_TIMESTAMP", "__CURSOR")
    )
    return Sure(share * 0.98, "the journal's own fields")
