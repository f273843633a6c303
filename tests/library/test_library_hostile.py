"""A foreign postmortem is words: scripts, escapes, marks, bombs and binaries are left out, or refused in a sentence."""

import time
import zlib

import pytest
from test_library_documents import assembled, pdf
from typer.testing import CliRunner

from investigator.cli import app
from investigator.errors import DataError
from investigator.library import document, postmortem

WORDS = "The lift stopped between two floors and nobody could leave it for an hour. "


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_escapes_and_marks_that_turn_text_are_gone_from_file_and_screen(tmp_path, library):
    text = (
        f"# Lift \x1b]0;owned\x07\x1b[31mstuck\u202e2020-01-01\n\n## Summary\n\n{WORDS}\x1b[2J\u200b{WORDS}\n"
    )
    library.add(written(tmp_path, "lift.md", text))
    (path,) = library.folder.iterdir()
    kept = path.read_text()
    shown = CliRunner().invoke(app, ["library", "search", "lift", "--library", str(library.folder)]).output
    for one in ("\x1b", "\u202e", "\u200b", "\x07", "owned"):
        assert one not in kept and one not in shown
    assert "Lift stuck" in shown


def test_a_file_that_was_written_by_hand_shows_its_marks(library, tmp_path):
    library.folder.mkdir()
    (library.folder / "x.json").write_text('{"id": "x", "title": "lift \\u001b[31m \u202e up"}')
    shown = CliRunner().invoke(app, ["library", "list", "--library", str(library.folder)]).output
    assert "\x1b" not in shown and "\u202e" not in shown and "\\x1b[31m" in shown


def test_scripts_frames_and_handlers_of_a_page_are_no_words(tmp_path):
    page = f"<html><body><h1>Lift 2020-01-01</h1><script>steal()</script><iframe src='http://x'>frame</iframe><p onclick='go()'>{WORDS * 2}</p><svg onload='z()'><text>drawn</text></svg></body></html>"
    text = postmortem.incident(document.read(written(tmp_path, "a.html", page))).text
    assert "Lift" in text
    assert not [one for one in ("steal", "http", "onclick", "frame", "drawn") if one in text]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("big.md", b"word " * 10_000_001, "50 MB"),
        ("zeros.md", b"MZ\0\0\0\0" * 100, "is no text"),
        ("empty.md", b"", "has no words"),
        ("numbers.txt", b"1 2 3\n" * 100, "has no words"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj<<", "can't be read as a PDF"),
    ],
)
def test_what_is_no_postmortem_is_refused_in_a_sentence(tmp_path, name, data, said):
    with pytest.raises(DataError, match=said) as error:
        document.read(written(tmp_path, name, data))
    assert name in error.value.what and error.value.do


def test_a_pdf_that_unfolds_without_end_costs_only_its_own_process(tmp_path):
    bomb = zlib.compress(b"BT (lift) Tj ET " * 6_000_000, 9)
    page = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(bomb), bomb),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    started = time.monotonic()
    with pytest.raises(DataError, match=r"can't be read as a PDF|has no words"):
        document.read(written(tmp_path, "bomb.pdf", assembled(page)))
    assert time.monotonic() - started < document.PDF_SECONDS + 15


def test_an_action_in_a_pdf_is_not_run(tmp_path):
    data = pdf(["Lift stuck on 2020-01-01", WORDS, WORDS]).replace(
        b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    )
    assert "alert" not in document.read(written(tmp_path, "js.pdf", data)).text


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "<div>", "[", "[a](", "**", "`", "| a ", "# ", "- [ ] ", "for 1 h ", "customer ", "1 1 1 ", "no ", "\x1b[", "2020-01-01 ", "<!DOCTYPE html><![CDATA["],
)  # fmt: skip
def test_no_text_takes_long_to_read(tmp_path, piece):
    path = written(
        tmp_path, "long.md", f"# Lift 2020-01-01\n\n{WORDS * 3}\n\n" + piece * (300_000 // len(piece))
    )
    started = time.process_time()
    postmortem.incident(document.read(path))
    assert time.process_time() - started < 20


def test_a_thing_that_is_no_file_is_refused(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(DataError, match="is no file"):
        document.read(tmp_path / "pipe.md")
    with pytest.raises(DataError, match="can't be read"):
        document.read(tmp_path / "gone.md")
