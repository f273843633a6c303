"""Timeline as Timesketch takes it, and plaso's dynamic output: a CSV with datetime, timestamp_desc and message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._rows import first_line, read_rows

EXAMPLE = """\
datetime,timestamp_desc,source,source_long,message,parser,display_name,tag
2026-06-17T07:14:07+00:00,Content Modification Time,LOG,Log File,[indexer  pid: 4711] could not index DOC-1,text/syslog_traditional,OS:/var/log/syslog,-
2026-06-17T07:14:08+00:00,Last Access Time,FILE,File stat,OS:/srv/objects/DOC-1 Type: file,filestat,OS:/srv/objects/DOC-1,-
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "service": "text/syslog_traditional",
    "body": "[indexer  pid: 4711] could not index DOC-1",
}


def sure(head: Head) -> Sure:
    """A header with datetime and timestamp_desc."""
    first = head.lines[0].lower() if head.lines else ""
    names = {name.strip(' "') for name in first.split(",")}
    return Sure(
        0.97 if {"datetime", "timestamp_desc"} <= names else 0.0, "columns datetime and timestamp_desc"
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; without a message its other columns are the message."""
    for record in read_rows(content, delimiter=","):
        if record.fields:
            fields = {key: None if value == "-" else value for key, value in record.fields.items()}
            if "message" not in fields:
                lack = "it has no column message, which Timesketch refuses: its other columns are shown in place of it"
                if lack not in content.doubt:
                    content.doubt.append(lack)
                shown = [f"{key}={value}" for key, value in fields.items() if value and key != "datetime"]
                fields["message"] = " ".join(shown)[:500]
            record = Record(fields, record.unit, record.units, record.byte, record.length)
        yield record


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    header=first_line,
    quoted=True,
    roles={
        "datetime": "time",
        "message": "body",
        "computer_name": "host",
        "hostname": "host",
        "parser": "service",
        "timestamp": "",
        "source_short": "",
    },
)
