"""What is worked out of few rows without the engine is what the engine says."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.load import normalise
from investigator.load.evaluated import evaluated

WORDS = [
    "",
    " ",
    "a",
    "ERROR",
    "[warn] x",
    "I tank-3",
    "kiln-7f9c4d8b6-x2x9z",
    "ä🌴",
    "\n",
    "INFO\n",
    "E  42",
    "(Fatal)",
]
TEXTS = st.none() | st.lists(st.sampled_from(WORDS), max_size=5).map("".join) | st.text(max_size=200)
EXPRESSIONS = [
    "NULL::TIMESTAMP",
    "coalesce(f0, '')",
    "coalesce(nullif(f0, ''), nullif(f1, ''), 'it''s')",
    "left('stock: ' || concat_ws(' ', 'bed=' || nullif(f0, ''), 'ward=' || nullif(f1, '')), 20)",
    f"coalesce(regexp_replace(nullif(f0, ''), '{normalise._POD_TAIL}', ''))",
    f"coalesce(nullif(f1, ''), {normalise.level_in('f0')})",
    "nullif(regexp_extract(f0, '(?i)tank-([0-9]+)', 1), '')",
    "regexp_replace(f0, 'a.b|^ +$', '_')",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_few_rows_give_what_the_engine_gives(expression, cells):
    rows = pa.table({f"f{i}": pa.array([cell[i] for cell in cells], pa.string()) for i in (0, 1)})
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        said = connection.execute(f"SELECT {expression} AS told FROM rows").to_arrow_table()["told"]
    found = evaluated(expression, rows)
    assert found.to_pylist() == said.to_pylist() and found.type == said.type


@pytest.mark.parametrize(
    "expression",
    ["try_cast(f0 AS DOUBLE)", "f0[1:2]", "regexp_extract(f0, 'x', 0)", "regexp_matches(f0, '(?s)a')",
     "nullif(f0, f1)", "upper(f0)", "'alone'", "left(f0, 3", "CASE WHEN f0 THEN f1 ELSE f0 END"],
)  # fmt: skip
def test_what_is_not_known_is_asked_of_the_engine(expression):
    assert evaluated(expression, pa.table({"f0": ["1"], "f1": ["2"]})) is None


def test_columns_that_are_no_text_are_asked_of_the_engine():
    assert evaluated("coalesce(f0, '')", pa.table({"f0": pa.array(["1"], pa.large_string())})) is None
