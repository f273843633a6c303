"""Traces as elements: bars, lines and markers, heat maps, each inside the frame of its cell."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from investigator.report.drawing.axes import Axis, milliseconds, values
from investigator.report.drawing.ink import (
    INK,
    colour,
    dashes,
    element,
    escaped,
    number,
    paint,
    symbol,
    text,
    wide,
    words,
)

#: How many shades a heat map is rounded to: what stands beside its like is then one rectangle.
_SHADES = 16


@dataclass
class Cell:
    """One pair of axes, what is drawn on them, and where: pixels of left, top, right, bottom."""

    key: tuple[str, str]
    x: Axis
    y: Axis
    traces: list[dict[str, Any]] = field(default_factory=list)
    frame: tuple[float, float, float, float] = (0, 0, 1, 1)

    def clamped(self, x: float, y: float) -> tuple[float, float]:
        left, top, right, bottom = self.frame
        return min(max(x, left), right), min(max(y, top), bottom)


def known(trace: dict[str, Any]) -> bool:
    """Whether traces of this type can be drawn here."""
    return str(trace.get("type") or "scatter") in ("bar", "scatter", "heatmap")


def along(trace: dict[str, Any], letter: str) -> list[Any]:
    """A trace's values along an axis, counted out where only a start and a step are given."""
    found = values(trace.get(letter))
    if found or (trace.get("type") == "heatmap" and trace.get(letter) is not None):
        return found
    if f"{letter}0" in trace or f"d{letter}" in trace:
        other = values(trace.get("z")) or values(trace.get("x" if letter == "y" else "y"))
        many = len(other[0]) if other and isinstance(other[0], list) and letter == "x" else len(other)
        start, step = milliseconds(trace.get(f"{letter}0", 0)) or 0.0, float(trace.get(f"d{letter}", 1))
        return [start + at * step for at in range(many)]
    if trace.get("type") == "heatmap":
        rows = values(trace.get("z"))
        return list(range(len(rows) if letter == "y" else len(rows[0]) if rows else 0))
    return list(range(len(values(trace.get("x" if letter == "y" else "y")))))


def numeric(axis: Axis, value: Any) -> float | None:
    """A value as a number of its axis; one that was counted out is that number already."""
    return float(value) if axis.kind == "date" and isinstance(value, (int, float)) else axis.number(value)


def reach(trace: dict[str, Any], letter: str, stacked: dict[Any, float] | None) -> list[float]:
    """The numbers that an axis must also show: bars stand on zero or on their base."""
    if trace.get("type") != "bar":
        fills = str(trace.get("fill")) == f"tozero{letter}"
        return [0.0] if fills else []
    upright = trace.get("orientation") != "h"
    if (letter == "y") != upright:
        return []
    lengths, bases = along(trace, letter), values(trace.get("base"))
    others = along(trace, "x" if upright else "y")
    out = [0.0] if not bases else []
    for at, length in enumerate(lengths):
        base = bases[at] if at < len(bases) else 0.0
        start = milliseconds(base)
        if start is not None and isinstance(length, (int, float)):
            if stacked is not None:
                start = stacked.get(others[at], 0.0)
                stacked[others[at]] = start + length
            out.append(start + length)
    return out


def each(value: Any, at: int, otherwise: Any = None) -> Any:
    """The setting of one point, where it may be one for all."""
    if isinstance(value, (list, tuple, dict)):
        found = values(value)
        return found[at] if at < len(found) else otherwise
    return otherwise if value is None else value


def shade_of(trace: dict[str, Any], colorway: list[str], at: int) -> str:
    marker, line = trace.get("marker") or {}, trace.get("line") or {}
    first, second = (marker, line) if trace.get("type") == "bar" else (line, marker)
    for place in (first, second):
        found = place.get("color")
        if isinstance(found, (list, tuple)):
            found = found[0] if found and isinstance(found[0], str) else None
        if isinstance(found, str):
            return found
    return colorway[at % len(colorway)] if colorway else INK


def bars(cell: Cell, trace: dict[str, Any], shade: str, slot: tuple[int, int], stacked: dict[Any, float],
         stacking: bool, hatch: str) -> str:  # fmt: skip
    """The bars of one trace; `slot` is its place among those that stand beside one another."""
    upright = trace.get("orientation") != "h"
    along_axis, across = (cell.y, cell.x) if upright else (cell.x, cell.y)
    lengths, places = along(trace, "y" if upright else "x"), along(trace, "x" if upright else "y")
    bases, marker = values(trace.get("base")), trace.get("marker") or {}
    labels, position = trace.get("text"), str(trace.get("textposition") or "auto")
    rim = marker.get("line") or {}
    out = []
    for at, (length, place) in enumerate(zip(lengths, places, strict=False)):
        middle, size = numeric(across, place), along_axis.number(0 if along_axis.kind == "log" else length)
        if middle is None or size is None or not isinstance(length, (int, float)):
            continue
        size = float(length)
        base = along_axis.number(bases[at]) if at < len(bases) else 0.0
        start = base if base is not None else 0.0
        if stacking:
            start = stacked.get(place, 0.0)
            stacked[place] = start + size
        thick = float(each(trace.get("width"), at, 0.8))
        if slot[1] > 1 and trace.get("width") is None:
            thick = 0.8 / slot[1]
            middle += thick * (slot[0] - (slot[1] - 1) / 2)
        ends = [along_axis.pixel(start), along_axis.pixel(start + size)]
        sides = [across.pixel(middle - thick / 2), across.pixel(middle + thick / 2)]
        x0, y0 = cell.clamped(*((sides[0], ends[0]) if upright else (ends[0], sides[0])))
        x1, y1 = cell.clamped(*((sides[1], ends[1]) if upright else (ends[1], sides[1])))
        fill = each(marker.get("color"), at, shade)
        box: dict[str, Any] = {
            "x": min(x0, x1),
            "y": min(y0, y1),
            "width": abs(x1 - x0),
            "height": abs(y1 - y0),
        }
        if not upright and size and box["width"] < 1:
            box["width"] = 1.0  # What happened has a width that is seen.
        given = paint(
            fill=fill if isinstance(fill, str) else shade,
            stroke=rim.get("color") if rim.get("width") and isinstance(rim.get("color"), str) else None,
            opacity=float(each(marker.get("opacity"), at, trace.get("opacity") or 1)),
        )
        out.append(element("rect", **box, **given))
        if hatch:
            out.append(element("rect", **box, fill=f"url(#{hatch})"))
        label = words(each(labels, at, ""))
        if label and position != "none":
            out.append(_bar_label(cell, label, box, upright, position))
    return "".join(out)


def _bar_label(cell: Cell, label: str, box: dict[str, float], upright: bool, position: str) -> str:
    room, middle = wide(label, 11), box["x"] + box["width"] / 2
    if position == "outside":
        if upright:
            return text(middle, box["y"] - 4, label, size=11, anchor="middle")
        end = box["x"] + box["width"]
        if end + 5 + room <= cell.frame[2] + 4 or end + 5 + room <= 2 * cell.frame[2] - end:
            return text(end + 5, box["y"] + box["height"] / 2 + 4, label, size=11)
        return text(cell.frame[2], box["y"] - 2, label, size=11, anchor="end")
    if room > box["width"] or box["height"] < 12:
        return ""
    return text(middle, box["y"] + box["height"] / 2 + 4, label, size=11, anchor="middle")


def scatter(cell: Cell, trace: dict[str, Any], shade: str) -> str:
    """Lines, the area under them, markers and the texts beside them."""
    mode = str(trace.get("mode") or "lines+markers")
    line, marker = trace.get("line") or {}, trace.get("marker") or {}
    points: list[tuple[float, float] | None] = []
    for x, y in zip(along(trace, "x"), along(trace, "y"), strict=False):
        across, up = numeric(cell.x, x), cell.y.number(y)
        points.append(None if across is None or up is None else (cell.x.pixel(across), cell.y.pixel(up)))
    out = []
    stepped = str(line.get("shape") or "linear")
    if "lines" in mode:
        path = _path([cell.clamped(*point) if point else None for point in points], stepped)
        kept = [cell.clamped(*point) for point in points if point]
        if trace.get("fill") == "tozeroy" and kept:
            floor = cell.clamped(0, cell.y.pixel(0.0))[1]
            area = _path([(kept[0][0], floor), *kept, (kept[-1][0], floor)], stepped)
            out.append(element("path", d=area, **paint(fill=trace.get("fillcolor") or shade)))
        stroke = paint(stroke=shade)
        out.append(
            element(
                "path",
                d=path,
                stroke_width=float(line.get("width") or 2),
                stroke_dasharray=dashes(line.get("dash")),
                stroke_linejoin="round",
                **stroke,
            )
        )
    if "markers" in mode:
        rim = marker.get("line") or {}
        for at, point in enumerate(points):
            if point is None or cell.clamped(*point) != point:
                continue
            own = each(marker.get("color"), at, shade)
            own = own if isinstance(own, str) else shade
            size = float(each(marker.get("size"), at, 6))
            path, hollow = symbol(str(each(marker.get("symbol"), at, "circle")), *point, size)
            rimmed = each(rim.get("color"), at) if rim.get("width") else None
            given = paint(
                fill="none" if hollow else own,
                stroke=own if hollow else rimmed if isinstance(rimmed, str) else None,
                opacity=float(each(marker.get("opacity"), at, 1)),
            )
            out.append(element("path", d=path, stroke_width=1.4 if hollow else None, **given))
    if "text" in mode:
        size = float((trace.get("textfont") or {}).get("size") or 12)
        for at, point in enumerate(points):
            label = words(each(trace.get("text"), at, ""))
            if point and label:
                out.append(_beside(cell, label, point, str(each(trace.get("textposition"), at, "")), size))
    return "".join(out)


def _beside(cell: Cell, label: str, point: tuple[float, float], position: str, size: float) -> str:
    x, y = point
    y += -size * 0.6 if "top" in position else size * 1.3 if "bottom" in position else size * 0.35
    anchor = "end" if "left" in position else "start" if "right" in position else "middle"
    room = wide(label, size)
    left = x + 6 if anchor == "start" else x - 6 - room if anchor == "end" else x - room / 2
    left = min(max(left, cell.frame[0]), max(cell.frame[0], cell.frame[2] - room))
    return text(left, y, label, size=size)


def _path(points: list[tuple[float, float] | None], shape: str) -> str:
    out: list[str] = []
    before: tuple[float, float] | None = None
    for point in points:
        if point is None:
            before = None
            continue
        x, y = number(point[0]), number(point[1])
        if before is None:
            out.append(f"M{x} {y}")
        elif shape == "hv":
            out.append(f"H{x}" if number(before[1]) == y else f"H{x}V{y}")
        elif shape == "vh":
            out.append(f"V{y}H{x}")
        else:
            out.append(f"L{x} {y}")
        before = point
    return "".join(out)


def heatmap(cell: Cell, trace: dict[str, Any]) -> str:
    """Rectangles of one shade, neighbours of the same shade as one."""
    rows = [row for row in values(trace.get("z")) if isinstance(row, (list, tuple))]
    if not rows or not rows[0]:
        return ""
    scale = trace.get("colorscale")
    stops = [(float(at), str(shade)) for at, shade in scale] if isinstance(scale, (list, tuple)) else []
    counts = [v for row in rows for v in row if isinstance(v, (int, float)) and v == v]
    if not counts:
        return ""
    low = float(trace["zmin"]) if trace.get("zmin") is not None else float(min(counts))
    high = float(trace["zmax"]) if trace.get("zmax") is not None else float(max(counts))
    xs = _edges(cell.x, along(trace, "x"), len(rows[0]))
    ys = _edges(cell.y, along(trace, "y"), len(rows))
    out = []
    for at, row in enumerate(rows):
        start = 0
        while start < len(row):
            level = _level(row[start], low, high)
            end = start + 1
            while end < len(row) and _level(row[end], low, high) == level:
                end += 1
            if level is not None:
                shade, opaque = _shade(stops, level)
                x0, y0 = cell.clamped(xs[start], ys[at])
                x1, y1 = cell.clamped(xs[end], ys[at + 1])
                if opaque > 0 and x0 != x1:
                    given = {"fill": shade, **({"fill_opacity": f"{opaque:.2g}"} if opaque < 1 else {})}
                    box = {"x": min(x0, x1), "y": min(y0, y1), "width": abs(x1 - x0), "height": abs(y1 - y0)}
                    out.append(element("rect", **box, **given))
            start = end
    for at, row in enumerate(values(trace.get("text"))):
        for place, label in enumerate(row if isinstance(row, (list, tuple)) else []):
            if trace.get("texttemplate") and label and place + 1 < len(xs) and at + 1 < len(ys):
                middle = ((xs[place] + xs[place + 1]) / 2, (ys[at] + ys[at + 1]) / 2)
                if wide(words(label), 11) < abs(xs[place + 1] - xs[place]):
                    out.append(text(middle[0], middle[1] + 4, words(label), size=11, anchor="middle"))
    return "".join(out)


def _edges(axis: Axis, given: list[Any], many: int) -> list[float]:
    """The pixels between which the rows or columns stand: given as edges, or halfway between their middles."""
    found = [numeric(axis, value) for value in given]
    numbers = [float(at) if value is None else value for at, value in enumerate(found)][: many + 1]
    if len(numbers) <= many:
        numbers += [float(at) for at in range(len(numbers), many)]
        steps = [b - a for a, b in itertools.pairwise(numbers)] or [1.0]
        numbers = [
            numbers[0] - steps[0] / 2,
            *((a + b) / 2 for a, b in itertools.pairwise(numbers)),
            numbers[-1] + steps[-1] / 2,
        ]
    return [axis.pixel(value) for value in numbers]


def _level(value: Any, low: float, high: float) -> float | None:
    if not isinstance(value, (int, float)) or value != value:
        return None
    share = (value - low) / ((high - low) or 1)
    share = min(max(share, 0.0), 1.0)
    # What is not nothing never falls to nothing by rounding.
    return max(round(share * _SHADES), 1) / _SHADES if share > 0 else 0.0


def _shade(stops: list[tuple[float, str]], level: float) -> tuple[str, float]:
    if not stops:
        return "#0072b2", level * 0.85
    before = stops[0]
    for stop in stops:
        if stop[0] >= level:
            return _between(before, stop, level)
        before = stop
    return colour(before[1])


def _between(first: tuple[float, str], second: tuple[float, str], level: float) -> tuple[str, float]:
    share = (level - first[0]) / ((second[0] - first[0]) or 1)
    (one, opaque), (other, more) = colour(first[1]), colour(second[1])
    if len(one) != 7 or len(other) != 7:
        return (other, more) if share >= 0.5 else (one, opaque)
    mixed = (
        round(int(one[n : n + 2], 16) * (1 - share) + int(other[n : n + 2], 16) * share) for n in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed), opaque + (more - opaque) * share


def pattern(name: str, given: dict[str, Any], shade: str) -> str:
    """A hatch: what a fill says in colour, it says in grey too."""
    size = max(3.0, float(given.get("size") or 6))
    stroke = paint(stroke=given.get("fgcolor") if isinstance(given.get("fgcolor"), str) else shade)
    line = element("path", d=f"M0 {number(size)}L{number(size)} 0", stroke_width=1, **stroke)
    return (
        f'<pattern id="{escaped(name)}" width="{number(size)}" height="{number(size)}" '
        f'patternUnits="userSpaceOnUse">{line}</pattern>'
    )
