"""zip and tar: every member is a source of its own, inside the archive's evidence; the rest of formats stay whole."""

import gzip
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import PACKERS, lines, tarred, zipped

from investigator.errors import DataError
from investigator.events.store import Together

QUIET = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
APPLICATION = (
    b"2026-06-17 09:14:07,120 INFO  [w] a.B - one\n2026-06-17 09:14:08,391 ERROR [w] a.B - two\n  at x\n"
)
MEMBERS = [
    ("logs/scan.jsonl", lines(40)),
    ("logs/old.jsonl.gz", gzip.compress(lines(30, 40))),
    ("documents.csv", b"id,name\nDOC-1,a\nDOC-2,b\n"),
]
PACK = {
    "zip": zipped,
    "stored.zip": lambda members: zipped(members, zipfile.ZIP_STORED),
    "bz2.zip": lambda members: zipped(members, zipfile.ZIP_BZIP2),
    "tar": tarred,
    **{f"tar.{codec}": (lambda members, pack=pack: pack(tarred(members))) for codec, pack in PACKERS.items()},
    "zip.gz": lambda members: gzip.compress(zipped(members)),
}


@pytest.mark.parametrize("kind", sorted(PACK))
def test_every_member_is_a_source_of_its_own(place, kind):
    name = f"export.{kind}"
    report = place.add(PACK[kind](MEMBERS), name=name)
    assert report.units.unexplained == 0
    assert [(s.source, s.format, s.events) for s in report.sources] == [
        (name, "archive", 0),
        (f"{name}/logs/scan.jsonl", "jsonlines", 40),
        (f"{name}/logs/old.jsonl.gz", "jsonlines", 30),
        (f"{name}/documents.csv", "csv_table", 2),
    ]
    rows = place.events()
    assert set(rows["service"].dropna()) == {"scan", "old"}
    wanted = {
        "logs/scan.jsonl": lines(40).splitlines(keepends=True),
        "logs/old.jsonl.gz": lines(30, 40).splitlines(keepends=True),
        "documents.csv": MEMBERS[2][1].splitlines(keepends=True),
    }
    (evidence,) = {path.name for path in place.vault.iterdir()}
    for origin in rows["origin"]:
        inside, _, unit = origin.partition("!")[2].rpartition(":")
        assert origin.startswith(f"{evidence[:12]}!")
        assert place.raw(origin) == wanted[inside][int(unit) - 1]
    again = place.load(place.folder / "in" / name)
    assert (again.events, again.units.total, {s.state for s in again.sources}) == (0, 0, {"already here"})
    assert not place.left()


def test_an_archive_gives_what_its_folder_gives(places):
    one, other = places(), places()
    for name, data in MEMBERS:
        file = other.folder / "in" / "export.zip" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    one.add(zipped(MEMBERS), name="export.zip")
    other.load(other.folder / "in")
    columns = ["source", "kind", "service", "body", "time"]
    told, wanted = (
        p.events()[columns].sort_values(columns, ignore_index=True).astype(str) for p in (one, other)
    )
    assert told.equals(wanted)


def test_archives_inside_archives_are_opened(place):
    inner = tarred([("app.log", APPLICATION), ("deep.zip", zipped([("deepest.jsonl", lines(3))]))])
    report = place.add(zipped([("day/in.tar.xz", PACKERS["xz"](inner)), ("a.jsonl", lines(2))]), name="e.zip")
    assert {s.source: s.events for s in report.sources if s.events} == {
        "e.zip/day/in.tar.xz/app.log": 2,
        "e.zip/day/in.tar.xz/deep.zip/deepest.jsonl": 3,
        "e.zip/a.jsonl": 2,
    }
    deep = next(origin for origin in place.events()["origin"] if "deepest" in origin)
    assert deep.endswith("!day/in.tar.xz!deep.zip!deepest.jsonl:1") and place.raw(deep) == lines(1)


def test_a_table_in_a_database_in_an_archive_has_both_in_its_origin(place):
    import sqlite3

    file = place.folder / "db.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE documents (id TEXT, at TEXT)")
        connection.execute("INSERT INTO documents VALUES ('DOC-1', '2026-06-17 07:00:00')")
    connection.close()
    place.add(zipped([("db.sqlite", file.read_bytes())]), name="e.zip")
    (origin,) = place.events()["origin"]
    assert origin.partition("!")[2] == "db.sqlite!documents:1"
    assert b"DOC-1" in place.raw(origin)


def test_a_member_that_cannot_be_read_is_listed_and_the_rest_is_loaded(place):
    whole = zipped(
        [("a.jsonl", lines(200)), ("../b.jsonl", lines(1)), ("empty.log", b""), ("c.pdf", b"%PDF-1.7\n\0")]
    )
    report = place.add(whole, name="e.zip")
    assert report.events == 200
    assert [(s.source, s.state) for s in report.sources] == [
        ("e.zip", "opened"),
        ("e.zip/a.jsonl", "loaded"),
        ("e.zip/../b.jsonl", "not read"),
        ("e.zip/empty.log", "not read"),
        ("e.zip/c.pdf", "kept"),
    ]
    assert report.sources[0].units.structural == {"empty": 1, "member": 2}
    assert place.rejects() == [(2, "its name leads out of the archive (..)", "../b.jsonl")]
    assert "4 members = 1 empty file + 2 read + 1 refused" in str(report)


def test_the_same_members_in_another_archive_add_nothing(place):
    same = zipped(MEMBERS)
    place.add(same, name="e.zip")
    (place.folder / "in" / "e (1).zip").write_bytes(same)
    assert place.load(place.folder / "in" / "e (1).zip").events == 0
    report = place.add(tarred([*MEMBERS, ("new.jsonl", lines(3, 500))]), name="e.tar")
    # Under a thousand bytes, what two files have in common may be chance: both are kept.
    assert {s.source: s.events for s in report.sources if s.events} == {
        "e.tar/documents.csv": 2,
        "e.tar/new.jsonl": 3,
    }


def test_an_archive_that_brings_more_of_a_member_adds_its_tail(place):
    place.add(zipped([("logs/app.jsonl", lines(40))]), name="monday.zip")
    report = place.add(zipped([("logs/app.jsonl", lines(60))]), name="monday.zip")
    assert (report.events, report.sources[1].state) == (20, "grown")
    rows = place.events()
    assert {place.raw(origin) for origin in rows["origin"]} == set(lines(60).splitlines(keepends=True))


@QUIET
@given(share=st.floats(0.2, 1), kind=st.sampled_from(["zip", "tar", "tar.gz"]))
def test_an_archive_that_was_cut_gives_what_is_there(places, share, kind):
    place = places()
    whole = PACK[kind]([("a.jsonl", lines(2000)), ("b.jsonl", lines(2000, 2000))])
    report = place.add(whole[: int(share * len(whole))], name=f"e.{kind}")
    assert report.units.unexplained == 0
    bodies = list(place.events()["body"])
    wanted = {f"event {n}" for n in range(4000)}
    assert set(bodies) <= wanted and len(bodies) == len(set(bodies))
    if share < 0.9:
        assert any("cut" in note for s in report.sources for note in (*s.doubt, s.why))
    if share > 0.6:
        assert len(bodies) >= 2000


def test_formats_that_are_zips_stay_whole(place):
    export = zipped(
        [
            ("channels.json", b"[]"),
            ("users.json", b'[{"id": "U1", "name": "ana"}]'),
            ("general/2026-06-17.json", b'[{"ts": "1781680000.000100", "user": "U1", "text": "hello"}]'),
        ]
    )
    assert [s.format for s in place.add(export, name="slack.zip").sources] == ["slack_export"]
    days = zipped([("logs/2026-06-17.json", lines(3)), ("logs/2026-06-18.json", lines(4, 10))])
    assert place.add(days, name="days.zip").events == 7
    word = zipped([("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")])
    assert [s.state for s in place.add(word, name="a.docx").sources] == ["kept"]


def test_a_format_that_is_said_is_that_of_the_members(place):
    report = place.add(zipped([("a.txt", lines(3))]), name="e.zip", format="plain_text")
    assert [s.format for s in report.sources] == ["archive", "plain_text"]


def test_a_load_that_was_stopped_goes_on(place, monkeypatch):
    monkeypatch.setattr(Together, "SECONDS", -1.0)  # each source is committed at once
    file = place.folder / "in" / "e.zip"
    file.parent.mkdir()
    file.write_bytes(zipped([(f"{n}.jsonl", lines(5, n * 10)) for n in range(3)]))

    def stop(done, total, what):
        if len(place.store.manifest().segments) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.load(file, progress=stop)
    assert len(place.store.manifest().segments) == 2 and not place.left()
    report = place.load(file)
    assert [s.state for s in report.sources] == ["opened", "already here", "already here", "loaded"]
    assert sorted(place.events()["body"]) == sorted(f"event {n * 10 + i}" for n in range(3) for i in range(5))


def test_archives_have_an_end(place):
    data = lines(2)
    for level in range(5):
        data = zipped([(f"{level}.jsonl" if not level else f"{level}.zip", data)])
    report = place.add(data, name="e.zip")
    assert report.events == 0 and "an archive inside an archive, 3 deep" in str(report)


def test_an_empty_or_damaged_archive_says_so(place):
    assert place.add(zipped([]), name="none.zip").units.total == 0
    with pytest.raises(DataError, match=r"can't be taken: .*Nothing of it was stored"):
        place.add(b"PK\x03\x04", name="e.zip")
