"""A few rows out of any number: each page is what the whole in order has at that place."""

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

from investigator.events import Events
from investigator.facts import paging

START = datetime(2026, 3, 4, 9, tzinfo=UTC)


def made(rows, *, undated=0, seed=3):
    random = Random(seed)
    lines = [
        {
            "time": START + timedelta(seconds=random.choice([0, 1, 1, 2, 40, 3_000, 90_000]) + n % 7),
            "source": random.choice(["till.log", "oven.log"]),
            "service": random.choice(["till", "oven", None]),
            "severity_number": random.choice([9, 17]),
            "body": f"tray {n}",
        }
        for n in range(rows)
    ]
    lines += [
        {"time": None, "source": "stock", "service": None, "severity_number": None, "body": f"flour {n}"}
        for n in range(undated)
    ]
    frame = pd.DataFrame(lines)
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return Events.from_frame(frame.assign(unit=range(1, len(frame) + 1)))


@pytest.mark.parametrize(
    "first, count", [(0, 10), (95, 20), (199, 30), (230, 50), (0, 1), (239, 1), (500, 5)]
)
@pytest.mark.parametrize("down", [False, True])
def test_a_page_is_what_stands_there_in_the_whole(first, count, down):
    events = made(220, undated=20)
    timed = events.table.filter(events.table.time.notnull())
    whole = events.fetch(timed.order_by([timed[name] for name in ("time", "evidence", "unit")]))
    expected = list(whole["body"])[:: -1 if down else 1] + [f"flour {n}" for n in range(20)]
    found = paging.page(events, first, count, down=down)
    assert list(found["body"]) == expected[first : first + count]


def test_pages_one_after_the_other_give_every_row_once():
    events = made(700, undated=3)
    seen = [origin for first in range(0, 703, 50) for origin in paging.page(events, first, 50)["origin"]]
    assert len(seen) == len(set(seen)) == paging.ladder(events).total == 703


def test_by_another_order_what_can_be_reached_is_said(monkeypatch):
    events = made(300)
    monkeypatch.setattr(paging, "SORTED", 100)
    monkeypatch.setattr(paging, "REACH", 50)
    assert paging.reach(events, "time") == 300 and paging.reach(events, "service") == 50
    assert len(paging.page(events, 40, 30, order="service")) == 10
    assert paging.page(events, 0, 5, order="body", down=True)["body"].iloc[0] == "tray 99"


def test_nothing_has_no_rows():
    events = made(10).where(text="nowhere")
    assert paging.ladder(events).total == 0 and len(paging.page(events, 0, 20)) == 0


def test_how_many_lie_before_a_time_is_where_its_rows_begin():
    events = made(500)
    place = paging.before(events, START + timedelta(seconds=3_000))
    first = paging.page(events, place, 1)["time"].iloc[0]
    last = paging.page(events, place - 1, 1)["time"].iloc[0]
    assert last < START + timedelta(seconds=3_000) <= first + timedelta(seconds=paging.ladder(events).seconds)
    assert paging.before(events, START - timedelta(days=3)) == 0
