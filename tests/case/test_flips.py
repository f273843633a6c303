"""A bit that turns over in a file of a closed case is named, or changes nothing that anybody reads."""

import pytest

from benchmarks.flips import flipped, made, turned


def test_a_single_bit_is_named_or_changes_nothing_that_is_read(tmp_path):
    done = flipped(made(tmp_path), 240, seed=0)
    assert [str(flip) for flip in done if flip.end not in ("named", "harmless")] == []
    named = [flip.file for flip in done if flip.end == "named"]
    assert {name.split("/")[0] for name in named} == {"case.db", "events", "evidence", "reports"}
    # Nothing that may be lost lies in a Parquet file or in a page: each flip there is named.
    assert {f.end for f in done if f.file.endswith((".parquet", ".html"))} == {"named"}


@pytest.mark.parametrize(
    ("file", "around", "bit"),
    [
        pytest.param(
            "case.db", b"indexentries_by_key", 7, id="a name of the schema that is no text any more"
        ),
        pytest.param("events/rejects/*.parquet", b"", 5, id="a column of a type that nothing reads"),
    ],
)
def test_what_can_not_even_be_quoted_is_named(tmp_path, file, around, bit):
    folder = made(tmp_path)
    (path,) = folder.glob(file)
    data = path.read_bytes()
    at = data.rindex(around) if around else 0
    places = range(at, at + len(around)) if around else range(len(data) - 500, len(data) - 100, 9)
    assert {
        str(flip) for place in places if (flip := turned(folder, path, data, place, bit)).end != "named"
    } == set()
