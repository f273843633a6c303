"""A deadline is read from what people write, a clock of the past never is, and of several a person is asked."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import made
import pytest

from investigator.natural_times import beginning, deadlines

NOW = datetime.fromisoformat("2026-06-17T12:10+02:00")  # a Wednesday


def read(text, now=NOW, zone="Europe/Berlin"):
    """The one deadline or None, and what a person would be asked about."""
    found = deadlines(text, zone_name=zone, reference=now)
    sure = [due.time.low for due in found if due.sure]
    if len(sure) == 1:
        return sure[0], []
    return None, sorted(sure or [due.time.low for due in found])


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("The sheets have to be at the harbour by six.", "17T18:00"),
        ("by half past four this afternoon", "17T16:30"),
        ("The courier leaves at 17:30 today.", "17T17:30"),
        ("Tomorrow the courier leaves at 17:30.", "18T17:30"),
        ("until Monday 9:00", "22T09:00"),
        ("The board wants one sheet a ward, corrected by tonight 23:00 (rule 63).", "17T23:00"),
        ("Every bid has to be in the round by its close, Friday 19 June 23:59.", "19T23:59"),
        ("The crates may not stand on the pier past Monday 22 June 12:00 without a paper.", "22T12:00"),
        ("Nothing is accepted after Friday 19 June, 12:00.", "19T12:00"),
        ("The deadline is next week Friday at 9:00.", "26T09:00"),
        ("We need it by the 24th at noon.", "24T12:00"),
        ("In two hours the ship sails.", "17T14:10"),
        ("The agency wants it by close of business; our office hours are 9:00 to 16:30.", "17T16:30"),
        ("Doors open at seven tonight, every ticket must scan by then.", "17T19:00"),
        ("If the lists are not found by 18:00 we are fined.", "17T18:00"),
        ("We must send it to Boston by 6 pm EDT, uploaded it was at 07:30.", "18T00:00"),
        ("Wir brauchen sie spätestens morgen früh um acht.", "18T08:00"),
        ("bis heute 18 Uhr", "17T18:00"),
        ("Am Samstag um 17:30 Uhr legt die Fähre ab.", "20T17:30"),
        ("Bis Freitag nächster Woche, 9 Uhr, muss es da sein.", "26T09:00"),
        ("Es muss am 24. um 12 Uhr da sein.", "24T12:00"),
        ("Halb vier kommt der Prüfer, bis dahin brauchen wir alles.", "17T15:30"),
        ("Bis Montag müssen die Listen da sein.", "22T23:59"),
        ("Hand the signed forms in at the ferry before tomorrow 11:00.", "18T11:00"),
        ("Kindly return the mended boat by the end of the month.", "30T23:59"),
        ("Das Gutachten brauchen wir bis Quartalsende.", "30T23:59"),
        ("You have four days from today to appeal.", "21T12:10"),
        ("Wir haben die Rampe bis 13 Uhr reserviert.", "17T13:00"),
        ("Bis Freitag, 12 Uhr, danach ist das Lager bis 6.7. zu.", "19T12:00"),
        ("The tariff sheet is due in at the toll house by 16.30.", "17T16:30"),
        ("Um drei viertel fünf wird das Mehl abgeholt.", "17T16:45"),
        ("Spätestens um 14.15 h muss die Schranke offen sein.", "17T14:15"),
        ("Die Barkasse legt um fünf nach halb drei ab.", "17T14:35"),
        ("Die Barkasse legt um zehn vor halb drei ab.", "17T14:20"),
        ("If nobody weighs it before 1 o'clock we have to stop.", "17T13:00"),
        ("We have got until 25 past three to load the hops.", "17T15:25"),
        ("Last possible moment is tomorrow, 7:15 am, when the milk goes.", "18T07:15"),
        ("Can the scales be mended within the next 90 minutes?", "17T13:40"),
        ("Am 19.6. muss bis 7 Uhr morgens gemahlen sein.", "19T07:00"),
    ],
)
def test_a_deadline_is_found(text, due):
    found, asked = read(text)
    assert found is not None and f"{found.astimezone(NOW.tzinfo):%dT%H:%M}" == due and not asked


@pytest.mark.parametrize(
    "text",
    [
        "They worked before 09:14.",
        "We uploaded them at 07:30.",
        "At 5 in the morning the batch failed.",
        "Everything until 09:14 is there.",
        "Files that came in before 9 am are visible.",
        "They were due yesterday at 18:00.",
        "I am on leave until 24 June, ask Ines.",
        "Wir sind bis Montag im Urlaub.",
        "The scanner 00:17:30:aa:18:00 must be mended.",
        "Next maintenance is on Sunday at 02:00.",
        "Vor 9 Uhr hochgeladene Dateien sind da.",
        "Bis 9 Uhr lief alles.",
        "Um halb neun haben wir den Fehler bemerkt.",
        "Ich habe bis 12:30 Uhr mit dem Lager telefoniert.",
        "Wir hatten es bis halb eins probiert.",
        "Batch 2026-06-17-1800, form 1730: the oven is empty.",
        "My shift at the weir ends at 20:00.",
        "I'll be in meetings until 3pm.",
        "Gegen Viertel nach zehn meldete sich die Mühle.",
        "The toll rose by 16.30 crowns.",
        "Seit 9 haben wir es zweimal bemerkt.",
        "Kurz nach halb elf fiel die Waage aus.",
    ],
)
def test_a_clock_of_the_past_or_of_a_habit_is_no_deadline(text):
    assert read(text) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "Best by 15:00, at the very latest 18:00.",
        "The hearing is on Friday. We must file by 15:00.",
        "We added drawings on Monday and need them by 14:00.",
        "We need it by 9:00.",  # has passed, or tomorrow's
        "It must be there by next Friday 9:00.",  # of this week or the next
        "Every evening at 18:00 the list must be printed.",
    ],
)
def test_what_may_be_meant_in_two_ways_is_asked(text):
    found, asked = read(text)
    assert found is None and asked


def test_of_the_tickets_none_is_wrong_in_silence_and_nearly_all_are_right():
    right, silent = {"due": 0, "none": 0, "several": 0}, []
    for ticket in made.tickets():
        found, asked = read(ticket["text"], datetime.fromisoformat(ticket["now"]), ticket["zone"])
        kind, wanted = ticket["name"].split("-")[1], ticket["deadline"].split()
        times = sorted(datetime.fromisoformat(one) for one in wanted if "T" in one)
        fits = {
            "due": [found] == times,
            "none": (found, asked) == (None, []),
            "several": found is None and asked == times,
        }
        right[kind] += fits[kind]
        silent += [ticket["name"]] if found and not fits[kind] else []
    assert not silent
    assert right["due"] >= 114 and right["none"] >= 60 and right["several"] >= 14, right


def test_of_the_notes_each_time_is_right_or_refused():
    right = wrong = 0
    for note in made.notes():
        found = beginning(note["text"], zone_name=note["zone"], reference=datetime.fromisoformat(note["now"]))
        if note["time"] in ("refused", "none"):
            right += found.time is None and (note["time"] == "none" or bool(found.refused))
            wrong += found.time is not None and len(found.time.readings) < 2
        elif found.time is not None:
            fits = found.time.written == datetime.fromisoformat(note["time"])
            right += fits and note["text"][found.stop :] == note["rest"]
            wrong += not fits
        else:
            wrong += not found.refused
    assert (right, wrong) == (150, 0)


@pytest.mark.parametrize(
    ("text", "at"),
    [("last night 2am the kiln went out", "17T02:00"), ("last night 23:10 kiln out", "16T23:10")],
)
def test_what_was_past_midnight_last_night_was_this_morning(text, at):
    time = beginning(text, zone_name="Europe/Berlin", reference=NOW).time
    assert time is not None and f"{time.written.astimezone(NOW.tzinfo):%dT%H:%M}" == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("25 past two sluice shut", "14:25"),
        ("fünf nach halb drei Wehr zu", "14:35"),
        ("two and a half hours ago sluice shut", "14:10"),
        ("vor drei viertel Stunden Wehr zu", "15:55"),
        ("2 o'clock sluice shut", "14:00"),
        ("um kurz nach zwei Wehr zu", "refused"),
        ("shortly after two the sluice shut", "refused"),
    ],
)
def test_a_time_in_words_is_read_or_said_to_be_none(text, at):
    now = datetime.fromisoformat("2026-06-17T16:40+02:00")
    found = beginning(text, zone_name="Europe/Berlin", reference=now)
    said = f"{found.time.written.astimezone(now.tzinfo):%H:%M}" if found.time else found.refused and "refused"
    assert said == at


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("The inspector takes the list from us on 19 June at 16:00.", ["19T16:00"]),
        ("The audit of the mill is on 19 June at 09:00.", ["19T09:00"]),
        ("Due 2026-06-16 15:00.", ["16T15:00"]),
        ("The crowning starts tomorrow at ten in the morning.", ["18T10:00"]),
        ("We weigh at half past two and no scale answers.", ["17T14:30"]),
        ("Morgen um 5 in der Früh fahren die Milchwagen los.", ["18T05:00"]),
        ("Die Taufe ist für 13:15 Uhr angesetzt, das Register fehlt.", ["17T13:15"]),
        ("Ab 14 Uhr verdirbt der Fisch.", ["17T14:00"]),
        ("We have until half eleven tomorrow to weigh the fish.", ["18T11:30"]),
        ("Ich bin heute nur bis 14 Uhr am Kai.", ["17T14:00"]),
    ],
)
def test_a_day_with_a_clock_that_may_be_one_is_asked_about(text, asked):
    due, found = read(text)
    assert due is None and [f"{at.astimezone(NOW.tzinfo):%dT%H:%M}" for at in found] == asked


def test_a_day_that_is_of_two_months_is_asked_about():
    due, found = read("Needed by 08/07/2026 9:00.")
    assert due is None and [(at.month, at.day) for at in found] == [(7, 8), (8, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "The new release starts on 19 June at 10:00.",
        "Our shop is closed on 19 June at 10:00 for the feast.",
        "We call you on Friday 19 June at 10:00.",
    ],
)
def test_what_begins_or_meets_then_asks_nobody(text):
    assert read(text) == (None, [])


def test_the_words_that_a_deadline_was_read_from_begin_with_a_whole_word():
    (due,) = deadlines(
        "Unfortunately the consignments of ours may not lie at the depot past Monday 22 June 12:00.",
        zone_name="Europe/Berlin", reference=NOW,
    )  # fmt: skip
    assert due.text == "of ours may not lie at the depot past Monday 22 June 12:00"


@pytest.mark.parametrize(
    "words, due, sure",
    [
        ("Les menus doivent partir demain à 6h30, au plus tard.", "2026-11-05 06:30", True),
        ("Il nous faut le plan d'ici jeudi midi.", "2026-11-05 12:00", True),
        ("Tenemos que entregarlo antes del viernes a las 14:00.", "2026-11-06 14:00", True),
        ("El plazo termina mañana a las 5 de la tarde.", "2026-11-05 17:00", True),
        ("Presentaremos el justificante mañana a mediodía.", "2026-11-05 12:00", False),
        ("Deve essere consegnato entro venerdì alle 17:00.", "2026-11-06 17:00", True),
        ("La commissione si riunisce domani, giovedì, alle 9:00.", "2026-11-05 09:00", False),
        ("Precisamos até amanhã às 15h.", "2026-11-05 15:00", True),
        ("We moeten dit uiterlijk vrijdag om 12:00 indienen.", "2026-11-06 12:00", True),
        ("We need it at 6:30 pm today, at the latest.", "2026-11-04 18:30", True),
    ],
)
def test_a_deadline_in_other_languages_is_read_and_what_only_may_be_one_is_asked(words, due, sure):
    (found,) = deadlines(words, zone_name="Europe/Paris", reference=datetime(2026, 11, 4, 15, 5, tzinfo=UTC))
    assert (found.time.low.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M"), found.sure) == (
        due,
        sure,
    )


@pytest.mark.parametrize(
    "words",
    [
        "Hier à 14h30 la fiche était là.",
        "Desde ayer a las 9:00 no aparece.",
        "Por la mañana estaba.",
        "Ontem às 18h estava lá, hoje de manhã não.",
        "Wir sehen hier seit gestern nichts.",
    ],
)
def test_what_has_been_in_other_languages_is_no_deadline(words):
    assert (
        deadlines(words, zone_name="Europe/Paris", reference=datetime(2026, 11, 4, 15, 5, tzinfo=UTC)) == []
    )


@pytest.mark.parametrize(
    "clock, zone",
    [
        ("Thursday noon Eastern.", "America/New_York"),
        ("Thursday 5pm Eastern (EST), or the shipper will not collect", "America/New_York"),
        ("Thursday 5pm Eastern at the quay", "America/New_York"),
        ("Thursday, 5 p.m. Central, or we pay", "America/Chicago"),
        ("Friday 17:00 Kyiv", "Europe/Kyiv"),
        ("17:00 Uhr Berlin.", "Europe/Berlin"),
        ("17:00 Pacific Railways collects it", "UTC"),
        ("18:00 Sydney wrote", "UTC"),
    ],
)
def test_a_zone_behind_a_clock_needs_no_word_for_time(clock, zone):
    (found,) = deadlines(f"We must file by {clock}", reference=datetime(2026, 11, 4, 15, 5, tzinfo=UTC))
    assert found.time.zone == zone


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("El juzgado nos pide las actas antes de las cinco de la tarde de hoy.", "17T17:00"),
        ("Debemos presentarlo hoy a las 18:30 como muy tarde.", "17T18:30"),
        ("Tenemos que entregarlo mañana a las nueve en punto.", "18T09:00"),
        ("El barco sale a las siete y media de la tarde, si no están las hojas se queda.", "17T19:30"),
        ("Necesitamos la lista antes del viernes a las 12:00.", "19T12:00"),
        ("A prefeitura exige o laudo hoje até as 17h.", "17T17:00"),
        ("Preciso disso até amanhã ao meio-dia, senão perdemos a licença.", "18T12:00"),
        ("O caminhão tem que sair às vinte horas com os papéis.", "17T20:00"),
        ("La préfecture exige les fiches avant dix-huit heures.", "17T18:00"),
        ("Il nous les faut demain avant midi, sinon la vente est annulée.", "18T12:00"),
        ("Le dossier doit être complet ce soir à 19 h.", "17T19:00"),
        ("Délai : vendredi 19 juin à 16h30.", "19T16:30"),
        ("Il camion deve partire stasera alle otto.", "17T20:00"),
        ("La dogana vuole le bolle entro le 15:00 di domani.", "18T15:00"),
        ("Serve entro venerdì alle 12.", "19T12:00"),
        ("De keuring moet vandaag om vier uur alles hebben.", "17T16:00"),
        ("Wij hebben ze uiterlijk morgen 10 uur nodig.", "18T10:00"),
        ("Die Aufsicht will die Bögen heute bis siebzehn Uhr sehen.", "17T17:00"),
        ("Das Amt braucht sie bis spätestens zwanzig Uhr.", "17T20:00"),
        ("They must file by 18 UTC today.", "17T20:00"),
        ("Every sheet has to be with the warden by four in the afternoon zulu.", "17T18:00"),
        ("Jede Karte muss bis heute 16 Uhr am Schalter liegen.", "17T16:00"),
    ],
)
def test_a_deadline_is_read_in_the_languages_of_europe(text, due):
    assert read(text) == (datetime.fromisoformat(f"2026-06-{due}+02:00"), [])


@pytest.mark.parametrize(
    "text",
    [
        "Desde las ocho de la mañana no nos llega nada.",
        "Depuis dix heures rien n'arrive.",
        "Desde as 9h não chega nada.",
        "Le camion est parti à 14 h, il a fallu deux heures.",
        "Les dos empresas esperan.",
        "Il y a deux heures tout marchait.",
        "El correo llegó a las once.",
        "Alle nove era tutto a posto.",
        "Once the list is here we go.",
        "as 5 of them are due soon",
        "Ich bin heute bis 17 Uhr im Büro.",
        "Wir haben heute bis 18 Uhr geöffnet.",
        "Sinds negen uur ligt alles stil.",
        "On a appelé à quinze heures hier.",
    ],
)
def test_a_clock_of_the_past_in_another_language_and_a_number_are_no_deadline(text):
    assert read(text) == (None, [])


@pytest.mark.parametrize(
    ("text", "due", "sure"),
    [
        ("Entries for the fair close at midday tomorrow.", "18T12:00", True),
        ("Bitte bis Freitagabend 20 Uhr melken und melden.", "19T20:00", True),
        ("Spätestens Donnerstagmittag brauchen wir das Heu.", "18T12:00", True),
        ("We lose the berth unless it is paid within the hour.", "17T13:10", True),
        ("We need the hay by tomorrow morning.", "18T11:59", False),  # a part of a day: which clock of it?
        ("Bitte bis Freitagmorgen mähen.", "19T11:59", False),
        ("You have 24 hours to mend the weir.", "18T12:10", False),
        ("Das Futter reicht noch 40 Minuten.", "17T12:50", False),
        ("Einlass ist ab 19 Uhr, die Listen fehlen.", "17T19:00", False),
    ],
)
def test_parts_of_a_day_and_what_is_left_of_a_span(text, due, sure):
    (found,) = deadlines(text, zone_name="Europe/Berlin", reference=NOW)
    assert (f"{found.time.low.astimezone(NOW.tzinfo):%dT%H:%M}", found.sure) == (due, sure)


@pytest.mark.parametrize(
    "text",
    [
        "Tomorrow morning we are closed.",
        "Gestern Nachmittag war es noch da.",
        "We have 24 hours of logs.",
        "Seit heute Morgen fehlt es.",
    ],
)
def test_a_part_of_a_day_that_nobody_must_meet_is_none(text):
    assert read(text) == (None, [])


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("El inspector quiere los partes hoy antes de las 14:30.", "02T14:30"),
        ("La feria exige las fichas mañana a mediodía, si no perdemos el puesto.", "03T12:00"),
        ("O veterinário precisa das guias até às dezoito horas de hoje.", "02T18:00"),
        ("Il faut que tout soit là vendredi à dix heures au plus tard.", "03T10:00"),
        ("La capitaneria vuole l'elenco entro stasera alle 20.", "02T20:00"),
        ("Der Zoll braucht die Listen bis morgen neunzehn Uhr.", "03T19:00"),
        ("De havenmeester moet de lijst uiterlijk vandaag om 17 uur hebben.", "02T17:00"),
        ("We owe the harbour office the list by three this afternoon zulu.", "02T17:00"),
    ],
)
def test_a_deadline_of_another_trade_is_read_too(text, due):
    now = datetime.fromisoformat("2026-07-02T10:20+02:00")
    assert read(text, now) == (datetime.fromisoformat(f"2026-07-{due}+02:00"), [])


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Die Barkasse muss bis morgen früh 7, da steht der Zoll am Kai.", "18T07:00"),
        ("Freitag früh um sieben kommt der Eichmeister, bis dahin brauchen wir die Waage.", "19T07:00"),
        ("Um halb vier machen wir heute den Schuppen auf, bis dahin muss das Schloss gehen.", "17T15:30"),
        ("Abgabe war eigentlich heute 14:00, der Hafen hat uns Aufschub bis 16:00 gegeben.", "17T16:00"),
        ("The slot was originally 14:00 but the harbour gave us an extension until 16:00.", "17T16:00"),
        ("Der Kran muss nicht erst um 19 Uhr, sondern schon um 17 Uhr heute laufen.", "17T17:00"),
        ("The scale must be back not at 19:00 but at 17:00 today.", "17T17:00"),
        ("The Chicago office needs the crate list by 2 pm their time today.", "17T21:00"),
        ("Wir müssen die Fanglisten bis Silvester 15 Uhr melden.", "2026-12-31T15:00"),
        (
            "The Easter market opens, so please have the stalls listed by Good Friday 10:00.",
            "2027-03-26T10:00",
        ),
        (
            "The Black Friday leaflet is printed at 22:00 tonight, prices have to be right before that.",
            "17T22:00",
        ),
        ("The weigh-in link will get closed at 4 PM today, please mend it before that.", "17T16:00"),
        ("The ferry goes at 18.45 with or without us, so they have to be right before then.", "17T18:45"),
        ("We said 15:30, it is 13:00 today now, and the gate has to open by then.", "17T13:00"),
        ("Um zwanzig nach fünf heute Nachmittag legt sie ab, bis dann brauchen wir ihn.", "17T17:20"),
        ("Die Reederei nimmt die Liste bis Freitag, den 19. Juni, 14 Uhr entgegen.", "19T14:00"),
        ("The tide tables are wrong; the pilots need them NLT 1500Z today.", "17T17:00"),
        ("The jury wants the marks by Friday, five pm.", "19T17:00"),
        ("Um Punkt drei heute Nachmittag muss die Liste da sein.", "17T15:00"),
        ("The lists must be there not by 18:00 but by 16:00 today.", "17T16:00"),
        ("Cyber Monday at 9:00 the list must be there.", "2026-11-30T09:00"),
        (
            "The regatta starts at four this afternoon, and the buoys have to be out two hours before that.",
            "17T14:00",
        ),
        ("Die Regatta beginnt heute um 16 Uhr, und eine Stunde vorher müssen die Bojen liegen.", "17T15:00"),
        ("The lock closes in exactly 90 minutes, the sluice must be shut before it does.", "17T13:40"),
        ("Am Freitag um 7:00 Uhr kommt der Kran, spätestens dann muss die Rampe frei sein.", "19T07:00"),
        ("Das Werk braucht die Liste bis 15 Uhr britischer Zeit, heute.", "17T16:00"),
        ("The yard needs it by 3 pm German time today.", "17T15:00"),
        ("Das Werk braucht die Liste bis 15 Uhr unserer Zeit.", "17T15:00"),
        ("Bitte bis 20. Juni 16.00 Uhr, danach ist die Werft zu.", "2026-06-20T16:00"),
        ("Das Tor klemmt.\nAbgabezeit: heute bis 17 Uhr", "17T17:00"),
        ("Her berth lapses tonight, 17 June 2026 at 18:00 London time.", "17T19:00"),
        ("Der Liegeplatz verfällt morgen, 18.6., um 9 Uhr.", "18T09:00"),
    ],
)
def test_what_is_moved_named_by_a_feast_or_pointed_back_at_is_read(text, due):
    wanted = datetime.fromisoformat(due if due.startswith("20") else f"2026-06-{due}")
    assert read(text) == (wanted.replace(tzinfo=NOW_ZONE), [])


NOW_ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "Die Abgabe heute um 17 Uhr ist abgesagt worden. Die Waage zeigt trotzdem falsch.",
        "The 17:00 weigh-in today was called off. The scale is still wrong.",
        "Can you ring me back tomorrow at 10:00? The gate squeaks.",
        "Könnten Sie mich morgen um 10 Uhr zurückrufen? Das Tor klemmt.",
        "Das Tor klemmt.\nSprechzeiten: Mo-Do 8-17 Uhr, Fr bis 14 Uhr",
        "Die Spätschicht (14 bis 22 Uhr) sieht die Zahlen der Frühschicht.",
        "The list in Pos. 12.30 bis 14.15 is empty.",
        "Guten Morgen, das Tor klemmt.",
        "The weigher multiplies by 10 since yesterday.",
        "Please deliver the malt not before 14:00.",
        "Die Fähre wird frühestens um 18 Uhr beladen.",
        "The night watch (14 to 22:00) sees an empty list.",
        "Still wrong, but less so.\n> On 14 April 2026 at 10:02 you wrote:\n> we mend it by 17:00 on Friday\nIs it known?",
    ],
)
def test_what_is_called_off_numbered_quoted_or_a_call_is_no_deadline(text):
    assert read(text) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "Per our contract you owe us a first response within 4 hours.",
        "Bitte bis Ende der Woche.",
        "They want it by 2 pm their time today.",
        "Die Kollegen brauchen es bis 15 Uhr ruritanischer Zeit, heute.",
        "The slot was originally 14:00.",
        "Kindly ignore what I wrote about 17:00 today, please send the buoy by 17:00 today.",
        "Das hat sich erledigt, die Boje muss bis 17 Uhr nicht mehr da sein.",
        "We need the sails at Easter, by 14:00.",
        "The 15:00 deadline is cancelled, the new one is 17:00.",
        "See below.\n-----Original Message-----\nSent: 17 June 2026 11:00\nWe need the crates by 18:00.",
    ],
)
def test_what_a_contract_a_week_or_another_one_s_clock_says_is_asked_about(text):
    sure, asked = read(text)
    assert sure is None and asked


def test_a_quotation_is_read_by_its_own_day():
    text = "See below.\n> On 16 June 2026 at 10:00 she wrote:\n> we need the crates by 18:00 tomorrow"
    (due,) = deadlines(text, zone_name="Europe/Berlin", reference=NOW)
    assert due.time.low == datetime.fromisoformat("2026-06-17T18:00+02:00") and not due.sure


@pytest.mark.parametrize("day", ["Good Friday", "Thanksgiving", "Black Friday", "Ostermontag", "Silvester"])
def test_a_feast_is_the_next_of_its_name(day):
    from investigator.natural_times import feasts

    known = {"good friday": "2027-03-26", "thanksgiving": "2026-11-26", "black friday": "2026-11-27",
             "ostermontag": "2027-03-29", "silvester": "2026-12-31"}  # fmt: skip
    assert feasts.following(day.lower(), NOW.date()).isoformat() == known[day.lower()]
    assert feasts.following("easter sunday", datetime(2026, 4, 5).date()).isoformat() == "2026-04-05"
    from dateutil.easter import easter

    assert all(feasts.following("easter sunday", easter(year)) == easter(year) for year in range(1900, 2200))


@pytest.mark.parametrize(
    ("note", "minutes"), [("20 mins back told the pilot", 20), ("since 40 minutes the gate is stuck", 40)]
)
def test_back_and_since_count_from_now(note, minutes):
    found = beginning(note, zone_name="Europe/Berlin", reference=NOW)
    assert found.time is not None and (NOW - found.time.written).total_seconds() == minutes * 60
