"""The hour after: corrections taken in beside what they are about, a plan of sixty minutes, two questions without names."""

import pytest

from investigator.case import Case
from investigator.case.reasoning import meeting as meetings
from investigator.errors import CaseError, ParameterError

MAIL = """\
From: Ben Okafor <ben@example.org>
To: ana
Subject: Re: INC-7: is this how it was?

Hi Ana,

#{number} the parcels were held from 09:20, not 09:40
- the night shift had seen the belt stand still
  and said so at the handover
> Answer with a line each, the number of the entry in front

cleo: #999 there was a second belt that stood still
dora: #{number} it was the small belt
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    case = Case.new("INC-7", words="Parcels do not arrive.", about=["P-4711"], root=tmp_path_factory.mktemp("hour"), author="ana")  # fmt: skip
    guess = case.record.guess("the belt stood still", author="ana")
    case.record.note("held since 09:40", author="ben")
    case.record.ask("who saw the belt?", who="cleo", author="ana")
    case.record.judge(guess.id, "confirmed", "its log says so", author="ben")
    case.record.action("an alarm for a belt that stands still", author="ana")
    case.record.phase("resolved", why="it runs", anyway="a test", author="ana")
    return case


@pytest.fixture(scope="module")
def taken(case):
    record = case.evidence.record
    page = record.append("report", {"text": "interim", "template": "postmortem"}, author="ana", key=[])
    number = next(e.number for e in case.entries("note"))
    return page, number, meetings.take(record, MAIL.format(number=number), page=meetings.page_of(record))


def test_a_mail_becomes_corrections_beside_what_they_are_about_with_who_said_them(case, taken):
    page, number, found = taken
    note = next(e for e in case.entries() if e.number == number)
    assert [(e.about, e.content["who"], e.content["text"]) for e in found.entries] == [
        (note.id, ["Ben Okafor"], "the parcels were held from 09:20, not 09:40"),
        (
            page.id,
            ["Ben Okafor"],
            "the night shift had seen the belt stand still and said so at the handover",
        ),
        (page.id, ["cleo"], "#999 there was a second belt that stood still"),
        (note.id, ["dora"], "it was the small belt"),
    ]
    assert found.left == ("Hi Ana,",)


def test_the_same_mail_again_writes_nothing_new(case, taken):
    before = len(case.entries())
    meetings.take(case.evidence.record, MAIL.format(number=taken[1]), page=taken[0])
    assert len(case.entries()) == before


def test_the_plan_is_sixty_minutes_without_a_gap_whatever_is_open(case, taken):
    parts, left = meetings.plan(case.snapshot())
    assert [part.at for part in parts] == [sum(p.minutes for p in parts[:n]) for n in range(len(parts))]
    assert sum(part.minutes for part in parts) == 60 and parts[-1].items == tuple(
        q for _, q in meetings.QUESTIONS
    )
    titles = [part.title for part in parts]
    assert "What was corrected and is not settled" in titles
    open_ = next(part for part in parts if part.title == "What was corrected and is not settled")
    assert open_.items[0].endswith("Ben Okafor: the parcels were held from 09:20, not 09:40")
    assert any("an alarm for a belt" in item for part in parts for item in part.items) and isinstance(
        left, list
    )


def test_what_was_settled_is_no_longer_talked_about(case, taken):
    first = taken[2].entries[0]
    meetings.settle(case.evidence.record, first.number, "changed to 09:20")
    told = str(case.brief.meeting())
    assert "not 09:40" not in told and "Corrections: 4, settled: 1." in told
    with pytest.raises(CaseError, match="is no correction"):
        meetings.settle(case.evidence.record, taken[1], "changed")


def test_more_than_the_hour_holds_is_named_for_writing(tmp_path):
    case = Case.new("INC-8", words="Lifts stand still.", root=tmp_path, author="ana")
    for number in range(30):
        case.record.action(f"look at lift {number}", author="ana")
    case.record.phase("resolved", why="they run", anyway="a test", author="ana")
    parts, left = meetings.plan(case.snapshot())
    assert sum(part.minutes for part in parts) == 60 and len(left) > 15
    assert len({*left, *(i for p in parts for i in p.items)}) >= 30
    assert "No room in the hour, so in writing:" in str(case.brief.meeting())


def test_answers_are_kept_without_who_said_them(case):
    papers = "1\nBen knew the belt all along\nwhy the alarm was off\n\nWhat was not said, or is still not clear?\n- what @cleo saw at nine\n"
    made = meetings.keep(case.evidence.record, meetings.answered(papers))
    assert [e.content["text"] for e in made] == [
        "somebody knew the belt all along\nwhy the alarm was off",
        "what somebody saw at nine",
    ]
    assert {e.author for e in made} == {"the meeting"} and "the meeting" not in meetings.participants(
        case.snapshot()
    )
    more = meetings.keep(case.evidence.record, meetings.answered("a third thing came later\n"))
    assert more[0].content["text"].split("\n")[0] == "a third thing came later", (
        "in the order of the alphabet"
    )
    with pytest.raises(ParameterError, match="No answer was given"):
        meetings.keep(case.evidence.record, meetings.answered("\n"))


def test_who_was_there_is_asked_and_the_kit_is_not(case):
    told = meetings.invitation(case.snapshot())
    assert {"ana", "ben", "cleo"} <= set(told.splitlines()[0].removeprefix("To: ").split(", "))
    assert "Ben Okafor" not in told and "Attached is the interim page of INC-7" in told
    with pytest.raises(CaseError, match="No interim page has gone out"):
        meetings.page_of(Case.new("INC-9", words="x", root=case.path.parent / "other").evidence.record)


def test_a_first_name_and_the_whole_one_are_one_person_where_one_alone_is_called_so(tmp_path):
    case = Case.new("INC-10", words="No lift runs.", root=tmp_path, author="ana")
    for name in ("Ivo", "Ivo Brandt", "Pia", "Pia Holm", "Pia Lund", "Dora"):
        case.record.note(f"{name} looked", author=name)
    found = meetings.participants(case.snapshot())
    assert found == ["ana", "Ivo Brandt", "Pia", "Pia Holm", "Pia Lund", "Dora"]
