"""Templates of messages: what is one kind and what two, what changed, and what is said where nothing can be."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events import mask
from investigator.events.events import Events
from investigator.facts import templates

START = datetime(2026, 3, 4, 9, tzinfo=UTC)


def mined(*lines, source="app"):
    named = {mask.name(line): line for line in lines}
    return [t.text for t in templates.mined((source, name, line, 1) for name, line in named.items())]


@pytest.mark.parametrize(
    "lines, expected",
    [
        (["stored DOC-1 in 12 ms", "stored DOC-2 in 9 ms"], ["stored <*> in <*> ms"]),
        (
            ["session opened for ann", "session closed for ann"],
            ["session closed for ann", "session opened for ann"],
        ),
        ([f"session opened for {who}" for who in ("ann", "ben", "cyr")], ["session opened for <*>"]),
        ([f"state is {word}" for word in ("up", "down")], ["state is down", "state is up"]),
        ([f"job {w} is late" for w in ("a", "b", "c", "d", "e")], ["job <*> is late"]),
        (["open /var/log/a/b.txt", "open /tmp/c/d"], ["open <*>"]),
        (["seen at Sun Jul 10 2005", "seen at Mon Aug 11 2005"], ["seen at <*>"]),
        (["call from host.example.org", "call from other.example.com"], ["call from <*>"]),
        (["from a (10.0.0.1) at 3", "from a () at 4"], ["from a (<*>) at <*>"]),
        (["GET /a/b?x=1&y=2 done", "GET /a/c done"], ["GET <*> done"]),
    ],
)
def test_what_is_one_kind_of_message_and_what_two(lines, expected):
    assert mined(*lines) == expected


def test_the_header_that_all_lines_share_is_no_part_of_the_template():
    said = [
        "started",
        "queue is long",
        "stopped",
        "cannot write file",
        "idle",
        "disk is full",
        "retrying",
        "gone away",
    ]
    lines = [
        f"2026-03-0{day} 10:00:0{day} [worker-{day}] {('INFO', 'WARN', 'ERROR')[day % 3]} app.Service: {what}"
        for day, what in enumerate(said, 1)
    ]
    assert set(mined(*lines)) == set(said)


WORDS = st.lists(
    st.sampled_from(["a", "b", "stored", "for", "user=ann", "7", "DOC-9", "x.y.z", "(", "/a/b"]),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_every_name_has_one_template_whatever_the_order(found, dice):
    lines = sorted({" ".join(words) for words in found})
    named = [("app", mask.name(line), line, 1) for line in lines]
    named = list({item[1]: item for item in named}.values())
    one = templates.mined(named)
    assert templates.mined(dice.sample(named, len(named))) == one
    assert sorted(name for template in one for name in template.names) == sorted(item[1] for item in named)
    assert len({template.id for template in one}) == len(one)


def test_a_template_is_a_pattern_that_gives_its_variable_parts():
    import re

    match = re.match(templates.pattern("stored <*> in <*> ms (size=<*>)"), "stored DOC-1 in 12 ms (size=9)")
    assert match and match.groups() == ("DOC-1", "12", "9")


@pytest.mark.parametrize(
    "values, kind",
    [
        (["1", "-2.5"], "number"),
        (["10.0.0.1", "10.0.0.2:80"], "address"),
        (["DOC-1", "DOC-22"], "id"),
        (["/a/b", "/c"], "path"),
        (["ann", "ben"], "word"),
        (["deadbeef", "0a1b2c3d"], "hex"),
        (["ann", "7 up!"], "text"),
        ([], "text"),
    ],
)
def test_variable_parts_have_a_type(values, kind):
    assert templates.typed(values) == kind


def events_of(rows):
    frame = pd.DataFrame(rows, columns=["time", "body"])
    return Events.from_frame(frame.assign(source="app", service="app", kind="log"))


def test_new_vanished_surged_and_faded_are_told_apart():
    rows, onset = [], START + timedelta(hours=2)
    for minute in range(240):
        at = START + timedelta(minutes=minute)
        after = at >= onset
        rows += [(at, "steady beat")]
        rows += [(at, "checked 3 queues")] if not after else [(at, "skipped DOC-9")] * (minute % 2)
        rows += [(at, "retry 4 of host")] * (8 if after else 1)
        rows += [(at, "flushed cache")] * (1 if after else 8)
    finding = inv.find.patterns(events_of(rows), onset=onset.isoformat())
    changes = {item["template"]: item["change"] for item in finding.value["listed"]}
    assert changes == {
        "checked <*> queues": "vanished",
        "skipped <*>": "new",
        "retry <*> of host": "surged",
        "flushed cache": "faded",
    }
    assert finding.value["listed"][0]["change"] in ("new", "vanished")
    assert finding.value["kinds"] == {"new": 1, "vanished": 1, "surged": 1, "faded": 1}


def test_a_burst_and_a_regular_one_are_seen():
    rows = [(START + timedelta(minutes=m), "tick") for m in range(0, 300, 10) for _ in range(5)]
    rows += [(START + timedelta(minutes=m), "odd one") for m in range(0, 290, 7)]
    rows += [(START + timedelta(minutes=70, seconds=s), "odd one") for s in range(50)]
    items = {i["template"]: i for i in inv.find.patterns(events_of(rows)).value["listed"]}
    assert items["tick"]["every"] == 10 and items["tick"]["burst"] is None
    assert items["odd one"]["burst"]["count"] >= 50


def test_the_sample_shows_the_new_message_with_its_variable_parts(sample):
    case = Case.open(sample, as_of="2026-06-17 14:12")
    finding = case.find.patterns(onset="2026-06-17T07:14:07+00:00")
    top = finding.value["listed"][0]
    assert (top["template"], top["change"], top["count"]) == (
        "skipped document <*> unsupported schema <*>",
        "new",
        412,
    )
    assert [v["type"] for v in top["variables"]] == ["id", "number"]
    assert top["variables"][1]["top"] == [["3", 412]]
    events = case.events()
    known = set(events.fetch(events.table.select("evidence", "unit", "units"), limit=None)["origin"])
    assert set(finding.evidence["origin"]) <= known


@pytest.mark.parametrize("rows", [0, 1, 300])
@pytest.mark.parametrize("onset", [None, "2020-01-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"])
def test_it_answers_in_a_sentence(rows, onset):
    finding = inv.find.patterns(Events.from_frame(testing.documents().head(rows)), onset=onset)
    assert finding.answer.endswith(".")


def test_all_at_one_instant_and_markup_get_an_answer():
    rows = [(START, "<script>alert(1)</script>"), (START, "'; DROP TABLE x; --"), (START, "")] * 5
    value = inv.find.patterns(events_of(rows)).value
    assert value["lines"] == 10 and value["templates"] == 2
