"""Each shape, each name, each country of the mask of secrets, one line each; all of them in one call, as each prepares its patterns."""

import pytest

from investigator import secrets
from investigator.secrets import mask

M = secrets.MASKED
WORD, HEX, DIGIT = "aB3dE5gH7jK9" * 10, "0a1b2c3d4e5f" * 10, "4815162342" * 3


def each(prefixes, size, of=WORD, end=""):
    return [f"{one}{of[:size]}{end}" for one in prefixes.split()]


SHAPES = [
    *each("ghp_ gho_ ghu_ ghs_ ghr_", 30), *each("github_pat_", 30), *each("glpat- gldt- glrt- glptt- glcbt- glsoat- glagent-", 20),
    *each("xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-1- xoxe.xoxb- xoxe.xoxp-", 10), *each("AKIA ASIA AROA AIDA ABIA ACCA", 16, "A1B2C3D4E5F6G7H8"),
    *each("AIza", 35), *each("GOCSPX- ya29.", 20), *each("rk_live_ sk_live_ pk_live_ rk_test_ sk_test_ pk_test_", 16), *each("whsec_", 20),
    *each(f"SG.{WORD[:16]}.", 30), *each("SK AC key-", 32, HEX), *each("npm_ hf_ lin_api_ glsa_ glc_ figd_", 30), *each("pypi-", 50),
    *each("dckr_pat_ dckr_oat_", 20), *each("doo_v1_ dop_v1_ dor_v1_ rubygems_ pul-", 40, HEX), *each("shpat_ shpca_ shppa_ shpss_", 32, HEX),
    *each("sk- sk-ant- sk-proj- sk-svcacct- sk-admin-", 20), *each("123456789:AA", 30), *each(f"M{WORD[:22]}.{WORD[:6]}. N{WORD[:22]}.{WORD[:6]}. O{WORD[:28]}.{WORD[:6]}.", 27),
    *each("hvs. hvb. hvr.", 24), *each(f"{WORD[:14]}.atlasv1.", 50), *each("dapi", 32, HEX), *each("dapi", 32, HEX, "-2"), *each("ATATT3 ATCTT3", 50),
    *each("AGE-SECRET-KEY-1", 40, "A1B2C3D4E5F6G7H8" * 3), *each("NRAK-", 20, "A1B2C3D4E5F6G7H8" * 2), *each("NRII- NRIQ- NRRA-", 20), *each("sq0atp- sq0csp-", 20),
    *each("EAAA", 50), *each(f"PMAK-{HEX[:24]}-", 30, HEX), *each("sntrys_ sntryu_", 40), *each(f"dt0c01.{WORD[:20]}.", 50), *each("fio-u-", 50),
    *each("dp.pt. dp.st. dp.ct. dp.sa.", 30), *each("tskey-auth- tskey-api-", 16), *each("ntn_ secret_", 40), *each("pscale_tkn_ pscale_pw_ pscale_oauth_", 30),
    *each("AccountKey=", 40), *each(f"eyJ{WORD[:8]}.", 8, WORD, f".{WORD[:8]}"),
    *each("https://hooks.slack.com/services/ https://hooks.slack.com/workflows/ https://belt.webhook.office.com/", 20),
    *each("https://discord.com/api/webhooks/ https://discordapp.com/api/webhooks/", 20),
]  # fmt: skip
TOO_SHORT = [
    *each("ghp_ npm_", 20), *each("AKIA", 12, "A1B2C3D4E5F6G7H8"), *each("SK", 20, HEX), *each("hvs.", 12), *each("eyJ", 6, WORD, ".a.b"),
]  # fmt: skip

#: What stands before a value, and the value; each masked, and only the value.
NAMES = (
    "password passwd passphrase passcode pwd secret token api_key api-key apikey access_key auth_key private_key account_key signing_key "
    "encryption_key shared_key credential credentials session_key session_token jsessiontoken passwort kennwort losungswort "
    "geheimnis zugangscode zugrifftoken zugriffstoken mot_de_passe mdp jeton code_secret contraseña contrasena clave_secreta clave_acceso "
    "clave_de_acceso parola_chiave parola_dordine chiave_segreta codice_segreto senha palavra_passe chave_secreta wachtwoord geheim "
    "toegangscode hasło haslo tajny_klucz lösenord losenord hemlighet parola şifre sifre gizli_anahtar passord adgangskode kodeord salasana "
    "heslo jelszó jelszo пароль секрет токен パスワード 密码 密碼 DB_PASSWORD smtp.secret"
).split()
VALUE = "Fjord7!xq9Kestrel"
JOINED = [
    "{}: {}",
    "{}={}",
    "{} = {}",
    '"{}": "{}"',
    "'{}' => '{}'",
    "{} := {}",
    "<{}>{}</x>",
    "--{} {}",
    "-{} '{}'",
]
SAID = ["{} is {}", "{} ist {}", "{} lautet {}", "{} est {}", "{} es {}", "{} är {}", "{} jest {}"]

BY_NAME = (
    [(f"{name}={VALUE} x", f"{name}={M} x") for name in NAMES]
    + [(form.format("password", VALUE), form.format("password", M)) for form in JOINED + SAID]
    + [(f"/a?b=1&{n}={WORD[:12]}&c=2", f"/a?b=1&{n}={M}&c=2") for n in "sig signature code key auth jwt X-Amz-Signature x-amz-signature x-amz-security-token Sig X-Amz-Security-Token".split()]
    + [(f"{n} {WORD[:16]} x", f"{n} {M} x") for n in ("Bearer", "bearer", "Basic", "BASIC")]
    + [
        ("Bearer ABCDEFGHIJKLMNOPQ x", f"Bearer {M} x"),
        ("Bearer abcdefghijklmnopq x", "Bearer abcdefghijklmnopq x"),
        ("Basic Abcdefghijklmnopq x", "Basic Abcdefghijklmnopq x"),
        ("Basic abcdefGhijklmnopq x", f"Basic {M} x"),
        ("Basic abcdefghijklmnopq== x", f"Basic {M} x"),
        ("amqp://ana:hunter@belt/x", f"amqp://ana:{M}@belt/x"),
        ("password: Kestrel7", f"password: {M}"),
        ("password: Kest7", "password: Kest7"),
        ("password: Kestr7", f"password: {M}"),
        ("password: kestrel", "password: kestrel"),
        ("password=kestrel", "password=kestrel"),
        ("password=kestrels", f"password={M}"),
        ("password: kestrels", "password: kestrels"),
        ("password: 'kestrels'", f"password: '{M}'"),
        ("password=12345678", f"password={M}"),
        ("password: 12345678", "password: 12345678"),
        ("password: kestrel!", f"password: {M}"),
        ("password: 'two kestrels at sea'", "password: 'two kestrels at sea'"),
        ("password: 'two kestrels at 7'", f"password: '{M}'"),
        ("password is Fjord7xq9.", f"password is {M}."),
        ("password=/etc/kestrel", "password=/etc/kestrel"),
        ("password=/etc/kestrel7", f"password={M}"),
        ("token=Fjord7xq9&page=3", f"token={M}&page=3"),
        ("session_id=84231977a", "session_id=84231977a"),
        ("session_id=84231977aB3dE5gH7jK9", f"session_id={M}"),
        ("sid: 84231977a", "sid: 84231977a"),
        *((f"{n}=84231977aB3dE5gH7jK9", f"{n}={M}") for n in ("jsessionid", "phpsessid", "connect.sid")),
        ("token=0x7f3a9c21be", "token=0x7f3a9c21be"),
        ("token=a.b.Box@7f3a9c21", "token=a.b.Box@7f3a9c21"),
        ("token=Box{7f3a9c21 x", "token=Box{7f3a9c21 x"),
        ('say \\"password\\": \\"Fjord7xq9\\" x', f'say \\"password\\": \\"{M}\\" x'),
    ]
)  # fmt: skip
NO_VALUES = (
    "true false null none nil on off yes no undefined unknown required optional missing invalid expired failed failure changed correct "
    "incorrect wrong disabled enabled hidden masked redacted filtered deleted removed empty default string rejected accepted denied revoked "
    "refreshed updated created authentication ******** xxxxxxxx ........ ${DB_PASSWORD7} $DB_PASSWORD {{password7}} %password7% expired!"
).split()
COUNTS = (
    "tokens secrets passwords token_count token_attempt token_attempts token_changed token_length token_len token_size token_type "
    "token_scanning token_policy token_expires token_at token_on token_age token_file token_path token_name token_url token_uri token_status "
    "token_state token_enabled token_required token_limit token_max token_min token_hash_alg token_class token_bucket token_budget "
    "token_used token_usage"
).split()
STAYS = [f"password={one}" for one in NO_VALUES] + [f"{one}=Fjord7xq9K" for one in COUNTS]

CARDS = [
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5105105105105100", "5555555555554444", "2221000000000009",
    "2720990000000007", "340000000000009", "3782 822463 10005", "6011111111111117", "6500000000000002", "3530111333300000", "6440000000000005",
    "6490000000000004",
]  # fmt: skip
NO_CARDS = [
    "4111111111111112", "0000000000000000", "4444444444444448x", "1234567812345670", "2220000000000000", "2721000000000004", "6430000000000007",
    "x4111111111111111", "-4111111111111111-1", "350000000000006", "5000000000000009", "5600000000000003",
]  # fmt: skip


def iban(country, size):
    """A number of that country's length whose check is right."""
    rest = "".join("1234567890"[n % 10] for n in range(size - 4))
    turned = "".join(str(int(one, 36)) for one in f"{rest}{country}00")
    return f"{country}{98 - int(turned) % 97:02d}{rest}"


LENGTHS = (
    "NO15 BE16 DK18 FI18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 CH21 HR21 LI21 LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 "
    "RS22 VA22 AE23 GI23 IL23 IQ23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 FR27 GR27 IT27 MC27 MR27 "
    "SM27 AL28 AZ28 BY28 CY28 DO28 EG28 GT28 HU28 LB28 NI28 PL28 SV28 BR29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31"
)  # fmt: skip
IBANS = [iban(one[:2], int(one[2:])) for one in LENGTHS.split()]
WRONG = [one[:-1] + str((int(one[-1]) + 1) % 10) for one in IBANS[:6]] + ["ZZ68539007547034", iban("DE", 20)]


def lines(texts):
    return secrets.masks(list(texts))


def test_each_shape_is_masked_alone_and_what_stands_around_it_stays():
    wanted = [f"seen {M} here" for _ in SHAPES]
    assert lines(f"seen {one} here" for one in SHAPES) == wanted
    short = [f"seen {one} here" for one in TOO_SHORT]
    assert lines(short) == short


def test_each_name_hides_its_value_and_nothing_else():
    assert lines(text for text, _ in BY_NAME) == [kept for _, kept in BY_NAME]


def test_what_stands_behind_a_name_and_is_no_secret_stays():
    assert lines(STAYS) == STAYS


def test_cards_and_accounts_are_known_by_their_check():
    assert lines(f"by {one} at 9" for one in [*CARDS, *IBANS]) == [f"by {M} at 9"] * (len(CARDS) + len(IBANS))
    stay = [f"by {one} at 9" for one in [*NO_CARDS, *WRONG]]
    assert lines(stay) == stay


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "PGP "])
def test_a_private_key_goes_whole_also_where_its_end_is_cut(kind):
    block = " BLOCK" if kind == "PGP " else ""
    text = (
        f"a\n-----BEGIN {kind}PRIVATE KEY{block}-----\nMIIE\nvQIB\n-----END {kind}PRIVATE KEY{block}-----\nb"
    )
    assert secrets.mask(text) == f"a\n{M}\nb"
    assert secrets.mask(text[: text.index("vQIB")]) == f"a\n{M}"


def test_what_a_rule_needs_stands_in_all_that_it_finds(monkeypatch):
    texts = [
        *SHAPES,
        *TOO_SHORT,
        *(one for one, _ in BY_NAME),
        *STAYS,
        *CARDS,
        *IBANS,
        "otp 482910",
        "pin code: 4829",
    ]
    told = secrets.masks(texts)
    monkeypatch.setattr(secrets, "_may", lambda pattern, text: True)
    assert secrets.masks(texts) == told


def test_texts_are_masked_each_for_itself_and_in_their_order():
    texts = [
        "password:",
        f"{VALUE} x",
        f"pwd={VALUE}",
        "password:",
        "-----BEGIN PRIVATE KEY-----\nMIIE",
        "plain",
    ]
    assert secrets.masks(texts) == ["password:", f"{VALUE} x", f"pwd={M}", "password:", M, "plain"]
    assert secrets.masks([]) == []


def test_a_content_is_masked_in_each_of_its_texts():
    content = {
        "a": 'say "password": "Fjord7xq9"',
        "b": [f"pwd={VALUE}", 7],
        "c": {"d": f"pwd={VALUE}", "e": None},
    }
    assert secrets.masked(content) == {
        "a": f'say "password": "{M}"',
        "b": [f"pwd={M}", 7],
        "c": {"d": f"pwd={M}", "e": None},
    }
    plain = {"a": "it came", "b": [7]}
    assert secrets.masked(plain) is plain


@pytest.mark.parametrize(
    "line",
    [
        "kiln web: passwd «Heron7#Tide22Xq» was set",
        "neues Kennwort für Ofen 3: hEr9oN27tIdQw",
        "nowe hasło to Heron7Tide22",
        "пароль от печи hEr9oN27tIdQw",
        "비밀번호: Heron7Tide22",
        "docker login -u oven -p Heron7Tide22 reg.example.com",
        "curl -u oven:Heron7Tide22 https://api.example.org/x",
        "jdbc:oracle:thin:oven/Heron7Tide22@//db:1521/x",
        "CREATE USER oven IDENTIFIED BY 'Heron7Tide22'",
        "WIFI:T:WPA;S:Gast;P:Heron7Tide22;;",
    ],
)
def test_a_password_is_seen_by_what_leads_to_it(line):
    assert "Tide22" not in mask(line) and "tIdQw" not in mask(line)
    assert "oven" in mask(line) or "oven" not in line


@pytest.mark.parametrize(
    "line", ["PUK 47012329 for SIM 3", "SMS-Code 771401 ist da", "PIN: 934506", "código de seguridad: 771401"]
)
def test_a_code_of_a_card_or_a_message_is_masked(line):
    assert not any(len(word) >= 6 and word.isdigit() for word in mask(line).split())


@pytest.mark.parametrize(
    "made",
    ["$6$faHq6IxD$coCO5NWaLga5SM3Db63tFMgrjc2h.1WpndkS9Oc9s", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"],
)
def test_a_password_as_it_is_kept_is_masked(made):
    assert made[10:] not in mask(f"oven:{made}:19000:0:99999:7:::")


@pytest.mark.parametrize(
    "line",
    [
        "secret: !vault kiln/main",
        "docker compose -p proj1 up -d",
        "password changed by UserService2",
        "Kennwort Richtlinie v2.3.1-Beta ausgerollt",
        "pin=12 pulled high, mapping: 1234 entries",
        "cache_key=orders:2026-11-03:page4",
        'curl -u "$USER:$PASS" https://x',
        "password reset for OrderID4711Handler",
    ],
)
def test_what_only_speaks_of_a_password_stays(line):
    assert mask(line) == line


H, U = HEX[:36], "A1B2C3D4E5F6G7H8" * 5
#: «What must go», in what stands around it: keys of more services, names in more languages, and what leads to a value.
LED = [
    f"«{one}»"
    for one in (
        f"glft-{WORD[:20]}", f"ATBB{WORD[:32]}", f"1//0{WORD[:40]}", f"xkeysib-{HEX[:64]}-{WORD[:16]}", f"{HEX[:32]}-{HEX[:8]}-{HEX[:8]}", f"HRKU-{WORD[:36]}",
        f"nfp_{WORD[:36]}", f"sbp_{HEX[:40]}", f"ops_eyJ{WORD[:90]}", f"s.{WORD[:24]}", f"{H}NRAL", f"squ_{HEX[:40]}", f"CCIPAT_{WORD[:20]}_{HEX[:40]}",
        f"AKCp{WORD[:60]}", f"CFPAT-{WORD[:43]}", f"pat{WORD[:14]}.{HEX[:64]}", f"sk.eyJ{WORD[:30]}.{WORD[:20]}", f"r8_{WORD[:37]}", f"gsk_{WORD[:50]}",
        f"abc8Q~{WORD[:31]}", f"A3-{U[:6]}-{U[:6]}-{U[:5]}-{U[:5]}-{U[:5]}-{U[:5]}", f"$apr1${WORD[:8]}${WORD[:22]}", f"*{'0A1B2C3D' * 5}",
        f"pbkdf2_sha256$260000${WORD[:12]}${WORD[:40]}", f"LS0tLS1CRUdJTiBQUklWQVRF{WORD[:80]}", f"https://hooks.zapier.com/hooks/catch/123/{WORD[:8]}",
    )
] + [
    f"{name}: «{VALUE}»"
    for name in "口令 パスコード 비번 รหัสผ่าน पासवर्ड گذرواژه парола лозинка slaptažodis parole parool fjalëkalim lykilorð contrasenya wagwoord nenosiri "
    "құпиясөз გაღტნაბარი_პაროლი clave_de_api clé_d'API chiave_api klucz_api API-Schlüssel api-sleutel API-nyckel hemlig_nyckel salainen_avain titkos_kulcs "
    "tajný_klíč секретный_ключ Freischaltcode recovery_code codice_di_recupero トークン 令牌 토큰 סיסמא master_key consumer_key client-key-data db_pw segredo".split()
] + [
    "Geheimzahl: «4821»", "PIN-Code «4821»", "ПИН-код: «4821»", "暗証番号: «4821»", "CVV «4821»", "kod PIN «4821»", "pinkode: «4821»",
    f"Authorization: SSWS «{VALUE}»", f"authorization: «{VALUE}»", f"Cookie: a=b; auth_session=«{VALUE}»", f"creds: oven:«{VALUE}»", f"user oven pass «{VALUE}»",
    f"setx API_TOKEN «{VALUE}»", f"tacacs-server key 7 «{VALUE}»", f"requirepass «{VALUE}»", f"sqlcmd -S db -U sa -P «{VALUE}»", f"rman target oven/«{VALUE}»@db",
    f"SET PASSWORD FOR 'oven' = PASSWORD('«{VALUE}»')", f'<add key="ApiToken" value="«{VALUE}»"/>', f"echo 'oven:«{VALUE}»' | chpasswd", f"/x?next=%2Fa%3Ftoken%3D«{VALUE}»",
    f"das Passwort für den Ofen ist «{VALUE}»", f"het wachtwoord van de oven is «{VALUE}»", f"_auth=«{WORD[:24]}»",
    "mnemonic: «" + "kiln tide heron oven belt dusk " * 2 + "amber»",
]  # fmt: skip


def test_keys_of_more_services_names_in_more_languages_and_what_leads_to_a_value():
    wanted = [text.split("«")[0] + M + text.split("»")[1] for text in LED]
    assert lines(text.replace("«", "").replace("»", "") for text in LED) == wanted


def test_a_form_a_folded_yaml_and_a_pair_of_name_and_value_hide_it():
    for text in (
        f'name="password"\r\n\r\n{VALUE}',
        f"password: >-\n  {VALUE}",
        f"- name: DB_PASSWORD\n  value: {VALUE}",
    ):
        assert VALUE not in mask(text)


def test_what_only_looks_like_what_leads_to_a_secret_stays():
    stay = [
        "PASS TestLogin2 in 4 ms", "authorization failed for request-12345", "auth=SCRAM-SHA-256 ok", "integrity sha512-9jKl2Mn3Op4Qr5St6Uv7Wx8Yz9Ab", "pin 13 high",
        "verify_password(user4711)", "login oven ok", "user oven passed step3", "token bucket refilled by RateLimiter2", "seed: 1234567890", "echo done42 | tee log",
        "order ord_2fK3mNp4Qr5St6 shipped", f"commit {HEX[:40]}", "NIP 5261040828", "set TOKEN_LIMIT 4000",
    ]  # fmt: skip
    assert lines(stay) == stay


#: One of each shape that is told by how it begins, or by its length and its end.
NEWER = [
    f"{HEX[:32]}-us12", f"GR1348941{WORD[:20]}", f"md-{WORD[:22]}", f"v1.{HEX[:40]}", f"v1.0-{HEX[:24]}-{HEX[:40]}", f"fm1_{WORD[:40]}", f"fm2r_{WORD[:40]}",
    f"fo1_{WORD[:40]}", f"sb_secret_{WORD[:20]}", f"napi_{WORD[:40]}", f"dt0s01.{U[:8]}.{WORD[:50]}", f"eyJrIjoi{WORD[:30]}",
    *(f"bk{one}_{HEX[:40]}" for one in ("ua", "pt", "at", "ct")), f"cmVmdGtu{WORD[:50]}", f"oy2{HEX[:43]}", f"cio{WORD[:32]}", f"packagist_ack_{HEX[:60]}",
    f"packagist_oath_{HEX[:60]}", f"CLOJARS_{HEX[:60]}", f"p8e-{HEX[:32]}", f"sl.{(WORD * 2)[:130]}", f"duffel_live_{WORD[:43]}", f"EZAK{WORD[:54]}",
    f"EZTK{WORD[:54]}", f"EAAB{(WORD * 2)[:80]}", f"FLWSECK-{WORD[:30]}", f"FLWSECK_TEST-{WORD[:30]}", f"live_{WORD[:35]}", f"access-sandbox-{HEX[:36]}",
    f"rdme_{HEX[:70]}", f"shippo_live_{HEX[:40]}", f"oauth:{HEX[:30]}", f"{'A' * 21}%2B{WORD[:47]}", f"tfp_{WORD[:40]}", f"pplx-{WORD[:40]}", f"xai-{WORD[:70]}",
    f"lsv2_pt_{HEX[:32]}_{HEX[:10]}", f"pcsk_{WORD[:40]}", f"rzp_live_{WORD[:14]}", f"{WORD[:70]}AZDO{WORD[:4]}", f"pat-eu1-{HEX[:36]}", f"pat-na2-{HEX[:36]}",
    f"cflt{WORD[:56]}", f"essu_{WORD[:40]}", *each("glimt- glffct- glwt- gloas-", 20),
    *(f"LS0tLS1CRUdJTi{one}{WORD[:40]}" for one in ("BSU0EgUFJJVkFURS", "BFQyBQUklWQVRF", "BPUEVOU1NIIFBSSVZBVE", "BFTkNSWVBURUQg")),
]  # fmt: skip
#: The same with a sign less, or another sign at the end of what has a fixed length.
NOT_QUITE = [
    f"md-{WORD[:21]}", f"oy2{HEX[:29]}", f"cio{WORD[:29]}", f"CLOJARS_{HEX[:29]}", f"EZAK{WORD[:53]}", f"rdme_{HEX[:29]}",
    f"oauth:{HEX[:29]}", f"{'A' * 20}%2B{HEX[:10]}", f"lsv2_pt_{HEX[:31]}_{HEX[:10]}", f"rzp_live_{WORD[:13]}", f"access-sandbox-{HEX[:35]}", f"pat-xx1-{HEX[:36]}",
]  # fmt: skip
WORDS_BACK = "kiln tide heron oven belt dusk amber kiln tide heron oven belt"


def test_a_key_that_is_told_by_how_it_begins_and_how_long_it_is():
    assert lines(f"seen {one} here" for one in NEWER) == [f"seen {M} here"] * len(NEWER)
    assert lines(f"seen {one} here" for one in NOT_QUITE) == [f"seen {one} here" for one in NOT_QUITE]


def test_the_words_that_bring_back_what_is_lost_are_masked_whole():
    led = [
        "seed: ", "seed phrase: ", "seed words: ", "recovery phrase: ", "recovery_seed=", "backup-words: ", "mnemonic: ", 'mnemonic": "',
        "Wiederherstellungswörter: ", "Wiederherstellungs-Wörter: ", "wiederherstellungsworter: ",
    ]  # fmt: skip
    assert lines(f"{one}{WORDS_BACK}" for one in led) == [f"{one}{M}" for one in led]
    eleven = f"seed: {WORDS_BACK.rpartition(' ')[0]}"
    assert lines([eleven, f"phrase: {WORDS_BACK}"]) == [eleven, f"phrase: {WORDS_BACK}"]


def test_what_stands_in_the_next_field_or_behind_a_word_of_a_router():
    led = {
        'name="api_token", value="{}"': VALUE, "- key: db.password\n  value: {}": VALUE, "enable password 7 {}": "0822455D0A16",
        "tls_key={}": f"{WORD[:44]}", "my-secret-key {}": f"{WORD[:43]}=", "mfa code: {}": "4829", "2fa_pin = {}": "48291234", "one-time password is: {}": "482912",
        "log-in code: {}": "4829", "sign_in passcode: {}": "4829", "verification code is {}": "482912", "totp={}": "482912", "security-code: {}": "4829",
        "https://shelf.example.org/?X-Amz-Security-Token={}": f"{WORD[:24]}", "export BELT_TOKEN {}": "aaB1ccD22e",
    }  # fmt: skip
    assert lines(text.format(value) for text, value in led.items()) == [text.format(M) for text in led]
    stay = [
        "mfa code: 482",
        "totp=482912345",
        "export BELT_TOKEN aaB1ccD222",
        "enable password 7 0822455",
        f"tls_key={WORD[:39]}",
    ]
    assert lines(stay) == stay


def test_what_is_masked_already_is_left_as_it_is():
    key = f"ghp_{WORD[:36]}"
    led = [text for text in LED if VALUE in text]
    wanted = [text.split("«")[0] + M + text.split("»")[1] for text in led]
    assert lines(text.replace(f"«{VALUE}»", key) for text in led) == wanted
    once = lines([text.replace("«", "").replace("»", "") for text in LED] + [text for text, _ in BY_NAME])
    assert lines(once) == once
    assert M == "[secret masked]"


#: A rule, what stands before, the value, and what of it goes; nothing where it stays. Each differs in one thing from its neighbour.
JUDGED = [
    (secrets._mixed, "Bearer ", "abcdefghijklmnop", ""), (secrets._mixed, "Bearer ", "abcdefghijklmno1", "abcdefghijklmno1"),
    (secrets._mixed, "Bearer ", "Abcdefghijklmnop", ""), (secrets._mixed, "Bearer ", "aBcdefghijklmnop", "aBcdefghijklmnop"),
    (secrets._mixed, "Bearer ", "abcdefghijklmno=", "abcdefghijklmno="), (secrets._mixed, "Bearer ", "ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP"),
    *((secrets._made_up, "db.pass=", f"fjord{mark}kestrel", f"fjord{mark}kestrel") for mark in "!$%&#@*+~^"),
    (secrets._made_up, "db.pass=", "fjordkestrel", ""), (secrets._made_up, "db.pass=", "fjord7kestrel", "fjord7kestrel"), (secrets._made_up, "db.pass=", "12345678", ""),
    (secrets._made_up, "db.pass=", "'fjord7 kestrel'", "fjord7 kestrel"),
    (secrets._jumbled, "token ", "aaB1ccD22e", "aaB1ccD22e"), (secrets._jumbled, "token ", "aaB1ccD222", ""), (secrets._jumbled, "token ", "aab1ccd22e", ""),
    (secrets._jumbled, "token ", "aaB1ccD22e.", "aaB1ccD22e"), (secrets._jumbled, "token ", "aaB1cc-D2ee", ""), (secrets._jumbled, "token ", "aB1cD2eF3g-H4i", "aB1cD2eF3g-H4i"),
    *((secrets._jumbled, "token ", one, "") for one in ("h://aB1cD2eF3gH4", "aB1cD2eF3g12:34", "aB1cD2eF3g@host.example", "aB1/cD2eF3gH4", "aB1\\cD2eF3gH4", "aB1=cD2eF3gH4")),
    (secrets._jumbled, "token ", "aB1cD2eF3g!H4", "aB1cD2eF3g!H4"),
    (secrets._three, "password ", "Fjord7kest", "Fjord7kest"), (secrets._three, "password ", "fjord7kest", ""), (secrets._three, "password ", "Fjordkest!", ""),
    (secrets._three, "password ", "fjord7!est", "fjord7!est"), (secrets._three, "password ", "FJORD7!EST", "FJORD7!EST"), (secrets._three, "password ", "Fjord7kest.", "Fjord7kest"),
    (secrets._three, "password ", "Fjord7kest»", "Fjord7kest"), (secrets._three, "password ", "Fjord7kest:", "Fjord7kest"), (secrets._three, "password ", "Fjord7kest”", "Fjord7kest"),
    *((secrets._three, "password ", one, "") for one in ("h://Fjord7", "Fjord7:30", "Fjord7/kest", "Fjord7\\kest", "Fjord7=kest", "Fjord7@kest.example")),
    *((secrets._three, "password ", f"Fjord7{mark}x", f"Fjord7{mark}x") for mark in "!$%&#*+~^"),
    (secrets._value, "password is ", "Fjord7xq9.", "Fjord7xq9"), (secrets._value, "password is ", "Fjord7xq9,", "Fjord7xq9"), (secrets._value, "password is ", "Fjord7xq9:", "Fjord7xq9"),
    (secrets._value, "password=", "Fjord7xq9.", "Fjord7xq9."), (secrets._value, "password=", "Fjord7&page=2", "Fjord7"), (secrets._value, "password=", "'Fjord7&page=2'", "Fjord7&page=2"),
    *((secrets._value, "password: ", f"fjord{mark}", f"fjord{mark}") for mark in "!$%&#@*+~^"), (secrets._value, "password: ", "fjor!", ""),
    (secrets._value, "password=", "fjordke", ""), (secrets._value, "password=", "fjordkes", "fjordkes"), (secrets._value, "password: ", "fjordkes", ""),
    *((secrets._value, f"password{sign}", "fjordkes", "fjordkes") for sign in ("=", "=>", ":=", ">")), (secrets._value, "password: ", "\"fjordkes\"", "fjordkes"),
    (secrets._value, "password=", "123456", "123456"), (secrets._value, "password=", "12345", ""), (secrets._value, "password: ", "123456", ""),
    (secrets._value, "password: ", "/fjord", ""), (secrets._value, "password=", "/fjordkestrel", ""), (secrets._value, "password=", "a/fjordkestrel", ""), (secrets._value, "password=", "ab/fjordkestrel", "ab/fjordkestrel"),
    (secrets._value, "password=", "/fjord7kestrel", "/fjord7kestrel"), (secrets._value, "password=", "/fjord!kestrel", "/fjord!kestrel"),
    (secrets._value, "session_id=", "Fjord7xq9aB3dE5gH7j", ""), (secrets._value, "session_id=", "Fjord7xq9aB3dE5gH7jK", "Fjord7xq9aB3dE5gH7jK"), (secrets._value, "token=", "Fjord7xq9", "Fjord7xq9"),
    *((secrets._value, f"{name}{sign}", "Fjord7xq9", "") for name in ("session id", "session.id", "sessionid", "SID", "phpsessid") for sign in ("=", "=>", ":=", ": ", ">")),
    (secrets._value, "secret: ", "!vault", ""), (secrets._value, "secret: ", "!!binary", ""), (secrets._value, "secret=", "!vaulted", "!vaulted"), (secrets._value, "secret: ", "!vault7", "!vault7"),
    (secrets._value, "token=", "0x7f3a9c", ""), (secrets._value, "token=", "0x7f3a9cz1", "0x7f3a9cz1"), (secrets._value, "token=", "a.Box@7f3a", ""), (secrets._value, "token=", "a.Box@7f3", "a.Box@7f3"),
    (secrets._value, "password: ", "two fjords", ""), (secrets._value, "password: ", "'two 7fjords'", "two 7fjords"), (secrets._value, "password: ", "'two fjords!'", "two fjords!"),
    (secrets._value, "password: ", "[secret", ""), (secrets._value, 'password\\": ', '\\"Fjord7xq9\\"', "Fjord7xq9"),
]  # fmt: skip


@pytest.mark.parametrize("rule, before, value, goes", JUDGED)
def test_each_rule_says_what_of_a_value_goes(rule, before, value, goes):
    start, stop = rule(before, value, 100)
    assert value[start - 100 : stop - 100] == goes


@pytest.mark.parametrize(
    ("text", "kept"),
    [(f"{n}4111111111111111{n}", f"{n}{M}{n}") for n in (" ", ",", "(", "/", "'")]
    + [(f"{n}4111111111111111{n}", f"{n}4111111111111111{n}") for n in ("a", "7", "_", ".", "-")]
    + [
        (".4111111111111111 ", ".4111111111111111 "),
        (" 4111111111111111.", f" {M}."),
        ("4111111111111111", M),
        ("4111111111111111 and 4111111111111111", f"{M} and {M}"),
        ("no 411111111111111", "no 411111111111111"),
    ],
)
def test_a_card_stands_by_itself(text, kept):
    assert mask(text) == kept


#: A key or a word that opens, in a language of the world, and what nobody would call a thing.
OPENED_BY = (
    "Torschlüssel: «kiln-tray-a7b2x9»",
    "clef_du_four = «L91v0G7PWbn0»",
    "<llave_maestra>«8de9441440851bf57a565f74»</llave_maestra>",
    "chave do forno=«xofleK7pNVSEB»",
    '"klucz do pieca": "«cpfqv-gfdxnz-xolyw95»"',
    "ключ_от_печи=«0LgbNDl4fIfiS»",
    "署名鍵: «jpmpy-toyiao-2371n95»",
    "fırın_anahtarı='«87mcXsWlrk*HLt»'",
    "--ugnsnyckel «Z02rmw15PC5OXFYDMF»",
    "fraza_pieca = «mKBFW73cuo8eB»",
    "mdp_admin = «jwlee-vsdcss-fglox03»",
    "tunnel up kiln_live_«qX7dR2mK9vT4bN8sW3pL6yH1cF5gJ0aZ»",
)
#: Names of keys that open nothing, and long runs that are words.
OPENS_NOTHING = (
    "Kundenschlüssel=K-4711-2026-AB",
    "clave: 4711-2026-18",
    "slutet nyckel: bakplåt",
    "ключ: заказ",
    "la chiave e il forno 7 sono qui da ieri",
    "build tray-service_AbstractKilnControllerFactoryBeanImplementation started",
    "integrity=sha384-oqVuAfXRKap7fdgcCY5uykM6R9GqQ8KuxyWyH2Ybpjg1mXhQ9sW3pL6yH1cF5gJ0",
    "image kiln-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "type=CRED_DISP msg=audit(1551486781.306:604): pid=18496",
)


@pytest.mark.parametrize("text", OPENED_BY)
def test_what_a_name_of_a_key_in_any_language_holds_is_masked(text):
    before, after = text.split("«")[0], text.split("»")[1]
    said = secrets.mask(text.replace("«", "").replace("»", ""))
    assert said.endswith(after)
    assert said in (before + M + after, f"tunnel up {M}{after}")


@pytest.mark.parametrize("text", OPENS_NOTHING)
def test_a_key_that_opens_nothing_and_a_run_of_words_stay(text):
    assert secrets.mask(text) == text


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("clerk entered Aadhaar 4815 1623 4208 at the gate", "4815 1623 4208"),
        ("aadhaar_no: 4815 1623 4208", "4815 1623 4208"),
        ("member AHV-Nr.: 756.4815.1623.42", "756.4815.1623.42"),
        ("BSN 481516234 was read twice", "481516234"),
        ("codice fiscale RSSMRA85M01H501Z in the form", "RSSMRA85M01H501Z"),
        ("CF: RSSMRA85M01H501Z", "RSSMRA85M01H501Z"),
        ("CPF 481.516.234-08 refused", "481.516.234-08"),
        ("dni: 48151623L", "48151623L"),
        ("rower's NI number: QQ481516C, twice", "QQ481516C"),
        ("nino=QQ481516C", "QQ481516C"),
        ("numéro de sécurité sociale 1 85 08 15 162 342 08", "1 85 08 15 162 342 08"),
        ("personnummer 481516-2342 finns inte", "481516-2342"),
        ("PESEL: 48151623420", "48151623420"),
        ("SIN 481-516-234", "481-516-234"),
        ("Steuer-ID: 48 151 623 420", "48 151 623 420"),
        ("SSN 481-51-6234 on the slip", "481-51-6234"),
        ("henkilötunnus 150848-162B", "150848-162B"),
    ],
)
def test_the_number_by_which_an_authority_knows_a_person_is_masked_behind_its_name(line, secret):
    assert mask(line) == line.replace(secret, M)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ('{"cvc":"481"}', "481"),
        ("card_cvv=481 exp=09/28", "481"),
        ('"auths":{"mill.example":{"auth":"bWlsbGVyOnJ5ZTQ4MTUxNg=="}}', "bWlsbGVyOnJ5ZTQ4MTUxNg=="),
        ("MILL_KEY=base64:q83vEjRWeJq83vEjRWeJq83vEjRWeJo=", "q83vEjRWeJq83vEjRWeJq83vEjRWeJo="),
        ("'key' => 'base64:q83vEjRWeJq83vEjRWeJq83vEjRWeJo=',", "q83vEjRWeJq83vEjRWeJq83vEjRWeJo="),
        ("ssh-keygen -N 'rye barley oat' -f id_mill", "'rye barley oat'"),
        ("~/.pgpass has mill.example:5432:flour:miller:ryE48oats", "ryE48oats"),
        ("mill.example:5432:*:miller:ryE48oats   # .pgpass", "ryE48oats"),
        ("snmpwalk -v2c -c ryE48oats 10.1.2.3", "ryE48oats"),
        ('passphrase: "rye barley oat spelt"', '"rye barley oat spelt"'),
        ("recovery code: 48151-62342", "48151-62342"),
        ("backup code used: a48b1-51c62", "a48b1-51c62"),
        ("Ihr Einmalcode lautet 481516", "481516"),
        ("verification code 481516 entered by the miller", "481516"),
        ("alarm pin 4815 entered", "4815"),
        ("bootstrap token a48b15.rye16barley23oa4 created", "a48b15.rye16barley23oa4"),
        ("bindpw rYe-48oats -> mill.example", "rYe-48oats"),
        ("Lizenzschlüssel: RYE48-OAT15-SPELT-16BAR", "RYE48-OAT15-SPELT-16BAR"),
        ("Cookie: lang=fr; mill_session=rye48barley15oat16spelt23", "rye48barley15oat16spelt23"),
        ("https://0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d@mill.example/42", "0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d"),
        ("wallet 5" + "KdF3gH7jK9mNpQrS" * 3 + "tu", "5" + "KdF3gH7jK9mNpQrS" * 3 + "tu"),
        ("The password for the sieve is rye_barley9 and it fails", "rye_barley9"),
        ("κωδικός πρόσβασης: rye481$", "rye481$"),
        ("sieve?X-Goog-Signature=0dd4b6bc7b01dee140", "0dd4b6bc7b01dee140"),
    ],
)
def test_what_opens_at_its_place_in_a_command_a_file_or_a_sentence_is_masked(line, secret):
    assert mask(line) == line.replace(secret, M)


@pytest.mark.parametrize(
    "line",
    [
        "Schlüssel nicht gefunden: artikel/48151",
        "SIN of 30 degrees, 4 samples",
        "DNI lookup took 48151 ms",
        "the mill's pin 4815162342 is a part number",
        "snmpd[481]: started",
        "security code check passed",
        "passport control opens at 09:00",
        "ssh-keygen -t ed25519 -f id_mill",
        "http://mill.example/a@b",
        "auth: accepted",
    ],
)
def test_what_only_stands_near_such_a_name_stays(line):
    assert mask(line) == line


MORE_SHAPES = [
    *each("IQoJb3JpZ2lu", 40), *each("LTAI", 20), f"sc_mill481.a4b8.acc_rye481516x.{WORD[:40]}", f"ext_mill481.a4b8.acc-rye481516x.{WORD[:40]}",
    f"scauth_mill481.a4b8.acc_rye481516x.{WORD[:40]}", f"authress_mill481.a4b8.acc_rye481516x.{WORD[:40]}",
    f"pat.{WORD[:22]}.{HEX[:24]}.{WORD[:20]}", *each("api_org_", 34, "aBdEgHjK" * 5), *each("s-s4t2ud- s-s4t2af-", 40, HEX), *each("sha256~", 43),
    *each("sm_aat_ sm_pat_ sm_sat_", 20), *each("AQVN", 40), f"t1.{WORD[:44]}.{WORD[:88]}", f"re_{WORD[:8]}_{WORD[:24]}", *each("4b1d", 38),
    *each("API-", 26, "A1B2C3D4E5F6G7H8" * 2), f"SSWS 00{WORD[:38]}", *each("tk-us- tk-eu-", 40), *each("sgp_", 40, HEX), f"1/{DIGIT[:16]}/{DIGIT[:16]}:{HEX[:32]}",
    f"snyk_uat.{HEX[:8]}.{WORD[:40]}", *each("AKID", 32), *each("gsk_ pplx- xai- pcsk_ r8_", 40), f"lsv2_pt_{HEX[:32]}_{HEX[:10]}", *each("rzp_live_", 14),
    *each("pat-eu1- pat-na1-", 36, HEX), *each("essu_", 40), *each("rdme_", 40, "a1b2c3d4" * 6), *each("oauth:", 30, "a1b2c3d4" * 6), *each("tfp_", 40),
]  # fmt: skip


@pytest.mark.parametrize("made", MORE_SHAPES)
def test_each_further_shape_is_masked_alone(made):
    assert mask(f"the miller sent {made} twice") == f"the miller sent {M} twice"


@pytest.mark.parametrize("name", ["verification", "security", "one time", "otp", "2fa", "mfa", "login"])
@pytest.mark.parametrize("what", ["code", "pin"])
def test_a_code_that_is_sent_is_masked_behind_each_of_its_names(name, what):
    assert mask(f"{name} {what} 481516 typed") == f"{name} {what} {M} typed"
    assert mask(f"{name} {what} 48151 typed") == f"{name} {what} 48151 typed"


@pytest.mark.parametrize("name", ["alarm", "door", "card", "sim", "access", "user", "customer"])
def test_a_pin_is_masked_behind_each_of_its_names(name):
    assert mask(f"{name} pin 4815 typed") == f"{name} pin {M} typed"


@pytest.mark.parametrize(
    "name",
    "SSN|social security number|social insurance number|national insurance no|aadhar|aadhaar|pesel|bsn|burgerservicenummer|cpf|curp|personnummer|fødselsnummer|"
    "henkilötunnus|steuer-id|steuer-idnr|idnr|ahv|nir|numéro de sécurité sociale|número de seguridad social|número de identificación|sécurité sociale|"
    "steuerliche identifikationsnummer|sozialversicherungsnummer|rodné číslo|rijksregisternummer|passport no|reisepass nr|personalausweis|id-card|tax id|"
    "national id|DNI|NIE|NIF|NIR|SIN|CPR|CNP|OIB|EGN|NI|HETU|NINO|RRN|SV|AVS|TIN|RUT".split("|"),
)
def test_the_number_of_a_person_is_masked_behind_each_of_its_names(name):
    assert mask(f"{name}: 4815162342 was read") == f"{name}: {M} was read"
    assert mask(f"{name}: 48151 was read") == f"{name}: 48151 was read"
