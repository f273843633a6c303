"""The receipt, line for line: what each item's line says, the chain, and what of it is refused."""

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from investigator.case.customer import guard, receipt
from investigator.case.customer.guard import Problem
from investigator.case.recovery.standing import Item, Standing
from investigator.errors import CaseError, ParameterError

NOON = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def entry(minutes, **content):
    low = at(minutes)

    class Span(tuple):
        low = property(lambda self: self[0])

    return SimpleNamespace(
        id="e", number=5, happened=Span((low, low)), known=low, content=content, about=None
    )


def note(minutes, text, verb="did"):
    return entry(minutes, text=text, verb=verb)


@pytest.fixture(autouse=True)
def plain_guard(monkeypatch):
    monkeypatch.setattr(guard, "problems", lambda snapshot, text: [Problem("name", "packer", "", "a part of our system")] if "packer" in text else [])  # fmt: skip


def snapshot(*notes, zone="UTC", contact="Ines Okoro", call=None):
    state = SimpleNamespace(call=call, contact=contact, notes=list(notes), about=["CUST-1"])
    return SimpleNamespace(state=state, now=at(180), zone=zone, id="INC-1")


def told(*items, notes=(), logged=None, issuer="", **given):
    return receipt.told(snapshot(*notes, **given), "CUST-1", list(items), issuer=issuer, logged=logged)


HEAD = (
    "'Back' is as it was logged, 'reported' as somebody wrote it down; 'counted' means: found by another way than the one by which "
    "it was brought back. Of what a line does not say, nothing was recorded."
)

BACK = at(60).isoformat()
#: An item, when it was logged as back, and its line.
LINES = [
    (Item("PCL-1"), None, "PCL-1: nothing is known of it yet"),
    (Item("PCL-1", back=BACK), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00"),
    (Item("PCL-1", back=BACK), at(30), "PCL-1: back 17 June 2026, 12:30; counted 17 June 2026, 13:00"),
    (Item("PCL-1", restored=entry(20)), None, "PCL-1: reported as brought back 17 June 2026, 12:20"),
    (Item("PCL-1", restored=entry(20)), at(10), "PCL-1: back 17 June 2026, 12:10; reported as brought back 17 June 2026, 12:20, after it was there"),
    (Item("PCL-1", restored=entry(20)), at(19), "PCL-1: back 17 June 2026, 12:19; reported as brought back 17 June 2026, 12:20"),
    (Item("PCL-1", restored=entry(20), back=BACK), None, "PCL-1: back 17 June 2026, 13:00; reported as brought back 17 June 2026, 12:20; counted 17 June 2026, 13:00"),
    (Item("PCL-1", seen=entry(25, by="Ms Weber")), None, "PCL-1: seen by Ms Weber 17 June 2026, 12:25"),
    (Item("PCL-1", seen=entry(25, by="the packer")), None, "PCL-1: seen by the a part of our system 17 June 2026, 12:25"),
    (Item("PCL-1", seen=entry(25)), None, "PCL-1: seen 17 June 2026, 12:25"),
    (Item("PCL-1", acknowledged=entry(70)), None, "PCL-1: acknowledged 17 June 2026, 13:10"),
    (Item("PCL-1", known={"size_before": 7, "size_after": 7}), None, "PCL-1: nothing is known of it yet"),
    (Item("PCL-1", restored=entry(20), known={"size_before": 7, "size_after": 7}), None, "PCL-1: reported as brought back 17 June 2026, 12:20; size before and after 7 bytes"),
    (Item("PCL-1", back=BACK, known={"hash_before": "ab", "hash_after": "ab", "opens": True}), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; SHA-256 before and after ab; opens"),
    (Item("PCL-1", back=BACK, known={"size_before": 7, "size_after": 8}), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; size before 7 bytes, after 8 bytes; not the same as before: its size is another than before"),
    (Item("PCL-1", back=BACK, known={"hash_before": "ab", "hash_after": "cd"}), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; SHA-256 before ab, after cd; not the same as before: its content is another than before"),
    (Item("PCL-1", back=BACK, known={"opens": False}), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; does not open; not the same as before: it does not open"),
    (Item("PCL-1", back=BACK, known={"size_after": 8, "why": "the packer kept none"}), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; size after 8 bytes; size before, hash before, hash after not known: the a part of our system kept none"),
    (Item("PCL-1", exception="withdrawn, says the packer"), None, "PCL-1: not brought back: withdrawn, says the a part of our system"),
    (Item("PCL-1", exception="sent again", back=BACK), None, "PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; note: sent again"),
]  # fmt: skip


@pytest.mark.parametrize("row", LINES, ids=[str(n) for n in range(len(LINES))])
def test_a_line_says_of_an_item_what_is_known_and_no_more(row):
    item, logged, line = row
    assert told(item, logged={"PCL-1": logged} if logged else None)[4] == f"1. {line}"


def test_a_receipt_line_for_line():
    items = [
        Item("PCL-3", "CUST-1", exception="with\u202edrawn"),
        Item("PCL-1", "CUST-1", restored=entry(20), back=BACK, acknowledged=entry(90)),
        Item("PCL-2", "CUST-1", restored=entry(40)),
    ]
    call = SimpleNamespace(content={"reference": "T-77"})
    notes = (note(30, "restored all of them"), note(50, "restored the rest"))
    assert told(*items, notes=notes, issuer="Ana Reis", zone="Europe/Berlin", call=call) == [
        "Receipt for what was brought back",
        "For CUST-1, Ines Okoro, your reference T-77",
        "Issued 17 June 2026, 17:00 by Ana Reis, case INC-1",
        f"Times are those of Berlin. {HEAD}",
        "1. PCL-1: back 17 June 2026, 15:00; reported as brought back 17 June 2026, 14:20; acknowledged 17 June 2026, 15:30; counted 17 June 2026, 15:00",
        "2. PCL-2: reported as brought back 17 June 2026, 14:40",
        "3. PCL-3: not brought back: with drawn",
        "3 items: 1 counted as back, 1 named with a reason.",
        "No other source has confirmed 2 of them.",
        "The repair was written down as of 17 June 2026, 14:30; 1 of them are given an earlier time.",
        "End of the receipt: 11 lines.",
    ]  # fmt: skip


def test_what_is_not_there_is_not_said():
    assert told(Item("PCL-1", "CUST-1", back=BACK, exception="sent again"), contact="") == [
        "Receipt for what was brought back",
        "For CUST-1",
        "Issued 17 June 2026, 15:00, case INC-1",
        f"Times are those of UTC. {HEAD}",
        "1. PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; note: sent again",
        "1 items: 1 counted as back, 0 named with a reason.",
        "End of the receipt: 7 lines.",
    ]


@pytest.mark.parametrize(
    ("typed", "logged", "early"),
    [(30, 28, True), (30, 29, False), (30, 31, False), (30, None, False)],
)
def test_a_repair_that_was_written_down_after_its_effect_is_said(typed, logged, early):
    lines = told(Item("PCL-1"), notes=(note(typed, "restored it"),), logged={"PCL-1": at(logged)} if logged else {})  # fmt: skip
    assert any("given an earlier time" in line for line in lines) is early


# -- the chain -------------------------------------------------------------------------------------------------


def test_each_line_is_chained_to_the_one_before():
    one = hashlib.sha256(("0" * 64 + "\na").encode()).hexdigest()
    two = hashlib.sha256(f"{one}\nb".encode()).hexdigest()
    assert receipt.chained(["a", "b"]) == f"{one}  a\n{two}  b\n"


@pytest.fixture
def sent(tmp_path):
    path = tmp_path / "receipt.txt"
    path.write_text(
        receipt.chained(["For CUST-1", "1. PCL-1: back", "End of the receipt: 3 lines."]), newline="\n"
    )
    return path


def test_a_whole_one_says_its_lines_and_its_end(sent):
    end = sent.read_text().splitlines()[-1][:64]
    assert receipt.verify(sent) == receipt.Checked(True, 3, end)
    assert str(receipt.verify(sent)) == f"The receipt is whole: 3 lines, ending in {end[:16]}."
    assert receipt.verify(sent, end[:16].upper()).ok and receipt.verify(sent, end).ok
    other = receipt.verify(sent, "f" * 16)
    assert (
        not other.ok and str(other) == f"It is whole, and another one than the one that ends in {'f' * 16}."
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda t: t.replace("1. PCL-1", "1. PCL-9"), "Line 2 was changed, or something is missing before it: 1. PCL-9: back"),
        (lambda t: t.replace("1. PCL-1", "1. \x1b[31m"), "Line 2 was changed, or something is missing before it: 1. ?[31m: back"),
        (lambda t: "".join(t.splitlines(True)[1:]), "Line 1 was changed, or something is missing before it: 1. PCL-1: back"),
        (lambda t: t.replace("  For", " For"), "Line 1 was changed, or something is missing before it: "),
        (lambda t: "".join(t.splitlines(True)[:-1]), "The end of the receipt is missing, or it is no receipt."),
        (lambda t: t[:-1], "The end of the receipt is missing, or it is no receipt."),
        (lambda t: "", "The end of the receipt is missing, or it is no receipt."),
        (lambda t: receipt.chained(["For CUST-1", "End of the receipt: 3 lines."]), "The end of the receipt is missing, or it is no receipt."),
        (lambda t: receipt.chained(["x" * 200])[:64] + "f  " + "x" * 200 + "\n", "Line 1 was changed, or something is missing before it: " + "x" * 100),
    ],
)  # fmt: skip
def test_a_changed_one_says_where(sent, change, problem):
    sent.write_bytes(change(sent.read_text()).encode())
    checked = receipt.verify(sent)
    assert not checked.ok and str(checked) == problem


def test_what_is_no_file_or_too_large_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ParameterError, match="There is no receipt"):
        receipt.verify(tmp_path / "none.txt")
    (tmp_path / "large.txt").write_text("12345")
    monkeypatch.setattr(receipt, "LARGEST", 4)
    with pytest.raises(ParameterError, match="There is no receipt"):
        receipt.verify(tmp_path / "large.txt")
    monkeypatch.setattr(receipt, "LARGEST", 5)
    assert not receipt.verify(tmp_path / "large.txt").ok


# -- writing one -----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A case's folder and record, played, with a standing to write a receipt of."""
    written = []
    record = SimpleNamespace(
        writable=lambda what: None,
        append=lambda kind, content, **given: written.append((kind, content, given)),
    )
    made = SimpleNamespace(record=record, folder=tmp_path, written=written, standing=Standing(plan=entry(0), like="PCL-1"))  # fmt: skip
    made.standing.items = {
        one: Item(one, customer, back=BACK if one != "PCL-9" else None)
        for one, customer in (("PCL-1", "CUST-1"), ("PCL-2", "CUST-1"), ("PCL-8", "CUST 2/x"), ("PCL-9", "CUST 2/x"), ("PCL-7", ""))
    }  # fmt: skip
    made.measured = {"PCL-1": {"size_before": 5, "size_after": 7}, "PCL-2": {"size_after": 9}}
    monkeypatch.setattr(receipt, "Snapshot", SimpleNamespace(of=lambda evidence: snapshot()))
    monkeypatch.setattr(receipt, "of", lambda snapshot: made.standing)
    monkeypatch.setattr(receipt, "measured", lambda snapshot, like, ids: {i: made.measured[i] for i in ids if i in made.measured} if like == "PCL-1" else {})  # fmt: skip
    monkeypatch.setattr(
        receipt, "back_at", lambda snapshot, like: {"PCL-2": at(45)} if like == "PCL-1" else {}
    )
    monkeypatch.setattr(
        receipt, "hurt_at", lambda snapshot, like: {"PCL-1": at(30)} if like == "PCL-1" else {}
    )
    return made


def test_it_is_written_as_a_file_and_into_the_record_with_its_end(desk):
    desk.standing.items["PCL-1"].known = {
        "size_after": 5
    }  # what somebody compared counts before what was measured
    made = receipt.write(desk, author="Ana Reis")
    assert made.path == desk.folder / "reports" / "receipt-CUST-1.txt"
    assert made.path.read_bytes().decode() == receipt.chained(list(made.lines))
    assert receipt.verify(made.path, made.end).ok and [p.name for p in made.path.parent.iterdir()] == [
        made.path.name
    ]
    assert made.lines[2].endswith("by Ana Reis, case INC-1")
    assert made.lines[4] == "1. PCL-1: back 17 June 2026, 13:00; counted 17 June 2026, 13:00; size before and after 5 bytes"  # fmt: skip
    assert (
        made.lines[5] == "2. PCL-2: back 17 June 2026, 12:45; counted 17 June 2026, 13:00; size after 9 bytes"
    )
    assert desk.written == [
        (
            "recovery",
            {
                "text": f"receipt for CUST-1: 2 items, ending in {made.end[:16]}",
                "state": "receipt",
                "ids": ["PCL-1", "PCL-2"],
                "by": "CUST-1",
                "details": {"file": "receipt-CUST-1.txt", "end": made.end},
            },
            {"about": "e", "author": "Ana Reis"},
        )
    ]
    assert str(made).splitlines()[-3:] == ["", str(made.path), f"It ends in {made.end[:16]}: tell them on another way."]  # fmt: skip
    assert str(made).splitlines()[0] == "Receipt for what was brought back" and repr(made) == str(made)


def test_what_was_reported_as_back_before_it_went_missing_is_marked_in_the_file(desk):
    desk.standing.items["PCL-1"].restored = entry(20)
    desk.standing.items["PCL-2"].restored = entry(20)
    lines = receipt.write(desk, anyway="they wait for it").lines
    assert "reported as brought back 17 June 2026, 12:20, before it went missing; " in lines[4]
    assert "missing" not in lines[5]


def test_what_is_unexplained_is_refused_or_goes_with_a_reason(desk):
    with pytest.raises(CaseError, match=r"1 of 2 items of CUST 2/x are unexplained: PCL-9\."):
        receipt.write(desk, "CUST 2/x")
    assert desk.written == [] and not (desk.folder / "reports").exists()
    made = receipt.write(desk, "CUST 2/x", anyway="they ask for it")
    assert made.path.name == "receipt-CUST-2-x.txt"
    assert desk.written[0] == ("anyway", {"text": "they ask for it", "gate": "receipt"}, {"author": None})
    with pytest.raises(CaseError, match=r"1 of 2 items of CUST-1 are unexplained: PCL-1\."):
        receipt.write(desk)  # measured as another size than before


def test_who_has_nothing_on_the_list_and_no_list_are_refused(desk):
    with pytest.raises(ParameterError, match=r"There is nothing on the list for 'CUST-7'(?s:.*)There are items of: CUST 2/x, CUST-1\."):  # fmt: skip
        receipt.write(desk, "CUST-7")
    desk.standing.items = {"PCL-7": Item("PCL-7")}
    with pytest.raises(
        ParameterError, match=r"'the customer of this case'(?s:.*)There are items of: nobody\."
    ):
        receipt.write(desk)
    desk.standing.plan = None
    with pytest.raises(CaseError, match="Nothing is listed for recovery yet"):
        receipt.write(desk)


def test_the_file_of_a_receipt_stays_as_it_was_where_writing_fails(desk, monkeypatch):
    path = receipt.write(desk, "CUST 2/x", anyway="x").path
    before = path.read_bytes()
    monkeypatch.setattr(receipt.os, "fsync", lambda *given: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        receipt.write(desk, "CUST 2/x", anyway="x")
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_page_that_is_made_again_writes_no_file(desk, monkeypatch):
    monkeypatch.setattr(receipt, "reporting", lambda: True)
    assert not receipt.write(desk, "CUST 2/x", anyway="x").path.exists()


@pytest.mark.parametrize(
    ("logged", "unlogged"),
    [
        pytest.param(("PCL-1", "PCL-2"), "PCL-3", id="one of three is not in the log"),
        pytest.param(("PCL-1",), "PCL-2, PCL-3", id="two"),
        pytest.param(("PCL-1", "PCL-2", "PCL-3"), "", id="none"),
        pytest.param((), "", id="no log shows any"),
    ],
)
def test_what_is_only_reported_as_back_is_named_where_others_are_logged(logged, unlogged):
    items = [Item(f"PCL-{n}", "CUST-1", restored=entry(20)) for n in (1, 2, 3)]
    items.append(Item("PCL-4", "CUST-1", restored=entry(20), back=BACK))
    lines = told(*items, logged={one: at(30) for one in logged})
    said = f"Only reported as brought back, and not logged as the others are: {unlogged}."
    assert [line for line in lines if line.startswith("Only")] == ([said] if unlogged else [])


@pytest.mark.parametrize(
    ("fields", "hurt", "said"),
    [
        ({"restored": 20}, None, "reported as brought back 17 June 2026, 12:20"),
        ({"restored": 20}, 10, "reported as brought back 17 June 2026, 12:20"),
        ({"restored": 20}, 30, "reported as brought back 17 June 2026, 12:20, before it went missing"),
        ({"restored": 20, "seen": 40}, None, "reported as brought back 17 June 2026, 12:20; seen by Mr F. 17 June 2026, 12:40"),
        ({"restored": 20, "seen": 10}, None, "reported as brought back 17 June 2026, 12:20; seen by Mr F. 17 June 2026, 12:10, before it was there"),
        ({"restored": 20, "acknowledged": 10}, None, "reported as brought back 17 June 2026, 12:20; acknowledged 17 June 2026, 12:10, before it was there"),
        ({"restored": 60 * 40}, None, "reported as brought back 19 June 2026, 04:00, which is still to come"),
        ({"seen": 60 * 40}, None, "seen by Mr F. 19 June 2026, 04:00, which is still to come"),
        ({"seen": 10}, None, "seen by Mr F. 17 June 2026, 12:10"),
    ],
)  # fmt: skip
def test_what_can_not_have_been_so_is_marked(fields, hurt, said):
    item = Item("PCL-1", **{name: entry(minute, by="Mr F.") for name, minute in fields.items()})
    when = None if hurt is None else at(hurt)
    assert receipt._line(snapshot(), item, None, when) == f"PCL-1: {said}"
