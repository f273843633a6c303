"""An incident without a thing to follow: services, spans and metrics, and nothing that speaks of ids."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import investigator as inv
from investigator.analyses import _say as say
from investigator.case import Case, marks
from investigator.case.brief.at_once import at_once
from investigator.case.brief.first_screen import first_screen
from investigator.events import Events

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
CLOCK = "{0:%Y-%m-%d %H:%M:%S}.{1:09d} +0000 UTC m=+{1}.119240217"


def folder_of(where: Path, *, failing_before: int = 0) -> Path:
    """Ten minutes of a ticket shop: till asks seats; from the fifth minute on seats fails one request of two."""
    where.mkdir()
    lines, spans = [], []
    for n in range(600):
        at = START + timedelta(seconds=n)
        bad = n % 2 == 0 if n >= 300 else n < failing_before
        for place, (service, parent) in enumerate((("till", ""), ("seats", f"{n:015x}1"))):
            spans.append(
                {
                    "traceId": f"{n:032x}",
                    "id": f"{n:015x}{place + 1}",
                    "parentId": parent or None,
                    "name": "GET /seat",
                    "timestamp": int(at.timestamp() * 1e6),
                    "duration": 2_000 - place * 500,
                    "localEndpoint": {"serviceName": service},
                    "tags": {"error": "no seat map"} if bad else {},
                }
            )
        level, text = ("ERROR", "no seat map is open") if bad else ("INFO", "seat held")
        lines.append(
            json.dumps({"time": at.isoformat(), "level": level, "service": "seats", "trace_id": f"{n:032x}",
                        "message": f"{at:%H:%M:%S.000} {level} s.SeatPlan#40 TraceID: {n:032x} {text}"})
        )  # fmt: skip
    (where / "seats.jsonl").write_text("\n".join(lines) + "\n")
    (where / "spans.json").write_text(json.dumps(spans))
    rows = ["Time,TimeStamp,PodName,CpuUsage(m),MemoryUsage(Mi),CpuUsageRate(%),SyscallRead,SyscallWrite"]
    for minute in range(-300, 300):
        at = START + timedelta(minutes=minute)
        rows.append(
            f"{CLOCK.format(at, minute + 300)},{int(at.timestamp())},seats-0,{30 + minute % 3},{400 + minute % 5},{3 + minute % 4},{minute % 7},{minute % 6}"
        )
    (where / "seats_metric.csv").write_text("\n".join(rows) + "\n")
    return where


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("services")
    case = Case.new("SHOP-1", root=root, title="Seats can't be booked")
    case.add(folder_of(root / "in"))
    return case


def test_the_first_lines_say_how_many_requests_fail_and_which_service_it_is(shop: Case) -> None:
    text = at_once(shop.snapshot()).text
    lines = {line.split(" ", 1)[0]: line for line in text.splitlines()}
    assert "requests fail" in lines["error"] and "seats" in lines["service"]
    assert "TraceID" not in text and len(text.splitlines()) == 8


def test_the_first_screen_speaks_of_requests_and_services_and_of_no_id(shop: Case) -> None:
    shown = first_screen(shop.snapshot())
    assert "requests:" in shown.text and "of 300 fail" in shown.text
    assert "where: " in shown.text and "seats" in shown.text
    assert "declare(about" not in shown.markup and "affected" not in shown.text


def test_where_the_files_begin_is_not_when_it_began(shop: Case) -> None:
    assert marks.onset(shop.snapshot()) == START + timedelta(minutes=5)


def test_a_file_that_begins_later_than_another_is_no_change_of_rate() -> None:
    rows = [
        {"time": START + timedelta(seconds=n), "source": f"{name}.log", "service": name, "body": f"sold {n}"}
        for n in range(1200)
        for name, first in (("till", 0), ("seats", 600))
        if n >= first
    ]
    finding = inv.find.rate_change(Events.from_frame(pd.DataFrame(rows)))
    assert finding.verdict == "inconclusive"
    assert [change["note"] for change in finding.value["changes"]] == [
        "seats.log begins there, so what was before is not known"
    ]


def test_it_is_not_said_to_fail_since_where_as_many_failed_before(tmp_path: Path) -> None:
    case = Case.new("SHOP-2", root=tmp_path, title="Seats can't be booked")
    case.add(folder_of(tmp_path / "in", failing_before=280))
    case.record.declare(onset=(START + timedelta(minutes=5)).isoformat())
    assert "not more fail than before" in first_screen(case.snapshot()).text


def test_a_day_of_numbers_beside_minutes_of_lines_does_not_widen_the_picture(shop: Case) -> None:
    low, high = marks.window(shop.snapshot())
    assert low == START - timedelta(minutes=10) and high <= START + timedelta(minutes=21)


def test_a_clock_that_a_row_of_numbers_says_twice_makes_no_series_of_each_row(shop: Case) -> None:
    rows = shop.show.metrics().layout.meta["table"]["rows"]
    assert len(rows) == 5 and {row[2] for row in rows} == {"PodName=seats-0"}


def test_the_day_of_a_call_that_was_written_down_much_later_is_not_that_of_the_incident(shop: Case) -> None:
    assert marks.day(shop.snapshot()) == f"{START:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("18:03:10.102 ERROR f.Seat#302 TraceID: 3eb1acad SpanID: d718cc no map", "ERROR f.Seat#302 no map"),
        ("2026-03-04T09:00:01Z | pump 4 stopped", "pump 4 stopped"),
        ("09:14:07", "09:14:07"),
        ("kiln 3 at 09:14:07 reached 900", "kiln 3 at 09:14:07 reached 900"),
    ],
)
def test_a_message_is_quoted_by_what_it_says(line: str, told: str) -> None:
    assert say.message(line) == told
