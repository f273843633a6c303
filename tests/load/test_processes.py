"""Whole processes: XES, and object-centric logs as JSON, XML, SQLite and a folder of CSVs, with their links."""

from __future__ import annotations

import json
import sqlite3

import pandas as pd
import pytest

import investigator as inv

EVENTS = [  # id, type, time, objects with the part that they have
    (
        "e1",
        "Create Order",
        "2026-06-17T07:00:00.000Z",
        [("ORD-1", "order"), ("ITM-1", "item"), ("ITM-2", "item")],
    ),
    ("e2", "Approve Order", "2026-06-17T08:00:00.000Z", [("ORD-1", "order")]),
    ("e3", "Create Order", "2026-06-17T09:00:00.000Z", [("ORD-2", "order"), ("ITM-3", "item")]),
    ("e4", "Pay", "2026-06-17T10:00:00.000Z", [("PAY-1", "payment")]),
    ("e5", "Pay", "2026-06-17T11:00:00.000Z", [("PAY-1", "payment"), ("PAY-9", "payment")]),
]
OBJECTS = {
    "ORD-1": "order",
    "ORD-2": "order",
    "ITM-1": "item",
    "ITM-2": "item",
    "ITM-3": "item",
    "PAY-1": "payment",
}
LINKS = [("PAY-1", "ORD-1", "pays"), ("ITM-1", "ORD-1", "part of")]


def _json(folder):
    related = {one: [{"objectId": b, "qualifier": q} for a, b, q in LINKS if a == one] for one in OBJECTS}
    value = {
        "objectTypes": [], "eventTypes": [],
        "objects": [
            {"id": key, "type": kind, "relationships": related[key],
             "attributes": [{"name": "state", "time": "1970-01-01T00:00:00Z", "value": "new"}]}
            for key, kind in OBJECTS.items()
        ],
        "events": [
            {"id": key, "type": kind, "time": time, "attributes": [],
             "relationships": [{"objectId": one, "qualifier": how} for one, how in named]}
            for key, kind, time, named in EVENTS
        ],
    }  # fmt: skip
    (folder / "log.json").write_text(json.dumps(value, indent=1))
    return folder / "log.json"


def _xml(folder):
    def linked(named):
        return (
            "<objects>"
            + "".join(f'<relationship object-id="{a}" qualifier="{b}"/>' for a, b in named)
            + "</objects>"
        )

    objects = "".join(
        f'<object id="{key}" type="{kind}"><attributes><attribute name="state" time="1970-01-01T00:00:00Z">new</attribute>'
        f"</attributes>{linked([(b, q) for a, b, q in LINKS if a == key])}</object>"
        for key, kind in OBJECTS.items()
    )
    events = "".join(
        f'<event id="{key}" type="{kind}" time="{time}"><attributes/>{linked(named)}</event>'
        for key, kind, time, named in EVENTS
    )
    text = f'<?xml version="1.0"?><log><object-types/><objects>{objects}</objects><events>{events}</events></log>'
    (folder / "log.xml").write_text(text)
    return folder / "log.xml"


def _tables():
    yield "event", ["ocel_id", "ocel_type"], [(key, kind) for key, kind, _, _ in EVENTS]
    yield "object", ["ocel_id", "ocel_type"], list(OBJECTS.items())
    yield (
        "event_object",
        ["ocel_event_id", "ocel_object_id", "ocel_qualifier"],
        [(key, *one) for key, _, _, named in EVENTS for one in named],
    )
    yield "object_object", ["ocel_source_id", "ocel_target_id", "ocel_qualifier"], LINKS
    for kind in sorted({kind for _, kind, _, _ in EVENTS}):
        rows = [(key, time) for key, own, time, _ in EVENTS if own == kind]
        yield f"event_{kind.replace(' ', '')}", ["ocel_id", "ocel_time"], rows
    for kind in sorted(set(OBJECTS.values())):
        rows = [(key, "1970-01-01T00:00:00.000Z", "", "new") for key, own in OBJECTS.items() if own == kind]
        yield f"object_{kind}", ["ocel_id", "ocel_time", "ocel_changed_field", "state"], rows


def _sqlite(folder):
    with sqlite3.connect(folder / "log.sqlite") as database:
        for name, columns, rows in _tables():
            database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            database.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)
    database.close()
    return folder / "log.sqlite"


def _folder(folder):
    place = folder / "log"
    place.mkdir()
    for name, columns, rows in _tables():
        lines = [",".join(columns), *(",".join(row) for row in rows)]
        (place / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return place


@pytest.mark.parametrize("made", [_json, _xml, _sqlite, _folder])
def test_an_object_centric_log_says_what_happened_to_which_object_however_it_is_stored(
    made, tmp_path
) -> None:
    events = inv.read(made(tmp_path))

    rows = events.fetch(events.table)
    happened = rows[rows.kind == "log"].sort_values("time")
    held = [dict(one) for one in happened.attributes]

    assert list(happened.body) == [kind for _, kind, _, _ in EVENTS]
    assert list(happened.time) == [pd.Timestamp(time) for _, _, time, _ in EVENTS]
    assert held[0]["order"] == "ORD-1" and held[0]["item"] == "ITM-1, ITM-2"
    things = rows[(rows.kind == "record") & rows.body.str.contains("object=")]
    assert things.time.isna().all()  # they hold from the beginning on, and not since 1970
    (payment,) = [dict(one) for one in things.attributes if dict(one)["object"] == "PAY-1"]
    assert payment["pays"] == "ORD-1" and payment["state"] == "new"
    assert any("PAY-9" in doubt for source in events.sources for doubt in source.doubt)


def test_a_requisition_that_nobody_approved_and_a_payment_made_twice_are_counted_exactly(tmp_path) -> None:
    events = inv.read(_folder(tmp_path))
    rows = events.fetch(events.table)
    happened = rows[rows.kind == "log"]

    def named(activity, kind):
        found = [dict(one).get(kind, "") for one in happened[happened.body == activity].attributes]
        return [one for cell in found for one in cell.split(", ") if one]

    assert {"ORD-1", "ORD-2"} - set(named("Approve Order", "order")) == {"ORD-2"}
    assert named("Pay", "payment").count("PAY-1") == 2


def test_an_older_object_centric_log_is_read_as_json_and_as_xml(tmp_path) -> None:
    old = {
        "ocel:global-log": {"ocel:version": "1.0"},
        "ocel:events": {"e1": {"ocel:activity": "pack", "ocel:timestamp": "2026-06-17T07:00:00Z", "ocel:omap": ["BOX-1"], "ocel:vmap": {"kg": 4}}},
        "ocel:objects": {"BOX-1": {"ocel:type": "box", "ocel:ovmap": {"size": "L"}}},
    }  # fmt: skip
    xml = (
        '<log><global scope="event"/><events><event><string key="id" value="e1"/><string key="activity" value="pack"/>'
        '<date key="timestamp" value="2026-06-17T07:00:00Z"/><list key="omap"><string key="object-id" value="BOX-1"/></list>'
        '<list key="vmap"><float key="kg" value="4"/></list></event></events><objects><object><string key="id" value="BOX-1"/>'
        '<string key="type" value="box"/><list key="ovmap"><string key="size" value="L"/></list></object></objects></log>'
    )
    for name, text in (("old.jsonocel", json.dumps(old)), ("old.xmlocel", xml)):
        (tmp_path / name).write_text(text)
        events = inv.read(tmp_path / name)
        rows = events.fetch(events.table)

        (event,) = rows[rows.kind == "log"].to_dict("records")
        assert (event["body"], event["time"]) == ("pack", pd.Timestamp("2026-06-17T07:00:00Z"))
        assert dict(event["attributes"]) == {"event id": "e1", "box": "BOX-1", "kg": "4"}


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0">
 <string key="origin" value="desk"/>
 <trace><string key="concept:name" value="CLM-1"/>
  <event><string key="concept:name" value="report"/><date key="time:timestamp" value="2026-06-17T09:00:00.000+02:00"/></event>
  <event><string key="concept:name" value="check"/><date key="time:timestamp" value="2026-06-18T09:00:00.000+02:00"/>
   <list key="parts"><string key="door" value="left"/></list></event>
  <int key="amount" value="120"/>
 </trace>
 <trace><string key="concept:name" value="CLM-2"/></trace>
 <trace><string key="concept:name" value="CLM-3"/>
  <event><string key="concept:name" value="report"/><date key="time:timestamp" value="2026-06-16T09:00:00.000+02:00"/></event>
 </trace>
</log>
"""


@pytest.mark.parametrize(
    "listed", [["BOX-1", "BOX-2"], "['BOX-1', 'BOX-2']", '["BOX-1","BOX-2"]', "BOX-1, BOX-2"]
)
def test_objects_of_an_event_that_stand_as_text_are_the_same(listed, tmp_path) -> None:
    happened = {"ocel:activity": "pack", "ocel:timestamp": "2026-06-17T07:00:00Z", "ocel:omap": listed}
    boxes = {name: {"ocel:type": "box", "ocel:ovmap": {}} for name in ("BOX-1", "BOX-2")}
    file = tmp_path / "old.jsonocel"
    file.write_text(json.dumps({"ocel:events": {"e1": happened}, "ocel:objects": boxes}))
    assert not any(
        "none of its objects" in said for source in inv.read(file).sources for said in source.doubt
    )


def test_a_log_in_xes_gives_each_event_its_case_and_its_time(tmp_path) -> None:
    (tmp_path / "claims.xes").write_text(XES)
    events = inv.read(tmp_path / "claims.xes")
    rows = events.fetch(events.table)

    assert [(row.body, dict(row.attributes)["case:concept:name"]) for row in rows.sort_values("time").itertuples()] == [
        ("report", "CLM-3"), ("report", "CLM-1"), ("check", "CLM-1"),
    ]  # fmt: skip
    assert rows.time.min() == pd.Timestamp("2026-06-16T07:00:00Z")
    doubts = [doubt for source in events.sources for doubt in source.doubt]
    assert doubts == ["1 of its cases hold no event"]  # cases stand one after the other: no clock goes back


def test_a_log_in_xes_that_was_cut_gives_what_is_there_and_says_where(tmp_path) -> None:
    (tmp_path / "cut.xes").write_text(XES[: XES.index("<int key")])
    events = inv.read(tmp_path / "cut.xes")

    assert len(events.fetch(events.table)) == 2
    assert any("ends early" in doubt for source in events.sources for doubt in source.doubt)
