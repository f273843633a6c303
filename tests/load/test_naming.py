"""A column of bodies gets the names that each body has alone."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from investigator.events import mask
from investigator.load import naming

bodies = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=320),
    st.lists(st.sampled_from([" ", "DOC-47", "12ms", "a.b/c", "é7", "٣", "\n", "\r\n", "x=1,"])).map("".join),
)


@settings(max_examples=150)
@given(some=st.lists(bodies, max_size=12), skip=st.integers(0, 3))
@example(some=["a 1\nb", None, "", "\n", "é" * 299 + "12", "x" * 300 + "1", "2"], skip=0)
def test_a_column_has_the_names_of_its_bodies(some: list[str | None], skip: int) -> None:
    column = pa.array(some, pa.string())[skip:]
    expected = [None if text is None else mask.name(text) for text in some[skip:]]
    assert naming.names(column).to_pylist() == expected


def test_bodies_that_differ_by_more_than_digits_have_their_names_too() -> None:
    some = ["".join("abcdefghij"[int(digit)] for digit in str(number)) + " 7\n8" for number in range(2500)]
    assert naming.names(pa.array(some)).to_pylist() == [mask.name(text) for text in some]


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("pump 3 ERROR stuck", "ERROR"),
        ("pump 3 [warn] slow", "warn"),
        ("E pump.c: stuck", "E"),
        ("an error of ours", None),
    ],
)
def test_a_level_is_found_in_a_message_as_each_of_three_ways_writes_it(place, said, level):
    place.add(f"Jun 17 09:14:07 quay1 pump[3]: {said}\n".encode() * 3, name="messages")
    assert set(place.events().severity_text.dropna()) == ({level} if level else set())
