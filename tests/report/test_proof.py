"""A page, its manifest and the record prove each other, or what differs is said."""

import json
import shutil

import pytest
from test_release import kiln  # noqa: F401

from investigator.errors import ReportError
from investigator.report import proof, release


@pytest.fixture
def page(kiln):  # noqa: F811
    release.review(kiln, author="ana")
    release.approve(kiln, author="bela")
    path = release.release(kiln, author="ana").page
    for one in path.parent.iterdir():
        one.chmod(0o644)
    return path


def altered(page, change):
    path = page.with_name("postmortem.manifest.json")
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


@pytest.mark.parametrize("ending", [".html", ".ipynb", ".manifest.json"])
def test_a_released_page_is_proved_by_any_of_its_files(page, ending):
    file = page.with_name(f"postmortem{ending}")
    case = proof.case_of(file)
    told = proof.proved(file, case)
    assert told.ok and case.id == "INC-7"
    text = str(told)
    assert "The page is as it was." in text and "released: entry #" in text and "Approved by bela" in text
    assert "Its manifest is the one that the record names." in text
    assert "The record still holds all that it held when the page was made." in text


CHANGES = {
    "the page": (lambda p: p.write_text(p.read_text() + " "), "not the one that was written"),
    "the notebook": (lambda p: p.with_suffix(".ipynb").write_text("{}"), "The notebook postmortem.ipynb is not"),
    "the manifest": (lambda p: altered(p, lambda t: t.update(title="x")), "is not the manifest that entry"),
    "the head": (lambda p: altered(p, lambda t: t["case"].update(head={"1f0c2d3e": [99, "a" * 64]})), "1f0c2d3e"),
    "the evidence": (lambda p: altered(p, lambda t: t["evidence"].update({"kiln.log": "0" * 64})), "not in the case: kiln.log"),
    "the page without its manifest": (lambda p: (p.write_text("<p>1 tile"), p.with_name("postmortem.manifest.json").unlink()), "no page that was in review or released"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_said(page, what):
    change, sentence = CHANGES[what]
    change(page)
    told = proof.proved(page, proof.case_of(page))
    assert not told.ok and sentence in str(told)


def test_a_page_without_its_case_proves_only_its_files(page, tmp_path):
    away = tmp_path.parent / f"{tmp_path.name}-away"
    shutil.copytree(page.parent, away)
    file = away / page.name
    assert proof.case_of(file, tmp_path / "none") is None
    told = proof.proved(file)
    assert told.ok and "Its case is not here, so nothing says who made it" in str(told)
    assert proof.case_of(file, tmp_path).id == "INC-7"


@pytest.mark.parametrize("named", ["../INC-7", "/etc", "..", "sample", ""])
def test_a_manifest_never_says_which_folder_is_opened(page, tmp_path, named):
    away = tmp_path.parent / f"{tmp_path.name}-away"
    shutil.copytree(page.parent, away)
    altered(away / page.name, lambda told: told["case"].update(id=named))
    assert proof.case_of(away / page.name, tmp_path) is None


def test_what_reads_otherwise_today_is_no_fault_of_the_page_and_is_said(page):
    case = proof.case_of(page)
    case.record.prose("summary", "The kiln was off all day.", author="ana")
    told = proof.proved(page, case)
    assert told.ok and "read otherwise today: What broke" in str(told)


def test_two_pages_are_compared_by_what_they_state(page):
    case = proof.case_of(page)
    case.record.prose("summary", "The kiln was off all day.", author="ana")
    later = release.release(case, author="ana", anyway="second").page
    said = ["What broke was: The kiln was off from 09:00.\n           now: The kiln was off all day."]
    assert proof.compared(page, later, case) == proof.compared(later, page, case) == said
    page.write_text("other")
    with pytest.raises(ReportError, match="nothing tells what it states"):
        proof.compared(page, later, case)
