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
    with pytest.raises(CaseError, match="1 item is unexplained"):
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
    with pytest.raises(CaseError, match="1 item is unexplained"):
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


PARCELS = [f"PCL-{n}" for n in range(1, 9)]


@pytest.fixture
def parcels(tmp_path):
    """Eight parcels that are named by hand: no line of the one log says that anybody is affected."""
    (tmp_path / "gate.log").write_text(
        "".join(
            f"2026-06-17T07:0{n}:00Z INFO gate parcel PCL-{n} passed customer=CUST-{n % 2}\n"
            for n in range(1, 9)
        )
    )
    made = Case.new("PCL", words="parcels", about=["PCL-1"], root=tmp_path / "cases", author="ana")
    made.add(tmp_path / "gate.log")
    return made


def written(case, kind="recovery"):
    """What each entry of the recovery holds, without the finding on the state before."""
    kept = ("text", "state", "ids", "source", "missing", "details", "by", "why", "first", "like", "items")
    return [{k: v for k, v in e.content.items() if k in kept} for e in case.entries(kind)]


def test_every_step_writes_one_entry_that_says_what_was_done(parcels):
    recovery = parcels.recovery().begin(PARCELS)
    recovery = recovery.exception(["PCL-8"], why="burnt")
    recovery = recovery.dry_run(["PCL-1", "PCL-2"], source="the vault")
    recovery = recovery.dry_run([*PARCELS[:6]], source="the vault")
    recovery = recovery.dry_run(PARCELS[:7], source="the vault")
    recovery = recovery.restored(["PCL-1"], source="the vault").seen("PCL-1", by="Mr F.")
    recovery = recovery.restored("rest", source="the vault").seen(["PCL-2", "PCL-3"], by="Ms G.")
    recovery = recovery.acknowledged("all", by="Ms G.").exception(["PCL-6", "PCL-7"], why="burnt, too")
    recovery = recovery.compared([{"item": "PCL-2", "size_before": 1}, {"item": "PCL-3", "opens": True}])
    recovery = recovery.compared([{"item": "PCL-2", "size_after": 2}, {"item": "PCL-4", "opens": False}])
    first, *rest = written(parcels)
    assert first.pop("items") == [[one, "CUST-1" if int(one[-1]) % 2 else "CUST-0"] for one in PARCELS]
    assert first == {
        "state": "listed",
        "text": "8 items must come back; PCL-1 goes first",
        "first": "PCL-1",
        "like": "PCL-1",
    }
    five = "PCL-3, PCL-4, PCL-5, PCL-6, PCL-7"
    assert rest == [
        {"state": "exception", "text": "PCL-8: burnt", "ids": ["PCL-8"], "why": "burnt"},
        {"state": "dry run", "text": f"dry run: 2 of 7 are there in the vault; not there: {five}", "ids": PARCELS[:2], "missing": PARCELS[2:7], "source": "the vault"},
        {"state": "dry run", "text": "dry run: 6 of 7 are there in the vault; not there: PCL-7", "ids": PARCELS[:6], "missing": ["PCL-7"], "source": "the vault"},
        {"state": "dry run", "text": "dry run: 7 of 7 are there in the vault", "ids": PARCELS[:7], "missing": [], "source": "the vault"},
        {"state": "restored", "text": "restored PCL-1 from the vault", "ids": ["PCL-1"], "source": "the vault"},
        {"state": "seen", "text": "Mr F. sees PCL-1", "ids": ["PCL-1"], "by": "Mr F."},
        {"state": "restored", "text": "restored 6 items from the vault", "ids": PARCELS[1:7], "source": "the vault"},
        {"state": "seen", "text": "Ms G. sees 2 items", "ids": ["PCL-2", "PCL-3"], "by": "Ms G."},
        {"state": "acknowledged", "text": "Ms G. confirms 3 items", "ids": PARCELS[:3], "by": "Ms G."},
        {"state": "exception", "text": "2 items: burnt, too", "ids": ["PCL-6", "PCL-7"], "why": "burnt, too"},
        {"state": "compared", "text": "compared 2 items with what they were before", "ids": ["PCL-2", "PCL-3"], "details": {"PCL-2": {"size_before": 1}, "PCL-3": {"opens": True}}},
        {"state": "compared", "text": "compared 2 items with what they were before; not as before: 2 (PCL-2: its size is another than before)", "ids": ["PCL-2", "PCL-4"], "details": {"PCL-2": {"size_after": 2}, "PCL-4": {"opens": False}}},
    ]  # fmt: skip
    listed = parcels.entries("recovery")[0]
    assert {e.about for e in parcels.entries("recovery")[1:]} == {listed.id}
    assert listed.content["before"]["check"]["params"] == {"entity": "PCL-1"}
    with pytest.raises(ParameterError, match="No item is left for that") as refused:
        recovery.restored("rest", source="the vault")
    assert "8 listed: 7 restored" in str(refused.value)
    assert not parcels.entries("anyway")


def test_a_list_of_six_that_are_missing_is_cut_after_five_and_one_of_five_is_not(parcels):
    recovery = parcels.recovery().begin(PARCELS[:6])
    assert (
        recovery.dry_run(["PCL-6"], source="x")
        .dry.content["text"]
        .endswith(": PCL-1, PCL-2, PCL-3, PCL-4, PCL-5")
    )
    recovery = parcels.recovery().begin(PARCELS)
    assert recovery.dry_run(["PCL-6"], source="x").dry.content["text"].endswith(", PCL-5, ...")


def test_a_table_of_them_says_of_each_what_is_known_and_nothing_of_the_rest(parcels):
    recovery = (
        parcels.recovery()
        .begin(PARCELS[:3])
        .restored("PCL-1", source="the vault", happened="2026-06-17 12:00")
    )
    recovery = recovery.seen("PCL-1", by="Mr F.", happened="2026-06-17 12:05").acknowledged(
        "all", by="F.", happened="2026-06-17 12:07"
    )
    recovery = recovery.compared(
        [{"item": "PCL-1", "found": "the vault", "size_after": 7}, {"item": "PCL-2", "opens": False}]
    )
    recovery = recovery.exception("PCL-3", why="burnt")
    recovery.items["PCL-2"].back = "2026-06-17T13:00:00+00:00"
    blank = dict.fromkeys(("restored", "from", "customer sees it", "back by another source", "exception", "found in", "before and after", "not as before", "acknowledged"), "")  # fmt: skip
    assert recovery.each().to_dict("records") == [
        blank | {"item": "PCL-1", "customer": "CUST-1", "restored": "2026-06-17 12:00 UTC", "from": "the vault", "customer sees it": "2026-06-17 12:05 UTC", "found in": "the vault", "before and after": "size after 7 bytes", "acknowledged": "2026-06-17 12:07 UTC"},
        blank | {"item": "PCL-2", "customer": "CUST-0", "back by another source": "2026-06-17 13:00 UTC", "before and after": "does not open", "not as before": "it does not open"},
        blank | {"item": "PCL-3", "customer": "CUST-1", "exception": "burnt"},
    ]  # fmt: skip


def test_what_can_t_be_listed_is_refused_in_words(parcels):
    recovery = parcels.recovery()
    with pytest.raises(ParameterError, match=r"'PCL-9' is not on the list.*It has 2 ids"):
        recovery.begin(["PCL-1", "PCL-2"], first="PCL-9")
    with pytest.raises(CaseError, match="nothing to list: nobody affected is known"):
        recovery.begin([])
    with pytest.raises(CaseError, match="Nothing is listed for recovery yet"):
        recovery.recount()
    with pytest.raises(CaseError, match="Nothing is listed for recovery yet"):
        recovery.dry_run(["PCL-1"], source="x")
    with pytest.raises(AttributeError, match="colour"):
        recovery.colour  # noqa: B018
    with pytest.raises(Exception, match=r"Use case\.customer\(\)\.receipt"):
        recovery.receipt()
    assert not parcels.entries("recovery")


def test_the_first_may_be_another_than_the_one_that_the_call_is_about(parcels):
    recovery = parcels.recovery().begin(PARCELS[:3], first="PCL-2")
    assert (recovery.first, recovery.like, recovery.first_is_seen()) == ("PCL-2", "PCL-1", False)
    with pytest.raises(CaseError, match="PCL-2 goes first, and nobody at the customer's has seen it yet"):
        recovery.restored(["PCL-1", "PCL-2"], source="x")
    recovery = recovery.restored("PCL-2", source="x", anyway="ignored: it goes alone")
    assert not parcels.entries("anyway") and recovery.items["PCL-2"].restored
    recovery = recovery.restored("PCL-1", source="x", anyway="it is late")
    assert [e.content for e in parcels.entries("anyway")] == [
        {"text": "it is late", "gate": "one item first"}
    ]
    seen = recovery.seen("PCL-2", by="F.")
    assert seen.first_is_seen() and seen.restored("rest", source="x").items["PCL-3"].restored
    assert len(parcels.entries("anyway")) == 1


def test_a_count_leaves_out_what_it_was_restored_from_where_that_is_one_source(parcels, monkeypatch):
    from investigator.case import shelves

    asked = []
    real = shelves.find

    def find(evidence):
        shelf = real(evidence)
        return type("Shelf", (), {"recount": lambda self, **given: asked.append(given) or shelf.recount(**given), "__getattr__": lambda self, name: getattr(shelf, name)})()  # fmt: skip

    monkeypatch.setattr(shelves, "find", find)
    recovery = parcels.recovery().begin(PARCELS[:3])
    recovery.recount()
    recovery = recovery.restored("PCL-1", source="gate")
    recovery.recount()
    recovery.seen("PCL-1", by="F.").restored("rest", source="the vault").recount()
    assert [one["apart_from"] for one in asked] == ["", "gate", ""]
    assert {tuple(one["ids"]) for one in asked} == {("PCL-1", "PCL-2", "PCL-3")} and {
        one["like"] for one in asked
    } == {"PCL-1"}
    pinned = parcels.entries("pin")
    assert [e.content["finding"]["check"]["analysis"] for e in pinned] == ["recount"] * 3
    assert parcels.recovery().counted is not None


def test_a_phase_is_one_of_four_and_says_why(parcels):
    with pytest.raises(ParameterError, match="phase"):
        phase(parcels.evidence, "finished")
    phase(parcels.evidence, "monitoring", why="we look at it")
    parcels.recovery().begin(PARCELS[:2])
    with pytest.raises(CaseError, match="Not resolved: nothing was counted again yet") as refused:
        phase(parcels.evidence, "resolved")
    assert "anyway='the reason'" in str(refused.value)
    phase(parcels.evidence, "identified")
    phase(parcels.evidence, "resolved", why="all there", anyway="counted by hand")
    assert [e.content for e in parcels.entries("phase")] == [
        {"text": "monitoring", "why": "we look at it"},
        {"text": "identified", "why": ""},
        {"text": "resolved", "why": "all there"},
    ]
    assert [e.content for e in parcels.entries("anyway")] == [{"text": "counted by hand", "gate": "resolved"}]


def test_size_and_hash_before_and_after_are_those_of_the_evidence(parcels, tmp_path, monkeypatch):
    from datetime import UTC, datetime

    from investigator.case.recovery import measured
    from investigator.case.snapshot import Snapshot

    def table(name, time, size):
        rows = "".join(f"PCL-{n},{time.format(n)},{size + n},{n:064X}\n" for n in range(1, 6))
        (tmp_path / name).write_text("id,weighed_at,size_bytes,sha256\n" + rows)
        parcels.add(tmp_path / name)

    table("packed.csv", "2026-06-17T07:00:0{}Z", 100)
    table("now.csv", "2026-06-17T08:00:0{}Z", 200)
    back = {
        "PCL-1": datetime(2026, 6, 17, 7, 30, tzinfo=UTC),  # between both
        "PCL-2": datetime(2026, 6, 17, 7, 0, 2, tzinfo=UTC),  # in the moment of the first
        "PCL-3": datetime(2099, 1, 1, tzinfo=UTC),  # after all that was loaded
        "PCL-5": datetime(2026, 6, 17, 12, tzinfo=UTC),  # after both; the second was loaded after it
    }
    monkeypatch.setattr(measured, "back_at", lambda snapshot, like: back if like == "PCL-1" else {})
    snapshot = Snapshot.of(parcels.evidence)
    found = measured.measured(snapshot, "PCL-1", ["PCL-1", "PCL-2", "PCL-3", "PCL-4"])
    assert found == {
        "PCL-1": {"size_before": 101, "hash_before": f"{1:064x}", "size_after": 201, "hash_after": f"{1:064x}"},
        "PCL-2": {"size_after": 202, "hash_after": f"{2:064x}"},
        "PCL-3": {"size_before": 203, "hash_before": f"{3:064x}"},
    }  # fmt: skip
    assert measured.measured(snapshot, "PCL-1", ["PCL-5"])["PCL-5"]["size_after"] == 205
    assert measured.measured(snapshot, "PCL-1", ["PCL-5"])["PCL-5"]["size_before"] == 105
    assert measured.measured(snapshot, "PCL-2", ["PCL-1"]) == {}
