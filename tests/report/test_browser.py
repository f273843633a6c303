"""The page in a real browser: every chart drawn, nothing fetched, nothing hostile awake."""

import json

import pytest
from payloads import PAYLOADS
from test_page import hostile_cells

from investigator.report import page, pipeline

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(notebooks, tmp_path_factory):
    return pipeline.render(
        notebooks / "charts.ipynb", {}, tmp_path_factory.mktemp("page"), name="one", title="Forty"
    )


@pytest.mark.parametrize("place", ["file", "loopback"])
def test_every_chart_is_drawn_and_nothing_is_fetched(report, visit, loopback, tmp_path, place):
    (tmp_path / "one.html").write_bytes(report.page.read_bytes())
    address = (tmp_path / "one.html").as_uri() if place == "file" else f"{loopback}/one.html"
    seen = visit(address)
    drawn = seen.page.evaluate(
        "[...document.querySelectorAll('.chart')].map(chart => [!!chart.querySelector('svg.main-svg'),"
        " chart.querySelectorAll('.scatterlayer .point, .scatterlayer path.js-line, .barlayer .point path,"
        " .heatmaplayer image').length > 0])"
    )
    assert drawn == [[True, True]] * 3
    # A browser asks a server for its icon on its own account; no page can be the cause of it.
    assert [url for url in seen.outside(address) if not url.endswith("/favicon.ico")] == []
    assert [line for line in seen.console if "favicon" not in line and "404" not in line] == []


def test_every_chart_has_its_numbers_beneath(report, visit):
    seen = visit(report.page.as_uri())
    summaries = seen.page.locator(".chart-box summary")
    assert summaries.count() == 3
    summaries.nth(0).click()
    assert "1,180" in seen.page.locator(".chart-box table").nth(0).inner_text()


def test_the_page_fits_a_telephone(report, visit):
    seen = visit(report.page.as_uri(), width=400)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_label_reads_as_the_data_is_written(notebook, visit, tmp_path):
    name = "<b>a</b> & $x$ &lt; <a href='https://example.org'>b</a>"
    chart = {
        "data": [{"type": "bar", "name": name, "x": [name, "second"], "y": [1, 2], "showlegend": True}],
        "layout": {"title": {"text": name}},
    }
    made = page.page(notebook("# T", {"application/vnd.plotly.v1+json": chart}), title="t")
    (tmp_path / "one.html").write_bytes(made)
    seen = visit((tmp_path / "one.html").as_uri())
    for place in (".gtitle", ".legendtext", ".xtick text"):
        assert seen.page.locator(place).first.text_content() == name
    assert seen.page.locator(".chart a[href], .chart b").count() == 0


def test_no_payload_wakes_up(notebook, visit, tmp_path):
    cells = [cell for payload in PAYLOADS for cell in hostile_cells(payload)]
    (tmp_path / "one.html").write_bytes(page.page(notebook(*cells), title=PAYLOADS[0], code=True))
    address = (tmp_path / "one.html").as_uri()
    seen = visit(address)
    assert seen.dialogs == [] and seen.outside(address) == [] and seen.console == []
    assert seen.page.evaluate("document.querySelectorAll('.chart .main-svg').length") >= len(PAYLOADS)
    handlers = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).map(a => a.name)"
    assert seen.page.evaluate(f"{handlers}.filter(name => name.startsWith('on'))") == []


def test_the_policy_stops_what_would_get_past_the_escaping(report, visit, tmp_path):
    """The second wall, with the first one taken down by hand."""
    breach = (
        "<script>document.documentElement.dataset.breached = 'yes'</script>"
        "<img src=x onerror=\"document.documentElement.dataset.breached = 'yes'\">"
        '<img src="https://example.org/pixel.png">'
    )
    text = report.page.read_text().replace("</main>", f"{breach}</main>")
    (tmp_path / "one.html").write_text(text)
    seen = visit((tmp_path / "one.html").as_uri())
    assert seen.page.evaluate("document.documentElement.dataset.breached === undefined")
    assert any("Content Security Policy" in line for line in seen.console)
    assert seen.page.locator(".chart .main-svg").count() >= 3


def test_a_browser_that_can_not_draw_shows_the_pictures(report, visit, tmp_path):
    text = report.page.read_text()
    at = text.index('id="plotly-gzip">') + len('id="plotly-gzip">')
    (tmp_path / "one.html").write_text(text[:at] + "AAAA" + text[at + 4 :])
    seen = visit((tmp_path / "one.html").as_uri())
    assert seen.page.locator(".drawing:visible").count() == 3
    assert seen.page.locator(".chart:visible").count() == 0


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_without_javascript_each_chart_is_a_picture_and_nothing_sticks_out(report, browser, width):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=False, color_scheme="dark"
    )
    try:
        page = context.new_page()
        page.goto(report.page.as_uri())
        assert page.locator(".drawing:visible").count() == 3
        for box in page.locator(".drawing:visible").all():
            place = box.bounding_box()
            assert place["x"] >= 0 and place["x"] + place["width"] <= width and place["height"] > 80
    finally:
        context.close()


@pytest.mark.parametrize("columns", [2, 4, 12])
def test_on_paper_every_cell_is_whole_and_no_table_is_wider_than_the_sheet(
    notebook, browser, tmp_path, columns
):
    cells = [f"2026-06-17 09:{n:02d}:00" if n == 0 else f"{n}00,000" for n in range(columns)]
    data = [
        {"type": "table", "header": {"values": cells}, "cells": {"values": [[one] * 90 for one in cells]}}
    ]
    table = {"title": "Counts", "columns": ["newly affected"] * columns, "rows": [cells] * 90}
    chart = {"data": data, "layout": {"meta": {"table": table}}}
    wide = "<table class='numbers'><tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr></table>"
    made = page.page(
        notebook("# T", {"application/vnd.plotly.v1+json": chart}, {"text/html": wide}), title="t"
    )
    (tmp_path / "one.html").write_bytes(made)
    paper = browser.new_page(viewport={"width": 688, "height": 1000})  # A4 within its margins
    try:
        paper.emulate_media(media="print")
        paper.goto((tmp_path / "one.html").as_uri())
        cut = "[...document.querySelectorAll('td, th')].filter(c => c.scrollWidth > c.clientWidth + 1).length"
        over = "Math.max(...[...document.querySelectorAll('table, td')].map(t => t.getBoundingClientRect().right))"
        assert paper.locator("td:visible").count() >= 91 * columns
        assert (paper.evaluate(cut), paper.evaluate(over) <= 688) == (0, True)
    finally:
        paper.close()


def test_on_a_narrow_screen_a_button_makes_the_picture_live_and_back(report, visit):
    seen = visit(report.page.as_uri(), width=390)
    box = seen.page.locator(".chart-box").first
    assert box.locator(".drawing:visible").count() == 1
    box.locator(".switch").click()
    box.locator(".main-svg").first.wait_for()
    assert box.locator(".drawing:visible").count() == 0
    box.locator(".switch").click()
    assert box.locator(".drawing:visible").count() == 1


def test_a_chart_is_data_and_stays_parsable(notebook, visit, tmp_path):
    chart = {"data": [{"type": "bar", "x": ["</pre>\n'\""], "y": [1]}], "layout": {}}
    made = page.page(notebook("# T", {"application/vnd.plotly.v1+json": chart}), title="t")
    (tmp_path / "one.html").write_bytes(made)
    seen = visit((tmp_path / "one.html").as_uri())
    data = json.loads(seen.page.locator(".chart-data").first.text_content())
    assert data["data"][0]["x"] == ["&lt;/pre&gt;\n'\""]


def test_a_text_that_is_to_be_sent_has_a_button_that_copies_it(browser, copy_sample, tmp_path):
    from investigator.case import Case
    from investigator.report.make import make

    copy_sample(tmp_path / "INC-2031")
    case = Case.open(tmp_path / "INC-2031")
    report = make(case, "status", parameters={"as_of": "2026-06-17 14:32"})
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    try:
        page = context.new_page()
        heard = []
        page.on("console", lambda message: heard.append(message.text))
        page.goto(report.page.as_uri())
        buttons = page.locator(".copied .copy")
        assert buttons.count() == 2
        buttons.first.click()
        page.wait_for_timeout(300)
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert copied == case.as_of("2026-06-17 14:32").status().inside()
        assert heard == [] and buttons.first.inner_text() == "copied"
    finally:
        context.close()
    words = report.page.read_text(encoding="utf-8")
    assert words.count("Dear Jonas Feddersen") == 1 and "onclick" not in words
