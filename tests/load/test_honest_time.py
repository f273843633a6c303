"""What a log's time leaves out is found where it can be, and held open where it can't."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator import load
from investigator.events.events import Events
from investigator.events.store import Store
from investigator.load import direct, times, years
from investigator.load.reading import reader


def loaded(
    tmp_path: Path, text: str, *, when: str = "2026-06-01", more: dict[str, str] | None = None, **said
):
    """The events of a syslog file that was written then, after others."""
    store = Store(tmp_path / "events")
    for number, (name, content) in enumerate((more or {}).items(), 1):
        (tmp_path / name).write_text(content)
        load.add(tmp_path / name, store=store, vault=tmp_path / "vault", load=number)
    file = tmp_path / "messages"
    file.write_text(text)
    stamp = datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()
    os.utime(file, (stamp, stamp))
    report = load.add(file, store=store, vault=tmp_path / "vault", load=9, **said)
    events = Events.open(store.folder).where(source="messages")
    rows = events.fetch(events.table.select("time", "time_low", "time_high", "unit").order_by("unit"))
    return rows, report.sources[0]


def syslog(*days: str) -> str:
    return "".join(f"{day} 10:00:0{i % 10} web1 app[{i}]: did thing {i}\n" for i, day in enumerate(days))


def test_over_the_turn_of_the_year_january_is_the_next(tmp_path):
    rows, source = loaded(tmp_path, syslog("Dec 30", "Dec 31", "Jan  1", "Jan  2", "Dec 31", "Jan  3"))
    assert [f"{time:%Y-%m-%d}" for time in rows["time"]] == [
        "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2025-12-31", "2026-01-03"
    ]  # fmt: skip
    assert any(
        "its times name no year: read as 2025 and on to 2026, the newest" in doubt for doubt in source.doubt
    )


def test_the_year_is_that_in_which_the_file_was_written(tmp_path):
    rows, source = loaded(tmp_path, syslog("Mar  3", "Mar  4"), when="2024-03-04")
    assert {time.year for time in rows["time"]} == {2024}
    assert (rows["time"] - rows["time_low"]).min() >= timedelta(days=365)  # it may be an earlier one


def test_a_year_that_puts_it_among_the_others_is_taken(tmp_path):
    other = "".join(f'{{"ts": "2023-11-2{i}T10:00:00Z", "msg": "did {i}"}}\n' for i in range(5))
    rows, source = loaded(tmp_path, syslog("Nov 20", "Nov 21"), more={"app.jsonl": other})
    assert {time.year for time in rows["time"]} == {2023}
    assert any("so it lies among the times of other sources" in doubt for doubt in source.doubt)


def test_a_year_that_was_said_is_that_of_the_first_times(tmp_path):
    rows, source = loaded(tmp_path, syslog("Dec 31", "Jan  1"), year=2020)
    assert [time.year for time in rows["time"]] == [2020, 2021]
    assert any("read as 2020 and on to 2021, as you said" in doubt for doubt in source.doubt)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 140), min_size=1, max_size=30), st.integers(0, 364))
def test_times_that_go_on_keep_their_years(steps, start):
    """A log of any length whose lines are less than five months apart: every year is told from the first one."""
    import pyarrow as pa

    from investigator.load.plan import Plan
    from investigator.load.roles import Roles

    real = [datetime(2019, 1, 1) + timedelta(days=start)]
    for step in steps:
        real.append(real[-1] + timedelta(days=step))
    real = [day if (day.month, day.day) != (2, 29) else day + timedelta(days=1) for day in real]

    def read(plan):
        return pa.table({"time": pa.array([day.replace(year=plan.year) for day in real], pa.timestamp("us"))})

    plan = Plan(
        (),
        Roles("log", {}),
        times.Style("formats", year_missing=True),
        None,
        (),
        None,
        2019,
        "s",
        "e",
        1,
        "",
        {},
    )
    table, after, last = years.turned(read(plan), plan, None, read)
    assert table["time"].to_pylist() == real
    assert after.year == real[-1].year
    assert last == int(real[-1].replace(tzinfo=UTC).timestamp() * 1e6)


@pytest.mark.parametrize(
    ("month", "label", "low", "high"), [(9, "PST", -1, 0), (1, "PST", 0, 0), (1, "PDT", 0, 1)]
)
def test_a_label_that_the_season_contradicts_is_held_as_written_and_as_meant(
    tmp_path, month, label, low, high
):
    store = Store(tmp_path / "events")
    file = tmp_path / "app.csv"
    file.write_text(
        "time,message\n" + "".join(f"2025-{month:02d}-1{i} 10:00:00 {label},did {i}\n" for i in range(5))
    )
    report = load.add(file, store=store, vault=tmp_path / "vault", load=1)
    events = Events.open(store.folder)
    rows = events.fetch(events.table.select("time", "time_low", "time_high"))
    second = timedelta(microseconds=999_999)
    assert set(rows["time"].dt.hour) == {18 if label == "PST" else 17}
    assert set(rows["time_low"] - rows["time"]) == {timedelta(hours=low)}
    assert set(rows["time_high"] - rows["time"]) == {timedelta(hours=high) + second}
    said = [doubt for doubt in report.sources[0].doubt if "they say" in doubt]
    assert bool(said) == bool(low or high)
    if said:
        assert f"they say {label} where clocks in Los Angeles don't" in said[0]


def test_a_document_that_people_wrote_is_events_with_the_intervals_of_its_words(tmp_path):
    text = (
        "# 2022-06-02, pods\n\nAll times in CET\n\n## Timeline\n\n### 10:00 - it begins\n\nno pod starts\n\n"
        "### ~10:30-10:45\n\n- ticket\n\n### early afternoon\n\nover\n\n## Lessons\n\nnone\n"
    )
    file = tmp_path / "report.md"
    file.write_text(text)
    store = Store(tmp_path / "events")
    report = load.add(file, store=store, vault=tmp_path / "vault", load=1)
    assert report.units.unexplained == 0 and report.units.total == len(text.splitlines())
    events = Events.open(store.folder)
    rows = events.fetch(events.table.select("time", "time_low", "time_high", "body", "unit").order_by("unit"))
    clock = [
        tuple(f"{t:%H:%M}" for t in row)
        for row in zip(rows["time"], rows["time_low"], rows["time_high"], strict=True)
    ]
    assert clock == [("09:00", "08:00", "09:00"), ("09:30", "08:25", "09:50"), ("11:00", "10:00", "13:59")]
    assert list(rows["body"]) == ["it begins\nno pod starts", "- ticket", "over"]


def test_rows_that_say_only_when_they_were_collected_lie_before_that(tmp_path):
    file = tmp_path / "a.jsonl"
    written = [
        {
            "ts": f"2026-06-17T08:00:{i:02d}Z",
            "observed_timestamp": f"2026-06-17T08:00:{i + 20:02d}Z",
            "msg": f"did {i}",
        }
        for i in range(10)
    ]
    for row in written[7:]:
        del row["ts"]
    file.write_text("".join(json.dumps(row) + "\n" for row in written))
    store = Store(tmp_path / "events")
    report = load.add(file, store=store, vault=tmp_path / "vault", load=1)
    events = Events.open(store.folder)
    rows = events.fetch(events.table.select("time", "time_low", "time_high", "kind", "unit").order_by("unit"))
    late = rows[rows["unit"] > 7]
    assert set(late["kind"]) == {"log"}
    assert (
        set(late["time"] - late["time_low"]) == {timedelta(seconds=20)}
        and (late["time"] == late["time_high"]).all()
    )
    assert report.sources[0].doubt == (
        "3 of its rows say only when they were collected: they happened up to 20 s before that",
    )


def test_every_door_to_the_engine_reads_times_in_utc_whatever_the_machines_zone(place, monkeypatch):
    asked = []

    def in_arrow(plan, rows, connection):
        asked.append(connection.execute("SELECT current_setting('TimeZone')").fetchone()[0])
        return direct.in_arrow(plan, rows, connection)

    monkeypatch.setattr(reader, "SMALL", 0)  # a large file has an engine of its own
    monkeypatch.setattr(reader, "in_arrow", in_arrow)
    line = '{"time": "2026-06-17T09:14:07+02:00", "msg": "kiln lit"}\n'
    place.add(line.encode() * 3)
    place.add(b"2026-06-17 09:14:07,123 INFO [kiln] Kiln - lit\n" * 3, name="kiln.log")
    assert set(asked) == {"UTC"} and len(asked) >= 2
