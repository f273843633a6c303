"""Every analysis and every picture says on a Spark Connect server what it says on the embedded engine."""

import pytest

from investigator import catalogue, testing
from investigator.errors import ParameterError


@pytest.mark.spark
@pytest.mark.parametrize("name", catalogue.names("investigator.analyses"))
def test_an_analysis_finds_the_same_on_spark_connect(name, spark):
    testing.check_analysis(name, engine=spark)


@pytest.mark.spark
@pytest.mark.parametrize("name", catalogue.names("investigator.views"))
def test_a_view_draws_the_same_on_spark_connect(name, spark):
    testing.check_view(name, engine=spark)


@pytest.mark.spark
def test_an_analysis_that_has_not_passed_on_a_server_refuses_by_name(spark_url, monkeypatch):
    import investigator as inv
    from investigator.analyses import first_error
    from investigator.events.engine import spark

    monkeypatch.delattr(first_error, "SPARK")
    frame = testing.documents().head(50)
    with pytest.raises(ParameterError, match=r"The analysis 'first_error' has not passed on a Spark Connect"):
        inv.find.first_error(inv.Events.from_frame(frame, engine=spark_url))
    assert inv.find.first_error(inv.Events.from_frame(frame)).answer
    trying = inv.Events.from_frame(frame, engine=spark(spark_url, untried=True))
    assert inv.find.first_error(trying).answer
    assert inv.find.coverage(inv.Events.from_frame(frame, engine=spark_url)).answer
