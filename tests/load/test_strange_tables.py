"""Tables and exports that nobody here designed: what a person would count is what is counted. Examples: tests/made."""

from __future__ import annotations

import pytest

from benchmarks.tables import foreign_words, wrong
from tests import made

#: Kinds that are read as a person would, all of them.
KINDS = ("headers", "nuls", "openquotes", "twice")


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_of_a_kind_is_read_as_a_person_would(kind):
    of_kind = [example for example in made.tables() if example["kind"] == kind]
    assert of_kind
    assert {example["name"]: faults for example in of_kind if (faults := wrong(example))} == {}


@pytest.mark.parametrize("kind", ["terminal", "wrapped", "encodings"])
def test_the_examples_that_are_mended_on_stay_read(kind):
    mended = [one for one in made.tables() if one["kind"] == kind and made.half(one["name"]) == "making"]
    faults = {one["name"] for one in mended if wrong(one)}
    assert faults <= {
        "terminal-08-airport-pipe"
    }  # a prompt amid rows with bars counts as an event of the terminal


def test_a_cell_with_line_breaks_stays_one_row_however_like_a_row_its_lines_are(tmp_path):
    from benchmarks.tables import _read

    path = tmp_path / "notes.csv"
    path.write_text(
        "at,ref,what\n2026-06-17T07:00:00Z,PUP-1,short\n"
        '2026-06-17T07:01:00Z,PUP-2,"mother rang, twice, angry\nfather came, too, later\nboth, then, left"\n'
        "2026-06-17T07:02:00Z,PUP-3,short\n"
    )
    rows, sources = _read(path, {})
    assert len(rows) == 3
    assert "both, then, left" in rows[1]["text"]
    assert not any("quote" in doubt for source in sources for doubt in source.doubt)


def test_a_record_that_holds_a_list_stays_one_record(tmp_path):
    from benchmarks.tables import _read

    path = tmp_path / "order.json"
    path.write_text(
        '{"at": "2026-06-17T07:00:00Z", "ref": "ORD-1", "parts": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}]}'
    )
    rows, _ = _read(path, {})
    assert len(rows) == 1


def test_no_word_of_a_copied_talk_ends_in_a_wrong_mouth_whatever_the_names_are():
    """40 display names x 7 kinds of chat; heads are told by their shape in that thread."""
    chats = [chat for chat in made.chats() if chat["kind"] != "mail"]
    wrong_mouths = {chat["name"] for chat in chats if foreign_words(chat)}
    assert not {name for name in wrong_mouths if made.half(name) == "making"}
    assert len(wrong_mouths) <= 2


def test_words_that_end_with_a_time_and_what_a_client_says_of_itself_are_no_heads():
    from investigator.sources import _chat

    text = (
        "Dana  10:06 AM\nthe pump was last seen at 10:03 AM\n\n~ Ana  10:08 AM\nwater stands in hall 2 since 09:58 AM\n"
        "\nBob  10:09 AM\nthanks\n"
    )
    assert [said.who for said in _chat.messages(text)] == ["Dana", "~ Ana", "Bob"]
    text = (
        "17.06.26, 10:06 - Dana: where is the lorry?\n17.06.26, 10:07 - Bob joined using a link\n"
        "17.06.26, 10:08 - +49 170 1: at gate 4\n17.06.26, 10:09 - Bob: thanks\n"
    )
    assert [said.text for said in _chat.messages(text)] == ["where is the lorry?", "at gate 4", "thanks"]


def test_cases_beside_what_is_read_are_left_out_and_said(tmp_path):
    from investigator.load import folder

    (tmp_path / "day.log").write_text("2026-06-17T07:00:00Z INFO one\n")
    case = tmp_path / "cases" / "INC-1"
    (case / "evidence").mkdir(parents=True)
    (case / "case.db").write_bytes(b"SQLite format 3\0")
    (case / "evidence" / "day.log").write_text("2026-06-17T07:00:00Z INFO one\n")
    found, left = folder.files(tmp_path)
    assert [name for _, name in found] == ["day.log"]
    assert left == ("1 a case: what it holds was read already (cases/INC-1)",)


@pytest.mark.parametrize("words", ["дверь открыта", "η πόρτα άνοιξε", "门打开了", "tür offen"])
def test_a_log_with_nuls_is_text_in_whatever_alphabet(place, words):
    rows = [f"2026-06-17 09:14:{i:02d} INFO {words} {i}\n".encode() for i in range(6)]
    place.add(rows[0] + bytes(40) + b"".join(rows[1:]), name="door.log")
    frame = place.events()
    assert len(frame) == 6 and frame.body.str.startswith(words).all()


@pytest.mark.parametrize("nuls", [40, 4000])
def test_a_line_that_a_power_cut_broke_off_hides_none_of_the_others(place, nuls):
    cut = b"2026-11-02 08:15:0" + b"\0" * nuls + b"\n"
    said = [b"2026-11-02 08:14:03 valve 1 is open\n", cut, b"2026-11-02 09:40:10 valve 1 is shut\n"]
    report = place.add(b"".join(said), name="valve.log")
    bodies = list(place.events().body)
    assert "valve 1 is open" in bodies and "valve 1 is shut" in bodies
    assert any("NUL" in doubt for doubt in report.sources[0].doubt)


def test_bytes_at_random_with_nuls_are_no_text(place):
    import random

    (source,) = place.add(bytes(100) + random.Random(7).randbytes(4000) + b"\n", name="door.bin").sources
    assert source.state == "kept" and source.events == 0


PARCELS = [{"id": f"P-{n}", "at": f"2026-06-17T09:1{n}:00Z", "what": f"parcel {n} weighed"} for n in range(4)]


@pytest.mark.parametrize(
    "value",
    [
        {"Parcels": {"Parcel": PARCELS}},
        {"parcels": {one["id"]: one for one in PARCELS}},
        {"data": {"depot": {"edges": [{"node": one} for one in PARCELS], "pageInfo": {"next": False}}}},
        [{"page": 1, "items": PARCELS[:2]}, {"page": 2, "items": PARCELS[2:]}],
        {"_embedded": {"parcels": PARCELS}, "_links": {}},
        {"feed": {"title": "depot", "entry": PARCELS}},
    ],
)
def test_a_list_of_objects_that_say_when_is_one_however_deep_it_lies_and_whatever_it_is_called(
    value, tmp_path
):
    import json

    from test_formats import given, rows

    frame, _ = rows(given(json.dumps(value, indent=1), tmp_path, "depot.json"))
    assert len(frame) == 4 and frame.time.notna().all()


def test_an_object_that_says_when_is_one_record_whatever_it_holds(tmp_path):
    import json

    from test_formats import given, rows

    one = {"id": "R-1", "at": "2026-06-17T09:14:00Z", "depot": {"parcels": PARCELS}}
    frame, _ = rows(given(json.dumps(one, indent=1), tmp_path, "round.json"))
    assert len(frame) == 1


@pytest.mark.parametrize("total", ['"Total",,,,6.3', "Summe,,,,6.3"])
def test_a_table_below_its_title_and_two_lines_of_names_has_its_rows_and_no_total(place, total):
    lines = [
        '"Mill report, printed 18/06/2026 07:00"', '""', ',"Stone","When","",', '"#","","date","time","level"',
        "1,A,17/06/2026,09:14,2.3", "2,A,17/06/2026,10:14,2.9", "3,B,18/06/2026,00:14,1.1",
    ]  # fmt: skip
    text = (
        "\n".join([*lines, total if "," in total[:9] else total.replace(",", ".").replace(";", ",")]) + "\n"
    )
    place.add(text.encode(), "mill.csv")
    assert [at.isoformat()[:16] for at in place.events().time] == [
        "2026-06-17T09:14", "2026-06-17T10:14", "2026-06-18T00:14",
    ]  # fmt: skip
