"""What every view keeps: a title, named axes, a table twin, inert text, light weight, both engines agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from worlds import HOSTILE

import investigator as inv
from investigator import catalogue
from investigator.errors import ParameterError
from investigator.events import Events, schema

KNOBS: dict[str, dict[str, Any]] = {"entity_path": {"entity": "DOC-1", "beside": "DOC-2"}}
NAMES = catalogue.names("investigator.views")


def drawn(name: str, events: Events, **knobs: Any) -> Any:
    return getattr(inv.show, name)(events, **{**KNOBS.get(name, {}), **knobs})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("world", ["incident", "none", "one", "fifty"])
def test_a_view_has_a_title_named_axes_an_alternative_text_and_a_table_twin(
    name: str, world: str, request: pytest.FixtureRequest
) -> None:
    figure = drawn(name, request.getfixturevalue(world), zone="Europe/Berlin")
    title = figure.layout.title.text
    assert title[0].isupper() and title[-1] in "?."
    axes = [axis.title.text for axis in figure.select_xaxes()]
    assert any("time" in text for text in axes)
    meta = figure.layout.meta
    assert meta["alt"].endswith(".")
    assert meta["table"]["title"] and meta["table"]["columns"]
    assert all(len(row) == len(meta["table"]["columns"]) for row in meta["table"]["rows"])
    json.dumps(meta, allow_nan=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_view_of_nothing_says_so(name: str, none: Events) -> None:
    figure = drawn(name, none)
    said = [note.text for note in figure.layout.annotations]
    assert len(said) == 1 and re.search(r"^No ", said[0])
    assert figure.layout.meta["table"]["rows"] == []
    assert len(figure.data) == 0


@pytest.mark.parametrize("name", NAMES)
def test_text_from_data_is_inert_in_every_label_and_kept_as_it_is_in_the_table(
    name: str, hostile: Events
) -> None:
    figure = drawn(name, hostile)
    shown = figure.to_plotly_json()
    del shown["layout"]["meta"]
    texts = [text for text in _texts(shown) if "javascript" in text or "bold" in text]
    assert texts
    for text in texts:
        ours = text.replace("<br>", "")
        assert not re.search(r"<|\$|\u202e|\n", ours), text
    cells = [cell for row in figure.layout.meta["table"]["rows"] for cell in row]
    assert any(isinstance(cell, str) and HOSTILE in cell for cell in cells)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in _texts(part)]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_no_data_stands_in_a_template_text(name: str, hostile: Events) -> None:
    for trace in drawn(name, hostile).data:
        for template in (trace.hovertemplate, getattr(trace, "texttemplate", None)):
            assert "javascript" not in (template or "")


@pytest.mark.parametrize("name", NAMES)
def test_a_view_leaves_the_events_as_they_were(name: str, incident_frame: pd.DataFrame) -> None:
    before = incident_frame.copy(deep=True)
    events = Events.from_frame(incident_frame)
    count, selection, sources = events.count(), dict(events.selection), events.sources
    drawn(name, events)
    assert (events.count(), events.selection, events.sources) == (count, selection, sources)
    pd.testing.assert_frame_equal(incident_frame, before)


@pytest.mark.parametrize("name", NAMES)
def test_two_runs_give_the_same_bytes(name: str, incident: Events) -> None:
    assert drawn(name, incident).to_json() == drawn(name, incident).to_json()


@pytest.mark.spark
@pytest.mark.parametrize("name", NAMES)
def test_both_engines_draw_the_same(name: str, incident_frame: pd.DataFrame, spark: Any) -> None:
    window = ("2026-06-17T08:00:00+00:00", "2026-06-17T10:30:00+00:00")
    here, there = (
        Events.from_frame(incident_frame, engine=engine).where(window=window) for engine in (None, spark)
    )
    assert drawn(name, here).to_json() == drawn(name, there).to_json()


@pytest.mark.parametrize("name", NAMES)
def test_the_weight_of_a_picture_is_flat_in_the_number_of_events(
    name: str, many: Events, fifty: Events
) -> None:
    assert len(drawn(name, many).to_json()) < 400_000
    assert len(drawn(name, fifty).to_json()) < 400_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Events:
    """A million events of thirty sources in a day, a tenth of them errors, all of them about DOC-1."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from investigator.events.engine import embedded
    from investigator.events.store import Segment, Store, Units

    rows, random = 1_000_000, np.random.default_rng(7)
    seconds = np.sort(random.integers(0, 86_400_000_000, rows))
    base = int(datetime(2026, 6, 17).timestamp()) * 1_000_000
    time = pa.array(base + seconds, pa.timestamp("us"))
    source = pa.array([f"service-{n:02d}" for n in range(30)]).take(pa.array(random.integers(0, 30, rows)))
    given = {
        **dict.fromkeys(("time", "time_low", "time_high"), time),
        **dict.fromkeys(("source", "service"), source),
        "kind": pa.repeat("log", rows),
        "severity_number": pa.array(np.where(random.random(rows) < 0.1, 17, 9), pa.int8()),
        "name": pa.repeat("0" * 12, rows),
        "body": pa.repeat("about DOC-1 " + "x" * 300, rows),
        "evidence": pa.repeat("a" * 12, rows),
        "unit": pa.array(np.arange(1, rows + 1)),
        "units": pa.repeat(1, rows),
    }
    known = schema.arrow_schema()
    columns = [
        given[field.name].cast(field.type) if field.name in given else pa.nulls(rows, field.type)
        for field in known
    ]
    store = Store(tmp_path_factory.mktemp("many") / "events")
    with store.writing() as staging:
        pq.write_table(pa.Table.from_arrays(columns, schema=known), staging.file("many.parquet"))
        units = Units(total=rows, used=rows)
        staging.commit(
            [Segment("many", "a" * 12, "a" * 64, 1, "test", "log", rows, units, ("many.parquet",), None,
                     "2026-06-17T00:00:00+00:00", "2026-06-18T00:00:00+00:00")]
        )  # fmt: skip
    return Events.open(store.folder, engine=embedded(store.folder))


def test_a_picture_of_the_clocks_changing_is_in_utc_and_says_why() -> None:
    frame = pd.DataFrame(
        {
            "time": pd.date_range("2026-10-25 00:00", periods=240, freq="min", tz="UTC"),
            "body": "tick",
            "source": "a",
        }
    )
    figure = inv.show.timeline(Events.from_frame(frame), zone="Europe/Berlin")
    assert figure.layout.xaxis.title.text == "time, UTC (clocks in Europe/Berlin change in this window)"


def test_a_zone_that_is_none_is_refused(one: Events) -> None:
    with pytest.raises(ValueError, match=r"There is no time zone named 'CEST'"):
        inv.show.timeline(one, zone="CEST")


def test_the_palette_is_the_pages() -> None:
    from investigator.report import page
    from investigator.views import _palette

    style = (Path(page.__file__).parent / "page" / "style.css").read_text(encoding="utf-8")
    there = dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{6})", style))
    assert {name: there.get(name) for name in _palette.CSS} == _palette.CSS


@pytest.mark.parametrize("table", ["LOOKS", "STROKES"])
def test_what_a_colour_says_a_symbol_or_a_dash_says_too(table: str) -> None:
    from investigator.views import _palette

    looks: list[Any] = list(getattr(_palette, table).values())
    second: Callable[[Any], Any] = (
        (lambda look: look.symbol) if table == "LOOKS" else (lambda stroke: (stroke.dash, stroke.colour))
    )
    assert len({second(look) for look in looks}) == len(looks)


def test_a_mark_that_is_no_time_or_no_kind_is_refused(one: Events) -> None:
    with pytest.raises(ParameterError, match=r"A mark has the kind 'party'. There are: onset, deadline"):
        inv.show.timeline(one, marks=[{"time": "2026-06-17T07:00:00+00:00", "label": "x", "kind": "party"}])
    with pytest.raises(ParameterError, match=r"A mark has the time 'noon', which is none"):
        inv.show.timeline(one, marks=[{"time": "noon", "label": "x", "kind": "change"}])
