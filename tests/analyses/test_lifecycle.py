"""Where each thing stopped: against an oracle, on the sample, and what is said where nothing can be."""

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
from investigator.facts import conformance, discovery, process

START = datetime(2026, 3, 4, 9, tzinfo=UTC)
PLACES = ("upload", "storage", "scan", "indexer")
COURSE = """
- received: upload / ^received
- stored: {in: storage, says: stored, within: 30 s, repeatable: true}
- scanned: {in: scan, says: clean, within: 1 min, optional: true}
- indexed: {in: indexer, says: indexed, within: 2 min}
"""
SAYS = {"upload": "received {}", "storage": "stored {}", "scan": "{} is clean", "indexer": "indexed {}"}
WITHIN = {1: 30, 2: 60, 3: 120}


def events_of(traces, end=None):
    """Events from {id: [(seconds, place), ...]}."""
    rows = [
        (START + timedelta(seconds=second), place, SAYS[place].format(identifier))
        for identifier, trace in sorted(traces.items())
        for second, place in trace
    ]
    if end is not None:
        rows.append((START + timedelta(seconds=end), "upload", "received DOC-1"))
    frame = pd.DataFrame(rows, columns=["time", "service", "body"])
    return Events.from_frame(frame.assign(source=frame["service"]))


def oracle(trace, end):
    """The first deviation of a trace from COURSE, told one by one: (deviation, position, furthest)."""
    first = {}
    count = [0] * 4
    for second, place in trace:
        position = PLACES.index(place)
        first[position] = min(second, first.get(position, second))
        count[position] += 1
    furthest = max(first)
    for position in range(4):
        earlier = [first[j] for j in range(position) if j in first]
        previous = max(earlier) if earlier else None
        if position not in first:
            if position == 2:
                continue
            since = previous if previous is not None else min(first.values())
            passed = position not in WITHIN or end - since > WITHIN[position]
            later = any(j in first for j in range(position + 1, 4))
            return ("missing" if passed or later else "under way", position, furthest)
        if previous is not None and first[position] < previous:
            return ("out of order", position, furthest)
        if previous is not None and position in WITHIN and first[position] - previous > WITHIN[position]:
            return ("late", position, furthest)
        if position != 1 and count[position] > 1:
            return ("repeated", position, furthest)
    return ("", -1, furthest)


TRACE = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(PLACES)), min_size=1, max_size=7)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TRACE, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_it_agrees_with_judging_one_by_one_and_the_order_of_rows_changes_nothing(found, dice):
    traces = {f"DOC-{100 + number}": trace for number, trace in enumerate(found)}
    events = events_of(traces)
    end = max(second for trace in found for second, _ in trace)
    expected = {identifier: oracle(trace, end) for identifier, trace in traces.items()}
    way = process.given(events, "DOC-100", COURSE)
    if any(not step.activities for step in way.steps):
        assert way.blind
    judged = events.engine.fetch(conformance.checked(events, "DOC-100", way))
    assert {r.id: (r.deviation, r.at, r.furthest) for r in judged.itertuples()} == expected
    shuffled = {name: dice.sample(trace, len(trace)) for name, trace in traces.items()}
    again = inv.find.lifecycle(events_of(shuffled), like="DOC-100", path=COURSE)
    assert again.value == inv.find.lifecycle(events, like="DOC-100", path=COURSE).value
    assert sum(group["count"] for group in again.value["groups"]) + again.value["whole"] == again.value["ids"]


def test_the_sample_stopped_before_the_index_and_says_what_they_share(sample):
    finding = Case.open(sample, as_of="2026-06-17 14:12").find.lifecycle(like="DOC-4711")
    hurt = finding.value["affected"]
    assert (hurt["deviation"], hurt["count"]) == ("missing", 412)
    assert hurt["step"].startswith("indexer: indexed") and hurt["after"].startswith("indexer: picked")
    assert len(hurt["ids"]) == 412 and "DOC-4711" in hurt["ids"]
    assert "unsupported schema" in finding.value["common"][0]["what"]
    assert finding.value["common"][0]["affected"] == 1 and finding.value["common"][0]["others"] == 0
    assert "2.3.1" in finding.value["change_before"]["what"]
    assert "412 stopped between" in finding.answer and finding.verdict == "found"
    assert set(finding.evidence["origin"]) and finding.evidence_count == 412


def test_a_learned_course_is_yaml_that_says_the_same_when_it_is_given():
    events = Events.from_frame(testing.documents(healthy=80))
    way = discovery.discovered(events, testing.AFFECTED)
    again = process.given(events, testing.AFFECTED, way.yaml())
    assert [step.activities for step in again.steps] == [step.activities for step in way.steps]
    assert [step.name for step in again.steps] == [step.name for step in way.steps]


def test_when_most_are_affected_the_course_is_still_that_of_the_healthy():
    events = Events.from_frame(testing.documents(healthy=30, affected=60))
    value = inv.find.lifecycle(events, like=testing.AFFECTED).value
    assert value["affected"]["count"] == 59 and value["affected"]["step"].startswith("indexer: indexed")
    assert [g["count"] for g in value["groups"] if g["deviation"] == "under way"] == [
        1
    ]  # the last has still time


def test_what_has_still_time_is_under_way_and_what_nobody_could_see_is_not_missing():
    whole = [(0, "upload"), (5, "storage"), (10, "scan"), (20, "indexer")]
    traces = {f"DOC-{100 + n}": [(n * 20 + s, place) for s, place in whole] for n in range(60)}
    traces["DOC-900"] = [(1195, "upload"), (1198, "storage")]
    value = inv.find.lifecycle(events_of(traces), like="DOC-100", path=COURSE).value
    assert value["groups"] == [
        {
            "deviation": "under way",
            "step": "indexed",
            "after": "stored",
            "count": 1,
            "first": value["groups"][0]["first"],
            "last": value["groups"][0]["last"],
            "example": "DOC-900",
        }
    ]


@pytest.mark.parametrize(
    "text, said",
    [
        ("- received: [", "no YAML in line"),
        ("received", "has no steps"),
        ("- stored: {in: storage, when: later}", "Step 1 .* has 'when'"),
        ("- stored: {says: '('}", "Step 1 .* says '\\('"),
        ("- stored: {says: stored, within: soon}", "within 'soon'"),
        ("- a: {in: upload}\n- b: {says: received}", "Both 'a' and 'b' match upload"),
        ("- 7", "Step 1 .* can't be read"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
    ],
)
def test_a_course_that_cannot_be_read_is_said(text, said):
    with pytest.raises(ParameterError, match=said):
        inv.find.lifecycle(Events.from_frame(testing.documents()), like=testing.AFFECTED, path=text)


@pytest.mark.parametrize("like", ["", "DOC-9'); DROP TABLE x; --", "<b>DOC-1</b>", "DOC-99999"])
def test_an_id_that_is_none_gets_an_answer(like):
    finding = inv.find.lifecycle(Events.from_frame(testing.documents()), like=like)
    assert finding.answer.endswith(".")
    assert finding.verdict in ("inconclusive", "found")


def test_all_at_one_instant_and_one_event_get_an_answer():
    one = {f"DOC-{n}": [(0, "upload"), (0, "storage"), (0, "indexer")] for n in range(100, 130)}
    assert inv.find.lifecycle(events_of(one), like="DOC-100").value["whole"] == 30
    assert inv.find.lifecycle(events_of({"DOC-100": [(0, "upload")]}), like="DOC-100").answer
