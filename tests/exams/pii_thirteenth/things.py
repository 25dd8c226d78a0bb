"""Draws what is no person's and no secret: numbers of goods, hashes of content, names of things.

Enters: `words/things.txt`, a source of chance. Leaves: text by the names that templates use after `t.` and `w.`. Never here: people, secrets.
"""

import base64
import datetime
import hashlib
import json
import pathlib

import engine
import papers

WORDS = {}
for _line in (pathlib.Path(__file__).parent / "words" / "things.txt").read_text(encoding="utf-8").splitlines():
    _name, _, _rest = _line.partition(" ")
    WORDS[_name] = _rest.replace("html; charset", "html\0 charset").replace("(X11; Linux x86_64; rv", "(X11\0 Linux x86_64\0 rv").replace("10.0; Win64; x64", "10.0\0 Win64\0 x64").replace("iPhone; CPU", "iPhone\0 CPU").split(";")
    WORDS[_name] = [_word.replace("\0", ";") for _word in WORDS[_name]]


def digits(r, size, first="0123456789"):
    return papers.digits(r, size, first)


def isbn10(r):
    body = r.choice(["82", "91", "3", "0", "2"]) + digits(r, 9)
    body = body[:9]
    rest = -papers.dot(papers.only(body), range(10, 1, -1)) % 11
    return body + ("X" if rest == 10 else str(rest))


def isbn13(r):
    body = r.choice(["978", "979"]) + digits(r, 9)
    text = body + papers.ean(body)
    return r.choice([text, f"{text[:3]}-{text[3]}-{text[4:8]}-{text[8:12]}-{text[12]}"])


def issn(r):
    body = digits(r, 7)
    rest = -papers.dot(papers.only(body), range(8, 1, -1)) % 11
    return f"{body[:4]}-{body[4:]}{'X' if rest == 10 else rest}"


def gtin(r, size=13, first="4567"):
    body = digits(r, size - 1, first)
    return body + papers.ean(body)


VIN = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9)))


def vin(r):
    body = r.choice(["WVW", "YV1", "TMB", "JT2", "VF1", "ZFA", "KMH", "1FT"]) + "".join(r.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(5)) + "0" + "".join(r.choice("ABCDEFGHJKLMNPRSTVWXY0123456789") for _ in range(2)) + digits(r, 6)
    total = papers.dot([int(sign) if sign.isdigit() else VIN[sign] for sign in body], (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return body[:8] + ("X" if total == 10 else str(total)) + body[9:]


def container(r):
    body = "".join(r.choice("ABCDEFGHKLMNPRSTW") for _ in range(3)) + "U" + digits(r, 6)
    value, number = {}, 10
    for letter in papers.LETTERS:
        number += number % 11 == 0
        value[letter], number = number, number + 1
    total = sum((int(sign) if sign.isdigit() else value[sign]) << place for place, sign in enumerate(body))
    return f"{body[:4]} {body[4:]} {total % 11 % 10}" if r.random() < 0.5 else f"{body}{total % 11 % 10}"


def imo(r):
    body = digits(r, 6, "79")
    return f"IMO {body}{papers.dot(papers.only(body), range(7, 1, -1)) % 10}"


def wagon(r):
    body = r.choice(["31", "33", "83"]) + r.choice(["24", "80", "51", "74"]) + digits(r, 7)
    text = body + papers.luhn(body)
    return f"{text[:2]} {text[2:4]} {text[4:8]} {text[8:11]}-{text[11]}"


def cas(r):
    body = digits(r, r.randint(2, 5), "123456789") + digits(r, 2)
    return f"{body[:-2]}-{body[-2:]}-{papers.dot(reversed(papers.only(body)), range(1, 10)) % 10}"


def upu(r):
    body = digits(r, 8)
    rest = 11 - papers.dot(papers.only(body), (8, 6, 4, 2, 3, 5, 9, 7)) % 11
    return f"{r.choice(['RR', 'CP', 'EE', 'LX'])}{body}{ {10: 0, 11: 5}.get(rest, rest)}{r.choice(['LT', 'NO', 'PT', 'JP', 'PL'])}"


def moment(r):
    return datetime.datetime(2021, 1, 1) + datetime.timedelta(seconds=r.randint(0, 180_000_000))


def image(r, head, size):
    return base64.b64encode(head + bytes(r.randrange(256) for _ in range(size))).decode()


def lei(r):
    body = f"{digits(r, 4, '259')}00" + engine.some(r, "N", 12)
    return body + f"{98 - papers.mod97(body + '00'):02}"


MADE = {
    "isbn10": isbn10, "isbn13": isbn13, "issn": issn, "ean13": gtin, "ean8": lambda r: gtin(r, 8), "gtin14": lambda r: gtin(r, 14, "1"), "upc": lambda r: gtin(r, 12, "0"), "sscc": lambda r: "00" + gtin(r, 18, "3"), "vin": vin, "container": container, "imo": imo, "wagon": wagon,
    "cas": cas, "upu": upu, "lei": lei, "git": lambda r: engine.some(r, "x", 40), "git7": lambda r: engine.some(r, "x", 7), "uuid": lambda r: engine.some(r, "u", 0), "sha256": lambda r: hashlib.sha256(engine.some(r, "x", 9).encode()).hexdigest(), "sha1": lambda r: hashlib.sha1(engine.some(r, "x", 9).encode()).hexdigest(),
    "md5": lambda r: hashlib.md5(engine.some(r, "x", 9).encode()).hexdigest(), "crc": lambda r: engine.some(r, "x", 8), "etag": lambda r: f'W/"{engine.some(r, "x", 16)}"' if r.random() < 0.4 else f'"{engine.some(r, "x", 32)}"', "digest": lambda r: "sha256:" + engine.some(r, "x", 64),
    "sri": lambda r: "sha384-" + base64.b64encode(bytes(r.randrange(256) for _ in range(48))).decode(), "ulid": lambda r: "01J" + "".join(r.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(23)), "oid": lambda r: engine.some(r, "x", 24), "png": lambda r: "data:image/png;base64," + image(r, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 60),
    "gif": lambda r: "data:image/gif;base64," + image(r, b"GIF89a", 40), "svg": lambda r: "data:image/svg+xml;base64," + base64.b64encode(f'<svg xmlns="http://www.w3.org/2000/svg" width="{r.randint(8, 64)}"><path d="M0 {r.randint(1, 9)}h9"/></svg>'.encode()).decode(), "jpeg64": lambda r: image(r, b"\xff\xd8\xff\xe0\0\x10JFIF", 70),
    "date": lambda r: moment(r).strftime("%Y-%m-%d"), "dmy": lambda r: moment(r).strftime("%d.%m.%Y"), "ts": lambda r: moment(r).strftime("%Y-%m-%dT%H:%M:%SZ"), "sql_ts": lambda r: moment(r).strftime("%Y-%m-%d %H:%M:%S.") + digits(r, 3), "time": lambda r: moment(r).strftime("%H:%M:%S"), "hm": lambda r: moment(r).strftime("%H:%M"), "ym": lambda r: moment(r).strftime("%Y-%m"),
    "epoch": lambda r: str(int(moment(r).timestamp())), "epoch_ms": lambda r: str(int(moment(r).timestamp())) + digits(r, 3), "lat": lambda r: f"{r.uniform(-60, 68):.6f}", "lon": lambda r: f"{r.uniform(-170, 170):.6f}", "wkt": lambda r: f"POINT({r.uniform(4, 30):.5f} {r.uniform(37, 69):.5f})",
    "dms": lambda r: f"{r.randint(36, 69)}°{r.randint(0, 59):02}'{r.uniform(0, 59):04.1f}\"N {r.randint(1, 31)}°{r.randint(0, 59):02}'{r.uniform(0, 59):04.1f}\"E", "geohash": lambda r: "u" + "".join(r.choice("0123456789bcdefghjkmnpqrstuvwxyz") for _ in range(8)), "pluscode": lambda r: f"9F{r.choice('456')}{r.choice('CFGH')}{''.join(r.choice('23456789CFGHJMPQRVWX') for _ in range(4))}+{''.join(r.choice('23456789CFGHJMPQRVWX') for _ in range(2))}",
    "money": lambda r: f"{r.randint(1, 9)} {digits(r, 3)} {digits(r, 3)},{digits(r, 2)}", "money_en": lambda r: f"{r.randint(1, 999)},{digits(r, 3)}.{digits(r, 2)}", "money_ch": lambda r: f"{r.randint(1, 99)}'{digits(r, 3)}.{digits(r, 2)}", "thousands": lambda r: f"{r.randint(1, 98)} {digits(r, 3)} {digits(r, 3)}",
    "version": lambda r: f"{r.randint(0, 12)}.{r.randint(0, 40)}.{r.randint(0, 99)}{r.choice(['', '', '-rc1', '+build' + digits(r, 4), '-alpha.3'])}", "hexcolour": lambda r: "#" + engine.some(r, "x", 6), "rgb": lambda r: f"rgb({r.randint(0, 255)}, {r.randint(0, 255)}, {r.randint(0, 255)})",
    "bic": lambda r: engine.some(r, "A", 4) + r.choice(["LT", "NO", "DE", "PL", "FR"]) + r.choice(["2X", "22", "PP", "HH", "BB"]) + r.choice(["", "XXX"]), "json_flags": lambda r: json.dumps({"beta": r.random() < 0.5, "limit": r.randint(1, 90)}),
}


def draw(r, what, how):
    if what not in "tw" or how not in (MADE if what == "t" else WORDS):
        raise KeyError(f"{what}.{how}")
    if what == "w":
        return r.choice(WORDS[how])
    return MADE[how](r)
