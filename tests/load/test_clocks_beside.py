"""A clock has the zone that stands beside it, and a word for the hour is nobody who speaks."""

import json

import investigator as inv


def rows(path, text):
    path.write_text(text)
    events = inv.read(str(path))
    return events.sources[0], [
        (row.time.isoformat()[:19] if row.time == row.time else None, row.body)
        for row in events.fetch(events.table.order_by("time")).itertuples()
    ]


def test_a_count_since_1970_beside_a_bare_clock_is_the_time(tmp_path):
    said = [
        {
            "no": n,
            "date": f"2026-06-17T{11 + n}:14:07",
            "date_unixtime": str(1781687647 + 3600 * n),
            "text": "lamp is out",
        }
        for n in range(3)
    ]
    source, found = rows(tmp_path / "chat.json", json.dumps({"name": "Lamp", "messages": said}))
    assert found[0][0] == "2026-06-17T09:14:07" and not any("zone" in doubt for doubt in source.doubt)


def test_a_count_that_lies_elsewhere_is_no_zone_of_the_clock(tmp_path):
    said = [
        {
            "no": n,
            "date": f"2026-06-17T{11 + n}:14:07",
            "seen": str(1781687000 + 4000 * n),
            "text": "lamp is out",
        }
        for n in range(3)
    ]
    source, found = rows(tmp_path / "chat.json", json.dumps({"name": "Lamp", "messages": said}))
    assert found[0][0] == "2026-06-17T11:14:07" and any("zone" in doubt for doubt in source.doubt)


def test_the_word_for_an_hour_is_no_person_and_its_zone_holds(tmp_path):
    text = (
        "Protokoll der Mühle\n\n17. Juni 2026 um 09:14 Uhr: Stein 1 steht\n17. Juni 2026 um 9.40 Uhr: Stein 2 steht\n"
        "17. Juni 2026 um 14 Uhr: beide laufen\nDonnerstag, 18. Juni 2026, 08:05 Uhr (MESZ): Abnahme\n"
    )
    source, found = rows(tmp_path / "protokoll.txt", text)
    assert found == [
        ("2026-06-17T09:14:00", "Stein 1 steht"), ("2026-06-17T09:40:00", "Stein 2 steht"),
        ("2026-06-17T14:00:00", "beide laufen"), ("2026-06-18T06:05:00", "Abnahme"),
    ]  # fmt: skip
    assert any("zone" in doubt for doubt in source.doubt)


def test_moscow_is_moscow_in_its_own_letters(tmp_path):
    text = "17.06.2026 09:14:07 МСК маяк молчит\n17 июня 2026 г. 10:00:00 МСК маяк включён\n18.06.2026 00:00:00 МСК смена\n"
    assert [time for time, _ in rows(tmp_path / "z.log", text)[1]] == [
        "2026-06-17T06:14:07", "2026-06-17T07:00:00", "2026-06-17T21:00:00",
    ]  # fmt: skip


def test_what_date_printed_in_a_terminal_and_the_head_of_a_journal_tell_the_zone(tmp_path):
    text = "ina@mill:~$ date; tail -2 stone.log\nWed 17 Jun 11:20:00 CEST 2026\n2026-06-17 11:00:01 stone 3 stands\n2026-06-17 11:05:00 stone 3 runs\nina@mill:~$ exit\n"
    assert rows(tmp_path / "tty.txt", text)[1][0] == ("2026-06-17T09:00:01", "stone 3 stands")
    told = text.replace("date;", "date -u;").replace("CEST", "UTC").replace("11:20", "09:20")
    assert rows(tmp_path / "u.txt", told)[1][0][0] == "2026-06-17T11:00:01"
    head = "-- Logs begin at Mon 2026-01-05 03:00:00 CET, end at Wed 2026-06-17 12:00:00 CEST. --\n"
    lines = "Jun 17 09:00:01 mill systemd[1]: Started stone.\nJun 17 09:00:02 mill stone[90]: level 2\n"
    assert rows(tmp_path / "j.txt", head + lines)[1][0][0] == "2026-06-17T07:00:01"
