"""Something to look at: HTML for a notebook, text for a terminal, built from escaped parts only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from investigator.look import escape as escape
from investigator.look import styled


@dataclass(frozen=True)
class Shown:
    """What a cell ends in: `_repr_html_` in a notebook, `str()` in a terminal."""

    text: str
    markup: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return styled(self.markup)

    def __add__(self, other: Shown) -> Shown:
        return Shown(f"{self.text}\n{other.text}", self.markup + other.markup)


class Struck(str):
    """A cell that was said and is taken back: struck out on a page, and in a terminal between marks that say so."""

    __slots__ = ()

    @property
    def plain(self) -> str:
        return f"[taken back: {self!s}]"


def paragraph(text: str, css: str = "") -> Shown:
    """One sentence or a few."""
    attribute = f" class='{css}'" if css else ""
    return Shown(text, f"<p{attribute}>{escape(text)}</p>")


def missing(text: str) -> Shown:
    """A grey line that says what would fill this section."""
    return paragraph(text, "missing")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, css: str = "numbers") -> Shown:
    """A plain table, every cell escaped."""
    given = [list(row) for row in rows]
    kept = [["" if cell is None else str(cell) for cell in row] for row in given]
    plain = [  # a row of text is one line
        [
            " ".join((cell.plain if isinstance(cell, Struck) else kept[n][i]).split("\n"))
            for i, cell in enumerate(row)
        ]
        for n, row in enumerate(given)
    ]
    widths = [max([len(name), *(len(row[i]) for row in plain)]) for i, name in enumerate(columns)]
    lines = ["  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True)).rstrip()]
    lines += [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in plain
    ]
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    # An id or a number stays on one line; only words go over several.
    marks = [
        " class='when'" if max((len(row[i]) for row in kept), default=0) <= 12 else ""
        for i in range(len(widths))
    ]
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{mark}><s>{escape(cell)}</s></td>"
            if isinstance(given[n][i], Struck)
            else f"<td{mark}>{escape(cell)}</td>"
            for i, (cell, mark) in enumerate(zip(row, marks, strict=True))
        )
        + "</tr>"
        for n, row in enumerate(kept)
    )
    return Shown(
        "\n".join(lines),
        f"<table class='{css}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
    )


def bullets(items: Iterable[str]) -> Shown:
    """A list of sentences."""
    kept = list(items)
    return Shown(
        "\n".join(f"- {item}" for item in kept),
        "<ul>" + "".join(f"<li>{escape(i)}</li>" for i in kept) + "</ul>",
    )


def wrapped(css: str, *parts: Shown) -> Shown:
    """Parts in a block of a class."""
    return Shown(
        "\n".join(part.text for part in parts), f"<div class='{css}'>{''.join(p.markup for p in parts)}</div>"
    )


def copied(seen: str, text: str = "") -> str:
    """A text with a button that copies it. The page has a button of its own; JupyterLab takes this one."""
    click = "navigator.clipboard.writeText(this.dataset.text);this.textContent='copied'"
    return (
        f"<div class='copied'><pre>{escape(seen)}</pre>"
        f'<button class=\'copy\' data-text="{escape(text or seen)}" onclick="{click}">copy</button></div>'
    )
