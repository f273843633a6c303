"""What formats share: the head of a file, how sure a format is, and what it gives.

A format is a file with a docstring, an EXAMPLE of real lines, a FORMAT, and `sure(head)`. FORMAT is one of

- `Lines`: a pattern for the first line of an event, vectorised over whole blocks; other lines join it, or are rejects
- `JsonLines`: one JSON object a line, vectorised
- `Records`: a function that gives one `Record` at a time, for formats that are small or odd
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Head:
    """The first bytes of a file's content, uncompressed, as a format sees them: never its name alone."""

    data: bytes
    text: str
    name: str
    whole: bool  # whether that is all there is

    @property
    def lines(self) -> list[str]:
        """The first lines that are whole and not blank, at most 400."""
        found = self.text.splitlines()
        if not self.whole and found and not self.text.endswith(("\n", "\r")) and len(found) > 1:
            found.pop()
        return [line for line in found[:400] if line.strip()]

    @property
    def json(self) -> Any:
        """The content as one JSON value; None where it is none, or more than the head."""
        import json

        if not self.whole:
            return None
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass(frozen=True)
class Sure:
    """How sure a format is, from 0 to 1, and why in words."""

    share: float
    why: str = ""


@dataclass(frozen=True)
class Lines:
    """A format of lines. `pattern` is RE2 with named groups; its groups are fields, named as people name them.

    A line that doesn't match joins the event above it (`joins`) or is a reject. `headers` matches lines that carry no
    event: comments, column lists. `time` says how its time is written: strptime formats, tried in order, or () for
    ISO 8601 and epochs. `kind` is the kind of its events.
    """

    pattern: str
    kind: str = "log"
    time: tuple[str, ...] = ()
    joins: bool = True
    headers: str = ""
    year_missing: bool = False
    constant: dict[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> list[str]:
        """The named groups, in order."""
        return re.findall(r"\(\?P<([A-Za-z_][A-Za-z0-9_]*)>", self.pattern)

    def share(self, head: Head) -> Sure:
        """How many of the head's lines begin an event of this format."""
        lines = [line for line in head.lines if not (self.headers and re.search(self.headers, line))]
        if not lines:
            return Sure(0.0)
        pattern = re.compile(self.pattern)
        hits = sum(bool(pattern.match(line)) for line in lines)
        if self.joins:
            # Stack traces are long: what counts is that events begin, and that the first line does.
            first = bool(pattern.match(lines[0]))
            share = max(hits / len(lines), 0.6 if first and hits >= 2 else 0.0, 0.5 if first else 0.0)
        else:
            share = hits / len(lines)
        return Sure(share if hits else 0.0, f"{hits} of {len(lines)} lines match")


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line, any keys, nested."""


@dataclass(frozen=True)
class Record:
    """One record: its fields as text (nested keys dotted), the unit it is, and where it starts."""

    fields: dict[str, str | None]
    unit: int
    units: int = 1
    byte: int | None = None
    length: int = 0
    reject: str = ""  # a reason, where it could not be read; then `text` is what is kept of it
    text: str = ""
    structural: str = ""  # a kind, where it carries no event: "header", "blank"
    member: str = ""  # the part of the file that it is in, such as a table


@dataclass(frozen=True)
class Records:
    """A function that gives records one at a time. `line_based` says that a grown file's tail can be read alone."""

    read: Callable[[Path, Any], Iterator[Record]]
    kind: str = ""  # empty: by the fields
    line_based: bool = False
    text: bool = True  # False: it opens the path itself (a database)


def flat(value: Any, prefix: str = "") -> dict[str, str | None]:
    """A JSON value as text fields with dotted names: {"a": {"b": 1}} is {"a.b": "1"}. Lists stay JSON text."""
    import json

    if not isinstance(value, dict):
        return {prefix or "value": as_text(value)}
    out: dict[str, str | None] = {}
    for key, item in value.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(item, dict) and item:
            out.update(flat(item, name))
        elif isinstance(item, (list, dict)):
            out[name] = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        else:
            out[name] = as_text(item)
    return out


def as_text(value: Any) -> str | None:
    """A JSON scalar as text, null as None, true and false as JSON writes them."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
