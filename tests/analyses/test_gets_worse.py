"""What gets worse, in the words of several trades; and that nothing found says what was searched."""

import pandas as pd
import pytest

import investigator as inv
from investigator.events.events import Events

NOW = pd.Timestamp("2026-03-04 15:00", tz="UTC")


def asked(*rows):
    frame = [
        {
            "time": NOW - pd.Timedelta(minutes=n),
            "source": "kiln.log",
            "service": "kiln",
            "body": f"tile {n} fired",
        }
        for n in range(30)
    ]
    return inv.find.what_gets_worse(Events.from_frame(pd.DataFrame([*frame, *rows])))


@pytest.mark.parametrize(
    "body, due",
    [
        ("period is locked at 21:45 UTC for good", "21:45"),
        ("the register closes at 18:30, 41 entries open", "18:30"),
        ("unclaimed parcels are returned by 17:00", "17:00"),
        ("ballots lapse at 20:00", "20:00"),
    ],
)
def test_one_entry_of_a_calendar_that_calls_it_final_is_enough(body, due):
    row = {"time": NOW - pd.Timedelta(hours=2), "source": "calendar.csv", "kind": "log", "body": body}
    finding = asked(row)
    assert finding.verdict == "found" and finding.value["next"] == f"2026-03-04T{due}:00+00:00"


def test_one_word_of_a_person_about_the_canteen_is_nothing_that_gets_worse():
    row = {"time": NOW, "source": "chat", "kind": "message", "body": "ina: the canteen closes at 16:00"}
    assert asked(row).verdict == "inconclusive"


def test_nothing_found_says_what_was_searched_and_is_never_found():
    finding = asked()
    assert finding.verdict == "inconclusive" and finding.value["next"] is None
    assert "30 messages of 1 source were searched" in finding.answer
