"""Answers of other trades that are right, or say that they are not sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FAULT = START + timedelta(minutes=600)


def events(rows: list[tuple[datetime, str, str]]) -> Events:
    """Lines of services: when, where, what."""
    return Events.from_frame(
        pd.DataFrame([{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in rows])
    )


@pytest.mark.parametrize(
    "line", ["seats: voids unissued, last={n}, next={at}", "tubes left over go out at {at}, {n} on it"]
)
def test_what_a_job_announces_in_its_own_words_is_coming(line: str) -> None:
    rows = [
        (t, "keeper", line.format(n=n + 3, at=f"{t + timedelta(minutes=75):%H:%M}"))
        for n, t in enumerate(START + timedelta(hours=k) for k in range(4))
    ]
    finding = inv.find.what_gets_worse(events(rows))
    assert finding.verdict == "found" and finding.value["next"] == "2026-03-02T10:15:00+00:00"


@pytest.mark.parametrize("line", ["retention emptied object {n}", "canary of the kiosk done, {n} of 3"])
def test_a_mention_without_a_time_is_no_answer(line: str) -> None:
    rows = [(START + timedelta(hours=n), "keeper", line.format(n=n)) for n in range(3)]
    assert inv.find.what_gets_worse(events(rows)).verdict == "inconclusive"


def test_where_no_change_is_known_there_is_a_list_without_any() -> None:
    finding = inv.find.candidate_triggers(events([(START, "kiosk", "open")]), onset=START.isoformat())
    assert finding.value["changes"] == [] and finding.verdict == "inconclusive"


def course(prefix: str, lacking: bool) -> list[tuple[datetime, str, str]]:
    """Things that pass three services; every twenty-fifth never reaches the last, and more since the fault."""
    rows = []
    for n in range(300):
        at, thing = START + timedelta(minutes=4 * n), f"{prefix}-{1000 + n}"
        rows += [(at, "desk", f"took in {thing}"), (at + timedelta(seconds=20), "belt", f"moved {thing}")]
        hit = at >= FAULT and n % 2 == 0
        if not (n % 25 == 7 or (lacking and hit)):
            rows.append((at + timedelta(seconds=50), "hold", f"loaded {thing}"))
    return rows


@pytest.mark.parametrize("prefix", ["BAG", "RX"])
def test_those_who_always_deviate_so_are_neither_counted_nor_the_onset(prefix: str) -> None:
    finding = inv.find.who_else(events(course(prefix, lacking=True)), like=f"{prefix}-1200")
    assert datetime.fromisoformat(finding.value["first"]) >= FAULT - timedelta(minutes=4)
    assert "before that went the same way" in finding.answer


@pytest.mark.parametrize("prefix", ["BAG", "RX"])
def test_a_channel_that_a_third_took_from_the_beginning_sets_nobody_apart(prefix: str) -> None:
    rows = course(prefix, lacking=False)
    for n in range(300):
        way = "by hand" if n % 3 == 0 else "by cart"
        rows.append((START + timedelta(minutes=4 * n, seconds=60), "yard", f"{prefix}-{1000 + n} left {way}"))
    finding = inv.find.who_else(events(rows), like=f"{prefix}-1201" if 201 % 3 == 0 else f"{prefix}-1200")
    assert finding.verdict == "inconclusive"
