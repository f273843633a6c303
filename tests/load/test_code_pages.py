"""Texts in other code pages are read as what they are, and it is said; what can't be told is shown as bytes."""

import pytest

SAID = {
    "ru": ["Приём груза завершён", "Насос остановлен оператором", "Повтор запроса"],
    "de": ["Gerät geöffnet, Prüfung läuft", "Tür schließt nicht", "Rückmeldung fehlt"],
    "fr": ["Porte bloquée côté quai", "Réseau coupé au quai", "Opération terminée"],
    "pl": ["Brak połączenia z bazą", "Zamówienie przyjęte", "Błąd czujnika, próba druga"],
    "ja": ["ポンプ停止しました", "再起動を開始", "温度センサー異常"],
    "zh": ["泵已停止运行", "重新启动服务", "温度传感器异常"],
    "ko": ["펌프가 멈췄습니다", "다시 시작합니다", "온도 이상 감지"],
    "el": ["Η αντλία σταμάτησε", "Σφάλμα σύνδεσης βάσης", "Νέα προσπάθεια"],
}
PAGES = [
    ("ru", "cp1251", "Windows-1251"), ("ru", "koi8-r", "KOI8-R"), ("ru", "cp866", "code page 866"), ("de", "cp437", "code page 437"),
    ("de", "cp850", "code page 437"), ("fr", "cp850", "code page 437"), ("pl", "cp1250", "Windows-1250"), ("pl", "iso8859-2", "ISO 8859-2"),
    ("pl", "cp852", "code page 852"), ("ja", "shift_jis", "Shift-JIS"), ("ja", "euc_jp", "EUC-JP"), ("zh", "gb18030", "GB 18030"),
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
