"""A plotly figure made safe to share: its text inert, its look the page's, its numbers as a table."""

from __future__ import annotations

import base64
import html
import json
import re
import struct
from dataclasses import dataclass
from typing import Any

# plotly renders a small HTML of its own in every label: <a>, <b>, entities; and $...$ where MathJax is
# loaded. Line breaks are harmless everywhere; a template text, which a view wrote, may also use these.
_BREAK = re.compile(r"<br ?/?>")
_MARKUP = re.compile(r"<br ?/?>|</?b>|</?i>|</?extra>")
_TEMPLATES = {"hovertemplate", "texttemplate"}
_ESCAPES = {"<": "&lt;", ">": "&gt;", "$": "&#36;", "&": "&amp;"}
_SPECIAL = re.compile(r"[<>$&]")
_SAFE_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*\Z")

_MOST_ROWS = 500
_NUMBERS = {
    "i1": "b",
    "u1": "B",
    "i2": "h",
    "u2": "H",
    "i4": "i",
    "u4": "I",
    "i8": "q",
    "u8": "Q",
    "f4": "f",
    "f8": "d",
}
# A figure that brings no look of its own, only plotly's default, gets the page's: ground, palette, type.
_PLOTLY_GROUND = "#E5ECF6"
_AXIS = {
    "gridcolor": "#e6eaed",
    "linecolor": "#b9c1c8",
    "zerolinecolor": "#b9c1c8",
    "automargin": True,
    "title": {"standoff": 10},
}
_LOOK = {
    "layout": {
        "colorway": ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#1c2126"],
        "font": {
            "family": "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif",
            "color": "#1c2126",
        },
        "title": {"x": 0, "xref": "container", "font": {"size": 15}},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hoverlabel": {"align": "left"},
    }
}

#: Numbers of a figure in base64, and pictures: letters that are no text.
_PACKED = re.compile(
    r'(?<="bdata":")[^"]*|(?<="bdata": ")[^"]*|(?<=;base64,)[A-Za-z0-9+/=]*|(?<="image/png": ")[^"]*'
)


def worded(text: str) -> str:
    """A page or a notebook without the letters that stand for numbers and pictures, which any word can be in."""
    return _PACKED.sub("", text)


@dataclass(frozen=True)
class Table:
    """The numbers behind a chart: plain values, not yet escaped."""

    columns: list[str]
    rows: list[list[Any]]
    title: str = ""
    left_out: int = 0


def safe(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure with every text in it shown as it is, fitted to the page. The one given stays as it was."""
    # A view's texts are inert already, which the words beside its figure tell: made so twice they would read wrong.
    once = bool(alternative(figure))
    data = [_inert(trace, once=once) for trace in figure.get("data", [])]
    layout = _inert(figure.get("layout", {}), once=once)
    images = [image for image in layout.get("images", []) if _SAFE_IMAGE.match(str(image.get("source", "")))]
    if "images" in layout:
        layout["images"] = images
    if isinstance(layout.get("meta"), dict):
        layout["meta"] = {key: value for key, value in layout["meta"].items() if key != "table"}
    layout.pop("width", None)
    layout["autosize"] = True
    layout.setdefault("paper_bgcolor", "rgba(0,0,0,0)")
    given = layout.get("template")
    if not given or given.get("layout", {}).get("plot_bgcolor") == _PLOTLY_GROUND:
        layout["template"] = _LOOK
        layout.setdefault("margin", {"l": 60, "r": 20, "t": 48 if title(figure) else 16, "b": 48})
    return {"data": data, "layout": layout}


def title(figure: dict[str, Any]) -> str:
    """What the figure calls itself, as plain text."""
    found = figure.get("layout", {}).get("title", "")
    text = found.get("text", "") if isinstance(found, dict) else found
    said = re.sub(r"</?(?:b|i|br ?/?)>", " ", str(text or "")).strip()
    return html.unescape(said) if alternative(figure) else said


def alternative(figure: dict[str, Any]) -> str:
    """The words for those who can't see it (`layout.meta.alt`), which every view writes; else nothing."""
    meta = figure.get("layout", {}).get("meta")
    return str(meta.get("alt") or "") if isinstance(meta, dict) else ""


def table(figure: dict[str, Any]) -> Table:
    """The table that the view put beside its figure (`layout.meta.table`), else one made from the traces."""
    meta = figure.get("layout", {}).get("meta")
    given = meta.get("table") if isinstance(meta, dict) else None
    if isinstance(given, dict) and given.get("columns"):
        rows = [list(row) for row in given.get("rows", [])]
        made = Table([str(column) for column in given["columns"]], rows, str(given.get("title") or ""))
    else:
        made = _from_traces(figure)
    return Table(made.columns, made.rows[:_MOST_ROWS], made.title, max(0, len(made.rows) - _MOST_ROWS))


def needs(figure: dict[str, Any]) -> list[str]:
    """What a closed page can't give this figure: maps fetch tiles, WebGL traces compile code as they draw."""
    found = []
    for trace in figure.get("data", []):
        kind = str(trace.get("type", "scatter"))
        if "map" in kind.replace("heatmap", "").replace("treemap", "") or kind in (
            "scattergeo",
            "choropleth",
        ):
            found.append(f"a trace of type {kind} fetches its map from the network")
        elif kind.endswith(("gl", "3d")) or kind in ("parcoords", "surface", "cone", "volume"):
            found.append(f"a trace of type {kind} compiles code while drawing")
    return found


def _inert(value: Any, key: str = "", *, once: bool = False) -> Any:
    if isinstance(value, dict):
        if "bdata" in value and "dtype" in value:
            return dict(value)
        return {name: _inert(part, name, once=once) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inert(part, key, once=once) for part in value]
    if isinstance(value, str):
        return _text(value, _MARKUP if key in _TEMPLATES else _BREAK, once)
    return value


def _text(text: str, kept: re.Pattern[str], once: bool) -> str:
    if not _SPECIAL.search(text):
        return text
    parts, at = [], 0
    for match in kept.finditer(text):
        parts += [_escaped(text[at : match.start()], kept, once), match[0]]
        at = match.end()
    return "".join([*parts, _escaped(text[at:], kept, once)])


def _escaped(text: str, kept: re.Pattern[str], once: bool) -> str:
    # In a template text $ and & belong to the view: d3's "$,.2f" has no other spelling.
    if kept is _MARKUP:
        return text.replace("<", "&lt;")
    if once:
        text = html.unescape(text)
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def _from_traces(figure: dict[str, Any]) -> Table:
    traces = [trace for trace in figure.get("data", []) if isinstance(trace, dict)]
    axes = [
        name
        for name in ("labels", "x", "y", "z", "values", "text")
        if any(_values(trace.get(name)) for trace in traces)
    ]
    rows: list[list[Any]] = []
    for number, trace in enumerate(traces, start=1):
        columns = [_values(trace.get(name)) for name in axes]
        name = str(trace.get("name") or f"series {number}")
        for row in range(max((len(column) for column in columns), default=0)):
            rows.append([name, *(column[row] if row < len(column) else None for column in columns)])
    return Table(["series", *(_axis(figure, name) for name in axes)], rows)


def _axis(figure: dict[str, Any], name: str) -> str:
    found = figure.get("layout", {}).get(f"{name}axis", {}).get("title", "")
    text = found.get("text", "") if isinstance(found, dict) else found
    return re.sub(r"<br ?/?>", " ", str(text)) or name


def _values(value: Any) -> list[Any]:
    """A trace's values as a list, also where plotly packed the numbers in base64."""
    if isinstance(value, (list, tuple)):
        return [json.dumps(part) if isinstance(part, (list, dict)) else part for part in value]
    if isinstance(value, dict) and "bdata" in value and "shape" not in value:
        code = _NUMBERS.get(str(value.get("dtype", "")).lstrip("<|="))
        if code:
            raw = base64.b64decode(value["bdata"])
            return list(struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw))
    return []
