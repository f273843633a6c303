"""Two clocks of which one has no known zone: what they tell together is firm where any zone would tell the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import investigator as inv
from investigator.events import Events
from investigator.facts import clocks

START = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)
NUMBER, FAULT = 400, 250
#: Trades: how a thing is written, and its three steps.
TRADES = {
    "ferry": ("CROSS-{n}", ("gate", "let in {id}"), ("deck", "stowed {id}"), ("quay", "put ashore {id}")),
    "bread": ("dough/{n}", ("mixer", "kneaded {id}"), ("oven", "baked {id}"), ("shelf", "set out {id}")),
}
#: Hours that the second step's clock is from UTC, though it names none and is read as UTC.
AWAY = (0.0, 2.0, 5.5, -7.0)
#: Seconds that the second step takes: minutes, or anything from a quarter of an hour to three hours.
SOON, LONG = (20, 200), (900, 10_800)


def logs(
    folder: Path, trade: str, how: str, away: float, takes: tuple[int, int]
) -> tuple[Events, str, set[str]]:
    """The logs of a trade of which from a moment on every second thing never comes to the second step, or comes late."""
    shape, *steps = TRADES[trade]
    dice, rows, hurt = Random(f"{trade} {how} {takes}"), [], []
    for n in range(NUMBER):
        thing, time = shape.format(n=7000 + n), START + timedelta(minutes=3 * n)
        for k, (place, said) in enumerate(steps):
            if k:
                time += timedelta(seconds=dice.randint(*(takes if k == 1 else (10, 90))))
            if k == 1 and n >= FAULT and n % 2:
                hurt.append((time, thing))
                if how == "never":
                    break
                time += timedelta(hours=dice.uniform(9, 11))
            rows.append((time, place, said.format(id=thing)))
    end = START + timedelta(minutes=3 * NUMBER)
    by: dict[str, list[str]] = {}
    for time, place, said in sorted(rows):
        if time > end:
            continue
        bare = place == steps[1][0]
        shown = f"{time + timedelta(hours=away):%Y-%m-%d %H:%M:%S}" if bare else f"{time:%Y-%m-%dT%H:%M:%SZ}"
        by.setdefault(f"{place}.log", []).append(f"{shown} INFO {said}\n")
    for name, lines in by.items():
        (folder / name).write_text("".join(lines))
    seen = end - timedelta(hours=11 if how == "late" else 1)
    return inv.read(folder), hurt[3][1], {thing for time, thing in hurt if time < seen}


@pytest.mark.parametrize("away", AWAY)
@pytest.mark.parametrize("takes", [SOON, LONG])
@pytest.mark.parametrize("trade", TRADES)
def test_what_never_came_is_counted_firmly_only_where_it_is_so_by_any_clock(
    trade: str, takes: tuple[int, int], away: float, tmp_path: Path
) -> None:
    events, like, surely = logs(tmp_path, trade, "never", away, takes)
    finding = inv.find.who_else(events, like=like)
    told = set(finding.value["ids"])
    if finding.verdict == "found":
        hurt = {TRADES[trade][0].format(n=7000 + n) for n in range(FAULT, NUMBER) if n % 2}
        assert told <= hurt and len(told) >= 0.9 * len(surely), finding.answer
    assert finding.verdict == "found" or away, finding.answer  # else a log seems to end early


@pytest.mark.parametrize("away", AWAY)
@pytest.mark.parametrize("trade", TRADES)
def test_what_came_late_by_any_clock_is_counted_firmly(trade: str, away: float, tmp_path: Path) -> None:
    events, like, surely = logs(tmp_path, trade, "late", away, SOON)
    finding = inv.find.who_else(events, like=like)
    if finding.verdict == "found":
        hurt = {TRADES[trade][0].format(n=7000 + n) for n in range(FAULT, NUMBER) if n % 2}
        assert surely <= set(finding.value["ids"]) <= hurt, finding.answer
    assert finding.verdict == "found" or away, finding.answer


def test_of_two_gaps_another_zone_may_choose_the_other() -> None:
    assert clocks.same_gap([(100.0, 20_000.0)], 10.0, 1.3)
    assert clocks.same_gap([(100.0, 30_000.0), (200.0, 260.0)], 10.0, 1.3)
    # By a clock an hour ahead, 30 s against 600 s stand out more than an hour against six.
    assert not clocks.same_gap([(3_630.0, 4_200.0), (7_200.0, 21_600.0)], 3_605.0, 1.3)
