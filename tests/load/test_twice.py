"""The hour that happens twice in a log whose clock names no zone."""

from datetime import UTC, datetime, timedelta

from investigator.case import Case


def loaded(tmp_path, *clocks, zone="Europe/Berlin"):
    case = Case.new("INC-1", words="x", zone=zone, root=tmp_path / "cases", author="ana")
    (tmp_path / "door.log").write_text(
        "".join(f"{clock} INFO door {n} opened\n" for n, clock in enumerate(clocks))
    )
    case.add(tmp_path / "door.log", zone=zone)
    table = case.events().table
    rows = case.events().engine.fetch(table.select("body", "time", "time_low", "time_high").order_by("body"))
    return [(row.time_low.to_pydatetime().replace(tzinfo=UTC), row.time_high.to_pydatetime().replace(tzinfo=UTC)) for row in rows.itertuples()]  # fmt: skip


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_clock_in_the_hour_that_happens_twice_is_both_and_those_around_it_are_one(tmp_path):
    spans = loaded(tmp_path, "2026-10-25 01:30:00", "2026-10-25 02:30:00", "2026-10-25 03:30:00")
    wanted = [
        ("2026-10-24T23:30", "2026-10-24T23:30"),
        ("2026-10-25T00:30", "2026-10-25T01:30"),
        ("2026-10-25T02:30", "2026-10-25T02:30"),
    ]
    for (low, high), (first, last) in zip(spans, wanted, strict=True):
        assert low == at(first) and timedelta(0) <= high - at(last) < timedelta(seconds=1)
