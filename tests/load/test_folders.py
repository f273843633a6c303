"""A folder as it is: what in it is no file is told, one bad file costs itself alone, and large files may stay."""

import os
import socket
import stat

import pytest
from packing import lines, zipped

from investigator import load
from investigator.case import Case
from investigator.errors import DataError, ParameterError
from investigator.load import adding


def test_what_is_left_out_of_a_folder_is_told(place):
    folder = place.folder / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "app.jsonl").write_bytes(lines(3))
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    (folder / ".DS_Store").write_text("x")
    (folder / "gone.log").symlink_to(place.folder / "nowhere")
    (folder / "loop").symlink_to(folder)
    (place.folder / "secret.jsonl").write_bytes(lines(1))
    (folder / "out.jsonl").symlink_to(place.folder / "secret.jsonl")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        report = place.load(folder)
    assert [(s.source, s.events) for s in report.sources] == [("sub/app.jsonl", 3)]
    assert set(report.left_out) == {
        "2 hidden (.DS_Store, .git)",
        "1 a link to nothing (gone.log)",
        "1 a link to a folder (loop)",
        "1 a link that leads out of the folder (out.jsonl)",
        "1 a pipe, no file (pipe)",
        "1 a socket, no file (socket)",
    }
    assert "left out: " in str(report) and "left out: " in report._repr_html_()


def test_what_is_no_file_is_refused(place):
    os.mkfifo(place.folder / "pipe")
    with pytest.raises(DataError, match=r"pipe is a pipe, no file.*Write what it gives into a file"):
        place.load(place.folder / "pipe")
    with pytest.raises(DataError, match="is a device, no file"):
        place.load("/dev/zero")


def test_a_file_that_cannot_be_read_costs_itself_alone(place, monkeypatch):
    folder = place.folder / "in"
    folder.mkdir()
    for name in ("a.jsonl", "locked.jsonl", "z.jsonl"):
        (folder / name).write_bytes(lines(3, ord(name[0]) * 10))
    real = adding.frozen

    def frozen(path, vault, **given):
        if path.name == "locked.jsonl":
            raise PermissionError(13, "Permission denied")
        return real(path, vault, **given)

    monkeypatch.setattr(adding, "frozen", frozen)
    report = place.load(folder)
    assert [(s.source, s.state) for s in report.sources] == [
        ("a.jsonl", "loaded"),
        ("locked.jsonl", "not read"),
        ("z.jsonl", "loaded"),
    ]
    assert "locked.jsonl can't be read: Permission denied" in str(report)


def test_every_file_of_a_folder_moves_the_progress(place):
    folder = place.folder / "in"
    folder.mkdir()
    for n in range(12):
        (folder / f"{n:02}.jsonl").write_bytes(lines(3, n * 10))
    seen = []
    place.load(folder, progress=lambda done, total, what: seen.append((done / total, what)))
    assert {what for _, what in seen} >= {f"{n:02}.jsonl" for n in range(12)}
    assert [share for share, _ in seen] == sorted(share for share, _ in seen) and seen[-1] == (1, "done")


def test_evidence_may_stay_where_it_is_or_be_copied(tmp_path):
    case = Case.new("INC-1", words="x", root=tmp_path)
    file = tmp_path / "app.jsonl"
    file.write_bytes(lines(30))
    case.add(file, keep="pointer")
    assert [path.suffix for path in case.evidence.vault.iterdir()] == [".json"]
    origin = case.events().fetch(case.events().table.order_by("unit"))["origin"][4]
    assert case.evidence.raw(origin) == lines(1, 4) and case.verify().ok
    assert stat.S_IMODE(file.stat().st_mode) & 0o200  # it is not ours to close

    with open(file, "ab") as stream:
        stream.write(lines(5, 30))
    assert case.evidence.raw(origin) == lines(1, 4) and case.verify().ok  # what was there is still there
    assert case.add(file, keep="pointer").events == 5

    file.write_bytes(b"x" + file.read_bytes()[1:])
    with pytest.raises(
        DataError, match=r"app\.jsonl, and was changed since it was added.*Put it back where it was"
    ):
        case.evidence.raw(origin)
    assert "was changed since it was added" in str(case.verify())
    file.rename(tmp_path / "moved.jsonl")
    with pytest.raises(DataError, match=r"is not there any more.*Put it back where it was, or add it again"):
        case.evidence.raw(origin)
    assert "is not there any more" in str(case.verify())

    other = tmp_path / "other.jsonl"
    other.write_bytes(lines(30, 100))
    case.add(other, keep="copy")
    assert (
        sum(path.suffix == "" for path in case.evidence.vault.iterdir()) == 2
    )  # the copy, and the tail of the first
    with pytest.raises(ParameterError, match=r"'link' is no way to keep evidence.*copy: into the case"):
        case.add(other, keep="link")


def test_an_archive_may_stay_where_it_is_too(tmp_path):
    file = tmp_path / "e.zip"
    file.write_bytes(zipped([("a.jsonl", lines(30))]))
    case = Case.new("INC-1", words="x", root=tmp_path)
    case.add(file, keep="pointer")
    origin = case.events().fetch(case.events().table.order_by("unit"))["origin"][4]
    assert case.evidence.raw(origin) == lines(1, 4) and case.verify().ok
    file.unlink()
    with pytest.raises(DataError, match=r"e\.zip, and is not there any more"):
        case.evidence.raw(origin)


# -- images ---------------------------------------------------------------------------------------------------------


def jpeg(taken=b"2026:06:17 09:14:07\0"):
    """A JPEG's beginning with its EXIF: one directory that names another, which says when."""
    inner = (
        b"\x01\x00"
        + b"\x03\x90\x02\x00"
        + len(taken).to_bytes(4, "little")
        + (44).to_bytes(4, "little")
        + b"\0" * 4
    )
    outer = b"\x01\x00" + b"\x69\x87\x04\x00\x01\0\0\0" + (26).to_bytes(4, "little") + b"\0" * 4
    exif = b"Exif\0\0" + b"II*\0\x08\0\0\0" + outer + inner + taken
    size = b"\xff\xc0\x00\x11\x08\x02\x58\x03\x20\x03" + b"\0" * 10
    return b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + size + b"\xff\xd9"


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0" + b"\xff\0" * 500


def test_an_image_is_an_event_at_the_time_it_was_taken_else_saved(place):
    file = place.folder / "in" / "screen.png"
    file.parent.mkdir()
    file.write_bytes(PNG)
    os.utime(file, (1_781_680_000, 1_781_680_000))
    report = place.load(file)
    assert "it was taken then or before" in str(report)
    place.add(jpeg(), name="photo.jpg", zone="Europe/Berlin")
    rows = place.events().set_index("source")
    assert rows.loc["screen.png", ["kind", "body"]].tolist() == ["note", "image screen.png (png, 800 x 600)"]
    assert str(rows.loc["screen.png", "time"]) == "2026-06-17 07:06:40+00:00"
    assert rows.loc["photo.jpg", "body"] == "image photo.jpg (jpeg, 800 x 600)"
    assert str(rows.loc["photo.jpg", "time"]) == "2026-06-17 07:14:07+00:00"
    assert place.raw(rows.loc["photo.jpg", "origin"]) == jpeg()


def test_an_image_saved_today_does_not_move_the_window(tmp_path):
    case = Case.new("INC-1", words="x", root=tmp_path)
    (tmp_path / "app.jsonl").write_bytes(lines(30))
    (tmp_path / "screen.png").write_bytes(PNG)
    case.add(tmp_path / "app.jsonl")
    before = case.window
    case.add(tmp_path / "screen.png")
    assert case.window == before


def test_an_exif_that_lies_is_an_image_without_it(place):
    for taken in (b"2026:13:45 99:99:99\0", b"\xff" * 20, b"<script>alert(1)</sc"):
        place.add(jpeg(taken), name=f"{taken[:2].hex()}.jpg")
    assert set(place.events()["kind"]) == {"note"} and len(place.events()) == 3


def test_an_image_is_shown_in_a_notebook_and_named_alone_on_a_page(tmp_path, monkeypatch):
    case = Case.new("INC-1", words="x", root=tmp_path)
    (tmp_path / "screen <b>.png").write_bytes(PNG)
    (tmp_path / "drawing.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    )
    case.add(tmp_path / "screen <b>.png")
    case.add(tmp_path / "drawing.svg")
    (origin,) = [
        o for o in case.events().fetch(case.events().table)["origin"] if o in case.evidence.picture().text
    ]
    markup = case.evidence.picture(origin)._repr_html_()
    assert "src='data:image/png;base64,iVBORw0KGgo" in markup and "<b>" not in markup
    with pytest.raises(
        ParameterError, match=r"is no image of this case.*case\.evidence\.picture\(\) lists them"
    ):
        case.evidence.picture("3fa9c1d20b77:1")
    monkeypatch.setenv("INVESTIGATOR_MODE", "report")
    monkeypatch.setattr("investigator.case.evidence.pictures.reporting", lambda: True)
    page = case.evidence.picture(origin)._repr_html_()
    assert "data:image" not in page and "Images are not put on pages" in page


# -- what grows, rotates, is cut, or goes back -----------------------------------------------------------------------


def test_a_rotated_file_adds_its_tail_and_the_new_one_is_told_apart(place):
    import gzip

    folder = place.folder / "in"
    folder.mkdir()
    (folder / "app.jsonl").write_bytes(lines(60))
    place.load(folder)
    (folder / "app.jsonl.1.gz").write_bytes(gzip.compress(lines(80)))
    (folder / "app.jsonl").write_bytes(lines(10, 80))
    report = place.load(folder)
    assert [(s.source, s.state, s.events) for s in report.sources] == [
        ("app.jsonl", "loaded", 10),
        ("app.jsonl", "grown", 20),
    ]
    assert "rotated, the earlier lines are in app.jsonl.1.gz" in report.sources[0].doubt[0]
    assert "it goes on in app.jsonl.1.gz: the same file, rotated or in an archive" in report.sources[1].doubt
    assert sorted(place.events()["body"]) == sorted(f"event {n}" for n in range(90))
    (folder / "app.jsonl.1.gz").rename(folder / "app.jsonl.2.gz")
    again = place.load(folder)
    assert again.events == 0 and "the same content as app.jsonl" in str(again)


def test_a_file_truncated_in_place_says_what_may_be_missing(place):
    place.add(lines(60))
    report = place.add(lines(10, 100))
    assert report.events == 10
    assert "truncated (copytruncate) or rotated; what was written" in report.sources[0].doubt[0]
    rewritten = place.add(lines(70, 3).replace(b"event", b"other"))
    assert "rewritten, with times that were added before too" in rewritten.sources[0].doubt[0]


def test_a_file_that_is_shorter_than_before_adds_nothing(place):
    whole = lines(60)
    place.add(whole[:1000])
    place.add(whole)
    report = place.add(whole[:2000])
    assert (report.events, report.sources[0].state) == (0, "already here")
    assert f"it is shorter now, the first 2,000 of {len(whole):,} bytes, and all of them are here" in str(
        report
    )


def test_a_utf16_file_that_grew_is_read_whole(place):
    text = lines(40).decode()
    place.add(text[: len(text) // 2].encode("utf-16"))
    report = place.add(text.encode("utf-16"))
    assert report.units.unexplained == 0
    assert sorted(place.events()["body"]) == sorted(f"event {n}" for n in range(40))


def test_a_time_that_goes_back_is_said(place):
    report = place.add(lines(600, 1000) + lines(200) + lines(300, 2000))
    assert report.sources[0].doubt == ("its time goes back once, first at unit 601, by up to 26 minutes",)
    newest_first = b"".join(reversed(lines(600).splitlines(keepends=True)))
    assert not place.add(newest_first, name="b.jsonl").sources[0].doubt
    slow = b"".join(reversed([lines(1, n * 100) for n in range(30)]))
    assert place.add(slow, name="c.jsonl").sources[0].doubt == ("its newest lines come first",)


def test_reading_without_a_case_takes_archives_too(tmp_path):
    file = tmp_path / "e.zip"
    file.write_bytes(zipped([("a.jsonl", lines(30)), ("b.jsonl", lines(30, 100))]))
    store, report = load.read(file)
    assert report.events == 60 and len(store.manifest().segments) == 3
