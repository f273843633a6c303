"""The name of a line's kind is the same in Python and in the engine."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from investigator.events import mask

texts = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400),
    st.lists(
        st.sampled_from([" ", "DOC-4711", "took", "12ms", "a.b/c", "é7", "7é", "٣", "\n", "\r", "\t", "x=1,"])
    ).map("".join),
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=200)
@given(texts=st.lists(texts, min_size=1, max_size=20))
@example(
    texts=[
        "",
        "a" * 299 + "12",
        "x" * 300 + "1",
        "\u00e9" * 301,
        "one\r\ntwo 2",
        "\ud7ff9",
        "\U0001f600" * 299 + "99",
    ]
)
def test_the_mask_says_the_same_in_python_and_in_the_engine(
    engine: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    rows = engine.execute(f"SELECT t, {mask.sql('t')} FROM (SELECT unnest(?) AS t)", [texts]).fetchall()
    assert [(text, mask.name(text)) for text in texts] == rows


@pytest.mark.parametrize(
    "a, b",
    [
        ("stored DOC-4711 in 12 ms", "stored DOC-9 in 7 ms"),
        ("user 0af7651916cd43dd8448eb211c80319c logged in", "user 9e2 logged in"),
        ("failed: disk\n  at line 3", "failed: disk\n  at line 99 and more"),
    ],
)
def test_lines_of_a_kind_share_a_name(a: str, b: str) -> None:
    assert mask.name(a) == mask.name(b)


def test_lines_of_two_kinds_do_not() -> None:
    assert mask.name("stored DOC-4711") != mask.name("lost DOC-4711")


def test_a_name_is_twelve_hex() -> None:
    assert mask.masked("took 12ms") == "took #"
    assert len(mask.name("x")) == 12 and int(mask.name("x"), 16) >= 0
