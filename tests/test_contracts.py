"""Whoever adds a file gets its tests for free: contract checks over every catalogue, on both engines."""

import pytest

from investigator import catalogue, testing
from investigator.errors import KitError, ParameterError

ANALYSES, VIEWS, SCREENS = "investigator.analyses", "investigator.views", "investigator.case.brief"


@pytest.mark.parametrize("name", catalogue.names(ANALYSES))
def test_an_analysis_keeps_its_contract(name):
    testing.check_analysis(name)


@pytest.mark.parametrize("name", catalogue.names(VIEWS))
def test_a_view_keeps_its_contract(name):
    testing.check_view(name)


@pytest.mark.parametrize("name", catalogue.names(SCREENS))
def test_a_screen_keeps_its_contract(name):
    testing.check_screen(name)


@pytest.mark.parametrize("name", catalogue.names("investigator.sources"))
def test_a_source_keeps_its_contract(name):
    testing.check_source(name)


@pytest.mark.spark
@pytest.mark.parametrize("name", catalogue.names(ANALYSES))
def test_an_analysis_finds_the_same_on_spark_connect(name, spark):
    testing.check_analysis(name, engine=spark)


@pytest.mark.spark
@pytest.mark.parametrize("name", catalogue.names(VIEWS))
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


# -- a contract can be broken ------------------------------------------------------------------------------------------


ANALYSIS = '''"""Storms of retries."""

from investigator.facts.coverage import coverage_of
from investigator.events.words import any_worded
from investigator.finding import Finding


def retry_storm(events, *, factor=3):
    """How many lines speak of a retry.

    Method: bodies that say so. Limits: other words. Example: `inv.find.retry_storm(events)`.
    """
    rows = events.table.filter(events.table.body.contains("skipped"))
    n = int(events.engine.fetch(rows.count()))
    seen = any_worded(events.engine, events.table)
    if not n:
        return Finding("Any?", "None.", value=0, verdict="absent", coverage=coverage_of(events, control=seen))
    return Finding("Any?", f"There are {n}.", value=n, coverage=coverage_of(events))
'''
BAD = {
    "a control that is written down": ("control=seen", "control=True", "Without texts it says a firm no"),
    "a no of one that never says yes": ('"skipped"', '"gremlin"', "finds nothing anywhere"),
    "no method": ("Method: ", "How: ", "says nothing after 'Method:'"),
    "limits that say nothing": ("Limits: other words. Example:", "Example:", "says nothing after 'Limits:'"),
    "no sentence": ('"None."', '"None"', "answers without a sentence"),
    "found where there is nothing": (
        'value=0, verdict="absent"',
        "value=0",
        "found something where there is nothing",
    ),
    "order": (
        "value=n,",
        'value=int(events.engine.fetch(events.table.limit(1))["unit"].iloc[0]),',
        "in another order",
    ),
    "no finding": ("    if not n:\n", "    return 7\n    if not n:\n", ""),
    "too many knobs": ("factor=3", "a=1, b=2, c=3, d=4, e=5", "more than four knobs"),
    "a knob that nobody can fill": ("factor=3", "moon_phase", "moon_phase has no default"),
}


def test_a_good_analysis_of_ones_own_passes(added):
    testing.check_analysis(added("analyses", ANALYSIS))


@pytest.mark.parametrize("how", sorted(BAD))
def test_a_bad_analysis_fails(how, added):
    good, bad, said = BAD[how]
    assert good in ANALYSIS
    with pytest.raises((AssertionError, AttributeError)) as caught:
        testing.check_analysis(added("analyses", ANALYSIS.replace(good, bad, 1)))
    assert said in str(caught.value)


def test_an_example_in_which_nothing_is_found_fails(added):
    text = ANALYSIS.replace("skipped", "gremlin") + '\n\ndef example():\n    return [{"body": "%s"}]\n'
    with pytest.raises(AssertionError, match="finds nothing in its own example"):
        testing.check_analysis(added("analyses", text % "nothing"))


def test_an_example_of_ones_own_shows_that_it_can_say_yes(added):
    rows = "\n\ndef example():\n    return [{'body': 'a gremlin'}, {'body': 'none'}]\n"
    testing.check_analysis(added("analyses", ANALYSIS.replace("skipped", "gremlin") + rows))


VIEW = '''"""Bars."""


def retry_storm(events, *, zone="UTC"):
    """One bar a service."""
    import plotly.graph_objects as go

    from investigator.views._style import figure, nothing
    from investigator.views._text import inert

    title, columns = "How many events has each service?", ["service", "events"]
    counted = events.table.group_by("service").aggregate(n=events.table.count()).order_by("service")
    rows = [[str(r.service), int(r.n)] for r in events.engine.fetch(counted.limit(60)).itertuples()]
    if not rows:
        return nothing(title, "No events in this window.", axis="service", columns=columns, table_title="Events")
    made = figure(title=title, subtitle="", alt=f"{len(rows)} bars.", table_title="Events", columns=columns, rows=rows)
    made.add_trace(go.Bar(x=[inert(row[0]) for row in rows], y=[row[1] for row in rows]))
    made.update_xaxes(title_text="service")
    made.update_yaxes(title_text="events")
    return made
'''
WORSE = {
    "live text": ("inert(row[0])", "row[0]", "not inert"),
    "escaped cells": ("[[str(r.service)", "[[inert(r.service)", "escaped text in its table"),
    "data in a template": (
        "go.Bar(",
        "go.Bar(hovertemplate=[inert(row[0]) for row in rows], ",
        "in a template",
    ),
    "nothing said of nothing": ("if not rows:", "if False:", "does not say so"),
    "a no that does not begin so": ("No events in", "There are none in", "does not say so"),
    "no title": ("title=title", "title=''", "no title"),
    "no words": ('alt=f"{len(rows)} bars."', "alt=''", "no sentence for those"),
    "a table without its columns": (
        "columns=columns, rows=rows)",
        "columns=[], rows=rows)",
        "no table beside it",
    ),
    "a ragged table": ("int(r.n)] for", "int(r.n), 1] for", "has 3 cells"),
    "an axis without a name": ('title_text="service")', 'title_text="")', "no name for its horizontal axis"),
    "a time without its zone": (
        'update_xaxes(title_text="service")',
        'update_xaxes(title_text="when", type="date")',
        "does not name its zone",
    ),
    "a point an event": (
        "counted.limit(60)).itertuples()]",
        "events.table.mutate(n=1).select('service', 'n').order_by('service')).itertuples()]",
        "weighs",
    ),
    "something else each time": (
        "    rows = [[",
        "    import random\n    columns = [f'{random.random()}', 'n']\n    rows = [[",
        "draws something else",
    ),
    "no figure": ("return made", "return rows", "no plotly Figure"),
}


def test_a_good_view_of_ones_own_passes(added):
    testing.check_view(added("views", VIEW))


@pytest.mark.parametrize("how", sorted(WORSE))
def test_a_bad_view_fails(how, added):
    good, bad, said = WORSE[how]
    assert good in VIEW
    with pytest.raises(AssertionError) as caught:
        testing.check_view(added("views", VIEW.replace(good, bad, 1)))
    assert said in str(caught.value)


SCREEN = '''"""What is said."""

from investigator.case import shown
from investigator.case.shown import Shown


def retry_storm(snapshot, *, section="summary"):
    """What the notes and the clock say."""
    due = snapshot.deadline
    left = due.stands(snapshot.now) if due else "no deadline"
    notes = [str((entry.content or {}).get("text")) for entry in snapshot.entries()]
    return shown.paragraph(left) + shown.bullets(notes)
'''
POOR = {
    "live text": ("shown.bullets(notes)", 'Shown("x", "<p>" + notes[-1] + "</p>")', "shown.escape()"),
    "half escaped": (
        "shown.bullets(notes)",
        'Shown("x", "<p>" + "".join(notes).replace("<", "&lt;") + "</p>")',
        "shown.escape()",
    ),
    "an open element": ("shown.bullets(notes)", 'Shown("x", "<p>x")', "leaves <p> open"),
    "a second deadline": (
        "due.stands(snapshot.now) if due",
        "str((due.stated.low - snapshot.now).days) + ' d 4 h left' if due",
        "says of the deadline",
    ),
    "met before it is over": (
        "due.stands(snapshot.now) if due",
        "'met, 6 h to spare' if due",
        "says of the deadline",
    ),
    "it writes": (
        "    due = snapshot",
        "    snapshot._evidence.record.append('note', {'text': 'seen'}, author='ana')\n    due = snapshot",
        "writes: a screen only reads",
    ),
    "it leaves a file": (
        "    due = snapshot",
        "    (snapshot._evidence.folder / 'seen').write_text('x')\n    due = snapshot",
        "writes: a screen only reads",
    ),
    "something else each time": (
        'else "no deadline"',
        "else str(snapshot.now.__class__.now().timestamp())",
        "something else the second time",
    ),
    "what was written later": (
        "snapshot.entries()]",
        "snapshot._evidence.record.everything()]",
        "says what was written later",
    ),
    "nothing said": ("shown.paragraph(left) + shown.bullets(notes)", "Shown('', '')", "says nothing"),
    "no shown": ("return shown.paragraph(left) + shown.bullets(notes)", "return left", "gives no Shown"),
    "a case": ("(snapshot, *", "(case, *", "a screen takes a snapshot"),
    "a knob that nobody can fill": ('section="summary"', "moon_phase", "moon_phase of"),
}


def test_a_good_screen_of_ones_own_passes(added):
    testing.check_screen(added("case/brief", SCREEN))


@pytest.mark.parametrize("how", sorted(POOR))
def test_a_bad_screen_fails(how, added):
    good, bad, said = POOR[how]
    assert good in SCREEN
    with pytest.raises((AssertionError, KitError)) as caught:
        testing.check_screen(added("case/brief", SCREEN.replace(good, bad, 1)))
    assert said in str(caught.value)


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
