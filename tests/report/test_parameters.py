"""Parameters, checked before a kernel starts."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.errors import ParameterError
from investigator.report import parameters


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"case": "0012"}, {"case": "0012"}),
        ({"case": "../../x"}, {"case": "../../x"}),
        ({"case": "1e5"}, {"case": "1e5"}),
        ({"factor": "7"}, {"factor": 7}),
        ({"factor": 7}, {"factor": 7}),
        ({"strict": "yes"}, {"strict": True}),
        ({"since": None}, {"since": None}),
        ({"since": "None"}, {"since": "None"}),
        ({"share": 1}, {"share": 1.0}),
        ({"share": "0.25"}, {"share": 0.25}),
        ({}, {}),
    ],
)
def test_values_fit_the_declared_type_and_an_id_stays_text(notebooks, given, read):
    found = parameters.check(notebooks / "plain.ipynb", given)
    assert found == read
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in read.items()
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"cse": "x"},
            r"takes no parameter 'cse'\. It takes: case, factor, strict, since, share\. Did you mean case\?",
        ),
        (
            {"case": 12},
            r"'case' of 'plain' is str, not int 12.*Write it in quotes: an id is text\. \(the case to open\)",
        ),
        ({"case": None}, r"'case' of 'plain' is str, not nothing"),
        ({"factor": "many"}, r"'factor' of 'plain' is int, not the text 'many'\. Its default is 3"),
        ({"factor": 1.5}, "is int, not float 1.5"),
        ({"factor": True}, "is int, not bool True"),
        ({"factor": "1_000"}, "is int, not the text '1_000'"),
        ({"strict": "maybe"}, "is bool, not the text 'maybe'"),
        ({"share": "nan"}, "is float, not the text 'nan'"),
        ({"share": float("inf")}, "is float, not float inf"),
        ({"case": ["a"]}, "is str, not list"),
    ],
)
def test_what_does_not_fit_is_refused(notebooks, given, sentence):
    with pytest.raises(ParameterError, match=sentence):
        parameters.check(notebooks / "plain.ipynb", given)


def test_a_missing_parameter_is_refused(notebooks):
    with pytest.raises(ParameterError, match=r"needs 'case'\..*Give case \(the case to open\)"):
        parameters.check(notebooks / "needs_a_case.ipynb", {"factor": 2})


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,6}x", fullmatch=True), st.text() | st.integers() | st.booleans() | st.none()
    )
)
def test_injected_lines_give_back_the_values_and_nothing_else(values):
    tree = ast.parse(parameters.source(values))
    assert {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body} == values


def test_only_plain_values_can_be_injected():
    class Text(str):
        def __repr__(self):
            return "__import__('os').system('true')"

    with pytest.raises(ParameterError, match="A parameter is a text, a number"):
        parameters.source({"case": Text("x")})
