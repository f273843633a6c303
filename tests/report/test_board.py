"""Pages for those without Jupyter, and what was switched off meanwhile."""

from datetime import timedelta

import pytest

from investigator.case import Case
from investigator.case.reasoning.switched import switched
from investigator.errors import ReportError
from investigator.moment import clock
from investigator.report import board
from investigator.report.lint import lint


@pytest.fixture
def belt(tmp_path):
    case = Case.new(
        "INC-7", words="Our parcels stand still", root=tmp_path, author="Ana Marsh", contact="Jo Lund, Kiln Ltd, +44 20 7946 0018"
    )  # fmt: skip
    case.record.phase("investigating", why="Ana leads", author="Ana Marsh")
    case.record.note("@Lund we look into it; next word by 14:00", verb="told", who="Lund", author="Ana Marsh")
    case.record.note("paused the night sorter", verb="did", author="Bela Ruiz")
    return case


def test_three_pages_renew_themselves_and_call_nowhere(belt):
    pages = board.write(belt)
    assert [path.name for path in pages] == ["care.html", "manager.html", "lawyer.html"]
    for path in pages:
        text = path.read_text()
        assert 'data-renewed="60"' in text and "location.reload()" in text
        assert lint(path.read_bytes()) == []


@pytest.mark.browser
def test_a_board_shows_what_was_written_meanwhile(belt, browser, monkeypatch):
    monkeypatch.setattr(board, "SECONDS", 1)
    manager = board.write(belt)[1]
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(manager.as_uri())
        assert "identified" not in page.inner_text("main")
        belt.record.phase("identified", why="the belt was off", author="Ana Marsh")
        board.write(belt)
        page.get_by_text("the belt was off").first.wait_for(timeout=20_000)
    finally:
        context.close()


def test_each_sees_what_is_theirs(belt):
    care, manager, lawyer = (path.read_text() for path in board.write(belt))
    assert "You must not say" in care and "What caused it: nothing has shown it yet." in care
    assert "Ruiz" not in care and "Marsh" not in care
    assert "Marsh" not in manager and "where we stand" in manager
    assert "Marsh" in lawyer and "we look into it; next word by 14:00" in lawyer
    assert not any("7946" in text for text in (care, manager, lawyer))


def test_a_leak_stops_all_three(belt, monkeypatch):
    from investigator.report.redaction.redactor import Redactor

    board.write(belt)
    before = (belt.path / "reports" / "board" / "care.html").read_bytes()
    monkeypatch.setattr(Redactor, "markup", lambda self, text: f"{text}<p>password=Falke.7!x9</p>")
    with pytest.raises(ReportError, match=r"The page for care can't be shown: a secret in care\.html"):
        board.write(belt)
    assert (belt.path / "reports" / "board" / "care.html").read_bytes() == before


@pytest.mark.parametrize(
    ("deeds", "back"),
    [
        (["paused the night sorter", "resumed the night sorter"], [True]),
        (["paused the night sorter", "enabled the coupon mails"], [False]),
        (["switched the coupon mails off", "stopped gate 4", "put gate 4 back"], [False, True]),
        (
            [
                "disabled alerts of the lift",
                "drained pod-7",
                "undrained pod-7",
                "re-enabled alerts of the lift",
            ],
            [True, True],
        ),
        (["looked at the lift"], []),
    ],
)
def test_what_was_switched_off_is_back_where_somebody_says_so(tmp_path, deeds, back):
    case = Case.new("INC-8", root=tmp_path, author="ana")
    for deed in deeds:
        case.record.note(deed, verb="did", author="bela")
    assert [one.on is not None for one in switched(case.state)] == back
    if back:
        shown = case.brief.switched_off().text
        assert ("still off, as far as anybody wrote" in shown) == (not all(back))


def test_who_leads_a_walkthrough_has_the_question_and_the_answer_of_each_turn(belt):
    at = belt.now + timedelta(hours=1)
    with clock.held(at):
        seen = belt.record.note("the sorter says full", verb="heard", author="Bela Ruiz")
    with clock.held(at + timedelta(minutes=12)):
        guess = belt.record.guess("The night sorter is full", expect="full trays", author="Ana Marsh")
    with clock.held(at + timedelta(minutes=17)):
        belt.record.hold(guess, "for", seen, author="Ana Marsh")
        belt.record.judge(guess, "confirmed", "trays counted", author="Ana Marsh")
    with clock.held(at + timedelta(minutes=22)):
        belt.record.decide("Empty the <b>trays</b>", why="full", author="Ana Marsh")
    path = board.facilitator(belt)
    text = path.read_text()
    assert path.name == "facilitator.html" and lint(path.read_bytes()) == []
    for said in (
        "What could it be, and what should then be seen?",
        "How could one tell whether it is \u201cThe night sorter is full\u201d?",
        "What could be done now, and what would each cost if we are wrong?",
        "Empty the &lt;b&gt;trays&lt;/b&gt;",
        f"(#{seen.number}) stood there 12 min before anybody thought of it.",
    ):
        assert said in text, said
