"""Mails that quote and forward others: each part by its own sender and at its own time, and by nobody where none is told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import investigator as inv
from tests import made


@pytest.mark.parametrize("example", made.threads(), ids=lambda example: example["name"])
def test_no_word_of_a_thread_is_in_a_wrong_mouth(example: dict[str, Any], tmp_path) -> None:
    (file,) = made.write(example, tmp_path)

    events = inv.read(file)
    rows = events.fetch(events.table)

    for sender, words, *when in example["said"]:
        mine = rows[rows.body.str.contains(words, regex=False)]
        assert len(mine) == 1, words
        told = dict(mine.attributes.iloc[0] or {}).get("from")
        assert _name(told) == sender, words
        if when:
            assert mine.time.iloc[0] == pd.to_datetime(when[0], utc=True), words
        elif sender is None:
            assert mine.time.isna().all(), words


def _name(sender: str | None) -> str | None:
    """A sender without the address, where a name stands before it."""
    return sender.partition(" <")[0].strip('"') if sender else None


def test_the_lines_of_a_thread_are_counted_once(tmp_path) -> None:
    for example in made.threads():
        (file,) = made.write(example, tmp_path)

        rows = inv.read(file).table.execute().drop_duplicates("unit")

        assert sum(rows.units) == len(example["text"].splitlines()), example["name"]
