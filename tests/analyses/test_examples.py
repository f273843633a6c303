"""The example in the manual of each analysis runs on the sample, as it stands there."""

import inspect
import re

import pytest

import investigator as inv
from investigator import catalogue, moment
from investigator.finding import Finding


@pytest.fixture(scope="module")
def case(sample):
    """The sample as it stands; as of its end, so that nothing is written into what all tests share."""
    return inv.Case.open(sample, as_of=moment.now())


@pytest.mark.parametrize("name", catalogue.names("investigator.analyses"))
def test_the_example_of_an_analysis_runs_on_the_sample(name, case):
    manual = inspect.getdoc(getattr(case.find, name)) or ""
    code = " ".join(re.search(r"Example:\s+`([^`]+)`", manual)[1].split())
    assert code.startswith(f"case.find.{name}(")
    finding = eval(compile(code, name, "eval"), {"case": case})
    assert isinstance(finding, Finding) and finding.answer
    assert finding.check is not None and finding.check.analysis == name
