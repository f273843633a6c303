"""The eight lines of the first minute: a deadline that was only written in a mail or a ticket is proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from investigator.case.case import Case


def _line(case: Case, label: str) -> str:
    return next(line for line in case.brief.at_once().text.splitlines() if line.startswith(label))


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("The seed lots must be declared by 17:30 today, we cannot find LOT-0007.", "2026-09-14 17:30"),
        ("LOT-0007 is missing. The courier leaves at 16:00 today.", "2026-09-14 16:00"),
        ("Wir finden LOT-0007 nicht. Die Meldung muss bis heute 18 Uhr beim Amt sein.", "2026-09-14 18:00"),
    ],
)
def test_a_deadline_in_a_mail_is_proposed_with_who_says_it(said: str, due: str, tmp_path) -> None:
    mail = f"From: duty@farm.example\nTo: help@example.org\nDate: Mon, 14 Sep 2026 11:20:00 +0000\nSubject: lots\n\n{said}\n"
    (tmp_path / "lots.eml").write_text(mail)
    case = Case.new("INC-1", root=tmp_path, title="lots", about=["LOT-0007"])
    case.add(tmp_path / "lots.eml")

    line = _line(case, "deadline")

    assert line.startswith("deadline  None was said. lots.eml says '")
    assert line.endswith(f"inv note deadline {due}")


def test_a_time_of_the_past_in_a_mail_is_no_deadline(tmp_path) -> None:
    mail = "From: a@farm.example\nTo: b@example.org\nDate: Mon, 14 Sep 2026 11:20:00 +0000\nSubject: lots\n\nIt worked before 09:14.\n"
    (tmp_path / "lots.eml").write_text(mail)
    case = Case.new("INC-1", root=tmp_path, title="lots")
    case.add(tmp_path / "lots.eml")

    assert _line(case, "deadline") == "deadline  None is known. Say it: inv note deadline 18:00"


@pytest.mark.parametrize(
    ("behind", "due", "said"),
    [
        (" JST", "2026-09-15 09:30 Asia/Tokyo", "(00:30 UTC), as t.txt names JST"),
        ("", "2026-09-15 09:30", "which may be 2026-09-15 09:30 UTC"),
    ],
)
def test_a_deadline_in_a_ticket_is_read_on_the_clock_that_its_head_names(behind, due, said, tmp_path):
    (tmp_path / "t.txt").write_text(
        f"Desk 4 | Mon 14 Sep 2026 11:20{behind} | Mill Row, since 2001\n\nThe lots of today can't be found,\n"
        "and LOT-0007 must be declared by Tue 15 Sep, 9:30. Please look.\n"
    )
    case = Case.new("INC-1", root=tmp_path, title="lots", about=["LOT-0007"])
    case.add(tmp_path / "t.txt")

    line = _line(case, "deadline")
    assert said in line and line.endswith(f"inv note deadline {due}")


def test_a_deadline_in_a_mail_is_read_on_the_clock_that_sent_it_and_the_call_comes_before_the_chat(tmp_path):
    mail = (
        "From: duty@farm.example\nTo: help@example.org\nDate: Mon, 14 Sep 2026 21:20:00 -0300\nSubject: lots\n\n"
        "LOT-0007 must be declared by tomorrow 9:30, we cannot find it.\n"
    )
    (tmp_path / "lots.eml").write_text(mail)
    chat = "[2026-09-14 20:33] R. Ost: tea for the crew must be ready by 21:00\n[2026-09-14 20:34] B. Ek: sure it will\n"
    (tmp_path / "chat.txt").write_text(chat)
    case = Case.new("INC-1", root=tmp_path, title="lots", about=["LOT-0007"])
    for name in ("lots.eml", "chat.txt"):
        case.add(tmp_path / name)

    assert _line(case, "deadline").endswith("inv note deadline 2026-09-15 09:30 UTC-03:00")


def test_what_a_person_says_of_a_closing_is_told_as_one_that_may_take_nothing(tmp_path):
    chat = "[2026-09-14 20:33] R. Ost: tomorrow at 14:00 the bureau shuts its list\n[2026-09-14 20:34] B. Ek: noted\n"
    (tmp_path / "chat.txt").write_text(chat)
    case = Case.new("INC-1", root=tmp_path, title="lots", about=["LOT-0007"])
    case.add(tmp_path / "chat.txt")

    line = _line(case, "worse")
    assert "shuts its list" in line and "may take nothing" in line and "2026-09-15 14:00" in line


def _seedbank(folder: Path, *, lost: range) -> None:
    """Lots that come in, are dried and put up; of `lost` every other one is never put up. A customer's mail beside."""
    start, lines = datetime(2026, 9, 14, 6, 0, tzinfo=UTC), {"door": [], "dryer": [], "store": []}
    for n in range(240):
        at, lot = start + timedelta(minutes=n), f"LOT-{1000 + n}"
        steps = [
            ("door", 0, f"took in {lot}"),
            ("dryer", 9 + n % 5, f"dried {lot}"),
            ("store", 15 + n % 7, f"put up {lot}"),
        ]
        for where, later, body in steps:
            if not (where == "store" and n in lost and n % 2):
                lines[where].append(f"{at + timedelta(minutes=later):%Y-%m-%dT%H:%M:%SZ} {body}")
    folder.mkdir()
    for where, said in lines.items():
        (folder / f"{where}.log").write_text("\n".join([*said, ""]))


def _first_lines(tmp_path: Path, about: str, lost: range) -> dict[str, str]:
    _seedbank(tmp_path / "files", lost=lost)
    case = Case.new("INC-1", root=tmp_path, title="lots", about=[about])
    case.add(tmp_path / "files")
    return {line.split()[0]: line for line in case.brief.at_once().text.splitlines()}


def test_where_nothing_is_wrong_the_first_line_says_so_and_nobody_is_counted(tmp_path) -> None:
    lines = _first_lines(tmp_path, "LOT-1100", range(0))
    assert lines["where"].startswith(
        "where     By all that is loaded, nothing is wrong with LOT-1100: it has all 3 steps"
    )
    assert not {"stopped", "since", "who", "over"} & set(lines)
    assert "not what it holds" in lines["unsure"] and "No difference found" not in lines["unsure"]


def test_what_has_ended_by_itself_is_said_to_be_over(tmp_path) -> None:
    lines = _first_lines(tmp_path, "LOT-1101", range(100, 160))
    assert "over      It is over since 2026-09-14 08:" in lines["over"] and "who" in lines


def test_what_goes_on_is_not_said_to_be_over(tmp_path) -> None:
    lines = _first_lines(tmp_path, "LOT-1101", range(100, 240))
    assert "over" not in lines and "who" in lines
