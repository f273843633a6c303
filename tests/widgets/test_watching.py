"""What renews itself: only before somebody, and only when there is something new."""

import threading

from investigator.case import Case
from investigator.case.watching import Watching


def test_it_hands_over_what_is_new_and_ends_when_told(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    watching, seen, came = Watching(case.evidence.record, case.brief.news, every=0.02), [], threading.Event()

    def put(shown):
        seen.append(shown.text)
        came.set()

    thread = threading.Thread(target=watching.renew, args=(put,))
    thread.start()
    for _ in range(50):
        case.record.note("it is the indexer", author="jon")
        if came.wait(0.2):
            break
    watching.stop()
    thread.join(30)
    assert "jon, note: it is the indexer" in seen[0] and not thread.is_alive()


def test_a_page_and_a_case_as_it_stood_stand_still(tmp_path, monkeypatch):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    assert case.watch().renews and not case.as_of(case.entries()[0].known).watch().renews
    monkeypatch.setenv("INVESTIGATOR_RUN", "report")
    assert not case.watch().renews and "lost" in str(case.watch())
