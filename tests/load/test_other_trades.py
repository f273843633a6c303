"""Small files of trades and languages that nobody had in mind: each event is there, at its time."""

import pytest

import investigator as inv

#: The name, the text, how many events, the first and the last time.
FILES = [
    ('rota.yaml', '# guard rota, times Europe/Rome\nguards:\n- {who: Lia, from: "2026-07-04 22:00", note: "north gate: key 4"}\n- {who: Ugo, from: "2026-07-05 06:00", note: south gate}\n', 2, '2026-07-04T20:00:00', '2026-07-05T04:00:00'),
    ('incidents.yml', '---\ntitle: sauna log\nentries:\n  - date: 2026-03-02\n    time_of_day: morning\n    text: stove cold\n  - date: 2026-03-04\n    text: "stove: mended"\n', 2, '2026-03-02T00:00:00', '2026-03-04T00:00:00'),
    ('deploys.yaml', '- version: 1.4\n  deployed_at: 2026-05-01T10:00:00+02:00\n  by: rui\n- version: 1.5\n  deployed_at: 2026-05-03T10:00:00+02:00\n  by: ana\n- version: 1.6\n  deployed_at: 2026-05-04T18:30:00+02:00\n  by: ana\n', 3, '2026-05-01T08:00:00', '2026-05-04T16:30:00'),
    ('works.txt', 'VERÄNDERUNGEN (alle Zeiten MEZ)\n* 12.01.2026 08:00 Presse 2 neu\n* 13.01.2026 17:30 Ofen aus\n', 2, '2026-01-12T07:00:00', '2026-01-13T16:30:00'),
    ('cambios.md', '# Cambios del molino (hora de Madrid)\n\n## 17 de junio de 2026\n- 09:00 piedra 1 parada\n- 11:30 piedra 1 en marcha\n\n## 18 de junio de 2026\n- 07:15 tolva nueva\n', 3, '2026-06-17T07:00:00', '2026-06-18T05:15:00'),
    ('plan.md', '| Quando | O que |\n|---|---|\n| 17/06/2026 20:00 | forno 3 desligado |\n| 18/06/2026 06:30 | forno 3 ligado |\n', 2, '2026-06-17T20:00:00', '2026-06-18T06:30:00'),
    ('sat.log', '2026/200 23:59:58 AOS pass 11\n2026/201 00:04:10 LOS pass 11\n2026/201 01:30:00 AOS pass 12\n', 3, '2026-07-19T23:59:58', '2026-07-20T01:30:00'),
    ('buoys.csv', 'buoy,fix_doy,lat\nB1,2026-200T10:00:00Z,1.5\nB2,2026-200T10:10:00Z,1.6\n', 2, '2026-07-19T10:00:00', '2026-07-19T10:10:00'),
    ('press.dat', 'P1;26200.235958;open\nP2;26201.000410;shut\nP1;26201.013000;open\nP4;26201.020000;open\nP2;26201.030000;open\n', 5, '2026-07-19T23:59:58', '2026-07-20T03:00:00'),
    ('stable.ics', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260701T060000Z\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:horses fed\nEND:VEVENT\nEND:VCALENDAR\n', 4, '2026-07-01T06:00:00', '2026-07-04T06:00:00'),
    ('market.ics', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260701\nRRULE:FREQ=MONTHLY;UNTIL=20260901\nSUMMARY:stalls paid\nEND:VEVENT\nEND:VCALENDAR\n', 3, '2026-07-01T00:00:00', '2026-09-01T00:00:00'),
    ('guard.log', 'CEF:0|Acme|Gate|1|7|knock|3|start=1783000000000 end=1783000060000 src=10.0.0.1\nCEF:0|Acme|Gate|1|7|knock|3|rt=1783000100000 src=10.0.0.1\n', 2, '2026-07-02T13:47:40', '2026-07-02T13:48:20'),
    ('carnet.txt', 'le 2 juillet 2026 à 8 h : vanne 1 ouverte\nle 2 juillet 2026 à 8h30 : vanne 1 fermée\njeudi 2 juillet 2026 à midi : relevé\n1er août 2026 à 7 h 05 : vanne 2 ouverte\n', 4, '2026-07-02T08:00:00', '2026-08-01T07:05:00'),
    ('schicht.txt', '2. Juli 2026 um 8 Uhr: Wehr offen\n2. Juli 2026 um 8.30 Uhr: Wehr zu\n2. Juli 2026, 17 Uhr: Pegel 2,1\n', 3, '2026-07-02T08:00:00', '2026-07-02T17:00:00'),
    ('turni.csv', 'Turno;Inizio;Capo\nA;46205,25;Rossi\nB;46205,583333;Bini\nC;46206,25;Rossi\n', 3, '2026-07-02T06:00:00', '2026-07-03T06:00:00'),
    ('oven.prn', 'NO    DATE     CLOCK  STATE\n----- -------- ------ -------\n00001 20260702 060000 ON\n00002 20260702 183000 OFF\n----- -------- ------ -------\n2 LINES\n', 2, '2026-07-02T06:00:00', '2026-07-02T18:30:00'),
    ('kiln.log', '02.07.26 06.00.01 kiln: lit\n02.07.26 06.00.05 kiln: fan on\n03.07.26 06.00.01 kiln: lit\n', 3, '2026-07-02T06:00:01', '2026-07-03T06:00:01'),
    ('reserves.csv', 'fecha;hora;barca\n03/07/2026;09:00;Luz\n04/07/2026;09:30;Mar\n04/07/2026;10:30;Sol\n', 3, '2026-07-03T09:00:00', '2026-07-04T10:30:00'),
    ('signal.json', '{"chat": "dock", "messages": [{"from": "Ida", "sent": "2026-07-02T10:00:00", "sent_ts": 1782979200, "body": "crane 0 stuck"}, {"from": "Ida", "sent": "2026-07-02T10:00:00", "sent_ts": 1782979260, "body": "crane 1 stuck"}, {"from": "Ida", "sent": "2026-07-02T10:00:00", "sent_ts": 1782979320, "body": "crane 2 stuck"}]}', 3, None, None),
    ('maiak.log', '02.07.2026 09:00:00 МСК кран стоит\n02.07.2026 09:05:00 МСК кран едет\n', 2, '2026-07-02T06:00:00', '2026-07-02T06:05:00'),
    ('term.txt', 'bo@dock:~$ date\nThu 2 Jul 09:30:00 CEST 2026\nbo@dock:~$ tail -2 crane.log\n2026-07-02 09:29:01 crane 2 stuck\n2026-07-02 09:29:40 crane 2 free\n', None, '2026-07-02T07:29:01', None),
    ('two_heads.csv', '"Dock report of 02/07/2026"\n\n,,"Stay","",\n"no","ship","day","clock","tons"\n1,Luz,02/07/2026,09:00,12\n2,Mar,02/07/2026,11:00,9\n3,Sol,03/07/2026,08:00,7\n"Total",,,,28\n', 3, '2026-07-02T09:00:00', '2026-07-03T08:00:00'),
    ('zone_head.md', '| Job | Begin (EST) | What |\n|---|---|---|\n| J1 | 2026-01-12 09:00 | saw \\| plane |\n| J2 | 2026-01-12 22:00 | glue |\n', 2, '2026-01-12T14:00:00', '2026-01-13T03:00:00'),
    ('ev.yaml', 'apiVersion: v1\nkind: EventList\nitems:\n- kind: Event\n  reason: Evicted\n  message: press full\n  lastTimestamp: 2026-07-02T09:00:00Z\n  involvedObject: {kind: Pod, name: press-0}\n- kind: Event\n  reason: Started\n  message: press up\n  lastTimestamp: 2026-07-02T09:30:00Z\n  involvedObject: {kind: Pod, name: press-0}\n', 2, '2026-07-02T09:00:00', '2026-07-02T09:30:00'),
    ('journal2.txt', '-- Journal begins at Thu 2026-01-01 00:00:00 EST, ends at Thu 2026-07-02 12:00:00 EDT. --\nJul 02 09:00:01 dock systemd[1]: Started crane.\nJul 02 09:10:01 dock systemd[1]: Stopped crane.\n', 2, '2026-07-02T13:00:01', '2026-07-02T13:10:01'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "number", "first", "last"), FILES, ids=[file[0] for file in FILES])
def test_a_small_file_of_another_trade_has_its_events_at_their_times(
    tmp_path, name, text, number, first, last
):
    (tmp_path / name).write_text(text)
    events = inv.read(str(tmp_path / name))
    times = [
        time.isoformat()[:19] for time in events.fetch(events.table.order_by("time")).time if time == time
    ]
    assert number is None or len(events.fetch(events.table)) == number
    assert times[0] == (first or times[0]) and times[-1] == (last or times[-1])
