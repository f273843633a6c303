"""Erased is erased: of a load all that came from it, of a call its title and contact, of a text every form of it."""

import json

import pytest
from typer.testing import CliRunner

from benchmarks.erasures import erased
from investigator.case import Case
from investigator.cli import app
from investigator.errors import CaseError

LOG = "".join(f"2026-06-17T09:{n:02d}:00Z INFO oven baked LOAF-{100 + n}\n" for n in range(30))


def holds(case, *texts):
    """The files of a case that hold any of these, in whatever encoding, and what the record says of them."""
    wanted = [
        form
        for text in texts
        for form in (text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode())
    ]
    found = [p.name for p in case.path.rglob("*") if p.is_file() and any(w in p.read_bytes() for w in wanted)]
    return found + [
        e.kind for e in case.entries() if any(t in json.dumps(e.content, ensure_ascii=False) for t in texts)
    ]


@pytest.fixture
def bakery(tmp_path):
    case = Case.new(
        "OVEN-1",
        title="Ms Oduya misses her loaves",
        words="where are they",
        contact="Ms Oduya, +44 20 7946 0001",
        root=tmp_path / "cases",
        author="ben",
    )
    (tmp_path / "oven.log").write_text(LOG)
    case.add(tmp_path / "oven.log")
    return case


def test_of_a_load_goes_all_that_came_from_it_and_nothing_else(bakery, tmp_path):
    canary = "burnt7-canary@example.org"
    (tmp_path / "till.log").write_text(f"2026-06-17T09:40:00Z ERROR till refused card of {canary}\n")
    kept = bakery.record.note("the ovens were refused a card of their own, skipped lunch")
    (bakery.path / "inbox").mkdir(exist_ok=True)
    (bakery.path / "inbox" / "till.log").write_bytes((tmp_path / "till.log").read_bytes())
    bakery.add(tmp_path / "till.log")
    bakery.record.pin(bakery.find.first_error())
    bakery.find.search("till")
    bakery.record.note(f"it was {canary}")
    (bakery.path / "notebooks").mkdir(exist_ok=True)
    book = {
        "cells": [
            {"cell_type": "code", "source": ["1"], "outputs": [{"text": f"saw {canary}"}, {"text": "fine"}]}
        ],
        "nbformat": 4,
    }
    (bakery.path / "notebooks" / "a.ipynb").write_text(json.dumps(book))
    (bakery.path / "reports").mkdir(exist_ok=True)
    (bakery.path / "reports" / "draft.html").write_text(f"<p>{canary}</p>")
    (bakery.path / "reports" / "draft.json").write_text("[]")
    files = {n: {"name": f"draft.{n}", "sha256": "0"} for n in ("html", "json")}
    (bakery.path / "reports" / "draft.manifest.json").write_text(json.dumps({"files": files}))
    load = next(e for e in bakery.entries("load") if "till" in json.dumps(e.content))
    bakery.record.erase(load, "a card")
    assert holds(bakery, canary, "till refused") == []
    assert not (bakery.path / "inbox" / "till.log").exists()
    assert list((bakery.path / "reports").iterdir()) == []
    assert "fine" in (bakery.path / "notebooks" / "a.ipynb").read_text()
    assert not bakery.record._record.entry(kept).erased and bakery.title.startswith("Ms Oduya")
    assert len(bakery.entries("load")) == 2 and bakery.find.search("baked").value["count"] == 30
    assert bakery.verify().ok


def test_of_a_call_go_title_and_contact_too(bakery):
    bakery.record.note("called Ms Oduya back", verb="told")
    bakery.record.note("the door is shut")
    bakery.record.erase(bakery.entries("call")[0], "a person")
    assert holds(bakery, "Oduya") == [] and bakery.verify().ok
    assert [e.content["text"] for e in bakery.entries("note") if e.content] == ["the door is shut"]


@pytest.mark.parametrize("text", ["pa<ss>&'wörd", 'semi "quoted" line', "Straße 7, flat B"])
def test_a_text_is_erased_in_every_field_and_form(bakery, tmp_path, text):
    import html

    bakery.record.note(f"they sent {text.upper()}")
    bakery.record.guess("it was the yeast", why=text)
    bakery.record.prose("summary", f"because of {text}")
    (tmp_path / "till.log").write_text(f"2026-06-17T09:41:00Z INFO till says {text}\n")
    bakery.add(tmp_path / "till.log")
    (bakery.path / "reports" / "released").mkdir(parents=True)
    page = bakery.path / "reports" / "released" / "v1.html"
    page.write_text(f"<p>{html.escape(text)}</p>")
    done = CliRunner().invoke(
        app, ["erase", "OVEN-1", "--text", text, "--reason", "a secret", "--cases", str(bakery.path.parent)]
    )
    assert done.exit_code == 0 and "released/v1.html was released and still holds it" in done.output
    assert set(holds(bakery, text, text.upper())) <= {"v1.html"}
    assert html.escape(text) in page.read_text() and len(bakery.entries("load")) == 2
    bakery.record.note(f"again {text}")
    assert bakery.record.erase(text=text, reason="a secret", released=True) == [] and not page.exists()
    assert bakery.find.search("baked").value["count"] == 30 and bakery.verify().ok


def test_while_a_lawyers_hold_stands_nothing_is_erased(bakery):
    note = bakery.record.note("a thing of theirs")
    bakery.record.legal_hold("matter 12 of Ito & Kaya", why="a suit is to be expected")
    for job in (
        lambda: bakery.record.erase(note, "x"),
        lambda: bakery.record.erase(text="thing of theirs", reason="x"),
    ):
        with pytest.raises(CaseError, match="Nothing is erased: matter 12"):
            job()
    bakery.record.legal_hold("", why="settled")
    bakery.record.erase(note, "x")
    assert holds(bakery, "thing of theirs") == []


@pytest.mark.parametrize("seed", [900, 901])
def test_erasures_of_all_kinds_leave_no_canary(tmp_path, seed):
    assert erased(seed, tmp_path, 4) == ([], True)
