"""Lists that answers wrap: their records, also where these say when only inside, and what an answer says it left out."""

from __future__ import annotations

import json

import pytest

from investigator.events.events import Events
from investigator.load import adding

DIVES = [{"no": n, "up": f"2026-07-0{n}T11:20:00Z", "diver": name} for n, name in enumerate(("Amund", "Inès", "Tuva"), 1)]  # fmt: skip


def _read(value, tmp_path):
    (tmp_path / "answer.json").write_text(json.dumps(value))
    store, report = adding.read(tmp_path / "answer.json")
    events = Events.open(store.folder)
    return list(events.fetch(events.table.order_by("unit")).itertuples()), " | ".join(report.sources[0].doubt)


@pytest.mark.parametrize("around", ["features", "dives", "Liste"])
def test_records_that_say_when_inside_of_an_object_are_records(around, tmp_path):
    listed = [{"type": "Feature", "geometry": {"type": "Point"}, "properties": dive} for dive in DIVES]
    rows, _ = _read({"type": "Collection", "crs": None, around: listed}, tmp_path)
    assert [str(row.time)[:10] for row in rows] == ["2026-07-01", "2026-07-02", "2026-07-03"]
    assert dict(rows[1].attributes)["properties.diver"] == "Inès"


@pytest.mark.parametrize(
    ("around", "said"),
    [
        ({"@odata.nextLink": "https://sea.example/dives?$skip=3"}, "next page"),
        ({"links": {"next": "/dives?page=2"}}, "next page"),
        ({"nextToken": "abc"}, "next page"),
        ({"LastEvaluatedKey": {"no": {"N": "3"}}}, "next page"),
        ({"pageInfo": {"hasNextPage": True, "endCursor": "c3"}}, "next page"),
        ({"meta": {"total": 120}}, "there are 120: the other 117"),
        ({"total": {"value": 10, "relation": "eq"}}, "there are 10: the other 7"),
        ({"_links": {"next": {"href": "/dives?page=2"}}, "page": {"number": 0}}, "next page"),
        ({"page": {"totalElements": 9}}, "there are 9: the other 6"),
        ({"meta": {"total": 3}, "links": {"next": None}, "nextToken": "", "has_more": False}, ""),
        ({"next": "surface", "count": 3}, ""),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_an_answer_left_out_is_said(around, said, first, tmp_path):
    value = {**around, "data": DIVES} if first else {"data": DIVES, **around}
    rows, doubt = _read(value, tmp_path)
    assert len(rows) == 3
    assert said in doubt if said else "page" not in doubt and "there are" not in doubt


def test_a_total_in_a_row_says_nothing_of_the_list(tmp_path):
    _, doubt = _read({"data": [{**dive, "total": 900, "nextToken": "x"} for dive in DIVES]}, tmp_path)
    assert "there are" not in doubt and "page" not in doubt


def test_columns_and_rows_in_a_list_of_a_list_are_rows(tmp_path):
    series = {"name": "sap", "columns": ["time", "tree"], "values": [["2026-03-01T00:00:00Z", "T1"], ["2026-03-01T01:00:00Z", "T2"]]}  # fmt: skip
    rows, _ = _read({"results": [{"statement_id": 0, "series": [series]}]}, tmp_path)
    assert [dict(row.attributes)["tree"] for row in rows] == ["T1", "T2"]
