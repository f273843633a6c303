"""When it began is said as known only where somebody said so or the affected tell it; else it is proposed."""

from types import SimpleNamespace

import pytest

from investigator.case import Case, marks
from investigator.errors import MomentError


def test_an_onset_that_only_the_first_error_tells_is_proposed(tmp_path):
    case = Case.new("BAKERY-1", words="the ovens stopped", root=tmp_path / "cases")
    log = tmp_path / "oven.log"
    log.write_text(
        "".join(f"2026-03-02 04:{m:02d}:00,000 INFO oven - tray {m} is in\n" for m in range(10))
        + "2026-03-02 04:10:00,000 ERROR oven - no gas\n"
    )
    case.add(log)
    assert "It may have begun 2026-03-02 04:10:00" in case.brief.began().text
    case.record.declare(onset="2026-03-02T04:05:00+00:00")
    assert "It began 2026-03-02 04:05:00 UTC: as declared." in case.brief.began().text


def test_a_guessed_onset_is_stated_nowhere(tmp_path):
    case = Case.new("BAKERY-2", words="the ovens stopped", root=tmp_path / "cases")
    log = tmp_path / "oven.log"
    log.write_text(
        "".join(f"2026-03-02 04:{m:02d}:00,000 INFO oven - tray {m} is in\n" for m in range(10))
        + "2026-03-02 04:10:00,000 ERROR oven - no gas\n"
    )
    case.add(log)
    snapshot = case.snapshot()
    assert [mark["label"] for mark in marks.marks(snapshot) if mark["kind"] == "onset"] == ["onset?"]
    assert "It may have begun" in case.brief.help_page().text
    assert marks.known_onset(snapshot) is None
    case.record.declare(onset="2026-03-02 04:05 UTC")
    snapshot = case.snapshot()
    assert [mark["label"] for mark in marks.marks(snapshot) if mark["kind"] == "onset"] == ["onset"]
    assert "It began: " in case.brief.help_page().text


@pytest.mark.parametrize(
    "said", ["2026-03-02 04:05 UTC", "2026-03-02T04:05:00+00:00", "2026-03-02 05:05 Berlin"]
)
def test_an_onset_is_read_as_people_write_it(said, tmp_path):
    case = Case.new("BAKERY-3", words="the ovens stopped", root=tmp_path / "cases")
    case.record.declare(onset=said)
    assert case.onset().isoformat() == "2026-03-02T04:05:00+00:00"


def test_an_onset_that_is_no_time_is_refused_with_a_sentence(tmp_path):
    case = Case.new("BAKERY-4", words="the ovens stopped", root=tmp_path / "cases")
    with pytest.raises(MomentError):
        case.record.declare(onset="when the bread burnt")


def test_what_a_table_tells_is_no_moment_that_is_known():
    def asked(timed):
        told = {"first": "2026-03-02T04:05:00+00:00", "affected": 9, "timed": timed}
        finding = SimpleNamespace(verdict="found", value=told)
        state, about = SimpleNamespace(onset=None), "TRAY-7"
        return SimpleNamespace(
            state=state, about=about, once=lambda name, **_: finding if name == "who_else" else None
        )

    told = marks.onsets(asked(False))
    assert [one.known for one in told] == [False] and told[0].why.endswith("came")


@pytest.mark.parametrize(
    "zone, said", [("Z", "It began 2026-03-02 04:"), ("", "It may have begun 2026-03-02 04:")]
)
def test_an_onset_by_a_clock_whose_zone_nobody_said_is_proposed_with_that_clock(zone, said, tmp_path):
    rows = []
    for n in range(90):
        steps = ["in", "risen", "baked"] if n < 40 or n % 3 else ["in", "risen"]
        rows += [
            f"2026-03-02T0{3 + n // 30}:{n % 30 * 2 + k // 2:02d}:{k % 2 * 30:02d}{zone} INFO oven - tray TRAY-{n:04d} is {step}\n"
            for k, step in enumerate(steps)
        ]
    (tmp_path / "oven.log").write_text("".join(sorted(rows)))
    case = Case.new("BAKERY-9", words="no bread", about=["TRAY-0060"], root=tmp_path / "cases")
    case.add(tmp_path / "oven.log")
    began = case.brief.began().text
    assert began.startswith(said), began
    assert ("by the clock of oven.log, whose zone nobody said" in began) is (zone == "")
    if not zone:
        case.evidence.answer_zone("oven.log", "UTC")
        assert case.brief.began().text.startswith("It began 2026-03-02 04:")
