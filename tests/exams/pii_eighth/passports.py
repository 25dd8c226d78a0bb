"""Passports, licences, and the second line of a machine-readable passport.

Enters: a row and a person. Leaves: fields of class national_id; but for that line they have a form only. Never here: numbers with check digits.
"""

from papers import paper
from template import field, shape

field("us_licence", "national_id")(lambda row, who, arg: shape(row.rng.choice(["^#*7", "^#*12", "^###-####-####"]), row.rng))
field("us_passport", "national_id")(lambda row, who, arg: shape("(5/6/A)#*8", row.rng))
field("uk_passport", "national_id")(lambda row, who, arg: shape("(1/5)#*8", row.rng))
field("fr_passport", "national_id")(lambda row, who, arg: shape("##(AB/CV/KE)#*5", row.rng))
field("in_passport", "national_id")(lambda row, who, arg: shape("(M/P/S/Z)#*7", row.rng))
field("cn_passport", "national_id")(lambda row, who, arg: shape("(E/G)#*8", row.rng))
field("jp_passport", "national_id")(lambda row, who, arg: shape("T(K/R/Z)#*7", row.rng))
field("it_licence", "national_id")(lambda row, who, arg: shape("U1#££££#*4^", row.rng))
field("ie_passport", "national_id")(lambda row, who, arg: shape("P(A/B)#*7", row.rng))


@paper("mrz")
def mrz(row, who, arg):
    """Second line of a passport; state UTO, which nobody has."""
    def check(text):
        return str(sum((0 if sign == "<" else int(sign, 36)) * weight for sign, weight in zip(text, (7, 3, 1) * 20)) % 10)
    number = shape("^#*7", row.rng) + "<"
    born, ends = f"{who.born:%y%m%d}", shape("(27/28/29/31)0(1/4/8)1#", row.rng)
    optional = "<" * 14
    body = [number + check(number), born + check(born), ends + check(ends), optional + "<"]
    return f"{body[0]}UTO{body[1]}{'F' if who.female else 'M'}{body[2]}{body[3]}{check(body[0] + body[1] + body[2] + body[3])}"
