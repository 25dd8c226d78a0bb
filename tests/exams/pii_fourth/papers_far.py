"""Kinds of papers of the Americas, Africa, Asia and Australia, for the field `id` of `papers.py`.

Enters: a random source. Leaves: the number, with right check digits where the kind has them. Never here: labels, columns.
"""

import checks
from checks import born, digits, weighted
from papers import kind
from template import pattern


@kind
def curp(r):
    y, m, d = born(r, 1950, 1999)
    head = pattern(r, '@') + r.choice('AEIO') + pattern(r, '@@') + f'{y % 100:02d}{m:02d}{d:02d}' + r.choice('HM') + r.choice(['DF', 'JC', 'NL', 'MC', 'PL', 'VZ']) + ''.join(r.choice('BCDFGHLMNPRSTV') for _ in range(3)) + '0'
    alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
    return head + str(-sum(alphabet.index(c) * (18 - i) for i, c in enumerate(head)) % 10)


@kind
def rfc(r):
    y, m, d = born(r, 1950, 1999)
    return pattern(r, '@') + r.choice('AEIO') + pattern(r, '@@') + f'{y % 100:02d}{m:02d}{d:02d}' + pattern(r, '*#A')


@kind
def cpf(r):
    t = digits(r, 9)
    for n in (10, 11):
        c = weighted(t, range(n, 1, -1)) * 10 % 11 % 10
        t += str(c)
    return r.choice([t, f'{t[:3]}.{t[3:6]}.{t[6:9]}-{t[9:]}', f'{t[:3]}.{t[3:6]}.{t[6:9]}-{t[9:]}'])


@kind
def tckn(r):
    t = digits(r, 9, '123456789')
    a = (7 * sum(int(c) for c in t[::2]) - sum(int(c) for c in t[1::2])) % 10
    return f'{t}{a}{(sum(int(c) for c in t) + a) % 10}'


@kind
def aadhaar(r):
    t = digits(r, 11, '23456789')
    t += checks.verhoeff(t)
    return r.choice([f'{t[:4]} {t[4:8]} {t[8:]}', t, f'{t[:4]}-{t[4:8]}-{t[8:]}'])


@kind
def in_pan(r):
    return pattern(r, '@@@P@####@')


@kind
def rrn(r):
    y, m, d = born(r, 1945, 1999)
    t = f'{y % 100:02d}{m:02d}{d:02d}{r.choice("12")}{digits(r, 5, "012345678")}'
    t += str((11 - weighted(t, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10)
    return f'{t[:6]}-{t[6:]}'


@kind
def cn_id(r):
    y, m, d = born(r, 1955, 2003)
    t = r.choice(['110105', '310115', '440305', '510107', '330106', '420102']) + f'{y}{m:02d}{d:02d}{digits(r, 3)}'
    return t + '10X98765432'[weighted(t, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]


@kind
def nric(r):
    t = digits(r, 7)
    return f'S{t}{"JZIHGFEDCBA"[weighted(t, (2, 7, 6, 5, 4, 3, 2)) % 11]}'


@kind
def mykad(r):
    y, m, d = born(r)
    return f'{y % 100:02d}{m:02d}{d:02d}-{r.choice(["14", "10", "01", "07", "12"])}-{digits(r, 4)}'


@kind
def mynumber(r):
    t = digits(r, 11, '123456789')
    rest = sum(int(c) * (i + 1 if i < 7 else i - 5) for i, c in enumerate(reversed(t), 1)) % 11
    return t + str(0 if rest < 2 else 11 - rest)


@kind
def tw_id(r):
    letter = r.choice('ABCDEFGHJKLMNPQRSTUVXY')
    n = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.index(letter) + 10
    t = r.choice('12') + digits(r, 7)
    return letter + t + str(-(n // 10 + n % 10 * 9 + weighted(t, (8, 7, 6, 5, 4, 3, 2, 1))) % 10)


@kind
def th_id(r):
    t = digits(r, 12, '12345')
    t += str((11 - weighted(t, range(13, 1, -1)) % 11) % 10)
    return r.choice([t, f'{t[0]}-{t[1:5]}-{t[5:10]}-{t[10:12]}-{t[12]}'])


@kind
def hkid(r):
    letter, t = r.choice('ACDEGHKPRVYZ'), digits(r, 6)
    c = -(36 * 9 + (ord(letter) - 55) * 8 + weighted(t, range(7, 1, -1))) % 11
    return f'{letter}{t}({"A" if c == 10 else c})'


@kind
def sin(r):
    t = digits(r, 8, '1234567')
    t += checks.luhn(t)
    return r.choice([f'{t[:3]} {t[3:6]} {t[6:]}', f'{t[:3]}-{t[3:6]}-{t[6:]}'])


@kind
def rut(r):
    n = r.randint(5_000_000, 24_999_999)
    c = 11 - sum(int(d) * (2 + i % 6) for i, d in enumerate(reversed(str(n)))) % 11
    dv = {11: '0', 10: 'K'}.get(c, str(c))
    return r.choice([f'{n:,}-{dv}'.replace(',', '.'), f'{n}-{dv}'])


@kind
def cuil(r):
    while True:
        t = r.choice(['20', '27', '23', '24']) + f'{r.randint(10_000_000, 45_000_000)}'
        c = 11 - weighted(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if c != 10:
            return f'{t[:2]}-{t[2:]}-{0 if c == 11 else c}'


@kind
def cc_co(r):
    return r.choice(['{:,}', '{}']).format(r.randint(10_000_000, 1_099_999_999)).replace(',', '.')


@kind
def teudat(r):
    t = digits(r, 8, '023')
    return t + checks.luhn(t)


@kind
def za_id(r):
    y, m, d = born(r, 1945, 1999)
    t = f'{y % 100:02d}{m:02d}{d:02d}{digits(r, 4)}08'
    return t + checks.luhn(t)


@kind
def tfn(r):
    while True:
        t = digits(r, 8, '123456789')
        for c in '0123456789':
            if weighted(t + c, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0:
                return f'{t[:3]} {t[3:6]} {t[6:]}{c}'


@kind
def itin(r):
    return f'9{digits(r, 2)}-{r.randint(70, 88)}-{digits(r, 4)}'


@kind
def mbi(r):
    t = pattern(r, '%') + r.choice('ACDEFGHJKMNPQRTUVWXY') + pattern(r, '*#').replace('O', 'A').replace('S', 'C').replace('Z', 'D').replace('L', 'E').replace('B', 'F')
    t += r.choice('ACDEFGHJKMNPQRTUVWXY') + pattern(r, r.choice('ACDEFGHJKMNPQRTUVWXY') + '#').replace('N', '7')[:2]
    t = t[:4] + t[4] + pattern(r, '*').replace('O', '1').replace('S', '2').replace('Z', '3').replace('L', '4').replace('B', '5') + pattern(r, '#')
    t += ''.join(r.choice('ACDEFGHJKMNPQRTUVWXY') for _ in range(2)) + pattern(r, '##')
    return r.choice([t, f'{t[:4]}-{t[4:7]}-{t[7:]}'])
