"""Of clocks without a day the day is proposed, with what tells it; a person says yes to it in one line."""

from datetime import UTC, datetime

import pytest

from investigator.case import Case

DAY = "".join(
    f"2026-06-16T{21 + n // 20:02d}:{n % 20 * 3:02d}:00Z quay crate CR-{4000 + n} landed\n" for n in range(60)
)
CLOCKS = [
    f"{(23 + n // 20) % 24:02d}:{n % 20 * 3:02d}:09 |B{n % 3} |CR{4000 + n} |WEIGHED" for n in range(60)
]


@pytest.fixture
def case(tmp_path, monkeypatch):
    now = datetime(2026, 6, 17, 1, 30, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(now.timestamp())))
    return Case.new("INC-1", root=tmp_path / "cases")


def asked(case, tmp_path, **files):
    (tmp_path / "raw").mkdir()
    for name, text in files.items():
        (tmp_path / "raw" / name.replace("__", ".").replace("_", "-")).write_text(text)
    report = case.add(tmp_path / "raw")
    return [line for line in report.questions() if "without a day" in line]


def test_ids_shared_with_a_source_whose_day_is_known_tell_the_day_over_midnight(case, tmp_path):
    (line,) = asked(case, tmp_path, quay__log=DAY, scales__txt="\n".join(CLOCKS) + "\n")
    assert (
        "shares with quay.log" in line
        and "likely 2026-06-16" in line
        and "answer_day('scales.txt', '2026-06-16')" in line
    )
    case.evidence.answer_day("scales.txt", "2026-06-16")
    events = case.events()
    mine = events.fetch(events.table.filter(events.table.source == "scales.txt").order_by("time"))
    assert (mine.time.iloc[0].day, mine.time.iloc[-1].day) == (16, 17)


TALK = "[23:50] Ina: crates double\n[00:12] Bo: I hold two of one\n[00:20] Ina: which van\n"


def test_a_day_in_a_name_or_at_the_head_is_the_day_of_the_first_clock(case, tmp_path):
    head = "onsdag 17. juni 2026\n08.58 Ina: crates double\n09.03 Bo: I hold two\n09.12 Ina: which van\n"
    lines = asked(case, tmp_path, quay__log=DAY, chat_20260612__txt=TALK, talk__txt=head)
    assert any(
        "chat-20260612.txt" in line and "name says so" in line and "2026-06-12" in line for line in lines
    )
    assert any("talk.txt" in line and "line 1 says so" in line and "2026-06-17" in line for line in lines)


def test_else_it_is_the_day_on_which_the_others_end_and_the_last_clock_is_not_to_come(case, tmp_path):
    (line,) = asked(case, tmp_path, quay__log=DAY, talk__txt=TALK)
    assert "The others end then: the first likely 2026-06-16" in line


def test_where_nothing_tells_it_is_asked_as_before(case, tmp_path):
    (line,) = asked(case, tmp_path, talk__txt=TALK)
    assert "Of which day is the first?" in line and "likely" not in line
