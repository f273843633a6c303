"""Timelines that people wrote: each entry at its time, by the zone, day and year that stand around it."""

from datetime import datetime

import pytest

from investigator.headings import headings

#: A document, and its entries: line, and time in UTC.
DOCUMENTS = {
    "bakery: a day and a zone in the section's name": (
        "# Oven 3\n\n## Timeline, 9 March 2026 (CET)\n\n- 04:10 the dough is late\n- 04:40 oven 3 stays cold\n"
        "- 05:15 oven 3 is lit by hand\n",
        {5: "2026-03-09 03:10", 6: "2026-03-09 03:40", 7: "2026-03-09 04:15"},
    ),
    "ferry: a table without a section": (
        "| When (EEST) | What |\n|---|---|\n| 2026-05-03 00:30 | The ramp sticks |\n| 01:05 | Cars wait |\n"
        "| 02:50 | The now-closed port is opened |\n",
        {3: "2026-05-02 21:30", 4: "2026-05-02 22:05", 5: "2026-05-02 23:50"},
    ),
    "dentist: days as heads of lists": (
        "# Recalls were not sent\n\n### 2026-02-03\n\n- 10:00 UTC Nobody is called\n\n### 2026-02-04\n\n"
        "- 09:30 UTC A patient asks\n- 11:00 UTC Letters go out\n",
        {5: "2026-02-03 10:00", 9: "2026-02-04 09:30", 10: "2026-02-04 11:00"},
    ),
    "vineyard: brackets": (
        "Timeline of events (UTC+2)\n\n[3 Oct 2026, 06:00] pickers arrive\n[06:20] the press is blocked\n"
        "[07:45] the press runs\n",
        {3: "2026-10-03 04:00", 4: "2026-10-03 04:20", 5: "2026-10-03 05:45"},
    ),
    "theatre: the year in the head": (
        "Timeline (all times Pacific, May 2026)\n\n- May 7, 7:05 PM - The curtain sticks\n- 7:20 PM - The hall waits\n"
        "- 8:10 PM - The play begins\n",
        {3: "2026-05-08 02:05", 4: "2026-05-08 02:20", 5: "2026-05-08 03:10"},
    ),
    "tram: text of a page, its lines broken": (
        "Service Report: Line 4\nPosted May 5, 2026\nTimeline\nAll times are in UTC.\n"
        "May 4, 2026 05:10 UTC The signal at the depot stays red. Drivers call\nthe control room.\n"
        "05:25 UTC The control room calls an electrician, who had been there since\nthe night of 3 May.\nPage 2\n"
        "06:00 UTC The signal is green.\nWhat we learned\nA spare relay is in the depot now.\n",
        {5: "2026-05-04 05:10", 7: "2026-05-04 05:25", 10: "2026-05-04 06:00"},
    ),
    "museum: day and clock in two cells": (
        "## What happened\n\n| Date | Time (UTC) | What |\n|---|---|---|\n| 2026-01-08 | 09:00 | yesterday's alarm is found |\n"
        "| 2026-01-08 | 09:40 | Room 2 is closed |\n| 2026-01-09 | 08:00 | Room 2 is open |\n",
        {5: "2026-01-08 09:00", 6: "2026-01-08 09:40", 7: "2026-01-09 08:00"},
    ),
    "post office: in German": (
        "# Sortieranlage\n\n## Zeitlicher Verlauf am 4. Mai 2026 (MESZ)\n\n* 05:10 Uhr: Band 2 steht\n"
        "* 05:30 Uhr: Band 2 wird von Hand beschickt\n* 07:00 Uhr: Band 2 läuft\n",
        {5: "2026-05-04 03:10", 6: "2026-05-04 03:30", 7: "2026-05-04 05:00"},
    ),
    "pharmacy: underlined": (
        "Timeline\n--------\n\n2026-04-01 08:00 UTC: The fridge warns\n08:30 UTC: Its door is found open\n"
        "09:10 UTC: What was in it is thrown away\n",
        {4: "2026-04-01 08:00", 5: "2026-04-01 08:30", 6: "2026-04-01 09:10"},
    ),
    "farm: over midnight": (
        "# Milking\n\n## Timeline 2026-07-30 (UTC)\n\n1. 22:50 - robot 1 stops\n2. 23:40 - robot 2 stops\n3. 00:30 - both run\n",
        {5: "2026-07-30 22:50", 6: "2026-07-30 23:40", 7: "2026-07-31 00:30"},
    ),
    "lock: a place in brackets": (
        "Timeline of the jammed gate, 4 May 2026 (local, Lisbon)\n\n* 06:10 gate 2 jams\n* 06:30 divers are called\n* 08:00 gate 2 moves\n",
        {3: "2026-05-04 05:10", 4: "2026-05-04 05:30", 5: "2026-05-04 07:00"},
    ),
    "mill: a wiki's table": (
        "h1. Mühle steht 12.02.2026\n\n(alle Zeiten MEZ)\n\n|| Zeit || Wer || Was ||\n| 05:10 | Nacht | Walze 2 steht |\n"
        "| 05:30 | Tag | Riemen ist gerissen |\n| 07:00 | Tag | Walze 2 läuft |\n\nNächste Prüfung: 01.03.2026, 22:00\n",
        {6: "2026-02-12 04:10", 7: "2026-02-12 04:30", 8: "2026-02-12 06:00"},
    ),
    "bakery: the hour of a town": (
        "# Four en panne, 2026-02-12 (heure de Paris)\n\n## Chronologie\n\n- 04:10 le four est froid\n- 04:40 la pâte attend\n- 06:00 le four chauffe\n",
        {5: "2026-02-12 03:10", 6: "2026-02-12 03:40", 7: "2026-02-12 05:00"},
    ),
    "archive: a bare day above each list": (
        "# Lift 4 (UTC)\n\n## Timeline\n\n**2026-03-05**\n\n- 22:10 lift 4 stops\n- 23:30 a mechanic is here\n\n6 March 2026:\n\n- 08:00 lift 4 runs\n",
        {7: "2026-03-05 22:10", 8: "2026-03-05 23:30", 12: "2026-03-06 08:00"},
    ),
    "quay: heads of another wiki": (
        "= Crane 7 =\n\n== Timeline 2026-03-05 (UTC) ==\n\n* 10:10 crane 7 stops\n* 10:40 crane 7 turns\n* 11:00 crane 7 lifts\n",
        {5: "2026-03-05 10:10", 6: "2026-03-05 10:40", 7: "2026-03-05 11:00"},
    ),
    "waterworks: in Spanish": (
        "Cronología del corte de agua en la planta baja, 12 de marzo de 2026 (UTC)\n\n- 8:15 h: avisan\n- 8:40 h: llega el fontanero\n- 17:30 h: hay agua\n",
        {3: "2026-03-12 08:15", 4: "2026-03-12 08:40", 5: "2026-03-12 17:30"},
    ),
    "school: in French": (
        "Compte rendu de la panne du 12 mars 2026 (heure de Paris)\n\n- 8h15 : la porte reste fermée\n- 13h05 : elle s'ouvre\n- 17h : fin\n",
        {3: "2026-03-12 07:15", 4: "2026-03-12 12:05", 5: "2026-03-12 16:00"},
    ),
    "market: in Italian": (
        "Guasto del 12 marzo 2026\n\n- ore 8:15 il cancello è chiuso\n- ore 8.40 arriva il tecnico\n- ore 13:05 il cancello si apre\n",
        {3: "2026-03-12 08:15", 4: "2026-03-12 08:40", 5: "2026-03-12 13:05"},
    ),
    "harbour: in Dutch": (
        "Storing 12 maart 2026\n\n- 8.15 uur: de poort blijft dicht\n- 8.40 uur: monteur gebeld\n- 13.05 uur: poort open\n",
        {3: "2026-03-12 08:15", 4: "2026-03-12 08:40", 5: "2026-03-12 13:05"},
    ),
    "depot: in Polish": (
        "Awaria 12 marca 2026 r.\n\n- godz. 8:15 brama zamknięta\n- godz. 8:40 wezwano technika\n- godz. 13:05 brama otwarta\n",
        {3: "2026-03-12 08:15", 4: "2026-03-12 08:40", 5: "2026-03-12 13:05"},
    ),
    "museum: in Swedish": (
        "Avbrottet 12 mars 2026\n\n- kl. 08.15 grinden stängd\n- kl. 08.40 tekniker ringd\n- kl. 13.05 grinden öppen\n",
        {3: "2026-03-12 08:15", 4: "2026-03-12 08:40", 5: "2026-03-12 13:05"},
    ),
    "clinic: a bracket that names no zone": (
        "Timeline of ward 4, 5 March 2026 (local staff only)\n\n* 10:10 UTC bell 4 is dead\n* 10:40 UTC bell 4 rings\n* 11:00 UTC all is well\n",
        {3: "2026-03-05 10:10", 4: "2026-03-05 10:40", 5: "2026-03-05 11:00"},
    ),
}  # fmt: skip


def moments(frame):
    return {
        int(origin.rpartition(":")[2].partition("-")[0]): f"{at:%Y-%m-%d %H:%M}"
        for origin, at in zip(frame.origin, frame.time, strict=True)
        if at == at
    }


@pytest.mark.parametrize("text, wanted", DOCUMENTS.values(), ids=DOCUMENTS)
def test_each_entry_is_an_event_at_its_time(place, text, wanted):
    place.add(text.encode(), name="review.md")
    assert moments(place.events()) == wanted


@pytest.mark.parametrize("text, wanted", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_loader_and_the_headings_of_a_document_agree(text, wanted):
    found = {h.line: f"{h.when.written:%Y-%m-%d %H:%M}" for h in headings(text, reference=REFERENCE)}
    assert found == wanted


REFERENCE = datetime.fromisoformat("2026-11-01T00:00+00:00")

PROSE = """# Why the pump stood still

## Causes

At 09:10 the guard said that it ran, which was wrong.
Now-deleted rules of 2019 were in force until noon.
"""


def test_times_inside_sentences_are_no_entries(place):
    assert not headings(PROSE, reference=REFERENCE)


def test_what_stands_under_an_entry_of_a_page_belongs_to_it_and_the_next_part_to_none(place):
    text, _ = DOCUMENTS["tram: text of a page, its lines broken"]
    place.add(text.encode(), name="review.txt")
    bodies = list(place.events().body)
    assert "the control room." in bodies[0] and "night of 3 May" in bodies[1]
    assert not any("Page 2" in body or "spare relay" in body for body in bodies)


@pytest.mark.parametrize(
    "text, said",
    [
        (
            "# Gate\n\n## Timeline\n\n- 08:15 UTC shut\n- 08:40 UTC a call\n- 13:05 UTC open\n",
            "3 of its 3 entries: no day is named",
        ),
        (
            "| When | What |\n|---|---|\n| 12/03/2026 08:15 | shut |\n| 08:40 | a call |\n| 13:05 | open |\n",
            "1 of its 3 entries: the day may be",
        ),
    ],
    ids=["no day", "two readings"],
)
def test_what_the_days_of_entries_are_a_guess_of_is_said_of_the_document(place, text, said):
    (source,) = place.add(text.encode(), name="review.md").sources
    assert any(said in doubt for doubt in source.doubt)


def test_a_first_line_whose_day_can_be_read_two_ways_gives_none(place):
    place.add(
        "Puerta 4, 12/03/2026\n\n- 21:15 cerrada\n- 23:50 técnico\n- 23:55 abierta\n".encode(),
        name="review.txt",
    )
    assert place.events().time.isna().all()
