"""Check digits that several numbers share.

Enters: digits as text. Leaves: the same with its check digit, or a sum. Never here: whose numbers they are.
"""

D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
     [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
while len(P) < 8:
    P.append([P[-1][P[1][at]] for at in range(10)])


def weighted(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def luhn_sum(text):
    return sum(sum(divmod(int(one) * (1 + at % 2), 10)) for at, one in enumerate(reversed(text)))


def luhn(text):
    return text + str(-luhn_sum(text + "0") % 10)


def mod11_10(text):
    rest = 10
    for one in text:
        rest = (rest + int(one)) % 10 or 10
        rest = rest * 2 % 11
    return text + str((11 - rest) % 10)


def verhoeff_rest(text):
    rest = 0
    for at, one in enumerate(reversed(text)):
        rest = D[rest][P[at % 8][int(one)]]
    return rest


def verhoeff(text):
    return next(text + one for one in "0123456789" if verhoeff_rest(text + one) == 0)


def ean(text):
    return text + str(-sum(int(one) * (3 - 2 * (at % 2)) for at, one in enumerate(reversed(text))) % 10)


def mod97(text):
    return int("".join(str(int(one, 36)) for one in text)) % 97
