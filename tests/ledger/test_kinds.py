"""Kinds of entries: each says what it is for, and refuses what it doesn't know."""

from __future__ import annotations

import pytest

from investigator.errors import LedgerError
from investigator.ledger import KINDS, kinds
from investigator.ledger.kinds import check


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_says_what_it_is_and_takes_its_own_fields(name):
    kind = kinds.KINDS[name]
    assert kind.name == name
    assert kind.says.endswith(".") and kind.says[0].isupper()
    check(kind.name, dict.fromkeys(kind.fields, "x"), "1f0c2d3e-1")


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.required])
def test_a_kind_misses_what_it_must_have(name):
    kind = kinds.KINDS[name]
    for missing in kind.required:
        with pytest.raises(LedgerError, match=f"A {kind.name} needs '{missing}'"):
            check(kind.name, {name: "x" for name in kind.fields if name != missing}, "1f0c2d3e-1")


def test_an_unknown_kind_names_those_there_are():
    with pytest.raises(LedgerError, match=r"no kind of entry named 'desicion'.*There are: call.*'decision'"):
        check("desicion", {"text": "x"}, None)
    with pytest.raises(LedgerError, match=r"named 'zzz'.*add a line to investigator/ledger/kinds\.py"):
        check("zzz", {"text": "x"}, None)


def test_an_undo_says_of_what():
    with pytest.raises(LedgerError, match="must say which entry it is about"):
        check("undo", {}, None)


def test_a_guess_needs_its_words_and_nothing_else():
    check("guess", {"text": "the purge"}, None)
