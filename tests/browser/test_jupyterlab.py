"""The triage notebook in JupyterLab, in a real browser, as the person sees it who was just called."""

import os
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from opened_lab import PANEL, browsing, cells, in_the_way, serving

import investigator
from investigator.case import Case
from investigator.report.notebooks import open_for

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("INVESTIGATOR_PICTURES")  # a folder: then what was seen is kept there


@pytest.fixture(scope="module")
def case(copy_sample, tmp_path_factory):
    """The sample case, a copy to write into, its triage notebook at the time of the call."""
    folder = tmp_path_factory.mktemp("cases") / "INC-2031"
    copy_sample(folder)
    case = Case.open(folder)
    notebook = open_for(case) / "triage.ipynb"
    text = notebook.read_text(encoding="utf-8")
    assert "as_of: str = ''" in text
    notebook.write_text(text.replace("as_of: str = ''", "as_of: str = '2026-06-17 14:12'"), encoding="utf-8")
    return case


@pytest.fixture(scope="module")
def server(case, tmp_path_factory):
    """JupyterLab on the case."""
    with serving(case, tmp_path_factory) as started:
        yield started


@pytest.fixture(scope="module")
def lab(browser, server):
    """The triage notebook, open."""
    with browsing(browser, server, "triage.ipynb") as page:
        yield page


@pytest.fixture(scope="module")
def ran(lab):
    """The same page after Run All Cells from the menu."""
    lab.get_by_role("menuitem", name="Run", exact=True).click()
    lab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    lab.wait_for_function(
        f"() => {PANEL}.content.widgets.every("
        "cell => cell.model.type !== 'code' || cell.model.executionCount > 0)",
        timeout=90_000,
    )
    yield lab


PLOTLY = "application/vnd.plotly.v1+json"
MARKS = ".scatterlayer .point, .scatterlayer path.js-line, .barlayer .point path, .heatmaplayer image"
RANGE = "chart => chart._fullLayout.xaxis.range.map(chart._fullLayout.xaxis.r2l)"


def seen(page, part=".jp-OutputArea-output"):
    """The words of a part of every code cell's output as they stand on the screen, after scrolling to each."""
    found = []
    for cell in page.locator(".jp-Notebook .jp-CodeCell").all():
        cell.scroll_into_view_if_needed()
        page.wait_for_timeout(50)
        found += [" ".join(text.split()) for text in cell.locator(part).all_inner_texts()]
    return found


def test_the_notebook_opens_with_the_kit_s_kernel_and_nothing_in_the_way(lab):
    assert lab.in_the_way_at_first == []
    assert "Investigator" in lab.locator(".jp-KernelName").first.inner_text()


def test_every_cell_runs_without_an_error_or_a_warning(ran):
    shown = cells(ran)
    assert [o for cell in shown for o in cell["outputs"] if o["output_type"] in ("error", "stream")] == []
    quiet = [cell["source"] for cell in shown if not cell["outputs"]]
    assert [source.splitlines()[0].split(":")[0] for source in quiet] == [
        "case_id",
        "import investigator as inv",
    ]
    assert in_the_way(ran) == []


def test_the_answers_can_be_read_on_the_screen(ran):
    words = seen(ran)
    for promise in (
        "We uploaded 40 customs documents this morning",  # the case card
        "3 h 47 left",
        "DOC-4711 is hidden, not gone",
        "412 are affected like DOC-4711",
        "It began 2026-06-17 09:14:07 Berlin",
    ):
        assert any(promise in text for text in words), promise
    answers = seen(ran, ".finding .answer")
    assert len(answers) >= 10
    assert [text for text in answers if len(text.split()) < 4] == []
    markup = ("&amp;", "&lt;", "&gt;", "&quot;", "&#", "<td", "<div", "<span", "Figure({")
    assert [text for text in words if any(sign in text for sign in markup)] == []
    if PICTURES:
        _walk(ran, Path(PICTURES))


def charts(page):
    """Every chart on the page, drawn."""
    found = page.locator(".jp-OutputArea-output.js-plotly-plot").all()
    for chart in found:
        chart.scroll_into_view_if_needed()
        chart.locator(".main-svg").first.wait_for(timeout=20_000)
    assert len(found) >= 3  # coverage, the path, the timeline
    return found


def test_every_chart_is_drawn(ran):
    made = [o for cell in cells(ran) for o in cell["outputs"] if PLOTLY in o.get("data", {})]
    drawn = charts(ran)
    assert len(drawn) == len(made)
    for chart in drawn:
        assert chart.locator(MARKS).count() > 0, chart.locator(".gtitle").all_text_contents()


def test_dragging_over_a_chart_zooms_its_times(ran):
    for chart in charts(ran):
        chart.scroll_into_view_if_needed()
        ran.wait_for_timeout(200)
        before = chart.evaluate(RANGE)
        place = chart.locator(".nsewdrag").first.bounding_box()
        x, y = place["x"] + place["width"] * 0.4, place["y"] + min(place["height"], 300) / 2
        ran.mouse.move(x, y)
        ran.mouse.down()
        ran.mouse.move(x + place["width"] * 0.3, y + 40, steps=8)
        ran.mouse.up()
        ran.wait_for_timeout(600)
        after = chart.evaluate(RANGE)
        assert before[0] < after[0] < after[1] < before[1]


def test_completion_lists_every_question_that_can_be_asked(ran):
    ran.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-content").click()
    ran.keyboard.press("Control+End")
    ran.keyboard.press("Enter")
    ran.keyboard.type("case.find.")
    offer = ran.locator(".jp-Completer .jp-Completer-item").first
    for _ in range(10):  # JupyterLab gives up after a second, and the first answer may take longer
        ran.keyboard.press("Tab")
        ran.wait_for_timeout(1_500)
        if offer.is_visible():
            break
    offered = ran.locator(".jp-Completer .jp-Completer-match")
    assert {name.strip() for name in offered.all_inner_texts()} == set(dir(investigator.find))
    ran.keyboard.type("who")  # the list narrows, and Enter takes the first
    ran.wait_for_timeout(500)
    assert offered.first.inner_text() == "who_else"
    ran.keyboard.press("Enter")
    written = ran.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-line").last.inner_text()
    assert written == "case.find.who_else"


def test_the_notebook_is_kept_where_the_case_is(ran, case):
    ran.keyboard.press("Escape")
    ran.keyboard.press("Escape")
    ran.locator(".jp-Notebook .jp-MarkdownCell").first.click()
    ran.keyboard.press("Control+s")
    file = open_for(case) / "triage.ipynb"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "hidden, not gone" not in file.read_text(encoding="utf-8"):
        time.sleep(0.3)
    kept = nbformat.read(file, as_version=4)
    nbformat.validate(kept)
    outputs = [output for cell in kept.cells for output in cell.get("outputs", [])]
    assert any("hidden, not gone" in o.get("data", {}).get("text/html", "") for o in outputs)
    assert sum(PLOTLY in o.get("data", {}) for o in outputs) >= 3
    assert in_the_way(ran) == []


def test_nothing_leaves_the_machine_and_nobody_else_can_come_in(ran, server):
    assert ran.outside == []
    running = [server.process, *server.process.children(recursive=True)]
    listening = [
        port.laddr.ip
        for one in running
        for port in one.net_connections(kind="inet")
        if port.status == psutil.CONN_LISTEN
    ]
    assert len(running) >= 2 and len(listening) >= 2  # Lab, and a kernel
    assert set(listening) == {"127.0.0.1"}


def _walk(page, folder):
    """Pictures of the notebook, a screen each."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = page.locator(".jp-WindowedPanel-outer").first
    height = panel.evaluate("panel => panel.scrollHeight")
    for number, top in enumerate(range(0, height, 850)):
        panel.evaluate(f"panel => panel.scrollTo(0, {top})")
        page.wait_for_timeout(900)
        page.screenshot(path=str(folder / f"lab-{number:02d}.png"))
