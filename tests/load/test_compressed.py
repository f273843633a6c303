"""gz, bz2, xz, lzma, zst: recognised by content, read in a stream, and what a cut one holds is recovered."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import PACKERS, lines

from investigator.errors import DataError
from investigator.sources import _codecs

QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
TEXT = lines(3000)
BOMB = b"2026-06-17 07:00:00 INFO x\n" * 300_000
PACKED = {codec: pack(TEXT) for codec, pack in PACKERS.items()}


def unpacked(codec, data, step=1000):
    doubt = []
    assert _codecs.told(data[: _codecs.FIRST]) == codec or len(data) < _codecs.FIRST
    pieces = lambda: (data[low : low + step] for low in range(0, len(data), step))  # noqa: E731
    return b"".join(_codecs.plain(codec, pieces, doubt, _codecs.Budget("it"))), doubt


@QUIET
@given(
    codec=st.sampled_from(sorted(PACKERS)), share=st.floats(0, 1), step=st.sampled_from([1, 7, 4096, 1 << 20])
)
def test_cut_anywhere_gives_a_prefix_and_says_so(codec, share, step):
    data = PACKED[codec]
    cut = max(int(share * len(data)), 1)
    out, doubt = unpacked(codec, data[:cut], step)
    assert TEXT.startswith(out)
    if cut < len(data) - 12:
        assert len(doubt) == 1 and f"the {codec} was cut after {len(out):,} bytes" in doubt[0]
    if cut == len(data):
        assert (out, doubt) == (TEXT, [])


@QUIET
@given(
    codec=st.sampled_from(["gz", "bz2", "xz", "zst"]),
    parts=st.lists(st.integers(0, 200), min_size=1, max_size=4),
)
def test_members_one_after_the_other_are_one_text(codec, parts):
    data = b"".join(PACKERS[codec](lines(count)) for count in parts)
    assert unpacked(codec, data) == (b"".join(lines(count) for count in parts), [])


@pytest.mark.parametrize("codec", sorted(PACKERS))
def test_what_follows_the_end_is_said_and_costs_nothing(codec):
    out, doubt = unpacked(codec, PACKERS[codec](b"short\n") + b"something else")
    assert out == b"short\n"
    assert doubt == [f"after the end of the {codec} there are bytes that belong to nothing"]


@pytest.mark.parametrize("codec", sorted(PACKERS))
def test_a_damaged_one_gives_what_is_before_and_its_law_holds(place, codec):
    data = PACKERS[codec](lines(40_000))  # several blocks of each
    half = len(data) // 2
    report = place.add(data[:half] + data[half + 1000 :], name=f"app.jsonl.{codec}")
    assert report.units.unexplained == 0
    assert any(f"the {codec} is damaged" in doubt or "cut" in doubt for doubt in report.sources[0].doubt)


def test_one_that_gives_nothing_says_why(place):
    with pytest.raises(DataError, match=r"can't be unpacked: the bz2 was cut after 0 bytes.*Fetch it again"):
        place.add(PACKED["bz2"][:200], name="app.jsonl.bz2")


@pytest.mark.parametrize("codec", sorted(PACKERS))
def test_origins_growth_and_loading_again_are_as_for_plain_files(place, codec):
    name = f"app.jsonl.{codec}"
    assert place.add(PACKERS[codec](TEXT[: len(TEXT) // 3]), name=name).sources[0].state == "loaded"
    grown = place.add(PACKED[codec], name=name)
    assert grown.sources[0].state == "grown"
    assert place.add(PACKED[codec], name=name).sources[0].state == "already here"
    rows = place.events()
    assert sorted(rows["body"]) == sorted(f"event {n}" for n in range(3000))
    raw = {place.raw(origin) for origin in rows["origin"].iloc[::500]}
    assert raw <= set(TEXT.splitlines(keepends=True))


def test_nothing_unpacks_to_more_than_any_log_does(place, monkeypatch):
    monkeypatch.setattr(_codecs, "FREE", 4 << 20)
    for codec in PACKERS:
        with pytest.raises(
            DataError, match=r"unpacks to more than 250 times its size.*a bomb does.*unpack it yourself"
        ):
            place.add(PACKERS[codec](BOMB), name=f"app.log.{codec}")
    assert not place.left() and not list(place.vault.glob("*"))
