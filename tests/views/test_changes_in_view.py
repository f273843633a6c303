"""The pictures of what changed: fields and kinds of message since the onset, kinds over time, metrics that moved."""

from datetime import UTC, datetime, timedelta

import pandas as pd

import investigator as inv
from investigator.events import Events

START = datetime(2026, 3, 4, 9, tzinfo=UTC)
ONSET = START + timedelta(minutes=30)


def bakery():
    """An hour of lines; from half past on the oven is of another make, writes of ash, and stops writing of trays."""
    rows = []
    for n in range(720):
        at = START + timedelta(seconds=5 * n)
        since = at >= ONSET
        rows.append(
            {
                "time": at,
                "source": "oven.log",
                "service": "oven",
                "severity_number": 17 if since and n % 4 == 0 else 9,
                "body": f"ash at door {n}"
                if since and n % 2
                else f"tray {n} is in"
                if not since
                else f"door {n} opened",
                "make": "B" if since else "A",
            }
        )
        rows.append(
            {
                "time": at,
                "source": "heat",
                "service": "oven",
                "kind": "metric",
                "name": "heat",
                "body": "",
                "value": 250.0 + n % 3 if not since else 310.0 + n % 3,
            }
        )
        rows.append(
            {
                "time": at,
                "source": "heat",
                "service": "shop",
                "kind": "metric",
                "name": "guests",
                "body": "",
                "value": 10.0 + n % 5,
            }
        )
    frame = pd.DataFrame(rows)
    return Events.from_frame(frame.assign(unit=range(1, len(frame) + 1)))


def test_what_changed_says_the_surest_difference_and_its_interval():
    figure = inv.show.changed(bakery(), onset=ONSET.isoformat())
    table = figure.layout.meta["table"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    new = next(row for row in rows if "ash" in row["value"])
    assert (new["before, %"], new["since, %"]) == (0.0, 50.0) and new["from"] < new[
        "difference, points"
    ] < new["to"]
    assert figure.layout.title.text.startswith("Since 09:30 ") and "% before" in figure.layout.title.text


def test_without_an_onset_or_a_difference_it_says_so():
    assert inv.show.changed(bakery()).layout.annotations[0].text.startswith("No onset")
    early = (START - timedelta(hours=1)).isoformat()
    assert (
        inv.show.changed(bakery(), onset=early).layout.annotations[0].text.startswith("No lines lie on both")
    )


def test_kinds_of_message_that_began_and_that_stopped_come_first():
    figure = inv.show.kinds(bakery(), onset=ONSET.isoformat())
    assert figure.layout.title.text == "At 09:30 2 kinds of message began and 1 stopped, of 3."
    rows = figure.layout.meta["table"]["rows"]
    assert [row[-1] for row in rows] == ["new", "new", "stopped"] and sum(row[1] for row in rows) == 720


def test_the_metric_that_moved_is_named_with_its_time_and_the_calm_one_is_not():
    figure = inv.show.metrics(bakery(), onset=ONSET.isoformat())
    title = figure.layout.title.text
    said = "1 of 2 series moved by more than usual, most oven: heat at 09:"
    assert title in (f"{said}29.", f"{said}30."), title  # a level changes between two points
    assert [row[1] for row in figure.layout.meta["table"]["rows"]] == ["heat", "guests"]


def test_the_service_that_fails_is_named_among_who_calls_whom():
    from investigator.samples import traced

    frame = traced.traced("errors", "payment", requests=20)
    events = Events.from_frame(frame.assign(unit=range(1, len(frame) + 1)))
    figure = inv.show.callers(events, onset=traced.ONSET.isoformat())
    assert figure.layout.title.text == "Of 5 services payment is the most suspect."
    rows = figure.layout.meta["table"]["rows"]
    assert rows[0][:2] == [1, "payment"] and len(rows) == 5
    calls = {(row[1], callee) for row in rows for callee in row[5].split(", ") if callee}
    assert ("orders", "payment") in calls, calls
    assert inv.show.callers(events).layout.annotations[0].text.startswith("No onset")
