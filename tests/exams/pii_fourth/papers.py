"""Fields of papers: passports, licences, national ids of Europe; those of the other continents are in `papers_far.py`.

Enters: a random source, kinds joined by +. Leaves: (class, kind, text) with right check digits where the kind has them. Never here: columns.
"""

import checks
from checks import born, digits, weighted
from template import field, pattern

KINDS = {}


def kind(function):
    KINDS[function.__name__.rstrip('_')] = function
    return function


def shaped(**shapes):
    for name, shape in shapes.items():
        KINDS[name] = lambda r, shape=shape: pattern(r, r.choice(shape.split('¦')))


# No check digit, or none that the public knows.
shaped(pass_us='%########¦A########', pass_gb='%########', pass_de='C%*******¦L********', pass_fr='##@@#####', pass_in='@#######', pass_es='@@@######', pass_it='Y@#######', pass_br='@@######', pass_nl='N@*****%#',
       pass_au='P@#######', pass_ca='@@######', pass_ru='%# ## ######', pass_cn='E%#######¦E@#######', pass_jp='T@#######', pass_kr='M########', pass_ng='A########', pass_za='A########', pass_tr='U########',
       pass_pl='@@#######', pass_mx='G########', pass_ph='P#######@', pass_il='%#######', pass_eg='A########',
       dl_ca='@%######', dl_ny='%## ### ###', dl_fl='@%##-###-##-###-#', dl_tx='%#######', dl_il='@%##-####-####', dl_gb='@@@@@######@@#@@', dl_in='MH-%# 20%########¦KA%# 20%########',
       ke_id='%#######', vn_id='0##%########', cnic='3####-#######-#', ph_sss='34-#######-#', ng_nin='%##########', eg_id='2##0%1#0%####%', gh_card='GHA-7########-#',
       it_cie='CA#####@@', id_ktp='32##0%1#0%%#0001', bd_nid='19##%############', ar_dni='%#.###.###')


@kind
def nino(r):
    return r.choice(['AB', 'CE', 'JK', 'NX', 'PW', 'SR', 'YT']) + pattern(r, r.choice([' ## ## ## ', '######'])) + r.choice('ABCD')


@kind
def dni(r):
    n = r.randint(10 ** 7, 9 * 10 ** 7)
    return f'{n:08d}{r.choice(["", "", "-"])}{"TRWAGMYFPDXBNJZSQVHLCKE"[n % 23]}'


@kind
def nie(r):
    n = r.randint(0, 9999999)
    head = r.randint(0, 2)
    return f'{"XYZ"[head]}{n:07d}{"TRWAGMYFPDXBNJZSQVHLCKE"[(head * 10 ** 7 + n) % 23]}'


@kind
def nir(r):
    y, m, _ = born(r)
    t = f'{r.choice("12")}{y % 100:02d}{m:02d}{r.choice(["75", "69", "13", "33", "59", "44"])}{r.randint(1, 400):03d}{r.randint(1, 400):03d}'
    k = f'{97 - int(t) % 97:02d}'
    return r.choice([t + k, f'{t[0]} {t[1:3]} {t[3:5]} {t[5:7]} {t[7:10]} {t[10:]} {k}'])


@kind
def codice(r):
    consonants = 'BCDFGLMNPRSTVZ'
    y, m, d = born(r)
    t = ''.join(r.choice(consonants) for _ in range(6)) + f'{y % 100:02d}{"ABCDEHLMPRST"[m - 1]}{d + r.choice([0, 40]):02d}' + r.choice(['H501', 'F205', 'L219', 'F839', 'G273', 'A944'])
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    value = lambda c: int(c) if c.isdigit() else ord(c) - 65
    return t + chr(65 + sum(odd[value(c)] if i % 2 == 0 else value(c) for i, c in enumerate(t)) % 26)


@kind
def bsn(r):
    while True:
        t = digits(r, 8, '123456789')
        c = weighted(t, range(9, 1, -1)) % 11
        if c < 10:
            return t + str(c)


@kind
def pesel(r):
    y, m, d = born(r)
    t = f'{y % 100:02d}{m + (20 if y > 1999 else 0):02d}{d:02d}{digits(r, 4)}'
    return t + str(-weighted(t, (1, 3, 7, 9) * 3) % 10)


@kind
def personnummer(r):
    y, m, d = born(r)
    t = f'{y % 100:02d}{m:02d}{d:02d}{digits(r, 3)}'
    t += checks.luhn(t)
    return r.choice([f'{t[:6]}-{t[6:]}', f'{y // 100}{t[:6]}-{t[6:]}', f'{y // 100}{t}'])


@kind
def fnr(r):
    while True:
        y, m, d = born(r, 1940, 1999)
        t = f'{d:02d}{m:02d}{y % 100:02d}{r.randint(0, 499):03d}'
        a = -weighted(t, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        b = -weighted(t + str(a % 10), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if a < 10 and b < 10:
            return r.choice([f'{t}{a}{b}', f'{t[:6]} {t[6:]}{a}{b}'])


@kind
def cpr(r):
    y, m, d = born(r, 1940, 1999)
    return f'{d:02d}{m:02d}{y % 100:02d}-{r.randint(0, 3999):04d}'


@kind
def hetu(r):
    y, m, d = born(r, 1938, 1999)
    n = r.randint(900, 999)
    t = f'{d:02d}{m:02d}{y % 100:02d}'
    return f'{t}-{n}{"0123456789ABCDEFHJKLMNPRSTUVWXY"[int(t + str(n)) % 31]}'


@kind
def steuerid(r):
    base = [str(i) for i in range(10)]
    r.shuffle(base)
    base[9] = base[r.randint(0, 5)]         # one digit twice, one missing
    if base[0] == '0':
        base[0], base[1] = base[1], base[0]
    t = ''.join(base)
    t = t + checks.iso7064(t) if t[0] != '0' else '2' + t[1:] + checks.iso7064('2' + t[1:])
    return r.choice([t, f'{t[:2]} {t[2:5]} {t[5:8]} {t[8:]}'])


@kind
def de_ausweis(r):
    t = r.choice('LMPRTVWXYZ') + ''.join(r.choice('CFGHJKLMNPRTVWXYZ0123456789') for _ in range(8))
    return t + checks.mrz(t)


@kind
def cnp(r):
    y, m, d = born(r, 1940, 1999)
    t = f'{r.choice("12")}{y % 100:02d}{m:02d}{d:02d}{r.choice(["40", "12", "22", "35", "26"])}{r.randint(1, 999):03d}'
    c = weighted(t, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return t + ('1' if c == 10 else str(c))


@kind
def egn(r):
    y, m, d = born(r, 1940, 1999)
    t = f'{y % 100:02d}{m:02d}{d:02d}{digits(r, 3)}'
    return t + str(weighted(t, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


@kind
def oib(r):
    t = digits(r, 10, '123456789')
    return t + checks.iso7064(t)


@kind
def ahv(r):
    t = '756' + digits(r, 9)
    t += checks.ean(t)
    return f'{t[:3]}.{t[3:7]}.{t[7:11]}.{t[11:]}'


@kind
def snils(r):
    t = digits(r, 9, '123')
    c = weighted(t, range(9, 0, -1)) % 101 % 100
    return f'{t[:3]}-{t[3:6]}-{t[6:]} {c:02d}'


@kind
def nif_pt(r):
    t = digits(r, 8, '12')
    c = 11 - weighted(t, range(9, 1, -1)) % 11
    return t + str(c if c < 10 else 0)


@kind
def be_nn(r):
    y, m, d = born(r, 1940, 1999)
    t = f'{y % 100:02d}{m:02d}{d:02d}{r.randint(1, 997):03d}'
    c = f'{97 - int(t) % 97:02d}'
    return r.choice([t + c, f'{t[:2]}.{t[2:4]}.{t[4:6]}-{t[6:]}.{c}'])


@kind
def rodne(r):
    while True:
        y, m, d = born(r, 1955, 1999)
        n = int(f'{y % 100:02d}{m + r.choice([0, 50]):02d}{d:02d}{digits(r, 3)}0')
        n += -n % 11
        t = f'{n:010d}'
        if t[-1] != '0' or n % 11 == 0 and n % 10 == 0:
            return r.choice([f'{t[:6]}/{t[6:]}', t])


@kind
def mrz(r):
    y, m, d = born(r)
    number = pattern(r, '@########')
    birth, until = f'{y % 100:02d}{m:02d}{d:02d}', f'{r.randint(26, 34)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}'
    body = number + checks.mrz(number), birth + checks.mrz(birth), until + checks.mrz(until)
    return f'{body[0]}UTO{body[1]}{r.choice("MF")}{body[2]}{"<" * 14}0{checks.mrz("".join(body) + "<" * 14 + "0")}'


@kind
def nhs(r):
    while True:
        t = '999' + digits(r, 6)
        c = 11 - weighted(t, range(10, 1, -1)) % 11
        if c != 10:
            t += str(c % 11)
            return r.choice([t, f'{t[:3]} {t[3:6]} {t[6:]}'])


HEALTH = {'nhs', 'mbi'}


@field
def id_(r, arguments):
    """kinds joined by +"""
    name = r.choice(arguments.split('+'))
    return ('health_id' if name in HEALTH else 'national_id'), name, KINDS[name](r).strip()
