"""What is wrong with a page, said in sentences."""

import pytest

from investigator.report import page
from investigator.report.lint import lint

PLOTLY = "application/vnd.plotly.v1+json"


@pytest.fixture
def good(notebook) -> str:
    chart = {"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {}}
    return page.page(notebook("# T\n\n## Q?", {PLOTLY: chart}), title="t").decode()


def test_a_good_page_has_no_problem(good):
    assert lint(good.encode()) == []


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("</main>", "<script>alert(1)</script></main>", "The page holds a script that is not the kit's."),
        (
            "</main>",
            '<img src="https://example.org/x.png"></main>',
            "The page loads or opens 'https://example.org/x.png'.",
        ),
        (
            "</main>",
            '<a href="https://example.org">x</a></main>',
            "The page loads or opens 'https://example.org'.",
        ),
        ("</main>", "<p onclick=x>y</p></main>", "The page holds a handler, onclick."),
        ("</main>", "<iframe></iframe></main>", "The page holds an active tag, <iframe>."),
        ("</main>", '<meta http-equiv="Refresh" content="0"></main>', "The page sends its reader elsewhere."),
        ("</style>", "@import 'x';</style>", "The page's style fetches something."),
        ("connect-src &#39;none&#39;", "connect-src *", "The page's policy lacks connect-src 'none'."),
        ("script-src ", "script-src 'unsafe-inline' ", "The page's policy lets other scripts run."),
    ],
)
def test_what_would_run_or_call_out_blocks_the_page(good, was, becomes, sentence):
    assert was in good
    found = lint(good.replace(was, becomes, 1).encode())
    assert sentence in [problem.sentence for problem in found if problem.blocks]


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('<table class="numbers">', "<div>", "Chart 1 has no table beside it."),
        ('class="chart-data"', 'class="other"', "Chart 1 has nothing to draw."),
        ("<h1 ", "<h2 ", "The page has 0 titles; a reader expects one."),
        ("<h2 ", "<h4 ", "The heading jumps from level 1 to level 4."),
        (
            "</main>",
            "<pre>Traceback (most recent call last)</pre></main>",
            "The page shows a Traceback: a cell",
        ),
    ],
)
def test_what_its_reader_should_know_is_said(good, was, becomes, sentence):
    assert was in good
    found = lint(good.replace(was, becomes).encode())
    assert [problem.sentence for problem in found if problem.sentence.startswith(sentence)]
    assert not any(problem.blocks for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----",
        "Authorization: Bearer abcdefghij0123456789xyz",
        "password=hunter2secret",
        "postgresql://me:pa55word@db/x",
        "db_kennwort=Falke.7!x9",
    ],
)
def test_a_secret_blocks_the_page(good, text):
    found = lint(good.replace("</main>", f"<p>{text}</p></main>").encode())
    assert ("The page shows what looks like a secret.", True) in [(p.sentence, p.blocks) for p in found]


@pytest.mark.parametrize(
    "text", ["password: ********", "password=<redacted>", "the bearer of news", "user@host:8080"]
)
def test_what_is_no_secret_is_not_called_one(good, text):
    escaped = text.replace("<", "&lt;")
    assert lint(good.replace("</main>", f"<p>{escaped}</p></main>").encode()) == []


def test_a_problem_says_where(good):
    found = lint(good.replace("</main>", "<p>password=hunter2secret</p></main>").encode())
    assert [problem.where for problem in found] == ["under 'Q?'"]
