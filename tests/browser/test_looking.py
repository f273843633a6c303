"""The live table in a real browser: with the mouse, with the keyboard alone, and with hostile data."""

import json

import pytest
from opened_explorer import opened

from investigator.case import Case
from investigator.events import Events
from investigator.testing.worlds import hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """6,000 lines of a bakery over an hour, one of them an error."""
    folder = tmp_path_factory.mktemp("bakery")
    lines = [
        {
            "time": f"2026-06-17T07:{n // 100:02d}:{n % 100 * 6 // 10:02d}Z",
            "level": "error" if n == 3_000 else "info",
            "service": ("oven", "till", "mixer")[n % 3],
            "msg": "the belt stopped" if n == 3_000 else f"tray {n} went in",
            "lane": "left" if n % 2 else "right",
        }
        for n in range(6_000)
    ]
    (folder / "app.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    made = Case.new("INC-9", words="cold bread", root=folder / "cases", author="ana", zone="Europe/Berlin")
    made.add(folder / "app.jsonl")
    return made


@pytest.fixture
def page(browser, case):
    with opened(browser, case.events()) as made:
        yield made
        assert made.errors == []


def settled(page):
    page.wait_for_timeout(600)


def bodies(page):
    return page.locator(".grid [role=row] .body").all_inner_texts()[1:]


def test_only_what_is_seen_travels(page):
    assert page.locator(".count").inner_text() == "6,000 lines"
    assert sum(size for _, size in page.evaluate("window.bytes")) < 150_000
    assert bodies(page)[0] == "tray 0 went in" and len(bodies(page)) < 40


def test_scrolling_reaches_the_end_and_the_middle(page):
    grid = page.locator(".grid")
    grid.evaluate("grid => grid.scrollTop = grid.scrollHeight")
    settled(page)
    assert bodies(page)[-1] == "tray 5999 went in"
    grid.evaluate("grid => grid.scrollTop = grid.scrollHeight / 2")
    settled(page)
    assert 2_900 < int(bodies(page)[5].split()[1]) < 3_100


def test_the_keyboard_alone_searches_marks_opens_copies_and_writes_down(page, case):
    page.get_by_label("Search", exact=True).focus()
    page.keyboard.type("belt OR 3001")
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator(".count").inner_text() == "2 lines of 6,000"
    page.locator(".grid").focus()
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    settled(page)
    detail = page.locator(".detail").inner_text()
    assert "the belt stopped" in detail and "inv around INC-9" in detail and "right" in detail
    page.get_by_role("button", name="Copy the marked line").focus()
    page.keyboard.press("Enter")
    settled(page)
    assert page.evaluate("() => navigator.clipboard.readText()").split("\t")[2] == "the belt stopped"
    page.get_by_label("In one sentence").focus()
    page.keyboard.type("the belt is why")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    assert "Written down as #" in page.locator(".said").inner_text()
    assert case.state.notes[-1].content["text"] == "the belt is why"


def test_only_this_and_not_this_are_words_of_the_search(page):
    page.locator(".grid").focus()
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name="only lane right").click()
    settled(page)
    assert page.get_by_label("Search", exact=True).input_value() == "lane=right"
    assert page.locator(".count").inner_text() == "3,000 lines of 6,000"
    page.get_by_role("button", name="not service oven").click()
    settled(page)
    assert page.get_by_label("Search", exact=True).input_value() == "lane=right -service=oven"
    assert page.locator(".count").inner_text() == "2,000 lines of 6,000"


def test_a_column_is_added_sorted_by_and_taken_away(page):
    page.get_by_label("Show a column").select_option("lane")
    settled(page)
    assert page.locator(".grid .row .more").nth(1).inner_text() == "right"
    page.get_by_role("button", name="level").click()
    settled(page)
    page.get_by_role("button", name="level").click()
    settled(page)
    assert bodies(page)[0] == "the belt stopped"
    page.get_by_role("button", name="take away lane").click()
    settled(page)
    assert page.locator(".grid .row .more").count() == 0


def test_a_brush_over_the_timeline_filters_the_table_and_the_kinds(page):
    page.locator("summary", has_text="Kinds of message").click()
    settled(page)
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 60, steps=5)
    page.mouse.up()
    settled(page)
    some = int(page.locator(".count").inner_text().split()[0].replace(",", ""))
    assert 300 < some < 3_000
    assert int(page.locator(".kinds .n").first.inner_text().replace(",", "")) <= some
    page.get_by_role("button", name="Compare with before").click()
    settled(page)
    assert page.locator(".said").inner_text()
    page.get_by_role("button", name="Clear").click()
    settled(page)
    assert page.locator(".count").inner_text() == "6,000 lines"


def test_zooming_asks_the_engine_until_lines_stand_one_by_one(page):
    page.evaluate("window.asked.length = 0")
    for _ in range(6):
        page.get_by_role("button", name="Closer").click()
        page.wait_for_timeout(400)
    asked = [one for one in page.evaluate("window.asked") if one["ask"] == "overview"]
    spans = [page.evaluate("one => Date.parse(one.high) - Date.parse(one.low)", one) for one in asked]
    assert len(spans) >= 2 and spans == sorted(spans, reverse=True)
    found = page.asking.answer(asked[-1])["answer"]
    assert found["count"] == len(found["single"]) < 200


def test_the_line_that_is_rare_is_there_to_click(page):
    found = page.asking.answer([o for o in page.evaluate("window.asked") if o["ask"] == "overview"][-1])
    assert any("the belt stopped" in text for *_, text, _ in found["answer"]["single"])
    canvas = page.locator("canvas")
    box = canvas.bounding_box()
    x = box["x"] + 150 + (box["width"] - 158) * 0.5
    lanes = [lane["name"] for lane in found["answer"]["lanes"]]
    y = box["y"] + 34 + 18 * lanes.index("oven") + 9
    for move in range(-30, 30, 2):
        page.mouse.move(x + move, y)
        if page.locator(".over").is_visible() and "the belt stopped" in page.locator(".over").inner_text():
            page.mouse.down()
            page.mouse.up()
            break
    settled(page)
    assert "the belt stopped" in page.locator(".detail").inner_text()


@pytest.mark.parametrize(
    "text, words", [("x", "one character"), ("/a*/", "found where there is nothing"), ("trayy", "tray")]
)
def test_a_search_that_finds_nothing_or_can_not_be_is_a_sentence(page, text, words):
    page.get_by_label("Search", exact=True).fill(text)
    page.keyboard.press("Enter")
    settled(page)
    assert words in page.locator(".said").inner_text()


def test_a_kernel_that_stopped_is_a_sentence(page):
    page.evaluate("window.dead = true")
    page.get_by_label("Search", exact=True).fill("tray")
    page.keyboard.press("Enter")
    page.locator(".said", has_text="it was stopped").wait_for(timeout=20_000)


def test_hostile_text_is_shown_as_it_is_written_and_does_nothing(browser):
    with opened(browser, Events.from_frame(hostile())) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.locator("summary", has_text="Kinds of message").click()
        for _ in range(6):
            page.locator(".grid").focus()
            page.keyboard.press("Enter")
            settled(page)
            page.keyboard.press("ArrowDown")
        whole = page.locator(".inv-explorer").inner_text()
        assert "<a href" in whole or "javascript" in whole
        assert (
            page.locator(
                ".inv-explorer a, .inv-explorer img, .inv-explorer script, .inv-explorer iframe"
            ).count()
            == 0
        )
        assert page.errors == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_name_is_there_and_text_stands_out(browser, case, dark):
    with opened(browser, case.events(), dark=dark) as page:
        page.locator(".grid").focus()
        page.keyboard.press("Enter")
        settled(page)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('.inv-explorer button, .inv-explorer input, .inv-explorer select, .inv-explorer canvas')]
            .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length)).map(node => node.outerHTML)"""
        )
        assert nameless == []
        weak = page.evaluate(
            """() => {
            const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const ground = (node) => { for (let n = node; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor; if (!/, 0\\)|transparent/.test(c) && !c.includes('color(')) return c; } return 'rgb(255,255,255)'; };
            return [...document.querySelectorAll('.inv-explorer *')].filter(node => node.offsetParent && !node.disabled && [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim()))
              .map(node => { const a = light(getComputedStyle(node).color), b = light(ground(node)); return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), node.className, node.textContent.slice(0, 30)]; })
              .filter(([ratio]) => ratio < 4.5); }"""
        )
        assert weak == []
