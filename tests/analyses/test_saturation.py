"""What is full and what waits: by lines, by levels, by metrics, and by the waits of things on their way."""

import pandas as pd
import pytest

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events
from investigator.samples.world import world

START = pd.Timestamp("2026-06-17 07:14", tz="UTC")


def frame_of(values, name="queue_depth", kind="metric", body=None):
    """A value a minute from an hour before."""
    times = [START + pd.Timedelta(minutes=number - 60) for number in range(len(values))]
    rows = {"time": times, "kind": kind, "service": "relay", "source": "relay"}
    if kind == "metric":
        return pd.DataFrame({**rows, "name": name, "value": [float(value) for value in values]})
    return pd.DataFrame({**rows, "body": [body.format(value=value) for value in values]})


def asked(frame, **more):
    return inv.find.saturation(Events.from_frame(frame), onset=START.isoformat(), **more)


def test_a_queue_that_loses_work_is_named_and_those_inside_are_counted(tmp_path):
    made = world(0, "saturated-queue")
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.saturation(events, onset=made.truth["onset"], like=made.truth["example"])
    wait, line = finding.value["waits"][0], finding.value["lines"][0]
    assert line["service"] == made.truth["service"] and "discarded" in line["said"]
    lost = {one for one, fate in made.truth["documents"].items() if fate != "available"}
    assert 0.8 * len(set(made.truth["affected"])) <= wait["inside"] <= len(lost) + 5
    assert made.truth["service"] in wait["from"] and finding.verdict == "found"


def test_those_that_came_late_are_counted_though_the_median_did_not_move(sample):
    finding = Case.open(sample).find.saturation(onset="2026-06-17T07:14:07+00:00", like="DOC-4711")
    wait = finding.value["waits"][0]
    assert (wait["place"], wait["before"], wait["since"]) == ("indexer", 1.0, 1.0)
    assert 405 <= wait["long"] <= 412 and "waited far longer than usual" in finding.answer


def test_a_level_near_its_limit_is_full_and_one_that_always_was_is_not():
    calm = [50 + number % 7 for number in range(60)]
    said = "depth {value} of 1000"
    finding = asked(frame_of([*calm, *[990] * 20], kind="log", body=said))
    assert [(item["service"], item["since"]) for item in finding.value["levels"]] == [("relay", 0.99)]
    assert "99% full" in finding.answer
    assert asked(frame_of([990] * 80, kind="log", body=said)).value["levels"] == []


@pytest.mark.parametrize(
    ("said", "told"),
    [("conveyor full, bag pushed off", 1), ("the yard is full", 1), ("hopper was full!", 1),
     ("invoice {value} paid in full.", 0), ("full backup done", 0), ("loaded full text index, ok", 0)],
)  # fmt: skip
def test_whatever_a_line_says_is_full_is_full(said, told):
    frame = frame_of([0] * 60, kind="log", body="ok")
    lines = frame_of(list(range(80)), kind="log", body=said)[60:]
    assert len(asked(pd.concat([frame, lines], ignore_index=True)).value["lines"]) == told


@pytest.mark.parametrize(
    ("name", "told"), [("queue_depth", 1), ("consumer_lag", 1), ("requests_total_ok", 0)]
)
def test_metrics_of_fill_and_lag_count_beyond_all_they_were(name, told):
    finding = asked(frame_of([*[10 + number % 3 for number in range(60)], *[80] * 20], name=name))
    assert len(finding.value["metrics"]) == told
    if told:
        assert finding.value["metrics"][0]["ratio"] == pytest.approx(80 / 11, rel=0.01)


def test_where_nothing_is_full_it_says_so_and_one_point_is_too_few():
    finding = asked(frame_of([10 + number % 3 for number in range(80)]))
    assert finding.verdict == "absent" and finding.answer.startswith("Nothing ran full")
    assert asked(frame_of([10] * 62)).value["metrics"] == []


def test_an_id_that_looks_like_sql_is_an_id():
    finding = asked(frame_of([10] * 70, kind="log", body="depth {value} of 100"), like="'; DROP TABLE x; --")
    assert finding.value["waits"] == []
