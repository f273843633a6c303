"""The triage notebook in JupyterLab, in a real browser, as the person sees it who was just called."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from investigator.case import Case
from investigator.report.kernel import lab_command
from investigator.report.notebooks import open_for

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PICTURES = os.environ.get("INVESTIGATOR_PICTURES")  # a folder: then what was seen is kept there


@pytest.fixture(scope="module")
def case(sample, tmp_path_factory):
    """The sample case, a copy to write into, its triage notebook at the time of the call."""
    folder = tmp_path_factory.mktemp("cases") / "INC-2031"
    shutil.copytree(sample, folder)
    case = Case.open(folder)
    notebook = open_for(case) / "triage.ipynb"
    text = notebook.read_text(encoding="utf-8")
    assert "as_of: str = ''" in text
    notebook.write_text(text.replace("as_of: str = ''", "as_of: str = '2026-06-17 14:12'"), encoding="utf-8")
    return case


@pytest.fixture(scope="module")
def server(case, tmp_path_factory):
    """JupyterLab as `inv lab` starts it; its address and token. Ends cleanly, or the test fails."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = lab_command(open_for(case), port=port, token="for-the-test", open_browser=False)
    command.append("--LabApp.expose_app_in_browser=True")  # the test asks the notebook about its own cells
    log = tmp_path_factory.mktemp("log") / "lab.log"
    with open(log, "w") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token=for-the-test", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, log.read_text()[-3000:]
                time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab did not answer in a minute:\n{log.read_text()[-3000:]}")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM), log.read_text()[-3000:]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def lab(server):
    """The triage notebook, open in the browser with a kernel that waits for work; and what was asked of other hosts."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM if Path(CHROMIUM).exists() else None, args=FLAGS
        )
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        allowed = (server, server.replace("http", "ws"), "data:", "blob:")
        page.outside = []
        page.on("request", lambda r: None if r.url.startswith(allowed) else page.outside.append(r.url))
        page.goto(f"{server}/lab/tree/triage.ipynb?token=for-the-test&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            f"() => {PANEL}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000
        )
        page.wait_for_timeout(1_000)
        yield page
        browser.close()


#: The open notebook, as JupyterLab's own program knows it.
PANEL = "[...window.jupyterapp.shell.widgets('main')].find(panel => panel.content && panel.content.widgets)"


def cells(page):
    """Every code cell as the notebook's own model knows it: source, and outputs by mime type."""
    return page.evaluate(
        f"() => {PANEL}.content.widgets"
        """
            .filter(cell => cell.model.type === 'code')
            .map(cell => ({source: cell.model.sharedModel.getSource(), count: cell.model.executionCount,
                           outputs: cell.model.outputs.toJSON()}))"""
    )


def test_run_all_cells_answers_every_question_in_the_browser(lab, case, tmp_path):
    dialogs = [item.inner_text() for item in lab.locator(".jp-Dialog, .Toastify__toast").all()]
    assert dialogs == []
    assert "Investigator" in lab.locator(".jp-KernelName").first.inner_text()
    lab.get_by_role("menuitem", name="Run", exact=True).click()
    lab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    lab.wait_for_function(
        f"() => {PANEL}.content.widgets.every("
        "cell => cell.model.type !== 'code' || cell.model.executionCount > 0)",
        timeout=90_000,
    )
    shown = cells(lab)
    errors = [o for cell in shown for o in cell["outputs"] if o["output_type"] in ("error", "stream")]
    assert errors == []
    texts = " ".join(
        "".join(o["data"].get("text/html", "")) for cell in shown for o in cell["outputs"] if "data" in o
    )
    words = re.sub(r"<[^>]+>", " ", texts)
    for promise in (
        "We uploaded 40 customs documents this morning",
        "3 h 47 left",
        "DOC-4711 is hidden, not gone",
        "skipped document DOC-4711 unsupported schema 3",
        "412 are affected like DOC-4711",
        "It began 2026-06-17 09:14:07 Berlin",
    ):
        assert promise in words, promise
    if PICTURES:
        _walk(lab, Path(PICTURES))
    assert lab.outside == []


def test_every_chart_is_drawn_and_zooms(lab):
    charts = lab.locator(".jp-RenderedPlotly .js-plotly-plot")
    pictures = lab.locator(".js-plotly-plot")
    count = max(charts.count(), pictures.count())
    assert count >= 3  # coverage, the path, the timeline
    for number in range(count):
        pictures.nth(number).scroll_into_view_if_needed()
        pictures.nth(number).locator(".main-svg").first.wait_for(timeout=20_000)
    chart = pictures.nth(count - 1)
    chart.scroll_into_view_if_needed()
    before = chart.evaluate("chart => [...chart._fullLayout.xaxis.range]")
    place = chart.locator(".nsewdrag").first.bounding_box()
    x, y = place["x"] + place["width"] * 0.4, place["y"] + min(place["height"], 300) / 2
    lab.mouse.move(x, y)
    lab.mouse.down()
    lab.mouse.move(x + place["width"] * 0.3, y + 40, steps=8)
    lab.mouse.up()
    lab.wait_for_timeout(800)
    after = chart.evaluate("chart => [...chart._fullLayout.xaxis.range]")
    assert after != before


def test_completion_lists_what_can_be_asked(lab):
    lab.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-content").click()
    lab.keyboard.press("Control+End")
    lab.keyboard.press("Enter")
    lab.keyboard.type("case.find.who")
    lab.keyboard.press("Tab")
    lab.wait_for_timeout(300)
    lab.wait_for_function(
        "() => document.querySelector('.jp-Completer:not([style*=\"display: none\"])') || "
        "document.querySelector('.jp-Notebook').innerText.includes('case.find.who_else')",
        timeout=15_000,
    )
    text = lab.locator(".jp-Notebook, .jp-Completer").all_inner_texts()
    assert any("who_else" in part for part in text)


def test_the_notebook_is_kept_where_the_case_is(lab, case):
    lab.keyboard.press("Escape")
    lab.keyboard.press("Escape")
    lab.locator(".jp-Notebook .jp-MarkdownCell").first.click()
    lab.keyboard.press("Control+s")
    file = open_for(case) / "triage.ipynb"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "hidden, not gone" not in file.read_text(encoding="utf-8"):
        time.sleep(0.3)
    assert "hidden, not gone" in file.read_text(encoding="utf-8")


def _walk(page, folder):
    """Pictures of the notebook, a screen each."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = page.locator(".jp-WindowedPanel-outer").first
    height = panel.evaluate("panel => panel.scrollHeight")
    for number, top in enumerate(range(0, height, 850)):
        panel.evaluate(f"panel => panel.scrollTo(0, {top})")
        page.wait_for_timeout(900)
        page.screenshot(path=str(folder / f"lab-{number:02d}.png"))
