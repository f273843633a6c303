"""Lines with secrets and lines that only look so, made from seeds: nothing here was ever a key of anybody.

A run of EXAMPLE, example, deadbeef or 0000 stands in every value, so that no scanner takes one for real.
"""

from __future__ import annotations

import base64
import json
import string
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
EACH = 25  # lines of a kind
ALPHABETS = {  # letter in a shape: characters, and the run that says that it is none
    "a": (string.ascii_letters + string.digits, "EXAMPLE"),
    "b": (string.ascii_letters + string.digits + "-_", "EXAMPLE"),
    "c": ("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "EXAMPLE".replace("E", "8")),
    "d": (string.digits, "0000"),
    "h": ("0123456789abcdef", "deadbeef"),
    "s": (string.ascii_uppercase + "234567", "EXAMPLE"),
    "u": (string.ascii_uppercase + string.digits, "EXAMPLE"),
}
AROUND = [  # where a token stands, of several trades
    "2026-06-17 09:14:07 INFO ward sync uses {}",
    "2026-06-17T09:14:07Z DEBUG gate: calling customs with {} for CON-7",
    '{{"ts":"2026-06-17T09:14:07Z","msg":"key loaded","value":"{}"}}',
    "curl -H 'X-Auth: {}' https://desk.example.org/docket",
    "export PRESS_CREDENTIAL={}",
    "kern pasted ({}) into the chat, please remove it",
    "config.yaml: bus_access: {}",
    '<setting name="belt">{}</setting>',
    "retry 3 of 5 failed, sent {}, got 401",
    "[pump-3] env: REGION=eu HOOK={} MODE=night",
    'loans | at=2026-06-17 arg="{}" state=ok',
    "{}",
]
PAIRS = [  # how a name and its value are written
    "{n}={v}",
    "{n}: {v}",
    '"{n}": "{v}"',
    "{n}='{v}'",
    '{n} = "{v}"',
    "--{n} {v}",
    "--{n}={v}",
    "<{n}>{v}</{n}>",
    "{n} => {v}",
    "2026-06-17 09:14:07 INFO connecting user=kern {n}={v} host=db1",
    '{{"user": "kern", "{n}": "{v}", "tries": 2}}',
    'level=debug msg="login" {n}="{v}" bed=4',
]


def filled(code: str, length: int, rng: Random, marked: bool = True) -> str:
    """That many characters of an alphabet, with its run inside where it fits and is wanted."""
    letters, run = ALPHABETS[code]
    text = "".join(rng.choice(letters) for _ in range(length))
    if length < len(run) or not marked:
        return text
    at = rng.randrange(length - len(run) + 1)
    return text[:at] + run + text[at + len(run) :]


def shaped(shape: str, rng: Random, marked: bool = True) -> str:
    """A shape such as `ghp_{a36}` with its braces filled."""
    out = ""
    for literal, field, _, _ in string.Formatter().parse(shape):
        out += literal + (filled(field[0], int(field[1:]), rng, marked) if field else "")
    return out


def word(rng: Random) -> str:
    """What a person would take for a password: letters, digits and signs, no white space, quote or bracket."""
    season = rng.choice(["Winter", "harbour", "Falke", "tulip", "Kranich", "basalt", "Meseta", "fjord"])
    return (
        f"{season}{rng.choice('-_.!+*')}EXAMPLE{rng.choice('!#%+$')}{filled('a', 6, rng)}{rng.randrange(10)}"
    )


def b64(text: str, url: bool = False) -> str:
    return (base64.urlsafe_b64encode if url else base64.b64encode)(text.encode()).decode()


def luhn(digits: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def checked_iban(country: str, account: str) -> str:
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


def pem(label: str, rng: Random, newline: str) -> tuple[str, str]:
    """A block, and its body."""
    body = newline.join(filled("a", 64, rng) for _ in range(3))
    return newline.join([f"-----BEGIN {label}-----", body, f"-----END {label}-----"]), body


def spaced(text: str, every: int, mark: str) -> str:
    return mark.join(text[i : i + every] for i in range(0, len(text), every))


def structured(kind: str, i: int, rng: Random) -> tuple[str, str]:
    """A line of a kind that is told by what stands around it, and the part that must not survive."""
    value, around = word(rng), AROUND[i % len(AROUND)]
    if kind == "aws_secret":
        value = filled("a", 40, rng)
        return ["aws_secret_access_key = {}", "AWS_SECRET_ACCESS_KEY={}", '"SecretAccessKey": "{}"'][
            i % 3
        ].format(value), value
    if kind == "jwt":
        claims = {"iss": "EXAMPLE", "sub": f"desk-{i}", "exp": 1781694600 + i}
        head = {"alg": ["HS256", "RS256"][i % 2], "typ": "JWT"}
        parts = [b64(json.dumps(part), url=True).rstrip("=") for part in (head, claims)]
        value = ".".join([*parts, filled("b", 43, rng)])
        return around.format(value), value
    if kind in ("pem_rsa", "pem_openssh"):
        label = {"pem_rsa": ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"][i % 3]}.get(
            kind, "OPENSSH PRIVATE KEY"
        )
        block, value = pem(label, rng, "\n" if i % 2 else "\\n")
        return (f"key of gate {i}:\n{block}\n" if i % 2 else f'{{"key": "{block}"}}'), value
    if kind == "url_database":
        scheme = ["postgresql", "mysql", "mongodb+srv", "redis", "amqp", "sqlserver", "clickhouse"][i % 7]
        value = value.replace("#", "~").replace("%", "~")
        user = "" if scheme == "redis" else "reader"
        return f"2026-06-17 INFO opening {scheme}://{user}:{value}@db{i}.example.org/orders", value
    if kind == "url_http":
        value = value.replace("#", "~").replace("%", "~")
        return f"GET {['https', 'http', 'ftp'][i % 3]}://ward{i}:{value}@files.example.org/list 200", value
    if kind == "connection_string":
        name = ["Password", "Pwd", "PWD"][i % 3]
        return (
            f"Server=tcp:db{i}.example.org,1433;Database=bank;User Id=sa;{name}={value};Encrypt=True;",
            value,
        )
    if kind == "jdbc":
        value = value.replace("#", "~").replace("%", "~").replace("+", "~")
        return f"jdbc:postgresql://db{i}.example.org/marks?user=school&password={value}&ssl=true", value
    if kind == "basic":
        value = b64(f"desk{i}:{value}")
        return ["Authorization: Basic {}", "-H 'Authorization: Basic {}'", '"authorization": "Basic {}"'][
            i % 3
        ].format(value), value
    if kind == "bearer":
        value = filled("b", 40, rng)
        return ["Authorization: Bearer {}", "-H 'Authorization: Bearer {}'", '"authorization": "Bearer {}"'][
            i % 3
        ].format(value), value
    if kind == "cookie":
        name = ["sessionid", "JSESSIONID", "connect.sid", "PHPSESSID"][i % 4]
        value = filled("a", 32, rng)
        return [
            f"Cookie: lang=de; {name}={value}; theme=dark",
            f"Set-Cookie: {name}={value}; Path=/; HttpOnly",
        ][i % 2], value
    if kind == "azure_storage":
        value = filled("a", 86, rng) + "=="
        return (
            f"DefaultEndpointsProtocol=https;AccountName=meter{i};AccountKey={value};EndpointSuffix=example.org",
            value,
        )
    if kind == "query":
        name = ["access_token", "api_key", "sig", "token", "client_secret"][i % 5]
        value = filled("a", 36, rng)
        return f"GET /scan?belt=2&{name}={value}&page={i} HTTP/1.1", value
    if kind == "card":
        start, length = [("400000", 16), ("510000", 16), ("340000", 15), ("601100", 16), ("222100", 16)][
            i % 5
        ]
        value = luhn(start + filled("d", length - 7, rng))
        value = value if length == 15 else [value, spaced(value, 4, " "), spaced(value, 4, "-")][i % 3]
        return [
            "paid by card {}",
            "PAN={} amount=12.00",
            '"card": "{}"',
            "the reader gave us {} on the phone",
        ][i % 4].format(value), value
    assert kind == "iban", kind
    country, bank, rest = [
        ("DE", "99999999", 10),
        ("AT", "99999", 11),
        ("NL", "EXMP", 10),
        ("GB", "EXMP", 14),
        ("CH", "99999", 12),
        ("ES", "99999999", 12),
        ("BE", "999", 9),
    ][i % 7]
    value = checked_iban(country, bank + filled("d", rest, rng))
    value = value if i % 2 else spaced(value, 4, " ")
    return ["refund to {} today", "iban={} amount=40", '"account": "{}"', "booked from {}, PAY-7"][
        i % 4
    ].format(value), value


STRUCTURED = [
    "aws_secret",
    "jwt",
    "pem_rsa",
    "pem_openssh",
    "url_database",
    "url_http",
    "connection_string",
    "jdbc",
]
STRUCTURED += ["basic", "bearer", "cookie", "azure_storage", "card", "iban"]


def table(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(line.split(" | ", 1)) for line in lines]  # type: ignore[misc]


def secrets() -> list[dict]:
    """1,500 lines of 60 kinds: `name`, `kind`, `line`, and `secret`, from `start` to `end` of the line."""
    found = []

    def add(kind: str, i: int, line: str, secret: str) -> None:
        start = line.index(secret)
        found.append(
            {
                "name": f"{kind}-{i:02d}",
                "kind": kind,
                "line": line,
                "secret": secret,
                "start": start,
                "end": start + len(secret),
            }
        )

    for kind, shape in table("shapes.txt"):
        for i in range(EACH):
            secret = shaped(shape, Random(f"{kind} {i}"))
            add(kind, i, AROUND[i % len(AROUND)].format(secret), secret)
    for kind in STRUCTURED:
        for i in range(EACH):
            add(kind, i, *structured(kind, i, Random(f"{kind} {i}")))
    for kind, names in table("names.txt"):
        for i in range(EACH):
            value = word(Random(f"{kind} {i}"))
            add(
                kind, i, PAIRS[i % len(PAIRS)].format(n=names.split()[i % len(names.split())], v=value), value
            )
    return found


LOOKALIKES = {  # kind: lines with shapes, or with things of their own
    "git": ["commit {h40}", "deployed {h7} to ward", "HEAD is now at {h12} mend the gate"],
    "sha256": ["sha256:{h64}", "sha256sum {h64}  plates.tar", "evidence {h64} kept"],
    "md5": ["etag {h32}", "md5={h32} size=120", 'ETag: "{h32}"'],
    "uuid": ["request {h8}-{h4}-4{h3}-a{h3}-{h12} done", '{{"id":"{h8}-{h4}-4{h3}-9{h3}-{h12}"}}'],
    "traceparent": ["traceparent: 00-{h32}-{h16}-01", "trace_id={h32} span_id={h16}"],
    "orders": ["order ORD-{d10} packed", "invoice 2026-{d8} sent", "booking_no={d12}"],
    "containers": ["container ABCU{d7} weighed", "wagon {d12} at track 4", "seal {u8} intact"],
    "pictures": ["img src=data:image/png;base64,iVBORw0KGgo{a120}", "thumb iVBORw0KGgo{a80} shown"],
    "pods": ["pod desk-{h10}-{h5} ready", "replicaset court-{h10} scaled"],
    "images": ["pulled registry.example.org/press@sha256:{h64}", "image id {h12}"],
    "addresses": [
        "scanner 00:17:30:aa:{h2}:{h2} silent",
        "peer fd00:{h4}:{h4}::{h4} up",
        "from 192.0.2.7:{d5}",
    ],
    "prose": [
        "password changed for user kern by desk {d2}",
        "the token has expired, please log in again ({d3})",
        "a secret must have at least 12 characters, got {d1}",
        "wachtwoord vergeten? vraag de balie ({d3})",
        "Das Passwort wurde nicht geändert, Vorgang {d6}",
        "no password was sent, none was asked ({d2})",
    ],
    "counts": [
        "max_tokens={d4} used={d3}",
        "tokens: {d4}",
        "token_count={d5} model=small",
        "password_attempts={d1}",
    ],
    "flags": ["password_changed=true user=desk{d2}", "secret_scanning=on job={d4}", "has_token=false n={d3}"],
    "names": [
        "primary_key=id rows={d4}",
        "key=ORD-{d4} value=open",
        "keyboard=de lamp={d1}",
        "passenger=Ott seat={d2}",
    ],
    "clocks": ["2026-06-17T09:14:07.{d9}Z tick", "epoch 1781694{d3}000 ms", "20260617{d6} booked"],
    "paths": [
        "/srv/keys/README.md read {d3} times",
        "C:\\secrets\\list.txt is empty ({d2})",
        "see /etc/ssl/certs/ca-{d4}.crt",
    ],
    "urls": [
        "GET http://desk.example.org:8080/a@b/{d4} 200",
        "https://example.org/token/help?page={d2}",
        "amqp://bus.example.org/{d3}",
    ],
    "books": ["isbn 978-3-{d4}-{d4}-{d1}", "reader card L{d7}", "shelf {u4}-{d4}"],
    "certificates": [
        "serial number {h32}",
        "fingerprint {h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}",
        "-----BEGIN CERTIFICATE----- {a64}",
    ],
}


def lookalikes() -> list[dict]:
    """500 lines of 20 kinds that hold no secret: `name`, `kind`, `line`."""
    return [
        {
            "name": f"{kind}-{i:02d}",
            "kind": kind,
            "line": shaped(shapes[i % len(shapes)], Random(f"{kind} {i}"), False),
        }
        for kind, shapes in LOOKALIKES.items()
        for i in range(EACH)
    ]
