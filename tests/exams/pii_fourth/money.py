"""Fields of money and of the Social Security: cards, IBANs, SSNs; beside them numbers that look so.

Enters: a random source, arguments of a field. Leaves: (class, kind, text). Never here: columns.
"""

import checks
from template import field, pattern

BRANDS = {'visa': (('4',), 16), 'mc': (('51', '52', '53', '54', '55', '2223', '2567', '2719'), 16), 'amex': (('34', '37'), 15), 'discover': (('6011', '65', '644'), 16),
          'diners': (('36', '38', '305'), 14), 'jcb': (('3528', '3565', '3589'), 16), 'unionpay': (('622126', '622888', '624012'), 16), 'unionpay19': (('622848', '621700'), 19),
          'maestro': (('5018', '6304', '6759'), 16), 'rupay': (('6521', '6079', '6085'), 16), 'elo': (('636368', '438935', '504175'), 16), 'mir': (('2200', '2202', '2204'), 16),
          'troy': (('979200', '979283'), 16), 'verve': (('506109', '506122'), 16), 'visa13': (('4',), 13), 'hiper': (('606282',), 16)}
COMMON = 'visa visa visa mc mc mc amex amex discover diners jcb unionpay maestro'.split()


def card(r, brand):
    prefixes, size = BRANDS[brand]
    head = r.choice(prefixes)
    head += checks.digits(r, size - 1 - len(head))
    return head + checks.luhn(head)


def grouped(text, by):
    sizes = (4, 6, 5) if len(text) == 15 else (4, 6, 4) if len(text) == 14 else (6, 13) if len(text) == 19 else (4,) * ((len(text) + 3) // 4)
    out, at = [], 0
    for size in sizes:
        out.append(text[at:at + size])
        at += size
    return by.join(one for one in out if one)


@field
def pan(r, arguments):
    """brand or nothing, then .space, .dash, .dot, .nbsp or plain"""
    brand, _, how = arguments.partition('.')
    brand = r.choice(brand.split('+')) if brand else r.choice(COMMON)
    by = {'space': ' ', 'dash': '-', 'dot': '.', 'nbsp': '\xa0'}.get(how, '')
    text = card(r, brand)
    return 'pan', f'{brand} {how or "plain"}', grouped(text, by) if by else text


@field
def ssn(r, how):
    a = r.choice([*range(1, 666), *range(667, 728)])
    b, c = r.randint(1, 99), r.randint(1, 9999)
    if how == 'mix':
        how = r.choice(['dash', 'dash', 'bare', 'space'])
    text = {'dash': '{:03d}-{:02d}-{:04d}', 'bare': '{:03d}{:02d}{:04d}', 'space': '{:03d} {:02d} {:04d}', 'dot': '{:03d}.{:02d}.{:04d}', 'slash': '{:03d}/{:02d}/{:04d}',
            'en': '{:03d}–{:02d}–{:04d}', 'wide': '{:03d} - {:02d} - {:04d}', 'under': '{:03d}_{:02d}_{:04d}'}[how].format(a, b, c)
    return 'ssn', how, text


BBAN = {'DE': '%#######00########', 'FR': '%###########A##########', 'IT': '@#####%#########00#####', 'AT': '%###############', 'CH': '00%##00##########', 'PL':
        '%#######################', 'PT': '00%##################', 'SE': '500000##############', 'DK': '%#############', 'FI': '%#############', 'LU': '00%0##########00', 'CZ':
        '0%00000000##########', 'SK': '0%00000000##########', 'HU': '%#######################', 'GR': '0%#####000#############', 'TR': '000%#0################', 'SA':
        '%0000###############', 'AE': '0%##000############', 'LT': '70440###########', 'EE': '22%#############', 'HR': '%################', 'IL': '0%#######0000######', 'CY':
        '00%00###00000000########', 'TN': '%###################'}
BANKS = {'GB': ('NWBK', 'BARC', 'MIDL', 'LOYD'), 'IE': ('AIBK', 'BOFI'), 'NL': ('ABNA', 'INGB', 'RABO'), 'RO': ('BTRL', 'RNCB'), 'BG': ('UNCR', 'STSA'), 'LV': ('HABA', 'UNLA'), 'PK': ('HABB', 'MEZN'), 'MT': ('VALL',)}
TAILS = {'GB': 14, 'IE': 14, 'NL': 10, 'RO': 16, 'BG': 14, 'LV': 13, 'PK': 16, 'MT': 23}


def bban(r, country):
    if country in BANKS:
        return r.choice(BANKS[country]) + checks.digits(r, TAILS[country])
    if country == 'BE':
        head = checks.digits(r, 10, '123456789')
        return head + f'{int(head) % 97 or 97:02d}'
    if country == 'ES':
        bank, account = '0' + checks.digits(r, 7, '123456789'), checks.digits(r, 10)
        weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
        two = [11 - checks.weighted(one, weights) % 11 for one in ('00' + bank, account)]
        return bank + ''.join(str({10: 1, 11: 0}.get(one, one)) for one in two) + account
    if country == 'NO':
        while True:
            head = checks.digits(r, 10, '123456789')
            last = -checks.weighted(head, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
            if last < 10:
                return head + str(last)
    return pattern(r, BBAN[country])


@field
def iban(r, arguments):
    """countries joined by +, then .space, .lower, .dash or plain"""
    country, _, how = arguments.partition('.')
    country = r.choice(country.split('+'))
    text = checks.iban(country, bban(r, country))
    by = {'space': ' ', 'dash': '-', 'nbsp': '\xa0'}.get(how, '')
    if by:
        text = by.join(text[i:i + 4] for i in range(0, len(text), 4))
    return 'iban', f'{country} {how or "plain"}', text.lower() if how == 'lower' else text


@field
def ean(r, head):
    head += checks.digits(r, 12 - len(head))
    return head + checks.ean(head)


@field
def upc(r, _):
    head = r.choice('0678') + checks.digits(r, 10)
    return head + checks.ean(head)


@field
def isbn(r, how):
    if how == '10':
        head = '0' + checks.digits(r, 8)
        return head + checks.isbn10(head)
    head = r.choice(['9780', '9781', '9783', '9782', '9788']) + checks.digits(r, 8)
    text = head + checks.ean(head)
    return f'{text[:3]}-{text[3]}-{text[4:7]}-{text[7:12]}-{text[12]}' if how == 'dash' else text


@field
def imei(r, _):
    head = r.choice(['35', '86', '01']) + checks.digits(r, 12)
    return head + checks.luhn(head)


@field
def sscc(r, _):
    head = '00' + r.choice('034') + checks.digits(r, 16)
    return head + checks.ean(head)
