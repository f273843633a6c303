"""The worlds that every analysis and view must answer on, and what a check gives for their parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from investigator.testing.made import AFFECTED, HEALTHY, ONSET, documents

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: A text as data may hold it: a link that is a program, markup, a formula, a placeholder, a turned line, a break.
HOSTILE = '<a href="javascript:alert(1)">$x^2$ & <b>bold</b></a>%{y}\u202e\nnext'

#: What a check gives an analysis or a view for a parameter that it must have, or may be given.
GIVEN: dict[str, Any] = {
    "entity": AFFECTED,
    "text": "indexed document",
    "like": AFFECTED,
    "beside": HEALTHY,
    "onset": ONSET.isoformat(),
    "after": ONSET.isoformat(),
    "ids": [AFFECTED, "DOC-1"],
    "calls": ["gateway -> storage -> indexer"],
    "healthy": [(ONSET - timedelta(hours=2)).isoformat(), (ONSET - timedelta(hours=1)).isoformat()],
    "slack": [
        {"plan": plan, "time": (ONSET + timedelta(minutes=at)).isoformat(), "minutes": 60 - at}
        for plan in ("plan A", HOSTILE)
        for at in (0, 90)
    ],
    "held": [
        {"guess": "#7 it fell out", "state": "open", "evidence": text, "side": side, "counts": side == "for"}
        for text in ("#12 a finding", HOSTILE)
        for side in ("for", "against")
    ],
}

#: What is taken away from events to see who says a firm no without it.
BLINDED = {
    "texts": ("body",),
    "severities": ("severity_number",),
    "attributes": ("attributes",),
    "texts and severities": ("body", "severity_number"),
    "texts, severities, attributes and services": ("body", "severity_number", "attributes", "service"),
}


def worlds() -> dict[str, pandas.DataFrame]:
    """DataFrames that every analysis and view must answer on: the made-up incident, spans and metrics, one row,
    none, lists alone."""
    from investigator.samples.traced import traced

    whole = documents()
    return {
        "an incident": whole,
        "a traced platform": traced("errors", "payment", requests=8),
        "one event": whole.head(1),
        "no event": whole.head(0),
        "records alone": whole[whole["kind"] == "record"],
        "logs alone": whole[whole["kind"] == "log"],
    }


class World:
    """The events of a DataFrame, in its order and in another, whole and in part: made once for all that look at them.

    What is learned of them is then learned once, as it is in a case.
    """

    def __init__(self, frame: pandas.DataFrame) -> None:
        self.frame = frame if "unit" in frame else frame.assign(unit=range(1, len(frame) + 1))

    @cached_property
    def events(self) -> Events:
        """The events."""
        return _events(self.frame)

    @cached_property
    def shuffled(self) -> Events:
        """The same, their rows in another order."""
        return _events(self.frame.sample(frac=1, random_state=len(self.frame)))

    @cached_property
    def blinded(self) -> dict[str, Events]:
        """The same without what BLINDED takes away, by its name."""
        return {what: _events(without(self.frame, columns)) for what, columns in BLINDED.items()}


def _events(frame: pandas.DataFrame) -> Events:
    from investigator.events.events import Events

    return Events.from_frame(frame, engine=_engine())


@cache
def _engine() -> Any:
    from investigator.events.engine import embedded

    return embedded()


@cache
def looked_at() -> dict[str, World]:
    """The worlds, and those of hostile texts and of many events, as everything here looks at them."""
    more = {"hostile texts": hostile(60), "many hostile texts": hostile(), "many events": crowd()}
    return {name: World(frame) for name, frame in (worlds() | more).items()}


def without(frame: pandas.DataFrame, columns: tuple[str, ...]) -> pandas.DataFrame:
    """The same events, with nothing in these columns."""
    empty: dict[str, Any] = {
        name: [{} for _ in range(len(frame))] if name == "attributes" else None
        for name in columns
        if name in frame
    }
    return frame.assign(**empty)


def hostile(rows: int = 400) -> pandas.DataFrame:
    """Events whose every text is HOSTILE, of two sources; half of them errors, all of them about the ids of GIVEN."""
    import pandas as pd

    def row(number: int) -> dict[str, Any]:
        name = f"{HOSTILE}{number % 2 or ''}"
        return {
            "time": ONSET + timedelta(seconds=number),
            "source": name,
            "service": name,
            "host": name,
            "kind": "log",
            "severity_number": 17 if number % 3 == 0 else 9,
            "body": f"{HOSTILE} {AFFECTED if number % 2 else HEALTHY}",
            "attributes": {HOSTILE: HOSTILE, "customer": HOSTILE},
        }

    return pd.DataFrame([row(number) for number in range(rows)])


def crowd(rows: int = 20_000) -> pandas.DataFrame:
    """Many events of fifty services within an hour, each about an id of GIVEN."""
    import pandas as pd

    numbers = range(rows)
    names = [f"service-{number % 50:02d}" for number in numbers]
    return pd.DataFrame(
        {
            "time": [ONSET + timedelta(seconds=number * 3600 / rows) for number in numbers],
            "source": names,
            "service": names,
            "kind": "log",
            "severity_number": [17 if number % 10 == 0 else 9 for number in numbers],
            "body": [f"said {number} of {AFFECTED if number % 2 else HEALTHY}" for number in numbers],
        }
    )


def required(function: Callable[..., Any]) -> dict[str, Any]:
    """Arguments for the parameters that a function must have, from GIVEN; AssertionError for one that is not there."""
    out = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name} must be keyword-only."
        if parameter.default is inspect.Parameter.empty:
            assert name in GIVEN, (
                f"The parameter {name} has no default, and testing.GIVEN has no value for it."
            )
            out[name] = GIVEN[name]
    return out


def optional(function: Callable[..., Any]) -> list[dict[str, Any]]:
    """For each parameter that may be given and has a value in GIVEN, that one alone."""
    return [
        {name: GIVEN[name]}
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]
        if parameter.default is not inspect.Parameter.empty and name in GIVEN
    ]
