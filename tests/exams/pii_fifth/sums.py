"""Check digits and random strings.

Enters: digits, a source of randomness. Leaves: digits. Never here: what they are for.
"""

import re
import string

ALPHABETS = {
    "d": string.digits, "D": "123456789", "h": "0123456789abcdef", "H": "0123456789ABCDEF", "a": string.ascii_lowercase, "A": string.ascii_uppercase,
    "u": string.ascii_uppercase + string.digits, "l": string.ascii_lowercase + string.digits, "x": string.ascii_letters + string.digits,
    "w": string.ascii_letters + string.digits + "-_", "b": string.ascii_letters + string.digits + "+/", "t": string.ascii_uppercase + "234567",
    "s": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", "z": "qpzry9x8gf2tvdw0s3jn54khce6mua7l",
}
VERHOEFF_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
              [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
              [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
VERHOEFF_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
              [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]]


def draw(rng, pattern):
    """`%d6` six digits, `%h8` eight hexadecimal ones, and so on; `·` vanishes, so that no token stands whole in a file."""
    def one(match):
        return "".join(rng.choice(ALPHABETS[match.group(1)]) for _ in range(int(match.group(2) or 1)))
    return re.sub(r"%([a-zA-Z])(\d*)", one, pattern).replace("·", "")


def digits(rng, count, first=None):
    start = rng.choice(first) if first else ""
    return start + "".join(rng.choice("0123456789") for _ in range(count - len(start)))


def luhn(body):
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def weighted(body, weights):
    return sum(int(char) * weight for char, weight in zip(body, weights))


def verhoeff(body):
    check = 0
    for place, char in enumerate(reversed(body)):
        check = VERHOEFF_D[check][VERHOEFF_P[(place + 1) % 8][int(char)]]
    return str(VERHOEFF_D[check].index(0))


def mod97(text):
    return int("".join(str(int(char, 36)) for char in text)) % 97


def ean(body):
    return str(-sum(int(char) * (3 if place % 2 == 0 else 1) for place, char in enumerate(reversed(body))) % 10)
