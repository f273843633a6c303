"""One broken file among the formats is skipped and listed; everything is read by the others."""

from __future__ import annotations

import pytest

from investigator.case import Case
from investigator.errors import CatalogueError, DataError
from investigator.load import formats, recognise
from investigator.sources._format import Sure

LINES = b'{"time":"2026-06-17T07:14:07Z","level":"error","msg":"no DOC-1"}\n' * 3
BROKEN = {
    "a syntax error": ("FORMAT = (\n", "SyntaxError"),
    "an error at import": ("raise RuntimeError('half\\nwritten')\n", "RuntimeError: half written"),
    "an import that is not there": ("import no_such_library\n", "No module named 'no_such_library'"),
    "an exit at import": ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
    "no format": ("def sure(head):\n    return None\n", "it has no FORMAT"),
    "a format of no kind": ("FORMAT = 7\n\ndef sure(head):\n    return None\n", "but int"),
    "records that nothing recognises": (
        "from investigator.sources.zipkin import FORMAT\n",
        "it has no sure, which Records need",
    ),
    "nothing at all": ("", "it has no FORMAT"),
}


@pytest.fixture
def shelf(added):
    """The room of formats with one more file in it: shelf(text)."""
    return lambda text: added("sources", text, "haproxy_next")


@pytest.mark.parametrize("how", sorted(BROKEN))
def test_a_broken_format_is_skipped_and_listed_by_name_with_the_reason(how, shelf, place):
    text, reason = BROKEN[how]
    shelf(text)
    report = place.add(LINES, "app.jsonl")
    assert (report.events, report.sources[0].format) == (3, "jsonlines")
    said = [line for line in str(report).splitlines() if "haproxy_next" in line]
    assert len(said) == 1 and said[0].startswith("The format 'haproxy_next' is skipped: "), said
    assert reason in said[0] and "Mend investigator/sources/haproxy_next.py." in said[0]
    assert "haproxy_next" in report._repr_html_()


def test_a_format_that_fails_at_a_content_is_listed_for_that_load_alone(shelf, place):
    shelf(
        "from investigator.sources.zipkin import FORMAT\n\ndef sure(head):\n    if 'DOC-1' in head.text:\n        return 1 / 0\n    raise KeyError\n"
    )
    report = place.add(LINES, "app.jsonl")
    assert report.events == 3
    assert "The format 'haproxy_next' could not look at app.jsonl: ZeroDivisionError" in str(report)
    formats._room()[0]["haproxy_next"].sure = lambda head: Sure(0.0)
    assert "haproxy_next" not in str(place.add(LINES.replace(b"DOC-1", b"DOC-2"), "other.jsonl"))


def test_what_nothing_recognises_says_which_formats_were_not_asked(shelf, place, monkeypatch):
    monkeypatch.setattr(recognise, "ranked", lambda *given, **named: [])
    shelf("raise RuntimeError('half written')\n")
    with pytest.raises(DataError, match="The format 'haproxy_next' is skipped: RuntimeError: half written"):
        place.add(b"odd\n", "odd")


def test_a_broken_format_that_is_asked_for_by_name_is_refused(shelf, place):
    shelf("raise RuntimeError('half written')\n")
    with pytest.raises(CatalogueError, match=r"The format 'haproxy_next' can't be read: RuntimeError"):
        place.add(LINES, "app.jsonl", format="haproxy_next")


def test_the_bytes_of_what_a_broken_format_read_are_not_given_by_another(shelf, place, monkeypatch):
    shelf("from investigator.sources.zipkin import FORMAT, sure\n")
    spans = b'[{"traceId":"5b8e","id":"1","name":"a","timestamp":1781680447120043}]'
    place.add(spans, "spans", format="haproxy_next")
    origin = place.events()["origin"].iloc[0]
    assert b'"5b8e"' in place.raw(origin)
    shelf("raise RuntimeError('half written')\n")
    with pytest.raises(CatalogueError, match="haproxy_next"):
        place.raw(origin)


def test_a_case_and_the_terminal_list_what_was_skipped(shelf, tmp_path):
    from typer.testing import CliRunner

    from investigator.cli import app

    shelf("raise RuntimeError('half written')\n")
    Case.new("INC-1", words="x", root=tmp_path)
    file = tmp_path / "a.jsonl"
    file.write_bytes(LINES)
    done = CliRunner().invoke(app, ["add", "INC-1", str(file), "--cases", str(tmp_path)])
    assert done.exit_code == 0 and "3 events" in done.output, done.output
    assert "The format 'haproxy_next' is skipped" in done.output
