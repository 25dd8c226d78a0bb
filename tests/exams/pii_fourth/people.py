"""Fields of people: names in many scripts and forms, e-mail, birthdays.

Enters: a random source, arguments of a field; `words/names.txt`. Leaves: (class, kind, text). Never here: columns.
"""

import datetime
import unicodedata
from template import field, pattern, words

NAMES = {}
for line in words('names'):
    language, part, rest = line.split('|')
    NAMES.setdefault(language, {})[part] = rest.split(';')
CLOSED = {'zh', 'ko'}               # family and given name without a space
FAMILY_FIRST = {'zh', 'ja', 'ko', 'kana', 'vi', 'hu', 'zhl', 'kol'}
PLAIN = str.maketrans({'ß': 'ss', 'ø': 'o', 'Ø': 'O', 'đ': 'd', 'Đ': 'D', 'ł': 'l', 'Ł': 'L', 'ı': 'i', 'æ': 'ae', "'": '', ' ': ''})


def ascii_(text):
    return ''.join(c for c in unicodedata.normalize('NFD', text.translate(PLAIN)) if c.isascii() and (c.isalnum() or c == '-'))


def pick(r, language):
    language = r.choice(language.split('+'))
    return language, r.choice(NAMES[language]['g']), r.choice(NAMES[language]['f'])


def shaped(r, language, form):
    language, given, family = pick(r, language)
    space = '' if language in CLOSED else ' '
    second = r.choice(NAMES[language]['g'])
    if form == 'any':
        form = r.choice(['full', 'full', 'full', 'rev', 'up', 'init'])
    return language, {
        'full': f'{family}{space}{given}' if language in FAMILY_FIRST else f'{given} {family}',
        'west': f'{given} {family}', 'spaced': f'{family} {given}', 'wide': f'{family}　{given}', 'rev': f'{family}, {given}', 'sur': f'{family.upper()} {given}', 'given': given, 'family': family,
        'init': f'{given[0]}. {family}', 'revinit': f'{family}, {given[0]}.', 'mid': f'{given} {second[0]}. {family}', 'long': f'{given} {second} {family}', 'up': f'{given} {family}'.upper(),
        'low': f'{given} {family}'.lower(), 'revup': f'{family}, {given}'.upper(), 'semi': f'{family};{given}', 'caret': f'{family}^{given}^{second[0]}'.upper(), 'slash': f'{ascii_(family)}/{ascii_(given)}'.upper(),
        'short': f'{given} {family[0]}.', 'gap': f'{given}  {family}',
    }[form]


@field
def person(r, arguments):
    """languages joined by +, then .form"""
    language, _, form = arguments.partition('.')
    language, text = shaped(r, language, form or 'full')
    return 'person', f'{language} {form or "full"}', text


@field
def fam(r, language):
    """A family name that names no person: of companies, streets."""
    return pick(r, language)[2]


HOSTS = 'example.com example.org example.net mail.example post.example inbox.example webmail.example fastpost.example kontor.example correo.example courriel.example brevkasse.example'.split()
LATIN = 'en us es la pt fr de it nl sv fi pl cs hu ro tr in id ph zhl jal kol sw ng za arl'.split()


def address(r, language, host=''):
    _, given, family = pick(r, language or r.choice(LATIN))
    given, family = ascii_(given).lower(), ascii_(family).lower()
    n = r.randint(1, 99)
    local = r.choice([f'{given}.{family}', f'{given[0]}{family}', f'{given}_{family}{n}', f'{given}{family}{n}', f'{family}.{given}', f'{given}{1950 + n // 2}', f'{given}.{family}', f'{given[0]}.{family}', f'{given}-{family}', f'{family}{n}'])
    return f'{local}@{host or r.choice(HOSTS)}'


@field
def email(r, arguments):
    """languages, then .form: up, tag, sub, idn, angle"""
    language, _, form = arguments.partition('.')
    text = address(r, language)
    if form == 'up':
        text = text.upper()
    elif form == 'cap':
        text = text.title()
    elif form == 'tag':
        text = text.replace('@', r.choice(['+news@', '+shop@', '+bills@', '+2024@']))
    elif form == 'work':
        text = address(r, language, r.choice(['lundqvist-bygg.example', 'corp.example.com', 'eu.firma.example', 'students.example.edu', 'ministry.example.gov', 'clinica.example.org']))
    elif form == 'idn':
        text = address(r, language, r.choice(['bücher.example', 'münchen.example', 'почта.example', 'пример.рф']))
    elif form == 'script':
        text = r.choice(['иван.кузнецов', 'ольга', 'χρήστος', 'josé.muñoz', 'jürgen.schäfer', '田中']) + pattern(r, '#') + '@' + r.choice(HOSTS)
    elif form == 'quoted':
        text = '"' + text.replace('.', ' ', 1).replace('@', '"@', 1)
    return 'email', form or 'plain', text


MONTHS = {'fr': 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre', 'de': 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
          'es': 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre', 'pl': 'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
          'ru': 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря', 'tr': 'Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık'}


def when(r, form, start, end):
    day = datetime.date(r.randint(start, end), r.randint(1, 12), r.randint(1, 28))
    if form in MONTHS:
        name = MONTHS[form].split()[day.month - 1]
        return f'{day.day} de {name} de {day.year}' if form == 'es' else f'{day.day}. {name} {day.year}' if form == 'de' else f'{day.day} {name} {day.year}'
    if form == 'kanji':
        return f'{day.year}年{day.month}月{day.day}日'
    if form == 'korean':
        return f'{day.year}년 {day.month}월 {day.day}일'
    if form == 'showa':
        return f'昭和{r.randint(25, 63)}年{day.month}月{day.day}日'
    if form == 'thai':
        return f'{day.day:02d}/{day.month:02d}/{day.year + 543}'
    if form == 'us':
        return f'{day.month}/{day.day}/{day.year}'
    if form == 'epoch':
        return str((day - datetime.date(1970, 1, 1)).days * 86400)
    return day.strftime({'iso': '%Y-%m-%d', 'dmy': '%d/%m/%Y', 'dot': '%d.%m.%Y', 'mdy': '%m/%d/%Y', 'flat': '%Y%m%d', 'mon': '%d-%b-%Y', 'monup': '%d-%b-%y', 'long': '%B %d, %Y', 'ts': '%Y-%m-%d 00:00:00.000', 'tz': '%Y-%m-%dT00:00:00Z', 'slash': '%Y/%m/%d', 'dash': '%d-%m-%Y', 'yy': '%d.%m.%y'}[form])


@field
def dob(r, arguments):
    """form, from, until"""
    form, *years = arguments.split(',')
    start, end = map(int, years) if years else (1938, 2006)
    return 'dob', form, when(r, form, start, end)


@field
def date(r, arguments):
    """form, from, until: a date of something else"""
    form, *years = arguments.split(',')
    start, end = map(int, years) if years else (2021, 2026)
    return when(r, form, start, end)
