"""The page: one file, nothing that runs but its own two scripts, nothing lost on the way."""

import base64
import gzip
import hashlib
import html
import json
import re
from html.parser import HTMLParser

import pytest
from payloads import PAYLOADS

from investigator.errors import ParameterError
from investigator.report import figure, page
from investigator.report.lint import lint

PLOTLY = "application/vnd.plotly.v1+json"
SCATTER = {"data": [{"type": "scatter", "x": ["a", "b"], "y": [1, 2], "name": "errors"}], "layout": {}}


def show(notebook, *cells, **options) -> str:
    return page.page(notebook(*cells), title="A title", **options).decode()


def body(text: str) -> str:
    return text.split("<main>")[1].split("</main>")[0]


class Active(HTMLParser):
    """Every tag, handler and address in a page that could do something."""

    TAGS = {
        *("script", "iframe", "object", "embed", "form", "base", "frame", "link", "animate", "set", "meta"),
        *("foreignobject", "math", "template", "style", "video", "audio", "source", "input", "button"),
        *("textarea", "select", "details", "img", "image", "svg"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in self.TAGS:
            self.found.append(tag)
        self.found += [
            f"{name}={value}" for name, value in attrs if name.startswith("on") or name in ("href", "src")
        ]


def active(text: str) -> list[str]:
    reader = Active()
    reader.feed(text)
    return reader.found


def hostile_cells(payload: str) -> list:
    chart = {
        "data": [
            {
                "type": "bar",
                "name": payload,
                "x": [payload],
                "y": [1],
                "text": [payload],
                "hovertemplate": payload,
            }
        ],
        "layout": {
            "title": {"text": payload},
            "xaxis": {"title": {"text": payload}},
            "annotations": [{"text": payload}],
            "images": [{"source": payload}],
            "meta": {"table": {"columns": [payload], "rows": [[payload]], "title": payload}},
        },
    }
    return [
        f"# Title\n\n{payload}",
        {"text/html": f"<p>{payload}</p>"},
        {"text/plain": payload},
        {"text/markdown": payload},
        {PLOTLY: chart},
        {"output_type": "stream", "name": "stdout", "text": payload},
        {"output_type": "error", "ename": payload, "evalue": payload, "traceback": [payload]},
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_data_is_inert_wherever_it_enters(notebook, payload):
    hostile = show(notebook, *hostile_cells(payload), code=True)
    harmless = show(notebook, *hostile_cells("harmless"), code=True)
    assert active(hostile) == active(harmless)
    assert [problem for problem in lint(hostile.encode()) if problem.blocks] == []


def test_a_hostile_title_and_audience_are_text(notebook):
    text = page.page(notebook("no heading"), title=PAYLOADS[0], audience='"><script>').decode()
    assert "<script" not in text
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>" in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("two<br>lines", "two<br>lines"),
        ("$x$", "&#36;x&#36;"),
        ("a & b", "a &amp; b"),
        ("<a href='https://example.org'>x</a>", "&lt;a href='https://example.org'&gt;x&lt;/a&gt;"),
    ],
)
def test_a_label_shows_what_the_data_says(given, shown):
    made = figure.safe({"data": [{"name": given, "x": [given]}], "layout": {"title": {"text": given}}})
    assert made["data"][0] == {"name": shown, "x": [shown]}
    assert made["layout"]["title"]["text"] == shown


def test_a_hover_text_keeps_the_views_markup_and_number_formats():
    template = "<b>%{x}</b><br>%{y:$,.2f}<extra></extra><a href='x'>"
    made = figure.safe({"data": [{"hovertemplate": template}], "layout": {}})
    assert made["data"][0]["hovertemplate"] == "<b>%{x}</b><br>%{y:$,.2f}<extra></extra>&lt;a href='x'>"


def test_making_a_figure_safe_leaves_the_given_one_alone():
    given = {
        "data": [{"name": "<b>"}],
        "layout": {"width": 900, "meta": {"table": {"columns": ["a"], "rows": []}}},
    }
    before = json.dumps(given)
    figure.safe(given)
    assert json.dumps(given) == before


def test_an_image_in_a_chart_comes_from_the_page_or_not_at_all():
    inside = "data:image/png;base64,AAAA"
    made = figure.safe(
        {"data": [], "layout": {"images": [{"source": "https://example.org/x.png"}, {"source": inside}]}}
    )
    assert [image["source"] for image in made["layout"]["images"]] == [inside]


def test_the_table_of_a_chart_is_the_one_its_view_gave(notebook):
    given = {
        **SCATTER,
        "layout": {"meta": {"table": {"columns": ["time", "n"], "rows": [["09:00", 1200], [None, 0.5]]}}},
    }
    text = show(notebook, {PLOTLY: given})
    assert '<tr><td>09:00</td><td class="number">1,200</td></tr>' in text
    assert '<tr><td class="none">–</td><td class="number">0.5</td></tr>' in text


def test_a_chart_without_a_table_gets_one_from_its_traces():
    packed = {"dtype": "i2", "bdata": base64.b64encode(b"\x01\x00\x02\x00").decode()}
    made = figure.table(
        {
            "data": [{"name": "errors", "x": ["a", "b"], "y": packed}],
            "layout": {"yaxis": {"title": {"text": "events"}}},
        }
    )
    assert made == figure.Table(["series", "x", "events"], [["errors", "a", 1], ["errors", "b", 2]])


def test_a_chart_without_a_title_is_called_by_the_heading_above_it(notebook):
    text = show(notebook, "# T\n\n## Who else?", {PLOTLY: SCATTER})
    assert 'aria-label="Who else?"' in text and "<summary>The numbers: Who else?</summary>" in text


def test_a_figure_with_plotlys_own_look_gets_the_pages_and_a_styled_one_keeps_its_own():
    default = figure.safe({"data": [], "layout": {"template": {"layout": {"plot_bgcolor": "#E5ECF6"}}}})
    styled = figure.safe({"data": [], "layout": {"template": {"layout": {"plot_bgcolor": "#fff"}}}})
    assert default["layout"]["template"]["layout"]["colorway"][0] == "#0072b2"
    assert styled["layout"]["template"] == {"layout": {"plot_bgcolor": "#fff"}}


def test_a_long_table_says_how_many_rows_it_leaves_out(notebook):
    given = {"data": [{"x": list(range(1200)), "y": list(range(1200))}], "layout": {}}
    assert "700 more rows are not shown." in show(notebook, {PLOTLY: given})


def test_the_policy_lists_the_two_scripts_by_hash_and_plotly_travels_once(notebook):
    text = show(notebook, {PLOTLY: SCATTER}, {PLOTLY: SCATTER})
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    packed = re.findall(r'<script type="application/octet-stream" id="plotly-gzip">([^<]*)</script>', text)
    library = gzip.decompress(base64.b64decode(packed[0]))
    loader = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(packed) == len(loader) == 1
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode() + "'"
        for script in (loader[0].encode(), library)
    ]
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {' '.join(hashes)}; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    assert len(text) < 3_000_000


def test_a_page_without_a_chart_carries_no_script_at_all(notebook):
    text = show(notebook, "# Title", {"text/plain": "x"})
    assert "<script" not in text and "script-src &#39;none&#39;" in text and len(text) < 20_000


def test_the_same_notebook_gives_the_same_bytes(notebook):
    cells = ("# Title", {PLOTLY: SCATTER}, {"text/html": "<table><tr><td>1</td></tr></table>"})
    first = page.page(notebook(*cells), title="t")
    page._plotly.cache_clear()
    assert page.page(notebook(*cells), title="t") == first


def test_code_is_shown_only_when_asked_for_and_folded(notebook):
    assert "pass" not in body(show(notebook, {"text/plain": "x"}))
    assert '<details class="code"><summary>The code</summary><pre><code>pass</code></pre></details>' in show(
        notebook, {"text/plain": "x"}, code=True
    )


@pytest.mark.parametrize("tag", ["remove-cell", "parameters", "injected-parameters"])
def test_a_hidden_cell_is_absent(notebook, tag):
    made = notebook("# Title", {"text/plain": "hidden"}, tags=(tag,))
    assert "hidden" not in body(page.page(made, title="t", code=True).decode())


def test_remove_input_hides_the_code_and_keeps_the_answer(notebook):
    made = notebook("# Title", {"text/plain": "answer"}, tags=("remove-input",))
    text = body(page.page(made, title="t", code=True).decode())
    assert "answer" in text and "<pre><code>" not in text


def test_html_of_the_kit_keeps_its_classes_and_folds(notebook):
    given = (
        '<div class="tiles"><div class="tile ok"><span class="tile-label">a</span></div></div>'
        '<details class="fold"><summary>the evidence</summary><table class="numbers"><tbody><tr>'
        '<td colspan="2">1</td></tr></tbody></table></details>'
    )
    assert given in show(notebook, {"text/html": given})


def test_a_link_is_its_words_and_its_address(notebook):
    text = body(show(notebook, "# T\n\n[the deploy](https://example.org/71) and <https://example.org>"))
    assert (
        '<span class="link">the deploy</span> <span class="address">(https://example.org/71)</span>' in text
    )
    assert "<a " not in text


def test_pictures_are_part_of_the_page(notebook):
    text = show(
        notebook, {"image/png": "iVBORw0KGgo=\n"}, {"image/svg+xml": "<svg><script>alert(1)</script></svg>"}
    )
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in text
    assert "data:image/svg+xml,%3Csvg%3E%3Cscript" in text


def test_warnings_on_stderr_and_widgets_stay_in_the_notebook(notebook):
    text = show(
        notebook,
        "# T",
        {"output_type": "stream", "name": "stderr", "text": "beware"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Button(...)"},
    )
    assert "beware" not in text and "Button" not in text


def test_a_page_with_four_questions_lists_them(notebook):
    text = show(notebook, "# T", *[f"## Question {number}?" for number in range(4)])
    assert '<li><a href="#at-question-0">Question 0?</a></li>' in text
    assert (
        text.count('href="#at-question-0"') == 3
    )  # beside the text, folded above it, and at the heading itself
    assert '<h2 id="at-question-0">Question 0?<a class="permalink" href="#at-question-0"' in text


@pytest.mark.parametrize("leave_out_empty", [False, True])
def test_a_chart_with_nothing_to_draw_is_a_sentence_and_brings_no_library(notebook, leave_out_empty):
    note = {"text": "No events with a time in this <b>window</b>.", "showarrow": False}
    chart = {"data": [], "layout": {"annotations": [note]}}
    book = notebook(
        "# T",
        "## How did it unfold?",
        {"application/vnd.plotly.v1+json": chart},
        "## And then?",
        {"text/plain": "it ended"},
    )
    made = page.page(book, title="t", leave_out_empty=leave_out_empty).decode()
    assert len(made) < 60_000 and 'class="chart-box"' not in made
    assert ("No events with a time in this &lt;b&gt;window&lt;/b&gt;." in made) is not leave_out_empty
    assert ("How did it unfold?" in made) is not leave_out_empty and "And then?" in made


def test_a_page_is_told_from_others_by_its_title_and_on_paper(notebook):
    made = page.page(notebook("# T"), title='Lost "bags"</style>', stamp="INC-7, 2026-06-17").decode()
    assert "<title>INC-7, 2026-06-17: Lost &#34;bags&#34;&lt;/style&gt;</title>" in made
    assert made.count("</style>") == 1
    assert r'content: "INC\00002d 7\00002c  2026' in made and "counter(pages)" in made


def test_a_language_the_page_has_no_words_for_is_refused(notebook):
    assert "<summary>Die Zahlen" in show(notebook, {PLOTLY: SCATTER}, language="de")
    with pytest.raises(ParameterError, match=r"The page has no words in 'xx'\. There are: en, de\."):
        show(notebook, language="xx")


EMPTY = {"text/html": '<p class="missing">No flags are loaded.</p>'}
PARTLY = {"text/html": '<p>Two deploys.</p><p class="missing">No flags are loaded.</p>'}


def test_a_draft_says_what_is_missing_and_a_release_leaves_it_out(notebook):
    cells = (
        "# T",
        "## What changed?",
        PARTLY,
        "## Which flags?",
        EMPTY,
        "## And then?",
        {"text/plain": "it ended"},
    )
    draft = page.page(notebook(*cells), title="t").decode()
    made = notebook(*cells)
    before = json.dumps(made)
    released = page.page(made, title="t", leave_out_empty=True).decode()
    assert draft.count("No flags are loaded.") == 2 and "Which flags?" in draft
    assert "No flags are loaded." not in released and "Which flags?" not in released
    assert "Two deploys." in released and "What changed?" in released and "it ended" in released
    assert json.dumps(made) == before
