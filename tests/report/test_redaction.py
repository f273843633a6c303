"""Who may see what of a page, and the finished files attacked."""

import base64
import gzip
import io
import json
import struct
import zipfile
import zlib
from urllib.parse import quote

import pytest

from investigator.case import Case
from investigator.errors import ParameterError, ReportError
from investigator.report import pipeline
from investigator.report.redaction import personal
from investigator.report.redaction.attack import attack
from investigator.report.redaction.names import Names, contact_of
from investigator.report.redaction.redactor import AUDIENCES, Redactor, bare_picture, of

KEY = bytes(range(32))
CANARY = "Halvorsen"


def redactor(
    audience="training", people=("Sunniva Halvorsen",), customers=("Harbour Bakery Ltd", "SHIP-0042")
):
    names = Names()
    for name in customers:
        names.customer(name)
    for name in people:
        names.person(name)
    return Redactor(audience, KEY, names, "/home/sunniva/cases/INC-7", "INC-7")


# -- shapes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("the nurse can be reached at (030) 901820 until noon", "phone", "(030) 901820"),
        ("gate 4: mobile 0171 5550142 left", "phone", "0171 5550142"),
        ("ring +44 20 7946 0018 first", "phone", "+44 20 7946 0018"),
        ("belt desk 555-014-2268x12", "phone", "555-014-2268x12"),
        ("paid with 5555 5555 5555 4444 at the till", "card", "5555 5555 5555 4444"),
        ("patient 219-09-9999 admitted", "ssn", "219-09-9999"),
        ("from 192.0.2.44:5121 to the kiln", "address", "192.0.2.44"),
        ("peer 2001:db8::44:1 left", "address", "2001:db8::44:1"),
        ("send it to ops.lead+1@harbour-bakery.co.uk now", "mail", "ops.lead+1@harbour-bakery.co.uk"),
        ("see https://orders.harbour-bakery.com/42", "host", "orders.harbour-bakery.com"),
    ],
)
def test_what_has_a_shape_is_found_by_it(text, kind, found):
    spans = {(text[a:b], what) for a, b, what in personal.found(text)}
    assert (found, kind) in spans


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-17 09:14:07.123456 batch 1781697600000 took 12.345 s",
        "blk_-4000001234567899 stored, offset 4111111111111112",
        "version 2.14.0-rc.1 of libkiln-3.2.1.so, order 4711-0815",
        "sha256 8a6278b01a19929b81b9f6cbcac61c9b, 273,827 events, 3.7 a day",
        "org.apache.kiln.Fire at main.py line 20 in notes.md",
        "200 612 34 1781697600 0.004",
        "12.06.2026 to 2026-06-30, 17-06-2026",
    ],
)
def test_what_a_log_counts_is_nobodys(text):
    assert list(personal.found(text)) == []


def test_what_an_audience_may_see_is_not_looked_for():
    text = "mail ana@kiln.example from 10.1.2.3 or 2001:db8::7 at kiln.example.org"
    every = {what for _, _, what in personal.found(text)}
    assert every == {"mail", "address", "host"}
    assert {what for _, _, what in personal.found(text, frozenset({"mail"}))} == {"mail"}


# -- names -------------------------------------------------------------------------------------------------------


def test_one_person_has_one_name_however_it_is_written():
    red = redactor()
    said = red.text("Sunniva Halvorsen, sunniva.halvorsen, Halvorsen and SUNNIVA_HALVORSEN")
    shown = red.pseudonym("person", "Sunniva Halvorsen")
    assert said == f"{shown}, {shown}, {shown} and {shown}"


def test_the_same_key_gives_the_same_names_and_another_key_others():
    first, second = redactor(), redactor()
    assert first.text("SHIP-0042") == second.text("SHIP-0042")
    second.key = bytes(32)
    assert first.text("SHIP-0042") != second.text("SHIP-0042")


def test_a_name_that_is_a_word_is_one_only_where_it_is_written_as_one():
    red = redactor(people=("Will Marsh",))
    assert red.text("we will see, said Will") == f"we will see, said {red.pseudonym('person', 'Will Marsh')}"


def test_no_part_of_an_account_is_somebodys_name():
    red = redactor(people=("svc_oven",))
    assert red.text("the oven was cold") == "the oven was cold"
    assert "svc_oven" not in red.text("by svc_oven")


def test_a_customer_is_found_by_id_by_name_and_in_the_name_of_a_file():
    red = redactor()
    said = red.text("ship_0042: Harbour Bakery, Harbour Bakery Ltd; mail/harbour-list.eml")
    assert "0042" not in said and "arbour" not in said


def test_a_customer_that_is_a_short_number_is_said_to_be_beyond_us():
    red = redactor(customers=("42",))
    assert red.text("42 loaves") == "42 loaves"
    assert any("1 ids of customers are numbers" in one for one in red.warnings())


def test_few_are_warned_about():
    red = redactor()
    red.text("SHIP-0042 waits")
    assert red.warnings() == [
        "Only 1 customer stands under a name of ours: who knows of the incident may tell who that is."
    ]


@pytest.mark.parametrize(
    ("contact", "is_"),
    [
        ("Ana Silva, Harbour Books Ltd, +44 20 7946 0018", ("Ana Silva", "Harbour Books Ltd")),
        ("Kiln GmbH", ("", "Kiln GmbH")),
        ("", ("", "")),
    ],
)
def test_a_contact_is_a_person_and_a_firm(contact, is_):
    assert contact_of(contact) == is_


def test_each_audience_sees_less_or_the_same():
    text = "Halvorsen of SHIP-0042 at 192.0.2.44, +44 20 7946 0018"
    seen = {name: redactor(name).text(text) for name in AUDIENCES}
    assert "Halvorsen" in seen["engineering"] and "SHIP-0042" in seen["engineering"]
    assert "Halvorsen" not in seen["executive"] and "SHIP-0042" in seen["executive"]
    assert not any(one in seen["training"] for one in ("Halvorsen", "SHIP-0042", "192.0.2.44"))
    assert not any("7946" in one for one in seen.values())


# -- markup, values, pictures ------------------------------------------------------------------------------------


def test_markup_stays_markup_and_its_values_go():
    red = redactor()
    said = red.markup(
        '<p class="x" title="of Halvorsen">A &lt; B, M&amp;S, <b>Halvorsen</b></p><!-- Halvorsen -->'
    )
    shown = red.pseudonym("person", "Sunniva Halvorsen")
    assert said == f'<p class="x" title="of {shown}">A &lt; B, M&amp;S, <b>{shown}</b></p>'


def test_a_name_that_a_label_breaks_goes_too():
    red = redactor()
    assert "alvorsen" not in red.text("sunniva.<br>halvorsen@harbour-<br>bakery.co.uk wrote")


def test_keys_and_values_of_json_go_and_mime_types_stay():
    red = redactor()
    said = json.dumps(red.value({"text/html": ["<b>Halvorsen</b>"], "Halvorsen": [1, {"x": "SHIP-0042"}]}))
    assert "text/html" in said and "Halvorsen" not in said and "0042" not in said


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [head, *(chunk(*one) for one in chunks), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    )


def test_of_a_picture_only_what_is_drawn_stays():
    written = png((b"tEXt", b"Author\0Sunniva Halvorsen"), (b"eXIf", b"Halvorsen"))
    assert base64.b64decode(bare_picture(base64.b64encode(written).decode())) == png()
    jpeg = b"\xff\xd8" + b"\xff\xe1\x00\x0bHalvorsen" + b"\xff\xda\x00\x02" + b"\x01\x02\xff\xd9"
    kept = base64.b64decode(bare_picture(base64.b64encode(jpeg).decode()))
    assert kept == b"\xff\xd8\xff\xda\x00\x02\x01\x02\xff\xd9"


# -- the attack: canaries in the places where a page can hold something ------------------------------------------------


def _zipped(name: str, text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, text)
    return held.getvalue()


def _base64(data: bytes | str) -> str:
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


PAGE = "<html><head><style>/**/</style></head><body><h1>Ovens</h1><p>{}</p></body></html>"
CELL = '{{"cells": [{{"cell_type": "code", "metadata": {}, "outputs": [{}]}}], "metadata": {}}}'


def _cell(output: object = "", metadata: object = "", notebook: object = "") -> str:
    return CELL.format(json.dumps(metadata), json.dumps(output), json.dumps(notebook))


PLACES = {
    "a text": ("p.html", PAGE.format(f"of {CANARY}")),
    "a cell of a table": ("p.html", PAGE.format(f"<table><tr><td>{CANARY}</td></tr></table>")),
    "a title": ("p.html", f"<title>{CANARY}</title>"),
    "an alternative text": ("p.html", PAGE.format(f'<img alt="oven of {CANARY}" src="data:,">')),
    "a class": ("p.html", PAGE.format(f'<b class="{CANARY}">x</b>')),
    "a comment": ("p.html", PAGE.format(f"<!-- {CANARY} -->")),
    "the running line of print": ("p.html", PAGE.replace("/**/", "content: '\\00048\\000061lvorsen'")),
    "data of a chart": ("p.html", PAGE.format('<pre>{"x": ["\\u0048alvorsen"]}</pre>')),
    "a hover": ("p.html", PAGE.format(f'<pre>{{"hovertemplate": "by {CANARY}<extra></extra>"}}</pre>')),
    "a drawing": ("p.html", PAGE.format(f"<svg><text>{CANARY}</text></svg>")),
    "letters apart by tags": ("p.html", PAGE.format("<b>Hal</b>vor<i>sen</i>")),
    "letters as entities": ("p.html", PAGE.format("&#72;alvors&#x65;n")),
    "letters with nothing between": ("p.html", PAGE.format("Hal\u200bvor\u00adsen")),
    "an address": ("p.html", PAGE.format("?by=" + quote("Halvorsen", safe="").replace("H", "%48"))),
    "an address twice": ("p.html", PAGE.format("%2548alvorsen")),
    "base64": ("p.html", PAGE.format(_base64(f"seen by {CANARY} at nine"))),
    "base64 of base64": ("p.html", PAGE.format(_base64(_base64(f"seen by {CANARY} at nine")))),
    "compressed": ("p.html", PAGE.format(_base64(gzip.compress(f"seen by {CANARY} at nine".encode())))),
    "an archive": ("p.html", PAGE.format(_base64(_zipped("log", f"by {CANARY}")))),
    "a name in an archive": ("p.html", PAGE.format(_base64(_zipped(f"{CANARY}.log", "x")))),
    "two bytes a letter": ("p.html", PAGE.format(_base64(f"seen by {CANARY}".encode("utf-16-le")))),
    "hexadecimal": ("p.html", PAGE.format(f"seen by {CANARY} at nine".encode().hex())),
    "a picture's author": ("n.ipynb", _cell({"image/png": _base64(png((b"tEXt", b"Author\0by Halvorsen")))})),
    "a picture's packed text": (
        "n.ipynb",
        _cell({"image/png": _base64(png((b"zTXt", b"Comment\0\0" + zlib.compress(b"seen by Halvorsen"))))}),
    ),
    "another mime type": ("n.ipynb", _cell({"application/x-oven+json": {"who": CANARY}})),
    "metadata of a cell": ("n.ipynb", _cell(metadata={"tags": [CANARY]})),
    "a parameter": ("n.ipynb", _cell(notebook={"papermill": {"parameters": {"who": CANARY}}})),
    "widget state": ("n.ipynb", _cell(notebook={"widgets": {"state": {"w1": {"value": CANARY}}}})),
    "the manifest": ("m.json", json.dumps({"evidence": {f"mail/{CANARY}.eml": "ab"}})),
    "a path": ("m.json", json.dumps({"case_id": "/home/sunniva/cases/INC-7"})),
    "a file's name": (f"{CANARY}.html", "x"),
    "a mail in one place": ("p.html", PAGE.format("s.halv@harbour.example")),
    "a secret in one place": ("p.html", PAGE.format("password=Falke.7!x9")),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_canary_is_caught_in_its_place(place):
    name, content = PLACES[place]
    leaks = attack(redactor(), {name: content.encode()})
    assert leaks and all(leak.file == name for leak in leaks)
    assert CANARY not in str(leaks).replace(name, "")


def test_what_was_taken_out_is_found_with_other_marks_between():
    red = redactor()
    red.text("SHIP-0042")
    assert attack(red, {"p.html": b"<p>S.H.I.P. 0042</p>"})


def test_a_page_without_any_of_it_is_not_held_up():
    red = redactor()
    said = red.text("Halvorsen of SHIP-0042 at 192.0.2.44, password=Falke.7!x9")
    assert attack(red, {"p.html": PAGE.format(said).encode()}) == []


# -- a report ----------------------------------------------------------------------------------------------------------


def test_a_report_for_an_audience_holds_nothing_that_it_may_not_see(notebooks, tmp_path):
    content = json.loads((notebooks / "plain.ipynb").read_text())
    content["cells"][-1]["source"] = "print('Halvorsen of SHIP-0042, password=Falke.7!x9')"
    (tmp_path / "oven.ipynb").write_text(json.dumps(content))
    report = pipeline.render(
        tmp_path / "oven.ipynb", {}, tmp_path / "out", name="one", title="Of Halvorsen", redactor=redactor()
    )
    for path in (report.page, report.manifest):
        assert not any(one in path.read_text() for one in ("Halvorsen", "0042", "Falke"))
    assert [problem.where for problem in report.problems] == ["who reads it"] * 2


def test_a_leak_stops_the_page_and_says_where(notebooks, tmp_path, monkeypatch):
    content = json.loads((notebooks / "plain.ipynb").read_text())
    content["cells"][-1]["source"] = "print('Halvorsen')"
    (tmp_path / "oven.ipynb").write_text(json.dumps(content))
    monkeypatch.setattr(Redactor, "value", lambda self, value: value)
    with pytest.raises(
        ReportError, match=r"The page for training would tell what it may not: a person in one\.html"
    ):
        pipeline.render(
            tmp_path / "oven.ipynb", {}, tmp_path / "out", name="one", title="T", redactor=redactor()
        )
    assert not (tmp_path / "out" / "one.html").exists()


def test_the_key_is_the_owners_alone_and_stays(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana", contact="Jo Marsh, Kiln Ltd")
    case.record.note("told @bela", who="bela")
    first = of(case, "training")
    assert (case.path / "redaction.key").stat().st_mode & 0o77 == 0
    assert of(case, "training").key == first.key
    said = first.text("ana asked bela; Jo Marsh of Kiln waits")
    assert not any(name in said for name in ("ana", "bela", "Marsh", "Kiln"))


def test_a_customer_sees_their_own_name(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana", contact="Jo Marsh, Kiln Ltd")
    said = of(case, "customer").text("Dear Jo Marsh of Kiln Ltd, ana looks into it")
    assert said.startswith("Dear Jo Marsh of Kiln Ltd, person-")


def test_an_unknown_audience_is_refused(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    with pytest.raises(ParameterError, match="There is no audience 'public'"):
        of(case, "public")


def test_the_sample_for_training_names_nobody(copy_sample, tmp_path):
    case = Case.open(copy_sample(tmp_path / "INC-2031"))
    red = of(case, "training")
    people = {entry.author for entry in case.entries()}
    said = red.text("; ".join([*people, "CUST-0042", "CUST-0008"]))
    assert not any(one in said for one in [*people, "CUST-0042", "CUST-0008"])
