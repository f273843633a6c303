"""Times that are read a column at once are what the engine reads of each."""

import time

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.load import times
from investigator.load.fast import stamps

ENGINE = duckdb.connect()
ENGINE.execute("SET TimeZone='UTC'")
PARTS = st.tuples(
    st.one_of(st.integers(1900, 2100), st.integers(0, 9999)), st.integers(0, 13), st.integers(0, 32),
    st.integers(0, 25), st.integers(0, 61), st.integers(0, 61), st.integers(0, 999_999_999),
)  # fmt: skip
ZONES = ["", "Z", "+02:00", "-07:30", "+14:00", "+15:00", " UTC", "+0200", "x", " +0530", " -07:30"]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec jan Foo".split()


def _iso(parts, how):
    year, month, day, hour, minute, second, fraction = parts
    sep, t, digits, point, zone = how
    text = f"{year:04d}{sep}{month:02d}{sep}{day:02d}{t}{hour:02d}:{minute:02d}:{second:02d}"
    return text + (f"{point}{fraction:09d}"[: digits + 1] if digits else "") + zone


def _check(values, style, year=None):
    column = pa.array(values, pa.string())
    found = stamps.microseconds(column, style, year=year)
    if found is None:
        return 0
    numbers, known = found
    ENGINE.register("written", pa.table({"f0": column}))
    told = ENGINE.execute(
        f"SELECT epoch_us({times.sql('f0', style, year=year)}) AS t FROM written"
    ).fetchall()
    for value, number, sure, (expected,) in zip(values, numbers.tolist(), known.tolist(), told, strict=True):
        assert not sure or number == expected, (value, number, expected)
    return int(known.sum())


@settings(max_examples=120)
@given(
    some=st.lists(PARTS, min_size=1, max_size=12),
    how=st.tuples(
        st.sampled_from("-/"),
        st.sampled_from("T "),
        st.integers(0, 9),
        st.sampled_from(".,"),
        st.sampled_from(ZONES),
    ),
    odd=st.sampled_from([None, "", "-", "2026-06-15", "no time at all", "2026-06-15T09:00:00.1Z"]),
)
def test_iso_is_read_as_the_engine_reads_it(some, how, odd):
    values = [*(_iso(parts, how) for parts in some), odd]
    _check(values, times.Style("iso"))


@settings(max_examples=120)
@given(
    some=st.lists(
        st.tuples(PARTS, st.sampled_from(MONTHS), st.sampled_from(["+0000", "-0530", "+1400", "0000"])),
        min_size=1,
        max_size=12,
    )
)
def test_declared_formats_are_read_as_the_engine_reads_them(some):
    access = [f"{p[2]:02d}/{m}/{p[0]:04d}:{p[3]:02d}:{p[4]:02d}:{p[5]:02d} {z}" for p, m, z in some]
    _check(access, times.Style("formats", True, formats=("%d/%b/%Y:%H:%M:%S %z",)))
    _check(access, times.Style("apache"))
    syslog = [f"{m} {p[2]:>2d} {p[3]:02d}:{p[4]:02d}:{p[5]:02d}" for p, m, _ in some]
    for year in (2024, 2026):
        style = times.Style("formats", False, formats=("%Y %b %d %H:%M:%S",), year_missing=True)
        _check(syslog, style, year)


@pytest.mark.parametrize(
    "value, style, expected",
    [
        ("2026-06-15T09:14:07.123456Z", times.Style("iso"), "2026-06-15T09:14:07.123456"),
        ("2024-02-29 23:59:59,5", times.Style("iso"), "2024-02-29T23:59:59.500000"),
        ("15/Jun/2026:09:14:07 -0530", times.Style("apache"), "2026-06-15T14:44:07"),
    ],
)
def test_ordinary_times_are_all_read_so(value, style, expected):
    numbers, known = stamps.microseconds(pa.array([value] * 100), style)
    assert known.all() and (numbers == np.datetime64(expected, "us").astype(int)).all()


def test_times_of_a_place_with_its_own_clock_are_left_to_the_engine():
    assert (
        stamps.microseconds(
            pa.array(["2026-06-15 09:14:07"]), times.Style("iso", False), zone="Europe/Berlin"
        )
        is None
    )
    assert stamps.microseconds(
        pa.array(["2026-06-15 09:14:07Z"]), times.Style("iso", True), zone="Europe/Berlin"
    )
    assert (
        stamps.microseconds(pa.array(["2026-06-15 09:14:07"]), times.Style("iso", True), zone="Europe/Berlin")
        is None
    )


@pytest.mark.parametrize(
    ("line", "clock", "body"),
    [
        ("20260410005429GRAIN   ACCEPTED  LOT20418", "00:54:29", "GRAIN   ACCEPTED  LOT20418"),
        ("20260410005429 crane 7 lifted", "00:54:29", None),
        ("20260410005429123 crane 7 lifted", "00:54:29.123000", None),
        ("20260410000001 2026-04-10 09:14:07 weighed", "09:14:07", None),
    ],
    ids=["joined to what follows", "seconds", "milliseconds", "a number before its time"],
)
def test_a_stamp_of_digits_alone_begins_a_line(place, line, clock, body):
    place.add("".join(f"{line}\n" for _ in range(3)).encode(), name="yard.log")
    frame = place.events()
    assert [f"{time:%Y-%m-%d %H:%M:%S.%f}".removesuffix(".000000") for time in frame.time] == [
        f"2026-04-10 {clock}"
    ] * 3
    assert body is None or set(frame.body) == {body}


def test_pairs_in_any_language_are_a_log(place):
    lines = "".join(
        f"zeit=17819220{n} dienst=zustellung größe={n} ziel=lager ergebnis=zugestellt\n"
        for n in range(13, 19)
    )
    place.add(lines.encode(), name="boten.log")
    frame = place.events()
    assert f"{frame.time[0]:%Y-%m-%d %H:%M:%S}" == "2026-06-20 02:20:13"
    assert dict(frame.attributes[0])["größe"] == "13"


def test_an_offset_behind_a_blank_is_read_as_quickly_as_any():
    """The engine takes such an offset for the name of a zone, and looks through all of them for each row."""
    texts = pa.table({"f0": [f"2026-06-17 09:14:{n % 60:02d}.{n:06d} +0530" for n in range(2_000)]})
    ENGINE.register("written", texts)
    query = f"SELECT count(*), max({times.sql('f0', times.Style('iso'))})::VARCHAR FROM written"
    began = time.thread_time()
    assert ENGINE.execute(query).fetchall() == [(2_000, "2026-06-17 03:44:59.001979")]
    assert time.thread_time() - began < 0.15, "a row takes as long as a look through all zones"
