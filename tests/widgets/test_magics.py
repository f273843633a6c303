"""The shorthand in a notebook's kernel: a question stays a question, braces stay braces, and the trail keeps looks."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from investigator.case import Case
from investigator.case.case import opened
from investigator.case.record import mode
from investigator.widgets import attach, magics
from investigator.widgets.trail import gave, said


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell of its own with the kit attached, and a case at hand."""
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance()
    monkeypatch.setattr(mode, "_running", [])
    attach(made)
    made.case = Case.new("INC-1", words="lost", zone="Europe/Berlin", root=tmp_path, author="ana")
    made.user_ns["case"] = made.case
    yield made
    opened.clear()
    InteractiveShell.clear_instance()


def run(shell, code):
    result = shell.run_cell(code, store_history=True)
    result.raise_error()
    return result


def test_a_line_that_ends_in_a_question_mark_is_a_question_and_nothing_is_expanded(shell):
    run(shell, "x = 1\n%ask @ana rows in documents for {x} or $x? 10m\n%note is it gone?\n%note really??")
    assert [ask.text for ask in shell.case.state.asks.values()] == ["rows in documents for {x} or $x?"]
    assert [n.content["text"] for n in shell.case.state.notes] == ["is it gone?", "really??"]


def test_words_with_quotes_and_backslashes_come_through(shell):
    run(shell, "%note she said \"no\", it's in C:\\new 'folder'")
    assert shell.case.state.notes[0].content["text"] == "she said \"no\", it's in C:\\new 'folder'"


def test_a_magic_inside_a_long_string_stays_a_string(shell):
    run(shell, 'text = """\n%note not this one?\n"""\n%note this one?')
    assert shell.user_ns["text"] == "\n%note not this one?\n"
    assert [n.content["text"] for n in shell.case.state.notes] == ["this one?"]


def test_an_apostrophe_above_does_not_open_a_string(shell):
    run(shell, "%note don't\n%note isn't it?")
    assert len(shell.case.state.notes) == 2


def test_what_is_for_the_lawyer_alone_leaves_the_cell_that_it_was_typed_in(shell, monkeypatch):
    cells = []
    monkeypatch.setattr(shell, "set_next_input", lambda text, replace: cells.append((text, replace)))
    run(shell, "%privileged counsel was asked")  # a terminal keeps no cell
    assert cells == []
    monkeypatch.setattr(shell, "kernel", object(), raising=False)
    run(
        shell,
        "x = 1\n%privileged counsel thinks it's due\nif x:\n    %privileged and so does Ito\n%note open",
    )
    left = (
        "x = 1\n# privileged: for the lawyer alone\nif x:\n    # privileged: for the lawyer alone\n%note open"
    )
    assert cells and set(cells) == {(left, True)}
    assert [e.content["text"] for e in shell.case.snapshot().privileged()] == [
        "counsel was asked", "counsel thinks it's due", "and so does Ito",
    ]  # fmt: skip
    run(shell, "%note not privileged")
    assert len(set(cells)) == 1
    assert "counsel" not in str([e.content for e in shell.case.entries()])


def test_inside_a_block_it_keeps_its_indent(shell):
    run(shell, "for n in range(2):\n    %did step\n")
    assert len(shell.case.state.notes) == 2


def test_help_for_other_names_still_works():
    assert magics.plain_calls(["%pinfo x\n", "len?\n"]) == ["%pinfo x\n", "len?\n"]


def test_a_mistake_is_three_beats(shell):
    result = shell.run_cell("%undo #99")
    assert "There is no #99 to take back." in str(result.error_in_exec)


def test_every_verb_is_a_magic_with_help(shell):
    from investigator.case.record.line import VERBS

    for verb, (_, example) in VERBS.items():
        assert f"%{example}" in shell.magics_manager.magics["line"][verb].__doc__


def test_a_scratch_cell_is_kept_with_code_result_and_seconds_and_a_failure_with_its_error(shell):
    run(shell, "import pandas as pd\npd.DataFrame({'a': [1, 2]})")
    shell.run_cell("int('x')", store_history=True)
    kept = shell.case.entries("scratch")
    assert [entry.content["text"] for entry in kept] == [
        "2 rows of a",
        "failed: ValueError: invalid literal for int() with base 10: 'x'",
    ]
    assert kept[0].content["code"].startswith("import pandas") and kept[0].content["seconds"] >= 0
    assert kept[1].content["failed"] is True


def test_what_only_shows_the_case_or_writes_is_no_scratch_cell(shell):
    run(shell, "case.card()")
    run(shell, "import investigator as inv")
    run(shell, "case.record.note('written')")
    run(shell, "x = 3")
    run(shell, "%note by hand")
    assert shell.case.entries("scratch") == []


def test_a_secret_in_a_scratch_cell_is_masked_and_the_author_may_strike_it(shell):
    run(shell, "sorted('password=hunter22x')")
    entry = shell.case.entries("scratch")[0]
    assert "hunter22x" not in str(entry.content)
    run(shell, f"%undo #{entry.number}")
    assert shell.case.state.trail == [] or entry.id not in [e.id for e in shell.case.state.trail]


def test_in_a_report_nothing_is_kept(shell, monkeypatch):
    monkeypatch.setenv(mode.VARIABLE, "report")
    run(shell, "sorted([2, 1])")
    monkeypatch.delenv(mode.VARIABLE)
    assert shell.case.entries("scratch") == []


def test_attaching_twice_keeps_a_cell_once(shell):
    attach(shell)
    run(shell, "sorted([2, 1])")
    assert len(shell.case.entries("scratch")) == 1


def test_a_value_that_can_not_be_shown_stops_nothing():
    class Bad:
        def __str__(self):
            raise RuntimeError("no")

    assert gave(Bad()) == "Bad" and gave(None) == "gave nothing to show"
    assert said(KeyError("x")).startswith("failed: KeyError")


def test_without_a_case_the_line_says_what_to_do(shell):
    opened.clear()
    result = shell.run_cell("%note x")
    assert "No case is open here." in str(result.error_in_exec)


def test_a_pasted_cell_is_text_and_not_code_and_asks_nothing(shell, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: pytest.fail("Run All would wait here"))
    cell = "%%paste\ndana: is it $gone?\n%ask is no magic here?\nana: {no}?\n"
    run(shell, cell)
    assert [n.content["text"] for n in shell.case.state.notes if n.content.get("batch")] == [
        "is it $gone?\n%ask is no magic here?",
        "{no}?",
    ]
    run(shell, cell)
    assert len([n for n in shell.case.state.notes if n.content.get("batch")]) == 2
    batch = next(n for n in shell.case.state.notes if n.content.get("verb") == "pasted")
    run(shell, f"%undo #{batch.number}")
    assert not [n for n in shell.case.state.notes if n.content.get("batch")]


def test_with_nothing_to_pin_it_is_one_line_and_run_all_goes_on(shell, capsys):
    run(shell, "%pin")
    assert "There is no finding to pin yet." in capsys.readouterr().out
    assert shell.case.state.pins == []


def test_a_pin_after_a_cell_that_failed_asks_which_is_meant(shell, capsys):
    run(shell, "finding = case.find.first_error()")
    shell.run_cell("case.find.no_such_thing()", store_history=True)
    capsys.readouterr()
    run(shell, "%pin")
    said = capsys.readouterr().out
    assert "The cell before failed, so which finding is meant?" in said and shell.case.state.pins == []
    run(shell, "%pin")
    assert len(shell.case.state.pins) == 1
