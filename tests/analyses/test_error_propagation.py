"""Where failures begin and how they spread; the first error and the first cause are two things."""

import pandas as pd
import pytest

import investigator as inv
from investigator.errors import ParameterError
from investigator.events.events import Events
from investigator.samples.traced import ONSET, traced

SINCE = ONSET.isoformat()


def asked(frame, **more):
    return inv.find.error_propagation(Events.from_frame(frame), onset=SINCE, **more)


def impatient(frame):
    """The same failures, but the first to say so is a caller, some milliseconds before the bank."""
    rows = frame[(frame["service"] == "web") & (frame["severity_text"] == "ERROR")].copy()
    rows["body"], rows["time"] = "web.py:90 gave up waiting", rows["time"] - pd.Timedelta(milliseconds=12)
    return pd.concat([frame, rows], ignore_index=True)


def test_failing_requests_are_followed_down_to_where_they_begin():
    finding = asked(traced("errors", "bank", requests=20))
    value = finding.value
    assert value["first_cause"]["service"] == "bank" and value["first_cause"]["share"] == 1.0
    assert value["requests"] == {"before": {"all": 20, "failing": 0}, "since": {"all": 20, "failing": 20}}
    edges = {(edge["caller"], edge["service"]): edge["share"] for edge in value["edges"]}
    assert edges == {("payment", "bank"): 1.0, ("orders", "payment"): 1.0, ("web", "orders"): 1.0}
    assert finding.verdict == "found" and finding.answer.startswith(
        "Failing requests begin to fail in bank: 20 of 20"
    )


def test_the_first_error_and_the_first_cause_are_told_apart():
    value = asked(impatient(traced("errors", "bank", requests=20))).value
    assert (
        value["first_error"]["service"] == "web"
        and value["first_error"]["said"] == "web.py:90 gave up waiting"
    )
    assert value["first_cause"]["service"] == "bank" and value["same"] is False


def test_without_spans_it_begins_where_a_request_first_says_so():
    frame = traced("errors", "bank", requests=20)
    finding = asked(frame[frame["kind"] == "log"])
    assert finding.value["first_cause"]["service"] == "bank" and finding.value["edges"] == []
    assert any("No spans" in line for line in finding.coverage.blind)


def test_without_request_ids_who_calls_whom_decides():
    frame = impatient(traced("errors", "bank", requests=20))
    frame = frame[frame["kind"] == "log"].drop(columns=["trace_id", "span_id"])
    alone = asked(frame).value["first_cause"]
    told = asked(frame, calls=["web -> orders -> payment -> bank"]).value["first_cause"]
    assert (alone["service"], alone["how"]) == ("web", "order")
    assert (told["service"], told["how"]) == ("bank", "calls")


def test_calls_that_are_made_again_are_retries():
    finding = asked(traced("retries", "bank", requests=20))
    again = finding.value["retries"][0]
    assert (again["service"], again["to"], again["before"], again["since"]) == ("payment", "bank", 1.0, 3.0)
    assert finding.value["first_cause"] is None


def test_lines_that_tell_of_retries_and_timeouts_count_when_there_are_more_than_before():
    frame = traced("none", requests=20)
    late = frame[(frame["kind"] == "log") & (frame["service"] == "orders")].tail(20).copy()
    late["body"] = "no answer from stock within 500 ms, trying again"
    value = asked(pd.concat([frame, late], ignore_index=True)).value
    assert [(item["service"], item["before"]) for item in value["retries"]] == [("orders", 0.0)]
    assert [(item["service"], item["before"]) for item in value["timeouts"]] == [("orders", 0.0)]
    both = pd.concat(
        [frame, late, late.assign(time=late["time"] - pd.Timedelta(minutes=4))], ignore_index=True
    )
    assert asked(both).value["retries"] == []


def test_where_nothing_fails_it_says_so():
    finding = asked(traced("none", requests=10))
    assert finding.verdict == "absent" and finding.answer.startswith("No kind of error is new")


def test_calls_that_can_not_be_read_are_said():
    with pytest.raises(ParameterError, match="says nothing about calls"):
        asked(traced("none", requests=3), calls=["web"])


def test_the_other_engine_says_the_same(spark_url):
    frame = impatient(traced("errors", "payment", requests=8))
    local = asked(frame).value
    assert inv.find.error_propagation(Events.from_frame(frame, engine=spark_url), onset=SINCE).value == local
