"""Plans: the last safe moment and its laws, the office's calendar, the crossing that asks for a decision, what gets worse."""

import math
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.case import Case, marks
from investigator.case.record import plans
from investigator.case.record.deadline import Office, read_office
from investigator.case.record.model import Plan, Step, minutes
from investigator.case.writing import shorthand
from investigator.errors import ParameterError
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
PLAN = "A export by hand | steps: query 10/30, export 20/60, check 5/10 | buffer 15m"

number = st.floats(0, 600, allow_nan=False)
step = st.tuples(number, number).map(lambda pair: Step("x", min(pair), max(pair)))
steps = st.lists(step, max_size=6)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new(
            "INC-1",
            words="lost",
            zone="Europe/Berlin",
            deadline="today 18:00",
            about=["DOC-4711"],
            root=tmp_path,
            author="ana",
        )


def write(case, verb, text, at=CALLED, author="mara"):
    with clock.held(at):
        return shorthand.write(case.evidence, verb, text, author=author)


def at(hour, minute=0):
    return datetime(2026, 6, 17, hour, minute, tzinfo=UTC)


def test_the_last_safe_moment_is_the_formula(case):
    said = str(write(case, "plan", PLAN))
    need = 35 + math.sqrt(20**2 + 40**2 + 5**2) + 15
    plan = case.state.plans["A"]
    assert plan.needs == timedelta(minutes=need)
    assert plan.last_safe(at(16)) == at(16) - timedelta(minutes=need)
    assert "plan A: export by hand, last safe start 16:25, 2 h 20 slack" in said


@given(steps, step, number)
def test_more_to_do_or_more_doubt_never_makes_it_later(some, one, buffer):
    have = minutes(some, buffer)
    assert minutes([*some, one], buffer) >= have - 1e-6
    assert minutes(some, buffer + 1) > have
    usual, bad = sum(s.usual for s in some), sum(s.bad for s in some)
    assert usual + buffer - 1e-6 <= have <= bad + buffer + 1e-6
    slower = [Step(s.what, s.usual, s.bad + 10) for s in some]
    assert minutes(slower, buffer) >= have - 1e-6
    worse = [Step(s.what, min(s.usual + 10, s.bad), s.bad) for s in some]
    assert minutes(worse, buffer) >= have - 1e-6


@given(steps, number, st.integers(0, 10_000))
def test_a_later_deadline_gives_the_same_later_start(some, buffer, more):
    plan = Plan(None, "A", "x", tuple(some), buffer)
    assert plan.last_safe(at(16) + timedelta(minutes=more)) - plan.last_safe(at(16)) == timedelta(
        minutes=more
    )


@given(steps, number)
def test_with_each_step_done_the_last_safe_moment_moves_on(some, buffer):
    plan = Plan(None, "A", "x", tuple(some), buffer)
    seen = []
    for done in range(len(some) + 1):
        plan.done = done
        seen.append(plan.last_safe(at(16)))
    assert all(a <= b + timedelta(microseconds=2) for a, b in pairwise(seen))
    assert seen[-1] == at(16) - timedelta(minutes=buffer)


times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))


@settings(max_examples=60)
@given(
    times,
    times,
    st.sets(st.integers(0, 6), min_size=1),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)
def test_the_office_never_moves_a_deadline_later_and_keeps_their_order(first, second, days, closed):
    office = Office(frozenset(days), time(8), time(16), frozenset(closed), "Europe/Berlin")
    first, second = sorted((first, second))
    low, high = office.last_open(first), office.last_open(second)
    assert low <= first and high <= second and low <= high
    assert office.last_open(low) == low


def test_an_office_that_closes_on_weekends_moves_a_sunday_deadline_to_friday_afternoon():
    kept = read_office("mon-fri 08:00-16:00", "2026-06-19", zone="Europe/Berlin")
    office = Office(
        frozenset(kept["days"]), time(8), time(16), frozenset({date(2026, 6, 19)}), "Europe/Berlin"
    )
    assert office.last_open(datetime(2026, 6, 21, 10, tzinfo=UTC)) == datetime(2026, 6, 18, 14, tzinfo=UTC)


def test_hours_are_those_of_the_wall_on_both_sides_of_a_change_of_the_clock():
    office = Office(frozenset(range(7)), time(8), time(16), frozenset(), "Europe/Berlin")
    before, after = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC)
    assert office.last_open(before) == datetime(2026, 10, 24, 14, tzinfo=UTC)  # 16:00 in summer
    assert office.last_open(after) == datetime(2026, 10, 25, 15, tzinfo=UTC)  # 16:00 in winter


def test_the_office_is_said_in_the_plans_and_on_the_card(case):
    write(case, "plan", PLAN)
    said = str(write(case, "office", "mon-fri 08:00-16:00 | closed: 2026-06-19"))
    assert (
        "The office is closed at the deadline (Wednesday 2026-06-17 18:00): reckoned to 2026-06-17 16:00"
        in said
    )
    assert "last safe start 14:25" in plans.sentence(case.state.plans["A"], case.state, CALLED)


def test_crossing_the_last_safe_moment_asks_for_a_decision_until_one_is_made(case):
    write(case, "plan", PLAN)
    with clock.held(at(14, 20)):
        assert plans.decide_now(case.state, at(14, 20)) == []
    late = at(14, 40)
    sentence = "plan A (export by hand) can no longer be started safely since 16:25: decide"
    assert plans.decide_now(case.state, late) == [sentence]
    write(case, "decide", "14:00 we go without anything", at=late)
    assert plans.decide_now(case.state, late) == [sentence]
    write(case, "decide", "plan A is off, we ask for an extension", at=late)
    assert plans.decide_now(case.state, late) == []
    assert plans.decide_now(case.as_of(at(14, 30)).state, at(14, 30)) == [sentence]


def test_a_plan_that_is_started_is_held_to_what_is_left_of_it(case):
    write(case, "plan", PLAN)
    write(case, "plan", "A started", at=at(14, 10))
    assert plans.decide_now(case.state, at(14, 20)) == []
    assert "no longer reaches the deadline safely" in plans.decide_now(case.state, at(14, 40))[0]
    assert "1 of 3 steps done" in str(write(case, "plan", "A done 1", at=at(14, 35)))
    assert plans.decide_now(case.state, at(14, 39)) == []
    write(case, "plan", "A done", at=at(15, 30))
    assert case.state.plans["A"].state == "done" and plans.slack(case.state, at(15, 40)) == []


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("A export", "has no steps"),
        ("A export | steps: query", "is no step"),
        ("A export | steps: query 30/10", "no shorter than a usual one"),
        ("A export | steps: query 10/30 | buffer soon", "is no buffer"),
        ("B started", "There is no plan B"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(case, text, match):
    before = len(case.entries())
    with pytest.raises(ParameterError, match=match):
        write(case, "plan", text)
    assert len(case.entries()) == before


def test_the_board_states_its_assumption_and_the_ways_nobody_asked_about(case):
    assert "No other way is written down yet" in case.brief.plans().text
    write(case, "plan", "A <b>fax</b> | steps: query 10/30")
    with clock.held(CALLED):
        text, markup = case.brief.plans().text, case.brief.plans()._repr_html_()
    assert "independently of each other" in text and "have the deadline extended" in text
    assert "&lt;b&gt;fax" in markup and "<b>fax" not in markup
    write(case, "ask", "@ana can they get an extension?")
    assert "have the deadline extended" not in case.brief.plans().text


def test_the_last_safe_start_is_a_mark_on_the_timeline(case):
    write(case, "plan", PLAN)
    with clock.held(CALLED):
        assert "last safe start of plan A" in [mark["label"] for mark in marks.marks(case.snapshot())]


def test_what_gets_worse_has_an_owner_a_time_and_what_holds_it(sample):
    case = Case.open(sample)
    before = case.as_of("2026-06-17 14:30").brief.worse().text
    assert "purge" in before and "@Pia" in before and "in 3 h 29" in before
    held = case.as_of("2026-06-17 14:32").brief.worse().text
    assert "paused the purge of 18:00 (Pia Holm" in held


def test_what_people_know_to_get_worse_is_held_by_what_names_its_number(case):
    number = write(case, "worse", "old exports are deleted by 16:00 @pia").entry.number
    assert "@pia" in case.brief.worse().text and "nothing" in case.brief.worse().text
    write(case, "did", f"#{number} moved them away")
    assert f"#{number} moved them away (mara" in case.brief.worse().text


def test_an_extended_deadline_moves_every_last_safe_start_and_the_earlier_one_stays_in_the_record(case):
    write(case, "plan", PLAN)
    said = str(write(case, "deadline", "tomorrow 12:00 | why: the office extended it", at=at(14, 40)))
    assert (
        "the deadline is 2026-06-18 12:00 Berlin" in said and "last safe start Thu 2026-06-18 10:25" in said
    )
    assert plans.decide_now(case.state, at(14, 40)) == []
    assert case.as_of(at(14, 30)).state.deadline.due == at(16)
    assert "the office extended it" in case.brief.record().text
