"""What a view keeps."""

from __future__ import annotations

import html
import inspect
import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from investigator.testing.worlds import HOSTILE, World, looked_at, optional, required, worlds

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.engine import Engine

VIEWS = "investigator.views"
#: What a figure may weigh as JSON, however many events there are.
BYTES_AT_MOST = 400_000
#: What HOSTILE has in it, whatever was done to it: a text that holds this came from data.
_MARK = "javascript"
#: What plotly would make something of, or what draws nothing and hides or turns what is written.
_LIVE = re.compile("[<$\n\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]")


def check_view(name: str, *, engine: Engine | str | None = None) -> None:
    """Everything that a view keeps: a figure on every world, with a title, named axes, a table beside it, and words
    for those who can't see it.

    Where there is nothing to show it says so in one sentence that begins with No, over an empty table. Text from data
    is inert in every label and hover, stands in no template, and is in the table as it was. It draws the same twice and
    whatever the order of rows, leaves the events as they were, and does not grow with their number.

    With an `engine` such as sc://host:15002 it is compared instead: it must draw the same there.
    """
    from investigator import catalogue

    function = getattr(catalogue.load(VIEWS, name, noun="view"), name)
    assert (inspect.getdoc(function) or "").strip(), f"{name} has no docstring: its first line is the manual."
    given = required(function)
    if engine is not None:
        _same_elsewhere(name, function, given, engine)
        return
    every = looked_at()
    drawn = {world: _drawn(f"{name} on {world}", function, every[world], given) for world in worlds()}
    for more in optional(function):
        _drawn(f"{name} with {more}", function, every["an incident"], {**given, **more})
    if "zone" in inspect.signature(function).parameters:
        _drawn(f"{name} in a zone", function, every["an incident"], {**given, "zone": "Europe/Berlin"})
    nothing = drawn["no event"]
    said = [note.text or "" for note in nothing.layout.annotations]
    assert len(said) == 1 and said[0].startswith("No ") and not nothing.data, (
        f"{name} has nothing to show, and does not say so: return _style.nothing(...), whose sentence begins with No. "
        f"It says: {said}"
    )
    assert not nothing.layout.meta["table"]["rows"], f"{name} has nothing to show, and rows in its table."
    for more in ({}, *optional(function)):
        _inert(
            name, _drawn(f"{name} on hostile texts", function, every["many hostile texts"], {**given, **more})
        )
    crowd = every["many events"]
    heavy = len(_drawn(f"{name} on many events", function, crowd, given).to_json())
    assert heavy < BYTES_AT_MOST, (
        f"{name} weighs {heavy:,} bytes for {len(crowd.frame):,} events: bin in the engine (facts.bins)."
    )


def _drawn(where: str, function: Callable[..., Figure], world: World, given: dict[str, Any]) -> Figure:
    """The figure that it draws there, looked at from all sides."""
    import plotly.graph_objects as go

    events = world.events
    selection, count, sources = dict(events.selection), events.count(), events.sources
    figure = function(events, **given)
    assert isinstance(figure, go.Figure), f"{where} gives no plotly Figure."
    title = figure.layout.title.text or ""
    assert title[:1].isupper() and title[-1:] in ("?", "."), (
        f"{where} has no title that is a question or a sentence: {title!r}"
    )
    _axes(where, figure)
    meta = figure.layout.meta or {}
    table = meta.get("table") or {}
    assert table.get("title") and table.get("columns") and "rows" in table, (
        f"{where} has no table beside it: layout.meta['table'] is {{'title': ..., 'columns': [...], 'rows': [[...]]}}."
    )
    for row in table["rows"]:
        assert len(row) == len(table["columns"]), f"{where}: a row of its table has {len(row)} cells: {row}"
    assert str(meta.get("alt") or "").endswith("."), (
        f"{where} has no sentence for those who can't see it: layout.meta['alt'] is {meta.get('alt')!r}."
    )
    json.dumps(meta, allow_nan=False)
    assert (events.count(), events.selection, events.sources) == (count, selection, sources), (
        f"{where} changed its events."
    )
    again = function(world.shuffled, **given)
    assert figure.to_json() == again.to_json(), (
        f"{where} draws something else the second time, with the rows in another order."
    )
    return figure


def _axes(where: str, figure: Figure) -> None:
    """Where there are axes they are named; of an axis of time it is said that it is one, and where its clock stands."""
    if figure.data and not any(hasattr(trace, "xaxis") for trace in figure.data):
        return
    named = [axis.title.text for axis in figure.select_xaxes() if axis.title.text]
    assert named, f"{where} has no name for its horizontal axis."
    if any(axis.type == "date" for axis in figure.select_xaxes()):
        assert any(re.match(r"time, \S", text) for text in named), (
            f"{where} has an axis of time, and does not name its zone: {named}. Take it from _times.TimeAxis."
        )


def _inert(name: str, figure: Figure) -> None:
    """What came from data is shown as it is written, and kept as it was in the table."""
    shown = json.loads(figure.to_json())
    del shown["layout"]["meta"]
    for trace in figure.data:
        for template in (getattr(trace, "hovertemplate", None), getattr(trace, "texttemplate", None)):
            texts = template if isinstance(template, (list, tuple)) else [template or ""]
            assert not any(_MARK in text for text in texts), (
                f"{name} has text from data in a template, where %{{...}} is filled in: use text or customdata."
            )
    for text in _texts(shown):
        if _MARK in text:
            live = _LIVE.search(text.replace("<br>", ""))
            assert live is None, f"{name} shows text from data that is not inert (_text.inert): {text!r}"
    cells = [cell for row in figure.layout.meta["table"]["rows"] for cell in row if isinstance(cell, str)]
    changed = [cell for cell in cells if _MARK in cell and html.escape("<a href", quote=False) in cell]
    assert not changed, (
        f"{name} has escaped text in its table, which is escaped where it is shown: {changed[0]!r}"
    )
    if any(_MARK in text for text in _texts(shown)):
        assert any(HOSTILE in cell for cell in cells), (
            f"{name} shows text from data, and has it nowhere in its table as it was."
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)


def _same_elsewhere(
    name: str, function: Callable[..., Figure], given: dict[str, Any], engine: Engine | str
) -> None:
    """On that engine it draws what it draws on the embedded one."""
    from investigator.events.events import Events

    incident = looked_at()["an incident"]
    here, there = incident.events, Events.from_frame(incident.frame, engine=engine)
    for more in ({}, *optional(function)):
        assert (
            function(there, **{**given, **more}).to_json() == function(here, **{**given, **more}).to_json()
        ), f"{name} with {more} draws something else there than on the embedded engine."
