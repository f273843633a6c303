"""Texts in other code pages are read as what they are, and it is said; what can't be told is shown as bytes."""

import json

import pytest

from investigator.events.events import Events
from investigator.load import adding

SAID = {
    "ru": ["Приём груза завершён", "Насос остановлен оператором", "Повтор запроса"],
    "de": ["Gerät geöffnet, Prüfung läuft", "Tür schließt nicht", "Rückmeldung fehlt"],
    "fr": ["Porte bloquée côté quai", "Réseau coupé au quai", "Opération terminée"],
    "pl": ["Brak połączenia z bazą", "Zamówienie przyjęte", "Błąd czujnika, próba druga"],
    "ja": ["ポンプ停止しました", "再起動を開始", "温度センサー異常"],
    "tea": ["茶室を開いた", "湯が沸かない", "炭を足した", "客が来た"],
    "zh": ["泵已停止运行", "重新启动服务", "温度传感器异常"],
    "ko": ["펌프가 멈췄습니다", "다시 시작합니다", "온도 이상 감지"],
    "el": ["Η αντλία σταμάτησε", "Σφάλμα σύνδεσης βάσης", "Νέα προσπάθεια"],
}
PAGES = [
    ("ru", "cp1251", "Windows-1251"), ("ru", "koi8-r", "KOI8-R"), ("ru", "cp866", "code page 866"), ("de", "cp437", "code page 437"),
    ("de", "cp850", "code page 437"), ("fr", "cp850", "code page 437"), ("pl", "cp1250", "Windows-1250"), ("pl", "iso8859-2", "ISO 8859-2"),
    ("pl", "cp852", "code page 852"), ("ja", "shift_jis", "Shift-JIS"), ("ja", "euc_jp", "EUC-JP"), ("tea", "euc_jp", "EUC-JP"), ("zh", "gb18030", "GB 18030"),
    ("ko", "euc_kr", "Korean"), ("el", "cp1253", "Windows-1253"), ("ru", "utf-16-le", "UTF-16 without a mark"),
    ("ja", "utf-16-be", "UTF-16 without a mark"),
]  # fmt: skip


def lines(said):
    return "".join(f"2026-06-17 09:1{n}:07 INFO {text}\n" for n, text in enumerate(said))


@pytest.mark.parametrize(("tongue", "page", "shown"), PAGES, ids=lambda one: one)
def test_a_text_is_read_in_its_page_and_it_is_said(place, tongue, page, shown):
    report = place.add(lines(SAID[tongue]).encode(page), name="pump.log")
    assert list(place.events().body) == SAID[tongue]
    assert any(shown in doubt for doubt in report.sources[0].doubt)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (lines(["Größe geändert", "Schäfer ging"]).encode("cp1252"), "Größe geändert"),
        (
            lines(["Größe geändert", "Schäfer ging"]).encode() + lines(["Tür zu"]).encode("cp1252"),
            "Größe geändert",
        ),
        (lines(["valve open"]).encode()[:-1] + b" \xff\xfe\n", r"valve open \xff\xfe"),
    ],
    ids=["Windows-1252", "UTF-8 and Windows-1252", "bytes"],
)
def test_what_is_of_no_other_page_is_read_line_by_line_as_before(place, raw, body):
    report = place.add(raw, name="pump.log")
    assert place.events().body[0] == body
    assert not any("fits its words" in doubt for doubt in report.sources[0].doubt)


def test_a_line_of_utf8_behind_another_page_stays_as_it_is(place):
    raw = lines(SAID["ru"] * 300).encode("cp1251") + "2026-06-17 11:00:07 INFO Насос включён\n".encode()
    place.add(raw, name="pump.log")
    assert place.events().body.iloc[-1] == "Насос включён"


def test_where_another_page_fits_as_well_it_is_named(place):
    said = ["Čerpadlo spuštěno ručně", "Chyba připojení k zařízení"]
    report = place.add(lines(said).encode("iso8859-2"), name="pump.log")
    assert any("Windows-1250 fits them too" in doubt for doubt in report.sources[0].doubt)


def _said(path):
    store, report = adding.read(path)
    events = Events.open(store.folder)
    rows = list(events.fetch(events.table.order_by("unit")).itertuples())
    return rows, " | ".join(report.sources[0].doubt)


def test_letters_that_were_encoded_twice_are_read_as_they_were_meant(tmp_path):
    text = "when,dish,cook\n2026-06-05 12:00:00,crème brûlée,Zoë\n2026-06-05 12:20:00,pâté à l’œuf,André\n"
    (tmp_path / "menu.csv").write_bytes(text.encode().decode("cp1252", "replace").encode())
    rows, doubt = _said(tmp_path / "menu.csv")
    assert "crème brûlée" in rows[0].body and "encoded twice" in doubt
    (tmp_path / "right.csv").write_text(text.replace("Zoë", "ÂÃ"))
    assert "encoded twice" not in _said(tmp_path / "right.csv")[1]


def test_a_chat_whose_letters_were_escaped_twice_is_read_as_it_was_meant(tmp_path):
    twice = {"Zoë": "Zo\u00c3\u00ab", "café à 5": "caf\u00c3\u00a9 \u00c3\u00a0 5"}
    listed = [{"sender_name": who, "timestamp_ms": 1781680447120 + n, "content": what, "type": "Generic", "reactions": [], "is_unsent": False}
              for n, (who, what) in enumerate([tuple(twice.values()), ("Ben", "ok")])]  # fmt: skip
    (tmp_path / "message_1.json").write_text(json.dumps({"title": "Crew", "messages": listed}))
    rows, doubt = _said(tmp_path / "message_1.json")
    assert [(dict(row.attributes)["user"], row.body) for row in rows] == [("Zoë", "café à 5"), ("Ben", "ok")]
    assert "encoded twice" in doubt


def test_lines_that_end_as_a_mac_ends_them_are_rows_in_its_letters(tmp_path):
    text = "Zeit;Stück;Bühne\r2026-02-01 19:30:00;Die Möwe;Große Bühne\r2026-02-02 19:31:00;Käthchen;Foyer\r"
    (tmp_path / "plan.csv").write_bytes(text.encode("mac-roman"))
    rows, doubt = _said(tmp_path / "plan.csv")
    assert [dict(row.attributes).get("Stück") for row in rows] == [
        "Die Möwe",
        "Käthchen",
    ] and "Mac Roman" in doubt


def test_a_line_that_begins_with_its_time_behind_a_bare_return_begins_its_own_event(tmp_path):
    (tmp_path / "saw.log").write_bytes(
        b"2026-06-01 10:00:00 INFO saw 4 on\r\n2026-06-01 10:00:11 WARN hot\r2026-06-01 10:00:15 INFO log 119 in\n"
        b"2026-06-01 10:00:16 INFO cut 10%\rcut 20%\rcut 30%\n2026-06-01 10:00:40 INFO saw 4 off\n"
    )
    rows, _ = _said(tmp_path / "saw.log")
    assert [str(row.time)[17:19] for row in rows] == ["00", "11", "15", "16", "40"]
