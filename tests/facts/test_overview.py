"""Events over a stretch of time, in little."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from investigator.events import Events
from investigator.facts.overview import kinds, overview, story_window
from investigator.facts.places import lane_name

START = datetime(2026, 3, 4, 9, tzinfo=UTC)
END = START + timedelta(hours=1)


def crowd(rows, *, rare=0):
    """Lines of two services, and rare ones among them, each of a kind of its own."""
    lines = [
        {
            "time": START + timedelta(seconds=3_600 * n / rows),
            "source": f"{('till', 'oven')[n % 2]}.log",
            "service": ("till", "oven")[n % 2],
            "severity_number": 9,
            "body": f"tray {n} went in",
        }
        for n in range(rows)
    ]
    words = "ash bolt cone dune echo fern gale husk iris jade kiln lime moss neon oak pine quay reed silt tide".split()
    lines += [
        {
            "time": START + timedelta(seconds=60 * n + 30),
            "source": "oven.log",
            "service": "oven",
            "severity_number": 9,
            "body": f"{words[n % 20]} {words[n // 20]} valve opened",
        }
        for n in range(rare)
    ]
    return Events.from_frame(pd.DataFrame(lines))


@pytest.mark.parametrize(
    "source, lane",
    [
        ("oven.log", "oven.log"),
        ("oven.log.1", "oven.log"),
        ("oven.log.12.gz", "oven.log"),
        ("oven-2026-03-04.log", "oven.log"),
        ("oven.log-20260304", "oven.log"),
        ("syslog.3", "syslog"),
        ("chat/kitchen/2026-03-04.json", "chat/kitchen"),
        ("2026-03-04.log", "2026-03-04.log"),
        ("till-3", "till-3"),
        ("v1.2", "v1.2"),
    ],
)
def test_rotated_files_are_one_lane_and_others_are_not(source, lane):
    assert lane_name(None, source) == lane


def test_fifty_rare_lines_among_very_many_are_each_seen():
    found = overview(crowd(20_000, rare=50), START, END)
    assert sum("valve opened" in text for *_, text, _ in found["single"]) == 50
    assert found["count"] == 20_050 and sum(lane["count"] for lane in found["lanes"]) == 20_050


def test_a_picture_weighs_the_same_for_ten_times_as_many():
    small, large = (len(json.dumps(overview(crowd(rows, rare=20), START, END))) for rows in (4_000, 40_000))
    assert large < 150_000 and abs(large - small) < 0.1 * large


def test_where_they_fit_they_are_shown_one_by_one():
    found = overview(crowd(20_000), START, START + timedelta(seconds=9))
    assert len(found["single"]) == found["count"] == 50


def test_a_service_that_is_silent_then_is_named_as_idle():
    events = crowd(1_000)
    late = pd.DataFrame([{"time": END + timedelta(hours=2), "source": "shop.log", "body": "closed"}])
    both = Events.from_frame(pd.concat([events.rows(1_000)[["time", "source", "service", "body"]], late]))
    assert overview(both, START, END)["idle"] == ["shop.log"]


def test_changes_stand_on_top_then_who_fails():
    rows = [
        {"time": START, "source": "a.log", "service": "till", "severity_number": 9, "body": "fine"},
        {"time": START, "source": "b.log", "service": "oven", "severity_number": 17, "body": "too hot"},
        {"time": START, "source": "deploys", "kind": "deploy", "body": "oven 2.1"},
    ]
    found = overview(Events.from_frame(pd.DataFrame(rows)), START, END)
    assert [lane["name"] for lane in found["lanes"]] == ["deploys", "oven", "till"]


def test_kinds_of_message_are_counted_and_shown_without_their_numbers():
    found = kinds(crowd(100, rare=2))
    assert (
        found["all"] == 3 and found["kinds"][0]["count"] == 100 and "17" not in found["kinds"][0]["message"]
    )


def test_the_story_is_where_lines_are_not_the_oldest_change():
    rows = [
        {"time": START - timedelta(hours=20), "source": "git", "kind": "deploy", "body": "merged"},
        {"time": START, "source": "oven.log", "body": "on"},
        {"time": END, "source": "oven.log", "body": "off"},
    ]
    low, high = story_window(
        Events.from_frame(pd.DataFrame(rows)), START - timedelta(days=1), END + timedelta(hours=5)
    )
    assert START - timedelta(minutes=2) < low < START and END < high < END + timedelta(minutes=2)
