"""Cases whose honest answer is not the obvious one: what a tile must say, and must not."""

import pytest
from made import traps

from benchmarks.traps import fallen_into, said

#: What is still said otherwise than a careful person would, each with the reason.
OPEN = {
    "harm-rejected-payments": "nobody named an affected one, and none is proposed",
}


@pytest.mark.parametrize("trap", [pytest.param(t, id=t["name"]) for t in traps() if t["name"] not in OPEN])
def test_a_tile_says_what_a_careful_person_would(trap, tmp_path):
    text = said(trap, tmp_path)
    assert not fallen_into(trap, text), f"{trap['honest']}\n\n{text}"
