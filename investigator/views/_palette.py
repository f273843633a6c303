"""The one palette: Okabe and Ito's colours, which stay apart for colour-blind eyes; never colour alone.

Source: Okabe, Ito (2008), Color Universal Design, https://jfly.uni-koeln.de/color/. What a colour says, a
symbol, a dash or a hatch says too, so that a grey print reads the same. The page's style sheet has
the same values under the names in `CSS`.
"""

from __future__ import annotations

from typing import NamedTuple

BLUE = "#0072b2"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
ORANGE = "#e69f00"
VERMILLION = "#d55e00"
PURPLE = "#cc79a7"
INK = "#1c2126"
INK_SOFT = "#56606a"
LINE = "#dde2e6"
GROUND = "#ffffff"
GROUND_SOFT = "#f6f7f8"

#: The names of these colours in the page's style sheet.
CSS = {
    "--blue": BLUE,
    "--sky": SKY,
    "--green": GREEN,
    "--yellow": YELLOW,
    "--orange": ORANGE,
    "--vermillion": VERMILLION,
    "--purple": PURPLE,
    "--ink": INK,
    "--ink-soft": INK_SOFT,
    "--line": LINE,
    "--ground": GROUND,
    "--ground-soft": GROUND_SOFT,
}

#: From few to many, as more of one colour, so that it reads the same on a white page and on a dark one. 0 is
#: see-through: an empty bin is no colour at all.
DENSITY = [
    [0.0, "rgba(0,114,178,0)"],
    [0.004, "rgba(0,114,178,0.11)"],
    [0.5, "rgba(0,114,178,0.26)"],
    [0.8, "rgba(0,114,178,0.48)"],
    [1.0, "rgba(0,114,178,0.72)"],
]
DENSITY_OF_ERRORS = [
    [0.0, "rgba(213,94,0,0)"],
    [0.004, "rgba(213,94,0,0.3)"],
    [0.35, "rgba(213,94,0,0.55)"],
    [0.7, "rgba(213,94,0,0.8)"],
    [1.0, "rgba(213,94,0,1)"],
]


class Look(NamedTuple):
    """How one class of mark is drawn: its colour, and the symbol that says the same in grey."""

    name: str
    colour: str
    symbol: str
    size: int


#: Marks by what they are, in the order of the legend.
LOOKS = {
    "deploy": Look("deploy", PURPLE, "diamond", 11),
    "flag": Look("flag change", PURPLE, "triangle-right", 11),
    "alert": Look("alert", ORANGE, "triangle-up", 11),
    "people": Look("message, ticket or note", GREEN, "square", 8),
    "error": Look("error", VERMILLION, "x", 8),
    "warning": Look("warning", ORANGE, "triangle-down", 9),
    "event": Look("event", BLUE, "circle", 6),
}


class Stroke(NamedTuple):
    """How a reference line is drawn: colour, dash and width."""

    colour: str
    dash: str
    width: float


STROKES = {
    "onset": Stroke(VERMILLION, "solid", 2.0),
    "deadline": Stroke(INK, "solid", 2.0),
    "change": Stroke("#9c4a78", "dash", 1.4),
    "decision": Stroke(BLUE, "dot", 1.4),
    "phase": Stroke(INK_SOFT, "dashdot", 1.4),
}
UNLABELLED = Stroke("#b9c1c8", "dot", 1.0)


def look_of(kind: str, severity: int | None) -> str:
    """The class of mark of an event, by its kind and severity."""
    from investigator.events import schema

    if kind in ("deploy", "flag", "alert"):
        return kind
    if kind in schema.PEOPLE_KINDS:
        return "people"
    if severity is None or severity != severity:
        return "event"
    return "error" if severity >= schema.ERROR else "warning" if severity >= schema.WARNING else "event"
