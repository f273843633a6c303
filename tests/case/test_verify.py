"""What was changed under a case is found and named, from the record on: a catalogue of edits, each with its sentence."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from investigator.case import Case
from investigator.case.evidence import loads
from investigator.case.evidence.bundle import unbundle
from investigator.errors import CaseError
from investigator.events.content import contents
from investigator.events.store import Staging, Store, file_seal

LINES = [
    f'{{"time":"2026-06-17T07:14:0{n}Z","level":"INFO","message":"parcel PCL-{n} left the belt","belt":"B{n}"}}\n'
    for n in range(8)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    (place / "belt.jsonl").write_text("".join(LINES))
    (place / "gate.log").write_text(
        "2026-06-17 07:15:00Z ERROR gate 4 shut\n2026-06-17 07:16:00Z INFO gate 4 open\n"
    )
    case = Case.new("INC-1", words="parcels are gone", about=["PCL-3"], root=place / "cases", author="ana")
    case.add(place / "belt.jsonl", author="ana")
    case.add(place / "gate.log", author="ana", keep="pointer")
    assert case.verify().ok, str(case.verify())
    case.evidence.forget()
    return place


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made / "cases" / "INC-1", tmp_path / "INC-1")
    return tmp_path / "INC-1"


def file_of(folder, source):
    segment = next(s for s in Store(folder / "events").manifest().segments if s.source == source)
    return folder / "events" / "segments" / segment.files[0]


def rewritten(path, change):
    table = pq.read_table(path)
    pq.write_table(change(table), path, compression="lz4", store_schema=False)


def column(table, name, change):
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(place), change(table[name]))


def manifest(folder, change):
    path = folder / "events" / "manifest.json"
    held = json.loads(path.read_text())
    change(held)
    path.write_text(json.dumps(held))


def rows(change):
    return lambda folder: rewritten(file_of(folder, "belt.jsonl"), change)


def text(old, new):
    return rows(lambda t: column(t, "body", lambda c: pc.replace_substring(c.cast(pa.string()), old, new)))


def later(name):
    return rows(
        lambda t: column(t, name, lambda c: pc.add(c.cast(pa.int64()), 60_000_000).cast(pa.timestamp("us")))
    )


def evidence_of(folder):
    return next(p for p in (folder / "evidence").iterdir() if len(p.name) == 64)


def overwritten(path, data):
    path.chmod(0o600)
    path.write_bytes(data)


def pointer(folder, **said):
    path = next((folder / "evidence").glob("*.pointer.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), **said}))


def database(*statements):
    def change(folder):
        with sqlite3.connect(folder / "case.db") as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return change


def everything_gone(folder):
    shutil.rmtree(folder / "events")
    shutil.rmtree(folder / "evidence")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def half(folder):
    held = Store(folder / "events").manifest().entities
    rewritten(folder / "events" / "entities" / held.file, lambda t: t.slice(0, len(t) // 2))


def other_file(folder):
    target = folder.parent / "other.log"
    target.write_text("2026-06-17 07:15:00Z INFO nothing happened at all, everything was well here\n" * 3)
    pointer(folder, path=str(target), size=target.stat().st_size, modified_ns=target.stat().st_mtime_ns)


EDITS = {
    "a byte of evidence": (lambda f: overwritten(evidence_of(f), b"".join(map(str.encode, LINES)).replace(b"PCL-3", b"PCL-9")), "belt.jsonl) was changed"),
    "evidence gone": (lambda f: evidence_of(f).unlink(), "belt.jsonl) is missing"),
    "evidence emptied": (lambda f: overwritten(evidence_of(f), b""), "belt.jsonl) was changed"),
    "the text of an event": (text("left", "hit"), "Events of belt.jsonl were changed"),
    "the text of one event": (text("PCL-3", "PCL-4"), "Events of belt.jsonl were changed"),
    "the time of events": (later("time"), "Events of belt.jsonl were changed"),
    "the earliest time": (later("time_low"), "Events of belt.jsonl were changed"),
    "the severity": (rows(lambda t: column(t, "severity_number", lambda c: pc.add(c, 1).cast(pa.int8()))), "Events of belt.jsonl were changed"),
    "the line number": (rows(lambda t: column(t, "unit", lambda c: pc.add(c, 1))), "Events of belt.jsonl were changed"),
    "an attribute's column": (rows(lambda t: column(t, "attr_belt", lambda c: pa.array(["B9"] * len(c), pa.string()).cast(t.schema.field("attr_belt").type))), "Events of belt.jsonl were changed"),
    "an attribute gone": (rows(lambda t: t.drop_columns(["attr_belt"])), "Events of belt.jsonl were changed"),
    "one event twice, one gone": (rows(lambda t: t.take([0, 0, *range(2, len(t))])), "Events of belt.jsonl were changed"),
    "an event gone": (rows(lambda t: t.slice(1)), "belt.jsonl has 7 events on disk"),
    "an event more": (rows(lambda t: pa.concat_tables([t, t.slice(0, 1)])), "belt.jsonl has 9 events on disk"),
    "an event said of another source": (rows(lambda t: column(t, "source", lambda c: pa.array(["foreign"] * len(c), pa.string()).cast(t.schema.field("source").type))), "of foreign"),
    "a segment gone": (lambda f: file_of(f, "belt.jsonl").unlink(), "can't be read"),
    "a segment cut": (lambda f: cut(file_of(f, "belt.jsonl")), "can't be read"),
    "one source's events for another's": (lambda f: shutil.copyfile(file_of(f, "gate.log"), file_of(f, "belt.jsonl")), "belt.jsonl has 0 events on disk"),
    "the list gone": (lambda f: (f / "events" / "manifest.json").unlink(), "Load #3 by ana (belt.jsonl) is in the record"),
    "the list cut": (lambda f: cut(f / "events" / "manifest.json"), "The list of what was loaded can't be read"),
    "a load out of the list": (lambda f: manifest(f, lambda m: m["segments"].pop(0)), "(belt.jsonl) is in the record"),
    "the list and the number": (lambda f: (manifest(f, lambda m: m["segments"][0].update(rows=7)), rewritten(file_of(f, "belt.jsonl"), lambda t: t.slice(1))), "belt.jsonl has 7 events on disk, 7 in the list of what was loaded, and 8 in the record"),
    "the law of a load": (lambda f: manifest(f, lambda m: m["segments"][0]["units"].update(total=9, rejected=1)), "in the record"),
    "another format": (lambda f: manifest(f, lambda m: m["segments"][0].update(format="text")), "another format"),
    "a path out of the folder": (lambda f: manifest(f, lambda m: m["segments"][0].update(files=["../../case.db"])), "no file of this folder"),
    "all of it": (everything_gone, "Load #3 by ana (belt.jsonl) is in the record"),
    "only events": (lambda f: shutil.rmtree(f / "events"), "(gate.log) is in the record"),
    "the index halved": (half, "The index of ids has"),
    "the index gone": (lambda f: shutil.rmtree(f / "events" / "entities"), "The index of ids can't be read"),
    "a pointer to another file": (other_file, "was changed since it was added"),
    "a pointer to nothing": (lambda f: pointer(f, path=str(f / "none.log")), "is not there any more"),
    "a pointer of nonsense": (lambda f: next((f / "evidence").glob("*.json")).write_text("[]"), "its pointer can't be read"),
    "a pointer gone": (lambda f: next((f / "evidence").glob("*.json")).unlink(), "gate.log) is missing"),
    "a guard dropped": (database("DROP TRIGGER entries_fixed"), "entries_fixed is missing"),
    "a guard made toothless": (database("DROP TRIGGER contents_kept", "CREATE TRIGGER contents_kept BEFORE DELETE ON contents BEGIN SELECT 1; END"), "contents_kept was changed"),
    "a guard of somebody's own": (database("CREATE TRIGGER helper AFTER INSERT ON entries BEGIN SELECT 1; END"), "helper is not one of the kit's"),
    "a text in the record": (database("DROP TRIGGER contents_fixed", "UPDATE contents SET content = replace(content, 'gone', 'fine')"), "was changed after it was written"),
    "an entry gone": (database("DROP TRIGGER entries_kept", "DELETE FROM entries WHERE seq = 2"), "is missing"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_changed_is_found_and_named(folder, edit):
    change, says = EDITS[edit]
    change(folder)
    found = Case.open(folder).verify()
    assert not found.ok and says in str(found), str(found)
    assert "as it was" not in str(found)


def test_a_case_that_nobody_touched_is_as_it_was(folder):
    found = Case.open(folder).verify()
    assert found.ok and found.limits == () and "The case is as it was." in str(found), str(found)


def test_a_foreign_file_is_named_and_is_no_problem(folder):
    (folder / "evidence" / "notes.txt").write_text("mine")
    (folder / "events" / "segments" / "more.parquet").write_bytes(b"PAR1")
    found = Case.open(folder).verify()
    assert (
        found.ok
        and "2 files belong to no load, and nothing reads them: evidence/notes.txt, segments/more.parquet"
        in str(found)
    )
    assert "The case is as it was." not in str(found)


def test_one_number_whatever_the_order_and_the_files(folder):
    store = Store(folder / "events")
    segments = [s for s in store.manifest().segments if s.source == "belt.jsonl"]
    before, _ = contents(store.folder / "segments", segments)
    path = file_of(folder, "belt.jsonl")
    table = pq.read_table(path)
    pq.write_table(table.take(list(reversed(range(4)))), path)
    pq.write_table(
        table.slice(4).append_column("attr_more", pa.nulls(4, pa.string())), path.with_name("second.parquet")
    )
    after, _ = contents(path.parent, [replace(segments[0], files=(path.name, "second.parquet"))])
    assert after == before and next(iter(before.values())).rows == 8


def test_a_case_of_before_says_what_could_not_be_checked(folder, monkeypatch):
    case = without_numbers(folder, monkeypatch)
    found = case.verify()
    assert found.ok and "1 source was loaded by a kit that did not write down" in str(found)
    assert "Not all could be." in str(found)


def test_what_was_erased_is_not_missing(folder):
    case = Case.open(folder)
    load = next(entry for entry in case.entries("load"))
    case.record.erase(load.id, "they asked for it", author="ana")
    found = case.verify()
    assert found.ok and found.limits == (), str(found)


def repacked(source, target, **changed):
    """The bundle as a forger would make it: files replaced, and bundle.json told of them."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        data = {name: changed.get(name, old.read(name)) for name in old.namelist()}
        told = json.loads(data.pop("bundle.json"))
        told["files"] = {
            name: {"size": len(one), "sha256": hashlib.sha256(one).hexdigest()} for name, one in data.items()
        }
        new.writestr("bundle.json", json.dumps(told))
        for name, one in data.items():
            new.writestr(name, one)
    return target


def test_a_forged_segment_in_a_bundle_is_not_believed(folder, tmp_path):
    case = Case.open(folder)
    made = case.evidence.bundle(tmp_path / "true.zip").path
    segment = file_of(folder, "belt.jsonl")
    text("left", "hit")(folder)
    forged = repacked(
        made, tmp_path / "forged.zip", **{f"events/segments/{segment.name}": segment.read_bytes()}
    )
    with pytest.raises(
        CaseError, match=rf"not those that its record tells of\. segments/{segment.name} of belt"
    ):
        unbundle(forged, tmp_path / "there")
    # Who forges its seal as well meets the record.
    with zipfile.ZipFile(made) as whole:
        listed = json.loads(whole.read("events/manifest.json"))
    told = next(one for one in listed["segments"] if segment.name in one["files"])
    told["seals"][segment.name] = file_seal(segment)
    changed = {
        f"events/segments/{segment.name}": segment.read_bytes(),
        "events/manifest.json": json.dumps(listed).encode(),
    }
    forged = repacked(made, tmp_path / "forged.zip", **changed)
    with pytest.raises(
        CaseError, match=r"not those that its record tells of\. Events of belt.jsonl were changed"
    ):
        unbundle(forged, tmp_path / "there")
    assert not list((tmp_path / "there").glob("*"))
    opened = unbundle(repacked(made, tmp_path / "same.zip"), tmp_path / "there")
    assert [line.split(":")[0] for line in opened.doubts] == ["gate.log"], (
        "what stayed where it lay can't be read here"
    )
    assert len(Case.open(opened.path).verify().problems) == 1


def without_numbers(folder, monkeypatch):
    """A case as one was before: its record has no number of what the events say, and its list no seals of files."""
    monkeypatch.setattr(Staging, "_sealed", lambda staging, segment: replace(segment, seals={}))
    whole = loads.content
    monkeypatch.setattr(
        loads,
        "content",
        lambda *given: (said := whole(*given), [one.pop("content") for one in said["sources"]])[0],
    )
    case = Case.open(folder)
    log = folder.parent / "old.log"
    log.write_text("2026-06-17 07:20:00Z INFO belt stood still\n2026-06-17 07:21:00Z INFO belt ran\n")
    case.add(log, author="ana")
    return case


def test_events_that_the_record_gives_no_number_for_are_read_again_when_asked(folder, monkeypatch):
    case = without_numbers(folder, monkeypatch)
    found = case.verify(deep=True)
    assert found.ok and "3 sources were read again from evidence, and gave the same events." in str(found)
    rewritten(
        file_of(folder, "old.log"),
        lambda t: column(t, "body", lambda c: pc.replace_substring(c.cast(pa.string()), "still", "well")),
    )
    assert case.verify().ok
    found = case.verify(deep=True)
    assert not found.ok and "The evidence of old.log gives other events today" in str(found)


def test_a_bundle_of_before_is_held_against_its_evidence(folder, tmp_path, monkeypatch):
    case = without_numbers(folder, monkeypatch)
    made = case.evidence.bundle(tmp_path / "true.zip").path
    segment = file_of(folder, "old.log")
    rewritten(
        segment,
        lambda t: column(t, "body", lambda c: pc.replace_substring(c.cast(pa.string()), "still", "well")),
    )
    forged = repacked(
        made, tmp_path / "forged.zip", **{f"events/segments/{segment.name}": segment.read_bytes()}
    )
    assert "old.log: its evidence gives other events" in str(unbundle(forged, tmp_path / "there"))


def test_every_screen_says_on_top_what_is_missing(folder, sample):
    assert "missing" not in Case.open(folder).card().text
    assert loads.banner(Case.open(sample).evidence.record, Case.open(sample).evidence.manifest()) == ""
    everything_gone(folder)
    case = Case.open(folder)
    for screen in (case.card(), case.brief.read_in(), case.brief.record(), case.brief.first_screen()):
        assert screen.text.startswith(
            "Something is missing here: belt.jsonl, gate.log (loaded in #3, #4) is not"
        )
        assert "Something is missing here" in screen.markup


def test_a_page_says_on_top_what_is_missing():
    import nbformat

    from investigator.report.page import page

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# The belt stood still")])
    text = page(notebook, title="x", warning="Something is missing here: <b>.log").decode()
    assert text.index("Something is missing here: &lt;b&gt;.log") < text.index("The belt stood still")
    assert 'role="alert"' not in page(notebook, title="x").decode()


def exports(place, *names):
    """A case with exports of a list, each a later one than that before it."""
    case = Case.new("INC-2", words="orders are wrong", root=place / "cases", author="ana")
    for number, name in enumerate(names):
        rows = [f"ORD-{n},{'open' if n > number else 'sent'},2026-06-1{number}T09:00:00Z" for n in range(12)]
        (place / name).write_text("order,state,seen\n" + "\n".join(rows) + "\n")
        case.add(place / name, author="ana")
    return case


def pointers(case):
    return {s.source: s.replaced_by for s in case.evidence.store.manifest().segments}


def test_an_older_export_that_counts_again_is_found_unless_somebody_said_that_they_are_two_lists(tmp_path):
    case = exports(tmp_path, "orders-1.csv", "orders-2.csv", "orders-3.csv")
    assert pointers(case) == {
        "orders-1.csv": "orders-2.csv",
        "orders-2.csv": "orders-3.csv",
        "orders-3.csv": "",
    }
    assert case.verify().ok, str(case.verify())
    listed = case.path / "events" / "manifest.json"
    held = listed.read_text()
    for name, problem in (
        ("orders-1.csv", "orders-1.csv counts again in the list of what was loaded, and #3 says that orders-2.csv took its place."),
        ("orders-2.csv", "orders-2.csv counts again in the list of what was loaded, and #4 says that orders-3.csv took its place."),
    ):  # fmt: skip
        changed = json.loads(held)
        for one in changed["segments"]:
            one["replaced_by"] = "" if one["source"] == name else one["replaced_by"]
        listed.write_text(json.dumps(changed))
        assert problem in Case.open(case.path).verify().problems
    listed.write_text(held)
    case.evidence.answer_apart("orders-1.csv")
    assert pointers(case)["orders-1.csv"] == "" and case.verify().ok, str(case.verify())


def test_after_the_newer_export_was_erased_the_older_one_stands_and_is_as_it_was(tmp_path):
    case = exports(tmp_path, "orders-1.csv", "orders-2.csv")
    case.record.erase(case.entries("load")[-1], "not ours")
    assert case.verify().ok, str(case.verify())
    assert [s.source for s in case.evidence.manifest().current] == ["orders-1.csv"]


def test_an_export_whose_place_a_newer_one_took_is_not_listed_as_if_it_stood(tmp_path):
    case = exports(tmp_path, "orders-1.csv", "orders-2.csv")
    told = case.brief.foot().text.splitlines()
    assert told[0] == (
        "26 units = 24 used + 2 header + 0 rejected. They gave 24 events, less 12 of older exports: 12 are counted."
    )
    parted = told.index("Not counted, as a newer export took its place:")
    assert [line.split()[0] for line in told[1:parted]] == ["source", "orders-2.csv"]
    assert [line.split()[0] for line in told[parted + 1 : -1]] == ["source", "orders-1.csv"]
    found = case.find.coverage()
    assert found.answer.startswith("2 sources with 12 events; ")
    held = {one["name"]: (one["events"], one["doubt"][:1]) for one in found.value["sources"]}
    assert held["orders-1.csv"] == (0, ["not counted: orders-2.csv took its place"])
    assert held["orders-2.csv"][0] == 12 and "not counted" not in str(held["orders-2.csv"])
    case.evidence.answer_apart("orders-1.csv")
    told = case.brief.foot().text
    assert "They gave 24 events: 24 are counted." in told and "Not counted" not in told


def test_a_file_that_was_away_while_more_was_loaded_is_as_it_was_when_it_is_back(folder, tmp_path):
    away = file_of(folder, "belt.jsonl")
    away.rename(tmp_path / "away")
    (tmp_path / "more.log").write_text("2026-06-17 07:17:00Z INFO gate 4 open\n")
    case = Case.open(folder)
    case.add(tmp_path / "more.log", author="ana")
    assert not case.verify().ok
    (tmp_path / "away").rename(away)
    assert case.verify().ok, str(case.verify())
    rewritten(away, lambda table: table)
    assert "belt.jsonl has other bytes than were written" in str(case.verify().problems)


def test_a_file_that_lies_there_twice_verifies_under_both_names(tmp_path):
    folder = tmp_path / "two"
    (folder / "old").mkdir(parents=True)
    for name in ("a.log", "b.log", "old/a.log"):
        (folder / name).write_text("2026-06-17T07:00:00Z INFO till sold LOAF-1\n")
    case = Case.new("TILL-1", title="twice", root=tmp_path / "cases", author="ben")
    case.add(folder)
    assert case.verify().problems == () and case.verify(deep=True).problems == ()
    made = case.evidence.bundle(tmp_path / "till.zip")
    assert Case.open(unbundle(made.path, tmp_path / "there").path).verify().problems == ()
    listed = case.evidence.store.folder / "manifest.json"
    text = listed.read_text()
    listed.write_text(text.replace('"b.log"', '"c.log"'))
    assert any("c.log" in problem for problem in case.verify().problems)
