"""JSON that is not one object a line: an array of records, one object, or objects one after the other, indented."""

from __future__ import annotations

import json

from investigator.sources._format import Head, Records, Sure
from investigator.sources._json import read

EXAMPLE = """\
[
  {"service": "indexer", "version": "2.3.1", "at": "2026-06-17T09:12:00+02:00", "by": "dana"},
  {"service": "search", "version": "5.8.0", "at": "2026-06-17T08:40:00+02:00", "by": "ivo"}
]
"""
EXPECT = {
    "events": 2,
    "kind": "deploy",
    "time": "2026-06-17T07:12:00",
    "service": "indexer",
    "body": "indexer 2.3.1",
}


def sure(head: Head) -> Sure:
    """The content starts as JSON does, and is no line-by-line JSON."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text or text[0] not in "[{":
        return Sure(0.0)
    if head.whole:
        try:
            json.loads(text)
            return Sure(0.8, "the whole content is one JSON value")
        except ValueError:
            pass
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
        # [4711] is how many a log begins its lines.
        if isinstance(value, dict) or any(isinstance(item, (dict, list)) for item in value):
            return Sure(0.55, "it starts with a JSON value")
        return Sure(0.0)
    except ValueError:
        pass
    if text[0] == "[" and text[1:].lstrip()[:1] in ("{", "[", ""):
        return Sure(0.55, "it starts as a JSON array")
    return Sure(0.3 if text[0] == "{" and '"' in text[:200] else 0.0, "it starts as JSON does")


FORMAT = Records(read, listing=True)
