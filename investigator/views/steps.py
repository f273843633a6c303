"""How many got to each step, those affected beside those that are fine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.facts import affected, traces
from investigator.facts.difference import deciding_difference
from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["step", "affected there", "affected", "fine there", "fine"]
STEPS_AT_MOST = 24
LANE_PIXELS = 40


def steps(events: Events, *, like: str, onset: str | None = None) -> Figure:
    """Of those affected like this one and of those that are fine, the share that got to each step.

    The steps stand in the order in which a healthy one takes them. Where the two bars part, the way was left.
    """
    title = f"How far did those like {inert(like, at_most=48)} get?"
    found = deciding_difference(events, str(like)) if events.sources and str(like or "").strip() else None
    if found is None or not affected.sets_apart(found):
        return _empty(title, f"No difference tells which ids are affected like {inert(like, at_most=48)}.")
    _, decided = affected.judged(events, str(like), found, onset)
    back = affected.returned(events, str(like), found, decided).select(back_id="id", back="back")
    decided = decided.filter(decided.verdict.isin(["affected", "healthy"])).select(
        one="id", verdict="verdict"
    )
    totals = events.engine.fetch(decided.group_by("verdict").aggregate(n=decided.count()).order_by("verdict"))
    of = {str(row.verdict): int(row.n) for row in totals.itertuples(index=False)}
    first = traces.first_times(events, str(like))
    joined = first.inner_join(decided, first.id == decided.one)
    # What an affected one did after it was brought back is no answer to how far it got.
    joined = joined.left_join(back, joined.id == back.back_id)
    joined = joined.filter(joined.back.isnull() | (joined.time < joined.back))
    counted = events.engine.fetch(
        joined.group_by(["step", "verdict"]).aggregate(n=joined.id.nunique()).order_by(["step", "verdict"])
    )
    there = {(str(row.step), str(row.verdict)): int(row.n) for row in counted.itertuples(index=False)}
    if not there:
        return _empty(title, f"No step is known of any id like {inert(like, at_most=48)}.")
    way = [step.activity[0] for step in (*found.healthy, *found.own)]
    reached = {name for name, _ in there}
    names = [name for name in dict.fromkeys(way) if name in reached]
    names += sorted(reached - set(names))
    rows = [
        [
            name,
            there.get((name, "affected"), 0),
            of.get("affected", 0),
            there.get((name, "healthy"), 0),
            of.get("healthy", 0),
        ]
        for name in names
    ]
    told, known = _told(rows, like)
    shown = rows[:STEPS_AT_MOST]
    made = figure(
        title=told,
        subtitle=(
            f"Of {of.get('affected', 0):,} affected and {of.get('healthy', 0):,} that are fine, the share seen at each "
            "step, the affected before they came back; steps in the order of a healthy one."
            + (f" {len(rows) - len(shown)} more steps are in the table." if len(rows) > len(shown) else "")
        ),
        alt=known,
        table_title="How many at each step",
        columns=COLUMNS,
        rows=rows,
    )
    _draw(made, shown)
    return made


def _empty(title: str, sentence: str) -> Figure:
    return nothing(title, sentence, axis="share", columns=COLUMNS, table_title="How many at each step")


def _share(count: int, of: int) -> float:
    return 100.0 * count / of if of else 0.0


def _told(rows: list[list[Any]], like: str) -> tuple[str, str]:
    """The step where the two part most, in a sentence as plotly takes it, and the same as plain text."""
    worst = min(rows, key=lambda row: _share(row[1], row[2]) - _share(row[3], row[4]))
    apart = _share(worst[3], worst[4]) - _share(worst[1], worst[2])
    if not worst[4] or not worst[2] or apart < 10:
        said = "Those affected like {} were seen at the same steps as those that are fine."
        return said.format(inert(like, at_most=48)), said.format(plain(like, at_most=48))
    said = (
        f"Of {worst[2]:,} like {{}}, {worst[1]:,} got to {{}}; of {worst[4]:,} that are fine, {worst[3]:,}."
    )
    return (
        said.format(inert(like, at_most=48), inert(worst[0], at_most=40)),
        said.format(plain(like, at_most=48), plain(worst[0], at_most=40)),
    )


def _draw(made: Figure, rows: list[list[Any]]) -> None:
    import plotly.graph_objects as go

    places = list(range(len(rows)))
    for name, at, colour, hatch, side in (
        ("affected", 1, palette.VERMILLION, "/", -0.19),
        ("fine", 3, palette.BLUE, "", 0.19),
    ):
        made.add_trace(
            go.Bar(
                orientation="h",
                name=name,
                y=[place + side for place in places],
                x=[round(_share(row[at], row[at + 1]), 1) for row in rows],
                width=0.36,
                marker={
                    "color": colour if not hatch else "rgba(213,94,0,0.3)",
                    "line": {"color": colour, "width": 1},
                    "pattern": {"shape": hatch, "fgcolor": colour, "size": 6, "solidity": 0.3}
                    if hatch
                    else {},
                },
                text=[f"{row[at]:,}" for row in rows],
                textposition="outside",
                cliponaxis=False,
                hovertext=[
                    f"{inert(row[0], at_most=80)}: {row[at]:,} of {row[at + 1]:,} {name}" for row in rows
                ],
                hoverinfo="text",
            )
        )
    height = max(len(rows) * LANE_PIXELS, 90)
    _lanes.ticks(made, [row[0] for row in rows])
    made.update_xaxes(
        title_text="share of them seen at the step, %",
        range=[0, 112],
        tickvals=[0, 25, 50, 75, 100],
        ticktext=["0", "25", "50", "75", "100"],
    )
    made.update_layout(
        height=84 + height + 104,
        margin={"l": margin_for([plain(row[0], at_most=30) for row in rows]), "r": 24, "t": 84, "b": 104},
        legend={"y": -66 / height},
        barmode="overlay",
        showlegend=True,
    )
