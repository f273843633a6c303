"""Who calls whom, and which service the trouble likely comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant
from investigator.facts import calls as called
from investigator.facts import flows, suspects
from investigator.views import _palette as palette
from investigator.views._style import figure, nothing
from investigator.views._text import inert, plain, several

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events
    from investigator.facts.suspects import Reason, Suspect

COLUMNS = ["rank", "service", "suspicion", "why", "passed on from", "calls"]
TITLE = "Which service does it come from?"
#: Services that are drawn; of the others, and of a first suspect, the score that it needs.
SHOWN, LEAST = 30, 0.25
#: What changed in ten seconds of lines says less than what changed in a request.
TOGETHER = 0.5
PIXELS = 62
_KINDS = {
    "slow": "slower by itself",
    "wait": "its callers wait longer",
    "errors": "says more often",
    "missing": "does no longer",
    "metric": "worse",
    "way": "things are lost here",
}


def callers(events: Events, *, onset: str | None = None, calls: list[str] | None = None) -> Figure:
    """The graph of calls, callers to the left: the more suspect a service, the larger and redder, its rank beside it.

    How suspect: what changed in its calls, its own time and its metrics since the onset, less what the services that
    it calls explain; see `facts/suspects.py`. `calls` says who calls whom where spans don't ("shop -> payment").
    """
    if not onset:
        return _empty("No onset is known, so there is no before.")
    start = instant(onset)
    counts = called.counted(events, start)
    told = [(str(r.caller), str(r.service)) for r in counts.edges.itertuples(index=False)]
    edges = sorted({*told, *called.from_words(calls)})
    measured, seen = flows.of_metrics(events, start, None, edges)
    timed = set(counts.own["service"])
    found = suspects.of_calls(counts, weight=1.0 if counts.by_request else TOGETHER)
    found += [item for item in measured if item.what != "latency" or item.service not in timed]
    services = {
        *(str(name) for name in counts.calls["service"]),
        *seen,
        *(end for edge in edges for end in edge),
    }
    if not services:
        return _empty("No service is named by any log, span or metric here.")
    ranked = suspects.ranked(found, edges, services)
    shown = ranked[:SHOWN]
    names = {one.service for one in shown}
    edges = [edge for edge in edges if edge[0] != edge[1] and set(edge) <= names]
    rank = {one.service: place for place, one in enumerate(shown, 1) if one.score > 0}
    first = shown[0]
    out = first.score >= LEAST
    words = (
        f"Of {several(len(services), 'service')} {{}} is the most suspect."
        if out
        else f"None of {several(len(services), 'service')} stands out."
    )
    made = figure(
        title=words.format(inert(first.service, at_most=60)),
        subtitle=_why(first) if out else "What changed since the onset is as much in one as in the others.",
        alt=words.format(plain(first.service, at_most=60)),
        table_title="Services by suspicion",
        columns=COLUMNS,
        rows=[
            [
                rank.get(one.service),
                one.service,
                round(one.score, 2),
                "; ".join(_words(reason) for reason in one.evidence[:2]),
                one.through,
                ", ".join(callee for caller, callee in edges if caller == one.service),
            ]
            for one in shown
        ],
    )
    _draw(made, shown, edges, rank)
    return made


def _empty(sentence: str) -> Figure:
    return nothing(
        TITLE, sentence, axis="who calls whom", columns=COLUMNS, table_title="Services by suspicion"
    )


def _why(one: Suspect) -> str:
    return inert("; ".join(_words(reason) for reason in one.evidence[:2]), at_most=150)


def _words(reason: Reason) -> str:
    """What speaks against a service, in short; the analysis which_service says how much."""
    return f"{_KINDS.get(reason.kind, reason.kind)}{f': {reason.what}' if reason.what else ''}"


def _columns(names: Iterable[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """How far to the right each stands: one further than its furthest caller; a ring is cut where it is entered."""
    above: dict[str, list[str]] = defaultdict(list)
    for caller, callee in edges:
        above[callee].append(caller)
    done: dict[str, int] = {}

    def depth(name: str, on_the_way: frozenset[str]) -> int:
        if name not in done:
            callers_ = [each for each in sorted(above[name]) if each not in on_the_way]
            found = 1 + max((depth(each, on_the_way | {name}) for each in callers_), default=-1)
            if on_the_way:
                return found
            done[name] = found
        return done[name]

    return {name: depth(name, frozenset({name})) for name in sorted(names)}


def _draw(made: Figure, shown: list[Suspect], edges: list[tuple[str, str]], rank: dict[str, int]) -> None:
    import plotly.graph_objects as go

    column = _columns((one.service for one in shown), edges)
    rows: dict[int, list[str]] = defaultdict(list)
    for name in sorted(column, key=lambda name: (rank.get(name, len(rank) + 1), name)):
        rows[column[name]].append(name)
    most = max(map(len, rows.values()))
    at = {
        name: (x, (place + 0.5) * most / len(held))
        for x, held in rows.items()
        for place, name in enumerate(held)
    }
    lines: tuple[list[Any], list[Any]] = ([], [])
    for caller, callee in edges:
        for axis, line in enumerate(lines):
            line += [at[caller][axis], at[callee][axis], None]
    if edges:
        made.add_trace(
            go.Scatter(
                mode="lines",
                name="calls",
                x=lines[0],
                y=lines[1],
                line={"color": "#9aa3ab", "width": 1.2},
                hoverinfo="skip",
            )
        )
    score = {one.service: one for one in shown}
    names = sorted(at, key=lambda name: (rank.get(name, len(rank) + 1), name))
    made.add_trace(
        go.Scatter(
            mode="markers+text",
            name="services",
            x=[at[name][0] for name in names],
            y=[at[name][1] for name in names],
            text=[inert(f"{rank[name]}. {name}" if name in rank else name, at_most=34) for name in names],
            textposition="bottom center",
            textfont={"size": 12, "color": palette.INK},
            hovertext=[
                f"{inert(name, at_most=60)}: {score[name].score:.2f}<br>{_why(score[name])}" for name in names
            ],
            hoverinfo="text",
            marker={
                "size": [14 + 22 * min(score[name].score, 1.0) for name in names],
                "color": [palette.VERMILLION if score[name].score >= LEAST else "#b9c1c8" for name in names],
                "symbol": ["diamond" if score[name].score >= LEAST else "circle" for name in names],
                "line": {"color": palette.INK, "width": 1},
            },
        )
    )
    right = max(column.values())
    made.update_xaxes(
        title_text="callers stand to the left of whom they call",
        range=[-0.6, right + 0.6],
        autorange=False,
        showticklabels=False,
        showgrid=False,
        ticks="",
    )
    made.update_yaxes(visible=False, range=[most + 0.3, -0.1], autorange=False)
    made.update_layout(
        height=84 + max(most * PIXELS, 160) + 50,
        margin={"l": 24, "r": 24, "t": 84, "b": 50},
        showlegend=False,
    )
