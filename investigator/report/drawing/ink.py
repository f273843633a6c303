"""What a drawing is made of: elements with every text escaped, colours of the page, symbols, and text that is measured."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator

#: The greys of the views and the names under which the page's style sheet has them, so that dark turns them round.
NEUTRALS = {
    "#1c2126": "ink",
    "#56606a": "ink-soft",
    "#dde2e6": "line",
    "#e9edf0": "line",
    "#e6eaed": "line",
    "#b9c1c8": "strong",
    "#9aa3ab": "quiet",
    "#ffffff": "ground",
    "#f1f3f4": "ground-soft",
    "#f6f7f8": "ground-soft",
    "#eef3f7": "ground-soft",
    "#9c4a78": "change",
}
INK, SOFT, LINE, GROUND = "#1c2126", "#56606a", "#dde2e6", "#ffffff"
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]{3,20}")
_RGBA = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+)\s*)?\)")
_DASHES = {"dot": "2 3", "dash": "7 4", "dashdot": "7 3 2 3", "longdash": "10 4", "longdashdot": "10 3 2 3"}
_SLIM, _BROAD = set("iljtfr.,:;'|!()[]{}- "), set("mwMW@%\u2026\u2192\u2190")


# Characters that no XML may hold; each is shown as one that can't be shown.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """A text as an SVG may hold it, in an element or an attribute."""
    return html.escape(_UNFIT.sub("\ufffd", text))


def number(value: float) -> str:
    """A coordinate: one decimal is a tenth of a pixel."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def element(tag: str, /, *inside: str, **attributes: str | float | None) -> str:
    """One SVG element; every value is escaped here, and `_` in a name is a hyphen."""
    parts = []
    for name, value in attributes.items():
        if value is None or value == "":
            continue
        shown = value if isinstance(value, str) else number(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{escaped(shown)}"')
    body = "".join(inside)
    return f"<{tag}{''.join(parts)}>{body}</{tag}>" if body else f"<{tag}{''.join(parts)}/>"


def colour(value: object, otherwise: str = INK) -> tuple[str, float]:
    """A colour that an attribute may hold, and how opaque it is (0 to 1)."""
    text = str(value or "").strip()
    match = _RGBA.fullmatch(text)
    if match:
        red, green, blue = (min(255, int(float(part))) for part in match.groups()[:3])
        return f"#{red:02x}{green:02x}{blue:02x}", min(1.0, float(match[4] or 1))
    return (text.lower(), 1.0) if _COLOUR.fullmatch(text) else (otherwise, 1.0)


def paint(*, fill: object = None, stroke: object = None, opacity: float = 1) -> dict[str, str]:
    """The attributes of a fill and a stroke; a grey of the page also has a class, which dark turns round."""
    out: dict[str, str] = {}
    classes = []
    for name, given in (("fill", fill), ("stroke", stroke)):
        if given is None:
            continue
        shade, opaque = colour(given)
        out[name] = shade
        if opaque * opacity < 1:
            out[f"{name}_opacity"] = f"{opaque * opacity:.2g}"
        if shade in NEUTRALS:
            classes.append(f"{name[0]}-{NEUTRALS[shade]}")
    if fill is None and stroke is not None:
        out["fill"] = "none"
    if classes:
        out["class_"] = " ".join(classes)
    return out


def dashes(name: object) -> str | None:
    """plotly's name of a dash as SVG writes it."""
    return _DASHES.get(str(name))


def wide(text: str, size: float) -> float:
    """How many pixels a text takes at most, in the widest of the fonts that a page falls back to."""
    units = 0.0
    for letter in text:
        if letter in _SLIM:
            units += 0.42
        elif letter in _BROAD:
            units += 0.98
        elif ord(letter) > 0x2E7F:
            units += 1.05
        elif letter.isupper():
            units += 0.72
        else:
            units += 0.62
    return units * size


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text over as many lines as it needs: broken at spaces, inside a word where a word alone is too long."""
    lines, line = [], ""
    for word in text.split():
        if line and wide(f"{line} {word}", size) <= room:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while wide(line, size) > room and len(line) > 1:
            kept = len(line)
            while kept > 1 and wide(line[:kept], size) > room:
                kept -= 1
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line] if line else lines or [""]


def words(value: object) -> str:
    """A label of a safe figure as plain text on one line: its breaks are spaces, its entities letters."""
    text = value.get("text", "") if isinstance(value, dict) else value
    return html.unescape(re.sub(r"<br ?/?>|</?b>|</?i>", " ", str(text or ""))).strip()


def broken(value: object, size: float, room: float) -> list[str]:
    """A label with its own line breaks kept, each line wrapped where it is too long."""
    given = value.get("text", "") if isinstance(value, dict) else value
    parts = re.split(r"<br ?/?>", str(given or ""))
    return [line for part in parts for line in wrapped(words(part), size, room) if line]


def text(
    x: float,
    y: float,
    *lines: str,
    size: float = 12,
    fill: str = INK,
    anchor: str = "start",
    weight: int | None = None,
    leading: float = 1.3,
) -> str:
    """Lines of text, the first one's baseline at y."""
    kept = [line for line in lines if line]
    if not kept:
        return ""
    more = paint(fill=fill)
    given = {"font_size": size, "text_anchor": None if anchor == "start" else anchor, "font_weight": weight}
    shown = {name: number(v) if isinstance(v, (int, float)) else v for name, v in given.items()}
    if len(kept) == 1:
        return element("text", escaped(kept[0]), x=x, y=y, **shown, **more)
    spans = (element("tspan", escaped(line), x=x, y=y + at * size * leading) for at, line in enumerate(kept))
    return element("text", "\n".join(spans), **shown, **more)


def symbol(name: str, x: float, y: float, size: float) -> tuple[str, bool]:
    """The path of a marker, and whether it is an outline only."""
    hollow = name.endswith("-open")
    half = size / 2
    kind = name.removesuffix("-open").removesuffix("-dot")

    def outline(points: Iterator[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in points) + "Z"

    if kind == "square":
        return outline(iter([(-half, -half), (half, -half), (half, half), (-half, half)])), hollow
    if kind == "diamond":
        wider = half * 1.3
        return outline(iter([(0, -wider), (wider, 0), (0, wider), (-wider, 0)])), hollow
    if kind.startswith("triangle"):
        turn = {"triangle-up": -90, "triangle-right": 0, "triangle-down": 90, "triangle-left": 180}.get(
            kind, -90
        )
        angles = (math.radians(turn + step) for step in (0, 120, 240))
        return outline((1.25 * half * math.cos(a), 1.25 * half * math.sin(a)) for a in angles), hollow
    if kind in ("x", "cross"):
        arm = half * 0.38
        cross = [
            (-half, -arm), (-arm, -arm), (-arm, -half), (arm, -half), (arm, -arm), (half, -arm),
            (half, arm), (arm, arm), (arm, half), (-arm, half), (-arm, arm), (-half, arm),
        ]  # fmt: skip
        if kind == "x":
            turned = math.cos(math.pi / 4)
            cross = [((dx - dy) * turned, (dx + dy) * turned) for dx, dy in cross]
        return outline(iter(cross)), hollow
    if kind.startswith("line"):
        across = (half, 0.0) if kind.startswith("line-ew") else (0.0, half)
        return (
            f"M{number(x - across[0])} {number(y - across[1])}L{number(x + across[0])} {number(y + across[1])}",
            True,
        )
    return (
        f"M{number(x - half)} {number(y)}a{number(half)} {number(half)} 0 1 0 {number(size)} 0"
        f"a{number(half)} {number(half)} 0 1 0 {number(-size)} 0Z",
        hollow,
    )
