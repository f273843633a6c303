"""What is found and why: words, other words for the same, spelling, shape; and silence where nothing is alike."""

import shutil

import pytest
from typer.testing import CliRunner

from investigator.case import Case
from investigator.cli import app
from investigator.errors import ParameterError
from investigator.library import from_case, recurs
from investigator.library.incident import Action, Incident

PAST = [
    Incident(
        "2021-tills", "Tills offline at noon", date="2021-04-01", symptoms=("The tills were unreachable for all shops.",),
        causes=("The certificate of the payment gateway had expired.",), broke=("a certificate", "expired", "paying"),
        messages=("x509: certificate has expired or is not yet valid",), detected="customer", minutes=95, minutes_from="said",
        factors=("No alert was configured for certificates.",), actions=(Action("Watch when certificates expire", False),),
    ),
    Incident(
        "2022-lab", "Blood results missing in the ward list", date="2022-02-02", symptoms=("Nurses could not find results that the laboratory had sent.",),
        causes=("A new build of the importer skipped results of a newer format.",), broke=("a deployment", "searching"),
        messages=("skipped result # unsupported format #",), step="importer: imported result #", detected="customer", minutes=300,
        factors=("Nobody noticed, since skipping was logged quietly.",), actions=(Action("Count what is skipped", True),),
    ),
    Incident(
        "2023-depot", "Lorries wait at the depot", date="2023-03-03", symptoms=("The gate stayed shut since the disk of its controller was full.",),
        causes=("Pictures were never deleted.",), broke=("disk full",), messages=("write failed: no space left on device",),
        detected="monitor", minutes=20, minutes_from="timeline", actions=(Action("Watch when certificates expire soon"), Action("Delete pictures", None)),
    ),
]  # fmt: skip


@pytest.fixture
def held(library):
    library.folder.mkdir()
    for one in PAST:
        (library.folder / f"{one.id}.json").write_text(one.text)
    return library.refresh()


def found(hits):
    return [hit.incident.id for hit in hits]


def test_words_find_by_their_stem_and_say_which(held):
    (first, *_) = held.search("expiring certificates")
    assert first.incident.id == "2021-tills"
    assert first.reasons[0] == "both say certificates, expiring"
    assert first.passage == "The certificate of the payment gateway had expired."


def test_other_words_for_the_same_find_and_say_so(held):
    (first, *_) = held.search("outage of the counter")
    assert first.incident.id == "2021-tills"
    assert first.reasons == ("it says in other words: offline",)


def test_a_word_that_is_spelt_almost_so_finds_and_says_so(held):
    (first, *_) = held.search("certifcate")
    assert first.incident.id == "2021-tills" and first.reasons[0].startswith("spelt almost so")


def test_a_word_that_nobody_said_finds_nothing(held):
    assert held.search("xyzzy") == []
    with pytest.raises(ParameterError, match="no word to search for"):
        held.search(" ... ")


@pytest.mark.parametrize(
    "text", ['"', "a OR", "title:x", "NEAR(", "*", "( AND )x", "x" * 100_000, "-x", "'; DROP TABLE file; --x"]
)
def test_what_is_searched_for_is_never_a_command(held, text):
    if any(one.isalnum() for one in text):
        held.search(text)
    assert len(held) == 3


def test_the_same_message_is_alike_whatever_its_numbers_are(held):
    new = Incident(
        "new",
        "Cameras stopped",
        messages=("write failed: no space left on device",),
        summary=("The yard was dark.",),
    )
    (hit,) = held.similar(new)
    assert hit.incident.id == "2023-depot"
    assert hit.reasons[0] == "the same message: 'write failed: no space left on device'"


def test_a_message_that_differs_in_a_word_is_almost_the_same(held):
    new = Incident("new", "Results of patients are nowhere to be found by nurses", messages=("skipped order # unsupported format #",),
                   symptoms=("Nurses could not find results in the ward list.",), step="importer: imported result #")  # fmt: skip
    (hit, *_) = held.similar(new)
    assert hit.incident.id == "2022-lab"
    assert hit.reasons[0] == "the same step did not happen: importer: imported result #"
    assert (
        "almost the same message: 'skipped result # unsupported format #', here 'skipped order # unsupported format #'"
        in hit.reasons
    )


def test_a_rare_kind_of_break_is_alike_and_a_common_change_alone_is_not(held):
    full = Incident("new", "Kiosk black", summary=("It showed nothing.",), broke=("disk full",))
    assert found(held.similar(full)) == ["2023-depot"]
    changed = Incident("new", "Kiosk black", summary=("It showed nothing.",), broke=("a deployment",))
    assert held.similar(changed) == []


def test_one_word_alone_makes_no_likeness_where_nobody_searched_for_it(held):
    assert found(held.search("nothing nobody lorries")) and held.similar(Incident("new", "Lorries")) == []
    (hit,) = held.similar(Incident("new", "Lorries wait"))
    assert hit.incident.id == "2023-depot" and hit.unasked
    assert not held.search("lorries")[0].unasked


def test_an_incident_is_not_like_itself(held):
    assert "2021-tills" not in found(held.similar("2021-tills", at_most=10))


def test_what_comes_back_is_counted_and_never_averaged(held):
    told = held.recurs()
    assert told.factors["nobody was alerted"] == ("2021-tills", "2022-lab")
    assert {who: len(ids) for who, ids in told.noticed.items()} == {
        "customer": 2,
        "monitor": 1,
        "staff": 0,
        "": 0,
    }
    assert {step: ids for step, ids in told.minutes.items() if ids} == {
        "15 min to 1 h": ("2023-depot",), "1 to 4 h": ("2021-tills",), "4 to 24 h": ("2022-lab",),
    }  # fmt: skip
    assert told.actions == {"done": 1, "not done": 1, "of which nobody says": 2}
    assert told.open == (("2021-tills", Action("Watch when certificates expire", False)),)
    assert told.again == (("Watch when certificates expire", ("2021-tills", "2023-depot")),)
    assert "mean" not in str(told) and "average" not in str(told)


def test_an_empty_library_says_what_fills_it(library):
    assert "inv library add" in str(library.recurs())


def test_a_case_is_kept_by_what_broke_without_ids_and_contact(of_sample, sample):
    made = of_sample.incident("INC-2031")
    assert made.kind == "case" and made.id == "INC-2031" and made.date == "2026-06-17"
    assert made.step == "indexer: indexed document #"
    assert made.messages == ("skipped document # unsupported schema #",)
    assert {"a deployment", "searching"} <= set(made.broke)
    assert made.causes and made.detected == "customer"
    assert [one.done for one in made.actions] == [False] * 3
    text = made.text
    assert "DOC-4711" not in text and "Feddersen" not in text and "+49" not in text
    again = of_sample.add_case(Case.open(sample))
    assert again.how == "here already" and "the record is as it was" in again.signature


def test_a_case_like_a_past_one_in_another_trade_is_recognised(held, opened):
    (hit, *_) = held.similar(opened)
    assert hit.incident.id == "2022-lab"


def test_a_case_without_a_cause_says_so(tmp_path, library):
    case = Case.new("INC-9", root=tmp_path / "cases", words="The lift is stuck.", title="Lift")
    made = library.add_case(case).incident
    assert made.doubts == ("no cause was confirmed",) and made.causes == () and made.minutes is None


def test_the_terminal_adds_searches_compares_lists_and_removes(tmp_path, held, kept, sample):
    shutil.copytree(kept / "signatures", held.folder / "signatures")

    def run(*words, given=None):
        return CliRunner().invoke(app, ["library", *words, "--library", str(held.folder)], input=given)

    page = tmp_path / "papers" / "valve.md"
    page.parent.mkdir()
    page.write_text(
        "# Valve shut 2024-01-02\n\n## Summary\n\nThe valve of the second boiler was shut, and flats were cold until noon.\n"
    )
    (page.parent / "notes.bin").write_bytes(b"\0")
    added = run("add", str(page.parent), str(sample))
    assert added.exit_code == 0, added.output
    assert "added: 2024-01-02-valve-shut" in added.output and "added: INC-2031" in added.output
    assert "5 incidents in" in added.output
    refused = run("add", str(page.parent / "notes.bin"))
    assert refused.exit_code == 1 and "not added: notes.bin is no text" in refused.output
    assert "Valve shut" in run("search", "-", given="all flats are cold,\nsay tenants").output.splitlines()[0]
    assert "None of the 5 incidents has a word of it." in run("search", "xyzzy").output
    assert "2022-lab" in run("similar", "INC-2031").output.splitlines()[0]
    assert run("list").output.splitlines()[0].startswith("2026-06-17  INC-2031")
    assert "Who noticed first:" in run("recurs").output
    assert "Removed" in run("remove", "2024-01").output
    (held.folder / "x.json").write_text("<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    assert "Not as it should be: x.json holds two versions" in run("list").output


def test_what_nobody_says_has_no_list_and_no_zero_behind_it():
    said = str(recurs.recurring([Incident(id="KILN-1", title="Cold kiln")])).splitlines()
    assert "How long it took: nobody says." in said
    assert "    0 of 1  a monitor or an alert" in said


@pytest.mark.parametrize("name", ["add", "search", "similar", "list", "remove", "recurs"])
def test_the_help_of_each_command_has_an_example(name):
    assert f"inv library {name}" in CliRunner().invoke(app, ["library", name, "--help"]).output


def test_opening_a_case_for_the_library_writes_nothing(opened, sample):
    before = Case.open(sample).entries()
    from_case.incident(opened)
    assert Case.open(sample).entries() == before
