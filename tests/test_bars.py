"""The house stays one that can be lived in: small files where a case and a load are, and few names on a case."""

from pathlib import Path

import pytest

from investigator import Case

ROOT = Path(__file__).parents[1] / "investigator"


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def longer(root, most):
    """The files below a folder that have more lines than that, with how many they have."""
    return {str(path.relative_to(root)): lines(path) for path in root.rglob("*.py") if lines(path) > most}


def test_the_facade_of_a_case_hands_on_and_is_short():
    assert lines(ROOT / "case" / "case.py") <= 300


@pytest.mark.parametrize("room", ["case", "load"])
def test_no_file_of_a_case_or_a_load_is_long(room):
    assert longer(ROOT / room, 450) == {}


def test_a_case_has_few_public_names(tmp_path):
    case = Case.new("INC-1", words="two parcels are gone", root=tmp_path)
    names = sorted(name for name in dir(case) if not name.startswith("_"))
    assert "evidence" in names  # given when a case is made, so the class alone doesn't list it
    assert len(names) <= 30, names


def test_a_long_file_is_seen(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "long.py").write_text("x = 1\n" * 451)
    (tmp_path / "short.py").write_text("x = 1\n" * 450)
    assert longer(tmp_path, 450) == {"deep/long.py": 451}
