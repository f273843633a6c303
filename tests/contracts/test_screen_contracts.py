"""Whoever adds a screen gets its tests for free; and the contract can be broken."""

import pytest

from investigator import catalogue, testing
from investigator.errors import KitError


@pytest.mark.parametrize("name", catalogue.names("investigator.case.brief"))
def test_a_screen_keeps_its_contract(name):
    testing.check_screen(name)


SCREEN = '''"""What is said."""

from investigator.case import shown
from investigator.case.shown import Shown


def retry_storm(snapshot, *, section="summary"):
    """What the notes and the clock say."""
    due = snapshot.deadline
    left = due.stands(snapshot.now) if due else "no deadline"
    notes = [str((entry.content or {}).get("text")) for entry in snapshot.entries()]
    return shown.paragraph(left) + shown.bullets(notes)
'''
POOR = {
    "live text": ("shown.bullets(notes)", 'Shown("x", "<p>" + notes[-1] + "</p>")', "shown.escape()"),
    "half escaped": (
        "shown.bullets(notes)",
        'Shown("x", "<p>" + "".join(notes).replace("<", "&lt;") + "</p>")',
        "shown.escape()",
    ),
    "an open element": ("shown.bullets(notes)", 'Shown("x", "<p>x")', "leaves <p> open"),
    "a second deadline": (
        "due.stands(snapshot.now) if due",
        "str((due.stated.low - snapshot.now).days) + ' d 4 h left' if due",
        "says of the deadline",
    ),
    "met before it is over": (
        "due.stands(snapshot.now) if due",
        "'met, 6 h to spare' if due",
        "says of the deadline",
    ),
    "it writes": (
        "    due = snapshot",
        "    snapshot._evidence.record.append('note', {'text': 'seen'}, author='ana')\n    due = snapshot",
        "writes: a screen only reads",
    ),
    "it leaves a file": (
        "    due = snapshot",
        "    (snapshot._evidence.folder / 'seen').write_text('x')\n    due = snapshot",
        "writes: a screen only reads",
    ),
    "something else each time": (
        'else "no deadline"',
        "else str(snapshot.now.__class__.now().timestamp())",
        "something else the second time",
    ),
    "what was written later": (
        "snapshot.entries()]",
        "snapshot._evidence.record.everything()]",
        "says what was written later",
    ),
    "nothing said": ("shown.paragraph(left) + shown.bullets(notes)", "Shown('', '')", "says nothing"),
    "no shown": ("return shown.paragraph(left) + shown.bullets(notes)", "return left", "gives no Shown"),
    "a case": ("(snapshot, *", "(case, *", "a screen takes a snapshot"),
    "a knob that nobody can fill": ('section="summary"', "moon_phase", "moon_phase of"),
}


def test_a_good_screen_of_ones_own_passes(added):
    testing.check_screen(added("case/brief", SCREEN))


@pytest.mark.parametrize("how", sorted(POOR))
def test_a_bad_screen_fails(how, added):
    good, bad, said = POOR[how]
    assert good in SCREEN
    with pytest.raises((AssertionError, KitError)) as caught:
        testing.check_screen(added("case/brief", SCREEN.replace(good, bad, 1)))
    assert said in str(caught.value)
