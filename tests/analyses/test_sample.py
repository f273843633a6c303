"""The bundled incident has a known truth; every analysis must find its part of it, in the worst hour."""

import json

import pytest

from investigator.case import Case

ABOUT = "DOC-4711"


@pytest.fixture(scope="module")
def then(sample):
    """The case as it stood when the exports had just been added, four minutes after the call."""
    return Case.open(sample, as_of="2026-06-17 14:12")


@pytest.fixture(scope="module")
def now(sample):
    return Case.open(sample)


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    from investigator import samples

    place = tmp_path_factory.mktemp("truth")
    samples.make(place)
    return json.loads((place / "truth.json").read_text())


def test_the_document_is_hidden_not_gone(then):
    finding = then.find.whereabouts(entity=ABOUT)
    assert finding.value["disposition"] == "hidden"
    assert len(finding.value["present_in"]) >= 2


def test_after_the_recovery_the_affected_and_the_onset_are_as_sure_as_before(now):
    finding = now.find.who_else(like=ABOUT)
    assert (finding.verdict, finding.value["affected"]) == ("found", 412)
    assert f"{now.onset():%H:%M:%S}" == "07:14:07"  # 09:14:07 in Berlin, not the largest change of rate


def test_after_the_recovery_it_is_available(now):
    assert now.find.whereabouts(entity=ABOUT).value["disposition"] == "available"


def test_the_first_difference_is_the_skipped_message(then):
    difference = then.find.compare_entities(entity=ABOUT).value["first_difference"]
    assert difference["step"] == "indexer"
    assert difference["instead"] == "skipped document DOC-4711 unsupported schema 3"


def test_everybody_affected_is_found_and_the_unknown_stay_unknown(then, truth):
    value = then.find.who_else(like=ABOUT).value
    affected = {identifier for ids in truth["affected"].values() for identifier in ids}
    assert set(value["ids"]) == affected
    assert set(value["unknown_ids"]) == set(truth["unknown"])
    counts = {c["customer"]: c["affected"] for c in value["customers"] if c["affected"]}
    assert counts == {customer: len(ids) for customer, ids in truth["affected"].items()}


def test_the_onset_is_found_to_the_second(then, truth):
    assert then.onset().isoformat()[:19] == truth["onset"][:19]


def test_the_new_message_comes_first(then, truth):
    first = then.find.new_messages(onset=truth["onset"]).value["new"][0]
    assert first["step"] == "indexer" and first["count"] == 412


def test_the_deploy_is_the_nearest_change(then, truth):
    nearest = then.find.changes_before_onset(onset=truth["onset"]).value["changes"][0]
    assert nearest["service"] == "indexer" and nearest["time"][:19] == truth["cause"]["changes"][0]["at"][:19]


def test_the_purge_gets_worse_while_we_look(then, truth):
    assert then.find.what_gets_worse().value["next"][:19] == truth["purge"]["runs"][:19]


def test_the_silent_gap_is_named(then):
    assert any(
        "logs/search.jsonl is silent" in gap for gap in then.find.trace_entity(entity=ABOUT).coverage.gaps
    )


def test_a_longer_number_is_another_document(then, truth):
    bodies = then.find.trace_entity(entity=ABOUT).table["what"]
    assert not any(truth["longer_number"] in body for body in bodies)


def test_nothing_was_lost(now):
    value = now.find.harm(like=ABOUT).value
    assert (value["affected"], value["mine"], value["restored"], value["lost"]) == (412, 40, 412, 0)


def test_an_id_that_nobody_knows_is_not_said_to_be_gone(then):
    assert then.find.whereabouts(entity="DOC-999999").value["disposition"] == "never received"


def test_the_first_screen_says_what_happened(now):
    text = now.brief.first_screen().text
    for part in (
        "40 documents unfindable",
        "09:14 to 15:02",
        "none lost",
        "1 h 12 to spare",
        "3 customers, 372 documents",
    ):
        assert part in text
    assert "12 unknown" in text and "4 h 51 after it began" in text


def test_every_pinned_statement_is_checked_again(now):
    statements = now.record.statements()
    assert statements and all(statement.now is not None for statement in statements)
    assert not [s for s in statements if s.status == "contradicted"]


def test_the_sample_verifies(now):
    assert now.verify().ok, str(now.verify())


def test_no_kind_of_error_began_with_it_and_the_older_noise_says_so(then):
    finding = then.find.first_error(onset=then.onset())
    # The scan's log has a silence: that no error began is what is seen, and no proof.
    assert finding.verdict == "inconclusive" and finding.value["began"] == 0
    assert "That is no proof: " in finding.answer
    assert set(finding.table["kind"]) == {"older than the onset"}
    # The same question from a time before the noise began finds it new.
    early = then.find.first_error(onset="2026-06-15T08:00:00+00:00")
    assert early.verdict == "found" and early.value["began"] == 3
    assert early.table["kind"].tolist() == ["new"] * 3 + ["older than the onset"]


def test_the_same_step_with_another_number_says_which(then):
    marks = then.find.compare_entities(entity=ABOUT).table["mark"].tolist()
    assert "same, but 0 instead of 1" in marks and "same, but 3 instead of 2" in marks


def test_what_is_usual_leaves_out_the_hours_asked_for(then):
    value = then.find.changes_before_onset(onset=then.onset()).value
    # Seven of the lists, and the workers that start at night with the version that they had.
    assert len(value["changes"]) == 8 and value["days"] == 1
    assert value["per_day"] < 4


def test_the_same_number_in_two_answers_is_asked_about(sample):
    case = Case.open(sample, as_of="2026-06-17 14:12")
    assert "same ones?" not in case.brief.unseen().text
    case.find.what_gets_worse()
    case.find.who_else(like=ABOUT)
    asked = "412 is the number of two answers, orphan candidates (what_gets_worse) and affected (who_else): are they the same ones?"
    assert asked in case.brief.unseen().text
