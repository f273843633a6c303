"""Each part of a page by itself, line for line: what is let through, how a cell of a table reads, what a chart brings."""

import hashlib
import html
import json
import re
from types import SimpleNamespace

import pytest
from nbformat import NotebookNode

from investigator.case.evidence.listing import own_seal
from investigator.report import figure as figures
from investigator.report import page

PLOTLY = "application/vnd.plotly.v1+json"
LET_THROUGH = (
    "h1 h2 h3 h4 h5 h6 p div span section header footer article ul ol li dl dt dd strong em b i code pre kbd mark small sub "
    "sup blockquote time abbr s del ins"
).split()


@pytest.mark.parametrize("tag", LET_THROUGH)
def test_a_tag_of_text_is_let_through_with_its_class_and_nothing_else(tag):
    given = f'<{tag} class="a-b c" id="x" style="color:red" onclick="x()" title2="y">words</{tag}>'
    assert page.sanitised(given) == f'<{tag} class="a-b c">words</{tag}>'


def test_a_table_is_let_through_with_all_its_parts():
    given = (
        '<table class="t"><caption>c</caption><colgroup><col class="w"></colgroup><thead><tr><th scope="col" colspan="2" rowspan="3">h</th></tr></thead>'
        '<tbody><tr><td colspan="2" rowspan="3">d</td></tr></tbody><tfoot><tr><td>f</td></tr></tfoot></table>'
    )
    assert page.sanitised(given) == given
    assert page.sanitised("a<br>b<hr>c") == "a<br>b<hr>c"


@pytest.mark.parametrize(
    "tag", "script button style template iframe object noscript svg math textarea select".split()
)
def test_what_could_run_goes_with_all_that_it_holds(tag):
    assert page.sanitised(f"before<{tag}>held</{tag}>after") == "beforeafter"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('<time datetime="2026-06-17T09:14Z">then</time>', '<time datetime="2026-06-17T09:14Z">then</time>'),
        ('<abbr title="in full">x</abbr>', '<abbr title="in full">x</abbr>'),
        ('<ol start="7"><li>x</li></ol>', '<ol start="7"><li>x</li></ol>'),
        ('<ol start="7777"><li>x</li></ol>', "<ol><li>x</li></ol>"),
        ('<ol start="-1"><li>x</li></ol>', "<ol><li>x</li></ol>"),
        ('<p class="a&quot;b">x</p>', "<p>x</p>"),
        ('<p title="x">y</p>', "<p>y</p>"),
        ("a<!-- hidden -->b", "ab"),
        ('<a href="https://example.org">words</a>', "words"),
        ('<img src="x" alt="y">', ""),
    ],
)
def test_an_attribute_is_kept_where_it_is_known_and_plain(given, kept):
    assert page.sanitised(given) == kept


@pytest.mark.parametrize("span", ["colspan", "rowspan"])
@pytest.mark.parametrize(
    ("value", "kept"), [("2", True), ("999", True), ("1000", False), ("x", False), ("", False)]
)
@pytest.mark.parametrize("tag", ["td", "th"])
def test_a_cell_spans_fewer_than_a_thousand(tag, span, value, kept):
    given = f'<table><tbody><tr><{tag} {span}="{value}">x</{tag}></tr></tbody></table>'
    assert (f'{span}="' in page.sanitised(given)) is kept


@pytest.mark.parametrize(
    ("value", "kept"), [("row", 1), ("col", 1), ("rowgroup", 1), ("colgroup", 1), ("all", 0)]
)
def test_a_head_says_of_what_it_is_one(value, kept):
    given = f'<table><tbody><tr><th scope="{value}">x</th></tr></tbody></table>'
    assert page.sanitised(given).count("scope=") == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('<details class="fold"><summary>s</summary>x</details>', '<details class="fold"><summary>s</summary>x</details>'),
        ("<details><summary>s</summary>x</details>", "<div><div>s</div>x</div>"),
        ('<details class="other"><summary>s</summary>x</details>', '<div class="other"><div>s</div>x</div>'),
        ("<summary>s</summary>", "<div>s</div>"),
        (
            '<details class="fold"><summary>s</summary><details><summary>t</summary>x</details>y</details><summary>u</summary>',
            '<details class="fold"><summary>s</summary><div><div>t</div>x</div>y</details><div>u</div>',
        ),
        (
            '<details><details class="fold"><summary>s</summary>x</details><summary>t</summary></details>',
            '<div><details class="fold"><summary>s</summary>x</details><div>t</div></div>',
        ),
    ],
)  # fmt: skip
def test_only_the_kits_own_folds_fold(given, kept):
    assert page.sanitised(given) == kept


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, '<td class="none">–</td>'),
        (float("nan"), '<td class="none">–</td>'),
        (True, "<td>True</td>"),
        ("a<b", "<td>a&lt;b</td>"),
        (1_234_567, '<td class="number">1,234,567</td>'),
        (0.123456, '<td class="number">0.1235</td>'),
        (-9_999.4, '<td class="number">-9,999</td>'),
        (9_999.9, '<td class="number">1e+04</td>'),
        (10_000.0, '<td class="number">10,000</td>'),
        (123_456.7, '<td class="number">123,457</td>'),
    ],
)
def test_a_cell_reads_as_its_value_is(value, cell):
    assert page._table_cell(value) == cell


@pytest.mark.parametrize(
    ("rows", "numeric"),
    [([[1], [2.5], [None]], True), ([[1], ["x"]], False), ([[True], [False]], False), ([[None]], False), ([[]], False), ([], False)],
)  # fmt: skip
def test_a_column_is_one_of_numbers_where_all_that_it_has_are(rows, numeric):
    assert page._numeric(rows, 0) is numeric


def writer(language="en", code=False):
    return page._Writer(page.WORDS[language], code)


def test_a_table_names_its_columns_and_says_what_is_left_out():
    table = figures.Table(["who", "n<"], [["a", 1], ["b", None]], title="Orders & more", left_out=1200)
    assert writer().table(table, "label") == (
        '<details class="numbers-fold"><summary>The numbers: Orders &amp; more</summary><div class="wide">'
        '<table class="numbers"><thead><tr><th scope="col">who</th><th scope="col" class=number>n&lt;</th></tr></thead>'
        '<tbody><tr><td>a</td><td class="number">1</td></tr><tr><td>b</td><td class="none">–</td></tr></tbody></table></div>'
        '<p class="missing">1,200 more rows are not shown.</p></details>'
    )
    assert writer("de").table(figures.Table(["a", "b"], [], title="", left_out=0), "Name", opened=True) == (
        '<details class="numbers-fold" open><summary>Die Zahlen: Name</summary><div class="wide"><table class="numbers"><thead><tr>'
        '<th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td colspan="2">keine Werte</td></tr></tbody></table></div></details>'
    )


@pytest.mark.parametrize(
    ("given", "height"), [(79, "420"), (80, "80"), (812.5, "812.5"), (4000, "4000"), (4001, "420"), ("9", "420"), (None, "420")]
)  # fmt: skip
def test_a_chart_brings_its_pictures_its_numbers_and_its_data(monkeypatch, given, height):
    drawn = []
    monkeypatch.setattr(page, "draw", lambda safe, **how: drawn.append(how) or "<svg/>")
    chart = {"data": [{"type": "bar", "x": ["<"], "y": [1]}], "layout": {"height": given}}
    one = writer()
    made = one.chart(chart)
    data = json.dumps(figures.safe(chart), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    data = data.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert made == (
        '<figure class="chart-box" id="chart-1"><div class="static"><div class="wide-picture"><svg/></div><div class="narrow-picture"><svg/></div></div>'
        f'<div class="chart" role="group" aria-label="Chart 1" style="height:{height}px" hidden></div>'
        f'<pre class="chart-data" data-live="Zoom and point" data-still="Back to the picture" hidden>{data}</pre>'
        + one.table(figures.table(chart), "Chart 1")
        + "</figure>"
    )
    told = figures.alternative(chart) or "Chart 1"
    assert drawn == [
        {"width": 760, "name": "chart-1-wide-picture", "alt": told},
        {"width": 350, "name": "chart-1-narrow-picture", "alt": told},
    ]
    monkeypatch.setattr(page, "draw", lambda *_, **__: "")
    undrawn = one.chart(chart)
    assert one.charts == 2 and 'id="chart-2"' in undrawn and '<div class="static"></div>' in undrawn
    assert '</pre><p class="missing undrawn">The chart is drawn only where JavaScript runs. Its numbers are below.</p><details class="numbers-fold" open>' in undrawn  # fmt: skip


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/html": "<p>a</p>", "text/plain": "b"}, '<div class="html"><p>a</p></div>'),
        ({"text/html": ["<table><tr><th></th>", "</tr></table>"]}, '<div class="html" tabindex="0"><table><tbody><tr><td></td></tr></tbody></table></div>'),
        ({"text/markdown": "*a*", "text/plain": "b"}, '<div class="words"><p><em>a</em></p>\n</div>'),
        ({"image/svg+xml": "<svg a='/'/>", "image/png": "AA"}, '<img class="picture" alt="" src="data:image/svg+xml,%3Csvg%20a%3D%27%2F%27%2F%3E">'),
        ({"image/png": "A\n/=\"+", "image/jpeg": "BB"}, '<img class="picture" alt="" src="data:image/png;base64,A/=+">'),
        ({"image/jpeg": "Zz09"}, '<img class="picture" alt="" src="data:image/jpeg;base64,Zz09">'),
        ({"text/plain": "\x1b[31ma<\x1b[0m\n\n"}, '<pre class="plain">a&lt;</pre>'),
        ({"text/plain": "x", "application/vnd.jupyter.widget-view+json": {}}, ""),
        ({"application/json": {}}, ""),
    ],
)  # fmt: skip
def test_of_the_forms_of_an_output_the_best_is_shown(data, shown):
    assert "".join(writer().data(data)) == shown


def output(kind, **more):
    return NotebookNode({"output_type": kind, **more})


def test_what_was_printed_is_shown_and_what_went_wrong_in_a_line():
    def of(given):
        return "".join(writer().output(given))

    assert of(output("stream", name="stdout", text=["a\n", "b<\n"])) == '<pre class="stream">a\nb&lt;</pre>'
    assert of(output("stream", name="stdout", text=" \n")) == ""
    assert of(output("stream", name="stderr", text="a")) == ""
    assert (
        of(output("error", ename="E", evalue="no <b>", traceback=[]))
        == '<pre class="error">E: no &lt;b&gt;</pre>'
    )


def cell(kind, source, outputs=(), *tags):
    return NotebookNode({"cell_type": kind, "source": source, "outputs": list(outputs), "metadata": {"tags": list(tags)}})  # fmt: skip


def test_a_cell_shows_words_answers_and_its_code_where_that_is_wanted():
    said = output("display_data", data={"text/plain": "x"})
    cells = [
        cell("markdown", "*a*"),
        cell("code", "1 < 2", [said]),
        cell("code", " \n", [said]),
        cell("code", "2", [said], "remove-input"),
        cell("code", "3"),
        cell("raw", "r"),
    ]
    plain = '<pre class="plain">x</pre>'
    code = '<details class="code"><summary>The code</summary><pre><code>{}</code></pre></details>'
    answers = [f'<section class="answer">{plain}</section>'] * 3
    assert list(writer().cells(cells)) == ['<section class="words"><p><em>a</em></p>\n</section>', *answers]
    assert list(writer(code=True).cells(cells))[1:] == [
        f'<section class="answer">{plain}{code.format("1 &lt; 2")}</section>',
        *answers[1:],
        f'<section class="answer">{code.format("3")}</section>',
    ]


def test_headings_have_places_of_their_own_and_those_of_level_two_are_listed():
    one = writer()
    assert one.anchored("<h1>A &amp; <em>b</em>!</h1><h2>Who?</h2>\n<h2>Who?</h2><h3>Who?</h3><h4>…</h4><h5>x</h5>") == (
        '<h1 id="at-a-b">A &amp; <em>b</em>!</h1><h2 id="at-who">Who?<a class="permalink" href="#at-who" aria-label="Link to this part"></a></h2>\n'
        '<h2 id="at-who-2">Who?<a class="permalink" href="#at-who-2" aria-label="Link to this part"></a></h2>'
        '<h3 id="at-who-3">Who?<a class="permalink" href="#at-who-3" aria-label="Link to this part"></a></h3>'
        '<h4 id="at-section">…</h4><h5 id="at-x">x</h5>'
    )  # fmt: skip
    assert one.sections == [("at-who", "Who?"), ("at-who-2", "Who?")] and one._heading == "x"
    assert 'id="at-' + "a" * 60 + '"' in one.anchored(f"<h6>{'a' * 70}</h6>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[words](https://x.example/a?b=1&c)", '<p><span class="link">words</span> <span class="address">(https://x.example/a?b=1&amp;c)</span></p>\n'),
        ("<https://x.example>", '<p><span class="link">https://x.example</span></p>\n'),
        ("[here](#part)", '<p><span class="link">here</span></p>\n'),
        ("![alt <b>](https://x.example/a.png)", '<p><span class="absent-picture">alt &lt;b&gt;</span></p>\n'),
        ("<b>x</b> https://x.example ~~gone~~", "<p>&lt;b&gt;x&lt;/b&gt; https://x.example <s>gone</s></p>\n"),
        ("a|b\n-|-\n1|2", '<div class="wide"><table><thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table></div>'),
    ],
)  # fmt: skip
def test_words_in_markdown_know_no_html_and_fetch_nothing(text, shown):
    assert page._markdown().render(text).replace("</div>\n", "</div>") == shown


@pytest.mark.parametrize(
    ("text", "css"),
    [
        ("Draft 1", "Draft 1"),
        ('a"b\\é', "a\\000022 b\\00005c \\0000e9 "),
        ("x" * 90, "x" * 90),
        ("x" * 91, "x" * 89 + "\\002026 "),
        ("</style>", "\\00003c \\00002f style\\00003e "),
    ],
)
def test_a_text_in_a_style_is_one(text, css):
    assert page._css_text(text) == css


def test_a_page_has_its_words_in_two_languages():
    said = json.dumps(page.WORDS, sort_keys=True, ensure_ascii=False)
    assert list(page.WORDS["en"]) == list(page.WORDS["de"]) and len(page.WORDS["en"]) == 10
    # Who changes a word says so here, having read the page with it.
    assert hashlib.sha256(said.encode()).hexdigest()[:12] == "f851b7bf2759", said


def missing(*texts):
    return output("display_data", data={"text/html": "".join(texts)})


GREY = '<p class="missing">nothing was loaded</p>'


def test_a_part_that_only_says_what_is_missing_is_left_out_of_what_is_released():
    cells = [
        cell("markdown", "# Title"),
        cell("code", "0", [missing(GREY)]),
        cell("markdown", "## Empty"),
        cell("markdown", "some words"),
        cell("code", "1", [missing(GREY, "\n")]),
        cell("markdown", " ## Half"),
        cell("code", "2", [missing(GREY, "<p>said</p>"), missing(GREY)]),
        cell("markdown", "## Silent"),
        cell("code", "3"),
        cell("markdown", "#no heading"),
        cell("code", "4", [output("display_data", data={PLOTLY: {"data": [1]}, "text/html": GREY})]),
        cell("code", "5", [], "remove-cell"),
        cell("code", "6", [], "parameters"),
        cell("code", "7", [], "injected-parameters"),
    ]  # fmt: skip
    kept = page.shown_cells(cells, leave_out_empty=True)
    assert [one.source for one in kept] == [
        "# Title",
        "0",
        " ## Half",
        "2",
        "## Silent",
        "3",
        "#no heading",
        "4",
    ]
    assert [len(one.outputs) for one in kept] == [0, 0, 0, 1, 0, 0, 0, 1]
    assert kept[3].outputs[0].data["text/html"] == "<p>said</p>"
    assert [one.source for one in page.shown_cells(cells)] == [one.source for one in cells[:-3]]


def test_a_chart_without_anything_says_what_its_note_says():
    notes = [{"text": "No events &amp; no <b>window"}, {"text": None}, {"text": "Load one."}]
    empty = output("display_data", data={PLOTLY: {"data": [], "layout": {"annotations": notes}}})
    full = output("display_data", data={PLOTLY: {"data": [{"type": "bar"}], "layout": {}}})
    words = output("display_data", data={"text/plain": "x"})
    (shown,) = page.shown_cells([cell("code", "1", [empty, full, words])])
    assert shown.outputs[0].data == {
        "text/html": '<p class="missing">No events &amp; no &lt;b&gt;window Load one.</p>'
    }
    assert shown.outputs[1:] == [full, words]


def test_a_page_stands_on_its_stamp_its_mark_and_its_policy():
    book = SimpleNamespace(cells=[cell("markdown", "words")])
    made = page.page(
        book, title="A <t>", stamp="INC-1", mark="Draft", warning="Stop <here>", renewed=30
    ).decode()
    assert "<title>INC-1: A &lt;t&gt;</title>" in made
    marked = '<p class="state-mark">Draft</p>\n<p class="stopped" role="alert">Stop &lt;here&gt;</p>\n<h1>A &lt;t&gt;</h1>\n<section'
    assert marked in made
    renewing = (page._FOLDER / "renew.js").read_text("utf-8")
    assert f"script-src &#39;{page._hash(renewing)}&#39;; connect-src" in made or f"script-src '{page._hash(renewing)}'; connect-src" in made  # fmt: skip
    bare = page.page(book, title="A").decode()
    assert (
        "<title>A</title>" in bare and "state-mark" not in bare.split("</style>")[1] and "<h1>A</h1>" in bare
    )
    for rule in (
        "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "script-src 'none'", "connect-src 'none'",
        "base-uri 'none'", "form-action 'none'",
    ):  # fmt: skip
        assert rule in bare.replace("&#39;", "'")
    assert page._hash("x") == "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="


def test_a_manifest_is_the_same_bytes_for_the_same_page(monkeypatch):
    from datetime import UTC, datetime

    from investigator.moment import clock
    from investigator.report import manifest

    monkeypatch.setattr(manifest, "versions", lambda: {"nh3": "1"})
    monkeypatch.setattr(manifest.platform, "python_version", lambda: "3.11")
    with clock.held(datetime(2026, 6, 17, 9, 14, tzinfo=UTC)):
        made = manifest.manifest(
            {"page": ("a.html", b"x")},
            template={"name": "t"},
            parameters={"n": 1, "at": datetime(2026, 6, 17)},
            title="Tür",
            audience="care",
            case={"id": "INC-1"},
            evidence={"a.log": "00"},
            problems=[{"what": "p"}],
        )
        bare = manifest.manifest({}, template={}, parameters={}, title="", audience="")
    whole = {
        "audience": "care", "case": {"id": "INC-1"}, "created": "2026-06-17T09:14:00+00:00", "evidence": {"a.log": "00"},
        "files": {"page": {"bytes": 1, "name": "a.html", "sha256": hashlib.sha256(b"x").hexdigest()}}, "format": manifest.FORMAT,
        "packages": {"nh3": "1"}, "parameters": {"at": "2026-06-17 00:00:00", "n": 1}, "problems": [{"what": "p"}], "python": "3.11",
        "template": {"name": "t"}, "title": "Tür",
    }  # fmt: skip
    assert json.loads(made)["seal"] == own_seal(whole)
    whole = dict(sorted({**whole, "seal": own_seal(whole)}.items()))
    assert made.decode() == json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    empty = whole | {
        "files": {}, "template": {}, "parameters": {}, "title": "", "audience": "", "case": {}, "evidence": {}, "problems": [],
    }  # fmt: skip
    assert json.loads(bare) == empty | {"seal": own_seal({k: v for k, v in empty.items() if k != "seal"})}


def test_a_manifest_names_the_versions_that_can_change_a_page(monkeypatch):
    from importlib import metadata

    from investigator.report import manifest

    asked = []

    def version(name):
        asked.append(name)
        if name == "nh3":
            raise metadata.PackageNotFoundError
        return "1.0"

    monkeypatch.setattr(manifest.metadata, "version", version)
    found = manifest.versions()
    assert found.pop("nh3") == "not installed" and set(found.values()) == {"1.0"}
    assert len(asked) == len(set(asked)) == len(manifest.PACKAGES) and {"investigator", "plotly", "duckdb", "pandas"} <= set(asked)  # fmt: skip


@pytest.mark.parametrize("name", ["", ".", "..", "a/b.html", "/a.html", "..\\a.html"])
def test_what_a_manifest_names_elsewhere_is_not_read(tmp_path, name):
    from investigator.report import manifest

    listed = {"format": manifest.FORMAT, "files": {"page": {"name": name, "sha256": "0"}, "a": {"name": "x", "sha256": "0"}}}  # fmt: skip
    (tmp_path / "m.json").write_text(json.dumps(listed))
    assert manifest.verify(tmp_path / "m.json") == [
        "The a x is missing.",
        f"The manifest names '{name}', which is not a file beside it.",
    ]
    assert manifest.verify(tmp_path / "none.json") == ["none.json can't be read: No such file or directory."]
    (tmp_path / "m.json").write_text(json.dumps(listed | {"format": "x"}))
    assert manifest.verify(tmp_path / "m.json") == [
        f"m.json is of the format 'x'; this kit knows '{manifest.FORMAT}'."
    ]


def test_a_page_has_one_title_its_own_before_the_one_that_it_was_given():
    own = page.page(SimpleNamespace(cells=[cell("markdown", "# Own")]), title="Given").decode()
    assert own.count("<h1") == 1 and ">Own</h1>" in own and "<title>Given</title>" in own
    named = page.page(SimpleNamespace(cells=[cell("markdown", "## Part")]), title="Given").decode()
    assert named.count("<h1") == 1 and "<h1>Given</h1>" in named


def test_what_stands_before_the_first_heading_stays_in_what_is_released():
    cells = [cell("code", "0"), cell("markdown", "words"), cell("markdown", "## Empty"), cell("code", "1", [missing(GREY)])]  # fmt: skip
    assert [one.source for one in page.shown_cells(cells, leave_out_empty=True)] == ["0", "words"]
    only = [
        cell("code", "0", [missing(GREY)]),
        cell("markdown", "## Full"),
        cell("code", "1", [missing("<p>x</p>")]),
    ]
    assert [one.source for one in page.shown_cells(only, leave_out_empty=True)] == ["## Full", "1"]


def test_a_page_allows_the_scripts_that_it_brings_and_no_other():
    def allowed(*outputs, **given):
        made = page.page(
            SimpleNamespace(cells=[cell("code", "1", list(outputs))]), title="A", **given
        ).decode()
        return re.search(r"script-src (.*?); connect-src", html.unescape(made))[1], made

    chart = output(
        "display_data", data={PLOTLY: {"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {}}}
    )
    script, renewing = ((page._FOLDER / name).read_text("utf-8") for name in ("script.js", "renew.js"))
    bare, made = allowed(output("display_data", data={"text/plain": "x"}))
    assert bare == "'none'" and script not in made and "<script" not in made
    drawn, made = allowed(chart)
    assert drawn == f"'{page._hash(script)}' '{page._plotly()[1]}'" and script in made
    both, made = allowed(chart, renewed=30)
    assert both == f"'{page._hash(renewing)}' {drawn}" and renewing in made


def test_the_packages_that_can_change_a_page_are_these():
    from investigator.report import manifest

    assert sorted(manifest.PACKAGES) == [
        "duckdb", "ibis-framework", "investigator", "ipykernel", "jinja2", "markdown-it-py", "nbclient", "nbformat", "nh3", "pandas",
        "papermill", "plotly", "pyarrow",
    ]  # fmt: skip
    assert manifest.FORMAT == "investigator report manifest 1"


def test_what_is_there_to_be_copied_brings_its_script():
    book = SimpleNamespace(cells=[cell("code", "1", [missing('<pre class="copied">inv note</pre>')])])
    made = html.unescape(page.page(book, title="A").decode())
    copying = (page._FOLDER / "copy.js").read_text("utf-8")
    assert f"script-src '{page._hash(copying)}'; connect-src" in made and copying in made
