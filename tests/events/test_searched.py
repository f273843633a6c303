"""A query finds the same lines on every engine, and those that it says."""

import pandas as pd
import pytest

from investigator.errors import ParameterError
from investigator.events.events import Events
from investigator.events.searched import check_pattern

LINES = [
    ("matcher", "lane=unrouted order ORD-17 kept", {"took": "97"}, "info"),
    ("matcher", "Lane: Unrouted, order ORD-171", {"took": "97ms"}, "warn"),
    ("matcher", '{"lane":"routed","took": 12.5}', {}, "info"),
    ("gateway", "connection  refused by 10.0.0.7", {"lane": "unrouted", "http.status": "503"}, "error"),
    ("gateway", "connections refused", {"took": "-3"}, "info"),
    ("billing", "Überweisung für Größe fehlt", {"note": 'it\'s 100 % "sure" \\ done'}, None),
    ("billing", "", {"unrouted_total": "4"}, "info"),
    ("billing", "first\n  at Matcher.route(Matcher.java:17)\nlast", {}, "error"),
    ("shop", "took=250, healthcheck", {}, "info"),
]


def frame():
    rows = pd.DataFrame(
        {
            "time": pd.date_range("2026-06-17T07:00:00Z", periods=len(LINES), freq="min"),
            "service": [line[0] for line in LINES],
            "body": [line[1] for line in LINES],
            "attributes": [line[2] for line in LINES],
            "severity_text": [line[3] for line in LINES],
            "unit": range(len(LINES)),
        }
    )
    rows["trace_id"] = "84ea52c11fc5fda67ff005d9ecd7072e"
    rows.loc[rows.index > 0, "trace_id"] = None
    return rows


#: What is asked, and the numbers of the lines that say it.
ASKED = {
    "unrouted": [0, 1, 3, 6],
    "UNROUT*": [0, 1, 3, 6],
    "unrouted order": [0, 1],
    '"unrouted"': [0, 1, 3],
    "ord-17": [0],
    "ord-17*": [0, 1],
    "0.0.7": [3],
    "ORD": [0, 1],
    "97": [0, 1],
    '"ord-17"': [0],
    '"connection refused"': [3],
    "lane=unrouted": [0, 1, 3],
    "lane:rout": [0, 1, 2, 3],
    "lane=routed": [2],
    "lane:*": [0, 1, 2, 3],
    "lane!=unrouted matcher": [2, 7],
    "unrouted -matcher": [3, 6],
    "-matcher -gateway -billing": [8],
    "took>90": [0, 8],
    "took<0": [4],
    "took>90ms": [1],
    "took>97ms": [],
    "took>=12.5 took<=12.5": [2],
    "level=error": [3, 7],
    "severity>=warn": [1, 3, 7],
    "severity>warn": [3, 7],
    "service=shop": [8],
    "service:shop OR http.status=503": [3, 8],
    "größe": [5],
    "FÜR": [5],
    '"it\'s 100 %"': [5],
    r'"\"sure\" \\ done"': [5],
    "/^ +at Matcher/": [7],
    "/first.*last/": [],
    "/refused$/": [4],
    "/unrouted/": [0, 3, 6],
    "/UNROUTED/i": [0, 1, 3, 6],
    r"/10\.0\.0\.\d/": [3],
    "84ea52c1": [0],
    "ea52c11f": [],
    "body:refused": [3, 4],
    "body:ORD-17": [0],
    "body:ORD-17*": [0, 1],
    "took:9": [],
    "took:97": [0, 1],
    "took:2*": [8],
    "source:frame": list(range(9)),
    "frame": [],
    '"\'; DROP TABLE x; --"': [],
}


def found(events, text):
    return sorted(
        int(unit) for unit in events.engine.fetch(events.where(text=text).table.select("unit"))["unit"]
    )


@pytest.fixture(scope="module")
def local():
    return Events.from_frame(frame())


@pytest.mark.parametrize("text", ASKED)
def test_the_lines_that_say_it_are_found(local, text):
    assert found(local, text) == ASKED[text]


@pytest.mark.spark
def test_the_same_lines_are_found_on_spark_connect(spark_url):
    events = Events.from_frame(frame(), engine=spark_url)
    assert {text: found(events, text) for text in ASKED} == ASKED


def test_a_selection_by_text_is_json_and_is_made_again(local):
    narrowed = local.where(text="unrouted").where(text="-matcher")
    assert narrowed.selection == {"text": ["-matcher", "unrouted"]}
    assert local.select(narrowed.selection).count() == narrowed.count() == 2
    assert local.where(text="unrouted").where(text="unrouted").count() == 4


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "can't be used"),
        ("(?=x)", "looks ahead"),
        (r"(a)\1", "refers back"),
        ("x{2000}", "can't be used"),
        ("a*", "also found where there is nothing"),
        ("^", "also found where there is nothing"),
        (r"\b", "also found where there is nothing"),
        ("x|", "also found where there is nothing"),
    ],
)
def test_a_pattern_that_can_not_be_used_gets_a_sentence(pattern, said):
    with pytest.raises(ParameterError) as refused:
        check_pattern(pattern)
    assert said in str(refused.value)


def test_a_pattern_that_hangs_others_does_not(local):
    many = Events.from_frame(pd.DataFrame({"body": ["a" * 50_000 + "!"]}))
    assert many.where(text="/(a+)+$/").count() == 0
