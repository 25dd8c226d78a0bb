"""Numbers of documents of persons: Latin America, and of health in the United States and Germany.

Enters and leaves as papers.py. Never here: other states.
"""

from money import luhn
from papers import again, form, paper, weighted
from template import shape


@paper("cpf", home="BR")
def cpf(dice, one):
    body = shape(dice, "#{9}")
    for size in (10, 11):
        body += str(weighted(body, range(size, 1, -1)) * 10 % 11 % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


paper("cpf_bare")(lambda dice, one: cpf(dice, one).replace(".", "").replace("-", ""))


@paper("curp", home="MX")
def curp(dice, one):
    return curp_body(dice, one)


def curp_body(dice, one):
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    def inner(word):
        return next((c for c in word[1:] if c not in "AEIOU"), "X")
    words = one.latin[1].upper().replace("-", "")
    first, second, given = words[:len(words) // 2] or "X", words[len(words) // 2:] or "X", one.latin[0].upper().replace("-", "")
    vowel = next((c for c in first[1:] if c in "AEIOU"), "X")
    body = first[0] + vowel + second[0] + given[0] + f"{one.born:%y%m%d}" + ("M" if one.female else "H") + dice.choice(["NL", "JC", "PL", "DF", "VZ"])
    body += inner(first) + inner(second) + inner(given) + ("A" if one.born.year >= 2000 else "0")
    return body + str(-sum(alphabet.index(c) * (18 - at) for at, c in enumerate(body)) % 10)


paper("rfc")(lambda dice, one: curp_body(dice, one)[:10] + shape(dice, "?#") + dice.choice("0123456789A"))


@paper("cuil", home="AR")
def cuil(dice, one):
    def make():
        body = ("27" if one.female else "20") + shape(dice, "########")
        check = 11 - weighted(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{body[:2]}-{body[2:]}-{check % 11}"
    return again(make)


@paper("rut", home="CL")
def rut(dice, one):
    number = dice.randint(5_000_000, 24_999_999)
    check = 11 - weighted(str(number)[::-1], (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return f"{number:,}".replace(",", ".") + "-" + {10: "K", 11: "0"}.get(check, str(check))


form("cedula_co", "1.###.###.###", home="CO")


@paper("npi", "health_id")
def npi(dice, one):
    body = dice.choice("12") + shape(dice, "########")
    return body + luhn("80840" + body)


@paper("dea", "health_id")
def dea(dice, one):
    body = shape(dice, "######")
    return dice.choice("ABFM") + one.latin[1][0].upper() + body + str((weighted(body[::2], (1, 1, 1)) + 2 * weighted(body[1::2], (1, 1, 1))) % 10)


form("mrn", "MRN-0######", "health_id")
paper("mbi", "health_id")(lambda dice, one: dice.choice("123456789") + dice.choice("ACDEFGHJKMNPQRTUVWXY") + dice.choice("0123456789AC") + shape(dice, "#-") + dice.choice("ACDEFGHJKMNPQRTUVWXY") + dice.choice("0123456789EFG") + shape(dice, "#-") + dice.choice("ACDEFGHJ") + dice.choice("KMNPQRT") + shape(dice, "##"))


@paper("kvnr", "health_id")
def kvnr(dice, one):
    letter = one.latin[1][0].upper()
    body = f"{ord(letter) - 64:02d}" + shape(dice, "########")
    return letter + body[2:] + str(sum(sum(divmod(int(d) * (1 if at % 2 == 0 else 2), 10)) for at, d in enumerate(body)) % 10)
