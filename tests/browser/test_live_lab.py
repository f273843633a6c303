"""Events live in JupyterLab itself: shown, used, saved, and read again where nothing runs."""

import json
import os
import urllib.request
from pathlib import Path

import nbformat
import pytest
from opened_lab import PANEL, browsing, in_the_way, serving, small_case

from investigator.report.notebooks import open_for

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("INVESTIGATOR_PICTURES")

SOURCES = [
    "# Look\n\n> What is there.",
    "import investigator as inv\n\ncase = inv.Case.open({path!r})",
    "case.events()",
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return small_case(tmp_path_factory.mktemp("cases"), "INC-8", SOURCES, "look.ipynb")


@pytest.fixture(scope="module")
def server(case, tmp_path_factory):
    with serving(case, tmp_path_factory) as started:
        yield started


def asked(server, path, method="GET"):
    """What the server's own address says; None where it says nothing."""
    request = urllib.request.Request(f"{server.address}{path}?token=for-the-test", method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or "null")


def test_events_are_live_and_the_saved_notebook_reads_without_a_kernel(browser, server, case):
    with browsing(browser, server, "look.ipynb") as page:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(
            f"() => {PANEL}.content.widgets.every(cell => cell.model.type !== 'code' || cell.model.executionCount > 0)",
            timeout=90_000,
        )
        table = page.locator(".inv-explorer")
        table.locator(".row .body", has_text="stored DOC-0").wait_for(timeout=60_000)
        assert not page.locator(".inv-twin").is_visible()
        page.get_by_label("Search", exact=True).fill("DOC-7")
        page.keyboard.press("Enter")
        table.locator(".count", has_text="1 line of 40").wait_for(timeout=20_000)
        table.locator(".grid").focus()
        page.keyboard.press("Enter")
        table.locator(".detail pre", has_text="stored DOC-7").first.wait_for(timeout=20_000)
        table.locator(".grid").focus()
        page.keyboard.press(" ")
        page.get_by_role("button", name="Write down the marked lines").click()
        table.locator(".said", has_text="Written down as #").wait_for(timeout=20_000)
        assert case.state.notes[-1].content["text"] == "stored DOC-7"
        assert in_the_way(page) == [] and page.outside == []
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / "live.png"))
        page.keyboard.press("Escape")
        page.locator(".jp-Notebook .jp-MarkdownCell").first.click()
        page.keyboard.press("Control+s")
        page.wait_for_timeout(3_000)
    file = open_for(case) / "look.ipynb"
    kept = nbformat.read(file, as_version=4)
    first, second = kept.cells[-1].outputs
    assert "app.jsonl" in first["data"]["text/html"] and "app.jsonl" in first["data"]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in second["data"]
    assert "widgets" not in kept.metadata and file.stat().st_size < 100_000
    for kernel in asked(server, "/api/kernels"):
        asked(server, f"/api/kernels/{kernel['id']}", "DELETE")
    with browsing(browser, server, "look.ipynb") as page:
        page.wait_for_timeout(3_000)
        words = page.locator(".jp-OutputArea").last.inner_text()
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / "again.png"))
        assert page.locator(".inv-explorer").count() == 0
        assert "app.jsonl" in words and page.locator(".inv-twin table").is_visible()
