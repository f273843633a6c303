"""Patterns are RE2's alone: prepared once, and read the same by whoever looks."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator import re2


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?P<time>\S+) (?P<body>.*)", r"^(?P<time>\S+) (?P<body>.*)"),
        (r"^(?P<time>\S+) (?P<body>.*)$", r"^(?P<time>\S+) (?P<body>.*)"),
        (r"^(?<time>\S+)$", rf"^(?P<time>\S+){re2.LINE_END}"),
        (r"^(\w+) (?:a|b)$", rf"^(?:\w+) (?:a|b){re2.LINE_END}"),
        (r"^a$|^b$", rf"^a{re2.LINE_END}|^b{re2.LINE_END}"),
        ("a|b", "^(?:a|b)"),
        ("^a|b", "^(?:a|b)"),
        ("(?i)a|b", "(?i)^(?:a|b)"),
        (r"^[$(|]\$\(\|", r"^[$(|]\$\(\|"),
        (r"^[]$)]x[^]$(]", r"^[]$)]x[^]$(]"),
        (r"^[[:alpha:]$]+\z", rf"^[[:alpha:]$]+{re2.LINE_END}"),
        (r"^\Qa$(\E(b)", r"^\Qa$(\E(?:b)"),
        (r"^(?P<x>a|.*)$", rf"^(?P<x>a|.*){re2.LINE_END}"),
        (r"^a\.*$", rf"^a\.*{re2.LINE_END}"),
    ],
)
def test_a_pattern_begins_where_the_line_does_and_ends_where_it_ends(pattern, expected):
    assert re2.prepared(pattern) == expected
    assert re2.prepared(expected) == expected
    assert re2.refused(expected) == ""


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "  \n", "\n  at x\n"])
def test_the_end_of_a_line_is_found_whatever_ends_it(end):
    pattern = re2.prepared(r"^(?P<time>\S+) (?P<what>\w+)$")
    assert re2.captured(pattern, [f"09:14 done{end}"]) == [{"time": "09:14", "what": "done"}]
    assert re2.matches(pattern, [f"09:14 done, or not{end}"]) == [False]


def test_groups_are_told_in_order_and_those_without_a_name_too():
    assert re2.groups(r"^(?P<a>x)(y)(?:z)[(]\((?i:q)(?<b>w)") == ["a", "", "b"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"DOC-(?=1)", "looks ahead"),
        (r"(?<!a)b", "looks behind"),
        (r"(a)\1", "refers back"),
        ("a++", "possessive"),
        ("(", "missing"),
    ],
)
def test_what_is_no_pattern_of_re2_is_refused_in_words(pattern, why):
    assert why in re2.refused(pattern)


@settings(max_examples=200)
@given(st.text(alphabet="DOC-0123 x,\n\x01\x02\x03", max_size=60))
def test_each_place_is_found_once_and_in_order(text):
    pattern = r"\b(?:DOC-([0-9]+))\b"
    assert list(re2.found(pattern, text)) == [(m[0], m[1]) for m in re.finditer(pattern, text, re.ASCII)]
    assert [said for said, _ in re2.found("[0-9]+", text)] == re.findall("[0-9]+", text)


def test_a_pattern_with_ways_without_number_takes_no_longer():
    text = "D" * 5_000
    assert re2.matches(r"(D+)+OC-[0-9]+", [text]) == [False]
    assert not re2.whole(r"(D+)+OC-[0-9]+", text)
    assert list(re2.found(r"\b(?:(?:D+)+OC-[0-9]+)\b", text)) == []


def test_text_that_is_no_text_is_looked_at_all_the_same():
    assert re2.matches("a", ["a\ud800"]) == [True]


@pytest.mark.parametrize(
    ("pattern", "alike"),
    [
        (r"^[:(]\d+", True),
        (r"^[[:alpha:]]+", False),
        (r"^[^[:digit:]]", False),
        (r"^\Qa\E", False),
        (r"^\pL", False),
    ],
)
def test_a_pattern_that_two_parsers_read_differently_is_told(pattern, alike):
    assert re2.read_alike(pattern) == alike


NEEDED = {
    r"(?i)pass(?:word|wd)[ _]*key": {"password", "passwd"},
    r"(a|bc)+\d{4}-us": {"-us"},
    r"(?:gate)?x[0-9]*kiln": {"kiln"},
    r"\bhas[łl]o\p{L}{2,}": {"hasło", "haslo"},
    r"(?:\d+|belt)": set(),
    r"(?:belt|tray)*": set(),
    r"(?:(?:belt \d|tray)[,;])+": {"tray", "belt "},
    r"[abcdefgh]-k?": {"-"},
}


@pytest.mark.parametrize("pattern", NEEDED)
@given(data=st.data())
def test_what_a_pattern_needs_stands_in_each_match(pattern, data):
    needed = re2.needed(pattern)
    assert set(needed) == NEEDED[pattern]
    text = data.draw(st.from_regex(pattern.replace(r"\p{L}", "[a-zß]"), fullmatch=True)).casefold()
    assert not needed or any(one in text for one in needed)


def test_texts_of_any_length_and_script_reach_re2_as_they_are():
    texts = ["", "kiln", "плитка", "a\ud800b", "", "kiln" * 1000]
    assert re2.matches("^$", texts) == [True, False, False, False, True, False]
    assert re2.matches(r"^\p{Cyrillic}+$|^a\?b$|(?:kiln){1000}", texts) == [
        False,
        False,
        True,
        True,
        False,
        True,
    ]
