"""A search says how many lines, since when and where; and where there is none, what is near and what it did not see."""

import pandas as pd
import pytest

import investigator as inv
from investigator.errors import ParameterError
from investigator.events.events import Events
from investigator.performing import run


def lines(rows):
    """Events of (minute, service, body, attributes)."""
    start = pd.Timestamp("2026-03-01T10:00:00Z")
    return Events.from_frame(
        pd.DataFrame(
            {
                "time": [start + pd.Timedelta(minutes=row[0]) for row in rows],
                "service": [row[1] for row in rows],
                "body": [row[2] for row in rows],
                "attributes": [row[3] if len(row) > 3 else {} for row in rows],
                "unit": range(1, len(rows) + 1),
            }
        )
    )


TURBINES = [(n, "pump" if n % 2 else "valve", f"pressure at {n} bar is normal") for n in range(60)] + [
    (61, "valve", "Valve V-17 stuck half open", {"site": "north"}),
    (65, "valve", "valve V-171 stuck half open", {"site": "south"}),
    (90, "pump", "retry of valve V-17", {"cause": "stuck", "wait": "30s"}),
    (95, "pump", "retry of valve V-17", {"cause": "other", "wait": "31"}),
]


def test_how_many_since_when_and_by_kind_of_message():
    finding = inv.find.search(lines(TURBINES), "stuck")
    assert finding.value["count"] == 3 and finding.value["said"] == 2
    assert finding.value["first"].startswith("2026-03-01T11:01") and finding.value["last"].startswith(
        "2026-03-01T11:30"
    )
    assert [(kind["count"], kind["places"]) for kind in finding.value["kinds"]] == [
        (1, ["valve"]),
        (1, ["pump"]),
        (1, ["valve"]),
    ]
    assert list(finding.evidence["origin"]) == [f"{'0' * 12}:{n}" for n in (61, 62, 63)]
    assert "1 of the lines has it in a field" in finding.coverage.blind[0]
    assert sum(n for _, n in finding.value["bins"]["counts"]) == 3


def test_the_knobs_narrow_and_the_check_finds_the_same_again():
    events = lines(TURBINES)
    finding = inv.find.search(events, text="stuck", service="valve")
    assert finding.value["count"] == 2
    assert run(finding.check, events).value == finding.value
    assert run(inv.Check.from_json(finding.check.to_json()), events).answer == finding.answer


def test_an_id_is_not_found_inside_a_longer_one_unless_asked():
    assert inv.find.search(lines(TURBINES), "V-17").value["count"] == 3
    assert inv.find.search(lines(TURBINES), "V-17*").value["count"] == 4


def test_what_is_not_there_is_absent_and_near_spellings_are_proposed():
    finding = inv.find.search(lines(TURBINES), "presure")
    assert finding.verdict == "absent" and finding.may_refute
    assert finding.value["near"][0] == "pressure" and "Near to it: pressure" in finding.answer
    assert "None of 64 lines of frame" in finding.answer


def test_words_that_never_meet_are_told_apart():
    finding = inv.find.search(lines(TURBINES), "pressure stuck")
    assert finding.value["terms"] == [{"term": "pressure", "count": 60}, {"term": "stuck", "count": 3}]
    assert "each is there alone" in finding.answer and not finding.value["near"]


def test_a_field_that_no_line_has_proves_nothing():
    finding = inv.find.search(lines(TURBINES), "sites=north")
    assert finding.verdict == "inconclusive"
    assert "No line has a field 'sites'." in finding.answer and "site=north" in finding.value["near"]
    there = inv.find.search(lines(TURBINES), "site=west")
    assert there.verdict == "absent"


def test_a_number_with_a_unit_is_not_compared_and_that_is_said():
    finding = inv.find.search(lines(TURBINES), "wait>30")
    assert finding.value["count"] == 1
    assert "1 line has wait in another form, such as '30s'" in " ".join(finding.coverage.blind)
    assert inv.find.search(lines(TURBINES), "wait>29s").value["count"] == 1


def test_no_number_is_absent_where_numbers_have_a_unit():
    shop = lines([(n, "shop", f"order {n} took={n}ms") for n in range(50)])
    finding = inv.find.search(shop, "took>40")
    assert (
        finding.verdict == "inconclusive"
        and "50 lines have took in another form, such as '0ms'" in finding.answer
    )
    assert inv.find.search(shop, "took>40ms").value["count"] == 9
    assert inv.find.search(shop, "took>90ms").verdict == "absent"


def test_where_no_message_has_a_word_nothing_is_proved():
    finding = inv.find.search(lines([(n, "pump", "", {"bar": str(n)}) for n in range(9)]), "stuck")
    assert finding.verdict == "inconclusive"


def test_a_selection_without_a_line_is_no_absence():
    finding = inv.find.search(lines(TURBINES), "stuck", service="turbine")
    assert finding.verdict == "inconclusive" and "There is no line in this selection" in finding.answer


def test_a_common_word_has_its_first_and_its_last_lines_as_evidence():
    many = lines([(n / 10, "pump", f"pressure at {n} bar") for n in range(3_000)])
    finding = inv.find.search(many, "pressure")
    units = [int(origin.rpartition(":")[2]) for origin in finding.evidence["origin"]]
    assert finding.evidence_count == 3_000
    assert units == [*range(1, 121), *range(2_921, 3_001)]


def test_lines_without_a_time_are_counted_and_shown():
    frame = pd.DataFrame({"body": ["stuck", "open", "stuck again"], "unit": [1, 2, 3]})
    finding = inv.find.search(Events.from_frame(frame), "stuck")
    assert finding.value["count"] == 2 and finding.value["first"] is None
    assert len(finding.evidence) == 2 and "none with a time" in finding.answer


def test_too_many_words_without_a_name_are_refused():
    with pytest.raises(ParameterError, match="takes 4 parameters"):
        inv.find.search(lines(TURBINES), "a", "b", "c", "d", "e")
    with pytest.raises(ParameterError, match="given twice"):
        inv.find.search(lines(TURBINES), "stuck", text="open")


def test_a_search_asks_again_only_for_words_that_none_before_it_asked_for(monkeypatch):
    events, asked = lines(TURBINES), []
    fetch = type(events.engine).fetch
    monkeypatch.setattr(type(events.engine), "fetch", lambda self, one: asked.append(1) or fetch(self, one))

    inv.find.search(events, "stuck pressure nowhere")
    first = len(asked)
    again = inv.find.search(events, "pressure stuck elsewhere")
    second = len(asked) - first
    pumps = inv.find.search(events, "stuck pressure nowhere", service="pump")
    fresh = inv.find.search(lines(TURBINES), "pressure stuck elsewhere")

    assert second <= first - 3, (first, second)
    assert [one["count"] for one in pumps.value["terms"]] == [1, 30, 0], "another selection has its own"
    assert (again.answer, again.value["terms"]) == (fresh.answer, fresh.value["terms"])
    assert [one["count"] for one in again.value["terms"]] == [60, 3, 0]


@pytest.mark.parametrize(
    "text",
    ["valve stuck tomorrow", "valve stuck normal", "valve stuck half", "stuck -half tomorrow", "tomorrow OR half valve", "stuck /tom.*row/ half"],
)  # fmt: skip
def test_what_was_asked_before_changes_the_work_of_an_answer_and_not_the_answer(text):
    used = lines(TURBINES)
    inv.find.search(used, "valve stuck never")  # from here on it is known in how many lines each word is
    before, anew = inv.find.search(used, text), inv.find.search(lines(TURBINES), text)
    assert (before.answer, before.value, before.verdict) == (anew.answer, anew.value, anew.verdict)


def test_where_one_new_word_is_in_no_line_the_lines_are_not_counted(monkeypatch):
    from investigator.analyses import search

    used = lines(TURBINES)
    inv.find.search(used, "valve stuck never")
    monkeypatch.setattr(search, "_counted", None)
    assert inv.find.search(used, "valve stuck tomorrow").verdict == "absent"
    assert inv.find.search(used, "stuck never half").verdict == "absent"
