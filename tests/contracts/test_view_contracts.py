"""Whoever adds a picture gets its tests for free; and the contract can be broken."""

import pytest

from investigator import catalogue, testing


@pytest.mark.parametrize("name", catalogue.names("investigator.views"))
def test_a_view_keeps_its_contract(name):
    testing.check_view(name)


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
