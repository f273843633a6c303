"""The files of a library are the truth: small, mergeable, and whatever is wrong with one costs that one alone."""

import json
import os

import pytest

from investigator.case import Case
from investigator.errors import CaseError, DataError
from investigator.library import Library
from investigator.library.incident import Action, Incident, read

TEXT = "# {title}\n\n## Summary\n\n{summary}\n\n## Root cause\n\nA setting was changed by hand and nobody looked.\n"


def document(tmp_path, name, title, summary):
    path = tmp_path / name
    path.write_text(TEXT.format(title=title, summary=summary), encoding="utf-8")
    return path


@pytest.fixture
def filled(tmp_path, library):
    library.add(
        document(
            tmp_path, "a.md", "Ovens cold 2023-01-05", "The ovens went cold at night and the bread was late."
        )
    )
    library.add(
        document(
            tmp_path, "b.md", "Scales wrong 2023-02-06", "The scales showed ten grams too many at every till."
        )
    )
    library.add(
        document(
            tmp_path, "c.md", "Doors shut 2023-03-07", "The doors of the warehouse did not open for lorries."
        )
    )
    return library


def test_a_file_is_sorted_and_says_the_same_after_reading():
    one = Incident(
        "INC-1",
        "Ovens cold",
        date="2023-01-05",
        symptoms=("no bread",),
        minutes=40,
        actions=(Action("look", False, "Ana"),),
    )
    told = json.loads(one.text)
    assert list(told) == sorted(told)
    assert read(one.text, "INC-1.json") == one and read(one.text, "x").text == one.text


def test_what_a_newer_kit_wrote_stays_in_the_file():
    text = '{"id": "A", "title": "t", "weather": ["rain"]}'
    assert json.loads(read(text, "A.json").text)["weather"] == ["rain"]


def test_the_same_document_has_the_same_file_wherever_it_is_added(tmp_path, filled):
    other = Library(tmp_path / "other")
    there = other.add(tmp_path / "a.md")
    mine = filled.incident("2023-01-05")
    assert there.incident == mine
    assert there.path.read_bytes() == (filled.folder / there.path.name).read_bytes()


def test_adding_again_adds_nothing_and_another_version_is_asked_about(tmp_path, filled):
    assert filled.add(tmp_path / "a.md").how == "here already"
    document(
        tmp_path,
        "a.md",
        "Ovens cold 2023-01-05",
        "The ovens went cold at night; a fuse was the reason for it.",
    )
    with pytest.raises(CaseError, match=r"another version of a\.md"):
        filled.add(tmp_path / "a.md")
    assert filled.add(tmp_path / "a.md", replacing=True).how == "brought up to date"
    assert len(filled) == 3 and "fuse" in filled.incident("2023-01-05").summary[0]


def test_two_versions_that_git_left_in_a_file_are_named_and_the_rest_works(filled):
    path = next(filled.folder.glob("*ovens*"))
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join(
            [lines[0], "<<<<<<< HEAD", *lines[1:3], "=======", *lines[1:3], ">>>>>>> theirs", *lines[3:]]
        )
    )
    again = Library(filled.folder)
    (problem,) = again.problems()
    assert path.name in problem and "two versions that git could not make one (lines 2 to 8)" in problem
    assert len(again) == 2 and again.search("scales")[0].incident.title.startswith("Scales")


def test_an_id_that_two_files_have_is_named_with_both_and_the_rest_works(filled):
    path = next(filled.folder.glob("*ovens*"))
    (filled.folder / "copy.json").write_text(path.read_text())
    again = Library(filled.folder)
    (problem,) = again.problems()
    assert "copy.json" in problem and path.name in problem and "both hold" in problem
    assert again.remove(again.incident("2023-01-05").id) == path
    assert not Library(filled.folder).problems()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"id": "x"}', '{"id": "../x", "title": "t"}', '{"id": "x", "title": ["t"]}', "[" * 100_000,
     '{"id": "x", "title": "t", "minutes": "3"}', '{"id": "x", "title": "t", "minutes": ' + "9" * 9999 + "}", "\0\1\2",
     '{"id": "x", "title": "t", "actions": [3]}', '{"id": "x", "title": "t", "detected": "aliens"}'],
    ids=range(13),
)  # fmt: skip
def test_a_broken_file_is_a_sentence_that_names_it(filled, text):
    (filled.folder / "x.json").write_text(text)
    again = Library(filled.folder)
    (problem,) = again.problems()
    assert problem.startswith("x.json ")
    assert len(again) == 3


def test_links_and_pipes_in_the_folder_are_not_of_the_library(tmp_path, filled):
    secret = tmp_path / "secret.json"
    secret.write_text('{"id": "s", "title": "secret"}')
    (filled.folder / "link.json").symlink_to(secret)
    os.mkfifo(filled.folder / "pipe.json")
    assert len(Library(filled.folder)) == 3


def test_the_index_is_derived_and_lies_outside_of_the_folder(filled, index_cache):
    assert {path.suffix for path in filled.folder.iterdir()} == {".json"}
    (index,) = (index_cache / "investigator" / "library").glob("*.sqlite")
    filled._index.close()
    for path in index.parent.iterdir():
        path.write_bytes(b"no database at all")
    assert [hit.incident.date for hit in Library(filled.folder).search("scales")] == ["2023-02-06"]


def test_what_changes_in_the_folder_is_seen(filled):
    path = next(filled.folder.glob("*ovens*"))
    path.write_text(path.read_text().replace("bread was late", "croissants were late"))
    assert filled.refresh().search("croissants")
    path.unlink()
    assert not filled.search("croissants") and len(filled) == 2


def test_a_cache_that_can_not_be_made_costs_only_time(tmp_path, filled, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert Library(filled.folder).search("scales")


def test_removing_takes_one_and_says_which(filled):
    with pytest.raises(CaseError, match="begins the ids of 3 incidents"):
        filled.remove("2023-")
    with pytest.raises(CaseError, match="There is no incident"):
        filled.remove("../../etc")
    filled.remove("2023-01")
    assert len(filled) == 2


def test_a_library_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CaseError, match="is a file, and a library is a folder"):
        Library(tmp_path / "file")


def test_a_file_larger_than_the_library_writes_is_named(filled):
    (filled.folder / "x.json").write_text('{"id": "x", "title": "' + "t" * 1_100_000 + '"}')
    (problem,) = Library(filled.folder).problems()
    assert "more than 1 MB" in problem
    with pytest.raises(DataError):
        read('{"id": "x"}', "x.json")


def test_a_case_that_is_over_goes_into_the_library_where_there_is_one(tmp_path, monkeypatch, capsys):
    from investigator.cli.commands import _kept_for_next_time

    monkeypatch.setenv("INVESTIGATOR_LIBRARY", str(tmp_path / "library"))
    case = Case.new("INC-3", words="The lift stops between floors.", root=tmp_path, author="ana")
    _kept_for_next_time(case)
    assert capsys.readouterr().out == "So that next time is quicker: inv library add INC-3\n"
    (tmp_path / "library").mkdir()
    _kept_for_next_time(case)
    said = capsys.readouterr().out
    assert (
        said.startswith("added in the library: ")
        and "no signature: INC-3 has no check that a conclusion of it names" in said
    )
    assert (tmp_path / "library" / "INC-3.json").exists() and not (
        tmp_path / "library" / "signatures"
    ).exists()
