"""The first times written beside the entity index are those that computing gives."""

import json
import tempfile
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigator.events import Events, Store
from investigator.facts import traces
from investigator.testing import documents, stored

ROW = st.fixed_dictionaries(
    {
        "time": st.one_of(st.none(), st.integers(0, 50)),
        "service": st.sampled_from([None, "scan", "index"]),
        "source": st.sampled_from(["a.log", "b.log"]),
        "kind": st.sampled_from(["log", "audit", "message", "record", "span"]),
        "body": st.sampled_from(
            ["took DOC-1", "took DOC-2 of CUST-1", "DOC-1 and DOC-2 are done", "nothing"]
        ),
    }
)


def told(events, like="DOC-1"):
    frame = events.engine.fetch(traces.first_times(events, like))
    columns = ["id", "step", "name", "time", "last", "n", "told_by", "also_by"]
    return frame[columns].sort_values(columns[:3]).reset_index(drop=True)


@given(rows=st.lists(ROW, min_size=1, max_size=25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_kept_is_what_is_computed(rows):
    frame = pd.DataFrame(rows)
    frame["time"] = pd.to_datetime(frame["time"], unit="s", utc=True)
    with tempfile.TemporaryDirectory() as folder:
        events = stored(frame, folder)
        assert events.firsts is not None
        pd.testing.assert_frame_equal(told(events), told(replace(events, firsts=None, memo={})))


def test_a_selection_is_computed_from_what_is_selected(tmp_path):
    events = stored(documents(healthy=5, affected=2, unknown=0), tmp_path)
    narrowed = events.where(source=[events.sources[0].name])
    assert narrowed.firsts is None
    whole, part = told(events, "DOC-2"), told(narrowed, "DOC-2")
    assert 0 < len(part) < len(whole) or set(part["told_by"]) == {events.sources[0].name}


def test_a_store_from_before_it_answers_as_before(tmp_path):
    events = stored(documents(healthy=5, affected=2, unknown=0), tmp_path)
    expected = told(events, "DOC-2")
    manifest = Store(tmp_path).path
    data = json.loads(manifest.read_text())
    (tmp_path / "entities" / data["entities"].pop("firsts")).unlink()
    manifest.write_text(json.dumps(data))
    older = Events.open(tmp_path)
    assert older.firsts is None
    pd.testing.assert_frame_equal(told(older, "DOC-2"), expected)


def test_a_new_index_leaves_no_file_of_the_one_before(tmp_path):
    from investigator.events.entities import index

    stored(documents(healthy=3, affected=1, unknown=0), tmp_path)
    index(Store(tmp_path), {"document": "DOC-[0-9]+"})
    assert (
        len(list((tmp_path / "entities").iterdir())) == 3
    )  # of mentions, of first times, of what several sources saw


@pytest.mark.spark
def test_the_other_engine_reads_them_too(tmp_path, spark_url):
    events = stored(documents(healthy=4, affected=2, unknown=0), tmp_path)
    other = Events.open(tmp_path, engine=spark_url)
    pd.testing.assert_frame_equal(told(other, "DOC-2"), told(events, "DOC-2"), check_dtype=False)
