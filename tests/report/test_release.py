"""From a draft to a page that left the house, and what stops it."""

import hashlib
import json

import pytest

from investigator.case import Case
from investigator.errors import CaseError, ReportError
from investigator.finding import Finding
from investigator.report import pipeline, release


@pytest.fixture
def kiln(tmp_path, notebooks, monkeypatch):
    """A case whose page is a tiny notebook, through the real pipeline."""

    def make(case, template="postmortem", *, draft=True, audience="engineering", mark=None, progress=None):
        return pipeline.render(
            notebooks / "plain.ipynb",
            {},
            case.path / "reports",
            name=template if audience == "engineering" else f"{template}-{audience}",
            title=case.title,
            audience=audience,
            case_facts={
                "id": case.id,
                "head": {name: list(head) for name, head in case.record.head().items()},
            },
            mark=mark or "",
        )

    monkeypatch.setattr(release, "make", make)
    case = Case.new("INC-7", words="The tiles are cold", root=tmp_path, author="ana")
    case.record.prose("summary", "The kiln was off from 09:00.", author="ana")
    return case


def test_a_page_is_reviewed_approved_by_another_and_released(kiln):
    entry = release.review(kiln, author="ana")
    assert "In review" in (kiln.path / entry.content["path"]).read_text()
    release.comment(kiln, "say which kiln", author="bela")
    assert kiln.state.notes[-1].about == entry.id
    release.approve(kiln, author="bela")
    made = release.release(kiln, author="ana")
    assert made.number == 1 and made.page.parent.name == "postmortem-1"
    page = made.page.read_bytes()
    assert made.entry.content["sha256"] == hashlib.sha256(page).hexdigest()
    assert b"In review" not in page and b"Draft" not in page
    manifest = json.loads((made.page.parent / "postmortem.manifest.json").read_text())
    assert manifest["files"]["page"]["sha256"] == made.entry.content["sha256"]
    assert made.page.stat().st_mode & 0o222 == 0


def test_nobody_releases_alone_what_others_work_on(kiln):
    kiln.record.note("looked", author="bela")
    release.review(kiln, author="ana")
    release.approve(kiln, author="ana")
    with pytest.raises(ReportError, match=r"Only ana, who made it, has approved .* somebody else must"):
        release.release(kiln, author="ana")
    made = release.release(kiln, author="ana", anyway="bela is on leave")
    assert [entry.content["text"] for entry in kiln.entries("anyway")] == ["bela is on leave"]
    assert made.number == 1


def test_one_who_is_alone_approves_their_own(kiln):
    release.review(kiln, author="ana")
    release.approve(kiln, author="ana")
    assert release.release(kiln, author="ana").number == 1


@pytest.mark.parametrize("step", ["nothing", "review"])
def test_what_nobody_approved_is_not_released(kiln, step):
    if step == "review":
        release.review(kiln, author="ana")
    with pytest.raises(ReportError, match=r"Nobody has (?:reviewed|approved) the page for engineering"):
        release.release(kiln)


def test_what_changed_after_the_approval_is_not_released(kiln):
    release.review(kiln, author="ana")
    release.approve(kiln, author="ana")
    kiln.record.prose("summary", "The kiln was off all day.", author="ana")
    with pytest.raises(ReportError, match="What the page states has changed since it was approved"):
        release.release(kiln)


def test_a_claim_that_can_not_be_shown_again_stops_the_release_whatever_the_reason(kiln):
    finding = Finding("How many?", "412 tiles are cold.", 412).to_json()
    kiln.record.write("pin", {"text": "412 tiles are cold.", "finding": finding}, author="ana")
    with pytest.raises(ReportError, match=r"#\d+ can't be re-run: it was pinned without a check"):
        release.release(kiln, anyway="we know")


def test_a_page_that_asks_its_author_for_something_is_not_released(kiln, monkeypatch):
    made = release.make

    def asking(case, template="postmortem", **given):
        report = made(case, template, **given)
        report.page.write_text(report.page.read_text() + "<p>Write it: case.record.prose('summary')</p>")
        return report

    monkeypatch.setattr(release, "make", asking)
    with pytest.raises(ReportError, match=r"it still says 'case\.record'"):
        release.release(kiln, anyway="in a hurry")
    assert release.released(kiln) == []


def test_two_versions_are_compared_by_what_they_state(kiln):
    first = release.release(kiln, anyway="first")
    kiln.record.prose("summary", "The kiln was off from 09:00 to 09:30.", author="ana")
    kiln.record.prose("lucky", "No glaze was in it.", author="ana")
    second = release.release(kiln, anyway="second")
    assert second.number == 2 and first.page.exists()
    assert release.compared(first.entry, second.entry) == [
        "What broke was: The kiln was off from 09:00.\n           now: The kiln was off from 09:00 to 09:30.",
        "Where we were lucky is new: No glaze was in it.",
    ]
    assert release.compared(second.entry, second.entry) == []


def test_strict_makes_no_page_of_what_does_not_hold(kiln):
    release.strictly(kiln)
    kiln.record.prose("lucky", "Only {#99.affected} were cold.", author="ana")
    with pytest.raises(
        ReportError, match=r"No page was made: In 'Where we were lucky' .*nothing is pinned as #99"
    ):
        release.strictly(kiln)


def test_a_comment_needs_a_page_in_review(kiln):
    with pytest.raises(CaseError, match="No page for engineering is in review"):
        release.comment(kiln, "hm")
