"""How a pinned statement fared, one row for each of its fates; the check is played, so that each needs no evidence."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from investigator import performing
from investigator.case.reasoning import statements
from investigator.case.reasoning.statements import Statement
from investigator.check import Check, Expect
from investigator.errors import ParameterError
from investigator.finding import Coverage, Finding

NOON = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
CHECK = Check("who_else", 1, {}, {"like": "PCL-1"})
ONE, MANY = {"entity": "PCL-1", "disposition": "hidden"}, {"affected": 40}


def finding(value, answer="40 of 60", verdict="found", sources=("belt.log",), seen=(), check=CHECK):
    import pandas as pd

    evidence = pd.DataFrame({"origin": [f"{one}:1" for one in seen], "source": list(seen)}) if seen else None
    return Finding("How many?", answer, value, verdict=verdict, coverage=Coverage(tuple(sources)), check=check, evidence=evidence)  # fmt: skip


def source(name, first=0, last=1, kind="log", evidence=None):
    at = [NOON + timedelta(hours=h) if h is not None else None for h in (first, last)]
    return SimpleNamespace(name=name, first=at[0], last=at[1], kind=kind, evidence=evidence or (name,))


def events(*sources, current=None):
    known = {one for s in sources for one in s.evidence}
    return SimpleNamespace(sources=sources, current=known if current is None else current, memo={})


def entry(kept, sentence="", number=7):
    return SimpleNamespace(id=f"e{number}", number=number, content={"finding": kept.to_json(), "sentence": sentence})  # fmt: skip


@pytest.fixture
def played(monkeypatch):
    """Plays a check: by the events, what comes out; an error is raised."""

    def play(*pairs):
        def run(check, on):
            out = next(one for given, one in pairs if given is on)
            if isinstance(out, Exception):
                raise out
            return out.with_check(check)

        monkeypatch.setattr(performing, "run", run)

    return play


BELT, GATE = source("belt.log"), source("gate.log", first=2, last=3)
EARLY = source("scan.log", first=-1, last=0)
EDGE = source("edge.log", first=1, last=3)
TIMELESS = source("note.txt", first=None, last=None)
ROWS = source("orders.csv", kind="record")
GROWN = source("belt.log", evidence=("belt.log", "belt.log+1"))

#: What was kept, what comes out now, what comes out on what was loaded then, what was loaded then and now, and its fate.
FATES = [
    ("the same", MANY, MANY, MANY, [BELT], [BELT], "holds", ""),
    ("the same, more in its value", MANY, {**MANY, "more": 1}, MANY, [BELT], [BELT], "holds", ""),
    ("the same, less in its value", {**MANY, "more": 1}, MANY, MANY, [BELT], [BELT], "changed since", "then: 40 of 60"),
    ("a later log, of many", MANY, {"affected": 50}, MANY, [BELT], [BELT, GATE], "asked over more", "then: 40 of 60; asked over a longer time (gate.log)"),
    ("a later log, of one", ONE, {**ONE, "disposition": "available"}, ONE, [BELT], [BELT, GATE], "since then", "then: 40 of 60; since then otherwise, by gate.log"),
    ("the log went on, of one", ONE, {**ONE, "disposition": "available"}, ONE, [BELT], [GROWN], "since then", "then: 40 of 60; since then otherwise, by belt.log"),
    ("the log went on, of many", MANY, {"affected": 50}, MANY, [BELT], [GROWN], "asked over more", "then: 40 of 60; asked over a longer time (belt.log)"),
    ("an earlier log, of one", ONE, {**ONE, "disposition": "gone"}, ONE, [BELT], [BELT, EARLY], "contradicted", "then: 40 of 60; contradicted by scan.log"),
    ("an earlier log, of many", MANY, {"affected": 1}, MANY, [BELT], [BELT, EARLY], "contradicted", "then: 40 of 60; contradicted by scan.log"),
    ("one that begins at the end", MANY, {"affected": 1}, MANY, [BELT], [BELT, EDGE], "contradicted", "then: 40 of 60; contradicted by edge.log"),
    ("one without times", MANY, {"affected": 1}, MANY, [BELT], [BELT, TIMELESS], "contradicted", "then: 40 of 60; contradicted by note.txt"),
    ("one of two is earlier", MANY, {"affected": 1}, MANY, [BELT], [BELT, GATE, EARLY], "contradicted", "then: 40 of 60; contradicted by gate.log, scan.log"),
    ("nothing had times then", MANY, {"affected": 1}, MANY, [TIMELESS], [TIMELESS, GATE], "contradicted", "then: 40 of 60; contradicted by gate.log"),
    ("a list came, of many", MANY, {"affected": 50}, MANY, [BELT], [BELT, ROWS], "asked over more", "then: 40 of 60; asked over more than then (orders.csv)"),
    ("a list came, of one", ONE, {**ONE, "disposition": "gone"}, ONE, [BELT], [BELT, ROWS], "changed since", "then: 40 of 60"),
    ("a list and an earlier log", MANY, {"affected": 1}, MANY, [BELT], [BELT, ROWS, EARLY], "contradicted", "then: 40 of 60; contradicted by scan.log"),
    ("a list came, a log is away", MANY, {"affected": 1}, MANY, [BELT, GATE], [BELT, ROWS], "changed since", "then: 40 of 60; asked with orders.csv, without gate.log"),
    ("nothing new", MANY, {"affected": 1}, MANY, [BELT], [BELT], "changed since", "then: 40 of 60"),
    ("otherwise on the same, too", MANY, {"affected": 1}, {"affected": 2}, [BELT], [BELT, EARLY], "changed since", "then: 40 of 60"),
    ("can't be asked of then", MANY, {"affected": 1}, ParameterError("no", "", ""), [BELT], [BELT, EARLY], "changed since", "then: 40 of 60"),
]  # fmt: skip


@pytest.mark.parametrize("fate", FATES, ids=[fate[0] for fate in FATES])
def test_a_statement_tells_how_it_fared(played, fate):
    _, kept, now, before, then_sources, now_sources, status, why = fate
    then_events, now_events = events(*then_sources), events(*now_sources)
    out = before if isinstance(before, Exception) else finding(before)
    played((now_events, finding(now, "another answer")), (then_events, out))
    told = statements.recheck(entry(finding(kept)), now_events, lambda: then_events)
    assert (told.status, told.why) == (status, why)
    assert told.sentence == "another answer" and told.now.value == now and told.then.value == kept
    assert told.finding is told.now


def test_without_what_was_loaded_then_it_only_says_that_it_changed(played):
    here = events(BELT, EARLY)
    played((here, finding({"affected": 1})))
    told = statements.recheck(entry(finding(MANY)), here)
    assert (told.status, told.why) == ("changed since", "then: 40 of 60")


def test_what_was_not_sure_is_known_now(played):
    then, now = events(BELT), events(BELT, EARLY)
    played((now, finding(ONE, verdict="found")), (then, finding(ONE, verdict="inconclusive")))
    told = statements.recheck(entry(finding(ONE, verdict="inconclusive")), now, lambda: then)
    assert told.status == "now known"
    assert told.why == "inconclusive then, found now; contradicted or completed by scan.log"


@pytest.mark.parametrize(
    ("kept", "verdict", "seen", "status", "why"),
    [
        (("belt.log",), "found", ("belt.log",), "holds", ""),
        (("belt.log",), "found", ("belt.log", "gate.log"), "confirmed", "confirmed by another source: gate.log"),
        (("belt.log",), "inconclusive", ("gate.log",), "holds", "another source was looked at, too: gate.log"),
        ((), "found", ("gate.log",), "holds", ""),
        ((), "inconclusive", ("gate.log",), "holds", ""),
        (("belt.log",), "found", tuple(f"{n}.log" for n in range(5)), "confirmed", "confirmed by another source: 0.log, 1.log, 2.log"),
    ],
)  # fmt: skip
def test_another_source_confirms_only_what_is_known(played, kept, verdict, seen, status, why):
    here = events(BELT)
    played((here, finding(MANY, verdict=verdict, seen=seen)))
    told = statements.recheck(entry(finding(MANY, verdict=verdict, sources=kept)), here)
    assert (told.status, told.why) == (status, why)


def test_an_expectation_that_no_longer_holds_is_contradicted(played):
    here = events(BELT)
    check = Check("who_else", 1, {}, {}, Expect("affected", "==", 40))
    played((here, finding({"affected": 41})))
    told = statements.recheck(entry(finding(MANY, check=check)), here)
    assert (told.status, told.why) == ("contradicted", "expected affected == 40, found 41")
    played((here, finding({"affected": 40, "more": 1})))
    assert statements.recheck(entry(finding(MANY, check=check)), here).status == "holds"


def test_a_sentence_is_held_by_the_places_it_names_alone(played):
    here, kept = events(BELT), finding({"affected": 40, "rest": 1})
    played((here, finding({"affected": 40, "rest": 2}, "other words")))
    told = statements.recheck(entry(kept, "{affected} parcels, {none}"), here)
    assert (told.status, told.sentence) == ("holds", "40 parcels, {none}")
    played((here, finding({"affected": 1041, "rest": 1})))
    told = statements.recheck(entry(kept, "{affected} parcels"), here)
    assert (told.status, told.why, told.sentence) == ("changed since", "40 to 1,041", "1,041 parcels")
    played((here, finding({"affected": 40, "rest": 1}, verdict="inconclusive")))
    told = statements.recheck(entry(kept, "{affected} parcels"), here)
    assert (told.status, told.why) == ("changed since", "found then, inconclusive now")


def test_what_can_not_be_asked_again_says_why(played):
    here = events(BELT)
    told = statements.recheck(entry(finding(MANY, check=None), "{affected} parcels"), here)
    assert (told.status, told.why, told.sentence) == ("can't be re-run", "it was pinned without a check", "40 parcels")  # fmt: skip
    assert told.now is None and told.finding.value == MANY
    for error in (
        ParameterError("No such id.", "", "Look."),
        KeyError("like"),
        TypeError("no"),
        ValueError("no"),
    ):
        played((here, error))
        told = statements.recheck(entry(finding(MANY), "{affected} parcels"), here)
        assert told.status == "can't be re-run" and told.sentence == "40 parcels"
        assert told.why == str(error).split("\n", 1)[0] and "\n" not in told.why


def test_a_secret_is_held_against_its_mask_and_never_shown(played):
    here = events(BELT)
    masked = {"line": "password=[secret masked] x"}
    played((here, finding({"line": "password=Fjord7xq9K x"}, "it says password=Fjord7xq9K x")))
    told = statements.recheck(entry(finding(masked)), here)
    assert (told.status, told.sentence) == ("holds", "it says password=[secret masked] x")


def test_a_statement_is_asked_once_for_the_same_events(played, monkeypatch):
    here, count = events(BELT), []
    played((here, finding(MANY)))
    before = statements.recheck
    monkeypatch.setattr(
        statements, "recheck", lambda *given, **how: (count.append(1), before(*given, **how))[1]
    )
    one = entry(finding(MANY))
    assert statements.again(one, here) is statements.again(one, here) and len(count) == 1
    statements.again(entry(finding(MANY), number=8), here)
    assert len(count) == 2


def fared(*statuses):
    out = []
    for number, status in enumerate(statuses):
        kept = finding(MANY, check=Check("who_else", 1, {}, {"like": f"PCL-{number}"}))
        out.append(Statement(entry(kept, number=number), "", status, kept, kept))
    return out


def test_the_tally_counts_each_fate_once():
    assert statements.tally([]) == "No statement was pinned."
    assert statements.tally(fared("holds")) == "1 statement, checked again: 1 as then."
    assert statements.tally(fared(*statements.SAID)) == (
        "8 statements, checked again: 1 as then, 1 as then, and confirmed by another source, 1 true then, otherwise by what "
        "happened since, 1 asked over more than then, 1 not sure then, known now, 1 changed since, 1 contradicted, 1 can't be re-run."
    )  # fmt: skip
    twice = fared("holds", "contradicted", "holds")
    twice[2] = Statement(entry(finding(MANY), number=9), "", "holds", twice[0].then, None)
    assert statements.repeated(twice) == {"e9"}
    assert statements.tally(twice) == "3 statements, checked again: 1 as then, 1 contradicted, 1 repeated by the same check."  # fmt: skip
    assert [one.entry.id for one in statements.newest(twice)] == ["e9", "e1"]
    bare = [Statement(entry(finding(MANY, check=None), number=n), "", "holds", finding(MANY, check=None), None) for n in range(2)]  # fmt: skip
    assert statements.repeated(bare) == set() and len(statements.newest(bare)) == 2


def test_what_holds_is_only_what_says_now_what_it_said():
    assert statements.HOLD == ("holds", "confirmed")
    assert statements.places("{a.b} of {c-1_x}, {}") == ["a.b", "c-1_x", ""]


def test_a_case_asks_each_pin_of_its_own_events_and_of_those_of_then(played):
    here, then = events(BELT, EARLY), events(BELT)
    pin = entry(finding(MANY))
    pin.known, pin.replica = NOON, "another copy"
    played((here, finding({"affected": 1})), (then, finding(MANY)))
    snapshot = SimpleNamespace(
        state=SimpleNamespace(pins=[pin]),
        own={"this copy"},
        events=lambda: here,
        at=lambda when: SimpleNamespace(events=lambda: {NOON: then}[when]),
    )
    assert [one.status for one in statements.statements(snapshot)] == ["contradicted"]


def over(kept, code):
    from dataclasses import replace

    return replace(kept, over=code)


@pytest.mark.parametrize(
    ("own", "kept_over", "now_over", "asked", "status"),
    [
        (True, "same", "same", 1, "contradicted"),  # what this folder kept is not asked of then again
        (
            True,
            "same",
            "another",
            2,
            "changed since",
        ),  # by other code, or of what is no longer there as it was
        (True, "", "", 2, "changed since"),  # of before it was kept of what
        (False, "same", "same", 2, "changed since"),  # of another folder
    ],
)
def test_what_this_folder_wrote_down_is_taken_as_what_it_said_then(
    monkeypatch, own, kept_over, now_over, asked, status
):
    then, now, runs = events(BELT), events(BELT, EARLY), []

    def run(check, on):
        runs.append(on)
        return finding({"affected": 1 if on is now else 2}).with_check(check)

    monkeypatch.setattr(performing, "run", run)
    monkeypatch.setattr(performing, "over", lambda on: now_over if on is then else "other")
    told = statements.recheck(entry(over(finding(MANY), kept_over)), now, lambda: then, own=own)
    assert (told.status, len(runs)) == (status, asked)


@pytest.mark.parametrize(("replica", "asked"), [("this copy", 1), ("another copy", 2)])
def test_a_case_trusts_what_its_own_folder_wrote_down(monkeypatch, replica, asked):
    then, now, runs = events(BELT), events(BELT, EARLY), []
    monkeypatch.setattr(performing, "run", lambda check, on: (runs.append(on), finding({"affected": 1 if on is now else 40}).with_check(check))[1])  # fmt: skip
    monkeypatch.setattr(performing, "over", lambda on: "same")
    pin = entry(over(finding(MANY), "same"))
    pin.known, pin.replica = NOON, replica
    snapshot = SimpleNamespace(own={"this copy"}, events=lambda: now, at=lambda when: SimpleNamespace(events=lambda: then))  # fmt: skip
    assert statements.stands(snapshot, pin).status == "contradicted" and len(runs) == asked


LATER = [source(f"{n}.log", first=2, last=3) for n in range(4)]
LISTS = [source(f"{n}.csv", kind="record") for n in range(4)]
MORE = [source(f"x{n}.log") for n in range(4)]


@pytest.mark.parametrize(
    ("then_sources", "now_sources", "why"),
    [
        ([BELT], [BELT, *LATER], "then: 40 of 60; asked over a longer time (0.log, 1.log, 2.log)"),
        ([BELT], [BELT, *LISTS], "then: 40 of 60; asked over more than then (0.csv, 1.csv, 2.csv)"),
        ([BELT, *MORE], [BELT, *LISTS], "then: 40 of 60; asked with 0.csv, 1.csv, 2.csv, without x0.log, x1.log, x2.log"),
        ([BELT], [BELT, EARLY, *MORE], "then: 40 of 60; contradicted by scan.log, x0.log, x1.log"),
    ],
)  # fmt: skip
def test_of_many_sources_three_are_named(played, then_sources, now_sources, why):
    then, now = events(*then_sources), events(*now_sources)
    played((now, finding({"affected": 1})), (then, finding(MANY)))
    assert statements.recheck(entry(finding(MANY)), now, lambda: then).why == why


def test_of_many_sources_that_were_looked_at_too_three_are_named(played):
    here = events(BELT)
    played((here, finding(MANY, verdict="inconclusive", seen=tuple(f"{n}.log" for n in range(5)))))
    told = statements.recheck(entry(finding(MANY, verdict="inconclusive")), here)
    assert told.why == "another source was looked at, too: 0.log, 1.log, 2.log"


def test_an_answer_that_ends_with_a_stop_goes_on_without_it(played):
    then, now = events(BELT), events(BELT, EARLY)
    kept = finding(MANY, "40 of 60.")
    played((now, finding({"affected": 1})), (then, kept))
    assert (
        statements.recheck(entry(kept), now, lambda: then).why == "then: 40 of 60; contradicted by scan.log"
    )
    one = finding(ONE, "It is hidden.")
    later = events(BELT, GATE)
    played((later, finding({**ONE, "disposition": "gone"})), (then, one))
    assert statements.recheck(entry(one), later, lambda: then).why == "then: It is hidden; since then otherwise, by gate.log"  # fmt: skip
    unsure = finding(ONE, "Nothing says it.", verdict="inconclusive")
    played((now, finding(ONE)), (then, unsure))
    assert statements.recheck(entry(unsure), now, lambda: then).why == "inconclusive then, found now; contradicted or completed by scan.log"  # fmt: skip


def test_a_pin_that_fails_on_what_was_loaded_then_only_says_that_it_changed(played):
    then, now = events(BELT), events(BELT, EARLY)
    for error in (KeyError("like"), TypeError("no"), ValueError("no")):
        played((now, finding({"affected": 1})), (then, error))
        assert statements.recheck(entry(finding(MANY)), now, lambda: then).status == "changed since"


@pytest.mark.parametrize("value", [ONE, {"disposition": "gone"}, {"like": "PCL-1"}, ["a", "b"], 7])
def test_only_a_count_of_many_is_asked_over_more(played, value):
    then, now = events(BELT), events(BELT, GATE)
    played((now, finding({"else": 1})), (then, finding(value)))
    assert statements.recheck(entry(finding(value)), now, lambda: then).status == "since then"
