"""Templates: where they lie, and what they ask for."""

import json

import pytest

from investigator.errors import CatalogueError, ReportError
from investigator.report import templates
from investigator.report.templates import REQUIRED, Parameter


def template(folder, source, name="made"):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_parameters_are_read_with_type_default_and_help(notebooks):
    assert templates.parameters(notebooks / "plain.ipynb") == [
        Parameter("case", "str", "sample", "the case to open"),
        Parameter("factor", "int", 3, "how far above normal counts"),
        Parameter("strict", "bool", False, ""),
        Parameter("since", "str | None", None, ""),
        Parameter("share", "float", 0.5, ""),
    ]


def test_a_parameter_without_a_default_is_required(notebooks):
    case, factor = templates.parameters(notebooks / "needs_a_case.ipynb")
    assert case.default is REQUIRED and case.required and not factor.required


def test_a_type_left_out_is_that_of_the_default(tmp_path):
    assert templates.parameters(template(tmp_path, "window = '1h'  # how long")) == [
        Parameter("window", "str", "1h", "how long")
    ]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import os", "Line 1 of the parameters cell of made.ipynb is no parameter: 'import os'"),
        ("case: str = open('x').read()", "The default of 'case' in made.ipynb is no plain value"),
        ("case: str = ", "The parameters cell of made.ipynb is no Python: invalid syntax in line 1"),
    ],
)
def test_a_parameters_cell_is_never_run_and_holds_values_only(tmp_path, source, sentence):
    with pytest.raises(ReportError, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        templates.parameters(template(tmp_path, source))


def test_an_unknown_template_names_those_there_are(tmp_path, monkeypatch):
    template(tmp_path, "x = 1", "postmortem")
    template(tmp_path, "x = 1", "triage")
    monkeypatch.setattr(templates, "folder", lambda: tmp_path)
    assert templates.names() == ["postmortem", "triage"]
    assert templates.find("triage") == tmp_path / "triage.ipynb"
    with pytest.raises(CatalogueError, match=r"There are: postmortem, triage\. Did you mean postmortem\?"):
        templates.find("postmorten")
    with pytest.raises(CatalogueError, match=r"There is no template named '\.\./triage'"):
        templates.find("../triage")


def test_the_folder_is_the_packages_own_or_the_checkouts():
    assert templates.folder().name in ("_templates", "templates")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', "\x00\x01"])
def test_what_is_no_notebook_is_refused_by_name(tmp_path, content):
    (tmp_path / "broken.ipynb").write_text(content)
    with pytest.raises(ReportError, match=r"broken\.ipynb is no notebook that can be read"):
        templates.parameters(tmp_path / "broken.ipynb")
