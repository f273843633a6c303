"""Which service it comes from: the one at fault, and not those that pass it on; and none where nothing is wrong."""

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

import investigator as inv
from investigator.case import Case
from investigator.errors import ParameterError
from investigator.events.engine import spark
from investigator.events.events import Events
from investigator.samples.traced import CALLS, ONSET, traced

SINCE = ONSET.isoformat()


def asked(frame, **more):
    return inv.find.which_service(Events.from_frame(frame), onset=SINCE, **more)


@pytest.mark.parametrize("at", ["bank", "orders"])
@pytest.mark.parametrize(
    ("fault", "kind"), [("slow", "slow"), ("far", "wait"), ("errors", "errors"), ("returns", "missing")]
)
def test_the_service_at_fault_comes_first_and_says_why(fault, kind, at):
    finding = asked(traced(fault, at))
    top = finding.value["services"][0]
    assert top["service"] == at and finding.verdict == "found", finding.answer
    assert kind in {reason["kind"] for reason in top["reasons"]}
    assert finding.table["service"].iloc[0] == at and finding.table["rank"].tolist()[0] == 1


def test_a_caller_of_what_fails_is_said_to_pass_it_on():
    value = asked(traced("errors", "bank")).value
    scores = {item["service"]: item for item in value["services"]}
    assert scores["payment"]["through"] == "bank"
    assert scores["payment"]["score"] < scores["payment"]["alone"] < scores["bank"]["score"] + 0.1


def test_times_are_said_in_their_unit():
    top = asked(traced("slow", "bank")).value["services"][0]
    reason = next(reason for reason in top["reasons"] if reason["kind"] == "slow")
    assert "ms by itself in bank.handle, before" in reason["said"]
    assert 3 < reason["before"] < 7 and 70 < reason["since"] < 140


def test_nothing_stands_out_where_nothing_is_wrong():
    finding = asked(traced("none"))
    assert finding.verdict != "found" and not any(s["score"] > 0.25 for s in finding.value["services"])


@pytest.mark.parametrize("kind", ["log", "span", "metric"])
def test_one_kind_of_data_is_enough(kind):
    fault = "errors" if kind == "log" else "slow"
    frame = traced(fault, "bank")
    finding = asked(frame[frame["kind"] == kind], calls=[f"{caller} -> {callee}" for caller, callee in CALLS])
    assert finding.value["services"][0]["service"] == "bank", finding.answer


def test_without_calls_it_says_that_what_is_passed_on_is_not_told_apart():
    frame = traced("errors", "bank")
    finding = asked(frame[frame["kind"] == "log"])
    assert not finding.value["traced"]
    assert any("not known who calls whom" in line for line in finding.coverage.blind)


def test_a_healthy_stretch_counts_as_before_wherever_it_lies():
    frame = traced("slow", "bank")
    well = frame[pd.to_datetime(frame["time"], utc=True) < pd.Timestamp(ONSET)].copy()
    ill = frame[pd.to_datetime(frame["time"], utc=True) >= pd.Timestamp(ONSET)]
    well["time"] = pd.to_datetime(well["time"], utc=True) + pd.Timedelta(days=2)
    both = pd.concat([ill, well], ignore_index=True)
    alone, told = asked(both), asked(both, healthy=[str(well["time"].min()), str(well["time"].max())])
    assert alone.verdict != "found"
    assert told.value["services"][0]["service"] == "bank" and told.verdict == "found"


def test_the_place_where_affected_things_leave_their_way_counts(sample):
    finding = Case.open(sample, as_of="2026-06-17 14:12").find.which_service(
        onset="2026-06-17T07:14:07+00:00", like="DOC-4711"
    )
    assert finding.value["services"][0]["service"] == "indexer", finding.answer


@pytest.mark.parametrize(
    ("knob", "said"),
    [
        ({"calls": ["web"]}, "says nothing about calls"),
        ({"healthy": [SINCE]}, "has 1 time"),
        ({"healthy": ["yesterday-ish", SINCE]}, "yesterday-ish"),
    ],
)
def test_what_can_not_be_understood_is_said(knob, said):
    with pytest.raises(ParameterError, match=said):
        asked(traced("none", requests=5), **knob)


def test_shuffled_rows_and_the_other_engine_say_the_same(spark_url):
    frame = traced("errors", "stock", requests=30)
    first = asked(frame).value
    assert asked(frame.sample(frac=1, random_state=3)).value == first
    other = Events.from_frame(frame, engine=spark(spark_url))
    assert inv.find.which_service(other, onset=SINCE).value == first


@pytest.mark.parametrize(
    ("first", "second", "said", "at"),
    [
        ("kiln", "shelf", {"shelf": "belt full, tile dropped"}, "shelf"),
        ("press", "binder", {"press": "tray overflow, sheet lost"}, "press"),
        ("kiln", "shelf", {"shelf": "no answer of kiln"}, None),
        ("press", "binder", {"press": "tray overflow", "binder": "nothing to bind"}, None),
        ("kiln", "shelf", {}, None),
    ],
)
def test_of_two_sides_of_a_hand_over_the_one_that_alone_complains_since_is_it(first, second, said, at):
    """Half of all never come from one to the other, and no line of any of them says why."""
    start, dice, rows, hurt = datetime(2026, 5, 4, 6, 0, tzinfo=UTC), Random(5), [], []
    for n in range(400):
        time, hit = start + timedelta(minutes=2 * n), n >= 260 and dice.random() < 0.5
        rows += [(time, "desk", 9, f"took in JOB-{4000 + n}")]
        rows += [(time + timedelta(seconds=dice.randint(5, 40)), first, 9, f"made JOB-{4000 + n}")]
        if hit:
            hurt.append(f"JOB-{4000 + n}")
        else:
            rows += [(time + timedelta(seconds=dice.randint(60, 100)), second, 9, f"kept JOB-{4000 + n}")]
        if n >= 260:
            rows += [(time + timedelta(seconds=50), service, 13, body) for service, body in said.items()]
    frame = pd.DataFrame(rows, columns=["time", "service", "severity_number", "body"])
    events = Events.from_frame(frame.assign(source=frame["service"] + ".log"))
    onset = (start + timedelta(minutes=2 * 260)).isoformat()
    finding = inv.find.which_service(events, onset=onset, like=hurt[20])
    assert finding.verdict == ("found" if at else "inconclusive"), finding.answer
    assert at is None or finding.value["services"][0]["service"] == at, finding.answer
