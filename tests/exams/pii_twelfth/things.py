"""What is nobody's and no secret: numbers of goods, freight, firms, machines, science; dates, quantities, digests.

Enters: chance, words/things.txt. Leaves: fields without labels. Never here: anything of a person, secrets.
"""

import base64
import datetime
import pathlib
import uuid

from engine import field, pattern
from papers import digits, ean, luhn, weigh

WORDS = {}
for line in (pathlib.Path(__file__).parent / "words" / "things.txt").read_text(encoding="utf-8").splitlines():
    name, _, rest = line.partition(": ")
    assert name not in WORDS, name
    WORDS[name] = rest.split("; ")


@field("w")
def _(cell, name):
    return cell.chance.choice(WORDS[name])


@field("n")
def _(cell, low="1", high="100", places="0", thousands=""):
    if int(places):
        text = f"{cell.chance.uniform(float(low), float(high)):,.{places}f}"
    else:
        text = f"{cell.chance.randint(int(low), int(high)):,}"
    if thousands == "de":
        return text.translate(str.maketrans(",.", ".,"))
    return text.replace(",", {"": "", "sp": " ", "us": ",", "ap": "'", "nb": "\u202f"}[thousands])


@field("row")
def _(cell, start="1"):
    return str(int(start) + cell.row)


@field("date")
def _(cell, form="%Y-%m-%d", low="2021", high="2026"):
    day = datetime.datetime(int(low), 1, 1) + datetime.timedelta(seconds=cell.chance.randint(0, (int(high) - int(low)) * 31_536_000 - 1))
    return day.strftime(form)


@field("ts")
def _(cell):
    return (datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=cell.chance.randint(0, 60_000_000))).strftime("%Y-%m-%dT%H:%M:%SZ")


@field("epoch")
def _(cell, millis=""):
    return str(cell.chance.randint(1_600_000_000, 1_780_000_000)) + (digits(cell.chance, 3) if millis else "")


@field("uuid")
def _(cell):
    return str(uuid.UUID(int=cell.chance.getrandbits(128), version=4))


@field("ean13")
def _(cell, start="40,50,54,73,87,90"):
    one = digits(cell.chance, 12, cell.chance.choice(start.split(",")))
    return one + ean(one)


@field("ean8")
def _(cell):
    one = digits(cell.chance, 7, "4")
    return one + ean(one)


@field("upc")
def _(cell):
    one = digits(cell.chance, 11, cell.chance.choice("0678"))
    return one + ean(one)


@field("sscc")
def _(cell):
    one = digits(cell.chance, 17, "3" + cell.chance.choice(["40", "73", "50"]))
    return one + ean(one)


@field("gln")
def _(cell):
    one = digits(cell.chance, 12, cell.chance.choice(["73", "40", "87"]))
    return one + ean(one)


@field("isbn13")
def _(cell, dashes="-"):
    group, press = cell.chance.choice([("0", "7432"), ("3", "518"), ("2", "07"), ("84", "339"), ("88", "04")])
    title = digits(cell.chance, 9 - len(group) - len(press))
    return dashes.join(["978", group, press, title, ean("978" + group + press + title)])


@field("isbn10")
def _(cell):
    one = digits(cell.chance, 9, cell.chance.choice(["0", "3", "2"]))
    return one + "0X987654321"[weigh(one, range(10, 1, -1)) % 11]


@field("issn")
def _(cell):
    one = digits(cell.chance, 7, cell.chance.choice("012"))
    return f"{one[:4]}-{one[4:]}" + "0X987654321"[weigh(one, range(8, 1, -1)) % 11]


VIN = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9, *range(10)]))


@field("vin")
def _(cell):
    one = cell.chance.choice(["WVW", "1FT", "JTD", "VF1", "YV1", "5YJ"]) + "".join(cell.chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(8)) + digits(cell.chance, 6)
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    rest = sum(VIN[letter] * weight for letter, weight in zip(one, weights)) % 11
    return one[:8] + "0123456789X"[rest] + one[9:]


@field("container")
def _(cell):
    one = cell.chance.choice(["MSC", "TCL", "HLX", "CMA", "GES", "OOL"]) + "U" + digits(cell.chance, 6)
    values = {letter: value for letter, value in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [one for one in range(10, 39) if one % 11])}
    total = sum((values[letter] if letter.isalpha() else int(letter)) * 2 ** at for at, letter in enumerate(one))
    return one + str(total % 11 % 10)


@field("imo")
def _(cell):
    one = digits(cell.chance, 6, "9")
    return "IMO " + one + str(weigh(one, range(7, 1, -1)) % 10)


@field("awb")
def _(cell):
    one = digits(cell.chance, 7)
    return cell.chance.choice(["020", "117", "057", "176"]) + "-" + one + str(int(one) % 7)


@field("ups")
def _(cell):
    one = pattern(cell.chance, "Xd{2}X{3}d{2}d{7}")
    total = sum((int(letter) if letter.isdigit() else (ord(letter) - 63) % 10) * (1 + at % 2) for at, letter in enumerate(one))
    return "1Z" + one + str(-total % 10)


@field("s10")
def _(cell):
    one = digits(cell.chance, 8)
    rest = 11 - weigh(one, (8, 6, 4, 2, 3, 5, 9, 7)) % 11
    return cell.chance.choice(["RR", "CP", "LX", "EE"]) + one + str({10: 0, 11: 5}.get(rest, rest)) + cell.chance.choice(["DE", "NO", "FR", "CN", "JP"])


def mod97(text):
    return f"{98 - int(''.join(str(int(one, 36)) for one in text + '00')) % 97:02}"


@field("lei")
def _(cell):
    one = pattern(cell.chance, "'5493'd{2}X{12}")
    return one + mod97(one)


@field("isin")
def _(cell):
    one = cell.chance.choice(["US", "DE", "NO", "FR", "SE"]) + digits(cell.chance, 9, "0")
    return one + luhn("".join(str(int(letter, 36)) for letter in one))


@field("sedol")
def _(cell):
    one = "B" + "".join(cell.chance.choice("BCDFGHJKLMNPQRSTVWXYZ0123456789") for _ in range(5))
    return one + str(-sum(int(letter, 36) * weight for letter, weight in zip(one, (1, 3, 1, 7, 3, 9))) % 10)


@field("cusip")
def _(cell):
    one = pattern(cell.chance, "d{3}X{5}")
    total = 0
    for at, letter in enumerate(one):
        value = int(letter, 36) * (1 + at % 2)
        total += value // 10 + value % 10
    return one + str(-total % 10)


@field("bic")
def _(cell):
    return cell.chance.choice(["HALV", "OSTE", "KVAL", "BRIN", "NORF"]) + cell.chance.choice(["DEFF", "NOKK", "SESS", "FRPP", "GB2L"]) + cell.chance.choice(["", "XXX"])


@field("cnpj")
def _(cell):
    one = digits(cell.chance, 8) + "0001"
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = 11 - weigh(one, weights) % 11
        one += str(rest if rest < 10 else 0)
    return f"{one[:2]}.{one[2:5]}.{one[5:8]}/{one[8:12]}-{one[12:]}"


@field("ustid")
def _(cell):
    from papers import mod_11_10
    one = digits(cell.chance, 8, "123456789"[cell.chance.randint(0, 8)])
    return "DE" + one + mod_11_10(one)


@field("siret")
def _(cell):
    one = digits(cell.chance, 8, cell.chance.choice("78"))
    one += luhn(one) + "000" + digits(cell.chance, 1)
    return f"{one[:3]} {one[3:6]} {one[6:9]} {one[9:]}{luhn(one)}"


@field("partita_iva")
def _(cell):
    one = "0" + digits(cell.chance, 6) + cell.chance.choice(["015", "058", "063"])
    return "IT" + one + luhn(one)


@field("abn")
def _(cell):
    one = digits(cell.chance, 9, cell.chance.choice("13568"))
    rest = weigh(one, (3, 5, 7, 9, 11, 13, 15, 17, 19))
    for first in range(10, 100):
        if ((first // 10 - 1) * 10 + first % 10 * 1 + rest) % 89 == 0:
            return f"{first} {one[:3]} {one[3:6]} {one[6:]}"
    return "n/a"


@field("gstin")
def _(cell):
    one = cell.chance.choice(["27", "29", "33", "07"]) + pattern(cell.chance, "AAA'C'AddddA") + "1Z"
    letters, total = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0
    for at, letter in enumerate(one):
        value = letters.index(letter) * (1 + at % 2)
        total += value // 36 + value % 36
    return one + letters[-total % 36]


@field("orgnr_se")
def _(cell):
    one = "55" + digits(cell.chance, 7, cell.chance.choice("6789"))
    return f"{one[:6]}-{one[6:]}{luhn(one)}"


@field("nip")
def _(cell):
    while True:
        one = digits(cell.chance, 9, cell.chance.choice("5678"))
        rest = weigh(one, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if rest < 10:
            return f"{one[:3]}-{one[3:6]}-{one[6:8]}-{one[8:]}{rest}"


@field("orgnr_no")
def _(cell):
    while True:
        one = digits(cell.chance, 8, "9")
        rest = -weigh(one, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if rest < 10:
            one += str(rest)
            return f"NO {one[:3]} {one[3:6]} {one[6:]} MVA"


@field("cif")
def _(cell):
    one = digits(cell.chance, 7)
    control = int(luhn(one))
    return "B" + one + str(control)


@field("cas")
def _(cell):
    one = str(cell.chance.randint(50_00, 1_400_000))
    check = sum(int(letter) * (at + 1) for at, letter in enumerate(reversed(one))) % 10
    return f"{one[:-2]}-{one[-2:]}-{check}"


@field("lat")
def _(cell):
    return f"{cell.chance.uniform(-60, 70):.6f}"


@field("lon")
def _(cell):
    return f"{cell.chance.uniform(-179, 179):.6f}"


@field("semver")
def _(cell):
    return f"{cell.chance.randint(0, 9)}.{cell.chance.randint(0, 30)}.{cell.chance.randint(0, 20)}" + cell.chance.choice(["", "", "-rc.1", "+build.77", "-alpha"])


@field("image64")
def _(cell):
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + cell.chance.randbytes(60)).decode()


@field("der")
def _(cell):
    rows = "\n".join(pattern(cell.chance, "B{64}") for _ in range(4))
    return f"-----BEGIN CERTIFICATE-----\nMIID{rows}\n-----END CERTIFICATE-----"


@field("pubkey")
def _(cell):
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + pattern(cell.chance, "B{43}") + " deploy"


@field("imei")
def _(cell):
    one = digits(cell.chance, 14, "35")
    return one + luhn(one)


@field("iccid")
def _(cell):
    one = digits(cell.chance, 18, "8949")
    return one + luhn(one)


@field("usps")
def _(cell):
    one = digits(cell.chance, 21, "9400")
    return one + ean(one)


@field("lot")
def _(cell):
    return pattern(cell.chance, "'L'd{4}-Ad{3}")
