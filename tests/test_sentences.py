"""What answers say, in their templates: short sentences, no word that only the kit's makers know, no bare hash."""

import ast
import re
from pathlib import Path

import pytest

import investigator

ROOM = Path(investigator.__file__).parent / "analyses"
FILES = sorted(path for path in ROOM.glob("*.py") if path.stem != "__init__")
#: A sentence that is read once has at most so many words.
WORDS_AT_MOST = 45
#: What a stranger in any trade can't say back. The house style in CONTRIBUTING says what to write instead.
INTERNAL = (
    "way was left", "leave their way", "leaves the way", "left the way", "by chance so near", "hidden by index",
    "predicate", "token", "disposition", "template", "masked", "positive control", "aggregat", "dataframe",
    "boolean", "null", "regex", "json value", "g-test", "p-value", "likelihood",
)  # fmt: skip


def templates(path):
    """The texts that stand in an answer: f-strings and strings of several words that end as sentences do."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documented | parts
        ):
            text = node.value
        else:
            continue
        if text.count(" ") >= 3 and "(?" not in text:
            yield node.lineno, text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_answer_has_no_internal_word_and_no_sentence_too_long_to_be_read_once(path):
    found = []
    for line, text in templates(path):
        found += [f"{path.name}:{line} says '{word}'" for word in INTERNAL if word in text.lower()]
        for sentence in re.split(r"(?<=[.;:])\s", text):
            if len(sentence.split()) > WORDS_AT_MOST:
                found.append(f"{path.name}:{line} has {len(sentence.split())} words: {sentence}")
    assert found == []


def test_the_words_that_are_looked_for_are_found():
    text = 'def _answer():\n    return f"things like it leave their way here at {1} place."\n'
    path = type("P", (), {"read_text": lambda self, encoding: text})()
    assert [words for _, words in templates(path)] == ["things like it leave their way here at {} place."]
