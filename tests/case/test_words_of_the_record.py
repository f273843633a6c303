"""An entry of the record as one line: nothing told twice, no full stop before a semicolon."""

from types import SimpleNamespace

import pytest

from investigator.case.record.words import joined, sentence


def entry(kind, **content):
    return SimpleNamespace(kind=kind, content=content, about=None, erased=False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (entry("recovery", text="12 parcels: nobody kept their log", why="nobody kept their log"), "12 parcels: nobody kept their log"),
        (entry("decision", text="Stop the belt", why="two trays are on it"), "Stop the belt (two trays are on it)"),
        (entry("decision", text="Stop the belt"), "Stop the belt"),
        (entry("status", audience="both", know=["PCL-1 is hidden.", "The belt stands."]), "to both: PCL-1 is hidden; The belt stands."),
        (entry("status", audience="inside", know=[]), "to inside: no news"),
    ],
)  # fmt: skip
def test_a_line_says_each_thing_once(given, said):
    assert sentence(given) == said


def test_sentences_are_joined_without_the_stop_between_them():
    assert joined(["It is there.", "it is late", "It came."]) == "It is there; it is late; It came."
    assert joined([]) == ""
