"""Timeline of log2timeline as l2tcsv: seventeen columns, date and time apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, own
from investigator.sources._rows import first_line, read_rows

EXAMPLE = """\
date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,notes,format,extra
06/17/2026,07:14:07,UTC,M...,LOG,Log File,Content Modification Time,-,node-3,could not index DOC-1,[indexer  pid: 4711] could not index DOC-1,2,OS:/var/log/syslog,-,-,text/syslog_traditional,sha256_hash: 1f01
06/17/2026,07:14:08,UTC,.A..,FILE,OS Last Access Time,Last Access Time,-,node-3,/srv/objects/DOC-1,OS:/srv/objects/DOC-1 Type: file,2,OS:/srv/objects/DOC-1,351025,-,filestat,-
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "service": "text/syslog_traditional",
    "body": "[indexer  pid: 4711] could not index DOC-1",
}


def sure(head: Head) -> Sure:
    """The header that l2tcsv has."""
    first = head.lines[0] if head.lines else ""
    found = first.lower().startswith("date,time,timezone,macb,source,sourcetype,type,user,host")
    return Sure(0.99 if found else 0.0, "the header of l2tcsv")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row and time in it; a zone other than UTC is kept, and named as a doubt where it is no offset."""
    for record in read_rows(content, delimiter=","):
        if not record.fields:
            yield record
            continue
        timed = _timed(record)
        # What happened at one time to one thing is one row here: M.C. is a modification of content and of metadata.
        for what in (timed.fields["timestamp_desc"] or "").split("; "):
            yield replace(timed, fields={**timed.fields, "timestamp_desc": what or None})


def _timed(record: Record) -> Record:
    fields = {key: None if value == "-" else value for key, value in record.fields.items()}
    day, clock, zone = (fields.pop(key, None) or "" for key in ("date", "time", "timezone"))
    month, _, rest = day.partition("/")
    number, _, year = rest.partition("/")
    dated = f"{year}-{month}-{number} {clock}" if year else ""
    fields["time"] = (
        f"{dated}Z" if zone.upper() in ("UTC", "GMT", "Z") else f"{dated} {zone}".strip()
    ) or None
    fields["body"] = fields.pop("desc", None) or fields.get("short")
    fields["timestamp_desc"] = fields.pop("type", None)
    return Record(fields, record.unit, record.units, record.byte, record.length)


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    header=first_line,
    quoted=True,
    roles={**own("time", "body", "host"), "source": "", "format": "service"},
)
