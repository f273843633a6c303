"""A thing under two ids, what came from it, and how sure the share of the affected is."""

from datetime import timedelta

import pandas as pd
import pytest

import investigator as inv
from investigator import testing
from investigator.events.events import Events
from investigator.facts.rise import wilson
from investigator.testing import AFFECTED, ONSET

KINDS = {**testing.KINDS, "filing": "FIL-[0-9]+", "batch": "BAT-[0-9]+"}


def lines(*said):
    """Log lines of one service, a minute apart."""
    return pd.DataFrame(
        [
            {
                "time": ONSET + timedelta(hours=1, minutes=number),
                "source": "filing",
                "kind": "log",
                "service": "filing",
                "severity_number": 9,
                "body": body,
                "evidence": "f" * 12,
                "unit": number + 1,
                "attributes": {},
            }
            for number, body in enumerate(said)
        ]
    )


@pytest.fixture
def traced(tmp_path):
    def trace(*said):
        frame = testing.documents()
        more = lines(*said)
        more["severity_number"] = more["severity_number"].astype("Int64")
        events = testing.stored(pd.concat([frame, more], ignore_index=True), tmp_path / "events", kinds=KINDS)
        return inv.find.trace_entity(events, entity=AFFECTED)

    return trace


def test_what_only_the_alias_names_is_part_of_the_trace_and_says_so(traced):
    finding = traced(f"filing {AFFECTED} as FIL-77", "FIL-77 sent to the authority", "FIL-78 sent")
    assert [(a["id"], a["kind"]) for a in finding.value["aliases"]] == [("FIL-77", "filing")]
    assert finding.value["by_alias"] == 1
    assert list(finding.table["by"])[-1] != AFFECTED or "FIL-77" in set(finding.table["by"])
    assert "FIL-77 sent to the authority" in list(finding.table["what"])
    assert "FIL-78 sent" not in list(finding.table["what"])
    assert "It is also filing FIL-77, which brings 1 more event." in finding.answer


def test_an_id_that_two_things_share_is_no_alias(traced):
    finding = traced(f"{AFFECTED} is in BAT-5", "DOC-1055 is in BAT-5", "BAT-5 closed")
    assert finding.value["aliases"] == [] and finding.value["by_alias"] == 0
    assert "by" not in finding.table.columns


def test_copies_and_versions_are_followed(traced):
    finding = traced(
        f"copied {AFFECTED} to DOC-9001",
        "DOC-9002 replaces DOC-9001",
        f"compared {AFFECTED} with DOC-1055",
    )
    chain = {(link["one"], link["other"]): link["relation"] for link in finding.value["chain"]}
    assert chain == {(AFFECTED, "DOC-9001"): "copy", ("DOC-9001", "DOC-9002"): "version"}
    assert "It belongs together with DOC-9001 (copy)." in finding.answer


def test_the_longest_wait_is_named_and_every_row_has_its_lag(traced):
    finding = traced(f"looked at {AFFECTED}")
    longest = finding.value["longest"]
    assert longest["before"]["what"] == f"looked at {AFFECTED}" and longest["seconds"] > 3_000
    assert finding.table["lag"].iloc[0] == "" and finding.table["lag"].iloc[1].startswith("+")


def test_how_often_it_happened_before_the_onset_is_the_base_rate():
    events = Events.from_frame(testing.documents())
    value = inv.find.who_else(events, like=AFFECTED, onset=(ONSET + timedelta(minutes=20)).isoformat()).value
    assert value["base_rate"]["deviated"] == 5 and value["base_rate"]["of"] >= 60
    assert inv.find.who_else(events, like=AFFECTED).value["base_rate"] is None
    for customer in value["customers"]:
        low, high = customer["rate"] or (0, 1)
        assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    "hits, number, low, high", [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_the_interval_is_the_published_one(hits, number, low, high):
    assert wilson(hits, number) == pytest.approx([low, high], abs=1e-3)
    assert wilson(0, 0) is None


def test_hundreds_of_places_in_one_question_are_no_deep_tree() -> None:
    from investigator.facts import traces

    rows = pd.DataFrame({"step": ["s1", "s900", "x"], "name": ["a", "a", "a"]})
    import ibis

    table = ibis.memtable(rows)
    asked = [(f"s{n}", "a") for n in range(1_500)]
    found = table.mutate(hit=ibis.cases((traces.any_of(table, asked), 1), else_=0)).execute()
    assert list(found.hit) == [1, 1, 0]
