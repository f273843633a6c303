"""A check is the name of an analysis, parameters that fit in JSON, and what is expected."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator import catalogue, moment, performing
from investigator.check import OPERATORS, Check, Expect
from investigator.errors import CatalogueError, ParameterError
from investigator.events import Events
from investigator.finding import Finding
from investigator.performing import current, perform, run, wrapped

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def found(value: Any) -> Finding:
    return Finding("How many?", "So many.", value)


@given(values, st.sampled_from(["==", "!="]), st.text(max_size=9), st.floats(0, 5))
def test_an_expectation_survives_json(value: Any, op: str, path: str, tolerance: float) -> None:
    expect = Expect(path, op, value, tolerance)
    assert Expect.from_json(json.loads(json.dumps(expect.to_json()))) == expect


@given(st.dictionaries(st.text(max_size=5), values, max_size=3))
def test_a_check_survives_json(params: dict[str, Any]) -> None:
    check = Check("who_else", 2, {"source": ["a"]}, params, Expect("n", "<=", 3))
    assert Check.from_json(json.loads(json.dumps(check.to_json()))) == check


@given(values)
def test_a_value_equals_itself_and_nothing_else_by_not_equal(value: Any) -> None:
    assert Expect("", "==", value).holds(found(value))
    assert not Expect("", "!=", value).holds(found(value))


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_the_comparisons_are_pythons(have: int, want: int) -> None:
    expected = {
        "==": have == want,
        "!=": have != want,
        "<": have < want,
        "<=": have <= want,
        ">": have > want,
        ">=": have >= want,
    }
    assert {op: Expect("", op, want).holds(found(have)) for op in expected} == expected


@pytest.mark.parametrize(
    "op, want, have, tolerance, holds",
    [
        ("between", [1, 3], 3, 0, True),
        ("between", [1, 3], 4, 0, False),
        ("between", [1, 3], 3.5, 0.5, True),
        (
            "between",
            ["2026-06-17T07:00:00+00:00", "2026-06-17T08:00:00+00:00"],
            "2026-06-17T09:30:00+02:00",
            0,
            True,
        ),
        ("in", ["a", "b"], "b", 0, True),
        ("in", [], "b", 0, False),
        ("==", 40, 41, 1, True),
        ("==", 40, 42, 1, False),
        ("==", True, 1, 0, False),
        ("==", [1, 2], [1.05, 2], 0.1, True),
        ("==", {"a": 1}, {"a": 1.05}, 0.1, True),
        ("==", {"a": 1}, {"a": 1, "b": 2}, 0.1, False),
        ("==", "2026-06-17T07:14:00+00:00", "2026-06-17T07:14:20+00:00", 60, True),
        ("==", "2026-06-17T07:14:00+00:00", "2026-06-17T09:14:00+02:00", 0, True),
        ("<=", "2026-06-17T07:14:00+00:00", "2026-06-17T09:14:00+02:00", 0, True),
        ("<", "2026-06-17T07:14:00+00:00", "2026-06-17T09:14:00+02:00", 0, False),
        (">", 3, None, 0, False),
        ("!=", 3, None, 0, True),
        ("<", 3, "2", 0, False),
        ("<=", 1, True, 0, False),
    ],
)
def test_what_holds_by_example(op: str, want: Any, have: Any, tolerance: float, holds: bool) -> None:
    assert Expect("", op, want, tolerance).holds(found(have)) is holds


@pytest.mark.parametrize(
    "path, have",
    [
        ("", {"a": [{"n": 7}]}),
        ("a.0.n", 7),
        ("a.-1.n", 7),
        ("a.1.n", None),
        ("a.x", None),
        ("b", None),
        ("verdict", "found"),
        ("answer", "So many."),
    ],
)
def test_a_path_leads_into_the_value(path: str, have: Any) -> None:
    assert Expect(path, "==", have).found(found({"a": [{"n": 7}]})) == have


@pytest.mark.parametrize(
    "op, value, said",
    [
        ("~", 1, r"'~' is no comparison\. There are: =="),
        ("between", [1], "'between' needs two bounds"),
        ("in", "abc", "'in' needs a list"),
        ("==", object(), "A object is no plain JSON"),
    ],
)
def test_an_expectation_that_is_none_is_refused(op: str, value: Any, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        Expect("", op, value)


def test_every_operator_says_itself() -> None:
    for op in OPERATORS:
        want: Any = [1, 2] if op in ("between", "in") else 1
        assert str(Expect("n", op, want, 0.5)) == f"n {op} {json.dumps(want)} (within 0.5)"


@pytest.fixture
def analyses(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A room of analyses with one that counts events."""
    name = f"analyses_{abs(hash(str(tmp_path))):x}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "how_many.py").write_text(
        "from investigator.finding import Finding\n"
        "VERSION = 3\n"
        "def how_many(events, *, factor=1):\n"
        "    n = events.count() * factor\n"
        "    return Finding('How many?', f'{n} events.', {'n': n})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(performing, "ANALYSES", name)
    return name


@pytest.fixture
def events() -> Events:
    import pandas as pd

    times = pd.date_range("2026-06-17 07:00", periods=6, freq="min", tz="UTC")
    return Events.from_frame(pd.DataFrame({"time": times, "body": "tick", "source": ["a", "b"] * 3}))


def test_a_finding_knows_the_check_that_makes_it_again(analyses: str, events: Events) -> None:
    finding = perform("how_many", events.where(source="a"), {"factor": 2})
    assert finding.value == {"n": 6}
    assert finding.check == Check("how_many", 3, {"source": ["a"]}, {"factor": 2})
    again = run(Check.from_json(json.loads(json.dumps(finding.check.to_json()))), events)
    assert again.value == finding.value and again.check == finding.check


def test_a_check_holds_or_not_and_says_how_to_run_it(analyses: str, events: Events) -> None:
    check = Check("how_many", 3, {"source": ["a"]}, {"factor": 2}).expecting("n", "==", 6)
    assert check.holds(run(check, events)) and not check.expecting("n", ">", 6).holds(run(check, events))
    with pytest.raises(AttributeError, match=r"inv\.run\(check, events\)"):
        check.run  # noqa: B018 - a notebook of before calls it
    assert check.code() == "inv.find.how_many(events.select({'source': ['a']}), factor=2)"


def test_a_check_of_an_older_analysis_says_so(analyses: str) -> None:
    assert current(Check("how_many", 3)) and not current(Check("how_many", 2))


def test_a_frame_is_good_enough_for_an_analysis(analyses: str) -> None:
    import pandas as pd

    assert perform("how_many", pd.DataFrame({"body": ["a", "b"]}), {}).value == {"n": 2}


def test_a_misspelt_parameter_and_an_unknown_analysis_are_refused(analyses: str, events: Events) -> None:
    with pytest.raises(
        ParameterError, match=r"The analysis 'how_many' has no parameter 'facto'. It has: factor"
    ):
        perform("how_many", events, {"facto": 2})
    with pytest.raises(CatalogueError, match=r"There is no analysis named 'how_man'. There are: how_many"):
        perform("how_man", events, {})
    with pytest.raises(ParameterError, match=r"is no plain JSON"):
        perform("how_many", events, {"factor": object()})


def test_a_wrapped_analysis_keeps_its_name_and_remembers_its_check(analyses: str, events: Events) -> None:
    find = catalogue.Shelf(analyses, "analysis", wrapped)
    finding = find.how_many(events, factor=3)
    assert finding.check == Check("how_many", 3, {}, {"factor": 3})
    assert find.how_many.__name__ == "how_many" and analyses in sys.modules


@pytest.mark.parametrize(("asks", "again"), [("", 1), ("moment.now()", 2)])
def test_only_what_was_answered_by_the_clock_is_asked_again_as_time_goes_on(
    analyses: str, events: Events, tmp_path: Any, asks: str, again: int
) -> None:
    (tmp_path / analyses / "how_often.py").write_text(
        "from investigator import moment\n"
        "from investigator.finding import Finding\n"
        "ASKED = []\n"
        "def how_often(events):\n"
        f"    ASKED.append({asks or 'None'})\n"
        "    return Finding('How often?', 'So often.', {'n': events.count()})\n"
    )
    called = datetime(2026, 6, 17, 12, tzinfo=UTC)
    for seconds in (0, 10, 70, 80):
        with moment.clock.held(called + timedelta(seconds=seconds)):
            assert perform("how_often", events, {}).value == {"n": 6}
    assert len(catalogue.load(analyses, "how_often").ASKED) == again
