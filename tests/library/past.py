"""Past incidents for tests: a world as a case, found out and closed, with what each conclusion rests on."""

from datetime import datetime, timedelta

from investigator.case import Case
from investigator.moment import clock
from investigator.samples.world import world
from investigator.testing import stored


def case_of(seed, cause, root, *, id="INC-1", documents=140):
    """An incident of that cause as a case whose events are there, and nothing asked yet."""
    made = world(seed, cause, documents=documents)
    truth = made.truth
    with clock.held(datetime.fromisoformat(truth["window"][1])):
        case = Case.new(
            id, words="Some of our documents are missing.", about=[truth["example"]], root=root, author="ana"
        )
        case.record.declare(kinds=made.kinds)
    stored(made.frame, case.path / "events", kinds=made.kinds)
    return case, truth


def found_out(case, truth):
    """The investigation: seven checks, of which five are what the conclusions rest on, one of them mute; and the end."""
    at = datetime.fromisoformat(truth["window"][1])

    def then(minutes):
        return clock.held(at + timedelta(minutes=minutes))

    given = {"author": "ana"}
    with then(5):
        case.find.duplicates()
        guess = case.record.guess("the last change broke it", **given)
        there = case.record.guess("they are there", **given)
    with then(10):
        became = case.record.pin(case.find.whereabouts(entity=case.about), **given)
    with then(20):
        named = case.record.pin(case.find.trace_entity(entity=case.about), **given)
        differs = case.record.pin(case.find.compare_entities(entity=case.about), **given)
    with then(30):
        case.find.rate_change()
        who = case.record.pin(case.find.who_else(like=case.about), **given)
    with then(40):
        new = case.record.pin(case.find.new_messages(onset=case.onset().isoformat()), **given)
        for pin in (named, differs, new):
            case.record.hold(guess.id, "for", pin, **given)
        for pin in (became, named):
            case.record.hold(there.id, "for", pin, **given)
    with then(50):
        case.record.judge(there.id, "confirmed", "all say so", **given)
        case.record.judge(guess.id, "confirmed", "the message is new since the change", **given)
        case.record.claim(f"{{#{who.number}.affected}} documents are affected", **given)
        case.record.decide(f"restore them first, for #{became.number}", **given)
    with then(60):
        case.record.phase("resolved", why="all are back", anyway="a test", **given)
    return case
