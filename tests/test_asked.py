"""What people type to look for lines: what it means, and what is refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.asked import FIELD, PATTERN, PHRASE, WORD, Term, asked
from investigator.errors import ParameterError


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("unrouted older_than", [Term(WORD, "unrouted"), Term(WORD, "older_than")]),
        ('"connection refused"', [Term(PHRASE, "connection refused")]),
        ("-healthcheck", [Term(WORD, "healthcheck", without=True)]),
        ("NOT healthcheck", [Term(WORD, "healthcheck", without=True)]),
        ('-"health check"', [Term(PHRASE, "health check", without=True)]),
        ("lane=unrouted", [Term(FIELD, "unrouted", "lane", "=")]),
        ("lane!=unrouted", [Term(FIELD, "unrouted", "lane", "=", without=True)]),
        ('http.status:"5 0"', [Term(FIELD, "5 0", "http.status", ":")]),
        ("took>=5.5", [Term(FIELD, "5.5", "took", ">=")]),
        ("severity>warn", [Term(FIELD, "warn", "severity", ">")]),
        (r"/a\/b \d+/", [Term(PATTERN, r"a/b \d+")]),
        ("/lost|gone/i", [Term(PATTERN, "(?i)lost|gone")]),
        ("unrout*", [Term(WORD, "unrout")]),
        ("DOC-47*", [Term(WORD, "DOC-47*")]),
        # What looks like a field or a pattern and is a word of a log.
        ("http://shop/cart", [Term(WORD, "http://shop/cart")]),
        ("std::bad_alloc", [Term(WORD, "std::bad_alloc")]),
        ("List<String>", [Term(WORD, "List<String>")]),
        ("/api/v1/orders", [Term(WORD, "/api/v1/orders")]),
        ("09:50:11", [Term(WORD, "09:50:11")]),
        ("error:", [Term(WORD, "error:")]),
    ],
)
def test_what_is_typed_is_understood(text, terms):
    assert list(asked(text).terms) == terms


def test_or_joins_the_two_terms_beside_it():
    query = asked("lost OR gone matcher AND -test")
    assert [len(clause) for clause in query.clauses] == [2, 1, 1]
    assert query.clauses[2][0].without


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This search is empty"),
        ("   ", "This search is empty"),
        ("a", "'a' is one character"),
        ("unrouted x", "'x' is one character"),
        ('"', "quotation mark opens"),
        ('"a"b', "quotation mark opens"),
        ('""', "nothing between the quotation marks"),
        ("OR lost", "OR has nothing beside it"),
        ("lost OR", "OR has nothing beside it"),
        ("lost NOT", "NOT has nothing beside it"),
        ("(lost OR gone) matcher", "Brackets group nothing"),
        ("took>5.5.5", "compares with no number"),
        ("56d1c349870c:4093", "inv around 56d1c349870c:4093"),
        ("fee1c349870c:4093", "inv around fee1c349870c:4093"),
        ("x" * 1_001, "1,001 characters"),
        ("ab " * 50, "50 terms"),
        ("a\x00b", "no line can hold"),
        ("a\ud800b", "no line can hold"),
    ],
)
def test_what_can_not_be_searched_for_gets_a_sentence(text, said):
    with pytest.raises(ParameterError) as refused:
        asked(text)
    assert said in str(refused.value)


@given(st.text(max_size=60) | st.text(alphabet='ab1 "\\/-:=<>*ORN.()', max_size=30))
def test_a_query_is_its_text(text):
    try:
        query = asked(text)
    except ParameterError:
        return
    assert asked(str(query)) == query
