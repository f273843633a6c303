"""A room's catalogue is its folder's listing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from investigator import catalogue
from investigator.errors import CatalogueError


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A room with one good file, a broken one, one that holds something else, and a private one."""
    name = f"room_{abs(hash(str(tmp_path))):x}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "good.py").write_text(
        '"""The file."""\n\ndef good(events, *, knob=1):\n    """One <b>line</b>.\n\n    More."""\n    '
        "return events, knob\n"
    )
    (folder / "broken.py").write_text("raise RuntimeError('half written')\n")
    (folder / "other.py").write_text('"""A file about something else."""\n')
    (folder / "_private.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_the_names_are_the_files_without_an_underscore(room: str) -> None:
    assert catalogue.names(room) == ["broken", "good", "other"]
    shelf = catalogue.Shelf(room, "view")
    assert dir(shelf) == list(shelf) == ["broken", "good", "other"] and len(shelf) == 3
    assert "good" in shelf and "_private" not in shelf


def test_listing_imports_nothing(room: str) -> None:
    shelf = catalogue.Shelf(room, "view")
    assert "One <b>line</b>." in repr(shelf) and "A file about something else." in repr(shelf)
    assert f"{room}.good" not in sys.modules


def test_a_shown_shelf_is_escaped(room: str) -> None:
    assert "One &lt;b&gt;line&lt;/b&gt;." in catalogue.Shelf(room, "view")._repr_html_()


def test_a_name_gives_the_files_function(room: str) -> None:
    assert catalogue.Shelf(room, "view").good("events", knob=2) == ("events", 2)


def test_a_wrap_stands_around_every_function(room: str) -> None:
    def wrap(name: str, module: Any, function: Any) -> Any:
        return lambda *given: (name, function(*given))

    assert catalogue.Shelf(room, "view", wrap).good(1) == ("good", (1, 1))


def test_an_unknown_name_says_what_there_is_and_how_to_add_it(room: str) -> None:
    shelf = catalogue.Shelf(room, "view")
    with pytest.raises(
        CatalogueError,
        match=r"There is no view named 'goood'\. There are: broken, good, other\. Did you mean good\? ",
    ) as caught:
        _ = shelf.goood
    assert f"write {room}/goood.py with a function goood()" in str(caught.value)
    assert not hasattr(shelf, "goood") and not hasattr(shelf, "_repr_latex_")


def test_a_broken_file_fails_by_name_and_hurts_no_other(room: str) -> None:
    shelf = catalogue.Shelf(room, "view")
    with pytest.raises(
        CatalogueError, match=r"The view 'broken' could not be loaded: RuntimeError: half written"
    ):
        _ = shelf.broken
    assert shelf.good(1) == (1, 1)


def test_a_file_without_its_function_is_named(room: str) -> None:
    with pytest.raises(CatalogueError, match=r"The view file 'other' has no function other\(\)"):
        catalogue.Shelf(room, "view").__getattr__("other")


def test_a_room_that_is_none_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"There is no room named 'investigator.attic'"):
        catalogue.names("investigator.attic")


def test_of_all_files_those_that_work_are_given_and_for_each_other_is_said_why(room: str) -> None:
    there, broken = catalogue.working(room, noun="view")
    assert sorted(there) == ["good", "other"]
    assert broken == {"broken": "RuntimeError: half written"}
    there, broken = catalogue.working(room, noun="view", needs=("good", "bad"))
    assert not there and broken["good"] == "it has no bad" and broken["other"] == "it has no good and no bad"


def test_a_room_is_listed_once_where_all_its_files_are_asked(
    room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = []
    whole = catalogue.names
    monkeypatch.setattr(catalogue, "names", lambda package: listed.append(package) or whole(package))
    assert list(catalogue.working(room)[0]) == ["good", "other"]
    assert listed == [room]


def test_a_file_that_is_no_python_is_listed_as_broken_and_hides_no_other(room: str, tmp_path: Path) -> None:
    (catalogue.folder(room) / "torn.py").write_text("def torn(:\n")
    shelf = catalogue.Shelf(room, "view")
    assert "torn    This file is broken: SyntaxError" in repr(shelf) and "One <b>line</b>." in repr(shelf)
    assert "This file is broken" in shelf._repr_html_()
    with pytest.raises(CatalogueError, match="The view 'torn' could not be loaded: SyntaxError"):
        _ = shelf.torn


def test_a_file_that_leaves_at_import_ends_nothing(room: str) -> None:
    (catalogue.folder(room) / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(CatalogueError, match=r"The view 'leaving' could not be loaded: SystemExit: 3\."):
        _ = catalogue.Shelf(room, "view").leaving
