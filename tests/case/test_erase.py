"""Erased is erased: of a load all that came from it, of a call its title and contact, of a text every form of it."""

import base64
import gzip
import html
import io
import json
import os
import sqlite3
import zipfile
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from benchmarks.erasures import erased
from investigator.case import Case
from investigator.case.evidence import erase, holding
from investigator.cli import app
from investigator.errors import CaseError, LedgerError, ParameterError
from investigator.events.store import Manifest, Segment, Units

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


# -- which files hold a text -----------------------------------------------------------------------------------

TEXT = "Flat 7, O'Hara & Söhne"


def zipped(text, name="a/doc.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/first.txt", "nothing of it")
        packed.writestr(name, text)
    return out.getvalue()


def packed(data, times):
    for _ in range(times):
        data = gzip.compress(data)
    return data


HOLDS = {
    "as it stands": f"x {TEXT} y".encode(),
    "in capitals": TEXT.upper().encode(),
    "over two lines": TEXT.replace(", ", ",\n   ").encode(),
    "on a page": html.escape(TEXT).encode(),
    "on a page, its quotes kept": html.escape(TEXT, quote=False).encode(),
    "in JSON": json.dumps(TEXT).encode(),
    "in JSON of signs": json.dumps(TEXT, ensure_ascii=False).encode(),
    "in JSON of a page": json.dumps(html.escape(TEXT)).encode(),
    "in an address": b"q=Flat%207%2C%20O%27Hara%20%26%20S%C3%B6hne",
    "in an address with its slashes": b"/Flat%207%2C%20O%27Hara%20%26%20S%C3%B6hne/",
    "packed": gzip.compress(TEXT.encode()),
    "packed in a page": b"var x='" + base64.b64encode(gzip.compress(TEXT.encode() + b"." * 90)) + b"'",
    "in a code page": b"caf\xe9 " + TEXT.encode("cp1252"),
    "in UTF-16": TEXT.encode("utf-16"),
    "in UTF-16, the other way": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "in an archive": zipped(TEXT),
    "in an archive's page": zipped(html.escape(TEXT)),
    "in the name of an archive's member": zipped("x", f"a/{TEXT}.txt"),
    "in an archive in an archive": zipped(zipped(TEXT)),
    "packed in a code page": gzip.compress(b"caf\xe9 " + TEXT.encode("cp1252")),
    "packed three times": packed(TEXT.encode(), 3),
    "in an archive behind its own unpacker": b"#!/bin/sh\nexec unzip $0\n" + zipped(TEXT),
    **{
        f"packed in a page without its last signs, {n}": b"'"
        + base64.b64encode(gzip.compress((TEXT + "." * 9 + "x" * n).encode(), mtime=0)).rstrip(b"=")
        + b"'"
        for n in range(3)
    },
    "in half of an archive": zipped(TEXT, "a/0.txt") + b"more",
}
HOLDS_NOT = {
    "another text": b"Flat 8, O'Hara & Soehne",
    "a part of it": TEXT[:-1].encode(),
    "a damaged pack": gzip.compress(TEXT.encode())[:20],
    "a damaged archive": zipped(TEXT)[:60],
    "what only looks packed": b"H4sI" + b"A" * 60,
    "an archive of something else": zipped("nothing"),
    "packed deeper than anybody does": packed(TEXT.encode(), 4),
}


@pytest.mark.parametrize("form", [*HOLDS, *HOLDS_NOT])
def test_a_file_holds_a_text_in_whatever_form_it_is_written(form):
    data = HOLDS.get(form) or HOLDS_NOT[form]
    assert holding.holds(data, holding.forms(TEXT)) is (form in HOLDS)
    assert holding.holds(data, iter(["Nowhere", *holding.forms(TEXT)])) is (form in HOLDS)


def test_a_text_has_each_of_its_forms_once():
    assert holding.forms("A b") == {"a b", "a%20b"}
    assert holding.forms("a/é  <") == {
        "a/é  <", "a/é  &lt;", "a/%c3%a9%20%20%3c", "a%2f%c3%a9%20%20%3c", "a/\\u00e9  <", "a/\\u00e9  &lt;",
        "a/é <", "a/é &lt;", "a/%c3%a9%20%3c", "a%2f%c3%a9%20%3c", "a/\\u00e9 <", "a/\\u00e9 &lt;",
    }  # fmt: skip


def test_the_files_of_a_case_are_those_that_no_room_erases_itself(tmp_path):
    wanted = ["inbox/a.log", "notes/case.db/x.txt", "reports/v1/page.html", "trail.txt", "x/evidence/y"]
    for name in [*wanted, "case.db", "case.db-wal", "case.db-shm", "evidence/ab/cd", "events/manifest.json"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "trail.txt")
    assert [p.relative_to(tmp_path).as_posix() for p in holding.files(tmp_path)] == sorted(wanted)


def book(*cells, **more):
    return json.dumps({"cells": list(cells), "nbformat": 4, **more})


def test_of_a_notebook_goes_what_a_cell_says_and_shows_and_the_rest_stays(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(
        book(
            {
                "cell_type": "code",
                "source": ["find('O'", " 'Hara')\n", 'note("Fla', "t 7, O'Hara & Söhne\")"],
            },
            {"cell_type": "markdown", "source": TEXT, "attachments": {"a.png": {}}},
            {"cell_type": "code", "source": "1", "outputs": [{"text": TEXT}, {"text": "fine"}]},
            {"cell_type": "code", "source": ["2"], "outputs": []},
        )
    )
    cells = json.loads(holding.without(path, holding.forms(TEXT)))["cells"]
    assert [cell["source"] for cell in cells] == ["# erased", "(erased)", "1", ["2"]]
    assert [cell.get("outputs") for cell in cells] == [None, None, [{"text": "fine"}], []]
    assert all("attachments" not in cell for cell in cells)


@pytest.mark.parametrize(
    "text", ["no JSON", "[1]", "{}", "null", book({"source": "x"}, metadata={"title": TEXT})]
)
def test_what_is_no_notebook_or_holds_it_elsewhere_can_not_be_kept_in_part(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    assert holding.without(path, holding.forms(TEXT)) is None


# -- what goes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 10, (1 << 20) + 7])
def test_a_file_is_written_over_before_it_goes(tmp_path, size):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"x" * size)
    path.chmod(0o400)
    os.link(path, other)
    erase.destroy(path)
    assert not path.exists() and other.read_bytes() == bytes(size)
    assert other.stat().st_mode & 0o777 == 0o600
    erase.destroy(path)  # what is not there is no error


def test_a_page_that_lost_a_file_goes_whole_and_others_stay(tmp_path):
    for name, files in {"a": ["a.html", "a.json"], "b": ["b.html", "../b.json"]}.items():
        (tmp_path / f"{name}.manifest.json").write_text(
            json.dumps({"files": {str(n): {"name": file} for n, file in enumerate(files)}})
        )
        (tmp_path / f"{name}.html").write_text("x")
    (tmp_path / "b.json").write_text("x")
    for name, text in {"c": "no JSON", "d": "[]", "e": '{"files": [1]}', "f": '{"files": {"x": {}}}'}.items():
        (tmp_path / f"{name}.manifest.json").write_text(text)
    erase._whole(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["b.html", "b.json", "b.manifest.json", *(f"{one}.manifest.json" for one in "cdef")]


def test_words_that_nobody_says_by_chance_are_those_with_a_digit_or_a_joint():
    text = "LOAF-101 at 09:41:00 on 2026-06-17T09:41 by ben@oven.example in /var/oven or ovens; A1 12345678 tray_7 Straße9 x@y"
    assert erase._tokens(text) == {"LOAF-101", "ben@oven.example", "var/oven", "tray_7", "Straße9"}


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("note", {"text": "the tray was bare", "why": "seen it"}, ["the tray was bare"]),
        ("note", {"text": " eight by", "who": ["a person of theirs"]}, ["eight by"]),
        ("pin", {"sentence": "12 loaves are bare", "code": "find.loaves()"}, ["12 loaves are bare", "find.loaves()"]),
        ("guess", {"text": "the yeast", "why": "the yeast"}, ["the yeast"]),
        ("phase", {"why": "all of it is settled"}, []),
        ("declare", {"why": "all of it is settled"}, []),
        ("load", {"text": "all of it is settled"}, []),
        ("note", None, []),
        ("call", {"title": "Loaf", "words": "Bar", "contact": "Ms Ito <ito@x.example>, Tokyo"}, ["Loaf", "Ms Ito <ito@x.example>, Tokyo", "Ms Ito"]),
        ("call", {"title": "Loaves", "contact": None}, ["Loaves"]),
    ],
)  # fmt: skip
def test_an_entry_is_quoted_by_words_long_enough_to_be_its_own(kind, content, words):
    assert erase._quotable(SimpleNamespace(kind=kind, content=content)) == words


def test_a_case_that_can_only_be_read_loses_nothing(bakery, tmp_path):
    load, before = bakery.entries("load")[0], bakery.as_of("2026-06-18T00:00:00Z")
    held = sorted((p, p.read_bytes()) for p in (bakery.path / "evidence").iterdir())
    for job in (
        lambda: before.record.erase(load, "x"),
        lambda: before.record.erase(text="LOAF-101", reason="x"),
    ):
        with pytest.raises(CaseError):
            job()
    assert sorted((p, p.read_bytes()) for p in (bakery.path / "evidence").iterdir()) == held
    assert bakery.find.search("baked").value["count"] == 30


def piece(source, evidence, load, **more):
    return Segment(source, evidence, f"sha-{evidence}", load, "csv_table", "record", 1, Units(1, 1), **more)


#: What was loaded, which load goes, and which segments go with it, by source, evidence and load.
GOING = [
    ("a load of its own", [piece("a", "e1", 1), piece("b", "e2", 2)], 2, ["b e2 2"]),
    ("read again by a later one", [piece("a", "e1", 1), piece("a", "e1", 2, supersedes=1)], 1, ["a e1 1", "a e1 2"]),
    ("the later reading goes", [piece("a", "e1", 1), piece("a", "e1", 2, supersedes=1)], 2, ["a e1 1", "a e1 2"]),
    ("another file of that name", [piece("a", "e1", 1), piece("a", "e2", 2)], 2, ["a e2 2"]),
    ("the older version of a thread, left in part", [piece("old", "e1", 1), piece("old", "e1", 2, supersedes=1, told_in="new"), piece("new", "e2", 2)], 2, ["old e1 2", "new e2 2"]),
    ("the older version itself", [piece("old", "e1", 1), piece("old", "e1", 2, supersedes=1, told_in="new"), piece("new", "e2", 2)], 1, ["old e1 1", "old e1 2"]),
    ("what an earlier load left of it stays", [piece("a", "e1", 1), piece("a", "e1", 2, supersedes=1, told_in="a"), piece("a", "e2", 2), piece("a", "e2", 3, supersedes=2, told_in="a"), piece("a", "e3", 3)], 3, ["a e2 3", "a e3 3"]),
    ("what a later load left of it goes", [piece("a", "e1", 1), piece("a", "e1", 3, supersedes=1, told_in="a"), piece("a", "e2", 2)], 2, ["a e1 3", "a e2 2"]),
    ("what is told in a third", [piece("old", "e1", 2, supersedes=1, told_in="other"), piece("new", "e2", 2)], 2, ["new e2 2"]),
    ("a thread's older version, never read again", [piece("old", "e1", 2, told_in="new"), piece("new", "e2", 2)], 2, ["old e1 2", "new e2 2"]),
]  # fmt: skip


@pytest.mark.parametrize("row", GOING, ids=[row[0] for row in GOING])
def test_with_a_load_go_the_readings_of_its_evidence(row):
    _, segments, load, going = row
    store = SimpleNamespace(manifest=lambda: Manifest(tuple(segments)))
    gone, kept = erase._segments(SimpleNamespace(store=store), load)
    assert [f"{s.source} {s.evidence} {s.load}" for s in gone] == going
    assert {(s.source, s.evidence, s.load) for s in kept} == {(s.source, s.evidence, s.load) for s in segments} - {(s.source, s.evidence, s.load) for s in gone}  # fmt: skip


def test_a_reading_of_which_one_between_went_takes_the_place_of_the_one_before(bakery):
    segments = [piece("a", "e1", 1), piece("a", "e1", 3, supersedes=2), piece("b", "e2", 3)]
    before = piece("a", "e1", 2, supersedes=1, told_in="c")
    store = SimpleNamespace(manifest=lambda: Manifest((*segments, before, piece("c", "e3", 2))))
    gone, kept = erase._segments(SimpleNamespace(store=store), 2)
    assert [(s.source, s.load) for s in gone] == [("a", 2), ("c", 2)]
    assert [(s.load, s.supersedes) for s in kept] == [(1, None), (3, 1), (3, None)]


def test_what_nobody_said_or_everybody_says_is_not_erased(bakery):
    for text, error in (("abc", ParameterError), (" ab  ", ParameterError), ("nobody said this", CaseError)):
        with pytest.raises(error):
            bakery.record.erase(text=text, reason="x")
    number = bakery.record.note("loaf of 4711")
    bakery.record.erase(text="4711", reason="it said loaf of 4711")
    (erased_,) = bakery.entries("erase")
    assert erased_.content["text"] == "a text was erased" and bakery.record._record.entry(number).erased


def test_a_copy_in_another_encoding_and_a_file_named_after_it_go_too(bakery):
    bakery.record.note("tray 77 of Söhne")
    (bakery.path / "inbox").mkdir(exist_ok=True)
    (bakery.path / "inbox" / "wide.txt").write_text("tray 77 of Söhne", encoding="utf-16")
    (bakery.path / "inbox" / "tray 77 of Söhne.txt").write_text("empty")
    (bakery.path / "inbox" / "other.txt").write_text("tray 78")
    (bakery.path / "reports").mkdir(exist_ok=True)
    (bakery.path / "reports" / "receipt-1.txt").write_text("tray 77 of Söhne")
    assert bakery.record.erase(text="tray 77 of Söhne", reason="x") == ["receipt-1.txt"]
    assert [p.name for p in (bakery.path / "inbox").iterdir()] == ["other.txt"]
    assert bakery.record.erase(text="tray 77 of Söhne", reason="x", released=True) == []
    assert not list((bakery.path / "reports").glob("receipt*"))


@pytest.mark.parametrize(
    ("content", "author", "said"),
    [
        ({"text": "flat 7 b"}, "ana", True),
        ({"text": "flat 8"}, "flat 7 b", True),
        ({"text": "see flat\n  7 b"}, "ana", True),
        ({"who": ["x", {"at": "FLAT 7 B"}]}, "ana", True),
        ({"flat 7 b": 1}, "ana", True),
        ({"text": "flat 7", "why": "b"}, "ana", False),
        (None, "flat 7 b", False),
    ],
)
def test_an_entry_says_a_text_in_any_field_over_lines_and_as_its_author(content, author, said):
    entry = SimpleNamespace(kind="note", content=content, author=author)
    assert erase._said(entry, holding.forms("flat 7 b")) is said


def test_of_a_load_go_its_rejects_its_pointer_and_what_quotes_its_messages(bakery, tmp_path):
    bakery.record.note("they cried 'no flour is left at all' before")
    (tmp_path / "till.log").write_text(
        "2026-06-17T09:40:00Z ERROR till drawer is stuck since dawn\n\x00\x01 no line of it\n2026-06-17T09:41:00Z INFO till ok\n"
        "2026-06-17T09:42:00Z ERROR till no flour is left at all\n"
    )
    bakery.add(tmp_path / "till.log", keep="pointer")
    (tmp_path / "in.jsonl").write_text(
        '{"log":"a","stream":"stdout","time":"2026-06-17T09:40:00Z"}\n{"broken\n'
    )
    bakery.add(tmp_path / "in.jsonl", format="docker_json")
    bakery.record.note("it says 'till drawer is stuck since dawn', whatever that is")
    bakery.record.note("the ovens say 'drawers are all shut now'")
    rejects = bakery.path / "events" / "rejects"
    assert len(list(rejects.iterdir())) > 0
    for load in bakery.entries("load")[1:]:
        bakery.record.erase(load, "not ours")
    assert [e.content["text"] for e in bakery.entries("note") if e.content] == [
        "they cried 'no flour is left at all' before",
        "the ovens say 'drawers are all shut now'",
    ]
    assert list((bakery.path / "evidence").glob("*.pointer.json")) == [] and bakery.verify().ok
    assert len(list((bakery.path / "evidence").iterdir())) == 1
    assert list(rejects.iterdir()) == []
    assert (tmp_path / "till.log").exists()  # where it was pointed to is not the case's


def test_a_load_in_an_alphabet_of_its_own_goes_with_the_text_that_it_holds(bakery, tmp_path):
    lines = "".join(
        f"2026-06-17T09:{n}:00Z INFO касса чек {n} принят без ошибок от покупателя\n" for n in range(10, 40)
    )
    (tmp_path / "till.log").write_bytes(
        (lines + "2026-06-17T09:45:00Z INFO касса квартира Иванова\n").encode("koi8-r")
    )
    bakery.add(tmp_path / "till.log")
    assert bakery.find.search("Иванова").value["count"] == 1
    assert bakery.record.erase(text="квартира Иванова", reason="x") == []
    assert [s.source for s in bakery.evidence.manifest().segments] == ["oven.log"] and bakery.verify().ok


def test_a_copy_of_what_was_loaded_goes_also_where_nobody_would_know_it_by_its_words(bakery, tmp_path):
    (tmp_path / "bell.log").write_text("2026-06-17T09:40:00Z INFO bell rang\n")
    bakery.add(tmp_path / "bell.log")
    (bakery.path / "inbox").mkdir(exist_ok=True)
    for name, text in (("copy.log", (tmp_path / "bell.log").read_text()), ("other.log", "bell rang\n")):
        (bakery.path / "inbox" / name).write_text(text)
    (segment,) = [s for s in bakery.evidence.manifest().segments if s.source == "bell.log"]
    (bakery.path / "inbox" / "oven2.log").write_text(LOG)
    bakery.record.erase(bakery.entries("load")[1], "not ours")
    assert sorted(p.name for p in (bakery.path / "inbox").iterdir()) == ["other.log", "oven2.log"]
    assert [e.content["evidence"] for e in bakery.entries("erase") if e.content.get("evidence")] == [[segment.sha256[:12]]]  # fmt: skip


def test_a_load_that_another_one_names_stays(bakery, tmp_path):
    (tmp_path / "till.log").write_text("2026-06-17T09:40:00Z INFO till sent to belt-7.log\n")
    (tmp_path / "belt-7.log").write_text("2026-06-17T09:41:00Z INFO belt ran\n")
    for name in ("till.log", "belt-7.log"):
        bakery.add(tmp_path / name)
    bakery.record.erase(bakery.entries("load")[1], "not ours")
    assert [s.source for s in bakery.evidence.manifest().segments] == ["oven.log", "belt-7.log"]
    assert [bool(e.content) for e in bakery.entries("load")] == [True, False, True] and bakery.verify().ok


def test_the_texts_of_what_is_held_are_found_however_deep_they_lie():
    assert list(erase._texts({"a": ["x", {"b": ["y", 1]}], "c": None})) == ["a", "x", "b", "y", "c"]
    assert list(erase._plain([b"caf\xc3\xa9", {"k": ("v", 1)}, ["w"], b"\xff", 7])) == [
        "café",
        "v",
        "w",
        "\ufffd",
    ]


def test_the_entry_that_says_what_went_stays_and_its_reason_does_not_say_it_again(bakery, tmp_path):
    (tmp_path / "till.log").write_text("2026-06-17T09:40:00Z INFO till tray-7711 burnt\n")
    for reason in ("not ours", "tray-7711 was in it"):
        bakery.add(tmp_path / "till.log")
        bakery.record.note("where is tray-7711")
        bakery.record.erase(bakery.entries("load")[-1], reason)
    said = [(e.content["text"], len(e.content.get("evidence", ()))) for e in bakery.entries("erase")]
    loads = [one for one in said if one[1]]
    assert loads == [("not ours", 1), ("a text was erased", 1)]
    assert all("7711" not in text for text, _ in said) and bakery.verify().ok


def test_what_was_erased_is_said_as_erased_and_by_which_entry(tmp_path):
    case = Case.new("OVEN-7", title="cold", root=tmp_path / "cases", author="ben")
    (tmp_path / "oven.log").write_text("2026-06-17T09:00:00Z INFO oven baked LOAF-1\n")
    case.add(tmp_path / "oven.log")
    case.record.note("the baker's name is Quillfeather")
    load, note = case.entries("load")[-1], case.entries("note")[-1]
    assert not any("Erased" in line for line in case.verify().checked)
    case.record.erase(text="Quillfeather", reason="asked to")
    case.record.erase(load, "the wrong oven")
    told = case.verify()
    first, second = case.entries("erase")
    assert told.ok
    assert (
        f"Erased: #{load.number} (load) by #{second.number}, #{note.number} (note) by #{first.number}."
        in told.checked
    )
    assert "0 files of evidence were looked at by their hash." in told.checked and "0 loads: " in str(told)
    said = case.brief.news().text.splitlines()
    assert [
        line.split(", ", 1)[1] for line in said if line.startswith((f"#{note.number} ", f"#{load.number} "))
    ] == [
        "load: (erased)",
        "note: (erased)",
    ]


def test_the_index_of_what_went_goes_and_one_of_the_rest_takes_its_place(bakery, tmp_path):
    (tmp_path / "till.log").write_text("2026-06-17T09:40:00Z ERROR till lost TRAY-7731\n" * 3)
    bakery.add(tmp_path / "till.log")
    store = bakery.evidence.store
    before = set(store.manifest().entities.files)
    assert before
    bakery.record.erase(bakery.entries("load")[1], "not ours")
    left = {path.name for path in (bakery.path / "events" / "entities").iterdir()}
    assert not before & left and left == set(store.manifest().entities.files)
    assert bakery.find.search("TRAY-7731").value["count"] == 0


def test_of_what_was_only_pointed_to_one_row_that_holds_the_text_is_enough(bakery, tmp_path):
    (tmp_path / "till.log").write_text(
        "2026-06-17T09:40:00Z INFO till opened\n2026-06-17T09:41:00Z ERROR till refused Ms Zsuzsa\n"
    )
    bakery.add(tmp_path / "till.log", keep="pointer")
    (tmp_path / "till.log").unlink()
    result = CliRunner().invoke(
        app, ["erase", str(bakery.path), "--text", "Ms Zsuzsa", "--reason", "asked for"]
    )
    assert result.exit_code == 0, result.output
    assert holds(Case.open(bakery.path), "till opened", "Ms Zsuzsa") == []


def test_an_erasure_that_could_not_end_leaves_only_bytes_and_the_same_again_takes_them(bakery):
    words = "the miller owes the baker forty sacks of rye and one of oats"
    note, quote = bakery.record.note(words), bakery.record.note(f"as ben said: {words}")
    (bakery.path / "notebooks").mkdir(exist_ok=True)
    (bakery.path / "notebooks" / "mine.txt").write_text(words)
    with sqlite3.connect(bakery.path / "case.db") as reader:  # a kernel that reads an older state
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        with pytest.raises(LedgerError, match=r"is erased, but its bytes are still on disk.*erase the same"):
            bakery.record.erase(note.number, "a debt")
        assert set(holds(bakery, "forty sacks of rye")) == {"case.db-wal"}
        assert bakery.record._record.entry(quote.id).content is None
        reader.rollback()
    reader.close()
    bakery.record.erase(note.number, "a debt")
    assert holds(bakery, "forty sacks of rye") == [] and bakery.verify()


def test_an_erasure_that_stops_in_the_middle_finds_all_that_is_left_when_it_is_said_again(
    bakery, monkeypatch
):
    words = "the miller owes the baker forty sacks of rye and one of oats"
    note = bakery.record.note(words)
    bakery.record.note(f"as ben said: {words}")
    (bakery.path / "notebooks").mkdir(exist_ok=True)
    (bakery.path / "notebooks" / "mine.txt").write_text(words)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(erase, "destroy", full)
        with pytest.raises(OSError, match="No space"):
            bakery.record.erase(note.number, "a debt")
    assert holds(bakery, "forty sacks of rye")
    bakery.record.erase(note.number, "a debt")
    assert holds(bakery, "forty sacks of rye") == [] and bakery.verify()


def test_bytes_that_may_still_lie_on_a_full_disk_are_said_and_no_word_that_nothing_was_written(
    bakery, monkeypatch
):
    note = bakery.record.note("the miller owes the baker forty sacks of rye")

    def full(_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("investigator.ledger.sqlite.scrub", full)
    with pytest.raises(
        LedgerError, match=r"is erased, but its bytes may still be on disk.*can't take more"
    ) as said:
        bakery.record.erase(note.number, "a debt")
    assert "Nothing was written" not in str(said.value)
