"""Every thing has exactly one whereabouts, and the books agree."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.errors import ParameterError
from investigator.events.events import Events
from investigator.facts.decide import DISPOSITIONS, Known, decide

START = datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_the_sample_is_counted_exactly(sample):
    finding = Case.open(sample, as_of="2026-06-17 14:12").find.whereabouts(like="DOC-4711")
    value = finding.value
    assert value["dispositions"]["hidden by index"] == 412 and value["unexplained"] == 0
    table = value["by_source"]["db/documents.sqlite!documents"]
    assert table["expected"] == 9003 == sum(table["dispositions"].values())
    assert table["dispositions"]["hidden by index"] == 412 and table["dispositions"]["unknown"] == 12
    hidden = {
        c["customer"]: c["dispositions"]["hidden by index"]
        for c in value["by_customer"]
        if c["dispositions"].get("hidden by index")
    }
    assert hidden == {"CUST-0017": 187, "CUST-0023": 121, "CUST-0031": 64, "CUST-0042": 40}
    assert sum(c["total"] for c in value["by_customer"]) == value["total"]
    assert "412 hidden by index" in finding.answer and "none is unexplained" in finding.answer


def test_a_list_of_what_there_should_be_is_held_against_what_there_is():
    events = Events.from_frame(testing.documents())
    value = inv.find.whereabouts(events, like=testing.AFFECTED, expected=[testing.AFFECTED, "DOC-77"]).value
    assert value["of_expected"] == {"hidden by index": 1, "never received": 1}
    assert value["expected"] == 2 and {"id": "DOC-77", "disposition": "never received"} in value["items"]


def test_a_number_that_is_not_reached_is_unexplained():
    events = Events.from_frame(testing.documents())
    total = inv.find.whereabouts(events, like=testing.AFFECTED).value["total"]
    finding = inv.find.whereabouts(events, like=testing.AFFECTED, expected=total + 3)
    assert finding.value["unexplained"] == 3 and "unexplained: 3" in finding.answer
    assert finding.verdict == "inconclusive"


@pytest.mark.parametrize("expected", [-1, True, "DOC-1", [1]])
def test_an_expectation_that_is_none_is_said(expected):
    with pytest.raises(ParameterError, match="is no expectation"):
        inv.find.whereabouts(Events.from_frame(testing.documents()), like="DOC-1", expected=expected)


SAYS = (
    "received {}",
    "stored {}",
    "indexed {}",
    "skipped {}",
    "deleted {}",
    "trashed {}",
    "access denied for {}",
    "{} belongs to the wrong tenant",
    "delivered {}",
    "looked at {}",
    "search for {} gave 0 hits",
    "search for {} gave 3 hits",
)
EVENT = st.tuples(st.integers(0, 11), st.integers(0, 500), st.sampled_from(SAYS), st.sampled_from("abc"))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENT, min_size=1, max_size=60), st.lists(st.integers(0, 14), max_size=12, unique=True))
def test_it_always_sums(found, rows):
    frame = pd.DataFrame(
        [
            {
                "time": START + timedelta(seconds=second),
                "source": source,
                "kind": "log",
                "body": says.format(f"DOC-{100 + number}"),
                "attributes": {},
            }
            for number, second, says, source in found
        ]
        + [
            {
                "time": None,
                "source": "db!documents",
                "kind": "record",
                "body": f"documents: id=DOC-{100 + number}",
                "attributes": {"id": f"DOC-{100 + number}", "status": "stored"},
            }
            for number in rows
        ]
    )
    ids = {f"DOC-{100 + number}" for number, *_ in found} | {f"DOC-{100 + number}" for number in rows}
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    value = inv.find.whereabouts(Events.from_frame(frame), like="DOC-100").value
    assert sum(value["dispositions"].values()) == value["total"] == len(ids)
    assert value["unexplained"] == 0 and set(value["dispositions"]) <= set(DISPOSITIONS)
    assert sorted(item["id"] for item in value["items"]) == sorted(ids)
    for book in value["by_source"].values():
        assert sum(book["dispositions"].values()) == book["expected"]


@pytest.mark.parametrize(
    "profile, disposition",
    [
        (Known(), "never received"),
        (Known(content="stored", shown="indexed", machines=True, witnesses=2, holders=2), "available"),
        (Known(content="stored", shown="delivered", machines=True, witnesses=2, holders=2), "delivered"),
        (Known(content="stored", shown="indexed", machines=True, witnesses=1, holders=1), "unknown"),
        (Known(content="deleted", shown="deleted", machines=True, witnesses=2), "content missing"),
        (
            Known(content="stored", shown="not indexed", machines=True, witnesses=2, holders=2),
            "hidden by index",
        ),
        (
            Known(content="stored", shown="no permission", machines=True, witnesses=2, holders=2),
            "hidden by permission",
        ),
        (
            Known(content="stored", shown="not found", machines=True, witnesses=2, holders=2, stranger=True),
            "hidden by tenant",
        ),
        (
            Known(content="stored", shown="indexed", machines=True, rows=True, witnesses=2, deleted=True),
            "hidden by soft delete",
        ),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, differs=True, shown="indexed"),
            "content differs",
        ),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, duplicate=True, shown="indexed"),
            "duplicate",
        ),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, deviation="missing"),
            "hidden by index",
        ),
        (Known(content="stored", machines=True, witnesses=2, holders=2, deviation="under way"), "unknown"),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, lacking=True, came=True),
            "content missing",
        ),
        (
            Known(content="stored", machines=True, rows=True, there=True, lost=True, came=True),
            "content missing",
        ),
        (Known(content="served", shown="served", machines=True, witnesses=2, lacking=True), "available"),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, denied=True, shown="indexed"),
            "hidden by permission",
        ),
        (
            Known(content="stored", machines=True, witnesses=2, holders=2, unlisted=True, came=True),
            "hidden by index",
        ),
        (Known(machines=True, shown="not found", lacking=True), "never received"),
    ],
)
def test_each_profile_has_one_disposition(profile, disposition):
    assert decide(profile) == disposition


def test_one_thing_alone_is_still_asked_as_before():
    events = Events.from_frame(testing.documents())
    assert inv.find.whereabouts(events, entity=testing.AFFECTED).value["disposition"] == "hidden"
    assert inv.find.whereabouts(events).verdict == "inconclusive"


@pytest.mark.parametrize("like", ["DOC-9'); DROP TABLE x; --", "<b>DOC-1</b>", "ZZZ-1"])
def test_an_id_that_is_none_gets_an_answer(like):
    finding = inv.find.whereabouts(Events.from_frame(testing.documents()), like=like)
    assert finding.answer.endswith(".") and finding.verdict == "inconclusive"
