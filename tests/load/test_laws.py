"""The law of every load: units in = used + joined + structural + rejected, and every event gives back its bytes."""

import gzip
import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigator import load
from investigator.errors import DataError
from investigator.events import Events
from investigator.events.store import Store

QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

keys = st.sampled_from(["a", "b.c", 'q"q', "sl/ash", "sp ace", "ü", "level", "msg", "time", "n"])
leaf = st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=12))
value = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
good = st.dictionaries(keys, value, min_size=1, max_size=5).map(lambda item: json.dumps(item).encode())
junk = st.sampled_from(
    [b"", b"   ", b"{broken", b"[1, 2]", b"17", b"\xff\xfe bad", b"nul\0nul", b'{"a": "\xff"}', b"null"]
)
ends = st.sampled_from([b"\n", b"\r\n"])


@pytest.fixture
def place(tmp_path):
    return tmp_path


def add(place, data, name="app.jsonl", number=1, **options):
    file = place / name
    file.write_bytes(data)
    store = Store(place / "events")
    return store, load.add(file, store=store, vault=place / "evidence", load=number, **options)


@QUIET
@given(lines=st.lists(st.tuples(st.one_of(good, junk), ends), min_size=1, max_size=30))
def test_every_unit_of_json_lines_is_explained(tmp_path_factory, lines):
    place = tmp_path_factory.mktemp("law")
    data = b'{"time": "2026-06-17T07:00:00Z", "msg": "first"}\n' * 3 + b"".join(
        line + end for line, end in lines
    )
    store, report = add(place, data, format="jsonlines")
    units = report.units
    assert units.unexplained == 0
    assert units.total == data.count(b"\n")
    events = Events.open(store.folder)
    rows = events.fetch(events.table.select("evidence", "unit", "units"), limit=None)
    assert len(rows) == units.used
    wanted = list(data.split(b"\n"))
    for origin in rows["origin"]:
        unit = int(origin.rsplit(":", 1)[1])
        assert load.raw(place / "evidence", store, origin).rstrip(b"\n") == wanted[unit - 1]
    again = load.add(place / "app.jsonl", store=store, vault=place / "evidence", load=2)
    assert again.events == 0 and len(store.manifest().segments) == 1


def contents(store):
    events = Events.open(store.folder)
    frame = events.fetch(events.table.select("time", "body", "attributes"), limit=None)
    return Counter(
        (str(row.time), row.body, tuple(sorted(dict(row.attributes).items())))
        for row in frame.itertuples(index=False)
    )


@QUIET
@given(cut=st.integers(200, 4000), seed=st.integers(0, 5))
def test_a_file_that_grew_gives_the_same_events_as_the_whole(tmp_path_factory, cut, seed):
    lines = [
        json.dumps(
            {"time": f"2026-06-17T07:{n // 60:02d}:{n % 60:02d}Z", "msg": f"event {n * 7 + seed}", "n": n}
        )
        for n in range(60)
    ]
    whole = ("\n".join(lines) + "\n").encode()
    place = tmp_path_factory.mktemp("grown")
    store, _ = add(place, whole[:cut])
    store, report = add(place, whole, number=2)
    assert report.units.unexplained == 0
    other, _ = add(tmp_path_factory.mktemp("whole"), whole)
    assert contents(store) == contents(other)
    assert store.manifest().units.unexplained == 0


def test_a_broken_line_among_many_is_rejected_by_its_number_and_the_others_are_kept(place):
    lines = [json.dumps({"time": "2026-06-17T07:00:00Z", "msg": f"event {n}"}) for n in range(20_000)]
    lines[12_345] = '{"time": "2026-06-17T07:00:00Z", "msg": "bro'
    _, report = add(place, ("\n".join(lines) + "\n").encode())
    assert (report.events, report.units.rejected) == (19_999, 1)
    assert report.sources[0].rejected[0][:2] == (12_346, "no JSON")


def test_a_key_that_turns_up_once_in_many_lines_is_kept(place):
    lines = [
        json.dumps({"time": "2026-06-17T07:00:00Z", "msg": "x", "http": {"status": 200}})
        for _ in range(9_000)
    ]
    lines[7_777] = json.dumps(
        {"time": "2026-06-17T07:00:00Z", "msg": "x", "http": {"status": 200, "rare": "DOC-1"}}
    )
    store, _ = add(place, ("\n".join(lines) + "\n").encode())
    events = Events.open(store.folder)
    assert any("DOC-1" in dict(cell).values() for cell in events.fetch(events.table)["attributes"])


def test_a_gz_that_was_cut_gives_what_is_there_and_says_where(place):
    lines = b"".join(b'{"time": "2026-06-17T07:00:00Z", "msg": "event %d"}\n' % n for n in range(20_000))
    packed = gzip.compress(lines)
    _, report = add(place, packed[: len(packed) * 7 // 10], name="app.jsonl.gz")
    assert report.events > 8_000
    assert any("the gz was cut after" in doubt for doubt in report.sources[0].doubt)


def test_stack_traces_join_the_event_above_them(place):
    text = (
        b"2026-06-17 09:14:07,120 INFO  [w] a.B - one\n2026-06-17 09:14:08,120 ERROR [w] a.B - two\n"
        b"java.lang.X: no\n    at a.B.c(B.java:1)\n\n2026-06-17 09:14:09,120 INFO  [w] a.B - three\n"
    )
    store, report = add(place, text, name="app.log", zone="Europe/Berlin")
    assert (report.events, report.units.joined, report.units.structural) == (3, 2, {"blank": 1})
    events = Events.open(store.folder)
    frame = events.fetch(events.table.order_by("time"))
    assert "at a.B.c(B.java:1)" in frame["body"][1]
    assert frame["time"][0].isoformat() == "2026-06-17T07:14:07.120000+00:00"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a PNG image"),
        (b"\x7fELF" + bytes(range(256)) * 4, "is a program"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(place, data, message):
    with pytest.raises(DataError, match=message):
        add(place, data, name="given")
    assert not list((place / "evidence").glob("*"))


def test_a_missing_file_names_what_is_beside_it(place):
    (place / "here.log").write_text("x")
    with pytest.raises(DataError, match=r"There is no .*gone.log.*Beside it there are: here.log"):
        load.add(place / "gone.log", store=Store(place / "events"), vault=place / "evidence", load=1)


def test_a_binary_in_a_folder_is_listed_and_the_rest_is_loaded(place):
    folder = place / "in"
    folder.mkdir()
    (folder / "app.jsonl").write_bytes(b'{"time": "2026-06-17T07:00:00Z", "msg": "x"}\n' * 3)
    (folder / "picture").write_bytes(b"\x89PNG\r\n" + b"\0" * 50)
    report = load.add(folder, store=Store(place / "events"), vault=place / "evidence", load=1)
    assert report.events == 3
    assert [source.source for source in report.unread] == ["picture"]


def test_a_full_disk_leaves_everything_as_it_was(place, monkeypatch):
    import errno

    from investigator.load import loading

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(loading._Reader, "_append", full)
    with pytest.raises(DataError, match=r"The disk is full.*nothing half-written is left"):
        add(place, b'{"time": "2026-06-17T07:00:00Z", "msg": "x"}\n' * 3)
    assert Store(place / "events").manifest().segments == ()
    assert not [path for path in (place / "evidence").glob("*") if not path.name.startswith(".")]


def test_a_load_that_was_stopped_leaves_everything_as_it_was(place):
    def stop(done, total, what):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add(place, b'{"time": "2026-06-17T07:00:00Z", "msg": "x"}\n' * 3, progress=stop)
    assert Store(place / "events").manifest().segments == ()
    assert not list((place / "events").glob(".staging-*"))


def test_a_line_over_the_limit_is_a_reject_by_pointer(place, monkeypatch):
    from investigator.load import split

    monkeypatch.setattr(split, "LINE_AT_MOST", 1 << 20)
    good_line = b'{"time": "2026-06-17T07:00:00Z", "msg": "x"}\n'
    _, report = add(place, good_line * 3 + b"x" * (20 << 20) + b"\n" + good_line * 2, format="jsonlines")
    assert (report.events, report.units.rejected, report.units.total) == (5, 1, 6)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_text_with_a_mark_is_read(place, encoding):
    text = '{"time": "2026-06-17T07:00:00Z", "msg": "grün"}\n' * 3
    store, report = add(place, text.encode(encoding))
    assert report.events == 3
    events = Events.open(store.folder)
    assert set(events.fetch(events.table)["body"]) == {"grün"}


def test_a_csv_without_a_header_keeps_its_cells(place):
    rows = b"".join(b"2026-06-17 07:00:%02d,DOC-%d,0012\n" % (n, n) for n in range(20))
    store, report = add(place, rows, name="x.csv")
    assert report.events == 20
    events = Events.open(store.folder)
    assert dict(events.fetch(events.table)["attributes"][0])["column_3"] == "0012"


def test_files_that_stay_in_place_keep_their_own_events(place):
    folder = place / "in"
    folder.mkdir()
    for name in ("a", "b"):
        line = f'{{"time": "2026-06-17T07:00:00Z", "msg": "from {name}"}}\n'
        (folder / f"{name}.jsonl").write_text(line * 3)
    store, report = load.read(folder)
    events = Events.open(store.folder)
    frame = events.fetch(events.table)
    assert sorted(frame["body"]) == ["from a"] * 3 + ["from b"] * 3
    assert len({origin.split(":")[0] for origin in frame["origin"]}) == 2
    assert not any(origin.startswith("0" * 12) for origin in frame["origin"])
