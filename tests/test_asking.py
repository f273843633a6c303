"""One's own question in the terminal: search, around, timeline, find."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli import app, asking, blocks
from investigator.errors import KitError

HOSTILE = "\x1b]0;owned\x07\u202e<img src=x onerror=alert(1)> lane=unrouted"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Parcels: a sorter that loses some in the evening of one day, in a case of its own folder."""
    place = tmp_path_factory.mktemp("parcels")
    start = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    rows = []
    for number in range(240):
        lane = "unrouted" if number > 200 and number % 4 == 0 else f"L{number % 9}"
        rows.append(
            {
                "time": (start + timedelta(minutes=2 * number)).isoformat(),
                "level": "error" if lane == "unrouted" and number % 8 == 0 else "info",
                "service": "sorter" if number % 2 == 0 else "scanner",
                "msg": f"parcel P-{number} lane={lane}",
                "took": number,
            }
        )
    rows.append({"time": start.isoformat(), "service": "door", "msg": HOSTILE})
    (place / "sorter.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    case = Case.new("PAR-1", words="parcels are lost", zone="Europe/Berlin", root=place / "cases")
    case.add(place / "sorter.jsonl")
    return place / "cases"


def run(root, *words):
    done = CliRunner().invoke(app, [*words, "--cases", str(root)])
    assert done.exit_code == 0, f"{done.output}{done.exception!r}"
    return done.output


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["unrouted", "older_than"], "unrouted older_than"),
        (["connection refused"], '"connection refused"'),
        (["-connection refused"], '-"connection refused"'),
        (["lane=not routed"], 'lane="not routed"'),
        (["lane=unrouted -test"], "lane=unrouted -test"),
        (["lost OR gone"], "lost OR gone"),
        (["/a b/"], "/a b/"),
    ],
)
def test_what_a_shell_leaves_of_a_search_is_what_was_meant(words, text):
    assert asking.query(words) == text


def test_an_option_that_there_is_not_is_no_word():
    with pytest.raises(KitError, match="no option --limit"):
        asking.query(["lost", "--limit", "5"])


def test_a_search_says_how_many_when_and_where_and_how_to_see_the_lines(root):
    out = run(root, "search", "unrouted", "-door")
    assert "9 lines match, from 2026-03-03 00:48:00 Berlin" in out
    assert "sorter" in out and "raw lines: inv around" in out
    origin = out.strip().splitlines()[-1].split()[-1]
    assert "> 205 " in run(root, "around", origin)


def test_words_to_leave_out_and_options_live_together(root):
    for since in ("--since", "-since"):
        out = run(root, "search", "PAR-1", "parcel", "-scanner", since, "00:50", "--severity", "error")
        assert "From 2026-03-03 00:50 Berlin" in out and "4 lines match" in out


def test_a_clock_alone_is_of_the_last_day_or_of_the_evening_before(root):
    case = Case.open("PAR-1", root=root)
    zone = ZoneInfo("Europe/Berlin")
    end = case.window[1]
    assert asking._moment(case, "00:30", end) == datetime(2026, 3, 3, 0, 30, tzinfo=zone)
    assert asking._moment(case, "23:30", end) == datetime(2026, 3, 2, 23, 30, tzinfo=zone)
    assert asking._moment(case, "2h", end) == end - timedelta(hours=2)


def test_no_line_says_where_it_looked_and_what_is_near(root):
    out = run(root, "search", "unruoted")
    assert "None of 241 lines of sorter.jsonl matches. Near to it: unrouted" in out


def test_json_is_the_finding(root):
    found = json.loads(run(root, "search", "unrouted", "--json"))
    assert found["value"]["count"] == 10 and found["check"]["params"] == {"text": "unrouted"}
    drawn = json.loads(run(root, "timeline", "--json"))
    assert sum(lane["count"] for lane in drawn["lanes"]) == 241
    line = json.loads(run(root, "around", "sorter.jsonl:9", "--json"))
    assert line["event"]["service"] == "sorter"
    assert json.loads(run(root, "find", "first_error", "--json"))["verdict"] == "found"


def test_what_lines_hold_does_nothing_to_a_terminal(root):
    for words in (
        ["search", "owned"],
        ["around", "sorter.jsonl:241"],
        ["search", "onerror", "--json"],
        ["timeline"],
    ):
        out = run(root, *words)
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "\\x1b]0;owned" in run(root, "search", "owned")


def test_the_timeline_has_a_lane_for_each_service_and_one_for_its_errors(root, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    out = run(root, "timeline", "PAR-1").splitlines()
    lane = next(line for line in out if line.startswith("sorter"))
    errors = out[out.index(lane) + 1]
    assert lane.endswith(" 120") and errors.startswith("  errors") and errors.endswith(" 4")
    assert max(len(line) for line in out if "inv " not in line) <= 100
    assert any(line.startswith("Closer: inv timeline") and "2026-03-03 0" in line for line in out)


def test_any_analysis_is_asked_by_name_with_its_parameters_as_options(root):
    assert "search " in run(root, "find")
    assert "--text" in CliRunner().invoke(app, ["find", "search", "--help"]).output
    out = run(root, "find", "first-error", "PAR-1", "--service", "sorter")
    assert "raw lines: inv around" in out
    assert "9 lines match" in run(root, "find", "search", "unrouted", "--service=sorter")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search"], "Nothing is asked"),
        (["search", "PAR-1"], "PAR-1 is the case"),
        (["search", "x"], "one character"),
        (["search", "/(/"], "can't be used"),
        (["search", "lost", "--since", "01:30", "--until", "01:00"], "no time between"),
        (["around"], "Nothing is asked"),
        (["around", "sorter.jsonl:1", "sorter.jsonl:2"], "One line can be shown at a time"),
        (["find", "nothing"], "no analysis named 'nothing'"),
        (["find", "first_error", "--moon", "full"], "has no parameter 'moon'"),
        (["find", "rate_change", "--minutes"], "has no value"),
    ],
)
def test_what_can_not_be_asked_gets_a_sentence(root, words, said):
    done = CliRunner().invoke(app, [*words, "--cases", str(root)] if words[-1] != "--minutes" else words)
    assert isinstance(done.exception, KitError) and said in str(done.exception)


def test_blocks_show_one_among_many_and_nothing_as_nothing():
    drawn = blocks.blocks([0, 1, 10_000])
    assert drawn[0] == " " and drawn[1] != " " and drawn[2] != drawn[1]


def test_the_axis_says_the_day_where_it_begins():
    low = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    axis = blocks.axis(low, 600, 40, ZoneInfo("Europe/Berlin"))
    assert axis.startswith("|03-02 23:00") and "|03-03 0" in axis
