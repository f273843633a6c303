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


#: What each kind must have, and what it may have: records of today are read for years, so that a name may come, and none go.
WRITTEN = {
    "call": ("text", "words title contact customer zone about deadline channel reference harm"),
    "declare": ("text", "kinds about window onset zone title settings formats zones years orders days taken apart no_names lifecycle contacts profile"),
    "note": ("text", "attachments verb who due batch"),
    "ask": ("text", "who minutes due state answer"),
    "status": ("text", "audience know doing need corrections next struck promised cites plans fared"),
    "guess": ("text", "expect state sure rivals for against not_looked_at who side held untested"),
    "prediction": ("text", "check likely minutes outcome finding verdict"),
    "decision": ("text", "options question value review_at who due"),
    "draft": ("text", "sentence audience cites problems promised"),
    "approval": ("text", "values"),
    "plan": ("text", "name steps buffer state done who"),
    "recovery": ("text state", "items first like healthy before ids source by missing details"),
    "anyway": ("text", "gate released"),
    "pin": ("text finding", "sentence check title caption view"),
    "claim": ("text", "values checks reported section sentence"),
    "phase": ("text", "status"),
    "action": ("text", "owner due state done link check"),
    "prose": ("section text", "audience"),
    "load": ("text load", "path sources units evidence seconds continues fetched again given stepped_back"),
    "check": ("text check", "finding code verdict sources shown seconds rows failed"),
    "scratch": ("text", "code seconds failed"),
    "report": ("text", "template path sha256 manifest audience released parameters seconds failed head"),
    "undo": ("", "why"),
    "erase": ("text", "evidence"),
}  # fmt: skip


def test_the_fields_of_each_kind_are_those_that_records_hold():
    assert {
        name: (" ".join(kind.required), " ".join(kind.optional)) for name, kind in KINDS.items()
    } == WRITTEN
    assert kinds.EVERYWHERE == ("text", "why", "supersedes", "origins", "entities", "notebook", "cell")
