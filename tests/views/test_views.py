"""What our views hold beside their contract: they show what is asked, weigh little at a million events, agree."""

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

KNOBS: dict[str, dict[str, Any]] = {
    "entity_path": {"entity": "DOC-1", "beside": "DOC-2"},
    **{name: {"like": "DOC-1"} for name in ("census", "findable", "steps")},
    **{name: {"onset": "2026-06-17T07:00:50+00:00"} for name in ("callers", "changed")},
}
NAMES = catalogue.names("investigator.views")
#: Those that show texts from the data beside a clock; the others show counts, or what stands in the record.
OTHERS = ("metrics", "guesses", "slack")
WITH_TEXTS = [name for name in NAMES if "like" not in KNOBS.get(name, {}) and name not in OTHERS]


def drawn(name: str, events: Events, **knobs: Any) -> Any:
    return getattr(inv.show, name)(events, **{**KNOBS.get(name, {}), **knobs})


@pytest.mark.parametrize("name", WITH_TEXTS)
def test_text_from_data_is_shown_so_that_the_contract_has_something_to_look_at(
    name: str, hostile: Events
) -> None:
    figure = drawn(name, hostile)
    shown = json.loads(figure.to_json())
    del shown["layout"]["meta"]
    assert "javascript" in json.dumps(shown)
    assert any(HOSTILE in str(cell) for row in figure.layout.meta["table"]["rows"] for cell in row)
    if "onset" not in KNOBS.get(name, {}):  # these show what changed, and have no clock
        assert any("time" in axis.title.text for axis in figure.select_xaxes())


def test_the_name_of_a_metric_is_shown_as_it_is_written() -> None:
    rows = [
        {"time": pd.Timestamp("2026-06-17T07:00Z") + pd.Timedelta(minutes=n), "kind": "metric", "source": HOSTILE,
         "service": HOSTILE, "name": HOSTILE, "body": "", "value": float(n % 3 + (50 if n > 90 else 0))}
        for n in range(120)
    ]  # fmt: skip
    figure = drawn("metrics", Events.from_frame(pd.DataFrame(rows)), onset="2026-06-17T08:31:00+00:00")
    shown = json.loads(figure.to_json())
    del shown["layout"]["meta"]
    assert "javascript" in json.dumps(shown) and "<a href" not in json.dumps(shown)


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
    there = dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{6})", style[: style.index("@media")]))
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
