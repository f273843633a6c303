"""Each verb by each door: a line of shorthand and a call in Python write the same entry, and refuse the same."""

from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case, moved
from investigator.case.customer.customer import Customer
from investigator.case.writing import shorthand
from investigator.errors import KitError, MovedError
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
NOW = CALLED + timedelta(minutes=10)
EVERY = {"author": "ana"}


@pytest.fixture
def twins(tmp_path):
    """The same case twice, with a question, two guesses and a decision."""
    out = []
    for place in ("left", "right"):
        with clock.held(CALLED):
            case = Case.new("INC-1", words="40 parcels are late", root=tmp_path / place, **EVERY)
            case.record.ask("where is the van?", who="ben", **EVERY)
            case.record.guess("the van broke down", **EVERY)
            case.record.guess("the depot is full", **EVERY)
            case.record.decide("send another van", **EVERY)
            case.record.note("the driver called", **EVERY)
        out.append(case)
    return out


def numbered(case, kind, place=0):
    return case.entries(kind)[place]


def said(entry, case):
    """An entry as it is anywhere: its content, and what it is about, by number."""
    about = next((other.number for other in case.entries() if other.id == entry.about), None)
    by_id = {other.id: other.number for other in case.entries()}
    content = {
        name: [by_id.get(one, one) for one in value] if name == "held" else value
        for name, value in entry.content.items()
    }
    return entry.kind, content, about, entry.author


#: A line of shorthand, and the call in Python that says the same. #2 is the question, #3 and #4 are the guesses,
#: #5 the decision and #6 the note.
SAME = [
    ("note", "the gate is open", lambda r: r.note("the gate is open", **EVERY)),
    (
        "did",
        "called the depot @ben",
        lambda r: r.note("called the depot @ben", verb="did", who=["ben"], **EVERY),
    ),
    ("did", "#6 called back", lambda r: r.note("#6 called back", verb="did", about=6, **EVERY)),
    ("heard", "#2 in the yard", lambda r: r.answer(2, "in the yard", **EVERY)),
    ("heard", "#2 on it", lambda r: r.answer(2, "on it", state="seen", **EVERY)),
    ("ask", "@ben is it full? 10m", lambda r: r.ask("is it full?", who="ben", minutes=10, **EVERY)),
    (
        "think",
        "a wrong label | expect: one street only | sure: low | why: it was so before",
        lambda r: r.guess(
            "a wrong label", expect="one street only", sure="low", why="it was so before", **EVERY
        ),
    ),
    ("think", "ice on the road", lambda r: r.guess("ice on the road", **EVERY)),
    (
        "decide",
        "wait | options: wait; turn back | why: it thaws | chose: @ben, dora",
        lambda r: r.decide(
            "wait", options=["wait", "turn back"], why="it thaws", who=["ben", "dora"], **EVERY
        ),
    ),
    (
        "act",
        "#3 a tow truck costs little",
        lambda r: r.judge(3, "acting on", "a tow truck costs little", **EVERY),
    ),
    ("park", "#4 | why: nobody can look", lambda r: r.judge(4, "parked", "nobody can look", **EVERY)),
    ("ruleout", "#4 it is empty", lambda r: r.judge(4, "ruled out", "it is empty", **EVERY)),
    ("for", "#3 #6", lambda r: r.hold(3, "for", 6, **EVERY)),
    (
        "against",
        "#3 it was seen driving",
        lambda r: r.hold(3, "against", None, "it was seen driving", **EVERY),
    ),
    ("claim", "40 parcels are in the yard", lambda r: r.claim("40 parcels are in the yard", **EVERY)),
    (
        "plan",
        "A by bicycle | steps: load 10/30, ride 20/60 | buffer 15m",
        lambda r: r.plan("A", "by bicycle", [("load", 10, 30), ("ride", 20, 60)], buffer=15, **EVERY),
    ),
    ("undo", "#6", lambda r: r.undo(6, **EVERY)),
]


@pytest.mark.parametrize("verb,line,call", SAME, ids=[f"{verb} {line[:20]}" for verb, line, _ in SAME])
def test_a_verb_writes_the_same_by_each_door(twins, verb, line, call):
    left, right = twins
    with clock.held(NOW):
        typed = shorthand.write(left.evidence, verb, line, author="ana").entry
        called = call(right.record)
    assert said(typed, left) == said(called, right)
    assert [e.kind for e in left.entries()] == [e.kind for e in right.entries()]


def test_a_draft_its_approval_and_its_sending_are_the_same_by_each_door(twins):
    left, right = twins
    with clock.held(NOW):
        number = shorthand.write(left.evidence, "draft", "we are looking into it", author="ana").entry.number
        for verb in ("approve", "sent"):
            shorthand.write(left.evidence, verb, f"#{number}", author="ana")
        draft = Customer(right.evidence).draft("we are looking into it").save(**EVERY)
        Customer(right.evidence).drafted(number).approve(**EVERY)
        Customer(right.evidence).drafted(draft.entry).send(**EVERY)
    ours, theirs = ([e for e in c.entries() if e.number >= number] for c in twins)
    assert [e.kind for e in ours] == ["draft", "approval", "status"]
    assert [said(e, left) for e in ours] == [said(e, right) for e in theirs]


@pytest.mark.parametrize(
    "verb,line,call",
    [
        ("think", "ice | sure: very", lambda r: r.guess("ice", sure="very")),
        ("promise", "you get the list", lambda r: r.note("you get the list", verb="promise")),
        ("confirm", "#3", lambda r: r.judge(3, "confirmed")),
        ("claim", "{#99} parcels", lambda r: r.claim("{#99} parcels")),
        ("for", "#3 #5", lambda r: r.hold(3, "for", 5)),
        ("plan", "A by bicycle", lambda r: r.plan("A", "by bicycle", [])),
    ],
)
def test_each_door_refuses_the_same_with_the_same_words_and_writes_nothing(twins, verb, line, call):
    left, right = twins
    before = len(left.entries())
    words = []
    with clock.held(NOW):
        for attempt in (
            lambda: shorthand.write(left.evidence, verb, line, author="ana"),
            lambda: call(right.record),
        ):
            with pytest.raises(KitError) as refused:
                attempt()
            words.append(str(refused.value))
    assert words[0] == words[1]
    assert len(left.entries()) == len(right.entries()) == before


def test_an_old_name_says_the_new_one_and_the_new_one_is_there(twins):
    case = twins[0]
    for old, new in moved.MOVED.items():
        with pytest.raises(MovedError) as gone:
            getattr(case, old)
        assert new in str(gone.value)
        if new.startswith("case.") and "(" not in new:
            found = case
            for part in new.split(".")[1:]:
                found = getattr(found, part)
    with pytest.raises(MovedError, match=r"case\.brief\.record"):
        case.record()
    assert not hasattr(case, "note") and not hasattr(case, "no_such_name")
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = case.no_such_name


def test_names_of_before_are_in_nothing_that_people_copy():
    """Templates, notebooks and the README speak of a case by the names that it has."""
    import re
    from pathlib import Path

    root = Path(__file__).parents[2]
    old = re.compile(rf"(?<![\w.])case(?:\.as_of\([^)]*\))?\.({'|'.join(moved.MOVED)})\b(?=\()")
    files = [root / "README.md", root / "CONTRIBUTING.md"]
    files += [*(root / "templates").glob("*.ipynb"), *(root / "notebooks").glob("*.ipynb")]
    assert len(files) > 5
    assert [
        f"{file.name}: {found[0]}" for file in files for found in old.finditer(file.read_text("utf-8"))
    ] == []
