"""Whoever adds a format gets its tests for free; and the contract can be broken."""

import pytest

from investigator import catalogue, testing


@pytest.mark.parametrize("name", catalogue.names("investigator.sources"))
def test_a_source_keeps_its_contract(name):
    testing.check_source(name)


SOURCE = '''"""Log of the retry storm: a time, a service, words."""

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\\
@@ 2026-06-17T07:14:07Z indexer ~ no DOC-1
@@ 2026-06-17T07:14:08Z search ~ 14 hits
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T07:14:07", "service": "indexer", "body": "no DOC-1"}

FORMAT = Lines(pattern=r"^@@ (?P<time>\\S+) (?P<service>\\S+) ~ (?P<body>.*)")


def sure(head: Head) -> Sure:
    """Lines that begin with two at signs."""
    return FORMAT.share(head)
'''.replace("\\\\", "\\")
WORST = {
    "no expectation": ("EXPECT =", "OTHER =", "has no EXPECT"),
    "another count": ('"events": 2', '"events": 3', "its EXPECT is"),
    "another service": ('"service": "indexer"', '"service": "search"', "its EXPECT is"),
    "a part left out": (', "body": "no DOC-1"', "", "its EXPECT is"),
    "not recognised": ("return FORMAT.share(head)", "return Sure(0.0)", "is taken for"),
    "no example": ("EXAMPLE =", "OTHER =", "has no EXAMPLE"),
}


def test_a_good_source_of_ones_own_passes(added):
    testing.check_source(added("sources", SOURCE))


@pytest.mark.parametrize("how", sorted(WORST))
def test_a_bad_source_fails(how, added):
    good, bad, said = WORST[how]
    assert good in SOURCE
    with pytest.raises(AssertionError) as caught:
        testing.check_source(added("sources", SOURCE.replace(good, bad, 1)))
    assert said in str(caught.value)
