"""Bringing things back: one first, seen, then the rest; counted by another source; nothing unexplained."""

import json
import subprocess
import sys
import textwrap

import pytest

from investigator.case import Case
from investigator.case.customer import receipt
from investigator.case.customer.customer import Customer
from investigator.case.recovery.phase import phase
from investigator.errors import CaseError, ParameterError


def lines(number, *, indexed, at="07"):
    """Uploads of which those that are no multiple of three are skipped by the indexer; then found in search."""
    out = []
    for n in range(number):
        who = f"CUST-{n % 2}"
        out.append(
            {
                "time": f"2026-06-17T{at}:{n:02d}:00Z",
                "service": "upload",
                "msg": f"received DOC-{n} from {who}",
            }
        )
        healthy = n % 3 == 0
        if healthy or indexed:
            hour = at if healthy else "12"
            out.append(
                {
                    "time": f"2026-06-17T{hour}:{n:02d}:05Z",
                    "service": "indexer",
                    "msg": f"indexed document DOC-{n}",
                }
            )
            out.append(
                {
                    "time": f"2026-06-17T{hour}:{n:02d}:09Z",
                    "service": "search",
                    "msg": f"document DOC-{n} visible",
                }
            )
        if not healthy:
            out.append(
                {
                    "time": f"2026-06-17T{at}:{n:02d}:05Z",
                    "service": "indexer",
                    "msg": f"skipped document DOC-{n}",
                }
            )
    return "\n".join(json.dumps(line) for line in out) + "\n"


@pytest.fixture
def case(tmp_path):
    (tmp_path / "app.jsonl").write_text(lines(46, indexed=False))
    made = Case.new("INC-1", words="lost", about=["DOC-1", "CUST-1"], root=tmp_path / "cases", author="ana")
    made.add(tmp_path / "app.jsonl")
    return made


@pytest.fixture
def later(tmp_path):
    """What was logged after the repair: the skipped ones are indexed and found, except one."""
    rows = [line for line in lines(46, indexed=True).splitlines() if '"2026-06-17T12' in line]
    kept = [line for line in rows if '"document DOC-44 visible"' not in line]
    (tmp_path / "later.jsonl").write_text("\n".join(kept) + "\n")
    return tmp_path / "later.jsonl"


def test_the_list_is_everybody_affected_with_the_state_before(case):
    recovery = case.recovery().begin()
    assert len(recovery.items) == 30 and recovery.first == "DOC-1"
    assert {item.customer for item in recovery.items.values()} == {"CUST-0", "CUST-1"}
    assert recovery.plan.content["before"]["check"]["analysis"] == "whereabouts"
    assert recovery.next_step()[0] == "Restore DOC-1 alone"


def test_the_first_is_seen_before_the_rest_or_a_reason_stands_in_the_record(case):
    recovery = case.recovery().begin()
    with pytest.raises(CaseError, match="DOC-1 goes first"):
        recovery.restored("rest", source="indexer")
    recovery = recovery.restored("DOC-1", source="indexer")
    assert recovery.next_step()[0] == "Let the customer look at DOC-1"
    with pytest.raises(CaseError, match="goes first"):
        recovery.restored("rest", source="indexer")
    anyway = recovery.restored(
        "rest", source="indexer", anyway="the customer can't be reached, 18:00 is near"
    )
    assert all(item.restored for item in anyway.items.values())
    assert "18:00 is near" in case.brief.record().text


def test_resolved_is_refused_until_every_item_is_explained(case, later):
    recovery = case.recovery().begin().restored("DOC-1", source="indexer").seen("DOC-1", by="Mr F.")
    recovery = recovery.restored("rest", source="indexer")
    with pytest.raises(CaseError, match="nothing was counted again yet"):
        case.record.phase("resolved")
    case.add(later)
    finding = recovery.recount()
    assert (finding.value["back"], finding.value["open_ids"]) == (29, ["DOC-44"])
    assert finding.value["by_step"] == {"search": 29} and "indexer" not in finding.value["by_step"]
    with pytest.raises(CaseError, match="1 items are unexplained"):
        case.record.phase("resolved")
    assert case.recovery().open == ["DOC-44"]
    case.recovery().exception("DOC-44", why="the customer withdrew it")
    assert case.recovery().open == []
    case.record.phase("resolved", why="all found")
    assert case.state.phase == "resolved"


def test_resolved_anyway_keeps_the_reason(case):
    case.recovery().begin()
    case.record.phase("resolved", anyway="the customer filed on paper")
    assert "the customer filed on paper" in case.brief.record().text


def test_a_case_without_a_list_is_resolved_as_ever(case):
    case.record.phase("resolved")
    assert case.state.phase == "resolved"


def test_what_is_not_on_the_list_and_an_exception_without_a_reason_are_refused(case):
    recovery = case.recovery().begin()
    with pytest.raises(ParameterError, match="'DOC-999' is not on the list"):
        recovery.restored("DOC-999", source="x")
    with pytest.raises(ParameterError, match="needs a reason"):
        recovery.exception("DOC-2", why=" ")
    with pytest.raises(CaseError, match="Nothing is listed"):
        Case.new("INC-2", words="x", root=case.path.parent, author="ana").recovery().restored(
            "DOC-1", source="x"
        )


def test_the_sample_ends_with_all_explained_and_none_of_the_unknown_called_back(opened):
    recovery = opened.recovery()
    assert len(recovery.items) == 424 and recovery.open == []
    assert sum(bool(item.back) for item in recovery.items.values()) == 412
    assert {i.customer for i in recovery.items.values() if i.exception} == {"CUST-0008"}


def test_each_item_is_a_row(opened):
    frame = opened.recovery().each()
    assert len(frame) == 424 and list(frame.columns)[:2] == ["item", "customer"]
    first = frame[frame["item"] == "DOC-4711"].iloc[0]
    assert first["from"] == "indexer" and first["customer sees it"].startswith("2026-06-17 14:52")


def test_a_dry_run_says_what_is_there_before_anything_is_changed(case):
    recovery = case.recovery().begin()
    assert recovery.next_step()[1].startswith("recovery.dry_run(")
    there = [one for one in recovery.items if one not in ("DOC-4", "DOC-7")]
    recovery = recovery.dry_run(there, source="archive")
    said = recovery.dry.content
    assert said["text"] == "dry run: 28 of 30 are there in archive; not there: DOC-4, DOC-7"
    assert said["missing"] == ["DOC-4", "DOC-7"] and not any(i.restored for i in recovery.items.values())
    assert "dry_run" not in recovery.next_step()[1]


@pytest.fixture
def recovered(case, later):
    """All restored, seen and counted; one is not back, one came back as something else."""
    recovery = case.recovery().begin().restored("DOC-1", source="indexer").seen("DOC-1", by="Mr F.")
    recovery = recovery.restored("rest", source="indexer")
    case.add(later)
    recovery.recount()
    rows = [
        {"item": "DOC-1", "found": "archive", "size_before": 10, "size_after": 10, "opens": True}
        | {"hash_before": "AB12", "hash_after": "ab12"},
        {"item": "DOC-5", "hash_before": "cd34", "hash_after": "ee55", "opens": "no"},
        {"item": "DOC-7", "size_after": 7, "why": "the store kept no sizes"},
    ]
    recovery = case.recovery().compared(rows).acknowledged("all", by="Mr F.")
    return recovery.exception("DOC-44", why="withdrawn by Ms <b>Weber</b>, says the search team")


def test_what_came_back_as_something_else_is_not_explained(recovered):
    items = recovered.items
    assert recovered.open == ["DOC-5"] and items["DOC-5"].doubt == "it does not open"
    assert items["DOC-1"].measured() == [
        "size before and after 10 bytes",
        "SHA-256 before and after ab12",
        "opens",
    ]
    assert items["DOC-7"].measured()[-1] == (
        "size before, hash before, hash after not known: the store kept no sizes"
    )
    assert items["DOC-1"].acknowledged and not items["DOC-7"].acknowledged
    with pytest.raises(CaseError, match="1 items are unexplained"):
        phase(recovered.evidence, "resolved")
    with pytest.raises(ParameterError, match="'colour' is nothing that is known of an item"):
        recovered.compared([{"item": "DOC-1", "colour": "red"}])
    fixed = recovered.compared({"DOC-5": {"hash_after": "cd34", "opens": True}})
    assert fixed.open == []
    phase(fixed.evidence, "resolved", why="all explained")


def test_the_receipt_is_theirs_alone_without_inside_names_and_every_change_in_it_is_found(recovered):
    with pytest.raises(CaseError, match="1 of 15 items of CUST-1 are unexplained: DOC-5"):
        Customer(recovered.evidence).receipt()
    recovery = recovered.compared({"DOC-5": {"hash_after": "cd34", "opens": True}})
    customer = Customer(recovery.evidence)
    made = customer.receipt()
    text = made.path.read_text()
    theirs = {item.id for item in recovery.items.values() if item.customer == "CUST-1"}
    assert all(f"{one}: " in text for one in theirs)
    assert not any(f"{one}: " in text for one in set(recovery.items) - theirs)
    assert "indexer" not in text and "CUST-0" not in text and "archive" not in text
    assert "content" not in text.lower() or "SHA-256 before and after ab12" in text
    other = customer.receipt("CUST-0")
    assert "not brought back: withdrawn by Ms <b>Weber</b>" in other.path.read_text()
    assert "the search team" not in other.path.read_text()
    checked = receipt.verify(made.path)
    assert checked.ok and checked.end == made.end and receipt.verify(made.path, made.end[:16]).ok
    assert (
        f"receipt for CUST-1: 15 items, ending in {made.end[:16]}"
        in recovery.evidence.record.entries()[-2].content["text"]
    )
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        for changed in (
            [*lines[:number], line[:-2] + "#\n", *lines[number + 1 :]],
            [*lines[:number], *lines[number + 1 :]],
            [*lines[:number], line, line, *lines[number + 1 :]],
        ):
            made.path.chmod(0o644)
            made.path.write_text("".join(changed))
            assert not receipt.verify(made.path).ok
    made.path.write_text("".join(lines[:-1]))
    assert "end of the receipt is missing" in receipt.verify(made.path).problem
    made.path.write_text("".join(lines))
    assert "another one" in receipt.verify(made.path, "0" * 16).problem
    snippet = textwrap.dedent(receipt.__doc__.split("named:\n\n")[1]).replace("receipt.txt", str(made.path))
    assert subprocess.run([sys.executable, "-c", snippet], check=False).returncode == 0
    made.path.write_text("".join(lines).replace("15 items", "16 items"))
    assert subprocess.run([sys.executable, "-c", snippet], capture_output=True, check=False).returncode == 1
