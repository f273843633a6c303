"""A report in other forms: Markdown that says what the page says and does nothing, PDF and a picture where a browser is."""

import re
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt

from investigator.case import Case
from investigator.errors import ParameterError, ReportError
from investigator.report import printing
from investigator.report.export import export
from investigator.report.markdown import from_html, markdown, plain

#: What logs of several trades wrote that would be marks, links, tags or tables in a wiki.
HOSTILE = (
    "<script>alert(1)</script>",
    "![x](https://evil.example/track.png)",
    "[pay here](javascript:alert(1))",
    "[ref]: https://evil.example",
    "https://evil.example/a?b=1&copy=2",
    "www.evil.example",
    "a | b | c",
    "# not a heading",
    "- not a list",
    "7. not a list",
    "> not a quote",
    "=====",
    "~~struck~~ __bold__ **bold** _lean_ `code`",
    "&lt;b&gt; &amp;amp;",
    "C:\\temp\\new \\* end\\",
    "DOC-4711 snake_case_id W1206-26-114770",
)


def shown(text):
    """What a reader of a wiki sees of a Markdown, and the tags that it becomes."""
    made = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    return re.sub(r"<[^>]*>", "", made).strip(), set(re.findall(r"<([a-z0-9]+)", made))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_log_wrote_is_text_and_nothing_else(text):
    import html

    seen, tags = shown(plain(text))
    assert html.unescape(seen) == text and tags == {"p"}
    seen, tags = shown(
        from_html(f"<table><tr><th>said</th></tr><tr><td>{html.escape(text)}</td></tr></table>")
    )
    assert html.unescape(seen).split("\n")[-1] == text or text in html.unescape(seen)
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td"}
    assert not re.search(r"(?<!\\)https?://|www\.e", plain(text))


def test_an_id_can_be_searched_for_as_it_is_written():
    assert plain("DOC-4711 snake_case_id (W1206-26-114770)") == "DOC-4711 snake_case_id (W1206-26-114770)"


def test_headings_lists_tables_and_folds_are_all_there():
    made = from_html(
        "<h3>What was done</h3><ul><li>Paused the belt</li><li>Called <b>the</b> shift</li></ul>"
        "<details class='fold'><summary>the evidence</summary><table><caption>times: UTC</caption>"
        "<thead><tr><th>belt</th><th>bags</th></tr></thead><tbody><tr><td>7</td><td></td></tr></tbody></table></details>"
    )
    assert made.split("\n\n") == [
        "### What was done",
        "- Paused the belt\n- Called the shift",
        "the evidence",
        "times: UTC",
        "| belt | bags |\n| --- | --- |\n| 7 |  |",
    ]


def test_a_chart_is_a_picture_beside_it_and_its_words_are_its_name(notebook):
    meta = {"alt": "412 bags [late]", "table": {"title": "t", "columns": ["x"], "rows": [["1"]]}}
    chart = {"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4]}], "layout": {"meta": meta}}
    files = markdown(notebook("# Lost", {"application/vnd.plotly.v1+json": chart}), name="pm", mark="Draft")
    assert list(files) == ["pm.md", "pm-1.svg"] and files["pm-1.svg"].startswith(b"<svg")
    assert files["pm.md"].decode() == "> **Draft**\n\n# Lost\n\n![412 bags \\[late\\]](pm-1.svg)\n"


@pytest.fixture
def made(tmp_path, notebook):
    import nbformat

    case = Case.new("INC-7", words="The tiles are cold", root=tmp_path, author="ana")
    folder = case.path / "reports"
    folder.mkdir(exist_ok=True)
    (folder / "postmortem.html").write_text("<h1>T</h1>")
    book = notebook("# T", {"text/html": "<p>The kiln was off.</p><p class='missing'>Not written yet</p>"})
    nbformat.write(book, folder / "postmortem.ipynb")
    report = SimpleNamespace(page=folder / "postmortem.html", notebook=folder / "postmortem.ipynb")
    return case, report


def test_the_markdown_says_whose_it_is_and_how_far_it_is(made):
    case, report = made
    text = export(case, report, "md").read_text()
    assert text.startswith("> **Draft: not reviewed, not released**") and "The kiln was off." in text
    assert "INC-7: INC-7. The page postmortem.html has the hash " in text
    text = export(case, report, "md", draft=False).read_text()
    assert "Draft" not in text and "Not written yet" not in text


def test_what_the_page_may_not_tell_the_markdown_may_not_tell(made):
    import nbformat

    case, report = made
    book = nbformat.read(report.notebook, as_version=4)
    book.cells[0].source = "# password=Tr0ub4dor-and-3"
    nbformat.write(book, report.notebook)
    with pytest.raises(ReportError, match="would tell what it may not: a secret in postmortem"):
        export(case, report, "md")
    assert not (report.page.parent / "postmortem.md").exists()


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_without_a_browser_a_sentence_says_what_to_do(made, monkeypatch, kind):
    monkeypatch.setattr(printing.shutil, "which", lambda name: None)
    with pytest.raises(ReportError, match=rf"No browser is here .* {kind.upper()} .*") as told:
        export(*made, kind)
    assert "print it to a file" in str(told.value)


def test_a_browser_that_makes_nothing_is_said_and_leaves_nothing(made, tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(printing.shutil, "which", lambda name: str(program) if name == "chromium" else None)
    with pytest.raises(ReportError, match="chromium made no PDF: no display"):
        export(*made, "pdf")
    assert not made[1].page.with_suffix(".pdf").exists()


def test_a_format_that_is_none_is_refused(made):
    with pytest.raises(ParameterError, match="There is no format 'docx'"):
        export(*made, "docx")
