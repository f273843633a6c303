"""The habits of tools that export tables: what they quote twice, leave out, nest in a cell or split over two.

`Habits` is told from the first rows of a table and says what is done to every row, so that all rows are read alike.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec

from investigator.sources._dates import find
from investigator.sources._format import Record, flat, value_of

#: What columns are called that hold the time of a row, in several languages, without case and separators.
_TIMES = frozenset(
    "dateandtime datetimeutc datumunduhrzeit created updated resolved opened closed time timestamp datetime date ts when at eventtime logtime timegenerated zeit zeitstempel datum zeitpunkt datumuhrzeit "
    "datumzeit heure horodatage dateheure fecha fechahora data dataora".split()
)
_DAYS = frozenset("date day datum tag jour fecha data giorno datelocal dateutc".split())
_CLOCKS = frozenset("time clock zeit uhrzeit heure hora ora timelocal timeutc timeofday".split())
#: Columns that hold the event itself as JSON, as Kibana, Grafana and clouds export them.
_NESTED = frozenset(
    "source labels attributes fields resource resourcelabels resourceattributes jsonpayload payload properties context "
    "tags metadata".split()
)
_CLOCK = re.compile(
    r"^\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{2,5}))?$"
)
_DAY = re.compile(
    r"^(?:\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4})$"
)
_PAIR = re.compile(r"(?:^|\s)(@?[A-Za-z_][\w.@-]*):(?=\S)")
_LEVELS = frozenset(
    "trace verbose debug info information notice warn warning error err severe critical crit fatal alert emerg".split()
)
_COPY = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\", "\\b": "\b", "\\f": "\f", "\\v": "\v"}

#: Rows that the habits of a table are told from.
FIRST = 500

Row = dict[str, str | None]
P = ParamSpec("P")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


@dataclass(frozen=True)
class Habits:
    """What is done to the cells of every row of one table."""

    quoted: frozenset[str] = frozenset()  # columns whose cells keep a pair of quotes
    nulls: frozenset[str] = frozenset()  # what stands for nothing
    escaped: bool = False  # backslashes, as PostgreSQL's COPY writes them
    nested: frozenset[str] = frozenset()  # columns that hold an object
    split: tuple[str, str] | None = None  # the columns of the day and of the clock

    def applied(self, row: Row) -> Row:
        """The row as it is meant."""
        out: Row = {}
        for name, cell in row.items():
            if cell is None or cell in self.nulls:
                out[name] = None
                continue
            if name in self.quoted and _twice(cell):
                cell = cell.removeprefix("=")[1:-1]
            if self.escaped and "\\" in cell:
                cell = re.sub(r"\\[tnr\\bfv]", lambda match: _COPY[match[0]], cell)
            out[name] = cell
        for name in self.nested & set(out):
            inner = _object(out[name] or "")
            if inner:
                out.pop(name)
                for key, value in inner.items():
                    if out.get(key) is None:
                        out[key] = value
        if self.split and all(out.get(name) for name in self.split):
            halves = [str(out[name]) for name in self.split]
            out["timestamp"] = " ".join(halves)
            if all(half.isdigit() for half in halves):
                out = {
                    name: cell for name, cell in out.items() if name not in self.split
                }  # no numbers to measure
        return out


def habits(rows: Sequence[Row]) -> Habits:
    """What the first rows of a table tell."""
    if not rows:
        return Habits()
    names = list(dict.fromkeys(name for row in rows for name in row))
    said = {name: [cell for row in rows if (cell := row.get(name))] for name in names}
    plain = {name: _plain(name) for name in names}
    nulls = {"\\N"} if any("\\N" in cells for cells in said.values()) else set()
    if "@timestamp" in names or "_source" in names:
        nulls |= {"-", "(empty)", "-\xa0"}
    day, clock = _halves(names, plain, said)
    return Habits(
        quoted=frozenset(n for n in names if said[n] and all(_twice(cell) for cell in said[n])),
        nulls=frozenset(nulls),
        escaped="\\N" in nulls,
        nested=frozenset(n for n in names if plain[n] in _NESTED and any(_object(c) for c in said[n])),
        split=(day, clock) if day and clock else None,
    )


def continued(above: Record, cells: dict[str, str], length: int) -> Record | None:
    """A row with the cells that go on in the line below: its first is empty there, and few have more to say."""
    told = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    if (
        not told
        or next(iter(cells)) in told
        or 2 * len(told) > len(cells)
        or not all(above.fields.get(n) for n in told)
    ):
        return None
    fields = {
        name: f"{value}\n{told[name]}" if name in told else value for name, value in above.fields.items()
    }
    return replace(above, fields=fields, units=above.units + 1, length=above.length + length)


def halves_joined(reader: Callable[P, Iterator[Record]]) -> Callable[P, Iterator[Record]]:
    """A reader of one table whose records have a day and the clock in the column beside it as one time."""

    @functools.wraps(reader)
    def joined(*args: P.args, **options: P.kwargs) -> Iterator[Record]:
        records = reader(*args, **options)
        first: list[Record] = []
        broken: Exception | None = None
        try:
            first.extend(itertools.islice(records, FIRST))
        except Exception as error:  # what stands above it counts
            broken = error
        told = Habits(split=habits([record.fields for record in first if record.fields]).split)
        for record in itertools.chain(first, records):
            yield (
                replace(record, fields=told.applied(record.fields))
                if record.fields and told.split
                else record
            )
        if broken is not None:
            raise broken

    return joined


def _twice(cell: str) -> bool:
    """Whether a cell keeps a pair of quotes, or is a formula that says a text, which keeps a spreadsheet's hands off."""
    cell = cell.removeprefix("=")
    return len(cell) > 1 and cell[0] == '"' == cell[-1] and '"' not in cell[1:-1]


def _is_day(cell: str) -> bool:
    text = cell.strip()
    return bool(_DAY.match(text) or re.match(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$", text))


def _is_clock(cell: str) -> bool:
    text = cell.strip()
    return bool(_CLOCK.match(text) or re.match(r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$", text))


def _instants(cells: Sequence[str]) -> bool:
    """Whether these are times with a day and a clock, or numbers that could be."""
    first = cells[:5]
    return bool(first) and all(
        re.match(r"\d{10}(?:\.\d+)?$|\d{13}$|\d{16}$", cell.strip())
        or ((found := find(cell.strip())) is not None and found.start == 0)
        for cell in first
    )


def _halves(names: Sequence[str], plain: dict[str, str], said: dict[str, list[str]]) -> tuple[str, str]:
    """The columns of a day and of a clock, where no column holds both; a few cells may be the head of another page."""

    def mostly(called: Container[str], shape: re.Pattern[str]) -> str:
        for name in names:
            hits = sum(bool(shape.match(cell.strip())) for cell in said[name])
            if plain[name] in called and hits and hits >= 0.8 * len(said[name]):
                return name
        return ""

    day, clock = mostly(_DAYS, _DAY), mostly(_CLOCKS, _CLOCK)
    whole = any(plain[n] in ("timestamp", "datetime", "ts") for n in names)
    if not (day and clock) and len(said[names[0]]) > 1 and not any(_instants(said[n]) for n in names):
        # A day with a clock beside it is a time, whatever the two are called.
        for one, other in itertools.pairwise(names):
            if (
                said[one]
                and said[other]
                and all(map(_is_day, said[one]))
                and all(map(_is_clock, said[other]))
            ):
                return one, other
    return (day, clock) if day and clock and not whole else ("", "")


def _object(cell: str) -> Row:
    """The fields of a cell that holds an object: as JSON, or as Kibana writes it, `name:value name:value`."""
    text = cell.strip()
    if text[:1] == "{":
        value = value_of(text)
        if isinstance(value, dict):
            # Kibana's fields are lists, also where there is one value.
            return flat({k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in value.items()})
        return {}
    found = list(_PAIR.finditer(text))
    if len(found) < 2 or found[0].start() != 0:
        return {}
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {match[1]: text[match.end() : end].strip() for match, end in zip(found, ends, strict=True)}


def timed(names: Sequence[str]) -> bool:
    """Whether one of these columns is called as times are."""
    return any(_plain(name) in _TIMES for name in names)


def named(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names for the columns of a table without a header, where its first column is the time of something that was
    logged: the level and the message are told by their cells. Empty where it is no log."""
    if not rows or len({len(row) for row in rows}) != 1:
        return []
    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]

    def whole(cell: str) -> bool:
        found = find(cell)
        return found is not None and found.start == 0 and found.end == len(cell)

    place = next(
        (i for i in (0, 1) if i < len(columns) and sum(map(whole, columns[i])) >= 0.9 * len(rows)), None
    )
    if place is None:
        return []
    names = [f"column_{i}" for i in range(1, len(columns) + 1)]
    names[place] = "time"
    level = next((i for i, cells in enumerate(columns) if {c.lower() for c in cells} <= _LEVELS), None)
    texts = [sum(len(c) for c in cells if " " in c) for cells in columns]
    longest = max(range(len(columns)), key=lambda i: 0 if i in (place, level) else texts[i])
    if texts[longest] and longest not in (place, level):
        names[longest] = "message"
    if level is not None:
        names[level] = "level"
    return names if level is not None or "message" in names else []
