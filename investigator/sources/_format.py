"""What formats share: the head of a file, how sure a format is, and what it gives.

A format is a file with a docstring, an EXAMPLE of real lines, a FORMAT, and `sure(head)`, which a pattern may leave
out: then it is the share of lines that match. FORMAT is one of

- `Lines`: a pattern for the first line of an event, vectorised over whole blocks; other lines join it, or are rejects
- `JsonLines`: one JSON object a line, vectorised
- `Records`: a function that gives one `Record` at a time, for formats that are small or odd
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from investigator import re2

#: What a terminal makes colours of.
ANSI = "\x1b\\[[0-9;?]*[A-Za-z]"
OBJECTS_AT_MOST = 50  # of a head, looked at to tell a dialect


@dataclass(frozen=True)
class Head:
    """The first bytes of a file's content, uncompressed, as a format sees them: never its name alone."""

    data: bytes
    text: str
    name: str
    whole: bool  # whether that is all there is

    @cached_property
    def lines(self) -> list[str]:
        """The first lines that are whole and not blank, at most 400."""
        found = self.text.splitlines()
        if not self.whole and found and not self.text.endswith(("\n", "\r")) and len(found) > 1:
            found.pop()
        return [line for line in found[:400] if line.strip()]

    @cached_property
    def json(self) -> Any:
        """The content as one JSON value; None where it is none, or more than the head."""
        if not self.whole or self.text.lstrip()[:1] not in ("{", "["):
            return None
        return value_of(self.text)

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """The first JSON objects: one a line, or the elements of an array, or the one that all of it is."""
        text = self.text.lstrip()
        if text[:1] not in ("{", "["):
            return []
        lines = [value_of(line) for line in self.lines[:OBJECTS_AT_MOST]]
        found = [value for value in lines if isinstance(value, dict)]
        if not found and self.json is not None:
            found = [
                v for v in (self.json if isinstance(self.json, list) else [self.json]) if isinstance(v, dict)
            ]
        elif not found and text.startswith("["):
            position, decoder = 1, json.JSONDecoder()
            while len(found) < OBJECTS_AT_MOST:
                position += len(text[position:]) - len(text[position:].lstrip(" \t\r\n,"))
                try:
                    value, position = decoder.raw_decode(text, position)
                except (ValueError, RecursionError):
                    break
                if not isinstance(value, dict):
                    break
                found.append(value)
        return found[:OBJECTS_AT_MOST]

    @cached_property
    def keys(self) -> list[set[str]]:
        """The keys of each of the first JSON objects, nested ones dotted."""
        return [set(flat(item)) | set(item) for item in self.objects]

    def having(self, *keys: str) -> float:
        """The share of the first JSON objects that have all these keys (dotted where nested)."""
        found = self.keys
        return sum(all(key in had for key in keys) for had in found) / len(found) if found else 0.0

    def opens(self, *keys: str) -> bool:
        """Whether it begins as JSON and these keys stand in what of it is here, however deep; in most of its lines,
        where each line is an object."""
        if self.text.lstrip()[:1] not in ("{", "["):
            return False
        shapes = [re.compile(rf'"{re.escape(key)}"\s*:') for key in keys]
        lines = self.lines[:OBJECTS_AT_MOST]
        if sum(line.startswith("{") and line.rstrip().endswith("}") for line in lines) < 2:
            lines = [self.text]
        hits = sum(all(shape.search(line) for shape in shapes) for line in lines)
        return hits >= 0.6 * len(lines)


@dataclass(frozen=True)
class Sure:
    """How sure a format is, from 0 to 1, and why in words."""

    share: float
    why: str = ""


@dataclass(frozen=True)
class Parts:
    """How a writer says that it cut a line: what is of its `shape` (RE2, with the groups `stream` and `body`) and not as
    a line that `ends` goes on in the body of the next one of its stream. Only where some line of a file's beginning ends.
    """

    shape: str
    ends: str


@dataclass(frozen=True)
class Lines:
    """A format of lines. `pattern` is RE2 with named groups; its groups are fields, named as people name them.

    All patterns of a format are prepared in one way (`re2.prepared`): they begin where the line does, and `$` is its end.
    A line that doesn't match joins the event above it (`joins`) or is a reject; with `continues` only what that matches
    joins. `headers` matches lines that carry no event: comments, column lists. `time` says how its time is written: strptime formats, tried in order, or () for
    ISO 8601 and epochs. `kind` is the kind of its events. `levels` are its own words for severities.
    """

    pattern: str
    kind: str = "log"
    time: tuple[str, ...] = ()
    joins: bool = True
    headers: str = ""
    year_missing: bool = False
    constant: dict[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    service: str = ""  # what wrote it, where neither a group nor the file's name tells
    continues: str = ""  # what a line that joins the event above looks like; empty for any
    goes_on: str = ""  # what a line looks like that joins the event above though it has a time of its own
    zone: str = ""  # of its times, where they name none and it is known from where they are
    loose: bool = (
        False  # it takes any line after a time: where another format knows a line, that one reads it
    )
    led: bool = False  # a thread, a logger and the like may stand before its messages: the lines tell which
    untimed: Lines | None = None  # how a content is read in which no line begins an event
    why: str = ""  # why it is read so, where that is said whatever it was recognised by
    cut: tuple[Parts, ...] = ()  # how it says that a line was cut
    needs: str = ""  # RE2: what each of its events has; a content without it is not looked at longer

    def __post_init__(self) -> None:
        for name in ("pattern", "headers", "continues"):
            if getattr(self, name):
                object.__setattr__(self, name, re2.prepared(getattr(self, name)))

    def beginnings(self, lines: Sequence[str]) -> list[bool]:
        """Which of these lines begin an event."""
        return re2.matches(self.pattern, lines)

    @property
    def groups(self) -> list[str]:
        """The named groups, in order."""
        return re2.groups(self.pattern)

    def share(self, head: Head) -> Sure:
        """How many of the head's lines begin an event of this format."""
        lines = head.lines
        if self.headers:
            headers = re2.matches(self.headers, lines)
            lines = [line for line, header in zip(lines, headers, strict=True) if not header]
        if not lines or (self.needs and not any(re2.matches(self.needs, lines))):
            return Sure(0.0)
        found = self.beginnings(lines)
        hits = sum(found)
        if self.joins:
            # Stack traces are long: what counts is that events begin, and that the first line does.
            first = found[0]
            share = max(hits / len(lines), 0.6 if first and hits >= 2 else 0.0, 0.5 if first else 0.0)
        else:
            share = hits / len(lines)
        return Sure(share if hits else 0.0, f"{hits} of {len(lines)} lines match")


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line, any keys, nested (dotted). What a dialect's words don't tell is declared.

    `roles` says which key is what (the last that is there counts), `inside` under which keys the event itself lies:
    with ("_source",) the key `_source.message` is `message`. `kind` is the kind of its events, where it is one.
    """

    kind: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    service: str = ""
    level: str = ""  # what a line without a level means
    mixes: bool = False  # its lines may stand among lines of other formats
    cut: tuple[Parts, ...] = ()  # how it says that a line was cut

    def named(self, names: list[str]) -> list[str]:
        """The keys without what they lie inside, where that makes no two of them one."""
        taken = set(names)
        out = []
        for name in names:
            short = next((name.removeprefix(f"{p}.") for p in self.inside if name.startswith(f"{p}.")), name)
            if short != name and short in taken:
                short = name
            taken.add(short)
            out.append(short)
        return out


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
    kind: str = ""  # of all records of its member, where a file holds several kinds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a content as a reader meets it; a reader says what it is: an event, structure, or a reject."""

    text: str
    unit: int
    byte: int
    length: int

    def event(self, fields: dict[str, str | None]) -> Record:
        """It is an event with these fields."""
        return Record(fields, self.unit, 1, self.byte, self.length)

    def structural(self, kind: str) -> Record:
        """It carries no event: "header", "blank"."""
        return Record({}, self.unit, 1, self.byte, self.length, structural=kind)

    def reject(self, reason: str) -> Record:
        """It could not be read; its beginning is kept."""
        return Record({}, self.unit, 1, self.byte, self.length, reject=reason, text=self.text[:2000])


class Readable(Protocol):
    """The content of a file as a reader needs it, uncompressed, whatever it lies in."""

    name: str
    header: str  # of a table whose tail this is
    doubt: list[str]  # what a reader could not be sure of, in sentences for people
    modified: str  # when the file was written, as ISO
    codec: str
    order: str  # of day and month, where somebody said it: dmy, mdy or ymd

    @property
    def beside(self) -> Callable[[str], Readable | None] | None:
        """Gives the file with another stem that lies beside it; None where nothing is known of where it lies."""
        ...

    def head(self) -> Head:
        """Its first bytes."""
        ...

    def again(self) -> Readable:
        """The same, to be read beside this."""
        ...

    def blocks(self) -> Iterator[bytes]:
        """It as UTF-8, block by block."""
        ...

    def all(self) -> bytes:
        """All of it."""
        ...

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its first byte, its line end kept."""
        ...

    def unpacked(self) -> Iterator[bytes]:
        """Its bytes, block by block."""
        ...


@dataclass(frozen=True)
class Records:
    """A function that gives records one at a time. `line_based` says that a grown file's tail can be read alone."""

    read: Callable[[Path, Readable], Iterator[Record]]
    kind: str = ""  # empty: by the fields
    line_based: bool = False
    text: bool = True  # False: it opens the path itself (a database)
    listing: bool = False  # a newer file of it holds what the older one held
    header: Callable[[str], str] | None = (
        None  # of a content's beginning: the lines that its tail is read with
    )
    quoted: bool = False  # a record may hold line breaks, in quotes
    begins: str = ""  # RE2: a line that is a record, also among lines of other formats
    loose: bool = False  # such a line may be known better by another format: that one reads it
    goes_on: bool = False  # a record has several lines: the last may not have been whole when a file grows
    roles: Mapping[str, str] = field(default_factory=dict)  # key -> role, where words don't tell
    levels: Mapping[str, int] = field(default_factory=dict)
    service: str = ""
    time: tuple[str, ...] = ()  # strptime formats of times that name no year, after the year put before them
    interval: bool = False  # the fields time_low and time_high say between which times it must lie
    level: str = ""  # what a record without a level means
    kept: bool = False  # it holds no events: it is kept as evidence, where no other format knows a content
    opened: bool = False  # its records are files, each of which is read as what it is
    zipped: bool = False  # it is one document in a zip, whose members are not read as files
    repeating: bool = False  # it says what runs again and again, and when by a rule: its rows have no time
    members: frozenset[str] = frozenset()  # one of which a zip must have to be one: others are archives


def rows(content: Readable, *, bare: bool = False) -> Iterator[Row]:
    """The lines of a content from its first on, without their ends; `bare`: without the blanks around them, too."""
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace")
        yield Row(line.strip() if bare else line.rstrip("\r\n"), unit, byte, len(raw))


def own(*names: str) -> dict[str, str]:
    """The roles of fields that a format names as an event does: own("time", "severity") beside what it calls otherwise."""
    return {name: "severity_text" if name == "severity" else name for name in names}


#: How a content is read.
Form = Lines | JsonLines | Records


def flat(value: Any, prefix: str = "") -> dict[str, str | None]:
    """A JSON value as text fields with dotted names: {"a": {"b": 1}} is {"a.b": "1"}. Lists stay JSON text."""
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


def value_of(text: str | bytes) -> Any:
    """A text as a JSON value; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def at(value: Any, *path: str | int) -> Any:
    """What lies at a path inside a JSON value; None where there is nothing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def instant(value: Any) -> str | None:
    """A number of seconds, milliseconds, microseconds or nanoseconds as ISO text; other text as it is."""
    from datetime import UTC, datetime, timedelta

    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not abs(number) < 1e20:  # none, or without end
        return str(value)
    whole = int(value) if re.fullmatch(r"-?\d+", str(value)) else None
    for scale, floor in ((1000, 1e17), (1, 1e14)):
        if number >= floor:
            micros = (whole if whole is not None else int(number)) // scale
            break
    else:
        micros = round(number * (1000 if number >= 1e11 else 1_000_000))
    try:
        return f"{(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).isoformat()}"
    except OverflowError:
        return str(value)
