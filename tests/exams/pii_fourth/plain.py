"""Fields that hold nothing of a person: patterns, numbers, times, hashes, addresses of machines.

Enters: a random source, arguments of a field. Leaves: text. Never here: columns.
"""

import datetime
from template import LISTS, field, pattern

HEX = '0123456789abcdef'


@field
def p(r, text):
    """A pattern, or several between semicolons"""
    return pattern(r, r.choice(text.split(';')))


@field
def l(r, names):
    """One of the things of lists joined by +"""
    return r.choice([one for name in names.split('+') for one in LISTS[name]])


@field
def o(r, text):
    """One of what stands between semicolons"""
    return r.choice(text.split(';')).strip()


@field
def n(r, text):
    """from,until[,decimals]"""
    low, high, *rest = text.split(',')
    if rest:
        return f'{r.uniform(float(low), float(high)):.{int(rest[0])}f}'
    return str(r.randint(int(low), int(high)))


@field
def money(r, how):
    amount = round(10 ** r.uniform(0.5, 4.5), 2)
    if how == 'eu':
        return f'{amount:,.2f}'.translate(str.maketrans(',.', '.,'))
    if how == 'in':
        return f'₹{amount:,.2f}'
    return f'{amount:,.2f}' if how == 'us' else f'{amount:.2f}'


@field
def hex_(r, size):
    return ''.join(r.choice(HEX) for _ in range(int(size)))


@field
def b64(r, size):
    return ''.join(r.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') for _ in range(int(size)))


@field
def uuid(r, _):
    t = ''.join(r.choice(HEX) for _ in range(32))
    return f'{t[:8]}-{t[8:12]}-4{t[13:16]}-{r.choice("89ab")}{t[17:20]}-{t[20:]}'


@field
def ts(r, how):
    at = datetime.datetime(2021, 1, 1) + datetime.timedelta(seconds=r.randrange(5 * 365 * 86400), milliseconds=r.randrange(1000))
    if how in ('epoch', 'ms'):
        seconds = int((at - datetime.datetime(1970, 1, 1)).total_seconds())
        return str(seconds * 1000 + at.microsecond // 1000 if how == 'ms' else seconds)
    return {'': at.strftime('%Y-%m-%d %H:%M:%S.') + f'{at.microsecond // 1000:03d}', 'iso': at.strftime('%Y-%m-%dT%H:%M:%SZ'), 'tz': at.strftime('%Y-%m-%dT%H:%M:%S+02:00'), 'flat': at.strftime('%Y%m%d%H%M%S'),
            'http': at.strftime('%a, %d %b %Y %H:%M:%S GMT'), 'log': at.strftime('%d/%b/%Y:%H:%M:%S +0000'), 'time': at.strftime('%H:%M:%S')}[how]


@field
def ip(r, how):
    if how == '6':
        return '2001:db8:' + ':'.join(f'{r.randrange(65536):x}' for _ in range(4)) + '::1'
    return r.choice(['10.{}.{}.{}', '192.168.{1}.{2}', '172.20.{}.{}']).format(*(r.randint(1, 254) for _ in range(3)))


@field
def mac(r, by):
    return (by or ':').join(f'{r.randrange(256):02X}' for _ in range(6))


@field
def vin(r, _):
    return r.choice(['WVW', '1FT', 'JTD', 'WBA', 'VF1', 'KMH', '5YJ']) + ''.join(r.choice('ABCDEFGHJKLMNPRSTUVWXYZ0123456789') for _ in range(8)) + pattern(r, '######')


@field
def semver(r, _):
    return f'{r.randint(0, 14)}.{r.randint(0, 30)}.{r.randint(0, 99)}' + r.choice(['', '', '', '-rc.1', '-beta.3', '+build.118'])


@field
def cas(r, _):
    head = str(r.randint(50, 99999)) + pattern(r, '##')
    check = sum(int(c) * i for i, c in enumerate(reversed(head), 1)) % 10
    return f'{head[:-2]}-{head[-2:]}-{check}'
