"""Sessions unlike the others: extra, missing, repeated and turned steps, whoever is asked about."""

import random

import pandas as pd
import pytest

import investigator as inv
from investigator.events.events import Events

COURSE = ["key handed out", "room entered", "lamp switched on", "chair moved", "room left", "key returned"]


def log_of(number=400, *, seed=3):
    """Visits to rooms, some with a longer stay; every fortieth is abnormal, in four ways."""
    dice, rows, truth = random.Random(seed), [], {}
    for one in range(number):
        told = list(COURSE)
        if dice.random() < 0.3:
            told[3:3] = ["projector used"] * dice.randint(1, 2)
        kind = ("extra", "missing", "repeated", "reordered")[one // 40 % 4] if one % 40 == 7 else ""
        if kind == "extra":
            told.insert(2, "alarm raised")
        elif kind == "missing":
            told.remove("room left")
        elif kind == "repeated":
            told.insert(1, "room entered")
        elif kind == "reordered":
            told[0], told[1] = told[1], told[0]
        truth[f"VIS-{one:05d}"] = kind
        for place, step in enumerate(told):
            at = pd.Timestamp("2026-05-04 08:00", tz="UTC") + pd.Timedelta(seconds=60 * one + 5 * place)
            rows.append({"time": at, "source": "doors", "service": "doors", "body": f"{step} VIS-{one:05d}"})
    return Events.from_frame(pd.DataFrame(rows)), truth


@pytest.mark.parametrize("asked", ["", "extra", "missing", "repeated", "reordered"])
def test_whoever_is_asked_about_the_abnormal_come_first_and_none_of_them_is_whole(asked):
    events, truth = log_of()
    like = next(visit for visit, kind in truth.items() if kind == asked)
    value = inv.find.lifecycle(events, like=like).value
    told = {one["id"]: one["deviation"] for one in value["unusual"]}
    bad = {visit for visit, kind in truth.items() if kind}
    assert set(told) == bad and value["whole"] == len(truth) - len(bad)
    names = {"extra": "unexpected", "missing": "missing", "repeated": "repeated", "reordered": "out of order"}
    assert all(told[visit] == names[kind] for visit, kind in truth.items() if kind)


def test_a_step_that_some_lawfully_leave_out_is_missing_for_nobody():
    events, truth = log_of()
    like = next(visit for visit, kind in truth.items() if not kind)
    steps = {step["step"]: step for step in inv.find.lifecycle(events, like=like).value["steps"]}
    assert all(step["missing"] <= 10 for step in steps.values())


def test_too_few_to_tell_are_called_nothing():
    events, _ = log_of(12)
    assert inv.find.lifecycle(events, like="VIS-00001").value["unusual"] == []


@pytest.mark.parametrize(
    ("written", "odd"), [("CAN-{n}", "rinsed {id} again by hand"), ("bed/{n}", "moved {id} to the attic")]
)
def test_a_message_that_hardly_any_has_is_told_where_nothing_else_sets_a_thing_apart(
    written: str, odd: str
) -> None:
    rows = []
    for n in range(150):
        thing, time = written.format(n=4000 + n), pd.Timestamp("2026-05-04T06:00Z") + pd.Timedelta(minutes=n)
        said = ["took {id}", "filled {id}", *([odd] if n == 70 else []), "sent {id}"]
        rows += [
            {"time": time + pd.Timedelta(seconds=9 * place), "source": "a.log", "service": "a", "body": says.format(id=thing)}
            for place, says in enumerate(said)
        ]  # fmt: skip
    events = Events.from_frame(pd.DataFrame(rows))
    finding = inv.find.who_else(events, like=written.format(n=4070))
    assert finding.verdict == "inconclusive"
    assert odd.format(id=written.format(n=4070)) in finding.answer, finding.answer
    usual = inv.find.who_else(events, like=written.format(n=4020))
    assert odd.split()[0] not in usual.answer
