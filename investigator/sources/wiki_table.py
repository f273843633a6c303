"""A table in the markup of a wiki: MediaWiki's {| ... |}, or rows behind bars below ||names||."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._cells import halves_joined
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
{| class="wikitable"
! Schedule !! Job !! What
|-
| 0 18 * * * || reaper || voids drafts older than 48 h
|-
| 5 2 * * *
| rotate
| rotates logs
|}
"""
EXPECT = {
    "events": 2,
    "kind": "record",
    "service": "reaper",
    "body": "Schedule=0 18 * * * Job=reaper What=voids drafts older than 48 h",
}
#: What may stand before a cell and says how it looks.
_LOOKS = re.compile(r"""^\s*(?:[a-z-]+="[^"]*"\s*)+\|(?!\|)""")
_NAMES = re.compile(r"^\|\|.*\|\|\s*$")


def sure(head: Head) -> Sure:
    """A table that begins with {| and holds rows, or a line ||of names||, with rows behind bars below it."""
    lines = [line.strip() for line in head.lines]
    media = any(line.startswith("{|") for line in lines) and any(
        line.startswith(("|-", "!")) for line in lines
    )
    named = next((place for place, line in enumerate(lines) if _NAMES.match(line)), -1)
    barred = named >= 0 and any(re.match(r"^\|(?!\|).*\|$", line) for line in lines[named + 1 :])
    return Sure(0.95 if media or barred else 0.0, "a table in the markup of a wiki")


@halves_joined
def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, each cell by the name above it; a row whose cells stand on lines of their own is told by its
    first."""
    names: list[str] = []
    cells: list[str] = []
    begins = None
    for row in rows(content):
        text = row.text.strip()
        ends = text.startswith(("|-", "|}", "{|"))
        if begins is not None and (ends or not text.startswith("|")):
            yield begins.event(_named(names, cells))
            begins, cells = None, []
        if _NAMES.match(text):
            names = [name.strip() for name in text.strip("|").split("||")]
            yield row.structural("header")
        elif text.startswith("!"):
            names += [_LOOKS.sub("", name).strip() for name in re.split(r"!!|\|\|", text[1:])]
            yield row.structural("header")
        elif text.startswith("|") and not ends and names:
            closed = text.endswith("|") and "||" not in text
            found = text.strip("|").split("|") if closed else text[1:].split("||")
            told = [_LOOKS.sub("", cell).strip() for cell in found]
            if closed:
                yield row.event(_named(names, told))
                continue
            if begins is None:
                begins = row
            else:
                yield row.structural("cell")
            cells += told
        else:
            yield row.structural("markup" if ends or text.startswith("|") else "text" if text else "blank")
    if begins is not None:
        yield begins.event(_named(names, cells))


def _named(names: list[str], cells: list[str]) -> dict[str, str | None]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}


FORMAT = Records(read, goes_on=True)
