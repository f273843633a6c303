"""Ids are found by their shape, in messages and attributes; one line declares them; what many share is no alias."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from investigator import testing
from investigator.events import entities
from investigator.events.events import Events
from investigator.facts import shapes
from investigator.performing import perform

START = datetime(2026, 6, 17, tzinfo=UTC)


def frame(*said: str, **attributes: list[str]) -> pd.DataFrame:
    keys = list(attributes)
    return pd.DataFrame(
        {
            "time": [START + timedelta(seconds=i) for i in range(len(said))],
            "source": "app",
            "body": said,
            "attributes": [{key: attributes[key][i] for key in keys if attributes[key][i]} for i in range(len(said))],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("stored DOC-4711 for CUST-7", ["document"]),  # one digit is too few to be told from a name
        ("INV_2024_0001 sent", ["invoice"]),
        ("order=123 done", ["order"]),
        ('{"orderId": 123, "userId":"77"}', ["order", "user"]),
        ("customer_no: 4711", ["customer"]),
        ("550e8400-e29b-41d4-a716-446655440000", ["uuid"]),
        ("507f1f77bcf86cd799439011", ["object"]),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", ["sha1"]),
        ("file d41d8cd98f00b204e9800998ecf8427e", ["hex"]),
        ("trace_id=d41d8cd98f00b204e9800998ecf8427e", []),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", ["ulid"]),
        ("pid=4711 port: 8080 status=200 took 35 ms, v1.2.3, UTF-8 TLS-12 RFC-7231 2026-06-17", []),
    ],
)
def test_an_id_is_known_by_its_shape(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in shapes.found_in(text)] == kinds


BODIES = [
    *(f"order={100 + i} put on the list" for i in range(4)),
    *(f'{{"orderId": {102 + i}}}' for i in range(4)),
    *(f"INV_2024_{i:04d} written for order #{100 + i}" for i in range(4)),
    "status=200 pid=4711",
]


def test_one_line_declares_what_was_found_and_a_trace_then_goes_by_its_id(tmp_path) -> None:
    rows = frame(*BODIES, order_id=["", "", "", "", *[""] * 8, "101"])
    found = perform("ids", Events.from_frame(rows), {})
    assert set(found.value["kinds"]) == {"order", "invoice"}
    order = next(shape for shape in found.value["shapes"] if shape["kind"] == "order")
    assert (order["events"], order["ids"], order["examples"][0]) == (13, 6, "order=100")
    assert (
        "2 kinds are not declared: case.record.declare(kinds=case.find.ids().value['kinds'])." in found.answer
    )
    stored = testing.stored(rows, tmp_path, kinds=found.value["kinds"])
    assert "all are declared" in perform("ids", stored, {}).answer
    for events in (stored, Events.from_frame(rows)):
        trace = perform("trace_entity", events, {"entity": "order=102"})
        assert [body.split(" ")[0] for body in trace.evidence["body"]] == [
            "order=102",
            '{"orderId":',
            "INV_2024_0002",
        ]
    assert entities.is_indexed(stored, "order=101") == "order"
    # In an attribute it is found by the index alone, which reads keys, too.
    assert perform("trace_entity", stored, {"entity": "order=101"}).value["rows"] == 3


def test_an_alias_that_only_an_attribute_names_is_followed_with_its_origin(tmp_path) -> None:
    rows = frame(
        "received it", "FIL-77 went out", "received it", "FIL-78 went out",
        doc=["DOC-1001", "", "DOC-1002", ""], filing=["FIL-77", "", "FIL-78", ""],
    )  # fmt: skip
    events = testing.stored(rows, tmp_path, kinds={"document": "DOC-[0-9]+", "filing": "FIL-[0-9]+"})
    finding = perform("trace_entity", events, {"entity": "DOC-1001"})
    assert finding.value["aliases"] == [
        {"id": "FIL-77", "kind": "filing", "lines": 1, "origin": f"{'0' * 12}:1"}
    ]
    assert list(finding.evidence["body"]) == ["received it", "FIL-77 went out"]


def test_what_many_share_is_no_alias_and_that_is_said(tmp_path) -> None:
    rows = frame(*(f"DOC-{1000 + i} is in BAT-55" for i in range(9)), "BAT-55 closed")
    events = testing.stored(rows, tmp_path, kinds={"document": "DOC-[0-9]+", "batch": "BAT-[0-9]+"})
    finding = perform("trace_entity", events, {"entity": "DOC-1003"})
    assert finding.value["aliases"] == [] and finding.value["rows"] == 1
    assert finding.coverage.blind == (
        "Not followed, because others share it: batch BAT-55 (also beside 8 others).",
    )


def test_hex_that_is_no_trace_id_is_still_found_in_messages(tmp_path) -> None:
    rows = frame("saved d41d8cd98f00b204e9800998ecf8427e", "saved again: d41d8cd98f00b204e9800998ecf8427e")
    events = testing.stored(rows, tmp_path, kinds={})
    finding = perform("trace_entity", events, {"entity": "d41d8cd98f00b204e9800998ecf8427e"})
    assert finding.value["rows"] == 2
