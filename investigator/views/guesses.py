"""The guesses against the evidence: what stands for each, what against it, and what tells none from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain, several

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["evidence", "guess", "how it stands", "side", "counts"]
ROWS_AT_MOST, GUESSES_AT_MOST = 24, 8
LANE_PIXELS = 34
#: Each side with its sign, so that colour is never all that tells them apart.
SIDES = {"for": ("circle", palette.BLUE), "against": ("x", palette.VERMILLION)}


def guesses(events: Events, *, held: Sequence[dict[str, Any]] | None = None) -> Figure:
    """A row for each piece of evidence, a column for each guess: for it, against it, or counting for nothing.

    `held` says what was set for and against which guess [{guess, state, evidence, side, counts}]; a case gives its own.
    The guesses with the least against them stand first (Heuer 1999); a hollow sign counts for nothing.
    """
    title = "What stands for and against each guess?"
    rows = [_row(one) for one in held or ()]
    if not rows:
        return nothing(
            title,
            "No evidence was set for or against a guess.",
            axis="guess",
            columns=COLUMNS,
            table_title="For and against",
        )
    against: dict[str, int] = {}
    for row in rows:
        against[row[1]] = against.get(row[1], 0) + (row[3] == "against" and row[4] == "yes")
    order = sorted(against, key=lambda name: (against[name], name))
    evidence = list(dict.fromkeys(row[0] for row in rows))
    left = [f"{len(them) - most} more {what}" for them, most, what in ((evidence, ROWS_AT_MOST, "pieces"), (order, GUESSES_AT_MOST, "guesses")) if len(them) > most]  # fmt: skip
    told = _told(order, against)
    made = figure(
        title=told.format(inert(order[0], at_most=70)),
        subtitle="A dot speaks for the guess, a cross against it; a hollow one counts for nothing."
        + (f" {' and '.join(left)} are in the table." if left else ""),
        alt=told.format(plain(order[0], at_most=70)),
        table_title="For and against",
        columns=COLUMNS,
        rows=rows,
    )
    _draw(made, rows, order[:GUESSES_AT_MOST], evidence[:ROWS_AT_MOST])
    return made


def _row(one: dict[str, Any]) -> list[str]:
    counts = "yes" if one.get("counts", True) else "no"
    return [str(one.get(name) or "") for name in ("evidence", "guess", "state", "side")] + [counts]


def _told(order: list[str], against: dict[str, int]) -> str:
    """The finding as a sentence, with room for the guess's words."""
    least = against[order[0]]
    if sum(number == least for number in against.values()) > 1 and len(order) > 1:
        return f"Nothing tells {several(sum(n == least for n in against.values()), 'guess', 'guesses')} apart, the first {{}}."
    what = "nothing" if not least else several(least, "piece of evidence", "pieces of evidence")
    return f"Of {several(len(order), 'guess', 'guesses')}, {{}} has {what} against it."


def _draw(made: Figure, rows: list[list[str]], order: list[str], evidence: list[str]) -> None:
    import plotly.graph_objects as go

    for side, (symbol, colour) in SIDES.items():
        for counts in ("yes", "no"):
            some = [row for row in rows if row[3] == side and row[4] == counts and row[0] in evidence and row[1] in order]  # fmt: skip
            if not some:
                continue
            made.add_trace(
                go.Scatter(
                    mode="markers",
                    name=side if counts == "yes" else f"{side}, counts for nothing",
                    x=[order.index(row[1]) for row in some],
                    y=[evidence.index(row[0]) for row in some],
                    marker={
                        "symbol": symbol if counts == "yes" else f"{symbol}-open",
                        "color": colour,
                        "size": 13,
                    },
                    hovertext=[
                        f"{inert(row[0], at_most=120)}: {row[3]} {inert(row[1], at_most=80)}" for row in some
                    ],
                    hoverinfo="text",
                )
            )
    height = max(len(evidence) * LANE_PIXELS, 90)
    _lanes.ticks(made, evidence)
    made.update_xaxes(
        title_text="guess, the least against it first",
        range=[-0.5, len(order) - 0.5],
        tickvals=list(range(len(order))),
        ticktext=[_lanes.tick(name) for name in order],
    )
    made.update_layout(
        height=84 + height + 110,
        margin={"l": margin_for([plain(one, at_most=30) for one in evidence]), "r": 24, "t": 84, "b": 110},
        legend={"y": -70 / height},
        showlegend=True,
    )
