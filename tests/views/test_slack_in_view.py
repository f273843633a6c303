"""The deadline's slack over time, as it was known at each moment."""

from datetime import UTC, datetime, timedelta

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events
from investigator.moment import clock

AT = datetime(2026, 6, 19, 8, tzinfo=UTC)


def points(*told):
    return [{"plan": plan, "time": (AT + timedelta(minutes=at)).isoformat(), "minutes": left} for plan, at, left in told]  # fmt: skip


def test_the_title_says_what_was_to_spare_or_since_when_nothing_was():
    events = Events.from_frame(testing.documents())
    told = inv.show.slack(events, slack=points(("plan A", 0, 60), ("plan A", 20, 40))).layout.title.text
    assert told == "At 08:20, plan A had 40 min to spare."
    gone = points(("plan A", 0, 60), ("plan A", 90, -30))
    assert (
        inv.show.slack(events, slack=gone).layout.title.text
        == "Since 09:00, plan A has had nothing to spare."
    )


def test_a_case_gives_each_plan_as_it_was_known_then(tmp_path):
    def then(minutes):
        return clock.held(AT + timedelta(minutes=minutes))

    with then(0):
        case = Case.new("INC-1", words="Permits are late.", root=tmp_path, deadline=(AT + timedelta(hours=3)).isoformat(), author="ana")  # fmt: skip
        testing.stored(testing.documents(), case.path / "events", kinds={})
    with then(30):
        case.record.plan("A", "by hand", [("query", 10, 10), ("send", 50, 50)])
    with then(60):
        rows = case.show.slack().layout.meta["table"]["rows"]
    assert [row[1:] for row in rows] == [
        ["time left", 180],
        ["time left", 150],
        ["plan A", 90],
        ["plan A", 60],
    ]
    with then(70):
        case.record.phase("resolved", why="all are back", anyway="a test")
    with then(500):
        assert case.show.slack().layout.meta["table"]["rows"][-1][1:] == ["plan A", 50], (
            "it ends with the incident"
        )
