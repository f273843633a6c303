"""A step that comes at a date of each thing is not lacking before that date: in trades that nobody here has seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from investigator.events import Events
from investigator.facts import dated, traces

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
#: How a thing is written, the column of its date, and the step that is due some days before it.
TRADES = {
    "a choir's scores": ("SCORE-{n}", "concert", "printed {id} for the desk", 6),
    "a vet's travel papers": ("pet/{n}", "leaves_on", "{id} stamped, paw and all", 2),
}


def told(trade: str, *, by: str, left: float) -> tuple[Events, list[str], Any]:
    """A hundred that took the step, by their date or soon after they came, and five that wait, so many days before theirs."""
    thing, column, says, days = TRADES[trade]
    dice, rows = Random(f"{trade} {by} {left}"), []
    waiting = [thing.format(n=7000 + n) for n in range(100, 105)]
    for n in range(105):
        one, wait = thing.format(n=7000 + n), dice.uniform(days + 4, 40)
        came = NOW - timedelta(days=dice.uniform(20, 90))
        date = NOW + timedelta(days=left) if one in waiting else came + timedelta(days=wait)
        rows.append(
            {
                "time": came,
                "kind": "log",
                "source": "desk.log",
                "service": "desk",
                "body": f"took in {one}",
                "attributes": {},
            }
        )
        rows.append(
            {
                "time": None,
                "kind": "record",
                "source": "list.csv",
                "service": None,
                "body": "",
                "attributes": {"no": one, column: f"{date:%Y-%m-%d}"},
            }
        )
        done = (
            date - timedelta(days=days + dice.random())
            if by == "date"
            else came + timedelta(hours=dice.random())
        )
        if one not in waiting and done < NOW:
            rows.append(
                {
                    "time": done,
                    "kind": "log",
                    "source": "desk.log",
                    "service": "desk",
                    "body": says.format(id=one),
                    "attributes": {},
                }
            )
    events = Events.from_frame(pd.DataFrame(rows))
    step = next(s for s in traces.trace(traces.read(events, thing.format(n=7003))) if "took" not in s.body)
    return events, waiting, SimpleNamespace(activity=step.activity)


@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize(
    ("by", "left", "due"),
    [
        ("date", 14, True),  # others came to it nearer before their date
        ("date", 1, False),  # its date is nearer than that of any other was
        ("coming", 14, False),  # the step follows when a thing came, whatever its date
    ],
)
def test_what_is_due_by_a_date_of_the_thing_is_not_lacking_before(
    trade: str, by: str, left: float, due: bool
) -> None:
    events, waiting, step = told(trade, by=by, left=left)
    column = dated.due_by(events, waiting[0], waiting, step)
    assert column == (TRADES[trade][1] if due else "")
