"""What limits a conclusion is a finding of its own, and is said where the conclusion is drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from investigator import load
from investigator.events.events import Events
from investigator.events.store import Store
from investigator.performing import perform

START = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


def lines(
    source: str, number: int, *, seconds: float = 3.37, word: str = "did thing"
) -> list[dict[str, object]]:
    return [
        {"time": START + timedelta(seconds=seconds * i), "source": source, "body": f"{word} {i}", "severity_text": "info"}
        for i in range(number)
    ]  # fmt: skip


def found(rows: list[dict[str, object]], name: str = "duplicates", **given: object):
    return perform(name, Events.from_frame(pd.DataFrame(rows)), given)


def test_a_copy_of_a_source_is_found_with_what_it_does_to_counts() -> None:
    rows = lines("app.log", 100)
    finding = found(rows + [{**row, "source": "app.log.1"} for row in rows[:60]])
    assert finding.answer == (
        "Yes: app.log and app.log.1 both hold 60 events (60% and 100% of theirs). "
        "Counts over all sources are 60 events (37.5%) too high."
    )
    assert finding.evidence_count == 60 and set(finding.evidence["source"]) == {"app.log", "app.log.1"}
    assert finding.value["across"][0]["verdict"] == "the same events"


def test_lines_twice_in_one_source_are_found_and_limit_other_findings() -> None:
    rows = lines("app.log", 100)
    finding = found(rows + rows[10:15])
    assert (finding.verdict, finding.value["extra"]) == ("found", 5)
    assert "app.log holds 5 lines twice (4.8%)" in finding.answer
    counted = found(rows + rows[10:15], "first_error")
    assert "5% of app.log are lines that it holds twice." in counted.coverage.blind


def test_the_same_again_within_a_second_may_be_genuine() -> None:
    finding = found(lines("tick.log", 50, seconds=0.5, word="tick")[::2] * 1 + [
        {"time": START + timedelta(seconds=i // 2), "source": "ticks", "body": "tick", "severity_text": "info"}
        for i in range(50)
    ])  # fmt: skip
    (within,) = finding.value["within"]
    assert within["may_be_genuine"] and within["source"] == "ticks"
    assert (finding.verdict, finding.value["extra"]) == ("inconclusive", 0)
    assert finding.answer.startswith("Perhaps: ticks says 25 lines again")


def test_a_few_events_in_common_are_chance() -> None:
    rows = lines("a", 100)
    finding = found(rows + lines("b", 100, word="other") + [{**row, "source": "b"} for row in rows[:3]])
    assert finding.value["across"][0]["verdict"] == "by chance"
    assert finding.value["extra"] == 0


def test_the_order_of_rows_does_not_matter() -> None:
    rows = lines("app.log", 60)
    rows += [{**row, "source": "copy"} for row in rows[:30]] + rows[5:9]
    mixed = pd.DataFrame(rows).sample(frac=1, random_state=5)
    first, other = (perform("duplicates", Events.from_frame(f), {}) for f in (pd.DataFrame(rows), mixed))
    assert first.value == other.value and first.answer == other.answer


@pytest.fixture
def broken(tmp_path) -> Events:
    """A log with four broken lines at its end, an hour after its beginning."""
    written = [
        f'{{"ts": "{(START + timedelta(minutes=i)).isoformat()}", "level": "info", "msg": "did {i}"}}'
        for i in range(60)
    ]
    written[50:50] = ['{"ts": "2026-06-17T08:5', "{broken", '{"ts": "2026', "{broken"]
    file = tmp_path / "app.log"
    file.write_text("\n".join(written) + "\n")
    store = Store(tmp_path / "events")
    load.add(file, store=store, vault=tmp_path / "evidence", load=1)
    return Events.open(store.folder)


def test_what_could_not_be_read_is_counted_placed_and_quoted(broken: Events) -> None:
    finding = perform("rejected", broken, {})
    assert finding.verdict == "found"
    assert finding.answer.startswith(
        "4 units of 64 (6.2%) in 1 source could not be read, most of app.log (4 of 64)"
    )
    reason = finding.value["reasons"][0]
    assert reason["after"] == "2026-06-17T08:49:00+00:00" and reason["before"] == "2026-06-17T08:50:00+00:00"
    assert reason["origin"].endswith(":51") and reason["example"].startswith('{"ts": "2026-06-17T08:5')


def test_what_could_not_be_read_limits_only_what_is_asked_near_it(broken: Events) -> None:
    early = broken.where(window=("2026-06-17T08:00:00+00:00", "2026-06-17T08:30:00+00:00"))
    late = broken.where(window=("2026-06-17T08:45:00+00:00", "2026-06-17T08:58:00+00:00"))
    assert perform("rejected", early, {}).value["in_window"] == 0
    assert perform("rejected", late, {}).value["in_window"] == 4
    assert perform("first_error", early, {}).coverage.gaps == ()
    assert perform("first_error", late, {}).coverage.gaps == ("4 of 64 units of app.log could not be read.",)
