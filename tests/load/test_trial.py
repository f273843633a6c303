"""A trial shows what a load would give, line by line, and stores nothing."""

import json

import pytest

from investigator.errors import DataError
from investigator.load.trial import trial

LOG = """\
2026-06-17 09:14:07,120 INFO  [worker-3] c.p.indexer.Worker - picked document DOC-1

2026-06-17 09:14:07,391 ERROR [worker-3] c.p.indexer.Worker - could not index DOC-1
java.lang.IllegalStateException: unsupported schema 3
    at c.p.indexer.Worker.index(Worker.java:88)
2026-06-17 09:14:08,002 WARN  [worker-1] c.p.indexer.Queue - 14 waiting
"""


def test_each_line_stands_beside_what_it_becomes(tmp_path):
    file = tmp_path / "app.log"
    file.write_text(LOG)
    found = trial(file)
    assert [line.what for line in found.lines] == ["event", "blank", "event", "joins", "joins", "event"]
    assert found.lines[3].why == "3" and found.format == "application_log"
    assert found.lines[2].events[0]["body"].endswith("Worker.java:88)")
    text = found.text()
    assert "2026-06-17 09:14:07.120 | INFO" in text and "(line 4 joins 3)" in text
    assert "its times name no zone: read as UTC" in text and "next best: " in text
    assert "2026-06-17 07:14:07.120" in trial(file, zone="Europe/Berlin").text()
    assert list(tmp_path.iterdir()) == [file]


def test_a_line_that_can_t_be_read_says_why(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"time":"2026-06-17T09:14:07Z","msg":"one"}\n{"time":"2026-06-17T09:14:08Z","msg":"two"}\n{"time":\n'
        * 4
    )
    found = trial(file)
    assert [line.why for line in found.rejected] == ["no JSON"] * 4
    assert "✗ not read: no JSON" in found.text()


def test_only_the_first_lines_are_shown_of_a_long_file(tmp_path):
    file = tmp_path / "a.log"
    file.write_text("".join(f"2026-06-17 09:14:07,120 INFO x - number {i} {'.' * 80}\n" for i in range(5000)))
    found = trial(file)
    assert len(found.lines) == 20 and found.lines[19].events[0]["body"].startswith("number 19 ")


def test_tables_and_values_are_tried_too(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        "Created on;What;Level\n17.06.2026 09:14;index lost;error\n17.06.2026 09:15;found;info\n"
    )
    found = trial(table, mapping={"Created on": "time", "What": "body"})
    assert [line.what for line in found.lines] == ["header", "event", "event"]
    assert found.lines[1].events[0]["body"] == "index lost"
    value = tmp_path / "v.json"
    value.write_text(json.dumps([{"time": "2026-06-17T09:14:07Z", "msg": "one"}], indent=1))
    assert trial(value).events == 1


def test_what_it_shows_is_harmless(tmp_path):
    file = tmp_path / "a.log"
    file.write_text("2026-06-17 09:14:07 \x1b]0;title\x07 <script>alert(1)</script>\n")
    found = trial(file)
    assert "\x1b" not in found.text() and "\x07" not in found.text()
    assert "<script>" not in found._repr_html_()


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        (tmp_path / "x").mkdir()
        (tmp_path / "x" / "a.log").write_text("x\n")
        trial(tmp_path / "x")
    with pytest.raises(DataError, match="There is no"):
        trial(tmp_path / "gone.log")
