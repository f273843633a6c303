"""An answer names what it rests on, and how many there would be without each source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events
from investigator.facts.leaning import Without, sentence

START = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
NUMBER, FAULT = 300, 190


def told(*, second: bool, twins: bool = False) -> tuple[Any, set[str]]:
    """Ferries: some tickets are turned away at the ramp; the harbour office says so too where it keeps a `second` book.

    With `twins` there are two ramps, each with a log of its own.
    """
    dice, rows, hurt = Random(11), [], set()
    for n in range(NUMBER):
        thing, time = f"FRY-{5_000 + n}", START + timedelta(minutes=3 * n)
        ramp = f"ramp{n % 2}.log" if twins else "ramp.log"
        rows.append((time, "desk", "desk.log", f"sold {thing} at window {dice.randint(1, 4)}"))
        time += timedelta(seconds=dice.randint(20, 60))
        if n >= FAULT and dice.random() < 0.5:
            hurt.add(thing)
            rows.append((time, "ramp", ramp, f"turned away {thing}: barcode unreadable"))
            if second:
                rows.append(
                    (time + timedelta(seconds=5), "office", "office.log", f"refund noted for {thing}")
                )
            continue
        rows.append((time, "ramp", ramp, f"let {thing} on deck {dice.choice('AB')}"))
        rows.append((time + timedelta(minutes=9), "purser", "purser.log", f"counted {thing} aboard"))
    return pd.DataFrame([{"time": t, "service": s, "source": f, "body": b} for t, s, f, b in rows]), hurt


def asked(frame: Any, like: str) -> Any:
    return inv.find.who_else(Events.from_frame(frame), like=like)


@pytest.mark.parametrize("second", [True, False])
def test_how_many_there_would_be_without_a_source_holds_when_it_is_left_out(second: bool) -> None:
    frame, hurt = told(second=second)
    like = sorted(hurt)[5]
    finding = asked(frame, like)
    assert finding.verdict == "found" and finding.value["affected"] == len(hurt)
    assert finding.value["rests_on"] and len(finding.value["without"]) == len(finding.value["rests_on"])
    for one in finding.value["without"]:
        rest = asked(frame[frame["source"] != one["source"]], like)
        if one["at_least"] is None:
            assert f"rests on {one['source']} alone" in finding.answer
        else:
            low, high = one["at_least"], one["at_most"] or NUMBER
            assert low <= len(hurt) <= high
            assert low <= rest.value["affected"] <= high, (one, rest.answer)
            assert f"without {one['source']}" in finding.answer.replace("Without", "without")


def test_where_nobody_else_tells_it_nobody_could_say_it_without_the_source() -> None:
    frame, hurt = told(second=False)
    frame = frame[frame["service"] != "purser"]
    finding = asked(frame, sorted(hurt)[5])
    assert finding.value["without"] == [{"source": "ramp.log", "at_least": None, "at_most": None}]
    assert "rests on ramp.log alone" in finding.answer
    assert asked(frame[frame["source"] != "ramp.log"], sorted(hurt)[5]).verdict != "found"


def test_without_one_of_two_logs_that_tell_it_there_are_at_least_those_of_the_other() -> None:
    frame, hurt = told(second=False, twins=True)
    finding = asked(frame[frame["service"] != "purser"], sorted(hurt)[5])
    left = {one["source"]: (one["at_least"], one["at_most"]) for one in finding.value["without"]}
    assert sum(low for low, _ in left.values()) == len(hurt) and {high for _, high in left.values()} == {None}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], ""),
        (
            [Without("a.log", None, None)],
            " It rests on a.log alone: without it, nobody could say who is affected.",
        ),
        ([Without("a.log", 12, 12)], " It stays so without a.log."),
        (
            [Without("a.log", 7, None), Without("b.log", 9, 12)],
            " Without a.log it would be 7 or more; without b.log it would be 9 to 12.",
        ),
    ],
)
def test_what_it_rests_on_is_said_in_a_sentence(found: list[Without], says: str) -> None:
    assert sentence(found) == says


def test_no_advice_names_an_id_or_a_pattern_of_another_case() -> None:
    frame, hurt = told(second=False)
    for finding in (
        asked(frame, sorted(hurt)[5]),
        inv.find.whereabouts(Events.from_frame(frame), like=sorted(hurt)[5]),
    ):
        advice = " ".join(finding.coverage.missing)
        assert "No customer is known" in advice and "CUST-" not in advice and "DOC-" not in advice
