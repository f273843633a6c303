"""A zone is proposed for a source by what it shares with others; a source that lies decades away is doubted."""

from made import times, write

from investigator import load
from investigator.events.store import Store


def loaded(files, folder):
    (folder / "in").mkdir()
    write({"files": files}, folder / "in")
    store = Store(folder / "events")
    return store, load.add(folder / "in", store=store, vault=folder / "vault", load=1)


def two(hours, ids=range(10, 20)):
    return {
        "front.log": "".join(f"2026-06-17T10:{m}:07Z INFO PAY-{m} accepted\n" for m in ids),
        "back.csv": "at,ref,what\n"
        + "".join(f"2026-06-17 {10 + hours}:{m}:09,PAY-{m},booked\n" for m in ids),
    }


def test_a_zone_is_proposed_by_the_ids_that_two_sources_share(tmp_path):
    store, report = loaded(two(2), tmp_path)
    assert {name: one.offset for name, one in report.zones.items()} == {"back.csv": "+02:00"}
    (question,) = [text for text in report.questions() if "zone" in text]
    assert "front.log" in question and "case.evidence.answer_zone('back.csv', '+02:00')" in question


def test_nothing_is_proposed_where_few_ids_are_shared(tmp_path):
    store, report = loaded(two(2, range(10, 13)), tmp_path)
    assert report.zones == {}


def test_nothing_is_proposed_where_they_lie_apart_by_various_hours(tmp_path):
    files = two(2)
    files["back.csv"] = "at,ref,what\n" + "".join(
        f"2026-06-17 {m}:{m}:09,PAY-{m},booked\n" for m in range(10, 20)
    )
    store, report = loaded(files, tmp_path)
    assert report.zones == {}


def test_a_source_that_lies_decades_from_all_others_is_doubted(tmp_path):
    files = {**two(0), "odd.csv": "when,ref,what\n1998-06-17T07:14:07Z,A-1,x\n1998-06-17T07:15:07Z,A-2,y\n"}
    _, report = loaded(files, tmp_path)
    doubted = [one.source for one in report.sources if any("decades" in text for text in one.doubt)]
    assert doubted == ["odd.csv"]


def test_no_zone_of_the_invented_mixes_is_proposed_wrongly(tmp_path):
    for number, example in enumerate(x for x in times() if x["kind"] == "mixes" and "files" in x):
        if number % 5:
            continue
        folder = tmp_path / example["name"]
        folder.mkdir()
        store, report = loaded(example["files"], folder)
        told = report.zones
        for source, offset in example["offsets"].items():
            assert source not in told or told[source].offset == offset
