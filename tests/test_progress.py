"""A bar on a terminal takes names as they are: what looks like markup in one is text."""

import io
import sys

import pytest

from investigator.cli.shared import progress


@pytest.mark.parametrize("name", ["a[link=http://x]b.log", "a[/b]c.log", "[bold]x.log", "a\u202eb.log"])
def test_a_name_that_looks_like_markup_is_text(monkeypatch, name):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    there = Terminal()
    monkeypatch.setattr(sys, "stderr", there)
    monkeypatch.setenv("TERM", "xterm")
    with progress(name) as step:
        step(1, 2, name)
    shown = there.getvalue()
    assert "\x1b]8;" not in shown and "\u202e" not in shown
    assert name.split("]")[0].split("\u202e")[0] in shown
