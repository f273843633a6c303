"""A format of one's own, without code: a pattern with named groups, or a few lines of YAML, kept as data.

    pattern: '^(?P<time>\\S+ \\S+) (?P<level>\\w) (?P<service>\\S+) \\| (?P<body>.*)'
    time: '%d.%m.%Y %H:%M:%S'          # as strptime writes it, or a list of them; left out for ISO and epochs
    zone: Europe/Berlin                # of times that name none
    levels: {E: error, W: warn}        # its own words for severities
    continues: '^\\s'                   # what a line that goes on looks like; left out: whatever begins no event
    examples: ['17.06.2026 09:14:07 E indexer | could not index DOC-1']

Patterns are RE2's, which takes time in the length of the text alone, so none can hang. A declaration is checked whole
before anything is stored: the pattern, the formats of time, and that the examples are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from investigator import moment, re2, written
from investigator.errors import DataError, KitError, ParameterError
from investigator.events import schema
from investigator.load import times
from investigator.load.roles import WORDS, plain
from investigator.sources._format import Head, Lines, Sure

#: What a declaration may say.
KEYS = (
    "name", "about", "pattern", "time", "zone", "levels", "joins", "continues", "skip", "kind", "service", "constant",
    "examples",
)  # fmt: skip
KINDS = ("log", "access", "audit", "deploy", "flag", "alert", "message", "ticket", "note", "record")
LONGEST = 10_000  # characters of a pattern
EXAMPLES_AT_MOST = 50
_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
_ROLES = ("time", "level", "service", "host", "body", "trace_id", "span_id")
_CLOCK = ("%H", "%I", "%M", "%S", "%f", "%p")


@dataclass(frozen=True)
class Declared(Lines):
    """A format as somebody declared it. It is one of `Lines`; `own` is what was written, and what is kept."""

    name: str = ""
    about: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)

    def sure(self, head: Head) -> Sure:
        """How sure it is: of the lines those count that match, and whose times can be read."""
        lines = [line[:20_000] for line in head.lines]
        if not lines:
            return Sure(0.0)
        found = re2.captured(self.pattern, lines)
        if "time" in self.groups:
            known = [None if one is None else one.get("time") or "" for one in found]
            read = self.readable([text for text in known if text is not None])
            hits = [text is not None and read[text] for text in known]
        else:
            hits = [one is not None for one in found]
        number = sum(hits)
        share = number / len(lines)
        if self.joins and number:
            share = max(share, 0.6 if hits[0] and number >= 2 else 0.5 if hits[0] else 0.0)
        if "time" not in self.groups:
            share *= 0.4 if set(self.groups) <= {"body"} else 0.9
        timed = " with a time that can be read" if "time" in self.groups else ""
        return Sure(
            share,
            f"{number} of {len(lines)} lines match {self.name}, a format of your own{timed if not number else ''}",
        )

    def readable(self, texts: Iterable[str]) -> dict[str, bool]:
        """Whether each of these texts can be read as a time."""
        distinct = list(dict.fromkeys(texts))
        return {text: at is not None for text, at in zip(distinct, _times(self, distinct), strict=True)}

    def to_json(self) -> dict[str, Any]:
        """What was declared, without the examples: what the record keeps."""
        return {key: value for key, value in self.own.items() if key != "examples"}

    @property
    def digest(self) -> str:
        """Twelve hex that two equal declarations share."""
        return hashlib.sha256(repr(sorted(self.to_json().items())).encode()).hexdigest()[:12]


def of_pattern(pattern: str, *, name: str = "") -> Declared:
    """The format of a pattern with named groups."""
    known = name or f"pattern-{hashlib.sha256(pattern.encode()).hexdigest()[:6]}"
    return _made({"name": known, "pattern": pattern}, _Where(None))


def of_file(path: Path | str) -> Declared:
    """The format that a YAML file declares; without a name of its own it has the file's."""
    return of_written(written.read_file(path), default=Path(path).stem)


def of_written(document: written.Written, *path: str | int, default: str = "") -> Declared:
    """The format declared at a path of something written."""
    found = dict(document.only(KEYS, *path))
    where = _Where(document, path)
    for key in ("name", "about", "pattern", "zone", "continues", "skip", "kind", "service"):
        if key in found:
            found[key] = document.text(*path, key)
    for key in ("time", "examples"):
        if key in found:
            found[key] = document.texts(*path, key)
    for key in ("levels", "constant"):
        if key in found:
            found[key] = document.pairs(*path, key)
    document.flag(True, *path, "joins")
    found.setdefault("name", re.sub(r"[^a-z0-9_-]+", "-", default.lower()).strip("-"))
    return _made(found, where)


def of_json(found: Mapping[str, Any]) -> Declared:
    """The format as a record or a profile keeps it; checked again, because somebody else may have written it."""
    unknown = [key for key in found if key not in KEYS]
    if unknown:
        raise ParameterError(
            f"A declared format has no '{unknown[0]}'.", f"It has: {', '.join(KEYS)}.", "Take it out."
        )
    return _made(dict(found), _Where(None))


def kept(formats: Mapping[str, Mapping[str, Any]]) -> tuple[list[Declared], list[str]]:
    """The formats of a record that hold, and a sentence for each that doesn't: a newer kit's, or a damaged one."""
    out, problems = [], []
    for name, found in formats.items():
        try:
            out.append(of_json({**found, "name": name}))
        except (KitError, TypeError, AttributeError, ValueError) as error:
            problems.append(f"the declared format '{name}' is not used: {getattr(error, 'what', error)}")
    return out, problems


class _Where:
    """Where a declaration is written, for its mistakes: a document and a path in it, or just a call."""

    def __init__(self, document: written.Written | None, path: tuple[str | int, ...] = ()) -> None:
        self.document, self.path = document, path

    def mistake(self, what: str, there_is: str, do: str, *path: str | int) -> KitError:
        if self.document is not None:
            return self.document.mistake(what, there_is, do, *self.path, *path)
        return ParameterError(what[:1].upper() + what[1:], there_is, do)


def _made(found: dict[str, Any], where: _Where) -> Declared:
    name = str(found.get("name", ""))
    if not _NAME.match(name):
        raise where.mistake(
            f"'{name}' can't be the name of a format.",
            "A name has small letters, digits, - and _, and begins with a letter.",
            "Give it one: name: billing",
            "name",
        )
    from investigator import catalogue

    if name in catalogue.names("investigator.sources"):
        raise where.mistake(
            f"'{name}' is a format that the kit has already.",
            "",
            f"Call yours something else, such as my-{name}.",
            "name",
        )
    pattern = _pattern(str(found.get("pattern") or ""), where, "pattern")
    groups = re2.groups(pattern)
    if not groups:
        raise where.mistake(
            "the pattern names nothing that it finds."
            if found.get("pattern")
            else "a format needs a pattern.",
            f"Groups that are known: {', '.join(_ROLES)}; any other becomes an attribute.",
            r"Write one such as ^(?P<time>\S+) (?P<level>\w+) (?P<body>.*)",
            "pattern",
        )
    pattern = _renamed(pattern, groups)
    extras = {
        key: _pattern(str(found[key]), where, key) if found.get(key) else "" for key in ("continues", "skip")
    }
    kind = str(found.get("kind") or "log")
    if kind not in KINDS:
        raise where.mistake(
            f"there is no kind '{kind}' of events.", f"There are: {', '.join(KINDS)}.", "", "kind"
        )
    zone = str(found.get("zone") or "")
    if zone:
        try:
            zone = moment.zone(zone).key
        except KitError as error:
            raise where.mistake(error.what, error.there_is, error.do, "zone") from None
    formats, year_missing = _formats(found.get("time") or (), where)
    joins = bool(found.get("joins", True)) or bool(extras["continues"])
    form = Declared(
        pattern=pattern,
        kind=kind,
        time=formats,
        joins=joins,
        headers=extras["skip"],
        year_missing=year_missing,
        constant={str(k): str(v) for k, v in dict(found.get("constant") or {}).items()},
        levels=_levels(dict(found.get("levels") or {}), where),
        service=str(found.get("service") or ""),
        continues=extras["continues"],
        zone=zone,
        name=name,
        about=str(found.get("about") or ""),
        own=found,
    )
    _examples(form, list(found.get("examples") or ()), where)
    return form


def _pattern(text: str, where: _Where, key: str) -> str:
    """The pattern as the engine takes it: anchored at the line's beginning, only named groups, RE2 or refused."""
    if not text:
        return ""
    if len(text) > LONGEST:
        raise where.mistake(f"the {key} has more than {LONGEST:,} characters.", "", "Shorten it.", key)
    prepared = re2.prepared(text)
    problem = re2.refused(prepared)
    if problem:
        raise where.mistake(
            f"RE2 refuses the {key}: {problem}.",
            f"It is: {text[:200]}",
            "RE2 can't hang, and so has no look-ahead, look-behind or back references. Say what is there, and let "
            "another group take the rest. Try it: inv add --try FILE --pattern '...'",
            key,
        )
    names = [one.lower() for one in re2.groups(prepared)]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice:
        raise where.mistake(
            f"two groups of the {key} are named '{twice}'.", "", "Give each a name of its own.", key
        )
    return prepared


#: A group may be called as any log dialect calls it.
_CALLED = {"severity_text": "level", "body": "body", "time": "time", "service": "service", "host": "host",
           "trace_id": "trace_id", "span_id": "span_id"}  # fmt: skip


def _renamed(pattern: str, groups: list[str]) -> str:
    """The pattern with its groups named as the kit names them: a timestamp is the time, a msg the body."""
    taken = set(groups)
    for role, called in _CALLED.items():
        if called in taken or (role == "severity_text" and "priority" in taken):
            continue
        if role == "service" and "program" in taken:
            continue
        for word in WORDS[role]:
            held = next((g for g in groups if plain(g) == word and g not in _ROLES and g in taken), None)
            if held is None or (role == "time" and word in ("at", "when", "t")):
                continue
            pattern = pattern.replace(f"(?P<{held}>", f"(?P<{called}>")
            taken = taken - {held} | {called}
            break
    return pattern


def _formats(given: Any, where: _Where) -> tuple[tuple[str, ...], bool]:
    """The formats of time as the engine reads them, and whether they lack the year."""
    found = [given] if isinstance(given, str) else list(given)
    out, years = [], []
    for i, text in enumerate(found):
        if str(text).lower() in ("iso", "iso8601", "epoch"):
            continue
        path = ("time", i)
        day = any(mark in text for mark in ("%d", "%-d", "%e", "%j", "%D", "%F", "%x", "%c"))
        if "%" not in text:
            raise where.mistake(
                f"'{text}' is no format of a time.", "", "Write it as strptime does: %d.%m.%Y %H:%M:%S", *path
            )
        if not day:
            raise where.mistake(
                f"the format '{text}' names no day.",
                "A time without a day is no instant.",
                "Name the group clock instead of time: its lines stay, without a time.",
                *path,
            )
        problem = _strptime_problem(text)
        if problem:
            raise where.mistake(
                f"'{text}' is no format of a time: {problem}.",
                "",
                "It has: %Y %m %d %H %M %S %f %b %a %p %y %j %z.",
                *path,
            )
        has_year = any(mark in text for mark in ("%Y", "%y", "%D", "%F", "%x", "%c", "%G"))
        years.append(has_year)
        out.append(text if has_year else f"%Y {text}")
    if years and any(years) and not all(years):
        raise where.mistake(
            "some of its formats of time have a year and others none.", "", "Declare two formats.", "time"
        )
    return tuple(out), bool(years) and not all(years)


def _strptime_problem(text: str) -> str:
    import duckdb

    try:
        with duckdb.connect() as connection:
            connection.execute("SELECT try_strptime('', ?)", [text]).fetchone()
        return ""
    except duckdb.Error as error:
        return str(error).splitlines()[0].partition(": ")[2].rstrip(".")


def _levels(given: dict[str, Any], where: _Where) -> dict[str, int]:
    """Severities by their words: a name such as error, or a number from 1 to 24."""
    out = {}
    for own, means in given.items():
        text = str(means).strip().lower()
        number = int(text) if text.isdigit() else schema.SEVERITY_WORDS.get(text)
        if not number or not 1 <= number <= 24:
            raise where.mistake(
                f"'{means}' is no severity.",
                "There are: trace, debug, info, warn, error, fatal, or a number from 1 to 24.",
                f"Write {own}: error",
                "levels",
                own,
            )
        out[str(own)] = number
    return out


def _examples(form: Declared, given: list[str], where: _Where) -> None:
    """Refuse a declaration whose own examples it doesn't read: they are what its author had before the eyes."""
    for i, text in enumerate(given[:EXAMPLES_AT_MOST]):
        lines = [line for line in str(text).splitlines() if line.strip()]
        if not lines:
            continue
        path = ("examples", i)
        found = re2.captured(form.pattern, lines)
        if found[0] is None:
            raise where.mistake(
                "this example is not matched by the pattern.",
                f"It is: {lines[0][:160]}",
                "Correct one of them. To see how far it comes: inv add --try FILE --format THIS",
                *path,
            )
        said = found[0].get("time")
        if said is not None and not form.readable([said])[said]:
            raise where.mistake(
                f"the time of this example, '{said}', can't be read"
                + (f" as {' or '.join(form.time)}." if form.time else "."),
                "",
                "Give its format: time: '%d.%m.%Y %H:%M:%S'",
                *path,
            )
        if form.continues:
            goes_on = re2.matches(form.continues, lines)
            for line, start, joins in zip(lines[1:], found[1:], goes_on[1:], strict=True):
                if start is None and not joins:
                    raise where.mistake(
                        "a line of this example begins no event, and does not go on one either.",
                        f"It is: {line[:160]}",
                        "Widen `continues`, or take the line out.",
                        *path,
                    )


def _times(form: Declared, texts: Sequence[str]) -> list[Any]:
    """Each of these texts as a time, None where it is none."""
    import duckdb
    import pyarrow as pa

    if not texts:
        return []
    style = times.style(texts[:400], form.time, year_missing=form.year_missing)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        connection.register("given", pa.table({"f0": pa.array(texts, pa.string())}))
        found = connection.execute(f"SELECT {times.sql('f0', style, year=2024)} FROM given").fetchall()
    return [row[0] for row in found]


def given_as(pattern: str | None, format: str | None) -> tuple[Declared | None, str | None]:
    """What `pattern=` and `format=` say: a declared format, or the name of one that the kit or the case has."""
    if pattern and format:
        raise ParameterError(
            "A pattern and a format were given.", "A pattern is a format of its own.", "Give one of them."
        )
    if pattern:
        return of_pattern(pattern), None
    if format and (format.lower().endswith((".yaml", ".yml")) or "/" in format):
        if not Path(format).is_file():
            raise DataError(
                f"There is no {format} to read a format from.",
                f"I looked in {Path.cwd()}.",
                "Correct the path.",
            )
        return of_file(format), None
    return None, format
