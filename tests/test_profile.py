"""The team's profile: made from samples, checked by line, and what it fills in; everything works without it."""

import shlex
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from investigator import moment, profile
from investigator.case import Case
from investigator.case.brief.fetch_list import entries
from investigator.cli import app
from investigator.errors import DataError
from investigator.profile import commands, making

START, END = datetime(2026, 6, 17, 7, tzinfo=UTC), datetime(2026, 6, 17, 9, tzinfo=UTC)

WHOLE = r"""
systems:
  orders:
    fetch: kubectl logs deploy/orders --since-time={start} | grep {id}
    sources: ['orders*']
    retention: 7d
    contact: dana
  gateway:
    fetch: journalctl --since '{start:%Y-%m-%d %H:%M:%S}' -u nginx
    zone: Europe/Berlin
  loki: logcli query '{app="x"} |= "{id}"' --from={start} --to={end}
  archive: {fetch: 'cat /old', retention: 26h}
ids: {document: 'DOC-[0-9]+'}
zones: {'orders*': Europe/Berlin}
lifecycle:
  - received: upload / received
contacts: {dana: '+49 30 1234'}
retention: {gateway: 1h}
formats:
  - name: billing
    pattern: '^(?P<time>\S+ \S+) (?P<level>\w) (?P<body>.*)'
    time: '%d.%m.%Y %H:%M:%S'
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(profile.VARIABLE, raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_it_is_found_upward_or_by_the_environment(here, monkeypatch):
    (here / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(here / "a" / "b")
    assert profile.find() is None
    (here / profile.FILE).write_text("ids: {document: 'DOC-[0-9]+'}\n")
    assert profile.find() == here / profile.FILE and profile.found()[0].ids == {"document": "DOC-[0-9]+"}
    other = here / "other.yaml"
    other.write_text("")
    monkeypatch.setenv(profile.VARIABLE, str(other))
    assert profile.find() == other and profile.read(other).systems == ()
    monkeypatch.setenv(profile.VARIABLE, str(here / "gone.yaml"))
    assert "which INVESTIGATOR_PROFILE names" in profile.found()[1]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("ids:", "idss:", 13, "Did you mean 'ids'"),
        ("contact: dana", "contakt: dana", 7, "Did you mean 'contact'"),
        ("retention: 7d", "retention: a while", 6, "Write it as 36h, 7d"),
        ("{start} | grep", "{strat} | grep", 4, "Did you mean {start}"),
        ("{start:%Y-%m-%d %H:%M:%S}", "{start:iso}", 9, "strftime"),
        ("'orders*': Europe/Berlin", "'orders*': Berlin/Europe", 14, "Berlin/Europe"),
        ("'DOC-[0-9]+'", "'DOC-(?=x)'", 13, "RE2"),
        ("- received: upload / received", "- received: {inn: upload}", 15, "'inn'"),
        ("gateway: 1h", "gatewai: 1h", 18, "no system 'gatewai'"),
        (r"(?P<body>.*)'", r"\1'", 21, "refers back"),
    ],
)
def test_a_mistake_names_file_and_line(here, old, new, line, said):
    path = here / profile.FILE
    path.write_text(WHOLE.replace(old, new, 1))
    with pytest.raises(DataError, match=rf"investigator\.yaml, line {line}: ") as caught:
        profile.read(path)
    assert said in str(caught.value)


def test_a_case_takes_over_what_it_says_and_has_it_without_the_file(here):
    (here / profile.FILE).write_text(WHOLE)
    made = run("new", "INC-1", "--title", "DOC-1 is lost", "--cases", str(here / "cases"))
    assert "took over from the team's profile: " in made.output
    case = Case.open("INC-1", root=here / "cases")
    assert case.state.kinds["document"] == "DOC-[0-9]+" and case.state.lifecycle
    (here / profile.FILE).unlink()
    (here / "orders.log").write_text("2026-06-17 09:14:07,120 INFO x - received DOC-1\n" * 3)
    report = case.add(here / "orders.log")
    assert report.questions() == [] and report.sources[0].first.startswith("2026-06-17T07:14:07")
    (here / "odd.txt").write_text("17.06.2026 09:14:07 E could not index DOC-1\n")
    assert case.add(here / "odd.txt").sources[0].format == "billing"
    assert case.find.lifecycle(like="DOC-1").check.params["path"] == case.state.lifecycle


def test_zones_and_formats_come_in_with_evidence_where_the_profile_came_later(here):
    case = Case.new("INC-1", words="x", root=here / "cases")
    (here / profile.FILE).write_text(WHOLE)
    (here / "orders.log").write_text("2026-06-17 09:14:07,120 INFO x - received DOC-1\n")
    assert case.add(here / "orders.log").questions() == []
    assert case.state.zones == {"orders*": "Europe/Berlin"} and len(case.entries("declare")) == 1
    case.add(here / "orders.log")
    assert len(case.entries("declare")) == 1


def test_a_broken_profile_stops_nobody_and_is_said(here):
    (here / profile.FILE).write_text("idss: x\n")
    made = run("new", "INC-1", "--title", "x", "--cases", str(here / "cases"))
    assert made.exit_code == 0 and "The team's profile is left out: " in made.output
    (here / "a.log").write_text("2026-06-17 09:14:07,120 INFO x - received DOC-1\n")
    added = run("add", "INC-1", str(here / "a.log"), "--cases", str(here / "cases"))
    assert added.exit_code == 0 and "line 1: there is no key 'idss'" in added.output


def test_without_a_profile_one_line_says_how_to_make_one(here):
    Case.new("INC-1", words="x", root=here / "cases")
    listed = run("fetch-list", "INC-1", "--cases", str(here / "cases"))
    assert listed.exit_code == 0 and listed.output.count("\n") == 1 and "inv init makes one" in listed.output


def test_what_expires_first_is_fetched_first_and_what_is_here_is_said(here, monkeypatch):
    (here / profile.FILE).write_text(WHOLE)
    case = Case.new("INC-1", words="x", about=["DOC-1"], zone="Europe/Berlin", root=here / "cases")
    lines = "".join(f"2026-06-17 {9 + m // 60:02d}:{m % 60:02d}:00 INFO x - DOC-{m}\n" for m in range(121))
    (here / "orders.log").write_text(lines)
    case.add(here / "orders.log")
    case.record.declare(window=(START, END))
    monkeypatch.setattr(moment, "now", lambda: END + timedelta(hours=24, minutes=30))
    items = {item.system: item for item in entries(case.snapshot(), profile.found()[0])}
    assert list(items) == ["archive", "orders", "loki", "gateway"]
    assert items["archive"].left(case.now, "UTC").startswith("expiring now: its first part is gone")
    assert items["orders"].whole and "over all of the window" in items["orders"].here
    assert (
        items["orders"].command == "kubectl logs deploy/orders --since-time=2026-06-17T07:00:00Z | grep DOC-1"
    )
    assert items["gateway"].command == "journalctl --since '2026-06-17 09:00:00' -u nginx"
    assert items["gateway"].left(case.now, "UTC").startswith("expired: gone since")
    assert """|= "DOC-1"' --from=2026""" in items["loki"].command
    text = str(case.brief.fetch_list())
    assert "ask dana (+49 30 1234)" in text and text.index("1. archive") < text.index("4. gateway")


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=20))
def test_no_id_becomes_a_command(text):
    line, notes = commands.filled("printf %s {id}", start=START, end=END, id=text)
    if "{id}" not in line:
        assert shlex.split(line)[2:] == [text]
        done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True)
        assert done.stdout.decode() == text
    for template in (
        """ssh a grep {id} x""",
        """grep "{id}" x""",
        """a '{id}'""",
        "cat <<E\n{id}\nE",
        "$(a {id})",
    ):
        line, notes = commands.filled(template, start=START, end=END, id=text)
        assert line == template.replace("{id}", text) or notes
        if line != template:
            assert not set(
                line.replace(template.split("{id}")[0], "", 1).replace(template.split("{id}")[1], "")
            ) & set("'\"`$\\;|&<>()\n*?~#!")


def test_samples_make_a_profile_that_can_be_read(here):
    samples = here / "samples"
    samples.mkdir()
    (samples / "app-2026-06-17.jsonl").write_text(
        "".join(
            f'{{"time":"2026-06-17T07:00:0{i}Z","msg":"received DOC-{i} over UTF-8"}}\n' for i in range(3)
        )
    )
    (samples / "it's.log").write_text("2026-06-17 09:14:07,120 INFO x - received DOC-9\n" * 2)
    (samples / "junk.bin").write_bytes(bytes(range(256)))
    done = run("init", str(samples), "--output", str(here))
    assert done.exit_code == 0, done.output
    found = profile.read(here / profile.FILE)
    assert (
        found.ids == {"document": "DOC-[0-9]+"}
        and "4 different in the samples" in (here / profile.FILE).read_text()
    )
    assert {"app", "it-s"} <= {system.name for system in found.systems}
    before = (here / profile.FILE).read_text()
    again = run("init", "--output", str(here))
    assert "is not overwritten" in str(again.exception) and (here / profile.FILE).read_text() == before
    assert run("init", "--force", "--output", str(here)).exit_code == 0
    assert profile.read(here / profile.FILE).ids == {}
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []


def test_a_profile_that_would_be_wrong_is_not_written(here):
    with pytest.raises(DataError, match="is no length of time"):
        making.write(here / profile.FILE, "retention: {a: x}\n")
    assert list(here.iterdir()) == []
