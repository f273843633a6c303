"""The guesses against the evidence, as a picture: the title says which has least against it."""

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events


def test_the_guess_with_the_least_against_it_stands_first_and_in_the_title():
    rows = [
        ("#2 the belt stood", "#5 it ran all night", "against", True),
        ("#3 a robot jammed", "#5 it ran all night", "for", True),
        ("#3 a robot jammed", "#6 its log is silent", "against", False),
    ]
    held = [{"guess": g, "state": "open", "evidence": e, "side": s, "counts": c} for g, e, s, c in rows]
    figure = inv.show.guesses(Events.from_frame(testing.documents()), held=held)
    assert figure.layout.title.text == "Of 2 guesses, #3 a robot jammed has nothing against it."
    assert list(figure.layout.xaxis.ticktext) == ["#3 a robot jammed", "#2 the belt stood"]
    drawn = {(trace.name, trace.x[0], trace.y[0]) for trace in figure.data}
    assert drawn == {("for", 0, 0), ("against", 1, 0), ("against, counts for nothing", 0, 1)}
    assert figure.layout.meta["table"]["rows"][2] == ["#6 its log is silent", "#3 a robot jammed", "open", "against", "no"]  # fmt: skip


def test_where_nothing_tells_them_apart_the_title_says_so_and_a_case_brings_its_own(tmp_path):
    case = Case.new("INC-1", words="Parcels are missing.", root=tmp_path, author="ana")
    testing.stored(testing.documents(), case.path / "events", kinds={})
    assert case.show.guesses().layout.annotations[0].text == "No evidence was set for or against a guess."
    one, two = case.record.guess("the belt stood"), case.record.guess("a robot jammed")
    note = case.record.note("the hall was dark")
    for guess in (one, two):
        case.record.hold(guess.id, "for", note)
    assert (
        case.show.guesses().layout.title.text == "Nothing tells 2 guesses apart, the first #2 the belt stood."
    )
