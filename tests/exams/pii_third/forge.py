"""Marks for labels, and makers of everything sensitive. Everything is invented; check digits are right, so that a value looks issued."""
import base64
import datetime
import re
import string
from words import ADDR, ALL, LATIN, NAMES, PHONES, TRUNK0, ascii_

MARKS = []                                  # (class, kind); a marked value is U+E000 + id as private-use digits + U+E001 … U+E002
DIG, UP, LO, HEX = string.digits, string.ascii_uppercase, string.ascii_lowercase, '0123456789abcdef'


def M(cls, kind, text):
    MARKS.append((cls, kind))
    return '\ue000' + ''.join(chr(0xe010 + int(d)) for d in str(len(MARKS) - 1)) + '\ue001' + text + '\ue002'


_TOK = re.compile('\ue000([\ue010-\ue019]+)\ue001|\ue002')


def unmark(t):
    """plain text and its [(class, kind, start, end)]"""
    out, spans, open_, pos, n = [], [], [], 0, 0
    for m in _TOK.finditer(t):
        out.append(t[pos:m.start()])
        n += m.start() - pos
        pos = m.end()
        if m.group(1):
            open_.append((MARKS[int(''.join(str(ord(c) - 0xe010) for c in m.group(1)))], n))
        else:
            (cls, kind), s = open_.pop()
            spans.append((cls, kind, s, n))
    out.append(t[pos:])
    return ''.join(out), sorted(spans, key=lambda x: (x[2], -x[3]))


def strip(t):
    return unmark(t)[0]


def fill(r, p):
    """# digit, ~ 2-9, @ capital, everything else itself"""
    return ''.join(r.choice(DIG) if c == '#' else r.choice('23456789') if c == '~' else r.choice('ABCDEFGHJKLMNPRSTUVWXY') if c == '@' else c for c in p)


def digits(r, n):
    return ''.join(r.choice(DIG) for _ in range(n))


def rs(r, n, al=string.ascii_letters + DIG):
    return ''.join(r.choice(al) for _ in range(n))


def luhn(s):
    """the check digit that takes the place of the last digit of s"""
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2:
            d *= 2
            d -= 9 * (d > 9)
        t += d
    return str(-t % 10)


# ---- persons
def two(r, langs=ALL):
    lang = r.choice(langs)
    g, s, o = NAMES[lang]
    return lang, r.choice(g), r.choice(s), o


def join(lang, g, s, o):
    if o == 'gs':
        return g + ' ' + s
    return s + g if lang in ('zh', 'tw', 'ko') else s + ' ' + g


def full(r, langs=ALL):
    lang, g, s, o = two(r, langs)
    return M('person', 'full ' + lang, join(lang, g, s, o))


def given(r, langs=ALL):
    lang, g, _, _ = two(r, langs)
    return M('person', 'given ' + lang, g)


def family(r, langs=ALL):
    lang, _, s, _ = two(r, langs)
    return M('person', 'family ' + lang, s)


def comma(r, langs=LATIN, up=False):
    lang, g, s, _ = two(r, langs)
    return M('person', 'comma ' + lang, (s.upper() if up else s) + ', ' + g)


def initialed(r, langs=LATIN):
    lang, g, s, _ = two(r, [x for x in langs if x not in ('vi', 'is')])
    f = r.choice(['{i}. {s}', '{i}. {j}. {s}', '{s} {i}.', '{s}, {i}. {j}.', '{g} {j}. {s}', '{i}.{j}. {s}'])
    return M('person', 'initials ' + lang, f.format(i=g[0], j=r.choice('ABDEFGHJKLMPRST'), s=s, g=g))


def titled(r):
    lang, t = r.choice([('en', 'Dr. '), ('en', 'Mrs '), ('en', 'Prof. '), ('de', 'Frau Dr. '), ('de', 'Herr '), ('fr', 'Mme '), ('es', 'Sra. '), ('es', 'Don '), ('it', 'Sig.ra '), ('nl', 'mevr. '),
                        ('pl', 'Pan '), ('pt', 'Dona '), ('tr', 'Sayın '), ('el', 'κ. '), ('cs', 'Ing. '), ('hi', 'श्री '), ('th', 'คุณ')])
    _, g, s, o = two(r, [lang])
    return t + M('person', 'titled ' + lang, join(lang, g, s, o))


def upper(r, langs=LATIN):
    lang, g, s, o = two(r, langs)
    return M('person', 'upper ' + lang, join(lang, g, s, o).upper())


def patronymic(r):
    g, p, s = r.choice(['Всеволод Тимофей Пётр Геннадий'.split(), 'Агриппина Лариса Ксения Зинаида'.split()]), None, None
    fem = g[0] == 'Агриппина'
    p = r.choice('Ильинична Артёмовна Фёдоровна Львовна'.split() if fem else 'Ильич Артёмович Фёдорович Львович'.split())
    s = r.choice('Бережная Подъячева Чижова Снегирёва'.split() if fem else 'Колокольцев Журавлёв Лопухин Щукин'.split())
    g = r.choice(g)
    return M('person', 'patronymic ru', r.choice([f'{s} {g} {p}', f'{g} {p} {s}', f'{s} {g[0]}. {p[0]}.', f'{s} {g[0]}.{p[0]}.']))


def person(r):
    return r.choice([full, full, full, initialed, titled, comma, upper])(r)


# ---- addresses
def addr(r, cc=None, form=None):
    """form 0 the street line, else one line"""
    cc = cc or r.choice(list(ADDR))
    st, tn, fm = ADDR[cc]
    f = fm[0] if form == 0 else r.choice(fm[1:])
    return M('address', cc, f.format(h=r.randint(2, 189), s=r.choice(st), t=fill(r, r.choice(tn)), u=r.randint(2, 9)))


def town(r, cc):
    return fill(r, r.choice(ADDR[cc][1]))


# ---- phones
def phone(r, cc=None, how=None):
    cc = cc or r.choice(list(PHONES))
    how = how or r.choice('ni')
    f = fill(r, r.choice(PHONES[cc][how == 'i']))
    return M('phone', cc + (' national' if how == 'n' else ' international'), f)


def e164(r, cc=None):
    cc = cc or r.choice(list(PHONES))
    while True:
        t = strip(phone(r, cc, 'i'))
        if t.startswith('+') and '(0)' not in t:
            return re.sub(r'\D', '', t)


def intl(r):
    return phone(r, None, 'i')


def natl0(r):
    return phone(r, r.choice(TRUNK0), 'n')


# ---- e-mail
HOSTS = ['example.com', 'example.org', 'example.net', 'mail.example.com', 'velmora.example', 'posteo.example', 'webmail.test', 'uni-altmuehl.example', 'correo.example.org', 'pochta.test']


def local(r):
    while True:
        lang, g, s, _ = two(r)
        g, s = ascii_(g), ascii_(s)
        if len(g) > 1 and len(s) > 2:
            return r.choice([f'{g}.{s}', f'{g[0]}{s}', f'{g}_{s}', f'{s}{r.randint(51, 99)}', f'{g}.{s}+shop', f'{s}-{g[0]}', f'{g}{r.randint(2, 999)}'])


def mail(r):
    return local(r) + '@' + r.choice(HOSTS)


def email(r):
    return M('email', 'plain', mail(r))


def obf(r):
    a, h = mail(r).split('@')
    return M('email', 'obfuscated', r.choice([f'{a} [at] {h.replace(".", " [dot] ")}', f'{a} (at) {h}', f'{a} at {h.replace(".", " dot ")}', f'{a}[at]{h}', f'{a}&#64;{h}', f'{a} AT {h.replace(".", " DOT ")}']))


def pct(r):
    return M('email', 'percent', mail(r).replace('+', '%2B').replace('@', '%40'))


# ---- money
PAN_PRE = [('411111', 16), ('424242', 16), ('400005', 16), ('555555', 16), ('510510', 16), ('222300', 16), ('378282', 15), ('371449', 15), ('601111', 16), ('305693', 14), ('353011', 16), ('620000', 16)]


def pan_(r, n=None):
    p, ln = r.choice([x for x in PAN_PRE if n in (None, x[1])])
    b = p + digits(r, ln - 1 - len(p))
    return b + luhn(b + '0')


def pan(r, grouped=None, sep=None):
    p = pan_(r)
    if grouped is None:
        grouped = r.random() < .5
    if not grouped:
        return M('pan', 'bare', p)
    sep = sep or r.choice(' -')
    g = [p[:4], p[4:10], p[10:]] if len(p) < 16 else [p[i:i + 4] for i in range(0, 16, 4)]
    return M('pan', 'grouped', sep.join(g))


def ssn_(r):
    a = r.choice([x for x in range(100, 773) if x != 666])
    return f'{a:03d}', f'{r.randint(1, 99):02d}', f'{r.randint(1, 9999):04d}'


def ssn(r, sep='-'):
    return M('ssn', 'dashed' if sep == '-' else 'bare' if not sep else 'spaced', sep.join(ssn_(r)))


def _m97(s):
    return int(''.join(str(int(c, 36)) for c in s)) % 97


def _es(bank, acc):
    w = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]
    f = lambda s: {10: 1, 11: 0}.get(11 - sum(int(c) * x for c, x in zip(s, w)) % 11, 11 - sum(int(c) * x for c, x in zip(s, w)) % 11)
    return f'{f("00" + bank)}{f(acc)}'


def _no(r):
    while True:
        b = '9' + digits(r, 9)
        k = 11 - sum(int(c) * w for c, w in zip(b, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])) % 11
        if k != 10:
            return b + str(k % 11)


def _it(r):
    b = '0' + fill(r, '####') + digits(r, 5) + digits(r, 12)
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
    return chr(65 + sum(odd[int(c)] if i % 2 == 0 else int(c) for i, c in enumerate(b)) % 26) + b


def bban(r, cc):
    if cc == 'BE':
        b = digits(r, 10)
        return b + f'{int(b) % 97 or 97:02d}'
    if cc == 'ES':
        b, a = digits(r, 8), digits(r, 10)
        return b + _es(b, a) + a
    if cc == 'FR':
        b, g, a = digits(r, 5), digits(r, 5), digits(r, 11)
        return b + g + a + f'{97 - (89 * int(b) + 15 * int(g) + 3 * int(a)) % 97:02d}'
    if cc == 'PT':
        b = digits(r, 19)
        return b + f'{98 - int(b + "00") % 97:02d}'
    if cc in ('IT', 'SM'):
        return _it(r)
    if cc == 'NO':
        return _no(r)
    if cc == 'FI':
        b = digits(r, 13)
        return b + luhn(b + '0')
    if cc == 'PL':
        b = digits(r, 7)
        return b + str(-sum(int(c) * w for c, w in zip(b, [3, 9, 7, 1, 3, 9, 7])) % 10) + digits(r, 16)
    return fill(r, {'DE': '#' * 18, 'GB': '@@@@' + '#' * 14, 'NL': '@@@@' + '#' * 10, 'CH': '#' * 17, 'AT': '#' * 16, 'SE': '#' * 20, 'DK': '#' * 14, 'IE': '@@@@' + '#' * 14, 'LU': '#' * 16, 'GR': '#' * 23,
                    'TR': '#' * 5 + '0' + '#' * 16, 'RO': '@@@@' + '#' * 16, 'CZ': '#' * 20, 'HU': '#' * 24, 'SA': '#' * 20, 'AE': '#' * 19, 'IL': '#' * 19, 'MT': '@@@@' + '#' * 5 + '0' * 3 + '#' * 15, 'UA': '#' * 25,
                    'LT': '#' * 16, 'BR': '#' * 23 + 'C1', 'CY': '#' * 24, 'MC': '#' * 23}[cc])


IBAN_CC = 'DE GB NL CH AT SE DK IE LU GR TR RO SA AE IL MT UA LT BR CY BE ES FR PT IT NO FI PL'.split()


def iban(r, form=None, cc=None):
    cc = cc or r.choice(IBAN_CC)
    b = bban(r, cc)
    t = cc + f'{98 - _m97(b + cc + "00"):02d}' + b
    form = form or r.choice(['upper', 'lower', 'grouped'])
    if form == 'lower':
        t = t.lower()
    elif form == 'lowergrouped':
        t = ' '.join(t.lower()[i:i + 4] for i in range(0, len(t), 4))
    elif form == 'grouped':
        t = ' '.join(t[i:i + 4] for i in range(0, len(t), 4))
    elif form == 'dashed':
        t = '-'.join(t[i:i + 4] for i in range(0, len(t), 4))
    return M('iban', form, t)


def clabe(r):
    b = r.choice(['002', '012', '014', '072', '127']) + digits(r, 14)
    return b + str(-sum(int(c) * w % 10 for c, w in zip(b, [3, 7, 1] * 6)) % 10)


def aba(r):
    b = r.choice(['01', '02', '06', '11', '12', '21', '31']) + digits(r, 6)
    return b + str(-sum(int(c) * w for c, w in zip(b, [3, 7, 1] * 3)) % 10)


def account(r, k=None):
    k = k or r.choice('gb us au jp in ca mx nz br de'.split())
    t = {'gb': lambda: fill(r, '##-##-## ########'), 'us': lambda: aba(r) + ' / ' + digits(r, 10), 'au': lambda: 'BSB ' + fill(r, '0##-### ## ### ####'), 'jp': lambda: '普通 ' + digits(r, 7),
         'in': lambda: rs(r, 4, UP) + '0' + digits(r, 6) + ' ' + digits(r, 12), 'ca': lambda: fill(r, '#####-00# #######'), 'mx': lambda: clabe(r), 'nz': lambda: fill(r, '0#-0###-0######-00'),
         'br': lambda: fill(r, 'Ag. #### C/C #####-#'), 'de': lambda: 'BLZ ' + fill(r, '~## ### ## Kto. ########')}[k]()
    return M('bank_account', k, t)


# ---- days of birth
DAYF = {'iso': '%Y-%m-%d', 'us': '%m/%d/%Y', 'de': '%d.%m.%Y', 'slash': '%d/%m/%Y', 'compact': '%Y%m%d', 'mon': '%d-%b-%Y', 'long': '%B %d, %Y', 'short': '%d/%m/%y'}


def day(r, a=1931, b=2017):
    return datetime.date(a, 1, 1) + datetime.timedelta(r.randrange(365 * (b - a)))


def dob(r, f=None):
    f = f or r.choice([x for x in DAYF if x != 'short'])
    return M('dob', f, day(r).strftime(DAYF[f]))


# ---- documents of persons
_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
      [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
_P = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _i in range(6):
    _P.append([_P[-1][x] for x in _P[1]])


def verhoeff(b):
    for k in DIG:
        c = 0
        for i, d in enumerate(reversed(b + k)):
            c = _D[c][_P[i % 8][int(d)]]
        if c == 0:
            return k


def wsum(s, w):
    return sum(int(c) * x for c, x in zip(s, w))


def _retry(f):
    while True:
        x = f()
        if x:
            return x


def _cpf(r):
    b = digits(r, 9)
    for n in (10, 11):
        k = 11 - wsum(b, range(n, 1, -1)) % 11
        b += str(0 if k > 9 else k)
    return f'{b[:3]}.{b[3:6]}.{b[6:9]}-{b[9:]}' if r.random() < .6 else b


def _bsn(r):
    def f():
        b = r.choice('12') + digits(r, 7)
        k = wsum(b, range(9, 1, -1)) % 11
        return k < 10 and b + str(k)
    return _retry(f)


def _pesel(r):
    d = day(r, 1940, 1999)
    b = d.strftime('%y%m%d') + digits(r, 4)
    return b + str(-wsum(b, [1, 3, 7, 9] * 3) % 10)


def _hetu(r):
    d = day(r, 1940, 1999)
    b = d.strftime('%d%m%y')
    n = f'{r.randint(900, 999)}'                 # 900-999: never given out for good
    return f'{b}-{n}' + '0123456789ABCDEFHJKLMNPRSTUVWXY'[int(b + n) % 31]


def _fnr(r):
    def f():
        b = day(r, 1940, 1999).strftime('%d%m%y') + f'{r.randint(0, 499):03d}'
        k = 11 - wsum(b, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11
        if k == 10:
            return
        b += str(k % 11)
        k = 11 - wsum(b, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        return k != 10 and b + str(k % 11)
    return _retry(f)


def _nir(r):
    b = f'{r.randint(1, 2)}{r.randint(40, 99)}{r.randint(1, 12):02d}{r.randint(1, 95):02d}{r.randint(1, 899):03d}{r.randint(1, 999):03d}'
    k = f'{97 - int(b) % 97:02d}'
    return r.choice([b + k, f'{b[0]} {b[1:3]} {b[3:5]} {b[5:7]} {b[7:10]} {b[10:]} {k}'])


def _nn(r):
    b = day(r, 1940, 1999).strftime('%y%m%d') + f'{r.randint(1, 997):03d}'
    k = f'{97 - int(b) % 97:02d}'
    return r.choice([b + k, f'{b[:2]}.{b[2:4]}.{b[4:6]}-{b[6:]}.{k}'])


def _tckn(r):
    b = r.choice('123456789') + digits(r, 8)
    k = (7 * sum(map(int, b[::2])) - sum(map(int, b[1::2]))) % 10
    b += str(k)
    return b + str(sum(map(int, b)) % 10)


def _ric(r):
    b = r.choice(['110101', '310104']) + day(r, 1945, 2005).strftime('%Y%m%d') + f'{r.randint(1, 999):03d}'
    return b + '10X98765432'[wsum(b, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]


def _rrn(r):
    b = day(r, 1945, 1999).strftime('%y%m%d') + r.choice('12') + f'{r.randint(0, 95):02d}' + digits(r, 3)
    return b[:6] + '-' + b[6:] + str((11 - wsum(b, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10)


def _twid(r):
    L = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
    c, b = r.choice(L[:20]), r.choice('12') + digits(r, 7)
    n = 10 + L.index(c)
    return c + b + str(-(n // 10 + n % 10 * 9 + wsum(b, [8, 7, 6, 5, 4, 3, 2, 1])) % 10)


def _za(r):
    b = day(r, 1940, 1999).strftime('%y%m%d') + digits(r, 4) + '08'
    return b + luhn(b + '0')


def _rut(r):
    b = str(r.randint(5000000, 24999999))
    k = 11 - sum(int(c) * w for c, w in zip(reversed(b), [2, 3, 4, 5, 6, 7] * 2)) % 11
    k = {10: 'K', 11: '0'}.get(k, str(k))
    return f'{int(b):,}'.replace(',', '.') + '-' + k


def _nhs(r):
    def f():
        b = '999' + digits(r, 6)
        k = 11 - wsum(b, range(10, 1, -1)) % 11
        return k != 10 and b + str(k % 11)
    b = _retry(f)
    return r.choice([b, f'{b[:3]} {b[3:6]} {b[6:]}'])


def _idnr(r):
    d = list(DIG)
    r.shuffle(d)
    d = d[:9] + [d[r.randrange(8)]]
    while d[0] == '0':
        r.shuffle(d)
    p = 10
    for c in d:
        s = (int(c) + p) % 10 or 10
        p = s * 2 % 11
    b = ''.join(d) + str((11 - p) % 10)
    return r.choice([b, f'{b[:2]} {b[2:5]} {b[5:8]} {b[8:]}'])


def _icao(s):
    return str(sum((0 if c == '<' else int(c, 36)) * w for c, w in zip(s, [7, 3, 1] * 20)) % 10)


def _ausweis(r):
    b = r.choice('LMNPRTVWXY') + rs(r, 8, 'CFGHJKLMNPRTVWXYZ0123456789')
    return b + _icao(b)


def _sg(r):
    b = digits(r, 7)
    return 'S' + b + 'JZIHGFEDCBA'[wsum(b, [2, 7, 6, 5, 4, 3, 2]) % 11]


def _hk(r):
    c, b = r.choice('ACDGKPRVYZ'), digits(r, 6)
    k = -(36 * 9 + int(c, 36) * 8 + wsum(b, [7, 6, 5, 4, 3, 2])) % 11
    return f'{c}{b}({"A" if k == 10 else k})'


def _sin(r):
    b = '9' + digits(r, 7)
    b += luhn(b + '0')
    return f'{b[:3]} {b[3:6]} {b[6:]}'


def _tfn(r):
    def f():
        b = digits(r, 8)
        k = next((k for k in DIG if wsum(b + k, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0), None)
        return k and b + k
    b = _retry(f)
    return f'{b[:3]} {b[3:6]} {b[6:]}'


def _teudat(r):
    b = '0' + digits(r, 7)
    return b + str(-sum((lambda x: x - 9 * (x > 9))(int(c) * (1 + i % 2)) for i, c in enumerate(b)) % 10)


def _mynum(r):
    b = digits(r, 11)
    k = sum(int(c) * (n + 1 if n <= 6 else n - 5) for n, c in enumerate(reversed(b), 1)) % 11
    return b + str(0 if k <= 1 else 11 - k)


def _snils(r):
    b = '1' + digits(r, 8)
    k = wsum(b, range(9, 0, -1)) % 101 % 100
    return f'{b[:3]}-{b[3:6]}-{b[6:]} {k:02d}'


def _cnp(r):
    b = r.choice('12') + day(r, 1940, 1999).strftime('%y%m%d') + f'{r.randint(1, 40):02d}{r.randint(1, 999):03d}'
    k = wsum(b, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return b + str(1 if k == 10 else k)


def _oib(r):
    b, p = digits(r, 10), 10
    for c in b:
        p = ((int(c) + p) % 10 or 10) * 2 % 11
    return b + str((11 - p) % 10)


def _rc(r):
    def f():
        b = day(r, 1955, 1999).strftime('%y%m%d') + digits(r, 3)
        k = int(b) % 11
        return k < 10 and b[:6] + '/' + b[6:] + str(k)
    return _retry(f)


def _amka(r):
    b = day(r, 1940, 1999).strftime('%d%m%y') + digits(r, 4)
    return b + luhn(b + '0')


def _ahv(r):
    b = '756' + digits(r, 9)
    b += str(-wsum(b, [1, 3] * 6) % 10)
    return f'{b[:3]}.{b[3:7]}.{b[7:11]}.{b[11:]}'


def _cf(r):
    L = 'BCDFGLMNPRSTVZ'
    d = day(r, 1940, 1999)
    b = rs(r, 3, L) + rs(r, 3, L) + d.strftime('%y') + 'ABCDEHLMPRST'[d.month - 1] + f'{d.day + r.choice([0, 40]):02d}' + r.choice('FHLAD') + f'{r.randint(101, 899)}'
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    n = [int(c) if c.isdigit() else ord(c) - 65 for c in b]
    return b + chr(65 + sum(odd[x] if i % 2 == 0 else x for i, x in enumerate(n)) % 26)


def _curp(r):
    b = rs(r, 1, 'BCDGHLMPRSTV') + r.choice('AEIOU') + rs(r, 2, 'BCDGHLMPRSTV') + day(r, 1945, 1999).strftime('%y%m%d') + r.choice('HM') + r.choice(['DF', 'JC', 'NL', 'PL', 'OC']) + rs(r, 3, 'BCDGLMNPRSTZ') + '0'
    al = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
    return b + str(-sum(al.index(c) * (18 - i) for i, c in enumerate(b)) % 10)


def _dni(r):
    n = r.randint(10000000, 79999999)
    return f'{n}' + r.choice(['', '-']) + 'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]


def _pnr(r):
    b = day(r, 1940, 1999).strftime('%y%m%d') + digits(r, 3)
    return r.choice(['19', '']) + b[:6] + '-' + b[6:] + luhn(b + '0')


def _aad(r):
    b = r.choice('23456789') + digits(r, 10)
    b += verhoeff(b)
    return f'{b[:4]} {b[4:8]} {b[8:]}'


def _mbi(r):
    A, AN = 'ACDEFGHJKMNPQRTUVWXY', 'ACDEFGHJKMNPQRTUVWXY0123456789'
    return r.choice('123456789') + r.choice('S') + r.choice(AN) + digits(r, 1) + '-' + r.choice(A) + r.choice(AN) + digits(r, 1) + '-' + rs(r, 2, A) + digits(r, 2)   # S in place 2: never issued


def mrz(r):
    cc = r.choice(['UTO', 'XXA', 'UTO'])
    s, g = (ascii_(x).upper() for x in two(r, LATIN)[1:3])
    n = r.choice(UP) + digits(r, 8)
    b, e = day(r, 1940, 2005).strftime('%y%m%d'), f'{r.randint(27, 35)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}'
    p = '<' * 14
    l2 = n + _icao(n) + cc + b + _icao(b) + r.choice('MF') + e + _icao(e) + p + '<'
    l2 += _icao(n + _icao(n) + b + _icao(b) + e + _icao(e) + p + '<')
    return M('national_id', 'mrz', ('P<' + cc + g + '<<' + s).ljust(44, '<')[:44] + r.choice(['\n', ' ']) + l2)


DOCS = {
 'es dni': _dni, 'it codice fiscale': _cf, 'pl pesel': _pesel, 'br cpf': _cpf, 'in pan': lambda r: rs(r, 3, UP) + 'P' + rs(r, 1, UP) + digits(r, 4) + rs(r, 1, UP), 'in aadhaar': _aad, 'nl bsn': _bsn, 'se personnummer': _pnr,
 'fi hetu': _hetu, 'no fnr': _fnr, 'dk cpr': lambda r: day(r, 1940, 1999).strftime('%d%m%y') + '-' + digits(r, 4), 'fr nir': _nir, 'be nn': _nn, 'tr tckn': _tckn, 'cn id': _ric, 'kr rrn': _rrn, 'tw id': _twid,
 'za id': _za, 'mx curp': _curp, 'cl rut': _rut, 'gb nhs': _nhs, 'de idnr': _idnr, 'de ausweis': _ausweis, 'us passport': lambda r: r.choice('ACE') + digits(r, 8), 'gb passport': lambda r: digits(r, 9),
 'gb nino': lambda r: r.choice(['AB', 'CE', 'JH', 'NR', 'SX', 'WL']) + r.choice([' ', '']).join(['', digits(r, 2), digits(r, 2), digits(r, 2), r.choice('ABCD')]), 'gb driver': lambda r: rs(r, 5, UP) + digits(r, 1) + f'{r.randint(1, 12):02d}{r.randint(1, 28):02d}' + digits(r, 1) + rs(r, 2, UP) + '9' + rs(r, 2, UP),
 'hk id': _hk, 'sg nric': _sg, 'ca sin': _sin, 'au tfn': _tfn, 'il id': _teudat, 'jp my number': _mynum, 'ru snils': _snils, 'ru passport': lambda r: fill(r, '4### ######'), 'ro cnp': _cnp, 'hr oib': _oib, 'cz rc': _rc,
 'gr amka': _amka, 'ch ahv': _ahv, 'us mbi': _mbi, 'us itin': lambda r: f'9{digits(r, 2)}-{r.randint(70, 88)}-{digits(r, 4)}', 'us driver ca': lambda r: r.choice(UP) + digits(r, 7), 'fr passport': lambda r: digits(r, 2) + rs(r, 2, UP) + digits(r, 5),
 'jp passport': lambda r: 'T' + rs(r, 1, UP) + digits(r, 7), 'ua tax': lambda r: '3' + digits(r, 9), 'id nik': lambda r: '32' + digits(r, 4) + day(r, 1950, 1999).strftime('%d%m%y') + '00' + digits(r, 2),
}


def doc(r, *ks):
    k = r.choice(ks or list(DOCS))
    return M('national_id', k, DOCS[k](r))


# ---- addresses of machines that belong to persons: documentation, benchmark, shared and private ranges
def ip4_(r):
    return r.choice(['192.0.2.', '198.51.100.', '203.0.113.', '233.252.0.', '198.18.7.', '100.64.31.', '10.83.4.', '192.168.71.']) + str(r.randint(2, 254))


def ip6_(r):
    return r.choice(['2001:db8:%x:%x::%x' % (r.randint(1, 65535), r.randint(1, 65535), r.randint(1, 65535)), '2001:db8::%x' % r.randint(16, 65535), '2001:0db8:85a3:0000:0000:8a2e:%04x:%04x' % (r.randint(0, 65535), r.randint(0, 65535)), 'fd3c:91a2:%x::%x' % (r.randint(1, 65535), r.randint(1, 255))])


def ip(r, v=None):
    v = v or r.choice('446')
    return M('ip', 'v' + v, ip4_(r) if v == '4' else ip6_(r))


# ---- secrets; prefixes stand in halves, so that no scanner of sources takes the generator for a leak
B64U = string.ascii_letters + DIG + '-_'


def _jwt(r):
    e = lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip('=')
    return e('{"alg":"HS256","typ":"JWT"}') + '.' + e('{"sub":"%d","iat":%d}' % (r.randint(1000, 99999), r.randint(1600000000, 1790000000))) + '.' + rs(r, 43, B64U)


TOKENS = {
 'aws': lambda r: 'AK' + 'IA' + rs(r, 16, UP + '234567'), 'aws secret': lambda r: rs(r, 40, string.ascii_letters + DIG + '/+'), 'github': lambda r: 'gh' + r.choice('pous') + '_' + rs(r, 36), 'github pat': lambda r: 'github' + '_pat_' + rs(r, 22) + '_' + rs(r, 59),
 'gitlab': lambda r: 'gl' + 'pat-' + rs(r, 20, B64U), 'slack': lambda r: 'xo' + 'xb-' + digits(r, 12) + '-' + digits(r, 13) + '-' + rs(r, 24), 'slack hook': lambda r: 'https://hooks.' + 'slack.com/services/T' + rs(r, 9, UP + DIG) + '/B' + rs(r, 9, UP + DIG) + '/' + rs(r, 24),
 'stripe': lambda r: r.choice('sr') + 'k_' + r.choice(['live', 'test']) + '_' + rs(r, 24), 'google': lambda r: 'AI' + 'za' + rs(r, 35, B64U), 'sendgrid': lambda r: 'S' + 'G.' + rs(r, 22, B64U) + '.' + rs(r, 43, B64U), 'twilio': lambda r: 'S' + 'K' + rs(r, 32, HEX),
 'npm': lambda r: 'np' + 'm_' + rs(r, 36), 'pypi': lambda r: 'py' + 'pi-AgEIcHlwaS5vcmc' + rs(r, 70, B64U), 'anthropic': lambda r: 'sk' + '-ant-api03-' + rs(r, 93, B64U) + 'AA', 'openai': lambda r: 'sk' + '-proj-' + rs(r, 48), 'huggingface': lambda r: 'h' + 'f_' + rs(r, 34, string.ascii_letters),
 'digitalocean': lambda r: 'do' + 'p_v1_' + rs(r, 64, HEX), 'shopify': lambda r: 'sh' + 'pat_' + rs(r, 32, HEX), 'databricks': lambda r: 'da' + 'pi' + rs(r, 32, HEX), 'linear': lambda r: 'li' + 'n_api_' + rs(r, 40), 'planetscale': lambda r: 'ps' + 'cale_pw_' + rs(r, 43),
 'vault': lambda r: 'hv' + 's.' + rs(r, 90, B64U), 'doppler': lambda r: 'd' + 'p.pt.' + rs(r, 43), 'newrelic': lambda r: 'NR' + 'AK-' + rs(r, 27, UP + DIG), 'grafana': lambda r: 'gl' + 'sa_' + rs(r, 32) + '_' + rs(r, 8, HEX), 'postman': lambda r: 'PM' + 'AK-' + rs(r, 24, HEX) + '-' + rs(r, 34, HEX),
 'age': lambda r: 'AGE-SEC' + 'RET-KEY-1' + rs(r, 58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'), 'mailgun': lambda r: 'key' + '-' + rs(r, 32, HEX), 'telegram': lambda r: digits(r, 10) + ':AA' + rs(r, 33, B64U), 'square': lambda r: 'EA' + 'AAE' + rs(r, 59, B64U), 'jwt': _jwt,
 'sentry': lambda r: 'sn' + 'trys_' + rs(r, 80), 'dropbox': lambda r: 's' + 'l.' + rs(r, 130, B64U), 'notion': lambda r: 'nt' + 'n_' + digits(r, 11) + rs(r, 35), 'airtable': lambda r: 'pa' + 't' + rs(r, 14) + '.' + rs(r, 64, HEX), 'atlassian': lambda r: 'ATA' + 'TT3xFfGF0' + rs(r, 170, B64U) + '=' + rs(r, 8, '0123456789ABCDEF'),
 'pulumi': lambda r: 'pu' + 'l-' + rs(r, 40, HEX), 'figma': lambda r: 'fi' + 'gd_' + rs(r, 40, B64U), 'discord hook': lambda r: 'https://discord.' + 'com/api/webhooks/' + digits(r, 18) + '/' + rs(r, 68, B64U),
}
TELLING = [k for k in TOKENS if k not in ('aws secret',)]


def token(r, *ks):
    k = r.choice(ks or TELLING)
    return M('secret', k, TOKENS[k](r))


def pw(r):
    w = r.choice(['Heron', 'tulip', 'Granite', 'fjord', 'Saffron', 'walrus', 'Cobalt', 'thimble', 'Ottoman', 'quince'])
    return r.choice([w + r.choice('!#%&$?') + digits(r, 3) + rs(r, 2, LO), rs(r, 16), rs(r, 6, LO) + '-' + rs(r, 6, LO) + '-' + digits(r, 3), w[:3] + digits(r, 4) + '_' + rs(r, 5) + '!', digits(r, 2) + w + r.choice('*+~') + rs(r, 4)])


def P(r, t=None):
    return M('secret', 'password', t or pw(r))


def upw(r):
    return rs(r, 14)


def conn(r):
    h = r.choice(['db-eu.velmora.example', '10.83.4.17', 'pg-7.internal.test', 'warehouse.example.net'])
    u = r.choice(['svc_etl', 'app', 'reporting', 'root'])
    return r.choice([
        lambda: f'postgres://{u}:{P(r, upw(r))}@{h}:5432/ledger?sslmode=require', lambda: f'mysql+pymysql://{u}:{P(r, upw(r))}@{h}/shop', lambda: f'mongodb+srv://{u}:{P(r, upw(r))}@cluster0.{h}/?retryWrites=true',
        lambda: f'redis://:{P(r, upw(r))}@{h}:6379/2', lambda: f'amqps://{u}:{P(r, upw(r))}@{h}/vhost', lambda: f'Server={h};Database=Claims;User Id={u};Password={P(r)};Encrypt=true',
        lambda: f'jdbc:sqlserver://{h}:1433;databaseName=ops;user={u};password={P(r)};', lambda: f'jdbc:snowflake://acme.snowflakecomputing.example/?user={u}&password={P(r, upw(r))}&warehouse=WH',
        lambda: 'DefaultEndpointsProtocol=https;AccountName=velmorastore;AccountKey=' + M('secret', 'azure key', rs(r, 86, string.ascii_letters + DIG + '/+') + '==') + ';EndpointSuffix=core.windows.net',
        lambda: f'https://velmorastore.blob.core.windows.net/raw/f.parquet?sv=2023-11-03&se=2027-01-01&sr=b&sig=' + M('secret', 'azure sas', rs(r, 43) + '%3D'), lambda: f'{h}:5432:ledger:{u}:{P(r, upw(r))}',
        lambda: f'machine {h} login {u} password {P(r, upw(r))}', lambda: f'sftp://{u}:{P(r, upw(r))}@{h}/inbound', lambda: f'dsn="host={h} user={u} password={P(r, upw(r))} dbname=x"'])()


def pem(r):
    k = r.choice(['RSA ', 'EC ', '', 'OPENSSH '])
    return M('secret', 'pem', '-----BEGIN ' + k + 'PRIV' + 'ATE KEY-----\n' + '\n'.join('MII'[:3 * (i == 0)] + rs(r, 61 if i == 0 else 64, string.ascii_letters + DIG + '/+') for i in range(4)) + '\n-----END ' + k + 'PRIV' + 'ATE KEY-----')


def header(r):
    return r.choice([
        lambda: 'Authorization: Bearer ' + token(r, 'jwt'), lambda: 'Authorization: Basic ' + M('secret', 'basic', base64.b64encode(('svc:' + pw(r)).encode()).decode()), lambda: 'X-Api-Key: ' + M('secret', 'api key', rs(r, 40, HEX)),
        lambda: 'Cookie: theme=dark; sessionid=' + M('secret', 'session', rs(r, 32)) + '; lang=cs', lambda: 'PRIVATE-TOKEN: ' + token(r, 'gitlab'), lambda: 'curl -u ops:' + P(r, upw(r)) + ' https://api.example.com/v2/orders', lambda: 'curl -H "Authorization: token ' + token(r, 'github') + '" https://git.example.com'])()


def envline(r):
    return r.choice([
        lambda: 'DB_PASSWORD=' + P(r), lambda: 'export AWS_SECRET_ACCESS_KEY=' + token(r, 'aws secret'), lambda: 'STRIPE_SECRET=' + token(r, 'stripe'), lambda: "api_token: '" + M('secret', 'api key', rs(r, 32, HEX)) + "'", lambda: 'SNOWFLAKE_PASSWORD="' + P(r, upw(r)) + '"',
        lambda: 'smtp.auth.pass = ' + P(r), lambda: 'client_secret=' + M('secret', 'client secret', rs(r, 40, B64U)), lambda: 'SIGNING_KEY: ' + M('secret', 'hex key', rs(r, 64, HEX)), lambda: '--set adminPassword=' + P(r, upw(r)), lambda: 'passwd ' + P(r, upw(r)) + ' # rotate in Q3'])()


# ---- diagnoses
ICD = 'E11.9 I10 J45.20 F32.1 C50.911 K21.9 M54.5 N18.3 G40.909 B20 F20.0 O24.410 Z21 L40.0 S72.001A I48.91 E66.01 F10.20 A15.0 H40.11X1 Q90.9 R56.9 T40.1X1A G35 K50.90'.split()
DX = {'en': 'type 2 diabetes mellitus|recurrent major depression|stage III ductal carcinoma|HIV infection|relapsing multiple sclerosis|alcohol dependence|temporal lobe epilepsy|paranoid schizophrenia|hepatitis C|chronic kidney disease stage 4',
      'de': 'Diabetes mellitus Typ 2|mittelgradige depressive Episode|Mammakarzinom links|chronische Niereninsuffizienz|Morbus Crohn|Asthma bronchiale', 'fr': 'diabète de type 2|trouble bipolaire|cirrhose hépatique|épilepsie partielle|cancer du sein',
      'es': 'diabetes mellitus tipo 2|trastorno bipolar|cáncer de mama|insuficiencia renal crónica', 'it': 'diabete mellito di tipo 2|cirrosi epatica|disturbo depressivo maggiore', 'pl': 'cukrzyca typu 2|przewlekła niewydolność nerek|padaczka', 'ru': 'сахарный диабет 2 типа|рассеянный склероз|шизофрения|цирроз печени',
      'ja': '2型糖尿病|うつ病|乳癌|慢性腎不全', 'zh': '2型糖尿病|抑郁症|乳腺癌|慢性肾病', 'ar': 'داء السكري من النوع الثاني|الصرع|سرطان الثدي', 'pt': 'diabetes tipo 2|epilepsia|câncer de mama'}
DX = {k: v.split('|') for k, v in DX.items()}


def icd(r):
    return M('diagnosis', 'icd', r.choice(ICD))


def dx(r, lang=None):
    lang = lang or r.choice(list(DX))
    return M('diagnosis', 'diagnosis ' + lang, r.choice(DX[lang]))
