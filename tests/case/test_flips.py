"""A bit that turns over in a file of a closed case is named, or changes nothing that anybody reads."""

from benchmarks.flips import flipped, made


def test_a_single_bit_is_named_or_changes_nothing_that_is_read(tmp_path):
    done = flipped(made(tmp_path), 240, seed=0)
    assert [str(flip) for flip in done if flip.end not in ("named", "harmless")] == []
    named = [flip.file for flip in done if flip.end == "named"]
    assert {name.split("/")[0] for name in named} == {"case.db", "events", "evidence", "reports"}
    # Nothing that may be lost lies in a Parquet file or in a page: each flip there is named.
    assert {f.end for f in done if f.file.endswith((".parquet", ".html"))} == {"named"}
