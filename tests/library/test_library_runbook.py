"""A runbook: the checks that mattered, run on the next case; made from data, and never run where it was changed."""

import ast
import dataclasses
import hashlib
import json
import shutil

import pytest

from investigator.case import Case
from investigator.errors import CaseError, DataError
from investigator.library import lifting, repeating, runbook, signature
from tests.library.past import case_of, found_out

CAUSE = "expired-certificate"


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """An incident that was found out, and its signature."""
    case = found_out(*case_of(1, CAUSE, tmp_path_factory.mktemp("past"), id="INC-1"))
    return case, lifting.of_case(case)


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The same cause in a world of other names, ids, words and times."""
    return case_of(2, CAUSE, tmp_path_factory.mktemp("again"), id="INC-2")[0]


def came(concluded):
    return [status for _, _, status in concluded]


def test_a_signature_asks_for_the_id_and_the_onset_and_holds_neither(past):
    case, made = past  # that the id is mentioned spoke for the guess, and says nothing of the next case
    assert [(step.analysis, dict(step.params)) for step in made.steps] == [
        ("whereabouts", {"entity": {"the": "about"}}),
        ("compare_entities", {"entity": {"the": "about"}}),
        ("who_else", {"like": {"the": "about"}}),
        ("new_messages", {"onset": {"the": "onset"}}),
    ]
    assert case.about not in made.text and case.onset().isoformat() not in made.text
    assert [(one.text, one.steps) for one in made.conclusions] == [
        ("the last change broke it", (2, 3, 4)),  # step 3 tells when it began, which step 4 asks with
        ("they are there", (1, 3)),  # who else was hit stands for what every case says
        ("{3.affected} documents are affected", (3,)),
        ("restore them first, for step 1", (1,)),
    ]
    assert made.confirmed == (4, 50.0) and made.steps_of == 7
    assert signature.read(made.text, "x") == made


def test_it_reaches_the_same_conclusions_on_another_seed_and_leaving_out_any_step_changes_one(past, again):
    _, made = past
    done, concluded = runbook.run(made, again)
    assert came(concluded) == ["reached"] * 4, [str(one) for one in done]
    assert f"{again.find.who_else(like=again.about).value['affected']} documents" in concluded[2][1]
    for number in range(1, len(made.steps) + 1):
        assert came(runbook.run(made, again, without=number)[1]) != came(concluded), number


def test_a_conclusion_that_is_not_so_here_is_not_called_reached(past, tmp_path):
    other, _ = case_of(1, "cascade-delete", tmp_path, id="INC-3")
    done, concluded = runbook.run(past[1], other)
    assert came(concluded)[0] == "not so here", "what was to blame last time is not to blame here"
    assert any("then " in str(one) and "now " in str(one) for one in done)


def test_what_somebody_must_give_is_asked_for_and_an_analysis_that_is_gone_is_named(past, again):
    steps = (
        signature.Step(
            "search", params={"text": {"is": "failed"}}, selection={"service": {"given": "service"}}
        ),
        signature.Step("seance", traits={"what became of it": "hidden"}),
        signature.Step("whereabouts", params={"entity": {"of": 2, "at": "entity"}}, version=1),
    )
    made = dataclasses.replace(past[1], steps=steps, conclusions=())
    done, _ = runbook.run(made, again)
    assert [one.came for one in done] == ["not run"] * 3
    assert "-p service=" in done[0].why and "no such analysis" in done[1].why and "step 2" in done[2].why
    assert repeating.stale(made) == ["step 2, seance: this kit has no such analysis"]


def test_its_notebook_says_what_each_answer_means_and_where_to_go_and_holds_no_text_as_code(past):
    evil = "'); import os  # [x](javascript:alert(1)) <img src=x>\n```"
    first = dataclasses.replace(
        past[1].steps[0], said=evil, question=evil, traits={evil: evil}, params={"entity": {"is": evil}}
    )
    made = dataclasses.replace(
        past[1],
        title=evil,
        steps=(first, *past[1].steps[1:]),
        conclusions=(signature.Conclusion(evil, "guess", (1,)),),
        people=(evil,),
    )
    cells = json.loads(runbook.notebook(made))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            names = {
                ast.unparse(node.func)
                for node in ast.walk(ast.parse(cell["source"]))
                if isinstance(node, ast.Call)
            }
            assert names <= {"asked", "at", "began", "reached", "reading", "inv.Case.open"}, names
        else:
            assert "<img" not in cell["source"] and "](" not in cell["source"] and "```" not in cell["source"]
    told = "\n".join(cell["source"] for cell in cells)
    assert "go on with step 2" in told and "Go on with step 3, which does not need this one" in told
    assert "Its control passed then." in told


def test_only_what_the_kit_made_is_run(past, tmp_path):
    shutil.copytree(past[0].path, tmp_path / "INC-1")
    case = Case.open(tmp_path / "INC-1")
    with pytest.raises(CaseError, match="has no runbook yet"):
        runbook.signature_of(case)
    path = runbook.make(case)
    entries = len(case.entries())
    assert runbook.signature_of(case) == past[1] and runbook.make(case) == path
    assert len(case.entries()) == entries, "made twice, written down once"
    forged = path.read_bytes().replace(b"import investigator as inv", b"import os, investigator as inv")
    path.write_bytes(forged)
    with pytest.raises(CaseError, match="somebody changed runbook"):
        runbook.signature_of(case)
    case.evidence.record.append(
        "report",
        {"text": "made", "template": "runbook", "path": "x", "sha256": hashlib.sha256(forged).hexdigest()},
    )
    with pytest.raises(CaseError, match="not what this kit makes of its record"):
        runbook.signature_of(case)
    path.unlink()
    with pytest.raises(CaseError, match="is gone"):
        runbook.signature_of(case)


def test_a_case_without_a_conclusion_that_names_a_check_has_none(tmp_path):
    case = Case.new("INC-9", words="x", root=tmp_path, author="ana")
    with pytest.raises(DataError, match="no check that a conclusion of it names"):
        runbook.make(case)


def test_a_runbook_that_neither_library_nor_cases_have_is_named_as_such(tmp_path):
    from typer.testing import CliRunner

    from investigator.cli import app

    said = CliRunner().invoke(app, ["runbook", "INC-1", "INC-2", "--library", str(tmp_path / "lib"), "--cases", str(tmp_path)])  # fmt: skip
    told = f"{said.output}{said.exception or ''}"
    assert "Neither the library nor your cases have a runbook of INC-1" in told
