"""Reference lines: changes, phases, decisions, onset and deadline; at most eight are named, none overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.views import _palette as palette
from investigator.views._style import WIDTH
from investigator.views._text import inert, plain
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NAMED_AT_MOST = 8
ROW = 18  # pixels of one row of labels
LETTER = 6.3  # pixels of one letter of a label, on average
_FIRST = ("onset", "deadline", "change", "phase", "decision")


@dataclass(frozen=True)
class Mark:
    """One reference line, or a span where it has an end; `row` is its label's row above, -1: none."""

    time: datetime
    end: datetime | None
    label: str
    kind: str
    row: int = -1
    right: bool = False  # the label stands to the left of its line
    outside: str = ""  # an arrow, where the time lies before or after the axis


def arranged(marks: Sequence[dict[str, Any]] | None, axis: TimeAxis, left: int) -> list[Mark]:
    """The marks in order of time; the first eight by weight have a row for their label.

    `left` is the margin to the left of the plot, in pixels.
    """
    read = [_read(mark) for mark in marks or ()]
    read.sort(key=lambda mark: (mark.time, mark.label))
    weight = sorted(range(len(read)), key=lambda at: (_FIRST.index(read[at].kind), at))
    named = set(weight[:NAMED_AT_MOST])
    room = WIDTH - left - 24
    span = max((axis.high - axis.low).total_seconds(), 1.0)
    ends: list[list[tuple[float, float]]] = []
    out = []
    for at, mark in enumerate(read):
        share = (mark.time - axis.low).total_seconds() / span
        outside = "\u2190" if share < 0 else "\u2192" if share > 1 else ""
        if at not in named:
            if not outside:
                out.append(mark)
            continue
        here = min(max(share, 0.0), 1.0) * room
        wide = LETTER * (len(_words(mark, axis, outside)) + 2)
        right = here + wide > room and here - wide > -left / 2
        low, high = (here - wide, here) if right else (here, here + wide)
        row = 0
        while row < len(ends) and any(low < b and a < high for a, b in ends[row]):
            row += 1
        if row == len(ends):
            ends.append([])
        ends[row].append((low, high))
        out.append(Mark(mark.time, mark.end, mark.label, mark.kind, row, right, outside))
    return out


def rows_of(marks: Sequence[Mark]) -> int:
    """How many rows of labels they need."""
    return max((mark.row + 1 for mark in marks), default=0)


def draw(
    figure: Figure, marks: Sequence[Mark], axis: TimeAxis, *, height: float, labels: bool = True
) -> None:
    """Lines over the whole plot (`height` pixels of it), spans behind it, and the labels above."""
    shapes, annotations = [], []
    rows = rows_of(marks)
    for mark in marks:
        stroke = palette.STROKES[mark.kind] if mark.row >= 0 else palette.UNLABELLED
        x = axis.place(min(max(mark.time, axis.low), axis.high))
        top = 1 + (ROW * (rows - mark.row) - 6) / height if mark.row >= 0 and labels else 1
        if mark.end is not None and mark.end > axis.low and mark.time < axis.high:
            shapes.append(
                {
                    "type": "rect",
                    "xref": "x",
                    "yref": "paper",
                    "x0": x,
                    "x1": axis.place(min(mark.end, axis.high)),
                    "y0": 0,
                    "y1": 1,
                    "fillcolor": stroke.colour,
                    "opacity": 0.07,
                    "layer": "below",
                    "line": {"width": 0},
                }
            )
        if not mark.outside:
            shapes.append(
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "paper",
                    "x0": x,
                    "x1": x,
                    "y0": 0,
                    "y1": top,
                    "line": {"color": stroke.colour, "dash": stroke.dash, "width": stroke.width},
                }
            )
        if mark.row >= 0 and labels:
            annotations.append(
                {
                    "text": inert(_words(mark, axis, mark.outside), at_most=70),
                    "x": x,
                    "xref": "x",
                    "y": 1 + (ROW * (rows - mark.row) - 6) / height,
                    "yref": "paper",
                    "xanchor": "right" if mark.right else "left",
                    "yanchor": "middle",
                    "xshift": -3 if mark.right else 3,
                    "showarrow": False,
                    "font": {"size": 12, "color": palette.INK},
                    "bgcolor": "rgba(255,255,255,0.85)",
                    "borderpad": 1,
                }
            )
    figure.update_layout(
        shapes=[*figure.layout.shapes, *shapes], annotations=[*figure.layout.annotations, *annotations]
    )


def sentence(marks: Sequence[Mark], axis: TimeAxis) -> str:
    """The named marks in words."""
    named = [_words(mark, axis, "") for mark in marks if mark.row >= 0]
    return f"Marked: {', '.join(named)}." if named else ""


def _words(mark: Mark, axis: TimeAxis, outside: str) -> str:
    text = f"{plain(mark.label, at_most=44)} {axis.clock(mark.time)}"
    return f"{outside} {text}" if outside == "\u2190" else f"{text} {outside}".rstrip()


def _read(mark: dict[str, Any]) -> Mark:
    kind = mark.get("kind", "change")
    if kind not in palette.STROKES:
        raise ParameterError(
            f"A mark has the kind '{kind}'.", f"There are: {', '.join(palette.STROKES)}.", "Use one of these."
        )
    end = mark.get("end")
    return Mark(_instant(mark.get("time")), _instant(end) if end else None, str(mark.get("label", "")), kind)


def _instant(value: Any) -> datetime:
    from datetime import UTC

    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ParameterError(
            f"A mark has the time {value!r}, which is none.",
            f'A mark is {{"time": ISO 8601, "label": text, "kind": one of {", ".join(palette.STROKES)}}}.',
            "Write its time so.",
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
