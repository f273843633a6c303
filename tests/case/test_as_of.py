"""Two clocks: a case as of a time is what it was then, to the byte, whatever was learned since."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigator.case import Case
from investigator.case.reasoning.turns import turns
from investigator.case.record import mode
from investigator.moment import clock

T0 = datetime(2026, 6, 17, 12, tzinfo=UTC)


def log(path, name, minutes, word="lost"):
    lines = [
        json.dumps(
            {"time": f"2026-06-17T09:{m:02d}:00Z", "level": "error", "service": "indexer"}
            | {"message": f"DOC-{m} {word}"}
        )
        for m in minutes
    ]
    (path / name).write_text("\n".join(lines) + "\nnot json {\n")
    return path / name


def everything(case: Case) -> dict[str, str]:
    """What a page would say of the case, part by part."""
    given = {"told": ("summary",), "turn": (1,)}
    out = {name: getattr(case.brief, name)(*given.get(name, ())).markup for name in case.brief}
    out["recovery"], out["status"] = str(case.recovery()), str(case.status())
    out["rejects"] = case.evidence.rejects().to_csv(index=False)
    out["rows"] = case.events().rows(100)[["time", "source", "body", "origin"]].to_csv(index=False)
    out["trace"] = case.find.trace_entity(entity="DOC-3").answer
    out["window"] = str(case.window)
    out["state"] = repr(case)
    return out


def test_a_case_as_of_a_time_is_to_the_byte_what_it_was(tmp_path, monkeypatch):
    at = iter(T0 + timedelta(minutes=n) for n in range(100))
    with clock.held(next(at)):
        case = Case.new(
            "INC-1", words="lost", deadline="today 18:00", about=["DOC-3"], root=tmp_path, author="ana"
        )
    with clock.held(next(at)):
        case.add(log(tmp_path, "a.jsonl", (1, 2, 3)), author="ana")
        first = case.record.guess("the indexer", expect="errors at 09:01", author="ana")
        case.record.ask("who deployed?", who="jon", minutes=10, author="ana")
        case.record.pin(case.find.trace_entity(entity="DOC-3"), author="ana")
    then = T0 + timedelta(minutes=2)
    monkeypatch.setenv(mode.VARIABLE, "report")
    with clock.held(then):
        told = everything(Case.open(case.path))
    monkeypatch.delenv(mode.VARIABLE)
    for _ in range(3):
        next(at)
    with clock.held(next(at)):
        case.add(log(tmp_path, "b.jsonl", (3, 4, 30), word="found again"), author="jon")
        case.record.judge(first, "ruled out", "it was the queue", author="ana")
        case.record.decide("pause the purge", why="it deletes at 18:00", author="jon")
        case.record.declare(window=("2026-06-17T09:00:00+00:00", "2026-06-17T10:00:00+00:00"), author="jon")
        case.record.pin(case.find.trace_entity(entity="DOC-4"), author="jon")
        case.record.phase("identified", author="ana")
    monkeypatch.setenv(mode.VARIABLE, "report")
    now = everything(Case.open(case.path).as_of(then))
    assert {name: text for name, text in now.items() if told[name] != text} == {}
    assert all("found again" not in text and "the queue" not in text for text in now.values())
    assert now == everything(Case.open(case.path).as_of(then)), "again, the same bytes"


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["note", "guess", "judge", "undo", "decide"]), st.integers(0, 3)),
        max_size=8,
    ),
    looks=st.lists(st.integers(0, 9), min_size=1, max_size=4),
)
def test_what_is_known_only_grows_and_nothing_later_shows(steps, looks):
    with tempfile.TemporaryDirectory() as place:
        kept: list[tuple[datetime, str]] = []
        with clock.held(T0):
            case = Case.new("INC-1", words="lost", root=Path(place), author="ana")
        for minute, (verb, which) in enumerate(steps, 1):
            with clock.held(T0 + timedelta(minutes=minute)):
                guesses = list(case.state.guesses)
                if verb == "judge" and guesses:
                    case.record.judge(guesses[which % len(guesses)], "parked", f"word{minute}", author="jon")
                elif verb == "undo":
                    case.record.undo(case.entries()[which % len(case.entries())], author="jon")
                elif verb in ("note", "guess", "decide"):
                    getattr(case.record, verb)(f"word{minute}", author="ana")
                kept.append((T0 + timedelta(minutes=minute), repr(case.state)))
        for when, state in kept:
            assert repr(case.as_of(when).state) == state
        for minute in sorted(looks):
            then = case.as_of(T0 + timedelta(minutes=minute, seconds=30))
            assert then.entries() == case.entries()[: len(then.entries())]
            later = [f"word{n}" for n in range(minute + 1, len(steps) + 1)]
            assert not any(word in repr(then.state) for word in later)


def test_a_clock_that_goes_backwards_keeps_the_order_in_which_things_were_said(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    first = case.record.note("first", author="ana")
    with clock.held(first.known - timedelta(days=2)):
        second = case.record.note("second, by a clock that was put back", author="ana")
    assert second.known > first.known and [e.id for e in case.entries()][-2:] == [first.id, second.id]
    assert case.verify().ok


@pytest.mark.parametrize("which", ["#99", 99, "DOC-1", "aaaaaaaa-1"])
def test_an_entry_about_what_is_not_there_is_refused_by_name(tmp_path, which):
    from investigator.errors import KitError

    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    for what in (
        lambda: case.record.undo(which),
        lambda: case.record.judge(which, "parked"),
        lambda: case.record.answer(which, "yes"),
    ):
        with pytest.raises(KitError, match="There is no entry"):
            what()
    assert len(case.entries()) == 1


def test_hostile_text_is_shown_literally_and_moves_nothing(tmp_path):
    from investigator.case.record import news

    evil = "<script>alert(1)</script><img src=x onerror=y> $x$ **b** \x1b[31m \u202e {{7*7}}"
    case = Case.new(
        "INC-1", words=evil, title=evil, contact=evil, root=tmp_path, author=evil.replace("\x1b", "")
    )
    ask = case.record.ask(evil, who=evil)
    case.record.answer(ask, evil)
    guess = case.record.guess(evil, expect=evil)
    case.record.judge(guess, "ruled out", evil)
    case.record.decide(evil, why=evil)
    case.record.action(evil, owner=evil, due=evil)
    case.record.prose("summary", evil)
    parts = [getattr(case.brief, name)() for name in case.brief if name not in ("told", "turn")]
    parts += [case.brief.told("summary"), case.recovery(), case.status(), case.watch()]
    parts += [case.brief.turn(n) for n in range(1, len(turns(case.snapshot())) + 1)]
    for part in parts:
        page = part._repr_html_()
        assert "<script>alert" not in page and "<img" not in page, part
    assert "\x1b" not in "\n".join(news.last(case.entries(), case.zone, case.now))


def test_a_pasted_secret_is_masked_before_it_is_kept(tmp_path):
    case = Case.new("INC-1", words="our password: hunter2!x is wrong", root=tmp_path, author="ana")
    case.record.guess("token=abc123def456 was used", expect="Authorization: Bearer abcdefghijklmnop1234")
    case.record.decide("rotate AKIAABCDEFGHIJKLMNOP", why="postgresql://ana:s3cr3t@db/x")
    case.evidence.record.close()
    raw = (case.path / "case.db").read_bytes()
    for secret in (b"hunter2", b"abc123def456", b"abcdefghijklmnop1234", b"AKIAABCDEFGHIJKLMNOP", b"s3cr3t"):
        assert secret not in raw


def test_moments_with_the_same_evidence_share_what_was_asked_of_it(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    row = '{{"time": "2026-06-17T10:{:02d}:00Z", "level": "ERROR", "service": "a", "message": "boom {}"}}\n'
    notes = []
    for number in (1, 2):
        (tmp_path / f"{number}.jsonl").write_text("".join(row.format(n, number) for n in range(4)))
        case.add(tmp_path / f"{number}.jsonl")
        notes += [case.record.note(f"after load {number}, {n}") for n in range(2)]
    early, later, other, _ = (case.as_of(note.known) for note in notes)
    first = early.find.first_error()
    assert later.events().memo is early.events().memo
    assert later.find.first_error().over == first.over
    assert other.events().memo is not early.events().memo and other.events().count() == 8
    assert case.events().memo is not other.events().memo  # a check says through which load it looked
    assert early.events().of is early.evidence and later.events().of is later.evidence
    assert early.events().where(severity="error").of is early.evidence
    case.record.declare(kinds={"job": "JOB-[0-9]+"})
    case.evidence.index()
    assert case.as_of(notes[0].known).events().memo is not early.evidence._opened[1].memo
