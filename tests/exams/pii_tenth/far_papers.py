"""Papers of countries outside Europe, passports, licences, numbers of health. As papers.py, which reads this file."""

from checks import luhn, verhoeff, weighted
from papers import again, digits, paper, simple
from template import form


@paper("tfn")
def tfn(rng, p):
    def make():
        text = digits(rng, 8, "12346789")
        check = next((c for c in "0123456789" if weighted(text + c, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0), None)
        return check and f"{text[:3]} {text[3:6]} {text[6:]}{check}"
    return again(rng, make)


@paper("medicare_au", "health_id")
def medicare_au(rng, p):
    text = digits(rng, 8, "23456")
    text += str(weighted(text, (1, 3, 7, 9, 1, 3, 7, 9)) % 10)
    return f"{text[:4]} {text[4:]} {rng.randint(1, 5)}"


@paper("ird")
def ird(rng, p):
    def make():
        text = "0" + digits(rng, 7, "56789")
        check = -weighted(text, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{text[:3]}-{text[3:6]}-{text[6:]}{check}"
    return again(rng, make)


@paper("cpf")
def cpf(rng, p):
    text = digits(rng, 9)
    for size in (10, 11):
        check = 11 - weighted(text, range(size, 1, -1)) % 11
        text += str(0 if check > 9 else check)
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


@paper("cuil")
def cuil(rng, p):
    def make():
        text = f"{27 if p['sex'] == 'f' else 20}{rng.randint(10000000, 47000000)}"
        check = -weighted(text, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{text[:2]}-{text[2:]}-{check}"
    return again(rng, make)


@paper("rut")
def rut(rng, p):
    number = rng.randint(5000000, 24000000)
    check = 11 - weighted(reversed(str(number)), (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return f"{number:,}".replace(",", ".") + "-" + {10: "K", 11: "0"}.get(check, str(check))


@paper("curp")
def curp(rng, p):
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    family, given = p["lfamily"].upper(), p["lgiven"].upper()
    vowel = next((c for c in family[1:] if c in "AEIOU"), "X")
    text = f"{family[0]}{vowel}{rng.choice('GLMRSTV')}{given[0]}{p['born']:%y%m%d}{'M' if p['sex'] == 'f' else 'H'}{rng.choice(['DF', 'JC', 'PL', 'YN', 'OC', 'NL'])}{''.join(rng.choice('BCDFGLMNRSTVZ') for _ in range(3))}"
    text += rng.choice("ABCD" if p["born"].year > 1999 else "0123")
    return text + str(-sum(alphabet.index(one) * (18 - at) for at, one in enumerate(text)) % 10)


@paper("rfc")
def rfc(rng, p):
    family = p["lfamily"].upper()
    return f"{family[0]}{next((c for c in family[1:] if c in 'AEIOU'), 'X')}{rng.choice('GLMRSTV')}{p['lgiven'][0].upper()}{p['born']:%y%m%d}{form(rng, '{v2}')}{rng.choice('0123456789A')}"


@paper("tckn")
def tckn(rng, p):
    text = digits(rng, 9, "123456789")
    d = [int(one) for one in text]
    text += str((sum(d[0::2]) * 7 - sum(d[1:8:2])) % 10)
    return text + str(sum(map(int, text)) % 10)


@paper("teudat")
def teudat(rng, p):
    return luhn(digits(rng, 8, "023"))


@paper("emiratesid")
def emiratesid(rng, p):
    text = luhn(f"784{p['born'].year}{digits(rng, 7)}")
    return f"784-{text[3:7]}-{text[7:14]}-{text[14]}"


@paper("saudiid")
def saudiid(rng, p):
    return luhn(digits(rng, 9, "12"))


@paper("kodemelli")
def kodemelli(rng, p):
    text = digits(rng, 9, "01234")
    rest = weighted(text, range(10, 1, -1)) % 11
    return text + str(rest if rest < 2 else 11 - rest)


@paper("aadhaar")
def aadhaar(rng, p):
    text = verhoeff(digits(rng, 11, "23456789"))
    return f"{text[:4]} {text[4:8]} {text[8:]}"


@paper("ric")
def ric(rng, p):
    text = f"{rng.choice(['110101', '110105', '120101', '310101'])}{p['born']:%Y%m%d}{digits(rng, 2)}{rng.randrange(5) * 2 + (p['sex'] == 'm')}"
    return text + "10X98765432"[weighted(text, [2 ** n % 11 for n in range(17, 0, -1)]) % 11]


@paper("twid")
def twid(rng, p):
    letter = rng.choice("ABCDEFGHJK")
    number = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    text = f"{2 if p['sex'] == 'f' else 1}{digits(rng, 7)}"
    return letter + text + str(-(number // 10 + number % 10 * 9 + weighted(text, range(8, 0, -1))) % 10)


@paper("mynumber")
def mynumber(rng, p):
    text = digits(rng, 11, "123456789")
    rest = weighted(reversed(text), (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return text + str(0 if rest < 2 else 11 - rest)


@paper("rrn")
def rrn(rng, p):
    text = f"{p['born']:%y%m%d}{(3 if p['born'].year > 1999 else 1) + (p['sex'] == 'f')}{rng.randint(0, 95):02}{digits(rng, 3)}"
    return f"{text[:6]}-{text[6:]}{(11 - weighted(text, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10}"


@paper("nric")
def nric(rng, p):
    letter, text = rng.choice("ST"), digits(rng, 7)
    return letter + text + "JZIHGFEDCBA"[(weighted(text, (2, 7, 6, 5, 4, 3, 2)) + 4 * (letter == "T")) % 11]


@paper("hkid")
def hkid(rng, p):
    letter, text = rng.choice("ACDEGKPRYZ"), digits(rng, 6)
    rest = -(324 + int(letter, 36) * 8 + weighted(text, range(7, 1, -1))) % 11
    return f"{letter}{text}({'A' if rest == 10 else rest})"


@paper("thid")
def thid(rng, p):
    text = digits(rng, 12, "1345")
    text += str((11 - weighted(text, range(13, 1, -1)) % 11) % 10)
    return f"{text[0]}-{text[1:5]}-{text[5:10]}-{text[10:12]}-{text[12]}"


@paper("zaid")
def zaid(rng, p):
    return luhn(f"{p['born']:%y%m%d}{rng.randint(0, 4999) + 5000 * (p['sex'] == 'm'):04}08")


@paper("egid")
def egid(rng, p):
    return f"{3 if p['born'].year > 1999 else 2}{p['born']:%y%m%d}{rng.choice(['01', '02', '12', '21'])}{digits(rng, 4)}{rng.randint(1, 9)}"


@paper("cccd")
def cccd(rng, p):
    return f"{rng.choice(['001', '079', '048', '092'])}{(2 if p['born'].year > 1999 else 0) + (p['sex'] == 'f')}{p['born']:%y}{digits(rng, 6)}"


@paper("nik")
def nik(rng, p):
    return f"{rng.choice(['327301', '357801', '317405', '517103'])}{p['born'].day + 40 * (p['sex'] == 'f'):02}{p['born']:%m%y}00{rng.randint(10, 99)}"


@paper("mykad")
def mykad(rng, p):
    return f"{p['born']:%y%m%d}-{rng.choice(['14', '07', '01', '08'])}-{digits(rng, 4)}"


@paper("cuit_ec")
def cedula_ec(rng, p):
    text = f"{rng.randint(1, 24):02}{rng.randint(0, 5)}{digits(rng, 6)}"
    return luhn(text)


@paper("npi", "health_id")
def npi(rng, p):
    return luhn("80840" + digits(rng, 9, "12"))[5:]


@paper("dea", "health_id")
def dea(rng, p):
    text = digits(rng, 6)
    total = sum(map(int, text[0::2])) + 2 * sum(map(int, text[1::2]))
    return f"{rng.choice('ABFM')}{p['lfamily'][0].upper()}{text}{total % 10}"


@paper("mbi", "health_id")
def mbi(rng, p):
    text = "".join(rng.choice({"c": "123456789", "a": "ACDEFGHJKMNPQRTUVWXY", "x": "0123456789ACDEFGHJKMNPQRTUVWXY", "n": "0123456789"}[one]) for one in "caxnaxnaann")
    return f"{text[:4]}-{text[4:7]}-{text[7:]}"


@paper("ramq", "health_id")
def ramq(rng, p):
    return f"{(p['lfamily'].upper() + 'XXX').replace(' ', '')[:3]}{p['lgiven'][0].upper()} {p['born']:%y}{p['born'].month + 50 * (p['sex'] == 'f'):02} {p['born']:%d}{digits(rng, 2)}"


@paper("pass_de")
def pass_de(rng, p):
    text = rng.choice("CFGHJK") + "".join(rng.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8))
    return text + str(sum(int(one, 36) * w for one, w in zip(text, (7, 3, 1) * 3)) % 10)


@paper("mrz2")
def mrz2(rng, p):
    """The second line of a machine-readable passport, of the state UTO."""
    def check(text):
        return str(sum((0 if one == "<" else int(one, 36)) * w for one, w in zip(text, (7, 3, 1) * 20)) % 10)
    number, born, ends = form(rng, "{Z1}{d8}"), f"{p['born']:%y%m%d}", f"{rng.randint(27, 35)}0{rng.randint(1, 9)}{rng.randint(10, 28)}"
    rest = "<" * 14
    number, born, ends, rest = (part + check(part) for part in (number, born, ends, rest))
    return f"{number}UTO{born}{p['sex'].upper()}{ends}{rest}{check(number + born + ends + rest)}"


simple("cedula", "1.{d3}.{d3}.{d3}", "{r16-80}.{d3}.{d3}")
simple("nidbd", "{n10}")
simple("philsys", "{n4}-{d4}-{d4}-{d4}")
simple("nin", "{n11}")
simple("bvn", "22{d9}")
simple("krapin", "A0{d8}{Z1}")
simple("gha", "GHA-{d9}-{d1}")
simple("cnic", "{r31000-42999}-{d7}-{r1-9}")
simple("pan_in", "{Z3}P{Z1}{d4}{Z1}")
simple("mrn", "MRN{d7}", class_="health_id")
simple("ohip", "{n4} {d3} {d3} {Z2}", class_="health_id")
simple("pass_us", "{n9}", "A{d8}")
simple("pass_fr", "{d2}{Z2}{d5}")
simple("pass_in", "{Z1}{n1}{d6}")
simple("pass_pl", "E{Z1} {d7}")
simple("pass_es", "P{Z2}{d6}")
simple("pass_uk", "{n9}")
simple("dl_ca", "{Z1}{d7}")
simple("dl_fl", "{Z1}{d3}-{d3}-{d2}-{d3}-{d1}")
simple("anumber", "A{n9}", "A-{n3}-{d3}-{d3}")
simple("dowod", "C{Z2} {d6}")
simple("carta_it", "CA{d5}{Z2}")
