"""logfmt: key=value pairs on each line, values in quotes where they hold spaces, as Go's tools and Grafana write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from investigator.events import schema
from investigator.sources._dates import found_in
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
ts=2026-06-17T07:14:07.120731Z level=info caller=worker.go:88 service=indexer msg="picked document" document=DOC-1
time="2026-06-17T07:14:07.391674Z" level=error msg="could not index \\"DOC-1\\": unsupported schema 3" service=indexer trace_id=5b8efff798038103d269b633813fc60c
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120731",
    "severity": 9,
    "service": "indexer",
    "body": "picked document",
}

_PAIR = re.compile(r'((?:[^\W\d]|@)[\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
_TIMES = frozenset({"time", "ts", "t", "timestamp", "date", "datetime", "@timestamp"})
_LEVELS = frozenset({"level", "lvl", "severity", "loglevel"})
_ESCAPE = re.compile(r"\\(.)")
_KNOWN = re.compile(r"(?:^|\s)(?:level|lvl|msg|ts|time|t|severity|message|date)=")


def sure(head: Head) -> Sure:
    """Most lines are pairs and little else: a level, a message or a time among them, or all with the same key first."""
    lines = head.lines
    hits, firsts = 0, Counter[str]()
    for line in lines:
        if line.count("=") < 2 or line.lstrip()[:1] in ("{", "[", "<"):
            continue
        pairs = [match.end() - match.start() for match in _PAIR.finditer(line)]
        if len(pairs) >= 2 and sum(pairs) >= 0.75 * len(line.strip()) - 10:
            hits += bool(_KNOWN.search(line))
            firsts[line.lstrip().split("=", 1)[0]] += 1
    alike = max(firsts.values(), default=0)  # in any language, a time is found by its values
    hits = max(hits, alike if alike > 2 else 0)
    return Sure(0.96 * hits / len(lines) if lines else 0.0, f"{hits} of {len(lines)} lines are pairs")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line; words outside of pairs are kept as `text`."""
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").strip()
        if not line:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
            continue
        fields: dict[str, str | None] = {}
        for key, quoted, bare in _PAIR.findall(line):
            said = (_ESCAPE.sub(_plain, quoted) if quoted else bare) or None
            name, number = key, 2
            while name in fields and fields[name] != said:
                name, number = f"{key} {number}", number + 1
            fields[name] = said
        if fields.get("date") and re.match(r"\d{1,2}:\d\d:\d\d", fields.get("time") or ""):
            fields["time"] = f"{fields.pop('date')} {fields['time']}"  # firewalls write day and clock apart
        if not fields:
            yield Record({}, unit, 1, byte, len(raw), reject="no key=value in it", text=line[:2000])
            continue
        outside = _outside(line, fields)
        if outside:
            fields["msg" if "msg" not in fields and "message" not in fields else "text"] = outside
        yield Record(fields, unit, 1, byte, len(raw))


def _outside(line: str, fields: dict[str, str | None]) -> str:
    """The words outside of the pairs, without the time and the level that stand before these: they go to the pairs."""
    outside = _PAIR.sub("", line).strip()
    first = _PAIR.search(line)
    head = line[: first.start()].strip() if first else ""
    if not head or not outside.startswith(head):
        return outside
    keys = {key.lower() for key in fields}
    at = None if keys & _TIMES else found_in(head)
    if at is not None and at.start <= 1:
        fields["time"] = head[at.start : at.end]
        outside = outside[at.end :].lstrip(" ])>,;|")
    word = outside.strip("[]()<>:| ")
    if word.lower() in schema.SEVERITY_WORDS and not keys & _LEVELS:
        fields["level"], outside = word, ""
    return outside


def _plain(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1])


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    begins=r'^(?:time|ts|t|level|lvl|severity)=(?:"[^"]*"|\S+) (?:[A-Za-z_@][\w.@/-]*)=',
)
