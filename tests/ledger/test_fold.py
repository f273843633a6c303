"""State as a fold: what stands, what was taken back, what replaced what."""

from __future__ import annotations

import random

import pytest

from investigator.ledger.fold import fold, latest


@pytest.fixture
def write(ledger):
    def written(text, kind="note", **given):
        content = {"text": text, **({"supersedes": given.pop("supersedes")} if "supersedes" in given else {})}
        return ledger.append(kind, content, author="mira", **given)

    return written


def standing(ledger) -> list[str]:
    return [entry.content["text"] for entry in fold(ledger.entries()).standing]


def test_an_entry_that_was_undone_is_hidden_and_stays(ledger, write):
    first = write("a")
    write("b")
    undo = write("wrong", kind="undo", about=first.id)
    assert standing(ledger) == ["b"]
    assert fold(ledger.entries()).undone == {first.id: undo}
    assert len(ledger) == 3


def test_an_undo_can_be_undone(ledger, write):
    first = write("a")
    undo = write("wrong", kind="undo", about=first.id)
    again = write("not wrong", kind="undo", about=undo.id)
    assert standing(ledger) == ["a"]
    write("wrong after all", kind="undo", about=again.id)
    assert standing(ledger) == []


def test_a_replaced_entry_is_hidden_until_its_successor_is_undone(ledger, write):
    first = write("a")
    second = write("b", supersedes=first.id)
    assert standing(ledger) == ["b"] and fold(ledger.entries()).superseded == {first.id: second}
    write("c", supersedes=[second.id])
    assert standing(ledger) == ["c"]
    write("wrong", kind="undo", about=second.id)
    assert standing(ledger) == ["a", "c"]


def test_an_entry_can_not_undo_or_replace_what_comes_after_it(ledger, write):
    first = write("a")
    write("too early", kind="undo", about=f"{first.replica}-3")
    write("b", supersedes=f"{first.replica}-3")
    assert standing(ledger) == ["a", "b"]


def test_the_latest_about_each_thing(ledger, write):
    write("open", kind="guess", about="g1")
    write("a note", about="g1")
    parked = write("parked", kind="guess", about="g1")
    write("other", kind="guess", about="g2")
    found = {about: entry.content["text"] for about, entry in latest(ledger.entries(), kind="guess").items()}
    assert found == {"g1": "parked", "g2": "other"}
    write("no", kind="undo", about=parked.id)
    assert latest(ledger.entries(), kind="guess")["g1"].content["text"] == "open"
    assert latest(ledger.entries())["g1"].content["text"] == "a note"


def test_the_order_in_which_entries_are_given_does_not_matter(ledger, write):
    entries = [write("a"), write("b")]
    entries.append(write("wrong", kind="undo", about=entries[0].id))
    entries.append(write("c", supersedes=entries[1].id))
    shuffled = entries[:]
    random.Random(7).shuffle(shuffled)
    assert fold(shuffled) == fold(entries)
    assert [entry.content["text"] for entry in fold(shuffled).of("note")] == ["c"]


def test_an_erased_entry_folds_too(ledger, write):
    first = write("a")
    second = write("hunter2", supersedes=first.id)
    ledger.erase(second.id, reason="a password", author="mira")
    assert [entry.id for entry in fold(ledger.entries()).of("note")] == [first.id, second.id]
