"""A walkthrough's stages hold nothing that was known later: every cell, its outputs and its metadata are read for it."""

import html
import json

import pytest

from investigator.case import Case
from investigator.case.reasoning.turns import turns
from investigator.report import templates
from investigator.report.make import make
from investigator.report.turns import expanded

SAID = ("guess", "decision", "pin", "note", "recovery", "phase", "action", "prose", "status")


@pytest.fixture(scope="module")
def walked(copy_sample, tmp_path_factory):
    """The sample's walkthrough, run: the case and the cells of the notebook."""
    folder = tmp_path_factory.mktemp("walk") / "INC-2031"
    copy_sample(folder)
    case = Case.open(folder)
    report = make(case, "walkthrough", draft=False)
    return case, json.loads(report.notebook.read_text(encoding="utf-8"))


def words(entry):
    """What an entry says that a page would show: its first words, and its reason's."""
    content = entry.content or {}
    parts = [content.get("why"), content.get("text")]
    return [str(part)[:45] for part in parts if part and len(str(part)) > 25]


def test_stage_by_stage_nothing_of_later_is_there(walked):
    case, notebook = walked
    found = turns(case.snapshot())
    places = [
        i
        for i, cell in enumerate(notebook["cells"])
        if "".join(cell["source"]).startswith("case.brief.turn(")
    ]
    assert len(places) == len(found) >= 10
    about = json.dumps(notebook["metadata"])
    for turn, place in zip(found, places, strict=True):
        read = html.unescape(about + json.dumps(notebook["cells"][: place + 1], ensure_ascii=False))
        known = [e for e in case.entries() if e.known <= turn.entries[-1].known]
        later = [e for e in case.entries() if e.known > turn.entries[-1].known and e.kind in SAID]
        before = " ".join(text for entry in known for text in words(entry))
        leaked = [text for entry in later for text in words(entry) if text not in before and text in read]
        assert leaked == [], (turn.number, leaked)
    # The same reading finds every turn's words once it has been reached.
    whole = html.unescape(json.dumps(notebook["cells"], ensure_ascii=False))
    decided = [text for turn in found for e in turn.entries if e.kind == "decision" for text in words(e)]
    assert decided and all(text in whole for text in decided)


def test_every_turn_has_its_heading_and_its_own_cell_ids(walked):
    _, notebook = walked
    identifiers = [cell["id"] for cell in notebook["cells"]]
    assert len(identifiers) == len(set(identifiers))


def test_the_template_as_it_lies_there_is_the_first_turn(walked):
    case, _ = walked
    notebook = templates.read(templates.find("walkthrough"))
    cells = expanded(notebook, case)["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    assert "case.brief.turn(1)" in sources and f"case.brief.turn({len(turns(case.snapshot()))})" in sources
    assert "## Turn 1" in ["".join(cell["source"]) for cell in notebook["cells"]]
