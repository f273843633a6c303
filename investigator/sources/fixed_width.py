"""A hand-over file of fixed width: a header, records whose fields stand in the same columns, and a trailer that counts them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from investigator.sources._cells import halves_joined
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
HDR20260617 ORDERS 0017
DET000120260617091407ORD-7   stored in depot 4    0012
DET000220260617091530ORD-8   stored in depot 2    0007
DET000320260617091702ORD-9   held at the gate     0140
TRL0003
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "body": "record=DET field 1=0001 field 2=ORD-7 field 3=stored in depot 4 field 4=0012",
}

LINES_AT_LEAST = 3
MOST = 0.5  # of the lines begin with the mark of a record
#: Ways to write a day and a clock without a mark between, the longest first: a pattern of `strptime`, and its digits.
_WAYS = (
    ("%Y-%m-%d-%H.%M.%S", 19), ("%Y-%m-%d %H:%M:%S", 19), ("%Y-%m-%dT%H:%M:%S", 19), ("%Y%m%d%H%M%S", 14), ("%d%m%Y%H%M%S", 14),
    ("%Y%m%d%H%M", 12), ("%y%m%d%H%M%S", 12), ("%Y-%m-%d", 10), ("%d.%m.%Y", 10), ("%d/%m/%Y", 10), ("%Y%m%d", 8), ("%d%m%Y", 8),
    ("%y%m%d", 6),
)  # fmt: skip
_CLOCKS = (("%H:%M:%S", 8), ("%H.%M.%S", 8), ("%H%M%S", 6), ("%H:%M", 5), ("%H%M", 4))
_TOGETHER = 3  # years that the days of one file lie within
#: What says of which sort a record is: a word in capitals, or some digits.
_MARKS = tuple(re.compile(shape) for shape in (r"[A-Z]{1,5}", r"\d{2}", r"[A-Z]", r"\d", r"\d{3}"))
_YEARS = range(1990, 2100)


@dataclass(frozen=True)
class Layout:
    """Where the fields of a record stand: the mark that begins it, its length, its time, and the columns of the rest."""

    mark: str
    length: int
    day: tuple[int, int, str]
    clock: tuple[int, int, str] | None
    fields: tuple[tuple[int, int], ...]

    def time(self, line: str) -> str | None:
        """The time of a record; None where it is none."""
        try:
            when = datetime.strptime(line[self.day[0] : self.day[1]], self.day[2])
            if self.clock is not None:
                clock = datetime.strptime(line[self.clock[0] : self.clock[1]], self.clock[2])
                when = when.replace(hour=clock.hour, minute=clock.minute, second=clock.second)
        except ValueError:
            return None
        return f"{when:%Y-%m-%d %H:%M:%S}" if self.clock or "%H" in self.day[2] else f"{when:%Y-%m-%d}"


def sure(head: Head) -> Sure:
    """Most lines begin with one mark and are equally long, with a day in the same columns; the first or last is another."""
    found = layout(head.lines)
    if found is None:
        return Sure(0.0)
    # A day that is written with marks stands in lines of many kinds: what knows them reads them.
    marked = not found.day[2].replace("%", "").isalnum() or "T" in found.day[2]
    return Sure(0.55 if marked else 0.93, f"records of {found.length} characters, each after {found.mark}")


def _separated(lines: Sequence[str]) -> bool:
    """Whether the same sign stands as often in every line, its first too: then it parts columns, whatever their width."""
    return any(len({line.count(sign) for line in lines}) == 1 and sign in lines[0] for sign in ",;\t|")


def layout(lines: Sequence[str]) -> Layout | None:
    """The layout of the records among these lines; None where they are of no fixed width."""
    if len(lines) <= LINES_AT_LEAST or _separated(lines):
        return None
    marks: dict[str, int] = {}
    for shape in _MARKS:
        marks |= Counter(match[0] for line in lines if (match := shape.match(line))).most_common(2)
    begins = re.match(r"[A-Z]*", lines[0])
    size = len(begins[0]) if begins else 0  # marks are equally long, where the first line's is a word
    for mark, count in sorted(marks.items(), key=lambda item: len(item[0]) != size and size > 0):
        mine = [line for line in lines if line.startswith(mark)]
        others = [line for line in (*lines[:1], *lines[-1:]) if not line.startswith(mark)]
        length = max(map(len, mine))
        most = count >= max(LINES_AT_LEAST, MOST * len(lines))
        if not most or not others or max(map(len, others)) > 4 * length:
            continue
        even = sum(len(line) >= length - 8 for line in mine) >= 0.98 * len(mine)
        full = sum(len(line) == length for line in mine) >= 0.5 * len(mine)
        if not (even and full) and not (len(others) == 2 and _says(others[1], count)):
            continue  # blanks at the end may be cut off, where the trailer counts the records
        marked = re.compile("[A-Z]+" if mark.isalpha() else "[0-9]+")
        if not all(marked.fullmatch(line[: len(mark)]) for line in lines):
            continue  # a line of another kind is no record, no header and no trailer
        if any(all(separator in line for line in mine) for separator in ",;\t|="):
            continue  # a table, or keys with values: what parts its cells is written
        padded = [line.ljust(length) for line in mine]
        if (told := _dated(padded)) is not None:
            day, clock = told
            taken = [day[:2], *([clock[:2]] if clock else [])]
            return Layout(mark, length, day, clock, tuple(_fields(padded, len(mark), taken)))
    return None


def _dated(lines: Sequence[str]) -> tuple[tuple[int, int, str], tuple[int, int, str] | None] | None:
    """The columns of day and clock, where all lines have one there."""
    digits = [all(line[at].isdigit() for line in lines) for at in range(len(lines[0]))]
    for way, size in _WAYS:
        bare = way.replace("%", "").isalnum() and "T" not in way
        for at in range(len(digits) - size + 1):
            if (all(digits[at : at + size]) if bare else digits[at]) and _all(lines, at, size, way):
                if "%H" in way:
                    return (at, at + size, way), None
                for clock, long in _CLOCKS:
                    for low in range(at + size, min(at + size + 12, len(digits) - long + 1)):
                        alone = low + long >= len(digits) or not digits[low + long]
                        begins = not digits[low - 1] or low == at + size
                        if begins and alone and digits[low] and _all(lines, low, long, clock):
                            return (at, at + size, way), (low, low + long, clock)
                return (at, at + size, way), None
    return None


def _all(lines: Sequence[str], at: int, size: int, way: str) -> bool:
    try:
        found = {line[at : at + size]: datetime.strptime(line[at : at + size], way) for line in lines}
    except ValueError:
        return False
    years = [when.year for when in found.values()]
    return years[0] == 1900 or (set(years) <= set(_YEARS) and max(years) - min(years) < _TOGETHER)


def _fields(lines: Sequence[str], begin: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The columns of the other fields: parted by columns that are blank in every line, and where numbers turn into words."""
    width = len(lines[0])
    inside = {at for low, high in taken for at in range(low, high)}
    blank = [at in inside or all(line[at] == " " for line in lines) for at in range(width)]
    digits = [all(line[at].isdigit() for line in lines) for at in range(width)]
    low = begin
    for at in range(begin, width + 1):
        ends = at == width or blank[at]
        turns = low < at < width and digits[at - 1] and not digits[at] and all(digits[low:at])
        if (ends or turns) and low < at:
            yield low, at
            low = at
        if ends:
            low = at + 1


@halves_joined
def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line after the mark; header and trailer are none, and what the trailer counts is compared."""
    found = layout(content.head().lines)
    if found is None:  # somebody said that it is one
        for row in rows(content):
            yield row.event({"body": row.text}) if row.text.strip() else row.structural("blank")
        return
    marks = Counter(line[: len(found.mark)] for line in content.head().lines)
    counted = 0
    last = ""
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
        elif line.startswith(found.mark):
            counted += 1
            line = line.ljust(found.length)
            fields: dict[str, str | None] = {"record": found.mark, "time": found.time(line)}
            for number, (low, high) in enumerate(found.fields, start=1):
                end = None if number == len(found.fields) else high
                fields[f"field {number}"] = line[low:end].strip() or None
            yield row.event(fields)
        elif marks[line[: len(found.mark)]] >= LINES_AT_LEAST:
            yield row.event({"record": line[: len(found.mark)], "body": line.strip()})
        else:
            yield row.structural("header" if not counted else "trailer")
            last = line if counted else ""
    said = re.findall(r"\d+", last)
    if said and not any(_counts(digits, counted) for digits in said):
        content.doubt.append(
            f"its trailer ({last.strip()[:60]}) counts otherwise: there are {counted:,} records"
        )


def _says(trailer: str, count: int) -> bool:
    """Whether one of a trailer's numbers is that count."""
    return any(int(digits) == count for digits in re.findall(r"(?<!\d)\d{1,12}(?!\d)", trailer[2:]))


def _counts(digits: str, counted: int) -> bool:
    """Whether a run of digits says that number anywhere, filled up with zeros."""
    return bool(re.search(rf"(?:^|0){counted}(?:$|0)", digits)) or str(counted) in digits


FORMAT = Records(read, line_based=False)
