"""Which rows are a table of counts, told by some of them before all are fetched."""

import pandas as pd
import pytest

from investigator.facts import counted

TIMES = ["2026-03-04T09:30", "2026-03-04T09:31"]


def rows(*cells):
    return pd.DataFrame(
        {"time": [t for t in TIMES for _ in cells], "attributes": [dict(c) for c in cells] * 2}
    )


@pytest.mark.parametrize(
    ("frame", "may"),
    [
        (rows({"tray": "a", "n": "4"}, {"tray": "b", "n": "4"}, {"tray": "c", "n": "9"}), True),
        (rows({"tray": "a", "n": "4"}, {"tray": "a", "n": "5"}), False),  # without n they are the same
        (rows({"tray": "a", "n": "4"}, {"tray": "b"}), False),  # one does not count
        (rows({"tray": "a", "n": "4.5"}, {"tray": "b", "n": "2"}), False),
        (rows({"tray": "a", "n": "-4"}, {"tray": "b", "n": "2"}), False),
        (rows({"tray": "a", "n": "warm"}, {"tray": "b", "n": "nan"}), False),
        (rows({"tray": "a"}, {"tray": "b"}), False),
        (rows({}, {}), False),
        (pd.DataFrame({"time": [], "attributes": []}), False),
    ],
)
def test_some_rows_tell_that_none_counts(frame, may):
    assert counted._may_count(frame) is may
