"""What somebody did not find may only not have been there yet: its next step is not due, or it came just after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

import investigator as inv
from investigator.events import Events

START = datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
NUMBER = 120
#: Trades: how a thing is written, its steps, and what a look-up that fails says.
TRADES = {
    "maps": (
        "SHEET-{n}",
        ("desk", "{id} received, 3 layers"),
        ("store", "stored {id} on shelf"),
        ("index", "{id} indexed"),
        ("portal", "GET /search?q={id} 404 not found"),
    ),
    "choir": (
        "score/{n}",
        ("post", "received {id} by courier"),
        ("vault", "stored {id} in box"),
        ("catalogue", "{id} indexed in catalogue"),
        ("reading", "search for {id}: not found"),
    ),
}


def told(trade: str, *, last: str, looked: float) -> tuple[Events, str]:
    """A trade in which all is well; the last thing has its last step `last` ("soon", "came", "never"), and was looked for."""
    shape, *steps, (desk, failed) = TRADES[trade]
    dice, rows = Random(trade), []
    for n in range(NUMBER):
        thing, time = shape.format(n=3000 + n), START + timedelta(minutes=4 * n)
        for k, (place, said) in enumerate(steps):
            time += timedelta(seconds=dice.randint(240, 900) if k == 2 else dice.randint(5, 30))
            rows.append((time, place, said.format(id=thing)))
    like, at = shape.format(n=3000 + NUMBER), START + timedelta(minutes=4 * NUMBER)
    rows = [row for row in rows if row[0] < at + timedelta(seconds=90)] if last == "soon" else rows
    for k, (place, said) in enumerate(steps):
        if k == 2 and last != "came":
            break
        rows.append((at + timedelta(seconds=(0, 20, 400)[k]), place, said.format(id=like)))
    rows.append((at + timedelta(seconds=looked), desk, failed.format(id=like)))
    frame = pd.DataFrame(
        [{"time": t, "service": s, "source": f"{s}.log", "body": b} for t, s, b in sorted(rows)]
    )
    return Events.from_frame(frame), like


@pytest.mark.parametrize("trade", TRADES)
def test_what_is_not_due_yet_is_not_said_to_be_hidden(trade: str) -> None:
    events, like = told(trade, last="soon", looked=60)
    finding = inv.find.whereabouts(events, entity=like)
    assert finding.value["disposition"] != "hidden", finding.answer
    assert finding.verdict == "inconclusive" and "is not due before" in finding.answer, finding.answer


@pytest.mark.parametrize("trade", TRADES)
def test_who_looked_before_it_was_there_proves_nothing(trade: str) -> None:
    events, like = told(trade, last="came", looked=200)
    assert inv.find.whereabouts(events, entity=like).value["disposition"] != "hidden"


@pytest.mark.parametrize("trade", TRADES)
def test_what_should_have_come_long_ago_is_hidden(trade: str) -> None:
    events, like = told(trade, last="never", looked=7_000)
    finding = inv.find.whereabouts(events, entity=like)
    assert finding.value["disposition"] in ("hidden", "unknown"), finding.answer
    assert "is not due before" not in finding.answer, finding.answer
