"""A plotly figure as one SVG of a given width: every word of it, none over another.

The views place their labels for a wide page. Here they are placed again for the width at hand: titles are wrapped,
labels of reference lines stand in as many rows as they need, small pictures beside one another go below one another,
and long names of lanes go above their lanes.
"""

from __future__ import annotations

import itertools
from typing import Any

from investigator.report.drawing import traces as drawn
from investigator.report.drawing.axes import Axis, axis_of, values
from investigator.report.drawing.ink import (
    GROUND,
    INK,
    LINE,
    SOFT,
    broken,
    dashes,
    element,
    escaped,
    number,
    paint,
    symbol,
    text,
    wide,
    words,
    wrapped,
)
from investigator.report.drawing.traces import Cell

#: Below this width a picture is narrow: one column, and names above their lanes.
NARROW = 520
_TICK = 12.0
_ROW = 17.0
#: The height of a lane whose name stands above it.
_LANE = 46.0


def draw(figure: dict[str, Any], *, width: int, name: str, alt: str = "") -> str | None:
    """The SVG of a figure whose texts are safe (`figure.safe`); None where it has a trace of an unknown type.

    `width` in pixels; `name` begins the ids inside, and must be the page's only one. The same figure gives the
    same text.
    """
    try:
        return _Drawing(figure, width, name, alt).svg() if all(map(drawn.known, figure["data"])) else None
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError, AttributeError):
        # A figure of somebody's own may hold anything; what can't be drawn has its numbers beside it.
        return None


class _Drawing:
    def __init__(self, figure: dict[str, Any], width: int, name: str, alt: str) -> None:
        self.data = [trace for trace in figure["data"] if trace.get("visible") not in (False, "legendonly")]
        self.layout: dict[str, Any] = figure["layout"]
        self.template = (self.layout.get("template") or {}).get("layout") or {}
        self.width, self.name, self.alt = width, name, alt
        self.narrow = width < NARROW
        self.out: list[str] = []
        self.patterns: list[str] = []
        self.notes: dict[float, list[str]] = {}
        self.above = False
        self.lifted = 0.0

    # -- what there is

    def axis_settings(self, key: str) -> dict[str, Any]:
        place = f"{key[0]}axis{key[1:]}"
        own = {**(self.template.get(f"{key[0]}axis") or {}), **(self.layout.get(place) or {})}
        matched = str(own.get("matches") or "")
        if matched and matched != key and "range" not in own:
            own["range"] = (self.layout.get(f"{matched[0]}axis{matched[1:]}") or {}).get("range")
        return own

    def cells(self) -> list[Cell]:
        keys: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for trace in self.data:
            key = (str(trace.get("xaxis") or "x"), str(trace.get("yaxis") or "y"))
            keys.setdefault(key, []).append(trace)
        out = []
        for (x, y), found in (keys or {("x", "y"): []}).items():
            stacking = self.layout.get("barmode") in ("stack", "relative")
            axes = []
            for letter, place in (("x", x), ("y", y)):
                settings = self.axis_settings(place)
                given: list[Any] = []
                extra: list[float] = []
                tall: dict[Any, float] = {}
                for trace in found:
                    long = trace.get("type") == "bar" and (trace.get("orientation") == "h") == (letter == "x")
                    if not (long and values(trace.get("base"))):
                        given += drawn.along(trace, letter)
                    else:
                        given += values(trace.get("base"))
                    extra += drawn.reach(trace, letter, tall if stacking else None)
                axes.append(axis_of(settings, given, extra, upright=letter == "y"))
            out.append(Cell((x, y), axes[0], axes[1], found))
        return out

    def svg(self) -> str:
        cells = self.cells()
        top = self.head()
        annotations = [dict(note) for note in self.layout.get("annotations") or [] if words(note)]
        rest, titles, marks = [], {}, []
        for note in annotations:
            cell = self.titled(note, cells)
            if cell is not None:
                titles[cell.key] = words(note)
            elif (
                note.get("yref") == "paper"
                and str(note.get("xref", "x")) == "x"
                and float(note.get("y", 0)) >= 1
            ):
                marks.append(note)
            else:
                rest.append(note)
        right = self.right(rest)
        left = self.left(cells)
        bottom = self.place(cells, top, left, right, marks, titles)
        lines, labels = self.marks(cells[0], marks)
        self.shapes(cells, "below", lines)
        for cell in cells:
            self.grid(cell)
        for cell in cells:
            self.traces(cell)
        self.shapes(cells, "above", lines)
        for label in labels:
            self.backed(*label)
        for cell in cells:
            self.tick_labels(cell)
            if cell.key in titles:
                self.out.append(
                    text(
                        cell.frame[0],
                        cell.frame[1] - 6,
                        *wrapped(titles[cell.key], 12.5, 4000)[:1],
                        size=12.5,
                    )
                )
        for note in rest:
            self.note(note, cells)
        height = self.legend(cells, bottom) + 6
        title = words(self.layout.get("title")) or self.alt
        known = f"{self.name}-t {self.name}-d" if self.alt else f"{self.name}-t"
        head = element("title", escaped(title or "chart"), id=f"{self.name}-t")
        told = element("desc", escaped(self.alt), id=f"{self.name}-d") if self.alt else ""
        definitions = f"<defs>{''.join(self.patterns)}</defs>" if self.patterns else ""
        font = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {self.width} {number(height)}" '
            f'role="img" aria-labelledby="{escaped(known)}" font-family="{font}">'
            f"{head}{told}{definitions}{''.join(self.out)}</svg>"
        )

    # -- around the picture

    def head(self) -> float:
        """Title and subtitle, wrapped; gives where the picture may begin."""
        found = self.layout.get("title")
        below = found.get("subtitle") if isinstance(found, dict) else None
        y = 4.0
        for given, size, fill, weight in ((found, 16.0, INK, 600), (below, 13.0, SOFT, None)):
            said = words(given)
            if not said:
                continue
            lines = wrapped(said, size * (1.06 if weight else 1), self.width - 4)
            self.out.append(text(0, y + size, *lines, size=size, fill=fill, weight=weight))
            y += len(lines) * size * 1.3 + 5
        return y + 6

    def titled(self, note: dict[str, Any], cells: list[Cell]) -> Cell | None:
        """The cell that a note at its upper left corner is the title of."""
        if len(cells) < 2 or note.get("xref") != "paper" or note.get("yref") != "paper":
            return None
        for cell in cells:
            across = cell.x.settings.get("domain") or [0, 1]
            up = cell.y.settings.get("domain") or [0, 1]
            if abs(float(note["x"]) - across[0]) < 0.01 and abs(float(note["y"]) - up[1]) < 0.01:
                return cell
        return None

    def beside(self, note: dict[str, Any]) -> bool:
        return note.get("xref") == "paper" and float(note.get("x", 0)) >= 1 and not note.get("showarrow")

    def right(self, notes: list[dict[str, Any]]) -> float:
        found = [wide(words(note), _TICK) for note in notes if self.beside(note)]
        self.above = self.narrow and bool(found) and max(found) > 50
        return 14.0 if self.above or not found else max(found) + 10

    def left(self, cells: list[Cell]) -> float:
        most = 0.0
        for cell in cells:
            axis = cell.y
            if not axis.shown:
                continue
            axis.first, axis.last = 400.0, 0.0
            if axis.kind == "category":
                axis.low, axis.high = sorted((axis.low, axis.high))
            most = max([most, *(wide(label, _TICK) for _, label in axis.ticks(_TICK))])
        lanes = any(self.named(cell) for cell in cells)
        if lanes and most > self.width * 0.24 and self.narrow:
            self.above = True
        if self.above and lanes:
            return 6.0
        return min(most, self.width * 0.4) + 12

    def named(self, cell: Cell) -> bool:
        """Whether its rows are lanes with names."""
        return cell.y.kind == "category" or bool(cell.y.settings.get("ticktext"))

    def place(self, cells: list[Cell], top: float, left: float, right: float, marks: list[dict[str, Any]],
              titles: dict[Any, str]) -> float:  # fmt: skip
        """Gives each cell its frame: as the views place them, and one below the other where it is narrow."""
        margin = self.layout.get("margin") or {}
        whole = float(self.layout.get("height") or 420)
        inner = max(80.0, whole - float(margin.get("t", 80)) - float(margin.get("b", 60)))
        columns = sorted({round(float((cell.x.settings.get("domain") or [0, 1])[0]), 3) for cell in cells})
        rows = sorted(
            {round(float((cell.y.settings.get("domain") or [0, 1])[1]), 3) for cell in cells}, reverse=True
        )
        for cell in cells:
            cell.frame = (left, 0, self.width - right, 0)
        y = top + self.mark_rows(cells[0], marks) * _ROW
        # A word over the first lane or over the vertical axis stands below the labels of the lines.
        self.lifted = 16.0 if len(cells) == 1 and (self.above or (marks and cells[0].y.title)) else 0.0
        y += self.lifted
        if self.narrow or len(columns) == 1:
            groups = [
                [cell] for row in rows for column in columns for cell in cells if _stands(cell, column, row)
            ]
            columns = columns[:1]
        else:
            groups = [
                [cell for cell in cells if any(_stands(cell, column, row) for column in columns)]
                for row in rows
            ]
        for at, group in enumerate(group for group in groups if group):
            # In one column each time axis has its labels, where it can't borrow those of the last.
            share = max(_share(cell.y) for cell in group)
            height = inner * share
            if self.above and self.named(group[0]):
                lanes = abs(group[0].y.high - group[0].y.low)
                height = max(height, _LANE * lanes)
            y += 20 if titles else 0
            gap = 30.0
            each = (self.width - left - right - (len(columns) - 1) * (gap + left * 0.6)) / len(columns)
            for cell in group:
                place = columns.index(round(float((cell.x.settings.get("domain") or [0, 1])[0]), 3)) if len(
                    columns
                ) > 1 else 0  # fmt: skip
                x0 = left + place * (each + gap + left * 0.6)
                cell.frame = (x0, y, x0 + each, y + height)
                cell.x.first, cell.x.last = x0, x0 + each
                cell.y.first, cell.y.last = y + height, y
                if cell.y.kind == "category" and cell.y.settings.get("autorange") == "reversed":
                    cell.y.low, cell.y.high = max(cell.y.low, cell.y.high), min(cell.y.low, cell.y.high)
            tall = max((self.below(cell, at == len(groups) - 1) for cell in group), default=0)
            y += height + tall
        return y

    def below(self, cell: Cell, last: bool) -> float:
        """The room under a cell: its ticks' labels and its title."""
        lines = 0.0
        if cell.x.shown:
            lines = max((len(line) for line in self.x_labels(cell)), default=0) * 15.0
        if cell.x.title:
            lines += 18 * len(wrapped(cell.x.title, _TICK, cell.frame[2] - 4))
        return lines + 10

    def x_labels(self, cell: Cell) -> list[list[str]]:
        ticks = cell.x.ticks(_TICK)
        if cell.x.kind == "category":
            places = [place for place, _ in ticks]
            slot = min(
                (b - a for a, b in itertools.pairwise(places)),
                default=cell.frame[2] - cell.frame[0],
            )
            return [wrapped(label, _TICK - 1, max(abs(slot) - 4, 24)) for _, label in ticks]
        return [label.split("\n") for _, label in ticks]

    # -- reference lines

    def mark_rows(self, cell: Cell, marks: list[dict[str, Any]]) -> int:
        cell.x.first, cell.x.last = cell.frame[0], cell.frame[2]
        return max((row + len(lines) for _, row, lines, *_ in self.arranged(cell, marks)), default=0)

    def arranged(
        self, cell: Cell, marks: list[dict[str, Any]]
    ) -> list[tuple[dict[str, Any], int, list[str], float, float]]:
        """Each label with its row above the picture, its lines, where it begins, and where its line stands."""
        taken: list[list[tuple[float, float]]] = []
        out = []
        edge = self.width
        for note in sorted(marks, key=lambda note: (cell.x.at(note.get("x")) or 0.0, words(note))):
            at = cell.x.at(note.get("x"))
            if at is None:
                continue
            lines = wrapped(words(note), _TICK, edge - 8)
            room = max(wide(line, _TICK) for line in lines)
            start = at + 3 if at + 3 + room <= edge else at - 3 - room if at - 3 - room >= 0 else edge - room
            span = (min(start, at) - 6, max(start + room, at) + 6)
            row = 0
            while any(
                low < span[1] and span[0] < high
                for one in range(row, min(row + len(lines), len(taken)))
                for low, high in taken[one]
            ):
                row += 1
            while len(taken) < row + len(lines):
                taken.append([])
            for one in range(row, row + len(lines)):
                taken[one].append(span)
            out.append((note, row, lines, start, at))
        return out

    def marks(
        self, cell: Cell, marks: list[dict[str, Any]]
    ) -> tuple[dict[float, float], list[tuple[float, float, str]]]:
        """How high each reference line reaches, by where it stands, and the labels."""
        reach: dict[float, float] = {}
        labels: list[tuple[float, float, str]] = []
        top = cell.frame[1] - self.lifted
        for _, row, lines, start, at in self.arranged(cell, marks):
            base = top - 5 - (row + len(lines) - 1) * _ROW
            reach[round(at, 1)] = min(base - 9, reach.get(round(at, 1), base))
            for n, line in enumerate(lines):
                labels.append((start, base + n * _ROW, line))
        return reach, labels

    def shapes(self, cells: list[Cell], layer: str, reach: dict[float, float]) -> None:
        by_axis = {cell.key[0]: cell for cell in reversed(cells)}
        for shape in self.layout.get("shapes") or []:
            if (shape.get("layer") or "above") != layer:
                continue
            across = str(shape.get("xref") or "x").split(" ")[0]
            cell = by_axis.get(across, cells[0])
            line, fill = shape.get("line") or {}, shape.get("fillcolor")
            opacity = float(shape.get("opacity") or 1)
            if shape.get("xsizemode") == "pixel":
                x, y = cell.x.at(shape.get("xanchor")), cell.y.at(shape.get("yanchor"))
                if x is not None and y is not None:
                    path, _ = symbol("circle", x, y, abs(float(shape["x1"]) - float(shape["x0"])))
                    stroke = paint(stroke=line.get("color"), opacity=opacity)
                    self.out.append(
                        element("path", d=path, stroke_width=float(line.get("width") or 1), **stroke)
                    )
                continue
            xs = [self.along(cell, shape, "x", end) for end in ("x0", "x1")]
            ys = [self.along(cell, shape, "y", end) for end in ("y0", "y1")]
            if None in xs or None in ys:
                continue
            x0, x1 = (min(max(float(x or 0), cell.frame[0]), cell.frame[2]) for x in xs)
            y0, y1 = (float(y or 0) for y in ys)
            if shape.get("type") == "line":
                if x0 == x1 and shape.get("yref") == "paper":
                    y0, y1 = cell.frame[3], min(cell.frame[1], reach.get(round(x0, 1), cell.frame[1]))
                self.out.append(
                    element(
                        "path",
                        d=f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}",
                        stroke_width=float(line.get("width") or 1),
                        stroke_dasharray=dashes(line.get("dash")),
                        **paint(stroke=line.get("color") or INK, opacity=opacity),
                    )
                )
            elif shape.get("type") == "rect":
                rim = line.get("color") if line.get("width") else None
                self.out.append(
                    element(
                        "rect",
                        x=min(x0, x1),
                        y=min(y0, y1),
                        width=abs(x1 - x0),
                        height=abs(y1 - y0),
                        stroke_dasharray=dashes(line.get("dash")) if rim else None,
                        **paint(fill=fill or "none", stroke=rim, opacity=opacity),
                    )
                )

    def along(self, cell: Cell, place: dict[str, Any], letter: str, key: str) -> float | None:
        """The pixel of a shape's or a note's coordinate, whatever it refers to."""
        ref = str(place.get(f"{letter}ref") or letter)
        axis = cell.x if letter == "x" else cell.y
        given = place.get(key)
        if ref == "paper" or ref.endswith(" domain"):
            share = min(max(float(given or 0), 0.0), 1.0)
            start, end = (cell.frame[0], cell.frame[2]) if letter == "x" else (cell.frame[3], cell.frame[1])
            return start + share * (end - start)
        return axis.at(given)

    # -- one cell

    def grid(self, cell: Cell) -> None:
        left, top, right, bottom = cell.frame
        lines = []
        if cell.y.settings.get("showgrid") is not False and cell.y.settings.get("visible") is not False:
            lines += [f"M{number(left)} {number(at)}H{number(right)}" for at, _ in cell.y.ticks(_TICK)]
        if cell.x.settings.get("showgrid") is not False and cell.x.settings.get("visible") is not False:
            lines += [f"M{number(at)} {number(top)}V{number(bottom)}" for at, _ in cell.x.ticks(_TICK)]
        if lines:
            self.out.append(element("path", d="".join(lines), **paint(stroke=LINE)))

    def traces(self, cell: Cell) -> None:
        colorway = list(self.layout.get("colorway") or self.template.get("colorway") or [])
        bars = [trace for trace in cell.traces if trace.get("type") == "bar"]
        mode = self.layout.get("barmode") or "group"
        stacked: dict[Any, float] = {}
        for trace in cell.traces:
            shade = drawn.shade_of(trace, colorway, self.data.index(trace))
            kind = str(trace.get("type") or "scatter")
            if kind == "bar":
                slot = (bars.index(trace), len(bars)) if mode == "group" else (0, 1)
                hatch = self.hatch((trace.get("marker") or {}).get("pattern"), shade)
                stacking = mode in ("stack", "relative")
                self.out.append(drawn.bars(cell, trace, shade, slot, stacked, stacking, hatch))
            elif kind == "heatmap":
                self.out.append(drawn.heatmap(cell, trace))
            else:
                self.out.append(drawn.scatter(cell, trace, shade))

    def hatch(self, given: Any, shade: str) -> str:
        if not isinstance(given, dict) or not given.get("shape") or not isinstance(given["shape"], str):
            return ""
        name = f"{self.name}-h{len(self.patterns)}"
        self.patterns.append(drawn.pattern(name, given, shade))
        return name

    def tick_labels(self, cell: Cell) -> None:
        left, top, right, bottom = cell.frame
        y = bottom + 16
        if cell.x.shown:
            deep = 0
            edge = -1e9
            for (at, _), lines in zip(cell.x.ticks(_TICK), self.x_labels(cell), strict=True):
                room = max(wide(line, _TICK) for line in lines)
                start = min(max(at - room / 2, 0), self.width - room)
                if start < edge + 3 and cell.x.kind != "category":
                    continue
                edge = start + room
                self.out.append(
                    text(
                        start + room / 2,
                        y,
                        *lines,
                        size=_TICK - (cell.x.kind == "category"),
                        fill=SOFT,
                        anchor="middle",
                    )
                )
                deep = max(deep, len(lines))
            y += deep * 15
        if cell.x.title:
            self.out.append(
                text(max(left, 4), y + 2, *wrapped(cell.x.title, _TICK, right - 4), size=_TICK, fill=SOFT)
            )
        if cell.y.shown:
            lanes = self.named(cell)
            for at, label in cell.y.ticks(_TICK):
                if self.above and lanes:
                    self.backed(left, self.over(cell, at), label)
                    continue
                room = left - 12
                lines = wrapped(label, _TICK, max(room, 30))
                base = at + 4 - (len(lines) - 1) * 7.5
                fill = INK if lanes else SOFT
                self.out.append(text(left - 7, base, *lines, size=_TICK, anchor="end", fill=fill))
            if cell.y.title:
                self.out.append(
                    text(0 if not self.above else left, top - 6, cell.y.title, size=_TICK, fill=SOFT)
                )

    def over(self, cell: Cell, at: float) -> float:
        """The baseline of a name above its lane."""
        return at - 0.36 * abs(cell.y.pixel(1) - cell.y.pixel(0)) - 3

    def backed(self, x: float, base: float, said: str) -> None:
        """A text that stays legible over lines."""
        box = {"x": x - 1, "y": base - 11, "width": wide(said, _TICK) * 0.92, "height": 14.0}
        self.out.append(element("rect", **box, **paint(fill=GROUND, opacity=0.8)))
        self.out.append(text(x, base, said, size=_TICK))

    def note(self, note: dict[str, Any], cells: list[Cell]) -> None:
        """A label inside the picture or beside it."""
        by_axis = {cell.key[0]: cell for cell in reversed(cells)}
        cell = by_axis.get(str(note.get("xref") or "x").split(" ")[0], cells[0])
        said, size = words(note), float((note.get("font") or {}).get("size") or _TICK)
        fill = str((note.get("font") or {}).get("color") or INK)
        x, y = self.along(cell, note, "x", "x"), self.along(cell, note, "y", "y")
        if x is None or y is None:
            return
        if self.beside(note):
            head = float(note.get("y") or 0) >= 1 and note.get("yref") == "paper"
            if self.above:
                base = cell.frame[1] - 5 if head else self.over(cell, y)
                self.out.append(text(self.width, base, said, size=_TICK, fill=fill, anchor="end"))
            else:
                self.out.append(
                    text(cell.frame[2] + 7, cell.frame[1] - 5 if head else y + 4, said, size=_TICK, fill=fill)
                )
            return
        box = bool(note.get("showarrow")) or note.get("bordercolor")
        room = (self.width if not box else min(self.width * 0.6, 260)) - 12
        lines = broken(note, size, room)
        across = max(wide(line, size) for line in lines)
        anchor = str(note.get("xanchor") or "auto")
        tip = (x, y)
        if note.get("showarrow"):
            x, y = x + float(note.get("ax") or 0), y + float(note.get("ay") or -30)
        start = x if anchor == "left" else x - across if anchor == "right" else x - across / 2
        start += float(note.get("xshift") or 0)
        start = min(max(start, 5.0), max(5.0, self.width - across - 5))
        high = len(lines) * size * 1.3
        up = str(note.get("yanchor") or "auto")
        base = y - high + size if up == "bottom" else y + size if up == "top" else y - high / 2 + size
        base -= float(note.get("yshift") or 0)
        if note.get("showarrow"):
            stroke = paint(stroke=note.get("arrowcolor") or INK)
            self.out.append(
                element(
                    "path",
                    d=f"M{number(x)} {number(y)}L{number(tip[0])} {number(tip[1])}",
                    stroke_width=float(note.get("arrowwidth") or 1),
                    **stroke,
                )
            )
        if box or note.get("bgcolor"):
            rim = note.get("bordercolor") if note.get("bordercolor") else None
            self.out.append(
                element(
                    "rect",
                    x=start - 5,
                    y=base - size - 2,
                    width=across + 10,
                    height=high + 6,
                    rx=3.0,
                    **paint(fill=note.get("bgcolor") or GROUND, stroke=rim),
                )
            )
        self.out.append(text(start, base, *lines, size=size, fill=fill))

    def legend(self, cells: list[Cell], y: float) -> float:
        if self.layout.get("showlegend") is False:
            return y
        colorway = list(self.layout.get("colorway") or self.template.get("colorway") or [])
        entries: dict[str, tuple[dict[str, Any], str]] = {}
        for at, trace in enumerate(self.data):
            name = words(trace.get("name"))
            if trace.get("type") != "heatmap" and trace.get("showlegend") is not False and name:
                entries.setdefault(name, (trace, drawn.shade_of(trace, colorway, at)))
        if not entries or (len(entries) < 2 and not self.layout.get("showlegend")):
            return y
        x, y = 0.0, y + 16
        for name, (trace, shade) in entries.items():
            lines = wrapped(name, _TICK, self.width - 34)
            room = 24 + max(wide(line, _TICK) for line in lines) + 16
            if x and x + room - 16 > self.width:
                x, y = 0.0, y + 19
            self.swatch(trace, shade, x, y - 4)
            self.out.append(text(x + 24, y, *lines, size=_TICK, fill=SOFT))
            x += room
            if len(lines) > 1:
                x, y = 0.0, y + 19 * len(lines)
        return y + 6

    def swatch(self, trace: dict[str, Any], shade: str, x: float, y: float) -> None:
        if trace.get("type") == "bar":
            marker = trace.get("marker") or {}
            box = {"x": x + 2, "y": y - 5, "width": 15.0, "height": 10.0}
            self.out.append(element("rect", **box, **paint(fill=shade)))
            hatch = self.hatch(marker.get("pattern"), shade)
            if hatch:
                self.out.append(element("rect", **box, fill=f"url(#{hatch})"))
            return
        mode, marker = str(trace.get("mode") or "lines"), trace.get("marker") or {}
        if "lines" in mode:
            line = trace.get("line") or {}
            self.out.append(
                element(
                    "path",
                    d=f"M{number(x)} {number(y)}h18",
                    stroke_width=float(line.get("width") or 2),
                    stroke_dasharray=dashes(line.get("dash")),
                    **paint(stroke=shade),
                )
            )
        if "markers" in mode:
            path, hollow = symbol(str(drawn.each(marker.get("symbol"), 0, "circle")), x + 9, y, 8)
            own = drawn.each(marker.get("color"), 0, shade)
            own = own if isinstance(own, str) else shade
            given = paint(fill="none" if hollow else own, stroke=own if hollow else None)
            self.out.append(element("path", d=path, **given))


def _stands(cell: Cell, column: float, row: float) -> bool:
    across, up = cell.x.settings.get("domain") or [0, 1], cell.y.settings.get("domain") or [0, 1]
    return round(float(across[0]), 3) == column and round(float(up[1]), 3) == row


def _share(axis: Axis) -> float:
    domain = axis.settings.get("domain") or [0, 1]
    return float(domain[1]) - float(domain[0])
