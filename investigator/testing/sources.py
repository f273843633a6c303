"""What a format keeps."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

#: The year of times that name none, in an EXAMPLE.
YEAR = 2026


def check_source(name: str) -> None:
    """Everything that a format keeps: its EXAMPLE is recognised as itself and gives what EXPECT says, every unit is
    explained, and origins hold.

    EXPECT is a small dict: `events`, how many there are, and of the first `kind`, `time` (UTC), `severity`, `service`
    and `body` (of a metric `value`); what the first event has not is left out. An EXAMPLE of bytes without an EXPECT is
    the beginning of a file that no text can hold: it is recognised, and its own tests make whole ones.
    """
    from investigator import catalogue, load
    from investigator.events.events import Events
    from investigator.events.store import Store
    from investigator.load.content import Content
    from investigator.load.recognise import SOURCES, recognise
    from investigator.sources._format import Lines

    module = catalogue.load(SOURCES, name, noun="source")
    assert catalogue.first_line(SOURCES, name), f"{name} has no docstring: its first line is the manual."
    pattern = isinstance(getattr(module, "FORMAT", None), Lines)  # whose share of lines says how sure it is
    for part in ("EXAMPLE", "FORMAT", *(() if pattern else ("sure",))):
        assert hasattr(module, part), f"{name} has no {part}. Write it into sources/{name}.py."
    example, expect = module.EXAMPLE, getattr(module, "EXPECT", None)
    assert expect is not None or isinstance(example, bytes), (
        f"{name} has no EXPECT: what its EXAMPLE gives. Write it below the EXAMPLE."
    )
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "data"  # a name that tells no service
        file.write_bytes(example if isinstance(example, bytes) else example.encode())
        found, why, _ = recognise(Content(file))
        assert found == name, f"The example of {name} is taken for {found} ({why})."
        if expect is None:
            return
        store, vault = Store(Path(place) / "events"), Path(place) / "evidence"
        report = load.add(file, store=store, vault=vault, load=1, year=YEAR)
        assert report.units.unexplained == 0 and report.units.total > 0, f"{name}: {report.units}"
        assert report.events > 0, f"The example of {name} gives no event."
        assert report.units.rejected == 0, f"{name} rejects lines of its own example: {report}"
        events = Events.open(store.folder)
        given = events.fetch(events.table.order_by(["evidence", "unit", "time", "name"]), limit=None)
        first = _first(given)
        assert first == expect, f"The example of {name} gives {first}; its EXPECT is {expect}."
        again = load.add(file, store=store, vault=vault, load=2, year=YEAR)
        assert again.events == 0, f"{name} brings more when the same file is added again."
        for origin in given["origin"]:
            assert load.raw(vault, store, origin), f"{name}: {origin} has no bytes."


def _first(given: pandas.DataFrame) -> dict[str, Any]:
    """How many events there are, and what the first has, as EXPECT says it."""
    first = given.iloc[0]
    said = {
        "events": len(given),
        "kind": first["kind"],
        "time": first["time"],
        "severity": first["severity_number"],
        "service": first["service"],
        "value" if first["kind"] == "metric" else "body": first["value" if first["kind"] == "metric" else "body"],
    }  # fmt: skip
    there = {key: value for key, value in said.items() if value is not None and value == value}
    if "time" in there:
        there["time"] = f"{there['time']:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".")
    if "severity" in there:
        there["severity"] = int(there["severity"])
    return there
