"""How a recovery stands, in a table: the next step, the line of numbers, what is said of an item before and after."""

from types import SimpleNamespace

import pandas as pd
import pytest

from investigator.case.record import mode
from investigator.case.recovery import restored
from investigator.case.recovery.standing import Item, Standing
from investigator.errors import ParameterError

DONE = SimpleNamespace(happened=(None,), content={"source": "archive"})
FIRST, REST, EVERY = "PCL-1", "PCL-2", "PCL-3"


def standing(*, first=None, rest=None, counted=None, dry=None, plan=True):
    """One that goes first and two that follow; `first` and `rest` are fields of these."""
    items = {FIRST: Item(FIRST, "CUST-1", **(first or {}))}
    items |= {one: Item(one, "CUST-2", **(rest or {})) for one in (REST, EVERY)}
    return Standing("UTC", DONE if plan else None, FIRST, FIRST, items, counted, dry)


SEEN = {"restored": DONE, "seen": DONE}
BACK = {"restored": DONE, "seen": DONE, "back": "x"}
STEPS = [
    (standing(plan=False), "Make the list", "case.recovery().begin()"),
    (standing(), "Restore PCL-1 alone", "recovery.dry_run([...], source='...'), then recovery.restored('PCL-1', source='...')"),
    (standing(dry=DONE), "Restore PCL-1 alone", "recovery.restored('PCL-1', source='...')"),
    (standing(first={"restored": DONE}), "Let the customer look at PCL-1", "recovery.seen('PCL-1', by='...')"),
    (standing(first={"back": "x"}), "Let the customer look at PCL-1", "recovery.seen('PCL-1', by='...')"),
    (standing(first=SEEN), "Restore the rest", "recovery.restored('rest', source='...')"),
    (standing(first=SEEN, rest={"exception": "gone"}), "Load what was logged since, and count again from another source", "recovery.recount()"),
    (standing(first=SEEN, rest={"back": "x"}), "Load what was logged since, and count again from another source", "recovery.recount()"),
    (standing(first=SEEN, rest={"restored": DONE}), "Load what was logged since, and count again from another source", "recovery.recount()"),
    (standing(first=SEEN, rest={"restored": DONE}, counted=1), "Explain the 3 that are left (PCL-1, PCL-2, PCL-3): load more and count again, or name them", "recovery.exception([...], why='...')"),
    (standing(first=BACK, rest=BACK, counted=1), "Every item is explained", "case.record.phase('resolved', why='...')"),
    (standing(first=BACK, rest={**BACK, "known": {"opens": False}}, counted=1), "Explain the 2 that are left (PCL-2, PCL-3): load more and count again, or name them", "recovery.exception([...], why='...')"),
]  # fmt: skip


@pytest.mark.parametrize("row", STEPS, ids=[str(n) for n in range(len(STEPS))])
def test_the_next_step_follows_from_what_was_done(row):
    found, step, line = row
    assert found.next_step() == (step, line)


def test_the_numbers_are_those_of_the_items():
    assert standing(plan=False).summary() == "Nothing is listed for recovery."
    assert (
        standing().summary()
        == "3 listed: 0 restored, 0 counted back by another source, 0 named exceptions, 3 unexplained."
    )
    mixed = standing(first=BACK, rest={**BACK, "known": {"opens": False}, "exception": "burnt"}, counted=1)
    assert mixed.summary() == (
        "3 listed: 3 restored, 3 counted back by another source, 2 not as before, 2 named exceptions, 0 unexplained."
    )
    assert mixed.open == [] and standing(first=BACK).open == [REST, EVERY]
    assert str(standing(first=BACK)).splitlines()[1].startswith("Next: Restore the rest: recovery.restored")
    assert "CUST-2" in str(standing()) and "PCL-2, PCL-3" in str(standing())


@pytest.mark.parametrize(
    ("fields", "explained"),
    [
        ({}, False),
        ({"back": "x"}, True),
        ({"back": "x", "known": {"opens": False}}, False),
        ({"back": "x", "known": {"opens": False}, "exception": "burnt"}, True),
        ({"exception": "burnt"}, True),
        ({"restored": DONE, "seen": DONE, "acknowledged": DONE}, False),
    ],
)
def test_an_item_is_explained_by_being_back_whole_or_by_a_reason(fields, explained):
    assert Item("PCL-1", **fields).explained is explained


@pytest.mark.parametrize(
    ("known", "doubt"),
    [
        ({}, ""),
        ({"opens": True}, ""),
        ({"opens": False}, "it does not open"),
        ({"size_before": 1}, ""),
        ({"size_after": 1}, ""),
        ({"size_before": 1, "size_after": 1}, ""),
        ({"size_before": 1, "size_after": 2}, "its size is another than before"),
        ({"hash_before": "a", "hash_after": "b", "size_before": 1, "size_after": 2}, "its content is another than before"),
        ({"hash_before": "a", "hash_after": "a", "size_before": 1, "size_after": 2}, "its size is another than before"),
    ],
)  # fmt: skip
def test_what_speaks_against_calling_it_back(known, doubt):
    assert restored.doubt(known) == doubt


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([{"item": "PCL-1", "size_before": "7", "hash_after": " AB "}], {"PCL-1": {"size_before": 7, "hash_after": "ab"}}),
        ([{"id": 7, "found": " shelf "}], {"7": {"found": "shelf"}}),
        ([{"document": "D", "why": ""}, {"entity": "E", "opens": None}], {"D": {}, "E": {}}),
        ({"PCL-1": {"opens": "no"}, "PCL-2": {"opens": "yes"}}, {"PCL-1": {"opens": False}, "PCL-2": {"opens": True}}),
        (pd.DataFrame({"item": ["PCL-1", "PCL-2"], "size_after": [7.0, float("nan")]}), {"PCL-1": {"size_after": 7}, "PCL-2": {}}),
        *(([{"item": "X", "opens": one}], {"X": {"opens": False}}) for one in (False, "false", "No", "0", 0, "nein ")),
        *(([{"item": "X", "opens": one}], {"X": {"opens": True}}) for one in (True, "true", "1", "ja")),
    ],
)  # fmt: skip
def test_what_was_given_of_items_is_read_from_a_table_rows_or_a_mapping(given, found):
    assert restored.details(given) == found


def test_a_row_that_names_no_item_or_a_strange_column_is_refused():
    with pytest.raises(ParameterError, match="says nothing of which item"):
        restored.details([{"size_before": 1}])
    with pytest.raises(ParameterError, match="'colour' is nothing that is known"):
        restored.details([{"item": "X", "colour": "red"}])


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, []),
        ({"why": "no list"}, ["size before, size after, hash before, hash after not known: no list"]),
        ({"size_before": 7, "size_after": 7}, ["size before and after 7 bytes"]),
        ({"size_before": 7, "size_after": 8, "why": "x"}, ["size before 7 bytes, after 8 bytes", "hash before, hash after not known: x"]),
        ({"size_after": 8}, ["size after 8 bytes"]),
        ({"hash_before": "ab", "opens": True}, ["SHA-256 before ab", "opens"]),
        ({"hash_before": "ab", "hash_after": "ab", "opens": False}, ["SHA-256 before and after ab", "does not open"]),
        ({"hash_before": "ab", "hash_after": "cd"}, ["SHA-256 before ab, after cd"]),
        ({"hash_before": "a", "hash_after": "a", "size_before": 0, "size_after": 0, "why": "x"}, ["size before and after 0 bytes", "SHA-256 before and after a"]),
    ],
)  # fmt: skip
def test_size_hash_and_opening_are_told_as_they_are_known(known, said):
    assert restored.told(known) == said


def entry(number, about=None, **content):
    return SimpleNamespace(id=f"e{number}", number=number, known=number, about=about, content=content)


def pin(number, items=None, analysis="recount"):
    from investigator.check import Check
    from investigator.finding import Finding

    finding = Finding("Are they back?", "yes", {"items": items or {}}, check=Check(analysis, 1, {}, {}))
    return entry(number, finding=finding.to_json())


def folded(*entries, pins=()):
    from investigator.case.recovery import standing as room

    return room.of(
        SimpleNamespace(zone="Asia/Tokyo", state=SimpleNamespace(recoveries=entries, pins=list(pins)))
    )


LIST = entry(1, state="listed", first="PCL-1", like="PCL-9", items=[["PCL-1", "A"], ["PCL-2", "B"]])


def test_a_recovery_is_what_its_newest_list_and_what_followed_say():
    found = folded(
        entry(0, state="listed", first="OLD", like="OLD", items=[["OLD", ""]]),
        LIST,
        entry(2, "e0", state="restored", ids=["PCL-1"]),
        entry(3, "e1", state="dry run", ids=["PCL-1"]),
        entry(4, "e1", state="restored", ids=["PCL-1", "strange"]),
        entry(5, "e1", state="seen", ids=["PCL-1"]),
        entry(6, "e1", state="acknowledged", ids=["PCL-2"]),
        entry(7, "e1", state="compared", ids=["PCL-2"], details={"PCL-2": {"opens": False}}),
        entry(8, "e1", state="compared", ids=["PCL-2", "PCL-1"], details={"PCL-2": {"why": "burnt"}}),
        entry(9, "e1", state="exception", ids=["PCL-2"], why="burnt"),
        pins=[pin(2, {"PCL-1": "early"}), pin(10, {"PCL-1": "2026", "other": "x"}), pin(11, {"PCL-2": "y"}, "who_else"), entry(12)],
    )  # fmt: skip
    assert (found.zone, found.first, found.like, found.plan) == ("Asia/Tokyo", "PCL-1", "PCL-9", LIST)
    one, two = found.items.values()
    numbers = [getattr(getattr(item, name), "number", None) for item in (one, two) for name in ("restored", "seen", "acknowledged")]  # fmt: skip
    assert numbers == [4, 5, None, None, None, 6] and found.dry.number == 3
    assert (one.id, one.customer, one.known, one.exception, one.back) == ("PCL-1", "A", {}, "", "2026")
    assert (two.id, two.customer, two.known, two.exception, two.back) == (
        "PCL-2", "B", {"opens": False, "why": "burnt"}, "burnt", None,
    )  # fmt: skip
    assert found.counted.value["items"] == {"PCL-1": "2026", "other": "x"}


@pytest.mark.parametrize("entries", [(), (entry(4, "e1", state="restored", ids=["PCL-1"]),)])
def test_without_a_list_nothing_is_being_recovered(entries):
    found = folded(*entries, pins=[pin(9)])
    assert found.plan is None and found.items == {} and found.counted is None


def test_a_count_of_before_the_list_and_of_the_same_moment_counts_nothing():
    assert folded(LIST, pins=[pin(0, {"PCL-1": "x"}), pin(1, {"PCL-1": "x"})]).counted is None
    again = folded(LIST, pins=[pin(2, {"PCL-1": "x"}), pin(3, {"PCL-2": "y"})])
    assert [item.back for item in again.items.values()] == [None, "y"]


def test_how_it_stands_is_told_line_for_line_in_text_and_on_a_page():
    found = standing(first=SEEN, rest={"restored": DONE}, counted=1)
    found.items |= {one: Item(one, "CUST-2") for one in ("PCL-4", "PCL-5<b>")}
    assert str(found) == repr(found) and str(found).splitlines() == [
        "5 listed: 3 restored, 0 counted back by another source, 0 named exceptions, 5 unexplained.",
        "Next: Restore the rest: recovery.restored('rest', source='...')",
        "customer  listed  restored  back by another source  exceptions  unexplained                  why",
        "CUST-1    1       1         0                       0           1: PCL-1",
        "CUST-2    4       2         0                       0           4: PCL-2, PCL-3, PCL-4, ...",
    ]
    for one in ("PCL-4", "PCL-5<b>"):
        found.items[one].restored = DONE
    assert found.next_step()[0] == (
        "Explain the 5 that are left (PCL-1, PCL-2, PCL-3, ...): load more and count again, or name them"
    )
    page = found._repr_html_()
    assert f"<p class='answer'>{found.summary()}</p><p class='missing'>Next: Explain the 5" in page
    assert "<b>" not in page and "<td>4: PCL-2, PCL-3, PCL-4, ...</td>" in page
    nothing = standing(plan=False)
    nothing.items = {}
    assert str(nothing).splitlines() == [
        "Nothing is listed for recovery.",
        "Next: Make the list: case.recovery().begin()",
    ]
    assert "<table" not in nothing._repr_html_() and "Nothing is listed" in nothing._repr_html_()


def test_each_customer_has_a_line_of_their_own():
    found = standing(first=BACK, rest={"restored": DONE, "exception": "burnt"}, counted=1)
    found.items["PCL-4"] = Item("PCL-4")
    heads = "customer|listed|restored|back by another source|exceptions|unexplained|why"
    assert [
        one.strip() for one in found._by_customer().text.splitlines()[0].split("  ") if one.strip()
    ] == heads.split("|")
    three = standing()
    three.items["PCL-4"] = Item("PCL-4", "CUST-2")
    line = three._by_customer().text.splitlines()[2]
    assert "3: PCL-2, PCL-3, PCL-4" in line and "..." not in line
    lines = [line.split() for line in found._by_customer().text.splitlines()]
    assert [line[0] for line in lines[1:]] == ["unknown", "CUST-1", "CUST-2"]
    assert [line[1] for line in lines[1:]] == ["1", "1", "2"]
    assert "PCL-4" in lines[1] and "burnt" in lines[3] and "PCL-4" not in lines[3]
    assert found._repr_html_().count("CUST-2") == 1 and "Next: " in found._repr_html_()


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"size": "7", "sha256": " AB12cd "}, {"size": 7, "hash": "ab12cd"}),
        ({"file.size_bytes": " 7 ", "path": "/a"}, {"size": 7}),
        ({"size": "7", "length": "8"}, {}),
        ({"size": "7 kB", "bytes": ""}, {}),
        ({"sha256": " ", "md5": ""}, {}),
        ({"resized": "7", "sizes": "8"}, {}),
    ],
)
def test_size_and_hash_are_told_by_one_column_each(held, told):
    from investigator.case.recovery import measured

    assert measured._told(held) == told


def test_when_each_was_back_is_what_the_finding_on_the_harm_says():
    from datetime import UTC, datetime

    from investigator.case.recovery import measured

    asked = []
    items = {"PCL-1": ["2026-06-17T07:00:00+00:00", "2026-06-17T09:00:00+00:00"], "PCL-2": ["2026-06-17T07:00:00+00:00", None]}  # fmt: skip

    def snapshot(verdict):
        def once(analysis, **given):
            asked.append((analysis, given))
            return verdict and SimpleNamespace(verdict=verdict, value={"items": items})

        return SimpleNamespace(once=once)

    back = {"PCL-1": datetime(2026, 6, 17, 9, tzinfo=UTC)}
    hurt = {one: datetime(2026, 6, 17, 7, tzinfo=UTC) for one in items}
    assert measured.hurt_at(snapshot("found"), "PCL-1") == hurt and asked == [("harm", {"like": "PCL-1"})]
    assert (
        measured.hurt_at(snapshot("inconclusive"), "PCL-1") == {} == measured.hurt_at(snapshot(None), "PCL-1")
    )
    assert measured.hurt_at(snapshot("found"), "") == {} and len(asked) == 3
    asked.clear()
    assert measured.back_at(snapshot("found"), "PCL-1") == back and asked == [("harm", {"like": "PCL-1"})]
    assert (
        measured.back_at(snapshot("inconclusive"), "PCL-1") == {} == measured.back_at(snapshot(None), "PCL-1")
    )
    assert measured.back_at(snapshot("found"), "") == {} and len(asked) == 3


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (standing(plan=False), ""),
        (standing(), "nothing was counted again yet"),
        (standing(first=BACK, counted=1), "2 items are unexplained"),
        (standing(first=BACK, rest={"exception": "burnt"}, counted=1), ""),
        (standing(rest={"exception": "burnt"}, counted=1), "1 item is unexplained"),
        (standing(first=BACK, rest=BACK, counted=1), ""),
    ],
)
def test_resolved_waits_for_what_is_not_explained(monkeypatch, found, why):
    from investigator.case.recovery import phase

    monkeypatch.setattr(phase, "of", lambda _: found)
    assert phase.gate(None) == why


@pytest.mark.parametrize(
    ("found", "next_"),
    [
        (standing(first=SEEN, rest={"restored": DONE}, counted=1), "Next: Explain the 3"),
        (standing(first=BACK, rest=BACK, counted=1), ""),
        (standing(plan=False), "Next: Make the list."),
    ],
)
def test_a_page_tells_what_is_left_and_no_line_of_code(monkeypatch, found, next_):
    monkeypatch.setenv(mode.VARIABLE, "report")
    said = found._repr_html_()
    assert "recovery.exception" not in said and "recovery()" not in said and "case.record" not in said
    assert ("Next: " in said, next_ in said) == (bool(next_), True)
    monkeypatch.delenv(mode.VARIABLE)
    assert found.next_step()[1].split("(")[0] in found._repr_html_()
