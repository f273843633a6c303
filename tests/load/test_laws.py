"""The law of every load: units in = used + joined + structural + rejected, and every event gives back its bytes."""

import json
from collections import Counter

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from investigator import load

QUIET = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

keys = st.sampled_from(
    [
        "a",
        "b.c",
        "b",
        "c",
        'q"q',
        "sl/ash",
        "ti~lde",
        "sp ace",
        "",
        "ü",
        "x'; --",
        "level",
        "msg",
        "time",
        "n",
        "*",
        "$",
    ]
)
leaf = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=12)
)
value = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
good = st.dictionaries(keys, value, min_size=1, max_size=5).map(lambda item: json.dumps(item).encode())
junk = st.sampled_from(
    [
        b"",
        b"   ",
        b"{broken",
        b"[1, 2]",
        b"17",
        b"\xff\xfe bad",
        b"nul\0nul",
        b'{"a": "\xff"}',
        b"null",
        b"{}",
        b'{"a": 1, "a": {"b": 2}}',
        b'{"a": 1} trailing',
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"msg": "a\rb"}',
    ]
)
ends = st.sampled_from([b"\n", b"\r\n"])
FIRST = b'{"time": "2026-06-17T07:00:00Z", "msg": "first"}\n' * 3


@QUIET
@given(lines=st.lists(st.tuples(st.one_of(good, junk), ends), min_size=1, max_size=30), cut=st.booleans())
def test_every_unit_of_json_lines_is_explained_and_gives_back_its_bytes(places, lines, cut):
    place = places()
    data = FIRST + b"".join(line + end for line, end in lines)
    data = data.rstrip(b"\r\n") if cut else data
    report = place.add(data, format="jsonlines")
    units = report.units
    wanted = data.split(b"\n")
    wanted = wanted if wanted[-1] else wanted[:-1]
    assert (units.unexplained, units.total) == (0, len(wanted))
    rows = place.events()
    assert len(rows) == units.used
    for origin in rows["origin"]:
        assert place.raw(origin).removesuffix(b"\n") == wanted[int(origin.rsplit(":", 1)[1]) - 1]
    assert len(place.rejects()) == units.rejected
    assert place.load(place.folder / "in" / "app.jsonl").events == 0
    assert len(place.store.manifest().segments) == 1


text_lines = st.lists(
    st.sampled_from(
        [
            b"2026-06-17 09:14:07,120 INFO  [w] a.B - one",
            b"2026-06-17 09:14:08,391 ERROR [w] a.B - two",
            b"java.lang.X: no",
            b"    at a.B.c(B.java:1)",
            b"",
            b"\xff bad",
            b"nul\0nul",
            b"tail\r",
        ]
    ),
    min_size=1,
    max_size=25,
)


@QUIET
@given(lines=text_lines)
def test_every_unit_of_a_text_log_is_explained_and_gives_back_its_bytes(places, lines):
    place = places()
    data = b"".join(line + b"\n" for line in lines)
    report = place.add(data, name="app.log", format="application_log")
    assert (report.units.unexplained, report.units.total) == (0, len(lines))
    rows = place.events()
    assert len(rows) == report.units.used
    for origin in rows["origin"]:
        low, _, high = origin.rsplit(":", 1)[1].partition("-")
        assert place.raw(origin) == b"".join(line + b"\n" for line in lines[int(low) - 1 : int(high or low)])
    assert len(place.rejects()) == report.units.rejected


cells = st.sampled_from(
    [b"a", b"0012", b'"x,y"', b'"two\nlines"', b"", b"\xc3\xbc", b"\xff", b'"say ""hi"""', b"nul\0"]
)


@QUIET
@given(rows=st.lists(st.lists(cells, min_size=1, max_size=4), min_size=2, max_size=15), end=ends)
def test_every_row_of_a_table_is_explained_and_gives_back_its_bytes(places, rows, end):
    place = places()
    written = [b",".join(row) + end for row in rows]
    report = place.add(b"when,what,id" + end + b"".join(written), name="list.csv", format="csv_table")
    assert report.units.unexplained == 0
    assert report.units.total == len(rows) + 1
    rows = place.events()
    assert len(rows) == report.units.used
    for origin in rows["origin"]:
        assert place.raw(origin) == written[int(origin.rsplit(":", 1)[1]) - 2]
    assert len(place.rejects()) == report.units.rejected


def contents(place):
    return Counter(
        (str(row.time), row.body, row.kind, tuple(sorted(dict(row.attributes).items())))
        for row in place.events().itertuples(index=False)
    )


JSON_LINES = b"".join(
    b'{"time": "2026-06-17T07:%02d:%02dZ", "level": "info", "msg": "event %d", "http": {"status": %d}}\n'
    % (n // 60, n % 60, n * 7, 200 + n)
    for n in range(20)
)
APPLICATION = (
    b"2026-06-17 09:14:07,120 INFO  [w] a.B - one\n"
    b"2026-06-17 09:14:08,391 ERROR [w] a.B - two\n"
    b"java.lang.IllegalStateException: no\n    at a.B.c(B.java:1)\n\n    at a.B.d(B.java:2)\n\n"
    b"2026-06-17 09:14:09,002 WARN  [w] a.B - three\r\n"
    b"2026-06-17 09:14:09,003 WARN  [w] a.B - four\nmore of four\n"
) * 3
TABLE = b"ts,user,action,table,detail\r\n" + b"".join(
    b'2026-06-17 07:43:%02d+00,ana,UPDATE,documents,"a, b\nand ""%d"""\r\n' % (n, n) for n in range(12)
)
FILES = {"app.jsonl": JSON_LINES, "app.log": APPLICATION, "audit.csv": TABLE}


@settings(QUIET, max_examples=60)
@given(name=st.sampled_from(sorted(FILES)), first=st.floats(0, 1), second=st.floats(0, 1))
@example(name="audit.csv", first=0.999, second=1)
@example(name="app.log", first=0.01, second=0.02)
def test_a_file_that_grew_twice_gives_the_same_events_as_the_whole(places, name, first, second):
    whole = FILES[name]
    cuts = sorted({max(round(share * len(whole)), 1) for share in (first, second)} | {len(whole)})
    place, other = places(), places()
    for cut in cuts:
        report = place.add(whole[:cut], name=name)
        assert report.units.unexplained == 0
    other.add(whole, name=name)
    assert contents(place) == contents(other)
    units = place.store.manifest().units
    assert units.unexplained == 0
    assert len(place.rejects()) == units.rejected
    assert {place.raw(origin) for origin in place.events()["origin"]} == {
        other.raw(origin) for origin in other.events()["origin"]
    }
    assert place.add(whole, name=name).events == 0


def test_what_was_read_without_doubt_is_one_line_and_each_doubt_one_with_all_whose_it_is(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("dock", "gate", "belt"):
        (folder / f"{name}.log").write_text("2026-06-17T09:14:07Z INFO crate weighed\n" * 4)
    for name in ("scale", "lift"):
        (folder / f"{name}.log").write_text("2026-06-17 09:14:07 INFO crate weighed\n" * 4)
    crates = "".join(f"{n},2026-06-17T09:{n}:07Z\n" for n in range(14, 24))
    (folder / "crates.csv").write_text(f"crate,at\n{crates}3,4,5,6\n")
    (folder / "farms.csv").write_text("farm,region\nhill,north\nbrook,south\n")
    (folder / "letter.pdf").write_text("%PDF-1.4")
    _, report = load.read(folder)
    said = report.in_short(whole=True).splitlines()
    assert "Read without doubt: 3 sources, 12 events." in said
    assert "lift.log, scale.log: its times name no zone: read as UTC" in said
    assert "farms.csv: a list without times, 2 rows." in said
    assert "letter.pdf: kept as evidence, not read: a PDF" in said
    assert (
        "crates.csv: 1 line could not be read" in said
        and "  line 12: 4 cells where the header has 2" in str(said)
    )
    assert sum("dock.log" in line for line in said) == 0
    _, again = load.read(folder / "crates.csv")
    assert "Read without doubt" not in again.in_short(whole=True)
