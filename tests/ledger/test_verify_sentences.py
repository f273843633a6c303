"""What is not as it was written is said line for line, over rows that no database holds."""

import pytest

from investigator.ledger.entry import Row, beginning, content_hash, envelope_hash
from investigator.ledger.verify import problems

CASE, HERE, THERE = "MILL-1", "aaaaaaaa", "bbbbbbbb"


def chain(replica, count, *, erased=0, case=CASE, known=1_000):
    rows, previous = [], beginning(case)
    for seq in range(1, count + 1):
        text = f'{{"text":"sack {seq}"}}'
        about = f"{replica}-{erased}" if erased and seq == count else None
        given = Row(replica, seq, "erase" if about else "note", "ana", about, 1, 1, "UTC", known + seq, 1, None, content_hash("s", text), previous, "", "s", text)  # fmt: skip
        row = given._replace(hash=envelope_hash(given._asdict()))
        rows.append(row._replace(content=None, salt=None) if seq == erased else row)
        previous = row.hash
    return rows


FIVE, ERASED = chain(HERE, 5), chain(HERE, 4, erased=2)


def with_row(number, rows=FIVE, **changed):
    return [row._replace(**changed) if row.seq == number else row for row in rows]


def known_before():
    first, second = chain(HERE, 2)
    late = second._replace(known=first.known)
    return [first, late._replace(hash=envelope_hash(late._asdict()))]


HASH = "changed after it was written: its hash is another."
SAID = {
    "as it was": (FIVE, {}, []),
    "two chains": ([*FIVE, *chain(THERE, 2)], {HERE: (5, FIVE[4].hash[:8]), THERE: (1, "")}, []),
    "erased": (ERASED, {}, []),
    "one is missing": ([r for r in FIVE if r.seq != 3], {}, ["Before entry aaaaaaaa-4 the chain has a gap: aaaaaaaa-3 is missing."]),
    "two are missing": ([r for r in FIVE if r.seq not in (3, 4)], {}, ["Before entry aaaaaaaa-5 the chain has a gap: aaaaaaaa-3 to aaaaaaaa-4 is missing."]),
    "the first is missing": (FIVE[1:], {}, ["Before entry aaaaaaaa-2 the chain has a gap: aaaaaaaa-1 is missing."]),
    "of another case": (chain(HERE, 1, case="MILL-2"), {}, ["Entry aaaaaaaa-1 is not chained to the beginning of case MILL-1: that was changed or replaced."]),
    "another author": (with_row(3, author="ben"), {}, [f"Entry aaaaaaaa-3 was {HASH}"]),
    "another hash": (with_row(3, hash="0" * 64), {}, [f"Entry aaaaaaaa-3 was {HASH}", "Entry aaaaaaaa-4 is not chained to the entry before it: that was changed or replaced."]),
    "what is no number": (with_row(5, known="x"), {}, [f"Entry aaaaaaaa-5 was {HASH}"]),
    "known in another order": (known_before(), {}, ["Entry aaaaaaaa-2 was known before the entry that it follows."]),
    "another content": (with_row(2, content='{"text":"sack 7"}'), {}, [f"The content of entry aaaaaaaa-2 was {HASH}"]),
    "no content": (with_row(2, content=None), {}, ["The content of entry aaaaaaaa-2 is missing, and no entry says it was erased."]),
    "no salt": (with_row(2, salt=None), {}, ["The content of entry aaaaaaaa-2 is missing, and no entry says it was erased."]),
    "erased and there": (with_row(2, ERASED, content="{}", salt="s"), {}, ["Entry aaaaaaaa-2 was erased, but its content is still there."]),
    "cut at its end": (FIVE[:3], {HERE: (5, FIVE[4].hash)}, ["Chain aaaaaaaa had reached aaaaaaaa-5; now it ends at aaaaaaaa-3: entries are missing."]),
    "a chain is gone": (FIVE, {THERE: (2, "x")}, ["Chain bbbbbbbb had reached bbbbbbbb-2; now it is not there at all: entries are missing."]),
    "written anew": (chain(HERE, 5, known=2_000), {HERE: (5, FIVE[4].hash)}, ["Entry aaaaaaaa-5 is not the one whose head was noted: the chain was written anew."]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_not_as_it_was_written_is_said_line_for_line(name):
    rows, head, said = SAID[name]
    assert problems(CASE, iter(rows), head=head) == said
