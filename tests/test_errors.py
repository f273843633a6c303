"""Every error says what is wrong, what there is, and what to do."""

from __future__ import annotations

import inspect

import pytest

from investigator import errors

CLASSES = [
    found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, errors.KitError)
]


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_says_its_three_beats_in_order(kind: type[errors.KitError]) -> None:
    error = kind("This is wrong.", "There is that.", "Do this.")
    assert str(error) == "This is wrong. There is that. Do this."
    assert str(kind("This is wrong.", "", "Do this.")) == "This is wrong. Do this."


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_that_crosses_a_process_keeps_its_beats(kind: type[errors.KitError]) -> None:
    again, given = kind("a", "b", "c").__reduce__()
    assert again is kind and given == ("a", "b", "c")


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    for found in CLASSES:
        assert found.__name__ in (errors.__doc__ or "")


def test_a_missing_name_is_an_attribute_error_too() -> None:
    assert issubclass(errors.CatalogueError, AttributeError)
    assert issubclass(errors.ParameterError, ValueError) and issubclass(errors.MomentError, ValueError)
