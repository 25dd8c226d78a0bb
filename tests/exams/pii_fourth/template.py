"""Fills templates of cells and keeps what in them is personal.

Enters: a template such as `call «person:de» at «phone:DE.intl»`, a random source. Leaves: the text, and spans (class, kind, start, end) in
characters. A field is `«name:arguments>change»`; changes are made before it is labelled. Never here: words, columns.
"""

import pathlib
import re
import urllib.parse

HERE = pathlib.Path(__file__).parent
FIELD = re.compile('«([^«»]+)»')
OPEN, MID, TEXT, CLOSE = '\ue000', '\ue001', '\ue002', '\ue003'
MARK = re.compile(f'{OPEN}([^{MID}]*){MID}([^{TEXT}]*){TEXT}([^{CLOSE}]*){CLOSE}')
FIELDS = {}


def field(function):
    """Registers a field: function(random, arguments) → text, or (class, kind, text)."""
    FIELDS[function.__name__.rstrip('_')] = function
    return function


def words(name):
    """Lines of a word list, without remarks."""
    text = (HERE / 'words' / f'{name}.txt').read_text(encoding='utf-8')
    return [line for line in text.splitlines() if line.strip() and not line.startswith('# ')]


def lists():
    """Named lists of `words/things.txt`: name, then the things between semicolons."""
    found = {}
    for line in words('things'):
        name, _, rest = line.partition('|')
        found[name.strip()] = [one.strip() for one in rest.split(';') if one.strip()]
    return found


LISTS = lists()


def pattern(r, text):
    """# digit, % digit but 0, ¤ digit from 2, @ capital, ~ hex digit, * capital or digit, ¬ small letter; \\ before keeps."""
    out, kept = [], False
    kinds = {'#': '0123456789', '%': '123456789', '@': 'ABCDEFGHJKLMNPRSTUVWXYZ', '~': '0123456789abcdef', '*': 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789',
             '¬': 'abcdefghijklmnopqrstuvwxyz', '¤': '23456789'}
    for c in text:
        if kept or not kinds.get(c):
            if c == '\\' and not kept:
                kept = True
                continue
            out.append(c)
        else:
            out.append(r.choice(kinds[c]))
        kept = False
    return ''.join(out)


def escaped(text):
    return ''.join(f'\\u{ord(c):04x}' if 126 < ord(c) < 0x10000 else c for c in text)


CHANGES = {
    'upper': str.upper, 'lower': str.lower, 'pct': lambda text: urllib.parse.quote(text, safe=''), 'plus': urllib.parse.quote_plus, 'uni': escaped,
    'json': lambda text: text.replace('\\', '\\\\').replace('\n', '\\n').replace('"', '\\"'), 'digits': lambda text: re.sub(r'\D', '', text),
    'snug': lambda text: re.sub(r'[\s-]', '', text), 'html': lambda text: text.replace('@', '&#64;'),
    'lines': lambda text: text.replace(', ', '\n'), 'wide': lambda text: ''.join(chr(ord(c) + 0xfee0) if '0' <= c <= '9' else c for c in text),
    'east': lambda text: text.translate(str.maketrans('0123456789', '٠١٢٣٤٥٦٧٨٩')),
    'flat': lambda text: text.replace(', ', ' '),
}


def fill(r, template):
    """A template with alternatives between ¦ → text with labels as marks."""
    options = template.split('¦')
    return FIELD.sub(lambda found: one(r, found[1]), r.choice(options).strip())


def one(r, inside):
    inside, *changes = inside.split('>')
    name, _, arguments = inside.partition(':')
    got = FIELDS[name.strip()](r, arguments)
    cls, kind, text = got if isinstance(got, tuple) else (None, None, got)
    for change in changes:
        text = CHANGES[change](text)
    return f'{OPEN}{cls}{MID}{kind}{TEXT}{text}{CLOSE}' if cls else text


def unmark(marked):
    """Text with marks → text, spans."""
    text, spans, at = '', [], 0
    for found in MARK.finditer(marked):
        text += marked[at:found.start()]
        spans.append((found[1], found[2], len(text), len(text) + len(found[3])))
        text += found[3]
        at = found.end()
    return text + marked[at:], spans
