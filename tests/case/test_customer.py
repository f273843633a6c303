"""For the person on the phone: what is kept, what may not go out and what to write instead, approvals that lapse."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.case import Case
from investigator.case.customer import guard
from investigator.case.customer.customer import questions
from investigator.case.reasoning.statements import again
from investigator.case.record import promises
from investigator.case.record.state import State
from investigator.case.writing import shorthand
from investigator.errors import CaseError, ParameterError
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        made = Case.new(
            "INC-1",
            words="We cannot find our 40 documents",
            contact="Jonas Feddersen, Nordwind, +49 40 1",
            zone="Europe/Berlin",
            deadline="today 18:00",
            about=["DOC-4711"],
            root=tmp_path,
            author="Ana Reis",
        )
    return made


@pytest.fixture(scope="module")
def then(opened):
    return opened.as_of("2026-06-17 14:32")


def write(case, verb, text, minutes=0, author="Ana Reis"):
    with clock.held(CALLED + timedelta(minutes=minutes)):
        return shorthand.write(case.evidence, verb, text, author=author)


def at(minutes):
    return CALLED + timedelta(minutes=minutes)


# -- promises --------------------------------------------------------------------------------------------------


def test_a_word_by_a_time_is_kept_by_the_next_word_and_not_by_a_word_to_a_colleague(case):
    write(case, "told", "@Feddersen we are looking; next word by 14:30", 5)
    write(case, "told", "@dana the customer waits", 10, "Mara Lind")
    assert [p.says(at(20)) for p in promises.of(case.state)] == ["in 5 min"]
    assert [p.says(at(31)) for p in promises.of(case.state)] == ["not kept, 6 min over"]
    write(case, "told", "@Feddersen it is stored", 33)
    assert [p.says(at(40)) for p in promises.of(case.state)] == ["kept 8 min late"]
    assert promises.of(case.as_of(at(20)).state)[0].kept is None


def test_another_promise_is_kept_by_what_names_its_number(case):
    number = write(case, "promise", "you get the list of all 40 by 14:40", 5).entry.number
    write(case, "told", "@Feddersen soon more", 6)
    assert promises.waiting(case.state)[0].text.startswith("you get the list")
    write(case, "did", f"#{number} sent the list", 30)
    assert promises.waiting(case.state) == []


def test_the_next_update_without_by_is_a_promise_too(case):
    write(case, "told", "@Feddersen next update 14:30", 5)
    assert promises.of(case.state)[0].due == datetime(2026, 6, 17, 12, 30, tzinfo=UTC)


def test_a_promise_needs_its_time_and_without_a_known_contact_a_word_by_a_time_is_to_the_customer(
    case, tmp_path
):
    with pytest.raises(ParameterError, match="A promise needs its time"):
        write(case, "promise", "you get the list")
    with clock.held(CALLED):
        other = Case.new("INC-2", words="lost", root=tmp_path, author="ana")
    write(other, "told", "@jonas next word by 12:30", 1)
    assert len(promises.of(other.state)) == 1


@settings(max_examples=40)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=8, unique=True), st.integers(0, 400))
def test_what_stands_as_of_a_time_never_changes_later(minutes, now):
    """A promise that was kept as of a time was kept as of every later one."""
    state = State(contact="Jonas")
    for number, minute in enumerate(sorted(minutes)):
        content = {"text": "x", "verb": "told", "who": ["Jonas"], "due": at(minute + 10).isoformat()}
        when = at(minute)
        state.notes.append(
            SimpleNamespace(
                id=str(number), kind="note", about=None, happened=(when, when), known=when, content=content
            )
        )
    early = State(contact="Jonas", notes=[n for n in state.notes if n.known <= at(now)])
    kept = {p.entry.id for p in promises.of(early) if p.kept is not None}
    assert kept <= {p.entry.id for p in promises.of(state) if p.kept is not None}
    assert len(promises.of(state)) == len(minutes)


# -- what may not go out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "instead"),
    [
        ("The indexer skipped it.", "indexer", "a part of our system"),
        ("The search service is slow.", "search service", "a part of our system"),
        ("We rolled back to 2.3.0.", "2.3.0", "a version"),
        ("Dana Okafor looks at it.", "Dana Okafor", "a colleague"),
        ("See logs/indexer.jsonl for it.", "logs/indexer.jsonl", "our records"),
        ("The flag search-ranking-v2 is off.", "search-ranking-v2", "a setting"),
        ("CUST-0017 has it too.", "CUST-0017", "another customer"),
        ("DOC-10610 is there.", "DOC-10610", "another document"),
        ("It runs on 10.0.3.17.", "10.0.3.17", "one of our machines"),
    ],
)
def test_an_inside_name_is_found_and_what_to_write_instead_is_said(then, text, found, instead):
    problems = guard.problems(then.snapshot(), text)
    assert (found, instead) in [(p.found, p.instead) for p in problems if p.sort == "name"]
    assert found not in guard.masked(text, problems) and instead in guard.masked(text, problems)


@pytest.mark.parametrize(
    "text",
    [
        "The search does not show it, and the upload worked.",
        "Dear Jonas Feddersen, we have your message of 17.06.2026.",
        "DOC-4711 was restored at 14:49: please look.",
        "You hear from us again by 14:40, also if there is nothing new.",
        "We know of your deadline at 18:00 and work towards it.",
    ],
)
def test_words_of_everybody_and_of_the_customer_pass(then, text):
    assert guard.problems(then.snapshot(), text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It will be fixed by 15:00.",
        "It should be back soon.",
        "We expect it to be restored within 20 minutes.",
    ],
)
def test_a_time_that_nothing_backs_is_found(then, text):
    assert [p.sort for p in guard.problems(then.snapshot(), text)] == ["time"]


def test_a_started_plan_backs_a_time_that_it_reaches_even_on_a_bad_day(case):
    text = "You will have it back by 16:00."
    write(case, "plan", "A export | steps: query 10/30, export 20/60", 5)
    with clock.held(at(10)):
        assert guard.problems(case.snapshot(), text)
    write(case, "plan", "A started", 10)
    with clock.held(at(11)):
        assert guard.problems(case.snapshot(), text) == []
        assert guard.problems(case.snapshot(), "You will have it back by 14:50.")


@pytest.mark.parametrize(
    "text", ["Your documents are safe.", "Nothing is lost.", "No documents were lost.", "All 40 are intact."]
)
def test_comfort_for_all_needs_a_census_and_one_document_is_not_all(then, text):
    problem = next(
        p for p in guard.problems(then.snapshot(), text, then.record.statements()) if p.sort == "comfort"
    )
    assert "whereabouts(like='DOC-4711')" in problem.instead


def test_comfort_for_one_needs_its_own_check_that_holds_now(then):
    assert guard.problems(then.snapshot(), "DOC-4711 is not lost.", then.record.statements()) == []
    before = then.as_of("2026-06-17 14:12")
    assert [
        p.sort for p in guard.problems(before.snapshot(), "DOC-4711 is not lost.", before.record.statements())
    ] == ["comfort"]


def test_what_was_said_on_the_phone_without_a_check_is_said_in_the_echo(case):
    assert "no pinned check backs 'not lost'" in str(
        write(case, "told", "@Feddersen DOC-4711 is not lost", 5)
    )
    assert "no pinned check" not in str(write(case, "told", "@dana DOC-4711 is not lost", 6))
    assert "no pinned check" not in str(write(case, "told", "@Feddersen you told us it is back", 7))


def test_that_all_are_back_needs_a_count_and_a_number_must_be_the_counted_one(opened):
    case = opened  # all of it: the count of 412 is pinned
    said = [
        again(pin, case.events()) for pin in case.state.pins if "are back by search" in pin.content["text"]
    ]
    assert guard.problems(case.snapshot(), "All 40 can be found again.", said) == []
    assert guard.problems(case.snapshot(), "40 of your documents can be found again.", said) == []
    assert [
        p.sort for p in guard.problems(case.snapshot(), "39 of your documents can be found again.", said)
    ] == ["comfort"]
    assert [p.sort for p in guard.problems(case.snapshot(), "All 40 can be found again.")] == ["comfort"]


# -- drafts ----------------------------------------------------------------------------------------------------


def test_the_acknowledgement_claims_nothing_and_says_when_we_write_next(case):
    with clock.held(at(2)):
        draft = case.customer().acknowledge("14:30")
    assert draft.stops() == [] and draft.cites == () and draft.promised == at(25)
    assert draft.text.startswith("Dear Jonas Feddersen,") and "by 14:30 (Berlin time)" in draft.text
    with clock.held(at(2)):
        draft.send()
    assert promises.waiting(case.state)[0].due == at(25)


def test_what_may_not_go_out_is_refused_and_goes_with_a_reason_that_stands_in_the_record(case):
    with clock.held(at(2)):
        draft = case.customer().draft("Your documents are safe.")
        with pytest.raises(CaseError, match="can't go to the customer as it is: 'safe' needs a check"):
            draft.send()
        draft.send(anyway="the head of storage said so, on the phone")
    assert case.entries("anyway")[0].content["text"] == "the head of storage said so, on the phone"
    assert "went ahead" in case.brief.record().text


def test_the_update_of_the_sample_passes_its_own_gates_and_says_what_it_stands_on(then):
    draft = then.customer().update()
    assert draft.stops() == [] and [s.then.check.analysis for s in draft.cites] == ["whereabouts"]


def test_an_approval_lapses_when_what_the_text_stands_on_changes(case, tmp_path):
    row = '{{"time": "2026-06-17T10:{:02d}:00Z", "level": "ERROR", "service": "a", "message": "boom"}}\n'
    (tmp_path / "one.jsonl").write_text("".join(row.format(n) for n in range(4)))
    (tmp_path / "two.jsonl").write_text("".join(row.format(n) for n in range(10, 16)))
    case.add(tmp_path / "one.jsonl")
    number = case.record.pin(case.find.first_error()).number
    draft = case.customer().draft(f"{{#{number}.count}} attempts failed.").save(author="Ana Reis")
    said = write(case, "approve", f"#{draft.entry.number}", 9, "Mara Lind")
    assert "approved by Mara Lind" in str(said)
    assert case.customer().drafted(draft.entry.number).stops() == []
    case.add(tmp_path / "two.jsonl")
    later = case.customer().drafted(draft.entry.number)
    assert later.text == "10 attempts failed." and later.approval[0].startswith("lapsed: what #")
    with pytest.raises(CaseError, match="its approval has lapsed"):
        later.send()
    later.approve(author="Mara Lind")
    later.send()
    assert "10 attempts failed." in case.state.statuses[-1].content["text"]


def test_a_place_that_no_pin_fills_is_refused_with_what_there_is(then):
    with pytest.raises(ParameterError, match="#99 is no pinned finding"):
        then.customer().draft("{#99.affected} are hidden")
    number = then.state.pins[0].number
    with pytest.raises(ParameterError, match="has no 'rows'"):
        then.customer().draft(f"{{#{number}.rows}} are hidden")


# -- what to ask -----------------------------------------------------------------------------------------------


def test_what_is_unknown_is_asked_and_what_was_answered_is_not(case):
    def open_(state="open"):
        return " ".join(question.text for question in questions(case) if question.state == state)

    assert "Which 40 are they?" in open_() and "since when" in open_() and "extended" in open_()
    write(case, "told", "@Feddersen can the deadline be extended, by an extension of the office?", 5)
    assert "extended" not in open_() and "extended" in open_("asked")
    write(case, "heard", "@Feddersen no extension; since 09:30 this morning the list is empty", 8)
    assert "extended" not in open_("asked") and "since when" not in open_() and "What exactly" not in open_()


def test_markup_from_the_customer_is_shown_and_never_run(case):
    write(case, "heard", "@Feddersen <img src=x onerror=alert(1)>", 5)
    with clock.held(at(6)):
        for markup in (
            case.customer()._repr_html_(),
            case.customer().draft("<script>x</script> & more")._repr_html_(),
        ):
            assert "<img" not in markup and "<script" not in markup
