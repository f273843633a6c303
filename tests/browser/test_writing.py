"""Writing into the case from JupyterLab: lines, Run All twice, the copied status, and a kernel that dies in a cell."""

import json
import time

import pytest
from opened_lab import PANEL, browsing, cells, in_the_way, serving, small_case

pytestmark = pytest.mark.browser

SOURCES = [
    "# Work\n\n> What was done.",
    "import investigator as inv\n\ncase = inv.Case.open({path!r})",
    "%did 14:05 paused purge @dana",
    "%ask @ana rows in documents for {{x}} and $y? 10m",
    "finding = case.find.first_error()\nfinding",
    "%pin",
    "sorted([3, 1, 2])",
    "%undo",
    "%note earlier than the undo?\n%note earlier than the undo?",
    "status = case.status()\nstatus",
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return small_case(tmp_path_factory.mktemp("cases"), "INC-7", SOURCES, "work.ipynb")


@pytest.fixture(scope="module")
def lab(browser, case, tmp_path_factory):
    """The notebook, open."""
    with serving(case, tmp_path_factory) as server, browsing(browser, server, "work.ipynb") as page:
        yield page


def run_all(page, number):
    """Run All Cells from the menu, until each has run in this round."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        f"() => {PANEL}.content.widgets.every(cell => cell.model.type !== 'code' || "
        f"cell.model.executionCount > {(number - 1) * (len(SOURCES) - 1)})",
        timeout=90_000,
    )


def outputs(page, start):
    """Everything that the cell which starts so shows, as text."""
    cell = next(cell for cell in cells(page) if cell["source"].startswith(start))
    return " ".join(json.dumps(output) for output in cell["outputs"])


def type_in_a_new_last_cell(page, text):
    """A new cell at the end, and text in it, by the keyboard."""
    page.locator(".jp-Notebook .jp-Cell").last.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type(text)


def test_run_all_twice_adds_no_entry(lab, case):
    run_all(lab, 1)
    first = [entry.id for entry in case.entries()]
    assert [o for cell in cells(lab) for o in cell["outputs"] if o["output_type"] == "error"] == []
    run_all(lab, 2)
    assert [entry.id for entry in case.entries()] == first
    assert "already #" in outputs(lab, "%did") and "already, and taken back since: #" in outputs(lab, "%pin")


def test_what_was_written_is_what_was_typed(lab, case):
    state = case.state
    assert [note.content["text"] for note in state.notes] == [
        "paused purge @dana",
        "earlier than the undo?",
        "earlier than the undo?",
    ]
    assert [ask.text for ask in state.asks.values()] == ["rows in documents for {x} and $y?"]
    assert [entry.content["text"] for entry in case.entries("scratch")] == ["[1, 2, 3]"]
    assert len(case.entries("undo")) == 1 and len(case.entries("pin")) == 1
    assert state.pins == []  # the pin was the last that this author wrote before %undo


def test_an_entry_is_its_text_and_one_chord_and_the_echo_comes_back(lab, case):
    type_in_a_new_last_cell(lab, "%told @jonas next word by 23:59")
    lab.keyboard.press("Shift+Enter")
    echo = lab.locator(".jp-Notebook .jp-Cell", has_text="next word by 23:59").locator(
        ".jp-OutputArea-output"
    )
    echo.filter(has_text="undo: %undo").wait_for(timeout=20_000)  # how long it takes: benchmarks/
    assert case.state.notes[-1].content["verb"] == "told"


def test_a_line_that_is_added_by_the_mouse_stands_in_the_text_that_is_copied(lab, case):
    page = lab.locator(".inv-composer").last
    page.scroll_into_view_if_needed()
    page.get_by_label("A line for the status").click()
    lab.keyboard.type("the spare index is built")
    page.get_by_role("button", name="Add the line").click()
    page.get_by_label("For inside").filter(has_text="the spare index is built").wait_for(timeout=20_000)
    assert not lab.locator("button.copy").last.is_visible()  # the text above is of before
    page.get_by_role("button", name="Copy for inside").click()
    lab.wait_for_timeout(500)
    copied = lab.evaluate("() => navigator.clipboard.readText()")
    assert "We know:" in copied and "- @ana: rows in documents" in copied and "[1]" not in copied
    assert "the spare index is built" in copied


def test_a_kernel_killed_in_the_middle_of_a_cell_loses_nothing_acknowledged_nor_what_is_typed(lab, case):
    type_in_a_new_last_cell(lab, "a thought that nobody has run yet")
    lab.keyboard.press("Escape")
    code = "%note said before the kernel died\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n%note never said"
    type_in_a_new_last_cell(lab, code)
    lab.keyboard.press("Control+Enter")
    deadline = time.monotonic() + 60
    while (
        time.monotonic() < deadline and case.state.notes[-1].content["text"] != "said before the kernel died"
    ):
        time.sleep(0.3)
    lab.wait_for_timeout(3_000)
    texts = [note.content["text"] for note in case.state.notes]
    assert texts.count("said before the kernel died") == 1 and "never said" not in texts
    assert any(cell["source"] == "a thought that nobody has run yet" for cell in cells(lab))
    assert case.verify().ok, str(case.verify())


def test_after_that_the_shorthand_works_again_before_a_case_is_opened(lab, case):
    lab.wait_for_function(f"() => {PANEL}.sessionContext.session.kernel.status === 'idle'", timeout=60_000)
    for button in lab.locator(".jp-Dialog button").all():
        button.click()
    type_in_a_new_last_cell(lab, "%note back again")
    lab.keyboard.press("Control+Enter")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and case.state.notes[-1].content["text"] != "back again":
        time.sleep(0.3)
    assert case.state.notes[-1].content["text"] == "back again"
    assert in_the_way(lab) == []


def test_nothing_left_the_machine(lab):
    assert lab.outside == []
