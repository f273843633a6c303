"""What people hand over at three in the morning: each gets a clear message, good rows stay, nothing is half-written."""

import errno
import gzip
import itertools
import json
import re
import sqlite3
import subprocess
import sys
import threading

import pytest

import investigator as inv
from investigator import load
from investigator.case import Case
from investigator.errors import DataError, KitError
from investigator.events import Events
from investigator.load import adding, content, split
from investigator.load.reading import writer

GOOD = b'{"time": "2026-06-17T07:00:00Z", "msg": "event"}\n'


def explained(report):
    """The law holds."""
    assert report.units.unexplained == 0
    return report


# -- what can't be read at all --------------------------------------------------------------------------------------


def test_a_missing_file_names_what_is_beside_it(place):
    (place.folder / "here.log").write_text("x")
    with pytest.raises(DataError, match=r"There is no .*gone\.log.*Beside it there are: here\.log.*Correct"):
        place.load(place.folder / "gone.log")
    assert not place.left()


def test_an_empty_file_is_refused(place):
    with pytest.raises(DataError, match="is empty"):
        place.add(b"", name="given")
    assert not list(place.vault.glob("*")) and not place.left()
    assert place.store.manifest().segments == ()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x7fELF" + bytes(range(256)) * 4, "a program"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml word/", "a document or a program in a zip"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 4, "a PDF"),
        (bytes(range(256)) * 4, "a binary file"),
    ],
)
def test_what_holds_no_events_is_kept_and_told_by_what_it_is(place, data, what):
    report = explained(place.add(data, name="given"))
    assert f"kept as evidence, not read: {what}" in str(report)
    assert (report.events, report.units.structural) == (0, {"kept, not read": 1})
    (segment,) = place.store.manifest().segments
    assert place.raw(f"{segment.evidence}:1") == data
    assert place.add(data, name="given").sources[0].state == "already here"


def test_a_folder_without_files_says_so(place):
    (place.folder / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty holds no files.*Name a folder with exports in it, or a file"):
        place.load(place.folder / "empty")


def test_a_binary_in_a_folder_is_listed_and_the_rest_is_loaded(place):
    folder = place.folder / "in"
    folder.mkdir()
    (folder / "app.jsonl").write_bytes(GOOD * 3)
    (folder / "dump.bin").write_bytes(b"\x00\x01\x02" * 50)
    (folder / "nothing.log").write_bytes(b"")
    report = place.load(folder)
    assert report.events == 3
    assert [(s.source, s.state) for s in report.sources if not s.events] == [
        ("dump.bin", "kept"),
        ("nothing.log", "not read"),
    ]


def test_a_link_out_of_the_folder_is_not_followed(place):
    outside = place.folder / "secret.jsonl"
    outside.write_bytes(GOOD)
    folder = place.folder / "in"
    folder.mkdir()
    (folder / "app.jsonl").write_bytes(GOOD * 2)
    (folder / "link.jsonl").symlink_to(outside)
    (folder / "gone.jsonl").symlink_to(place.folder / "nowhere")
    assert [source.source for source in place.load(folder).sources] == ["app.jsonl"]


@pytest.mark.parametrize("name", ["a'b.jsonl", 'a"; DROP.jsonl', "a\nb.jsonl", "..jsonl.jsonl", "<b>.jsonl"])
def test_a_file_name_is_only_a_name(place, name):
    folder = place.folder / "in"
    folder.mkdir()
    if name.startswith("."):
        name = "x" + name
    (folder / name).write_bytes(GOOD * 2)
    assert explained(place.load(folder)).events == 2
    assert len(place.events()) == 2


# -- good rows stay -------------------------------------------------------------------------------------------------


def test_a_line_broken_in_the_middle_of_a_million_costs_that_line_only(place):
    file = place.folder / "million.jsonl"
    lines = b'{"time": "2026-06-17T07:00:00Z", "n": 1}\n' * 100_000
    with open(file, "wb") as stream:
        for part in range(10):
            if part == 5:
                stream.write(b'{"time": "2026-06-17T07:00:00Z", "n": \n')
            stream.write(lines)
    report = explained(place.load(file))
    assert (report.events, report.units.rejected) == (1_000_000, 1)
    assert report.sources[0].rejected[0][:2] == (500_001, "no JSON")
    assert place.rejects()[0][2] == '{"time": "2026-06-17T07:00:00Z", "n": '


def test_a_line_of_200_mb_is_kept_by_pointer_in_little_memory(place):
    file = place.folder / "huge.jsonl"
    with open(file, "wb") as stream:
        stream.write(GOOD * 3)
        for _ in range(200):
            stream.write(b"x" * 1_000_000)
        stream.write(b"\n" + GOOD * 2)
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom investigator import load\n"
        "from investigator.events.store import Store\nplace = Path(sys.argv[1])\n"
        "report = load.add(place / 'huge.jsonl', store=Store(place / 'events'), vault=place / 'evidence', load=1)\n"
        "print(json.dumps([report.events, report.units.rejected, report.units.total, report.units.unexplained,"
        " report.sources[0].rejected[0][1], int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place.folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    events, rejected, total, rest, reason, peak = json.loads(done.stdout)
    assert (events, rejected, total, rest) == (5, 1, 6, 0)
    assert reason == "a line of 200 MB; lines have at most 16 MB"
    assert peak / (1024 if sys.platform != "darwin" else 1024 * 1024) < 700


def test_a_gz_that_was_cut_gives_what_is_there_and_says_where(place):
    lines = b"".join(b'{"time": "2026-06-17T07:00:00Z", "msg": "event %d"}\n' % n for n in range(20_000))
    packed = gzip.compress(lines)
    report = explained(place.add(packed[: len(packed) * 7 // 10], name="app.jsonl.gz"))
    assert report.events > 8_000
    assert any("the gz was cut after" in doubt for doubt in report.sources[0].doubt)


def test_bytes_that_are_no_utf8_and_nuls_are_shown_and_said(place):
    data = GOOD * 30 + b'{"time": "2026-06-17T07:00:00Z", "msg": "\xff\xfe"}\n' + GOOD[:-3] + b'\0"}\n'
    report = explained(place.add(data))
    doubts = " ".join(report.sources[0].doubt)
    assert "1 line is no UTF-8" in doubts and "1 line holds NUL bytes" in doubts
    assert (report.units.total, report.units.used >= 30) == (32, True)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_every_kind_of_line_end_is_one(place, end):
    report = explained(place.add(GOOD.strip() + end + GOOD.strip() + end + GOOD.strip() + end))
    assert (report.events, report.units.total) == (3, 3)


def test_mixed_line_ends_are_kept_apart(place):
    report = explained(place.add(GOOD + GOOD.strip() + b"\r\n" + b"\r\n" + GOOD))
    assert (report.events, report.units.structural) == (3, {"blank": 1})


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_text_in_another_encoding_is_read(place, encoding):
    text = '{"time": "2026-06-17T07:00:00Z", "msg": "grün"}\n' * 3
    assert explained(place.add(text.encode(encoding))).events == 3
    assert set(place.events()["body"]) == {"grün"}


def test_a_csv_without_a_header_keeps_its_cells(place):
    rows = b"".join(b"2026-06-17 07:00:%02d,DOC-%d,0012\n" % (n, n) for n in range(20))
    assert explained(place.add(rows, name="x.csv")).events == 20
    assert dict(place.events()["attributes"][0])["column_3"] == "0012"


def test_a_key_that_turns_up_once_in_many_lines_is_kept(place):
    usual = {"time": "2026-06-17T07:00:00Z", "msg": "x", "http": {"status": 200}}
    lines = [json.dumps(usual) for _ in range(9_000)]
    lines[7_777] = json.dumps({**usual, "http": {"status": 200, "rare": "DOC-1"}})
    explained(place.add(("\n".join(lines) + "\n").encode()))
    assert any("DOC-1" in dict(cell).values() for cell in place.events()["attributes"])


def test_keys_that_differ_in_case_only_keep_their_own_values(place):
    explained(place.add(b'{"time": "2026-06-17T07:00:00Z", "msg": "x", "a": "small", "A": "large"}\n' * 2))
    assert dict(place.events()["attributes"][0]) == {"a": "small", "A": "large"}


@pytest.mark.parametrize("identifier", ["../../x", "0012", "-rf", "'; DROP TABLE events; --", "a\\b", "%s"])
def test_an_id_is_text_and_never_a_path(place, identifier):
    line = json.dumps(
        {"time": "2026-06-17T07:00:00Z", "msg": f"received {identifier} twice", "doc": identifier}
    )
    explained(place.add(line.encode() + b"\n" + GOOD))
    events = Events.open(place.store.folder)
    from investigator.performing import perform

    finding = perform("trace_entity", events, {"entity": identifier})
    assert finding.value["rows"] == 1
    assert dict(place.events()["attributes"][0])["doc"] == identifier
    with pytest.raises(KitError, match=r"(?s).+"):
        Case.new("../" + identifier, words="x", root=place.folder / "cases")
    assert not (place.folder / "x").exists()


def test_a_hostile_database_is_read_and_never_written(place):
    file = place.folder / "db.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute('CREATE TABLE "x""; DROP TABLE y; --" (id TEXT, "a""b" TEXT, at TEXT)')
        connection.execute("CREATE TABLE y (id TEXT, blob BLOB)")
        connection.execute(
            """INSERT INTO "x""; DROP TABLE y; --" VALUES ('DOC-1', 'c', '2026-06-17 07:00:00')"""
        )
        connection.execute("INSERT INTO y VALUES ('DOC-2', x'00ff00')")
        connection.execute("CREATE VIEW loud AS SELECT * FROM y")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON y BEGIN DELETE FROM y; END")
    connection.close()
    before, names = file.read_bytes(), set(place.folder.iterdir())
    report = explained(place.load(file))
    assert report.events >= 2
    assert file.read_bytes() == before
    assert {path for path in place.folder.iterdir() if path.name.startswith("db")} <= names


def test_a_database_that_is_damaged_says_so(place):
    file = place.folder / "db.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE y (id TEXT)")
        connection.executemany("INSERT INTO y VALUES (?)", [(f"DOC-{n}",) for n in range(5_000)])
    connection.close()
    data = bytearray(file.read_bytes())
    data[4096 : 4096 * 6] = b"\xaa" * (4096 * 5)
    file.write_bytes(bytes(data))
    report = explained(place.load(file))
    assert (report.events, report.units.rejected) == (0, 1)
    assert "the table can't be read: database disk image is malformed" in report.sources[0].rejected[0][1]


# -- stopped in the middle ------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_everything_as_it_was(place, monkeypatch):
    place.add(GOOD * 3)
    before = place.store.manifest()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer.Writer, "events", full)
    with pytest.raises(DataError, match=r"The disk is full.*nothing half-written is left.*Free some space"):
        place.add(GOOD * 4, name="second.jsonl")
    assert place.store.manifest() == before and not place.left()
    assert len(place.events()) == 3


def test_a_load_that_was_stopped_leaves_everything_as_it_was(place):
    place.add(GOOD * 3)
    before = place.store.manifest()

    def stop(done, total, what):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.add(GOOD * 4, name="second.jsonl", progress=stop)
    assert place.store.manifest() == before and not place.left()


LONG = {
    "long.jsonl": "".join(f'{{"time": "2026-06-17T07:{n // 60 % 60:02d}:{n % 60:02d}Z", "msg": "bale {n} pressed"}}\n' for n in range(30_000)),
    "long.log": "".join(f"2026-06-17 07:{n // 60 % 60:02d}:{n % 60:02d},000 INFO [press-{n % 9}] Baler - bale {n} pressed\n" for n in range(30_000)),
}  # fmt: skip


@pytest.fixture
def in_chunks(monkeypatch):
    """A long file is read in chunks of a few thousand lines: several are at work at once."""
    monkeypatch.setattr(content, "BLOCK", 200_000)
    monkeypatch.setattr(content, "FIRST_BLOCK", 200_000)
    monkeypatch.setattr(split, "CHUNK_BYTES", 200_000)
    monkeypatch.setattr(split, "FIRST_BYTES", 200_000)


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("room", ["split", "write"])
def test_what_goes_wrong_beside_the_reading_is_said_and_leaves_nothing(
    place, monkeypatch, in_chunks, name, error, room
):
    place.add(GOOD * 3)
    before, calls = place.store.manifest(), itertools.count()
    owner, what = {"split": (split, "_ends"), "write": (writer.Writer, "events")}[room]
    doing = getattr(owner, what)

    def failing(*given):
        if next(calls) == 4:
            assert threading.current_thread().name.startswith(room)
            raise error
        return doing(*given)

    monkeypatch.setattr(owner, what, failing)
    with pytest.raises(DataError if isinstance(error, OSError) else KeyboardInterrupt):
        place.add(LONG[name].encode(), name=name)
    assert place.store.manifest() == before and not place.left()
    assert not [one for one in threading.enumerate() if one.name.startswith(("split", "write"))]


@pytest.mark.parametrize("name", LONG)
def test_chunks_that_are_at_work_at_once_keep_each_line_with_its_own_event(place, in_chunks, name):
    lines = LONG[name].splitlines(keepends=True)
    if name.endswith(".jsonl"):
        lines[20_000] = '{"time": "2026-06-17T07:\n'
    report = explained(place.add("".join(lines).encode(), name=name))
    found = place.events()
    wanted = [n for n in range(30_000) if n != 20_000 or name.endswith(".log")]
    assert [int(re.findall(r"\d+", origin)[-1]) for origin in found["origin"]] == [n + 1 for n in wanted]
    assert found["body"].tolist() == [f"bale {n} pressed" for n in wanted]
    assert [unit for unit, _, _ in place.rejects()] == ([20_001] if name.endswith(".jsonl") else [])
    assert report.events == len(wanted)


def test_a_case_still_verifies_after_a_load_that_failed(tmp_path):
    case = Case.new("INC-1", words="Nothing works", root=tmp_path)
    (tmp_path / "app.jsonl").write_bytes(GOOD * 3 + b"{broken\n")
    (tmp_path / "nothing.log").write_bytes(b"")
    case.add(tmp_path / "app.jsonl")
    with pytest.raises(DataError, match="is empty"):
        case.add(tmp_path / "nothing.log")
    assert case.verify().ok
    assert case.evidence.store.manifest().units.rejected == 1


def test_files_that_stay_in_place_keep_their_own_events(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        line = f'{{"time": "2026-06-17T07:00:00Z", "msg": "from {name}"}}\n'
        (folder / f"{name}.jsonl").write_text(line * 3)
    store, _ = load.read(folder)
    events = Events.open(store.folder)
    frame = events.fetch(events.table)
    assert sorted(frame["body"]) == ["from a"] * 3 + ["from b"] * 3
    assert len({origin.split(":")[0] for origin in frame["origin"]}) == 2


def test_a_file_that_changed_while_it_was_read_in_place_is_refused(place):
    file = place.folder / "app.jsonl"
    file.write_bytes(GOOD * 3)

    def change(done, total, what):
        if done:  # again and again: reading ends where the file ended when it began
            with open(file, "ab") as stream:
                stream.write(GOOD)

    with pytest.raises(DataError, match=r"changed while it was read.*nothing of it was stored.*Add it again"):
        place.load(file, copied_at_most=0, progress=change)
    assert place.store.manifest().segments == () and not place.left()


def test_a_damaged_page_of_a_database_costs_the_rows_on_it_alone(tmp_path):
    path = tmp_path / "orders.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (id TEXT, note TEXT)")
        rows = [(f"ORD-{n}", "held" * 60) for n in range(1500)]
        database.executemany("INSERT INTO orders VALUES (?, ?)", rows)
        database.execute("CREATE TABLE people (id TEXT)")
        database.executemany("INSERT INTO people VALUES (?)", [(f"C-{n}",) for n in range(9)])
    database.close()
    data = bytearray(path.read_bytes())
    data[40_960:49_152] = b"\xff" * 8_192
    path.write_bytes(bytes(data))

    events = inv.read(path)
    rows = events.fetch(events.table)

    assert rows.body.str.contains("ORD-1499").any() and rows.body.str.contains("C-8").any()
    assert 1400 < rows.body.str.contains("ORD-").sum() < 1500
    path.write_bytes(bytes(data[:9_000]))
    with pytest.raises(DataError, match="is damaged"):
        inv.read(path)


def test_a_parquet_of_one_value_is_read_as_far_as_its_bytes_carry_and_the_rest_is_said(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "one.parquet"
    pq.write_table(pa.table({"note": pa.array(["disk full"] * 300_000)}), path)

    store, report = adding.read(path)

    (source,) = report.sources
    assert source.units.total == 300_000 and source.units.unexplained == 0
    assert 100_000 <= source.events < 200_000
    assert "were not read" in source.rejected[0][1]


def test_a_date_out_of_range_costs_its_row_the_time_alone_and_is_said(tmp_path):
    path = tmp_path / "orders.csv"
    rows = [f"ORD-{n},open,2026-06-17 07:{n:02d}:00\n" for n in range(20)]
    path.write_text(
        "order,state,created_at\n"
        + "".join(rows)
        + "ORD-98,open,2026-13-45 07:00:00\nORD-99,paid,99999-06-17 07:00:00\n"
    )

    store, report = adding.read(path)

    assert report.sources[0].events == 22
    assert any("2 of its rows have no time" in doubt for doubt in report.sources[0].doubt)


def test_a_host_in_other_letters_is_a_host(tmp_path):
    path = tmp_path / "host.log"
    path.write_text(
        "".join(
            f"2026-06-17T07:{n:02d}:00Z сервер-{n % 3} app[12]: order ORD-{n} stored\n" for n in range(20)
        )
    )

    events = inv.read(path)

    assert len(events.fetch(events.table)) == 20


def test_links_that_are_none_are_left_out_of_a_log_and_the_rest_is_read(tmp_path):
    path = tmp_path / "links.json"
    path.write_text(
        '{"objectTypes":[],"eventTypes":[],"objects":[{"id":"A-1","type":"a"},7],"events":[{"id":"e1","type":"go",'
        '"time":"2026-06-17T07:00:00Z","relationships":[{"objectId":"B-1"},"x"]},{"id":"e2","type":"go","time":5,"relationships":null}]}'
    )

    store, report = adding.read(path)

    assert [source.events for source in report.sources] == [2, 1]
    assert any("B-1" in doubt for doubt in report.sources[0].doubt)


def test_a_file_that_goes_on_otherwise_than_it_began_costs_itself_alone(tmp_path, monkeypatch):
    from investigator.load.formats import formats

    form = formats()["csv_table"].FORMAT

    def read(path, content):
        raise KeyError("nothing of that name")
        yield

    monkeypatch.setattr(formats()["csv_table"], "FORMAT", type(form)(read))
    (tmp_path / "a.csv").write_text("id,at\n1,2026-06-17 07:00:00\n2,2026-06-17 07:01:00\n")
    (tmp_path / "b.log").write_text("2026-06-17T07:00:00Z INFO fine\n" * 5)

    store, report = adding.read(tmp_path)

    assert [(source.source, source.state) for source in report.sources] == [
        ("a.csv", "not read"),
        ("b.log", "loaded"),
    ]
    assert "goes on otherwise" in report.sources[0].why
