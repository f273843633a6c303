"""What stands in the record before what it follows from is marked; what stands in order is not."""

import pytest

from investigator.case import Case
from investigator.case.reasoning import order
from investigator.case.snapshot import Snapshot
from investigator.case.writing import shorthand

REPAIRS = [
    "indexed all eight again", "sent the six proofs again", "brought them all back", "rolled the build back",
    "rolled back to 4.1", "restored the table", "re-sent both", "fixed the rule", "loaded the list again", "printed every label again",
    "den Bestand erneut geladen", "noch einmal verschickt", "wiederhergestellt aus der Sicherung", "behoben", "replayed the queue",
]  # fmt: skip
NONE = [
    "it failed again", "looked at it again", "asked Ms Roth again", "counted the loaves", "came back from lunch", "the belt stands still",
    "the customer called back", "again nothing", "paused the purge",
]  # fmt: skip


@pytest.mark.parametrize("text", REPAIRS)
def test_words_of_a_repair_are_known(text):
    assert order.REPAIR.search(text)


@pytest.mark.parametrize("text", NONE)
def test_what_is_done_again_is_no_repair_where_nothing_is_brought_back_by_it(text):
    assert not order.REPAIR.search(text)


@pytest.fixture
def case(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781690400")  # 2026-06-17 10:00 UTC
    return Case.new("OVEN-1", title="The labels are blank", zone="UTC", root=tmp_path, author="ben")


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        pytest.param(
            [("decide", "09:44 print all labels again | why: quickest"), ("did", "09:30 printed all labels again")],
            "that is 14 min before it was decided (#2)",
            id="typed after the decision that it follows from",
        ),
        pytest.param(
            [("told", "09:30 @roth the labels are printed again"), ("decide", "09:44 roll back | why: quickest")],
            "that is 14 min before it was decided (#3)",
            id="typed before it",
        ),
        pytest.param(
            [("decide", "09:20 print all labels again | why: quickest"), ("did", "09:30 printed all labels again")],
            "",
            id="in order",
        ),
        pytest.param(
            [("decide", "09:44 we call the hospital | why: they must know"), ("did", "09:30 printed all labels again")],
            "",
            id="what was decided is something else",
        ),
        pytest.param(
            [("decide", "09:10 we call the hospital | why: they wait"), ("decide", "09:44 roll back | why: quickest"), ("did", "09:30 rolled back")],
            "that is 14 min before it was decided (#3)",
            id="of two decisions that of the repair counts",
        ),
        pytest.param(
            [("decide", "09:44 roll back | why: quickest"), ("did", "09:30 paused the belt")], "", id="no repair",
        ),
    ],
)  # fmt: skip
def test_a_repair_before_its_decision_is_marked(case, lines, marked):
    for verb, text in lines:
        shorthand.write(case.evidence, verb, text, author="ben")
    assert list(order.doubts(Snapshot.of(case.evidence)).values()) == ([marked] if marked else [])
