"""Which service it comes from, by bare numbers of resources: no call graph, no names that are known."""

import numpy as np
import pandas as pd
import pytest

import investigator as inv
from investigator.events.events import Events

BEGIN = pd.Timestamp("2026-05-20 11:00", tz="UTC")
ONSET, WELL = (
    BEGIN + pd.Timedelta(minutes=30),
    [BEGIN.isoformat(), (BEGIN + pd.Timedelta(minutes=10)).isoformat()],
)
SECONDS = np.concatenate([np.arange(0, 600, 10), np.arange(1_800, 2_400, 10)])
PLANTS = {
    "bakery": (["mixer", "oven", "cooler", "packer", "label"], ["amps", "heat", "belt_speed"]),
    "waterworks": (["intake", "filter", "pump", "tower"], ["flow_in", "flow_out", "pressure"]),
}


def numbers_of(plant, culprit, number, *, factor=1.8, named=True, seed=5):
    dice, rows = np.random.default_rng(seed), []
    for machine in PLANTS[plant][0]:
        for name in PLANTS[plant][1]:
            values = 50 * (1 + 0.5 * (SECONDS >= 1_800)) * np.exp(dice.normal(0, 0.03, len(SECONDS)))
            if (machine, name) == (culprit, number):
                values = np.where(SECONDS >= 1_800, values * factor, values)
            rows.append(
                pd.DataFrame(
                    {"time": BEGIN + pd.to_timedelta(SECONDS, unit="s"), "kind": "metric", "source": "scada",
                     "service": machine if named else None, "name": name if named else f"{machine}.{name}",
                     "value": values}
                )
            )  # fmt: skip
    return Events.from_frame(pd.concat(rows, ignore_index=True))


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    "plant, culprit, number", [("bakery", "oven", "heat"), ("waterworks", "pump", "flow_out")]
)
def test_the_one_whose_number_moved_alone_is_named_and_not_what_all_did(plant, culprit, number, named):
    finding = inv.find.which_service(
        numbers_of(plant, culprit, number, named=named), onset=ONSET.isoformat(), healthy=WELL
    )
    assert finding.value["services"][0]["service"] == culprit and finding.verdict == "found"
    assert f"its {number} is" in finding.answer


@pytest.mark.parametrize("factor", [0.2, 4.0])
def test_less_is_a_move_as_well_as_more(factor):
    events = numbers_of("bakery", "packer", "belt_speed", factor=factor)
    finding = inv.find.which_service(events, onset=ONSET.isoformat())
    assert finding.value["services"][0]["service"] == "packer"


def test_where_all_moved_alike_none_is_named():
    finding = inv.find.which_service(numbers_of("bakery", "", ""), onset=ONSET.isoformat(), healthy=WELL)
    assert finding.value["services"] == [] and finding.verdict != "found"
