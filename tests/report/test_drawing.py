"""A figure as an SVG: every word in it, inside its edges, harmless, and the same bytes each time."""

import itertools
import re
import xml.etree.ElementTree as tree

import pandas as pd
import pytest
from payloads import PAYLOADS

import investigator as inv
from investigator import testing
from investigator.events import Events
from investigator.report import figure as figures
from investigator.report import page
from investigator.report.drawing import axes
from investigator.report.drawing.drawing import draw
from investigator.report.lint import lint

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (350, 760)
BARS = {
    "data": [{"type": "bar", "orientation": "h", "y": ["picked", "sent"], "x": [12, 3], "name": "orders"}],
    "layout": {"title": {"text": "How many at each step?"}, "xaxis": {"title": {"text": "orders"}}},
}


def svg(figure, width=760):
    made = draw(figures.safe(figure), width=width, name="one", alt=figures.alternative(figure))
    assert made is not None
    return tree.fromstring(made)


def said(drawing) -> list[str]:
    return [" ".join("".join(text.itertext()).split()) for text in drawing.iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def shown():
    """A figure of each view, on a small world with changes and silences."""
    rows = [
        {"time": pd.Timestamp("2026-06-17 07:00", tz="UTC") + pd.Timedelta(seconds=7 * n), "source": f"shop-{n % 3}",
         "kind": "log", "service": f"shop-{n % 3}", "body": f"order ORD-{n % 50} packed", "severity_number": 17 if n % 40 == 0 else 9}
        for n in range(900)
    ]  # fmt: skip
    events = Events.from_frame(pd.DataFrame(rows))
    marks = [
        {
            "time": f"2026-06-17T07:{10 + n}:00+00:00",
            "label": f"a long label of change number {n}",
            "kind": "change",
        }
        for n in range(6)
    ]
    return [
        inv.show.timeline(events, marks=marks),
        inv.show.rates(events, marks=marks),
        inv.show.coverage(events),
        inv.show.entity_path(events, entity="ORD-1", beside="ORD-2"),
        inv.show.timeline(events.where(window=("2020-01-01T00:00:00+00:00", "2020-01-02T00:00:00+00:00"))),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_word_of_a_view_is_in_its_picture(shown, width):
    for figure in shown:
        given = figure.to_plotly_json()
        safe = figures.safe(given)
        there = " ".join(said(svg(given, width))).replace(" ", "")
        layout = safe["layout"]
        wanted = [figures.title(given), *(note["text"] for note in layout.get("annotations", []))]
        wanted += [text for trace in safe["data"] for text in [trace.get("name", "")] if trace.get("type") != "heatmap"
                   and trace.get("showlegend", True) and layout.get("showlegend", True) and len(safe["data"]) > 1]  # fmt: skip
        for words in wanted:
            assert re.sub(r"<br ?/?>|\s", "", words).replace("&amp;", "&") in there, words


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_of_a_view_stands_outside_its_picture(shown, width):
    for figure in shown:
        drawing = svg(figure.to_plotly_json(), width)
        _, _, right, bottom = (float(part) for part in drawing.get("viewBox").split())
        for shape in drawing.iter(f"{SVG}rect"):
            x, y = float(shape.get("x", 0)), float(shape.get("y", 0))
            assert x >= -6 and x + float(shape.get("width", 0)) <= right + 8, tree.tostring(shape)
            assert y + float(shape.get("height", 0)) <= bottom
        for text in [*drawing.iter(f"{SVG}text"), *drawing.iter(f"{SVG}tspan")]:
            if text.get("x"):
                assert 0 <= float(text.get("x")) <= right and 0 <= float(text.get("y")) <= bottom


@pytest.mark.parametrize("width", WIDTHS)
def test_labels_of_reference_lines_do_not_cover_each_other(shown, width):
    drawing = svg(shown[0].to_plotly_json(), width)
    rows: dict[float, list[tuple[float, float]]] = {}
    for text in drawing.iter(f"{SVG}text"):
        words = "".join(text.itertext())
        if "of change number" in words:
            from investigator.report.drawing.ink import wide

            start = float(text.get("x"))
            rows.setdefault(float(text.get("y")), []).append((start, start + wide(words, 12)))
    assert sum(map(len, rows.values())) >= 6
    for row in rows.values():
        row.sort()
        assert all(a[1] <= b[0] + 8 for a, b in itertools.pairwise(row))


def test_the_same_figure_gives_the_same_bytes(shown):
    for figure in shown:
        safe = figures.safe(figure.to_plotly_json())
        assert draw(safe, width=760, name="one") == draw(safe, width=760, name="one")


def test_the_words_for_those_who_can_not_see_it_are_the_views(shown):
    drawing = svg(shown[0].to_plotly_json())
    assert drawing.find(f"{SVG}title").text == "What happened when, and in which source?"
    assert drawing.find(f"{SVG}desc").text == shown[0].layout.meta["alt"]
    assert drawing.get("aria-labelledby").split() == [
        drawing.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")
    ]


@pytest.mark.parametrize("payload", [*PAYLOADS, testing.HOSTILE])
def test_hostile_text_in_every_slot_of_a_figure_is_words(notebook, payload):
    given = {
        "data": [
            {"type": "bar", "orientation": "h", "name": payload, "y": [payload, "b"], "x": [1, 2], "text": [payload],
             "marker": {"color": payload, "pattern": {"shape": payload, "fgcolor": payload}}, "width": 0.5},
            {"type": "scatter", "name": payload, "mode": "lines+markers+text", "x": [1, 2], "y": [payload, "b"],
             "text": [payload], "line": {"color": payload, "dash": payload}, "marker": {"symbol": payload}},
        ],
        "layout": {
            "title": {"text": payload, "subtitle": {"text": payload}},
            "xaxis": {"title": {"text": payload}},
            "annotations": [{"text": payload, "x": 1, "y": 0, "font": {"color": payload}, "bgcolor": payload}],
            "shapes": [{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": payload}}],
            "meta": {"alt": payload},
        },
    }  # fmt: skip
    made = draw(figures.safe(given), width=350, name="one", alt=payload)
    assert made is not None
    tags = {node.tag.removeprefix(SVG) for node in tree.fromstring(made).iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "path", "rect", "text", "tspan"}
    assert not re.search(r"<[^>]*\s(?:on\w+|href|style)=", made)
    text = page.page(notebook("# T", {"application/vnd.plotly.v1+json": given}), title="t")
    assert [problem for problem in lint(text) if problem.blocks] == []


def test_a_label_of_a_view_is_shown_as_it_is_written():
    given = {**BARS, "layout": {"title": {"text": "Is &lt;b&gt; &amp; c there?"}, "meta": {"alt": "Bars."}}}
    assert said(svg(given))[0] == "Is <b> & c there?"
    assert figures.title(given) == "Is <b> & c there?"
    assert figures.safe(given)["layout"]["title"]["text"] == "Is &lt;b&gt; &amp; c there?"


def test_a_bar_is_as_long_as_its_number():
    drawing = svg(BARS)
    long = [float(rect.get("width")) for rect in drawing.iter(f"{SVG}rect") if rect.get("fill") == "#0072b2"]
    assert len(long) == 2 and long[0] / long[1] == pytest.approx(4, rel=0.01)
    assert {"picked", "sent", "orders"} <= set(said(drawing))


def test_what_can_not_be_drawn_has_its_numbers_open(notebook):
    pie = {"data": [{"type": "pie", "labels": ["a"], "values": [1]}], "layout": {}}
    assert draw(figures.safe(pie), width=350, name="one") is None
    text = page.page(notebook("# T", {"application/vnd.plotly.v1+json": pie}), title="t").decode()
    assert (
        "The chart is drawn only where JavaScript runs." in text
        and '<details class="numbers-fold" open>' in text
    )


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        ("2026-06-17T08:00", "2026-06-17T12:00", ["08:00", "09:00", "10:00", "11:00", "12:00"]),
        (
            "2026-06-17T22:00",
            "2026-06-18T02:00",
            ["22:00\n17 Jun", "23:00", "00:00\n18 Jun", "01:00", "02:00"],
        ),
        ("2026-06-01", "2026-06-05", ["1 Jun", "2 Jun", "3 Jun", "4 Jun", "5 Jun"]),
    ],
)
def test_a_time_axis_counts_in_round_steps_and_says_the_day_where_it_changes(low, high, labels):
    axis = axes.axis_of({"type": "date", "range": [low, high]}, [], [], upright=False)
    axis.first, axis.last = 0, 400
    assert [label for _, label in axis.ticks(12)] == labels


def test_a_page_blocks_a_drawing_that_is_not_of_the_kits_making():
    for evil in (
        '<svg class="drawing"><a href="https://example.org">x</a></svg>',
        '<svg class="drawing"><image href="data:,"/></svg>',
        '<svg class="drawing"><rect fill="url(https://example.org/x)"/></svg>',
        '<svg class="drawing"><foreignObject></foreignObject></svg>',
        "<svg><rect/></svg>",
    ):
        assert any(problem.blocks and re.search("rawing|svg", problem.sentence)
                   for problem in lint(f"<h1>T</h1>{evil}".encode())), evil  # fmt: skip
