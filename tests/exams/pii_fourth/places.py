"""Fields of where people live and are called: addresses, telephones.

Enters: a random source, countries joined by +; `words/streets.txt`, `words/phones.txt`. Leaves: (class, kind, text), or a town without label.
Never here: columns.
"""

from template import field, pattern, words

STREETS = {line.split('|')[0]: line.split('|')[1:] for line in words('streets')}
PHONES = {line.split('|')[0]: [half.split(';') for half in line.split('|')[1:]] for line in words('phones')}
LETTERED = {'DE', 'AT', 'NL', 'FR', 'DK'}


def line_of(r, country):
    """The line, and the town its street stands in, where that is said."""
    line, _, streets, _ = STREETS[country]
    number = str(r.randint(1, 9999 if country == 'US' else 240))
    if country in LETTERED and r.random() < .15:
        number += r.choice([' a', 'b']) if country == 'DE' else r.choice([' bis', ' ter']) if country == 'FR' else r.choice('ABC')
    name, _, town = r.choice(streets.split(';')).partition('=')
    return pattern(r, line.replace('#', '\\#', 1)).format(s=name, n=number, m=r.randint(1, 99)), town


def town_of(r, country, town=''):
    names = [one for one in STREETS[country][3].split(';') if not town or one.startswith(town + '=')]
    name, _, code = r.choice(names).partition('=')
    return name, pattern(r, code)


@field
def street(r, countries):
    country = r.choice(countries.split('+'))
    return 'address', f'{country} line', line_of(r, country)[0]


@field
def full(r, countries):
    country = r.choice(countries.split('+'))
    line, town = line_of(r, country)
    town, code = town_of(r, country, town)
    return 'address', f'{country} whole', STREETS[country][1].format(l=line, c=town, p=code).strip().strip(',')


@field
def town(r, countries):
    return town_of(r, r.choice(countries.split('+')))[0]


@field
def phone(r, arguments):
    """countries joined by +, then .nat, .intl, .e164, .msisdn (digits of it), .bare (digits of a national form) or nothing"""
    countries, _, how = arguments.partition('.')
    country = r.choice(countries.split('+'))
    national, international = PHONES[country]
    how = how or r.choice(['nat', 'nat', 'intl'])
    forms = international if how in ('intl', 'e164', 'msisdn') else national
    shape = r.choice(forms).strip()
    text = pattern(r, shape.replace('N', '¤'))
    if how in ('e164', 'msisdn'):
        digits = ''.join(c for c in text.replace('(0)', '') if c.isdigit())
        text = ('+' if how == 'e164' else '') + (digits[2:] if digits.startswith('00') else digits)
    if how == 'bare':
        text = ''.join(c for c in text if c.isdigit())
    return 'phone', f'{country} {how}', text
