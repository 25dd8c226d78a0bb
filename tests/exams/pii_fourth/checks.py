"""Check digits and digits at random.

Enters: digits as text, or a random source. Leaves: digits, or the check digit that belongs to them. Never here: which paper has which.
"""


def digits(r, n, first='0123456789'):
    return r.choice(first) + ''.join(r.choice('0123456789') for _ in range(n - 1))


def weighted(text, weights):
    return sum(int(c) * w for c, w in zip(text, weights))


def luhn(text):
    """The digit that makes text + digit pass."""
    total = 0
    for i, c in enumerate(reversed(text)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return str(-total % 10)


D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
     [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
     [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]]


def verhoeff(text):
    c = 0
    for i, d in enumerate(reversed(text)):
        c = D[c][P[(i + 1) % 8][int(d)]]
    return str(D[c].index(0))


def iso7064(text):
    """Mod 11,10, as German tax numbers and OIB have it."""
    p = 10
    for c in text:
        s = (int(c) + p) % 10 or 10
        p = s * 2 % 11
    return str((11 - p) % 10)


def letters_to_digits(text):
    return ''.join(str(int(c, 36)) for c in text)


def iban(country, bban):
    return f'{country}{98 - int(letters_to_digits(bban + country + "00")) % 97:02d}{bban}'


def ean(text):
    return str(-sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(text))) % 10)


def isbn10(text):
    c = -weighted(text, range(10, 1, -1)) % 11
    return 'X' if c == 10 else str(c)


def mrz(text):
    return str(sum((0 if c == '<' else int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def born(r, start=1938, end=2005):
    """year, month, day"""
    return r.randint(start, end), r.randint(1, 12), r.randint(1, 28)
