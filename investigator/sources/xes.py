"""An event log of a process (XES): one record an event, with the case that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
<?xml version="1.0" encoding="UTF-8" ?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="ORD-7"/>
    <event>
      <string key="concept:name" value="order placed"/>
      <date key="time:timestamp" value="2026-06-17T11:14:07.000+02:00"/>
      <string key="org:resource" value="desk"/>
    </event>
    <event>
      <string key="concept:name" value="order sent"/>
      <date key="time:timestamp" value="2026-06-17T11:20:00.000+02:00"/>
    </event>
  </trace>
</log>
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T09:14:07", "body": "order placed"}


def sure(head: Head) -> Sure:
    """It is XML, a log with traces as the standard names them (IEEE 1849)."""
    text = head.text.lstrip("\ufeff \r\n")
    told = (
        text.startswith("<")
        and "<log" in text
        and any(word in text for word in ("xes.", "<trace>", "xes-standard"))
    )
    return Sure(0.99 if told and "key=" in text else 0.0, "a log in XES")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an event, in the order of the file; of a case its values, each after `case:`."""
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    case: dict[str, str | None] = {}
    root: Any = None
    trace: Any = None
    event: Any = None
    item: Any
    unit = empty = held = 0
    try:
        for block in content.blocks():
            parser.feed(block)
            for what, item in parser.read_events():
                tag = item.tag.rpartition("}")[2]
                if what == "start":
                    root = item if root is None else root
                    if tag == "trace":
                        trace, case, held = item, {}, 0
                    elif tag == "event":
                        event = item
                elif tag == "event":
                    unit, held = unit + 1, held + 1
                    if trace is not None:
                        # Values of a case may stand between its events.
                        case |= _values([one for one in trace if one is not item], "case:")
                        trace.clear()
                    yield Record(_values(item) | case, unit, kind="log")
                    event = None
                elif tag == "trace":
                    if not held:
                        empty += 1
                    trace = None
                    if root is not None:
                        root.clear()
        parser.close()
    except ElementTree.ParseError as error:
        if not unit:
            yield Record({}, 1, 1, 0, 0, reject=f"it is no whole XML: {error}", text=content.name)
            return
        open_ = " in the middle of an event" if event is not None else ""
        content.doubt.append(f"it ends early{open_}, or is damaged, after {unit:,} events: {error}")
    if empty:
        content.doubt.append(f"{empty:,} of its cases hold no event")


def _values(
    items: ElementTree.Element | list[ElementTree.Element], before: str = ""
) -> dict[str, str | None]:
    """What an event or a case says, nested values dotted."""
    out: dict[str, str | None] = {}
    for item in items:
        key = f"{before}{item.get('key')}"
        if item.get("key") is None or item.tag.endswith("event"):
            continue
        if item.get("value") is not None:
            out[key] = item.get("value")
        for nested, value in _values(list(item)).items():
            out[f"{key}.{nested}"] = value
    return out


FORMAT = Records(
    read,
    listing=True,
    roles={"concept:name": "body", "time:timestamp": "time", "lifecycle:transition": "", "org:resource": ""},
)
