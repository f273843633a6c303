"""Which steps mattered: what each conclusion rests on, backwards; what nobody wrote down is not guessed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from investigator.case import Case
from investigator.case.reasoning.distil import distilled

START = datetime(2024, 5, 6, 8, tzinfo=UTC)


@dataclass
class Line:
    number: int
    kind: str
    content: dict | None
    minute: float
    about: str | None = None
    id: str = field(init=False)
    known: datetime = field(init=False)

    def __post_init__(self):
        self.id = f"1f0c2d3e-{self.number}"
        self.known = START + timedelta(minutes=self.minute)


def record(*rows):
    """Lines of a record from (minute, kind, content, about)."""
    return [Line(n, row[1], row[2], row[0], *row[3:]) for n, row in enumerate(rows, 1)]


def check(name, answer, **params):
    return {"check": {"analysis": name, "params": params, "selection": {}}, "text": answer}


def pin(name, answer, value=None, **params):
    return {"text": answer, "finding": {**check(name, answer, **params), "answer": answer, "value": value}}


def one(n):
    return f"1f0c2d3e-{n}"


SHIP = record(
    (0, "call", {"text": "The container is nowhere.", "about": ["BOX-000077"]}),
    (10, "check", check("search_yard", "nothing in the yard", box="BOX-000077")),
    (30, "check", check("crane_log", "set down at berth 9", box="BOX-000077")),
    (50, "scratch", {"text": "counted cranes"}),
    (55, "guess", {"text": "it was put on the wrong ship"}),
    (80, "check", check("crane_log", "set down at berth 9", box="BOX-000077")),
    (81, "pin", pin("crane_log", "set down at berth 9", {"ship": "MV Albatros"}, box="BOX-000077")),
    (90, "check", check("manifest", "the Albatros carries it", ship="MV Albatros")),
    (91, "pin", pin("manifest", "the Albatros carries it", {"box": "BOX-000077"}, ship="MV Albatros")),
    (92, "guess", {"text": "manifest", "side": "for", "held": [one(9)]}, one(5)),
    (95, "guess", {"text": "seen on board", "state": "confirmed"}, one(5)),
    (96, "decision", {"text": "unload at the next port"}),
    (99, "phase", {"text": "resolved"}),
    (150, "check", check("statistics", "for the report")),
)  # fmt: skip


def test_a_step_matters_where_a_conclusion_rests_on_it_through_findings_and_parameters():
    told = distilled(SHIP)
    assert [step.text for step in told.short] == ["set down at berth 9", "the Albatros carries it"]
    assert [step.place for step in told.steps] == [1, 2, 3, 4, 5]
    assert told.minutes == (30.0, 90.0)


def test_the_answer_stood_where_its_last_part_was_first_given():
    assert (distilled(SHIP).stood, distilled(SHIP).seen) == (5, 5)
    again = record(
        (0, "call", {"text": "x"}),
        (5, "check", check("crane_log", "berth 9")),
        (25, "check", check("yard", "nothing")),
        (40, "check", check("crane_log", "berth 9")),
        (41, "pin", pin("crane_log", "berth 9")),
        (42, "guess", {"text": "berth 9, see #5", "state": "confirmed"}),
    )
    told = distilled(again)
    assert (told.stood, told.seen) == (1, 3)
    assert str(told) == (
        "As far as the record says: 1 of 3 steps mattered; 5 min of 40 min; "
        "the answer stood in step 1, seen in step 3."
    )


def test_a_conclusion_that_names_nothing_is_listed_and_not_guessed():
    told = distilled(SHIP)
    assert told.unfounded == (one(12),) and told.conclusions == 2
    assert "1 of 2 conclusions name nothing that they rest on" in str(told)
    silent = record((0, "check", check("a", "x")), (5, "decision", {"text": "restart"}))
    assert "nobody can tell which of the 1 step mattered" in str(distilled(silent))


def test_what_the_call_told_is_no_reason_to_rest_on_an_earlier_finding():
    rows = record(
        (0, "call", {"text": "x", "about": ["BOX-000077"]}),
        (1, "check", check("a", "first", box="BOX-000077")),
        (2, "pin", pin("a", "first", {"box": "BOX-000077"}, box="BOX-000077")),
        (3, "check", check("b", "second", box="BOX-000077")),
        (4, "pin", pin("b", "second", {"n": 1}, box="BOX-000077")),
        (5, "claim", {"text": "second", "checks": [one(5)]}),
    )
    assert [step.text for step in distilled(rows).short] == ["second"]


def test_answers_and_predictions_are_steps_of_those_who_asked():
    rows = record(
        (0, "guess", {"text": "the valve"}),
        (1, "ask", {"text": "is the valve shut?"}),
        (6, "ask", {"text": "yes", "state": "answered"}, one(2)),
        (7, "prediction", {"text": "pressure falls", "likely": {one(1): 0.9}}),
        (9, "guess", {"text": "shut, says #2", "side": "for", "held": [one(2)]}, one(1)),
        (10, "guess", {"text": "so", "state": "confirmed"}, one(1)),
    )
    told = distilled(rows)
    assert [(step.text, step.mattered) for step in told.steps] == [
        ("is the valve shut?", True),
        ("pressure falls", True),
    ]


def test_what_was_taken_back_or_erased_says_nothing():
    lines = record(
        *[(line.minute, line.kind, line.content, line.about) for line in SHIP],
        (97, "undo", {"text": "taken back"}, one(10)),
    )
    assert not distilled(lines).short
    lines[9].content = None
    assert not distilled(lines[:-1]).short


def test_an_empty_record_and_one_without_conclusions_say_so():
    assert "holds no step" in str(distilled([]))
    assert "Nothing was concluded" in str(distilled(record((0, "check", check("a", "x")))))


def test_lines_that_cite_each_other_in_a_circle_end():
    rows = record((0, "check", check("a", "x, see #2")), (1, "decision", {"text": "see #1 and #2 and #999"}))
    assert len(distilled(rows).short) == 1


def test_a_status_that_was_sent_rests_on_what_it_cites():
    rows = record(
        (0, "check", check("yard", "the box is at berth 9")),
        (1, "pin", pin("yard", "the box is at berth 9")),
        (2, "status", {"text": "We found it.", "cites": [one(2)]}),
        (3, "status", {"text": "We look.", "cites": []}),
    )
    told = distilled(rows)
    assert [step.text for step in told.short] == ["the box is at berth 9"]
    assert told.founded == ((one(3), (1,)),) and told.conclusions == 1


def test_the_sample_rests_on_what_it_told_and_on_the_new_message(sample):
    told = distilled(Case.open(sample).entries())
    assert [step.text.split(":")[0].split(",")[0] for step in told.short] == [
        "DOC-4711 is hidden",
        "3 kinds of message are new",
    ]
    assert len(told.steps) == 12 and told.stood == told.seen == 7
    assert told.conclusions == 9 and len(told.unfounded) == 5
