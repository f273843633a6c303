"""Which service it comes from, by bare numbers of resources alone: made platforms, no call graph, no names of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.figure import Figure, at_least

if TYPE_CHECKING:
    import pandas

SEED, PLATFORMS = 7_301, 40
SERVICES = (
    "till",
    "stock",
    "menu",
    "oven",
    "loyalty",
    "driver",
    "route",
    "printer",
    "ledger",
    "photo",
    "search",
    "door",
)
NUMBERS = ("cpu", "mem", "disk_read", "disk_write", "net_in", "net_out", "threads")
#: A fault by what it moves and how: (number, factor, ramp).
FAULTS = {
    "processor": {"cpu": (4.0, False), "threads": (1.4, False)},
    "memory": {"mem": (2.5, True), "disk_read": (1.5, True)},
    "disk": {"disk_read": (6.0, False), "disk_write": (5.0, False), "cpu": (1.2, False)},
    "network": {"net_in": (0.3, False), "net_out": (0.35, False)},
    "leak": {"threads": (3.0, True)},
}


def run(*, quick: bool = False) -> list[Figure]:
    import numpy as np

    import investigator as inv
    from investigator.events.events import Events

    out = []
    for layout in ("service named", "one column a number"):
        hits = np.zeros(5)
        number = 5 if quick else PLATFORMS
        by: dict[str, list[int]] = {}
        for one in range(number):
            frame, truth = made(one, layout)
            finding = inv.find.which_service(
                Events.from_frame(frame), onset=truth["onset"], healthy=truth["healthy"]
            )
            listed = [item["service"] for item in (finding.value or {}).get("services", [])]
            place = listed.index(truth["service"]) if truth["service"] in listed else 99
            hits += np.array([place < k for k in range(1, 6)])
            by.setdefault(truth["fault"], []).append(place == 0)
        each = ", ".join(f"{fault} {sum(some) / len(some):.2f}" for fault, some in sorted(by.items()))
        note = f"{number} platforms, seed {SEED}; first: {each}"
        out.append(at_least(f"Avg@5, {layout}", float(hits.mean() / number), 0.95, note=note))
        out.append(Figure(f"right service first, {layout}", f"{hits[0] / number:.3f}", "", "", None))
    return out


def made(one: int, layout: str, seed: int = SEED) -> tuple[pandas.DataFrame, dict]:
    """Ten minutes well, a gap of twenty, ten minutes ill; every service has its level, its noise and its spikes."""
    import numpy as np
    import pandas as pd

    dice = np.random.default_rng([seed, one])
    begin = pd.Timestamp("2026-05-20 11:00", tz="UTC")
    seconds = np.concatenate([np.arange(0, 600, 5), np.arange(1_800, 2_400, 5)])
    ill = seconds >= 1_800
    fault = list(FAULTS)[one % len(FAULTS)]
    culprit = SERVICES[int(dice.integers(len(SERVICES)))]
    beside = set(dice.choice([name for name in SERVICES if name != culprit], 3, replace=False))
    load = 1 + 0.15 * np.sin(seconds / 900) + 0.2 * ill * dice.normal()
    rows = []
    for service in SERVICES:
        for number in NUMBERS:
            level = 10 ** dice.uniform(0, 4)
            noise = np.zeros(len(seconds))
            for at in range(1, len(seconds)):
                noise[at] = 0.7 * noise[at - 1] + dice.normal(0, dice.uniform(0.02, 0.12))
            values = level * load * np.exp(noise)
            values[dice.random(len(seconds)) < 0.01] *= dice.uniform(1.5, 4)
            if service == culprit and number in FAULTS[fault]:
                factor, ramp = FAULTS[fault][number]
                grown = np.clip((seconds - 1_800) / 400, 0, 1) if ramp else np.ones(len(seconds))
                values = np.where(ill, values * (1 + (factor - 1) * grown), values)
            elif service in beside and number in ("cpu", "net_in", "net_out"):
                values = np.where(ill, values * dice.uniform(0.8, 1.25), values)
            rows.append((service, number, values))
    named = layout == "service named"
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "time": begin + pd.to_timedelta(seconds, unit="s"),
                    "kind": "metric",
                    "source": "metrics.csv",
                    "service": service if named else None,
                    "name": number if named else f"{service}_{number}",
                    "value": values,
                }
            )
            for service, number, values in rows
        ],
        ignore_index=True,
    )
    return frame, {
        "service": culprit,
        "fault": fault,
        "onset": (begin + pd.Timedelta(seconds=1_800)).isoformat(),
        "healthy": [begin.isoformat(), (begin + pd.Timedelta(seconds=600)).isoformat()],
    }
