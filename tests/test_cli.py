"""The terminal: help with examples, three beats for mistakes, and the front door."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli import app

TICKET = """Subject: [SUP-7] Documents missing
Date: Wed, 17 Jun 2026 14:06:12 +0200

We cannot find DOC-11. The deadline is today 18:00 (Berlin).
"""


def run(*arguments, given=None):
    return CliRunner().invoke(app, list(arguments), input=given)


@pytest.mark.parametrize("name", sorted(get_command(app).commands))
def test_the_help_of_every_command_has_an_example(name):
    assert f"inv {name}" in run(name, "--help").output


def test_the_help_lists_every_command_once_by_the_moment_in_which_it_is_needed():
    from investigator.cli.moments import MOMENTS, by_moment

    known = set(get_command(app).commands)
    listed = [name for _, names in MOMENTS for name in names]
    assert len(listed) == len(set(listed)) and set(listed) <= known, "a command that is not there, or twice"
    assert len(MOMENTS[0][1]) == 6
    text = run("--help").output
    places = [text.index(f"\n{moment}:\n") for moment, _ in MOMENTS]
    assert places == sorted(places)
    for name in known:
        assert len([line for line in text.splitlines() if line.split()[:1] == [name]]) == 1, name
    assert list(by_moment({"odd": 1, "add": 2})) == [
        ("Six to begin with", [("add", 2)]),
        ("More", [("odd", 1)]),
    ]


def test_a_pasted_ticket_is_enough(tmp_path):
    result = run("new", "--words", "-", "--cases", str(tmp_path), given=TICKET)
    assert result.exit_code == 0, result.output
    case = Case.open("SUP-7", root=tmp_path)
    assert case.about == "DOC-11" and case.zone == "Europe/Berlin"
    assert "18:00 Berlin" in result.output


def test_an_id_that_names_another_folder_is_refused_in_three_beats(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "investigator.cli",
            "new",
            "../../x",
            "--title",
            "x",
            "--cases",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "'../../x' can't be the id of a case."
    assert "Traceback" not in done.stderr and "Use one such as INC-2031." in done.stderr


def test_the_front_door_needs_no_case(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    lines = []
    for number in range(30):
        at = f"2026-06-17T07:{number:02d}"
        lines.append(f'{{"time":"{at}:00Z","service":"upload","msg":"received DOC-{number}"}}')
        last = "skipped" if number == 11 else "indexed"
        lines.append(f'{{"time":"{at}:05Z","service":"indexer","msg":"{last} document DOC-{number}"}}')
    (logs / "app.jsonl").write_text("\n".join(lines) + "\n")
    result = run("triage", str(logs), "--about", "DOC-11", "--cases", str(tmp_path / "cases"))
    assert result.exit_code == 0, result.output
    assert "skipped document DOC-11" in result.output and "inv lab TRIAGE-" in result.output
    said = result.output.splitlines()
    first = next(n for n, line in enumerate(said) if line.startswith("where "))
    labels = ["where", "stopped", "since", "who else", "worse", "deadline", "unsure", "next"]
    assert [line[:9].strip() for line in said[first : first + 8]] == labels
    assert sum("Read without doubt: 1 source, 60 events." in line for line in said) == 1
    origin = re.search(r"inv around (\S+) (\S+)", said[first + 7])
    around = run("around", origin[1], origin[2], "--cases", str(tmp_path / "cases"))
    assert around.exit_code == 0 and "skipped document DOC-11" in around.output
    whole = run("triage", str(logs), "--about", "DOC-11", "--full", "--cases", str(tmp_path / "cases"))
    assert "app.jsonl" in whole.output and "raw lines: inv around" in whole.output


def test_the_front_door_says_each_doubt_once_and_asks_at_most_two_things(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(5):
        lines = [f"2026-06-17 07:{n:02d}:00 INFO tray {n} went in" for n in range(20)]
        (logs / f"oven-{number}x.log").write_text("\n".join(lines) + "\n")
    (logs / "till.jsonl").write_text('{"time":"2026-06-17T07:00:00Z","msg":"open"}\n{"time": broken\n' * 3)
    result = run("triage", str(logs), "--cases", str(tmp_path / "cases"))
    assert result.exit_code == 0, result.output
    said = result.output.splitlines()
    assert [line for line in said if line.startswith("till.jsonl: ")] != []
    assert sum("inv answer" in line for line in said) <= 2
    assert [line.split()[0] for line in said if line.startswith(("deadline ", "next "))] == [
        "deadline",
        "next",
    ]


def test_a_missing_path_is_named_before_a_case_is_made(tmp_path):
    result = run("triage", str(tmp_path / "gone"), "--cases", str(tmp_path / "cases"))
    assert "There is no" in str(result.exception)
    assert not (tmp_path / "cases").exists()


def test_adding_the_same_file_again_adds_nothing(tmp_path):
    Case.new("INC-1", words="x", root=tmp_path)
    file = tmp_path / "a.jsonl"
    file.write_text('{"time":"2026-06-17T07:00:00Z","msg":"x"}\n' * 3)
    assert "3 events" in run("add", "INC-1", str(file), "--cases", str(tmp_path)).output
    assert "already here" in run("add", "INC-1", str(file), "--cases", str(tmp_path)).output


def test_verify_sees_evidence_that_was_changed(tmp_path):
    case = Case.new("INC-1", words="x", root=tmp_path)
    file = tmp_path / "a.jsonl"
    file.write_text('{"time":"2026-06-17T07:00:00Z","msg":"x"}\n' * 3)
    case.add(file)
    assert run("verify", "INC-1", "--cases", str(tmp_path)).exit_code == 0
    kept = next(path for path in case.evidence.vault.iterdir() if len(path.name) == 64)
    kept.chmod(0o600)
    kept.write_text("something else")
    result = run("verify", "INC-1", "--cases", str(tmp_path))
    assert result.exit_code == 1 and "was changed" in result.output


def test_the_list_says_what_there_is_and_how_to_begin(tmp_path):
    assert "Make one: inv new" in run("list", "--cases", str(tmp_path)).output
    Case.new("INC-1", title="We can't find them", root=tmp_path)
    assert "We can't find them" in run("list", "--cases", str(tmp_path)).output


def test_a_line_from_the_terminal_is_in_the_record_and_can_be_taken_back(tmp_path):
    case = Case.new("INC-1", words="lost", zone="Europe/Berlin", root=tmp_path, author="ana")
    call = [sys.executable, "-m", "investigator.cli", "note"]
    place = {"env": {**os.environ, "INVESTIGATOR_CASES": str(tmp_path)}, "capture_output": True, "text": True}
    done = subprocess.run([*call, "did", "14:05", "paused", "purge", "@dana"], check=True, **place)
    assert "14:05 Berlin (" in done.stdout and "undo: inv note undo" in done.stdout
    subprocess.run([*call, "the customer sees the 41st"], check=True, **place)
    assert [n.content["text"] for n in case.state.notes] == [
        "paused purge @dana",
        "the customer sees the 41st",
    ]
    subprocess.run([*call, "undo"], check=True, **place)
    assert [n.content["text"] for n in case.state.notes] == ["paused purge @dana"]
    refused = subprocess.run([*call, "ask"], check=False, **place)
    assert refused.returncode == 2 and "needs words" in refused.stderr and "Traceback" not in refused.stderr


def test_a_sentence_that_begins_like_a_verb_is_kept_as_a_note(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path)
    for words in ("plan is to wait", "deadline moved, they say", "object storage is full"):
        result = run("note", words, "--cases", str(tmp_path))
        assert result.exit_code == 0 and "kept as a note" in result.output, result.output
    assert case.state.notes[0].content["text"] == "plan is to wait"
    before = len(case.entries())
    assert run("note", "plan A export | steps: query", "--cases", str(tmp_path)).exit_code != 0
    draft = run("note", "draft your documents are safe", "--cases", str(tmp_path))
    number = draft.output.split()[0]
    assert run("note", f"sent {number}", "--cases", str(tmp_path)).exit_code != 0
    assert len(case.entries()) == before + 1
    assert run("note", "did", "--cases", str(tmp_path)).exit_code != 0


def test_the_read_in_the_customer_and_the_status_as_markdown(tmp_path):
    case = Case.new("INC-1", words="We can't find it", contact="Jonas Feddersen", root=tmp_path)
    case.record.note("first")
    assert "We can't find it" in run("read-in", "--cases", str(tmp_path)).output
    assert "Dear Jonas Feddersen," in run("customer", "--acknowledge", "--cases", str(tmp_path)).output
    checked = run("customer", "--check", "Your documents are safe.", "--cases", str(tmp_path)).output
    assert "Not as it is: 'safe' needs a check" in checked
    assert "### We know" in run("status", "--markdown", "--cases", str(tmp_path)).output


def test_a_note_names_its_case_by_an_option(tmp_path):
    Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    Case.new("INC-2", words="lost", root=tmp_path, author="ana")
    result = run("note", "--case", "INC-1", "--cases", str(tmp_path), "think", "the indexer")
    assert result.exit_code == 0, result.output
    assert Case.open("INC-1", root=tmp_path).state.working_guess.text == "the indexer"


def test_a_status_is_proposed_struck_and_taken_down(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    case.record.note("40 rows are there")
    proposed = run("status", "INC-1", "--cases", str(tmp_path))
    assert "[1] 40 rows are there" in proposed.output and "To the customer:" in proposed.output
    sent = run(
        "status",
        "INC-1",
        "--cases",
        str(tmp_path),
        "--strike",
        "1",
        "--add",
        "need: a hand",
        "--send",
        "inside",
    )
    assert sent.exit_code == 0, sent.output
    assert "is in the record" in sent.output and "40 rows" not in sent.output and "a hand" in sent.output
    assert len(case.state.statuses) == 1


def test_the_walkthrough_is_a_page_with_a_part_for_every_turn(copy_sample, tmp_path):
    from investigator.case.reasoning.turns import turns

    target = tmp_path / "INC-2031"
    copy_sample(target)
    result = run("walkthrough", str(target))
    assert result.exit_code == 0, result.output
    page = (target / "reports" / "walkthrough.html").read_text(encoding="utf-8")
    number = len(turns(Case.open(target).snapshot()))
    assert number >= 10 and page.count("Think, then open.") == number
    assert page.count('after the call<a class="permalink"') == number
    assert (target / "reports" / "walkthrough.ipynb").exists()


def test_without_a_browser_the_lab_prints_an_address_that_works(tmp_path):
    Case.new("INC-1", words="lost", root=tmp_path)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [
        sys.executable,
        "-m",
        "investigator.cli",
        "lab",
        "INC-1",
        "--no-browser",
        "--cases",
        str(tmp_path),
    ]
    lab = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert lab.stdout is not None
        lab.stdout.readline()
        address = lab.stdout.readline().split(": ", 1)[1].strip()
        for _ in range(240):
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    page = answer.read().decode()
                break
            except OSError:
                time.sleep(0.5)
        assert "JupyterLab" in page and "login" not in answer.url
    finally:
        lab.send_signal(signal.SIGTERM)
        lab.wait(60)
