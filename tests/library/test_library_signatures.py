"""Seen before? Signatures recognise a repeat, say what they do not share, and are silent where too little tells."""

import dataclasses
import json
import re
import shutil
from datetime import datetime, timedelta

import pytest

from investigator.case import Case
from investigator.check import Check
from investigator.errors import DataError
from investigator.finding import Coverage, Finding
from investigator.library import (
    Library,
    fixture,
    kinds,
    lifting,
    questions,
    recognising,
    resembling,
    traits,
)
from investigator.library.recognising import Signatures, recognise
from investigator.library.repeating import Known
from investigator.library.signature import Signature, Step
from investigator.moment import clock
from investigator.performing import perform
from tests.library.past import case_of, found_out


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A library of two closed cases, and the cases."""
    folder = tmp_path_factory.mktemp("shelf")
    library = Library(folder / "library")
    cases = []
    for number, cause in enumerate(("skipped-schema", "gateway-rejects"), 1):
        case = found_out(*case_of(1, cause, folder, id=f"INC-{number}"))
        added = library.add_case(case)
        assert "signature of 4 checks" in added.signature, added.signature
        cases.append(case)
    return folder / "library", cases


def test_another_seed_of_a_cause_is_recognised_with_what_speaks_for_and_against(shelf, tmp_path):
    case, _ = case_of(3, "skipped-schema", tmp_path, id="INC-9")
    entries = len(case.entries())
    found = Signatures(shelf[0]).recognise(case)
    assert [match.signature.id for match in found.matches] == ["INC-1"]
    said = found.text("INC-9")
    assert said.startswith(
        "Seen before? By the same checks, perhaps. It is a hint, below what today's own evidence says:"
    )
    assert re.search(r"INC-1 matches [34] of 4 checks", said) and "inv runbook INC-1 INC-9" in said
    assert "it would speak against it: what became of it other than hidden" in said
    assert "last time check 4 (new_messages) confirmed it, 50 min after the call" in said
    assert found.checks == 6, "four checks of two signatures, and two more that are asked of every incident"
    assert len(case.entries()) == entries, "recognising wrote into the record"


def test_a_case_is_made_anew_only_where_its_record_or_the_kit_is_another(shelf, tmp_path, monkeypatch):
    folder, (case, _) = tmp_path / "library", shelf[1]
    shutil.copytree(shelf[0], folder)

    def anew(case):
        raise DataError("made anew")

    monkeypatch.setattr(lifting, "of_case", anew)

    def added():
        out = Library(folder).add_case(case)
        assert out.how == "here already"
        return out.signature

    assert added() == "signature of 4 checks: the record is as it was when it was made"
    with monkeypatch.context() as other:
        other.setattr(traits, "VERSION", 0)
        assert added() == "no signature: made anew"
    (folder / "signatures" / "INC-1.events.jsonl").rename(tmp_path / "gone")
    assert added() == "no signature: made anew"
    (tmp_path / "gone").rename(folder / "signatures" / "INC-1.events.jsonl")
    assert added().startswith("signature of 4 checks")
    case.record.note("it came back", author="ana")
    assert added() == "no signature: made anew"


def test_another_cause_is_not_recognised(shelf, tmp_path):
    case, _ = case_of(2, "bad-migration", tmp_path, id="INC-8")
    found = Signatures(shelf[0]).recognise(case)
    assert found.matches == () and "Nothing here repeats any of 2 signatures" in found.text("INC-8")


def test_each_recognises_its_own_fixture_and_no_other(shelf):
    checked = Signatures(shelf[0]).check()
    assert checked.ok and checked.rows == {
        "INC-1": {"INC-1": True, "INC-2": False},
        "INC-2": {"INC-1": False, "INC-2": True},
    }, str(checked)
    assert "INC-1  x .\nINC-2  . x" in str(checked)


def test_a_fixture_holds_no_id_and_no_word_of_a_person(shelf):
    folder, cases = shelf
    for case in cases:
        text = (folder / "signatures" / f"{case.id}.events.jsonl").read_text()
        assert len(text) < 600_000 and text.isascii()
        ids = case.events().engine.fetch(case.events().entities[["id"]].distinct())["id"]
        named = [one for one in ids if len(re.sub(r"\D", "", one)) >= 4 and one in text]
        assert not named
        kinds = {json.loads(line).get("kind") for line in text.splitlines()[1:]}
        assert not kinds & {"ticket", "message", "mail", "note"} and "deploy" in kinds


def test_a_fixture_has_the_affected_and_as_many_others_of_their_one_kind_as_it_may(shelf):
    for case in shelf[1]:
        small = Signatures(shelf[0]).fixture(case.id)
        assert [n for n, pattern in small.kinds.items() if re.fullmatch(pattern, small.about)] == ["document"]
        with small.events() as events:
            told = case.find.who_else(like=case.about).value
            found = perform("who_else", events, {"like": small.about})
        assert found.verdict == "found" and found.value["affected"] == told["affected"]
        assert found.value["healthy"] >= 50, found.answer


def test_a_match_says_whether_a_check_confirmed_its_cause():
    open_ = Signature("INC-1", "x", (Step("search"),))
    alike = resembling.resemblance(LATE, LATE)
    assert "   none of these checks confirmed its cause last time" in recognising.Match(
        open_, (), alike
    ).lines("INC-2")
    sure = dataclasses.replace(open_, confirmed=(1, 35.0))
    said = "\n".join(recognising.Match(sure, (), alike).lines("INC-2"))
    assert (
        "last time check 1 (search) confirmed it, 35 min after the call" in said
        and "none of these" not in said
    )


def test_what_no_longer_runs_takes_no_fixture_for_its_own(shelf, tmp_path):
    shutil.copytree(shelf[0], tmp_path / "library")
    good = Signatures(shelf[0]).all["INC-1"]
    gone = dataclasses.replace(good, id="INC-3", steps=(*good.steps, Step("seance")))
    (tmp_path / "library" / "signatures" / "INC-3.json").write_text(gone.text)
    checked = Signatures(tmp_path / "library").check()
    assert checked.wrong == [] == checked.missed and set(checked.rows["INC-1"]) == {"INC-1", "INC-2"}
    assert not checked.ok and "this kit has no such analysis" in str(checked)


def test_what_no_longer_runs_is_stale_by_name_and_files_that_are_broken_are_named(shelf, tmp_path):
    folder = tmp_path / "signatures"
    folder.mkdir()
    good = Signatures(shelf[0]).all["INC-1"]
    gone = dataclasses.replace(
        good, id="INC-4", steps=(dataclasses.replace(good.steps[0], analysis="seance"),)
    )
    newer = dataclasses.replace(good, id="INC-5", steps=(dataclasses.replace(good.steps[0], version=99),))
    for one in (gone, newer):
        (folder / f"{one.id}.json").write_text(one.text)
    (folder / "INC-6.json").write_text("<<<<<<< ours\n" + good.text + ">>>>>>> theirs\n")
    (folder / "INC-7.json").write_text(good.text)
    (folder / "INC-8.json").symlink_to(shelf[0] / "signatures" / "INC-1.json")
    evil = json.loads(good.text) | {"id": "INC-9"}
    evil["steps"][0]["analysis"] = "os.system"
    (folder / "INC-9.json").write_text(json.dumps(evil))
    evil["steps"][0] = {"analysis": "search", "params": {"text": {"of": 7, "at": "__class__"}}}
    (folder / "INC-10.json").write_text(json.dumps(evil | {"id": "INC-10"}))
    held = Signatures(tmp_path)
    assert sorted(held.all) == ["INC-4", "INC-5"]
    with pytest.raises(DataError, match=r"INC-6\.json holds two versions that git could not make one"):
        held.find("inc-6")
    assert held.find("INC-77") is None
    said = str(held.check())
    assert "Stale: INC-4: step 1, seance: this kit has no such analysis" in said
    assert "Stale: INC-5: step 1, whereabouts: it is version 1 now, and was 99" in said
    for name in (
        "INC-6.json holds two versions",
        "INC-7.json holds the signature of INC-1",
        "INC-8.json can't be read",
        "INC-9.json is no signature",
        "INC-10.json is no signature",
    ):
        assert name in said, said
    assert not held.check().ok


def test_a_library_without_a_signature_says_what_brings_one(tmp_path):
    assert "There is no signature yet." in str(Signatures(tmp_path).check())


def test_a_folder_of_signatures_alone_is_checked(shelf, tmp_path):
    from typer.testing import CliRunner

    from investigator.cli import app

    shutil.copytree(shelf[0] / "signatures", tmp_path / "signatures")
    said = CliRunner().invoke(app, ["library", "check", "--library", str(tmp_path)])
    assert said.exit_code == 0 and "INC-1  x ." in said.output
    said = CliRunner().invoke(app, ["library", "check", "--library", str(tmp_path / "none")])
    assert "There is no library" in f"{said.output}{said.exception}"


def test_of_two_hundred_at_most_ten_are_left_and_each_check_is_asked_once():
    asked = []

    def ask(analysis, params, selection):
        asked.append((analysis, json.dumps(params)))
        became = {"whereabouts": {"disposition": "hidden"}}.get(analysis, {})
        return Finding("q", "a", became, coverage=Coverage(("x",)))

    many = [
        Signature(
            f"INC-{n}",
            "x",
            (Step("search", params={"text": {"is": f"word {n}"}}, traits={"whether search finds anything": "yes"}),),
            shape={"what became of it": "gone" if n % 3 else "hidden"},
        )
        for n in range(200)
    ]  # fmt: skip
    found = recognise(many, Known("DOC-1", "2026-01-01T00:00:00+00:00"), ask)
    assert found.left == recognising.LEFT_AT_MOST and found.signatures == 200
    assert len(asked) == len(set(asked)) == recognising.LEFT_AT_MOST + len(questions.ASKED)


LATE = {"what became of it": "delayed", "how the affected differ": "goes no further", "when they were hit": "one after the other", "the change": "deploy"}  # fmt: skip
STUCK = {**LATE, "what became of it": "stuck"}
ANY = {name: value for name, value in LATE.items() if name != "what became of it"}
ONLINE = {"the words of what came instead": "left out no table", "a new message: left out no table": "yes"}
OTHER = {
    "the words of what came instead": "skipped unknown form",
    "a new message: skipped unknown form": "yes",
}
DEED = {"lines say: left out": "yes"}
TURNED = {**LATE, "what became of it": "never received", "lines say: turned away": "yes"}
TABLES = {"the words of the change": "tables by contract"}
AT = {"whether the step that they do not pass was changed just before": "yes"}
PERHAPS_AT = dict.fromkeys(AT, "perhaps yes")
SILENT = {"whether a log falls silent": "yes"}
FULL = {"whether something is full or waits": "yes"}
GONE = {**LATE, "what became of it": "gone", "lines say: deleted for good": "yes"}
AGED = {"lines say why: by its age": "yes"}
QUIET = {
    "whether messages are new": "no",
    "whether a log falls silent": "no",
    "whether something is full or waits": "no",
}
BIG = {"lines say why: as too large": "yes"}


@pytest.mark.parametrize(
    ("then", "now", "recognised"),
    [
        (LATE, LATE, True),  # few causes make something late, and it came in the same way
        (LATE, {**LATE, "when they were hit": "all at one go"}, False),
        (STUCK, STUCK, False),  # many causes do that, and nothing tells which
        ({**STUCK, **ONLINE}, {**STUCK, **ONLINE}, True),  # its own line
        ({**STUCK, **ONLINE}, {**STUCK, "the words of what came instead": "left out no table"}, False),
        ({**STUCK, **TABLES}, {**STUCK, **TABLES}, True),  # the same change, the same fate
        ({**STUCK, **TABLES}, {**STUCK, **TABLES, "what became of it": "gone"}, False),
        ({**LATE, **TABLES, "the step where they left the way": "paid"}, {**LATE, "the words of the change": "smaller batches at night", "the step where they left the way": "paid"}, False),
        ({**STUCK, **ONLINE}, {**STUCK, "a new message: left out no table": "yes", "a new message: x y": "yes", "a new message: z": "yes"}, True),
        ({**TURNED, **ONLINE}, {**TURNED, **OTHER}, False),  # what never came was turned away, by whatever cause
        ({**STUCK, **DEED, **ONLINE}, {**STUCK, **DEED, **OTHER}, True),
        ({**STUCK, **DEED, **ONLINE}, {**ANY, **DEED, **OTHER}, True),  # of one nobody knows what became of it; the same was done
        ({**STUCK, **DEED, **ONLINE}, {**STUCK, **DEED, **OTHER, "what became of it": "gone"}, False),
        # The same line, new in one only, says of both what was done; other words that were there before do not.
        ({**STUCK, **DEED, **ONLINE}, {**STUCK, **DEED, "the words of what came instead": "left out no table"}, True),
        ({**STUCK, **DEED, "the words of what came instead": "left out no table"}, {**STUCK, **DEED, **ONLINE}, True),
        ({**STUCK, **DEED, **ONLINE}, {**STUCK, **DEED, "the words of what came instead": "left out by hand"}, False),
        ({**STUCK, **DEED, "the words of what came instead": "left out no table"}, {**STUCK, **DEED, "the words of what came instead": "left out no table"}, False),
        ({**TURNED, **ONLINE}, {**ANY, "lines say: turned away": "yes", **OTHER}, False),
        ({**GONE, **ONLINE}, {**GONE, **OTHER}, False),  # what is gone was deleted, by whatever cause
        ({**GONE, **AGED, **ONLINE}, {**GONE, **AGED, **OTHER}, True),  # and for the same reason
        ({**GONE, **AGED, **ONLINE}, {**GONE, **BIG, **OTHER}, False),
        ({**GONE, **AGED, **ONLINE}, {**GONE, **AGED, **BIG, **OTHER}, False),
        ({**GONE, **AGED, "the words of what came instead": "older than h"}, {**GONE, **AGED, **OTHER}, False),  # lines that were there before
        ({**TURNED, **BIG, **ONLINE}, {**TURNED, **BIG, **OTHER}, True),
        ({**TURNED, **BIG, **ONLINE}, {**GONE, **BIG, **OTHER}, False),
        ({**STUCK, **ONLINE}, {**ANY, **OTHER}, False),
        ({**STUCK, **DEED, **ONLINE}, {**STUCK, **DEED, **OTHER, "the step where they left the way": "x"}, True),
        ({**STUCK, **DEED, **ONLINE, "the step where they left the way": "x", **TABLES}, {**STUCK, **DEED, **OTHER, "the step where they left the way": "x", "the words of the change": "smaller batches at night"}, False),
        ({**STUCK, **FULL}, {**STUCK, **FULL}, True),
        ({**STUCK, **SILENT}, {**STUCK, **SILENT}, True),
        ({**STUCK, **SILENT, **ONLINE}, {**STUCK, **SILENT}, False),  # a line of its own says why: the silence is another matter
        ({**STUCK, **SILENT, "what became of it": "hidden"}, {**STUCK, **SILENT, "what became of it": "hidden"}, False),
        ({**STUCK, **AT, **ONLINE}, {**STUCK, **PERHAPS_AT, **OTHER}, True),  # a change, and then a line of their own, in any words
        ({**STUCK, **AT}, {**STUCK, **PERHAPS_AT}, False),  # without such a line many causes do that
        ({**STUCK, **AT, **ONLINE}, {**STUCK, **dict.fromkeys(AT, "no"), **OTHER}, False),
        # All is quiet but a change, surely at the step just before: it stops them without a word.
        ({**STUCK, **AT, **QUIET}, {**STUCK, **AT, **dict.fromkeys(QUIET, "perhaps no")}, True),
        ({**STUCK, **AT, **QUIET}, {**STUCK, **AT, **QUIET, **SILENT}, False),
        ({**STUCK, **AT, **QUIET}, {**STUCK, **AT, **QUIET, **FULL}, False),
        ({**STUCK, **AT, **QUIET}, {**STUCK, **AT, **QUIET, **OTHER}, False),
        ({**STUCK, **AT, **QUIET}, {**STUCK, **PERHAPS_AT, **QUIET}, False),
        ({**STUCK, **AT, **QUIET}, {**STUCK, **AT, **QUIET, "the change": "flag"}, False),
        ({**STUCK, **AT, **QUIET, "what became of it": "hidden"}, {**STUCK, **AT, **QUIET, "what became of it": "hidden"}, False),
        ({**STUCK, **AT, **ONLINE, **FULL}, {**STUCK, **AT, **OTHER}, False),  # something was full there
        ({**STUCK, **AT, **ONLINE, "lines say: expired": "yes"}, {**STUCK, **AT, **OTHER}, False),  # something ran out there
        ({**STUCK, **AT, **ONLINE, "what became of it": "hidden"}, {**STUCK, **AT, **OTHER, "what became of it": "hidden"}, False),
        (LATE, {**LATE, "what became of it": "perhaps delayed", "the change": "perhaps deploy"}, True),
        (LATE, {**LATE, "when they were hit": "perhaps all at one go"}, True),  # what nobody is sure of speaks against nothing
        (LATE, {**LATE, "what became of it": "perhaps stuck"}, False),
        ({"what became of it": "delayed"}, {"what became of it": "delayed"}, False),  # too little is said
    ],
)  # fmt: skip
def test_words_of_the_incident_or_a_rare_kind_recognise_it_and_nothing_else_does(then, now, recognised):
    assert resembling.resemblance(then, now).recognised is recognised


def test_what_a_finding_could_not_tell_is_kept_as_perhaps_and_its_words_as_they_are():
    value = {"onset": "2026-01-01T00:00:00+00:00", "changes": [{"kind": "deploy", "place": "there", "chance": 0.06, "component": "calc", "what": "calc 4.5.4, wage tables by contract"}]}  # fmt: skip
    told = {"check": {"analysis": "candidate_triggers"}, "value": value}
    sure = traits.of({**told, "verdict": "found"})
    assert sure == {"the change": "deploy", **AT, "the words of the change": "wage tables by contract"}
    unsure = traits.of({**told, "verdict": "inconclusive"})
    assert unsure == {**sure, "the change": "perhaps deploy", **PERHAPS_AT}
    said = resembling.resemblance(sure, unsure)
    assert said.same == unsure and not said.other and not said.unsaid
    assert "the change: perhaps deploy" in "\n".join(recognising.Match(Signature("INC-1", "x", (Step("search"),)), (), said).lines("INC-2"))  # fmt: skip
    assert traits.of({"check": {"analysis": "search"}, "value": {}, "verdict": "inconclusive"}) == {}


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("order 4711 omitted: article has no price list", "left out"),
        ("trip 12 disregarded, vehicle unmapped", "left out"),
        ("delivery 881 bounced: supplier not admitted", "turned away"),
        ("message from 12 barred by filter", "turned away"),
        ("picture 81 garbage collected", "deleted for good"),
        ("evicted from store after ttl: basket 12", "deleted for good"),
        ("policy P-7 deactivated along with its holder", "marked as deleted"),
        ("article 12 disabled with its supplier", "marked as deleted"),
        ("invoice 9 booked to a different account", "given to another"),
        ("meter 8 linked to another household", "given to another"),
        ("file 12 is visible to nobody since sharing was reset", "rights taken"),
        ("role clerk lost read access to 12", "rights taken"),
        ("event 7 redelivered, already processed", "done again"),
        ("import started over, line 12 inserted anew", "done again"),
        ("token of supplier lapsed yesterday", "expired"),
        ("signing key not valid any more", "expired"),
        ("store has no capacity left", "full"),
        ("throttled by back pressure", "full"),
        ("amount recalculated by nightly job", "moved to another form"),
        ("image 7 resized and stored over the original", "moved to another form"),
        ("claim 9 set aside for manual review", "held back"),
        ("release of 8 postponed", "held back"),
        ("attachment 9 has 0 bytes", "emptied"),
        ("lines of 12 blanked", "emptied"),
        ("ferry 7 passed without booking: class not configured", "left out"),
        ("sample turned down: no consent", "turned away"),
        ("draft 3 thrown away by janitor", "deleted for good"),
        ("course 12 closed because its school was", "marked as deleted"),
        ("payment 7 landed in suspense account", "given to another"),
        ("album 3 is no longer shared", "rights taken"),
        ("licence not in force since midnight", "expired"),
        ("tank at 100 percent", "full"),
        ("codes translated to list 9", "moved to another form"),
        ("transfer 5 under review", "held back"),
        ("attachment 7 has no pages", "emptied"),
    ],
)
def test_what_was_done_is_told_in_the_words_of_any_trade(line, deed):
    assert kinds.told("deed", line) == (deed,)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("kiln image 7 thrown away, 30 days old", ("by its age",)),
        ("mould 4 unlinked: lifetime of a mould is over", ("by its age",)),
        ("delivery refused, supplier not registered", ("as unknown",)),
        ("no such customer, letter sent back", ("as unknown",)),
        ("pallet 9 too heavy for lift, sent back", ("as too large",)),
        ("request turned down: too many positions", ("as too large",)),
        ("upload refused, checksum differs", ("as badly formed",)),
        ("import dismissed: malformed line 3", ("as badly formed",)),
        ("order 7 refused with 403", ("without the right",)),
        ("entry turned away, window closed at noon", ("as too late",)),
        ("delivery note dismissed, already received", ("as there already",)),
        ("glaze 4 rejected", ()),
    ],
)
def test_why_it_was_turned_away_or_deleted_is_told_in_the_words_of_any_trade(line, reason):
    assert kinds.told("reason", line) == reason


@pytest.mark.parametrize(
    ("stopped", "silent"),
    [
        ([("wash", 90), ("wash", 40), ("gate", 25)], "yes"),
        ([("wash", 90), ("gate", 40)], "no"),  # a kind each: each may have another reason
        ([("wash", 90), ("wash", 3)], "no"),
        ([], "no"),
    ],
)
def test_a_log_falls_silent_where_several_kinds_of_its_messages_stop(stopped, silent):
    value = {
        "onset": "2026-01-01T00:00:00+00:00",
        "vanished": [{"step": step, "expected": n} for step, n in stopped],
    }
    told = traits.of({"check": {"analysis": "new_messages"}, "value": value, "verdict": "found"})
    assert told[traits.SILENT] == silent


@pytest.mark.parametrize(
    ("first", "more", "near"),
    [
        ({"place": "just before", "chance": 0.08}, [], "yes"),
        ({"place": "elsewhere", "chance": 0.08}, [], "no"),
        ({"place": "elsewhere", "chance": 0.08, "what": "presser now on 4.8.10"}, [], "yes"),  # its name is the step's, cut
        ({"place": "elsewhere", "chance": 0.04}, [], "yes"),
        ({"place": "there", "chance": 0.2}, [], "no"),
        ({"place": "there", "chance": None}, [], "no"),
        ({"place": "there", "chance": 0.01, "lead_seconds": 300.0}, [{"lead_seconds": 290.0}], "no"),  # which of the two?
        ({"place": "there", "chance": 0.01, "lead_seconds": 300.0}, [{"lead_seconds": 900.0}], "yes"),
    ],
)  # fmt: skip
def test_a_change_is_just_before_where_that_is_hardly_an_accident_and_no_other_came_with_it(
    first, more, near
):
    value = {
        "places": {"there": ["press"], "just_before": []},
        "changes": [{"kind": "deploy", **first}, *more],
    }
    told = traits.of({"check": {"analysis": "candidate_triggers"}, "value": value, "verdict": "found"})
    assert told[traits.AT_STEP] == near


def test_what_would_speak_against_it_is_said_without_a_perhaps():
    alike = resembling.resemblance(LATE, {**LATE, "what became of it": "perhaps delayed"})
    said = "\n".join(recognising.Match(Signature("INC-1", "x", (Step("search"),)), (), alike).lines("INC-2"))
    assert "the same: what became of it: perhaps delayed;" in said
    assert "speak against it: what became of it other than delayed;" in said


def test_when_all_were_hit_is_told_only_by_times_of_what_happened_to_them():
    value = {
        "affected": 12,
        "healthy": 3,
        "first": "2026-01-01T08:00:00+00:00",
        "last": "2026-01-01T08:05:00+00:00",
    }
    told = {"check": {"analysis": "who_else"}, "verdict": "found"}
    assert traits.of({**told, "value": value})[traits.COURSE] == "all at one go"
    assert traits.COURSE not in traits.of({**told, "value": {**value, "timed": False}})


def test_more_than_three_that_are_alike_only_in_kind_are_what_many_incidents_are_like():
    def ask(analysis, params, selection):
        return Finding("q", "a", {"disposition": "delayed"} if analysis == "whereabouts" else {}, coverage=Coverage(("x",))).with_check(Check(analysis))  # fmt: skip

    shape = {"what became of it": "delayed", "whether messages are new": "no", "the change": "none", "how many are affected": "none", "whether something is full or waits": "no"}  # fmt: skip
    known = Known("DOC-1", "2026-01-01T00:00:00+00:00")
    some = [Signature(f"INC-{n}", "x", (Step("search", params={"text": {"is": "x"}}),), shape=shape) for n in range(4)]  # fmt: skip
    assert len(recognise(some[:3], known, ask).matches) == 3
    found = recognise(some, known, ask)
    assert found.matches == () and len(found.near) == 4


def test_an_incident_that_is_removed_takes_its_signature_along(tmp_path, shelf):
    shutil.copytree(shelf[0], tmp_path / "library")
    Library(tmp_path / "library").remove("INC-2")
    assert sorted(path.name for path in (tmp_path / "library" / "signatures").iterdir()) == ["INC-1.events.jsonl", "INC-1.json"]  # fmt: skip


@pytest.mark.parametrize(("onset", "kept"), [("2026-06-17T10:30:00+00:00", (12, 12)), ("", (0, 12))])
def test_of_what_names_no_id_a_few_of_each_kind_stay_before_the_onset_and_since(tmp_path, onset, kept):
    lines = "".join(f"2026-06-17T10:{n:02d}:00Z INFO gate opened {n} times\n" for n in range(60))
    (tmp_path / "gate.log").write_text(lines)
    case = Case.new("INC-1", words="The gate is shut.", root=tmp_path, author="ana")
    case.add(tmp_path / "gate.log")
    frame, _ = fixture._chosen(case, case.events(), Known(onset=onset))
    minutes = sorted(time.minute for time in frame["time"])
    assert minutes == [*range(kept[0]), *range(30, 30 + kept[1])] if onset else [*range(kept[1])]


def test_a_fixture_has_other_ids_also_where_something_was_read_anew_since(tmp_path):
    def steps(number):
        at = f"2026-06-17T{6 + number // 60:02d}:{number % 60:02d}"
        yield f"{at}:00Z INFO hall LOT-{52604000 + number} put on belt"
        jammed = number >= 100 and number % 2
        yield f"{at}:20Z {'ERROR' if jammed else 'INFO'} robot LOT-{52604000 + number} {'gripper jammed, set aside' if jammed else 'packed'}"

    files = tmp_path / "files"
    files.mkdir()
    (files / "hall.log").write_text("".join(f"{line}\n" for n in range(140) for line in steps(n)))
    (files / "shift.log").write_text("2026-06-17 06:00:00 INFO shift began\n")
    at = datetime.fromisoformat("2026-06-17T09:00:00+00:00")
    with clock.held(at):
        case = Case.new(
            "INC-9", words="LOT-52604101 is missing.", about=["LOT-52604101"], root=tmp_path, author="ana"
        )
        case.record.declare(kinds={"lot": "LOT-[0-9]+"})
        case.add(files)
    with clock.held(at + timedelta(minutes=5)):
        pin = case.record.pin(case.find.who_else(like=case.about), author="ana")
        guess = case.record.guess("the gripper jams", author="ana")
        case.record.hold(guess.id, "for", pin, author="ana")
        case.record.judge(guess.id, "confirmed", "its log says so", author="ana")
    with clock.held(at + timedelta(minutes=60)):
        case.add(files / "shift.log", zone="Europe/Berlin")
        assert not fixture.as_it_stood(case).events().indexed, "what stood then is not what is indexed now"
        Signatures(tmp_path / "library").keep(case)
    text = (tmp_path / "library" / "signatures" / "INC-9.events.jsonl").read_text()
    assert not [n for n in range(140) if f"LOT-{52604000 + n}" in text] and text.count("gripper jammed") >= 15
    assert Signatures(tmp_path / "library").check().rows == {"INC-9": {"INC-9": True}}
