"""Archives and names that mean harm: refused, told apart, and nothing is left behind."""

import os
import unicodedata

import hostile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import lines, tarred, zipped

from investigator.case import Case
from investigator.errors import DataError
from investigator.look import harmless
from investigator.sources import _codecs


@pytest.mark.parametrize(
    "name",
    [
        "members that lie over each other",
        "a count that lies",
        "a directory larger than the file",
        "a bomb of bz2",
    ],
)
def test_an_archive_that_lies_is_refused_as_a_whole(place, name):
    file, data = hostile.WHOLE[name]()
    with pytest.raises(DataError, match=r"can't be taken: .*Nothing of it was stored"):
        place.add(data, name=file)
    assert not place.left() and not list(place.vault.glob("*"))
    assert place.store.manifest().segments == ()


@pytest.mark.parametrize("name", sorted(hostile.MEMBERS))
def test_a_member_that_means_harm_is_refused_and_listed(place, name):
    data, reason = hostile.MEMBERS[name]
    before = set(place.folder.parent.rglob("*"))
    report = place.add(data, name="e.zip")
    assert report.units.unexplained == 0
    refused = [s for s in report.unread if s.state == "not read"]
    assert reason in refused[0].why and any(reason in reject[1] for reject in place.rejects())
    good = [s for s in report.sources if s.source.endswith("good.jsonl")]
    assert all(s.events == 5 for s in good)
    inside = place.folder
    new = set(inside.parent.rglob("*")) - before
    assert all(path.is_relative_to(inside) for path in new) and not place.left()


def test_members_of_one_name_are_both_here(place):
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("a.jsonl", lines(2)), ("a.jsonl", lines(3, 10))])
    report = place.add(data, name="e.zip")
    assert {s.source: s.events for s in report.sources} == {
        "e.zip": 0,
        "e.zip/a.jsonl": 2,
        "e.zip/a.jsonl#2": 3,
    }
    origins = [o for o in place.events()["origin"] if "#2" in o]
    assert {place.raw(origin) for origin in origins} == set(lines(3, 10).splitlines(keepends=True))


def test_a_zip_of_zips_of_zips_is_stopped_by_what_all_of_it_unpacks_to(place, monkeypatch):
    monkeypatch.setattr(_codecs, "FREE", 4 << 20)
    report = place.add(hostile.nested(depth=1, wide=12, count=70_000), name="e.zip")
    assert "unpacks to more than 250 times its size" in str(report)
    assert len(place.events()) <= 140_000 and not place.left()


NAMES = [
    "<img src=x onerror=alert(1)>.jsonl",
    "a\nb\r.jsonl",
    "\x1b[31mred\x1b[0m\x07.jsonl",
    "invoice\u202egpj.jsonl",
    "zero\u200bwidth\ufeff.jsonl",
    "x" * 3000 + ".jsonl",
    "'; DROP TABLE events; --.jsonl",
    "$(touch x)`touch y`.jsonl",
]


def safe(text):
    """No control or bidi character, nothing unpaired; line ends are the report's own."""
    bad = [c for c in text.replace("\n", "") if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert not bad, bad


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_members_name_is_harmless_wherever_it_is_shown(place, name, pack):
    report = place.add(pack([(name, lines(3) + b"broken\n")]), name="e.zip")
    assert report.events == 3
    for text in (str(report), report._repr_html_(), *place.events()["origin"], *place.events()["source"]):
        safe(text)
    assert "<img" not in report._repr_html_()
    assert len(report.sources[1].source) < 220
    assert place.raw(place.events()["origin"][0]) in lines(3).splitlines(keepends=True)


def test_names_that_are_no_utf8_are_shown_by_their_bytes(place):
    import tarfile

    info = tarfile.TarInfo("caf\udce9.jsonl")
    info.size = len(lines(2))
    import io

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(lines(2)))
    report = place.add(out.getvalue(), name="e.tar")
    assert report.sources[1].source == "e.tar/caf\\xe9.jsonl" and report.events == 2


def test_a_files_name_is_harmless_from_the_report_to_the_page_and_the_record(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n, name in enumerate(["<b>a\u202e\x1b[2J.jsonl", "line\nend.jsonl", os.fsdecode(b"caf\xe9.jsonl")]):
        (folder / name).write_bytes(lines(5, n * 10) + b"broken\n")
    case = Case.new("INC-1", words="Nothing works", root=tmp_path)
    report = case.add(folder)
    assert report.events == 15
    coverage = case.find.coverage()
    written = [str(report), str(case.card()), coverage.answer, str(case.verify())]
    markup = [report._repr_html_(), case.card()._repr_html_(), coverage._repr_html_()]
    for text in (*written, *markup, *(str(entry.content) for entry in case.entries())):
        safe(text)
    assert not any("<b>a" in text for text in markup)
    figure = case.show.coverage()
    assert "<b>a" not in figure.to_json().replace("&lt;b&gt;", "")
    assert set(case.events().fetch(case.events().table)["source"]) == {
        "<b>a\\u202e\\x1b[2J.jsonl",
        "line\\x0aend.jsonl",
        "caf\\xe9.jsonl",
    }


def test_what_is_harmless_already_stays_as_it_is():
    for text in ("grün/Störung 名前.log", "👩‍💻.log", "a b-c_d.e"):
        assert harmless(text) == text
    assert harmless("a\n\tb\x00", keep="\n\t") == "a\n\tb\\x00"


HONEST = {
    "e.zip": zipped([("a.jsonl", lines(20)), ("b.txt", b"2026-06-17 07:00:00 INFO x\n" * 9)]),
    "e.tar": tarred([("a.jsonl", lines(20)), ("b.txt", b"2026-06-17 07:00:00 INFO x\n" * 9)]),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    name=st.sampled_from(sorted(HONEST)),
    damage=st.lists(
        st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4
    ),
)
def test_whatever_is_damaged_the_law_holds_and_nothing_is_left(places, name, damage):
    data = bytearray(HONEST[name])
    for share, value in damage:
        place_of = int(share * len(data))
        data[place_of : place_of + len(value)] = value
    place = places()
    try:
        report = place.add(bytes(data), name=name)
    except DataError as error:
        assert error.what and error.do
    else:
        assert report.units.unexplained == 0
        for origin in place.events()["origin"]:
            assert place.raw(origin)
    assert not place.left()
