"""Several people in JupyterLab: a pasted thread, a guess held against a check, and what another one writes meanwhile."""

import os
import subprocess
import sys
import time

import pytest
from opened_lab import browsing, cells, in_the_way, serving, small_case
from test_writing import type_in_a_new_last_cell

pytestmark = pytest.mark.browser

SOURCES = [
    "# Board",
    "import investigator as inv\n\ncase = inv.Case.open({path!r})",
    "case.watch(case.brief.lead)",
]
THREAD = "".join(
    f"{('Dana Lee', 'Ana Kos', 'Ivo Marek')[n % 3]}  9:{n // 2:02d} AM\nmessage {n} of DOC-{n}: {'gone?' if n % 7 else '$x {y}'}\n"
    for n in range(60)
)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return small_case(tmp_path_factory.mktemp("cases"), "INC-8", SOURCES, "board.ipynb")


@pytest.fixture(scope="module")
def lab(browser, case, tmp_path_factory):
    with serving(case, tmp_path_factory) as server, browsing(browser, server, "board.ipynb") as page:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.locator(".jp-OutputArea-output", has_text="Who has what").first.wait_for(timeout=90_000)
        yield page


def until(true, seconds):
    """Seconds until something is so; fails after so many."""
    started = time.perf_counter()
    while not true():
        assert time.perf_counter() - started < seconds
        time.sleep(0.2)
    return time.perf_counter() - started


def test_what_another_one_writes_is_seen_without_a_key(lab, case):
    environment = {**os.environ, "INVESTIGATOR_AUTHOR": "ben"}
    line = ["note", "ask @ana indexer: are the 40 there? 10m", "--case", str(case.path)]
    subprocess.run(
        [sys.executable, "-m", "investigator.cli", *line], env=environment, check=True, capture_output=True
    )
    until(lambda: "are the 40 there?" in lab.locator(".jp-OutputArea-output").first.inner_text(), 15)
    assert "ben" in lab.locator(".jp-OutputArea-output").first.inner_text()


def test_a_pasted_thread_of_sixty_messages_is_in_the_record_and_nothing_is_asked(lab, case):
    lab.locator(".jp-Notebook .jp-Cell").last.locator(".cm-content").click()
    lab.keyboard.press("Escape")
    lab.keyboard.press("b")
    lab.keyboard.press("Enter")
    started = time.perf_counter()
    lab.keyboard.insert_text("%%paste\n" + THREAD)
    lab.keyboard.press("Shift+Enter")
    until(lambda: len([n for n in case.state.notes if n.content.get("batch")]) == 60, 20)
    kept = [n for n in case.state.notes if n.content.get("batch")]
    assert kept[1].content["text"] == "message 1 of DOC-1: gone?" and kept[1].content["who"] == ["Ana Kos"]
    assert kept[7].content["text"] == "message 7 of DOC-7: $x {y}"
    assert time.perf_counter() - started < 20
    assert lab.locator(".jp-Stdin-input").count() == 0  # Run All would wait for it


def test_a_guess_a_check_against_it_and_a_pin_take_half_a_minute(lab, case):
    started = time.perf_counter()
    for text in (
        "%think the log stops at 07:10 | expect: nothing after it",
        "finding = case.find.first_error()\nfinding",
        "%pin",
    ):
        type_in_a_new_last_cell(lab, text)
        lab.keyboard.press("Control+Enter")
        lab.wait_for_timeout(300)
    until(lambda: len(case.state.pins) == 1 and len(case.state.guesses) == 1, 30)
    assert time.perf_counter() - started < 30


def test_one_undo_takes_the_thread_back_and_nothing_is_in_the_way(lab, case):
    batch = next(n for n in case.state.notes if n.content.get("verb") == "pasted")
    type_in_a_new_last_cell(lab, f"%undo #{batch.number}")
    lab.keyboard.press("Control+Enter")
    until(lambda: not [n for n in case.state.notes if n.content.get("batch")], 20)
    assert in_the_way(lab) == [] and lab.outside == []
    assert [o for cell in cells(lab) for o in cell["outputs"] if o["output_type"] == "error"] == []
