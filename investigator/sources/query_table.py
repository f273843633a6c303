"""A table as psql and mysql print it: columns apart by bars, lines of dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from investigator.sources._cells import continued, halves_joined
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._prompt import ABOVE_AT_MOST, asked

EXAMPLE = """\
  id   | status |          stored_at
-------+--------+------------------------------
 DOC-1 | stored | 2026-06-17 09:14:07.12+02
 DOC-2 |        | 2026-06-17 09:14:08.002+02
(2 rows)
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "body": "id=DOC-1 status=stored",
}

#: Signs that terminals draw the frames of tables with, as plain ones.
_PLAIN = str.maketrans(
    {
        "│": "|",
        "┃": "|",
        "║": "|",
        "─": "-",
        "━": "-",
        "═": "-",
        **dict.fromkeys("┼┬┴├┤┌┐└┘╋┳┻┣┫┏┓┗┛╬╦╩╠╣╔╗╚╝╪╫╞╡╤╧╟╢╭╮╰╯┡┩╇", "+"),
    }
)
_RULE = re.compile(r"^[+|]?:?-{2,}:?(?:[+|]:?-{2,}:?)*[+|]?-*$")
#: In Markdown a bar of a cell's own has a stroke before it; while a row is cut it is these two.
_BAR = "\ue000\ue000"
_FOOT = re.compile(r"^\(?\d+ rows?(?: in set| selected| affected)?.*$", re.IGNORECASE)


def _rows(lines: list[str]) -> int:
    """The place of the first rule below names or around them; -1 where there is none."""
    for place, line in enumerate(lines[:ABOVE_AT_MOST]):
        text = _plain(line).strip()
        if not _RULE.match(text) or place + 1 >= len(lines):
            continue
        before, after = (
            _plain(lines[at]).strip() if 0 <= at < len(lines) else "" for at in (place - 1, place + 1)
        )
        bars = max(text.count("+"), text.count("|"))
        if text.startswith("+") and after.startswith("|") and after.count("|") == bars:
            return place
        if bars and before.count("|") == bars and after.count("|") == bars:
            return place
        if (
            not bars
            and len(text) >= 3
            and place
            and text == line.strip()
            and before
            and "|" not in before
            and _single(lines, place)
        ):
            return place
    return -1


def _plain(line: str) -> str:
    """A line with plain signs for its frame, and without the frames that it lies in besides."""
    line = line.translate(_PLAIN)
    return re.sub(r"(?<=[|+])\|+(?=\s*$)", "", re.sub(r"^\|+(?=[|+])", "", line)) if line[:1] == "|" else line


def _single(lines: list[str], place: int) -> bool:
    """Whether a table of one column stands here, as psql prints it: its count closes it."""
    return place == 1 and any(
        _FOOT.match(line.strip()) and line.strip().startswith("(") for line in lines[place:]
    )


def sure(head: Head) -> Sure:
    """A line of dashes and plus signs below the names, or around them; above it at most a prompt and its query."""
    lines = head.lines
    place = _rows(lines)
    if place < 0:
        return Sure(0.0)
    boxed = _plain(lines[place]).strip().startswith("+")
    above = lines[: place if boxed else place - 1]
    if len(above) > 2 and not any(asked(line) for line in above):
        return Sure(0.0)
    return Sure(0.97 if above else 0.95, "a line of dashes between names and rows")


@halves_joined
def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; a cell that psql wraps (its mark is a plus at the end) goes on in the next line.

    Prompts and queries around tables carry no event; each table has names of its own.
    """
    edges: list[int] = []
    names: list[str] = []
    closed: list[str] = []  # of the frame that a rule may just have closed: some have a rule between rows
    before: tuple[int, int, int, str] | None = None  # unit, byte, length and text of the line above a rule
    boxed = False
    held: Record | None = None  # a row whose cells may go on in the next line
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        shown = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        line = _plain(shown.replace("\\|", _BAR))
        bare = line.strip()
        if bare.startswith("+") and _RULE.match(bare) and boxed and len(_edges(line)) != len(edges):
            # Another table in the same frame: what stands above is its title.
            if held is not None:
                yield replace(held, fields={}, structural="title")
            names, closed, held, edges = [], [], None, _edges(line)
        if closed and bare.startswith("|"):
            names, closed = closed, []
        if held is not None:
            more = _cells(line, edges, boxed)
            below = dict(zip(names, more, strict=False))
            whole = _goes_on(held, below, unit, len(raw))
            if whole is None and boxed and bare.startswith("|") and unit == held.unit + held.units:
                whole = continued(held, below, len(raw))
            if whole is not None and len(more) == len(names):
                held = whole
                continue
            yield _shown(held)
            held = None
        if bare and _RULE.match(bare):
            framed = bare.startswith("+")
            if before and not asked(before[3]) and (before[3].lstrip().startswith("|") or not framed):
                edges = _edges(line)
                boxed = bare[0] in "+|"
                over = [cell.strip() for cell in _cells(before[3], edges, boxed)]
                if len(over) == len(edges) + (-1 if boxed else 1):
                    names, closed = over, []
                yield Record(
                    {}, before[0], 1, before[1], before[2], structural="header" if names else "title"
                )
                before = None
            elif names and framed:
                names, closed = [], names
            yield Record({}, unit, 1, byte, len(raw), structural="rule")
        elif not bare:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        elif _FOOT.match(bare):
            names = []
            yield Record({}, unit, 1, byte, len(raw), structural="count")
        elif not names or (boxed and not bare.startswith("|")) or _asked(line, len(names)):
            names, closed = [], []
            if before:
                yield Record({}, before[0], 1, before[1], before[2], structural="title")
            before = (unit, byte, len(raw), line)
        else:
            cells = _cells(line, edges, boxed)
            fields = {
                name: cell.strip().replace(_BAR, "|") or None
                for name, cell in zip(names, cells, strict=False)
            }
            if len(cells) != len(names):
                reason = f"{len(cells)} cells where the table has {len(names)}"
                yield Record({}, unit, 1, byte, len(raw), reject=reason, text=shown[:2000])
            else:
                held = Record(fields, unit, 1, byte, len(raw))
    if held is not None:
        yield _shown(held)
    if before:
        yield Record({}, before[0], 1, before[1], before[2], structural="title")


def _edges(line: str) -> list[int]:
    return [i for i, c in enumerate(line) if c in "+|"]


def _shown(row: Record) -> Record:
    """A row with what its database writes for nothing taken out."""
    return replace(row, fields={k: None if v == "NULL" else v for k, v in row.fields.items()})


def _goes_on(row: Record, cells: dict[str, str], unit: int, length: int) -> Record | None:
    """The row with the line below it, where that only goes on with cells that end in the mark for it."""
    open_ = {name for name, value in row.fields.items() if value and value.endswith("+")}
    told = {name for name, cell in cells.items() if cell.strip()}
    if not open_ or not told or not told <= open_ or unit != row.unit + row.units:
        return None
    fields = {
        name: f"{(value or '')[:-1].rstrip()}\n{cells[name].strip()}" if name in told else value
        for name, value in row.fields.items()
    }
    return replace(row, fields=fields, units=row.units + 1, length=(row.length or 0) + length)


def _asked(line: str, width: int) -> bool:
    """Whether a line is a prompt, and no row."""
    return asked(line) and line.count("|") != max(width - 1, 0)


def _cells(line: str, edges: list[int], boxed: bool) -> list[str]:
    """Cells between the edges of the rule; where wide characters move them, between the bars."""
    inner = edges[1:-1] if boxed else edges
    if all(edge < len(line) and line[edge] == "|" for edge in inner):
        starts = [(edges[0] if boxed else -1), *inner]
        ends = [*inner, len(line.rstrip()) - 1 if boxed else len(line)]
        return [line[a + 1 : b] for a, b in zip(starts, ends, strict=True)]
    return line.strip().strip("|").split("|") if boxed else line.split("|")


FORMAT = Records(read, listing=True)
