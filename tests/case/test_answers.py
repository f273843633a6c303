"""What a source's times leave out is asked at the load, by name, and one line answers it: also a day, and when ages were."""

import pytest

from investigator.case import Case
from investigator.errors import ParameterError

CLOCKS = {
    "press.log": "23:58:07 plate 3 is set\n23:59:58 plate 4 is set\n  by hand\n00:00:03 plate 5 is set\n",
    "oven.log": "23:58:07.120 [lane-1] INFO  b.Oven - plate 3 is set\n23:59:58.000 [lane-1] WARN  b.Oven - plate 4 is set\n00:00:03.500 [lane-2] INFO  b.Oven - plate 5 is set\n",
    "till.csv": "clock,what\n23:58:07,plate 3 is set\n23:59:58,plate 4 is set\n00:00:03,plate 5 is set\n",
    "desk.csv": "was,Uhrzeit\nplate 3 is set,11:58:07 PM\nplate 4 is set,11:59:58 PM\nplate 5 is set,12:00:03 AM\n",
}  # fmt: skip


def times(case):
    events = case.events()
    return {int(text.split("plate ")[1][0]): when for text, when in rows(events)}


def rows(events):
    frame = events.fetch(events.table)
    said = [
        f"{b} {dict(a) if a is not None else ''}" for b, a in zip(frame.body, frame.attributes, strict=True)
    ]
    return zip(said, frame.time, strict=True)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_day_places_clocks_over_midnight(tmp_path, name):
    case = Case.new("T-1", root=tmp_path)
    (tmp_path / name).write_text(CLOCKS[name])
    report = case.add(tmp_path / name)
    assert f"case.evidence.answer_day('{name}'" in str(report)
    report = case.evidence.answer_day(name, "2026-06-17")
    assert "answer_day" not in str(report) and "understand" not in str(report)
    found = times(case)
    assert [f"{found[plate]:%m-%d %H:%M:%S}" for plate in (3, 4, 5)] == [
        "06-17 23:58:07", "06-17 23:59:58", "06-18 00:00:03",
    ]  # fmt: skip
    case.evidence.answer_zone(name, "Europe/Berlin")
    assert f"{times(case)[5]:%m-%d %H:%M:%S}" == "06-17 22:00:03"
    assert case.evidence.answer_day(name, "2026-06-17").sources[0].state == "already here"


PODS = "NAME        READY   STATUS    RESTARTS   AGE\noven-0      1/1     Running   0          3d4h\ntill-1      0/1     Error     4          40m\n"
LATELY = "LAST SEEN   TYPE      REASON    OBJECT       MESSAGE\n3m12s       Warning   BackOff   pod/till-1   Back-off restarting\n"


def test_when_ages_were_places_them_as_exactly_as_they_are_written(tmp_path):
    case = Case.new("T-1", root=tmp_path)
    for name, text in (("pods.txt", PODS), ("lately.txt", LATELY)):
        (tmp_path / name).write_text(text)
        assert f"case.evidence.answer_taken('{name}'" in str(case.add(tmp_path / name))
        case.evidence.answer_taken(name, "2026-06-17T09:14+02:00")
    events = case.events()
    frame = events.fetch(events.table)
    found = {}
    for body, when, low in zip(frame.body, frame.time, frame.time_low, strict=True):
        found[next(word for word in ("oven-0", "till-1", "Back-off") if word in body)] = (
            f"{when:%m-%d %H:%M:%S}",
            (when - low).total_seconds(),
        )
    assert found == {
        "oven-0": ("06-14 03:14:00", 3600), "till-1": ("06-17 06:34:00", 60), "Back-off": ("06-17 07:10:48", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what, given", [("day", "17.6."), ("taken", "2026-06-17 09:14"), ("taken", "yesterday")]
)
def test_an_answer_that_is_none_is_refused(tmp_path, what, given):
    case = Case.new("T-1", root=tmp_path)
    (tmp_path / "pods.txt").write_text(PODS)
    case.add(tmp_path / "pods.txt")
    with pytest.raises(ParameterError):
        getattr(case.evidence, f"answer_{what}")("pods.txt", given)
