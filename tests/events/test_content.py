"""The number of a load's events is what records of before hold."""

import hashlib

from stores import add

from investigator.events import Store
from investigator.events.content import Content, contents

TEXTS = ("gate 3 opened", "Tür 4 blieb zu", "")


def test_the_number_is_the_sum_of_both_halves_of_the_hashes_of_all_rows(tmp_path):
    store = Store(tmp_path)
    add(store, [{"body": text, "name": "said"} for text in TEXTS])
    found, broken = contents(store.folder / "segments", store.manifest().segments)
    rows = [
        f"{at}|{at}|{at}||3:log|:::::4:said{len(text.encode())}:{text}|{{}}|{number}|1||"
        for number, text in enumerate(TEXTS, start=1)
        for at in (1781679600000000 + number * 1_000_000,)
    ]
    hashes = [hashlib.md5(row.encode(), usedforsecurity=False).digest() for row in rows]
    first, second = (sum(int.from_bytes(one[at : at + 8], "little") for one in hashes) for at in (8, 0))
    assert not broken and list(found.values()) == [Content(3, f"{first:040x}{second:040x}")]
