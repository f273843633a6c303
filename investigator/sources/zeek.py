"""Log of Zeek (once Bro): tab-separated columns that a line #fields names, with the time as an epoch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
#separator \\x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	http
#fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	method	host	uri	status_code
#types	time	string	addr	port	addr	port	string	string	string	count
1781680447.120412	CwFs1P2UcUdlSxD2La	10.0.0.7	52026	10.0.1.9	80	GET	portal.example	/documents/DOC-1	502
1781680448.002000	Cdysf1P2UcUdlSxD2L	10.0.0.8	52027	10.0.1.9	80	POST	portal.example	/search	200
#close	2026-06-17-09-15-00
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 17,
    "service": "zeek",
    "body": "http GET portal.example /documents/DOC-1",
}

_BODY = (
    "method",
    "host",
    "uri",
    "query",
    "qtype_name",
    "note",
    "msg",
    "message",
    "service",
    "conn_state",
    "name",
)


def sure(head: Head) -> Sure:
    """A line #fields with ts first, and #separator or #types beside it."""
    fields = re.search(r"^#fields[\t ,]+ts[\t ,]", head.text[:8000], re.M)
    beside = re.search(r"^#(?:separator|types|path)\b", head.text[:8000], re.M)
    return Sure(0.98 if fields and beside else 0.0, "a line #fields names the columns")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, by the columns that the last #fields named."""
    state = {"separator": "\t", "unset": "-", "empty": "(empty)", "path": ""}
    names: list[str] = []
    for line in content.header.split("\n") if content.header else []:
        names = _header_line(line, state) or names
    for row in rows(content):
        line = row.text
        if line.startswith("#"):
            names = _header_line(line, state) or names
            yield row.structural("header")
            continue
        if not line.strip():
            yield row.structural("blank")
            continue
        cells = line.split(state["separator"])
        if len(cells) != len(names):
            reason = f"{len(cells)} cells where #fields names {len(names)}"
            yield row.reject(reason)
            continue
        fields: dict[str, str | None] = {
            name: None if cell in (state["unset"], state["empty"], "") else cell
            for name, cell in zip(names, cells, strict=True)
        }
        said = [str(fields[key]) for key in _BODY if fields.get(key)]
        fields["body"] = f"{state['path']} {' '.join(said)}".strip()
        fields["log"] = state["path"] or None
        yield row.event(fields)


def _header_line(line: str, state: dict[str, str]) -> list[str]:
    """The names that a line #fields gives; what other lines say goes into the state."""
    word, _, rest = line[1:].partition(" " if line.startswith("#separator") else state["separator"])
    if word == "separator":
        state["separator"] = (
            re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), rest.strip()) or "\t"
        )
    elif word in ("unset_field", "empty_field", "path"):
        state[word.partition("_")[0]] = rest
    elif word == "fields":
        return rest.split(state["separator"])
    return []


def _header(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.startswith("#"))


FORMAT = Records(
    read,
    kind="access",
    line_based=True,
    header=_header,
    roles={"ts": "time", "body": "body", "host": "", "service": "", "log": "", "uid": "trace_id", "name": ""},
    service="zeek",
)
