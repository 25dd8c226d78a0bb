"""Draws text with labels out of templates.

Enters: templates of the tables, drawers by name, a seeded source of chance. Leaves: pieces `(text, label)`, label `(class, kind)` or None.
Never here: what people, papers, keys and things look like.

A template is text with: `%d6` six digits (`z` no leading zero, `A`/`a` letters, `x`/`X` hex, `n` letters and digits, `N`/`m` upper/lower with digits,
`b`/`B` base64 of URLs/of MIME, `u` a UUID), `%<5-90>` a number (`%<001-120>` padded), `%[a|b]` one of, `{name}` what a drawer gives,
`{name!url}` the same, written as in URLs, `⟦…⟧` a secret. A `·` is left out: it keeps what looks like a live key out of sources.
"""

import json
import re
import string
import urllib.parse

SETS = {
    "d": string.digits, "A": string.ascii_uppercase, "a": string.ascii_lowercase, "x": "0123456789abcdef", "X": "0123456789ABCDEF",
    "n": string.ascii_letters + string.digits, "N": string.ascii_uppercase + string.digits, "m": string.ascii_lowercase + string.digits,
    "b": string.ascii_letters + string.digits + "-_", "B": string.ascii_letters + string.digits + "+/", "T": string.ascii_uppercase + "234567",
}
TOKEN = re.compile(r"%%|%\[(?P<one>[^\]]*)\]|%<(?P<low>\d+)-(?P<high>\d+)>|%(?P<set>[dzAaxXnNmbBTu])(?P<size>\d*)|\{(?P<name>[a-z_0-9.@*]+)(?:!(?P<how>[a-z]+))?\}|(?P<mark>[⟦⟧])")
HOW = {
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "plus": lambda text: urllib.parse.quote_plus(text),
    "upper": str.upper,
    "lower": str.lower,
    "html": lambda text: text.replace("@", "&#64;").replace("'", "&#39;"),
    "uni": lambda text: text.replace("@", "\\u0040"),
    "tight": lambda text: re.sub(r"[\s-]", "", text),
}


def some(r, kind, size):
    """So many signs of a set; long ones of letters and digits hold both, as real keys do."""
    if kind == "u":
        text = some(r, "x", 32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{r.choice('89ab')}{text[17:20]}-{text[20:]}"
    if kind == "z":
        return r.choice("123456789") + some(r, "d", size - 1)
    while True:
        text = "".join(r.choice(SETS[kind]) for _ in range(size))
        if size < 12 or kind in "dAa" or (any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text)):
            return text


def join(pieces):
    """Pieces as text and spans of characters; neighbours under one label stay two."""
    text, spans = "", []
    for part, label in pieces:
        if label and part:
            spans.append((label[0], label[1], len(text), len(text) + len(part)))
        text += part
    return text, spans


def glue(pieces):
    """Pieces of which none is empty, neighbours without a label as one."""
    out = []
    for part, label in pieces:
        if part and out and label is None and out[-1][1] is None:
            out[-1] = (out[-1][0] + part, None)
        elif part:
            out.append((part, label))
    return out


def render(template, row, kind="secret"):
    """A template as pieces. `row` has `r` and `draw(name)`, which gives pieces or text; what is between marks is one piece, a secret of the kind."""
    out, at, inside = [], 0, None
    template = template.replace("·", "")

    def put(pieces):
        nonlocal inside
        if inside is None:
            out.extend(pieces)
        else:
            inside += "".join(part for part, _ in pieces)

    for found in TOKEN.finditer(template):
        put([(template[at:found.start()], None)])
        at = found.end()
        if found["mark"]:
            if found["mark"] == "⟦":
                inside = ""
            else:
                out.append((inside, ("secret", kind)))
                inside = None
        elif found["one"] is not None:
            put(render(row.r.choice(found["one"].split("|")), row, kind))
        elif found["low"] is not None:
            low = found["low"]
            number = str(row.r.randint(int(low), int(found["high"])))
            put([(number.zfill(len(low)) if low[0] == "0" else number, None)])
        elif found["set"]:
            put([(some(row.r, found["set"], int(found["size"] or 1)), None)])
        elif found["name"]:
            drawn = row.draw(found["name"])
            pieces = [(drawn, None)] if isinstance(drawn, str) else drawn
            if found["how"]:
                pieces = [(HOW[found["how"]](part), label) for part, label in pieces]
            put(pieces)
        else:
            put([("%", None)])
    put([(template[at:], None)])
    assert inside is None, template
    return glue(out)


def document(node, row, style, deep=0):
    """A JSON document as pieces. Strings are templates; one that begins with `#` becomes a number or a word of JSON; style is `tight`, `wide`, `lines` or `ascii`."""
    if isinstance(node, str):
        bare = node.startswith("#")
        pieces = render(node[1:] if bare else node, row)
        if bare:  # numbers of JSON have no zeros in front
            return [(re.sub(r"(?<![\d.])0+(?=\d)", "", part), label) for part, label in pieces]
        written = [(json.dumps(part, ensure_ascii=style == "ascii")[1:-1], label) for part, label in pieces]
        return [('"', None), *written, ('"', None)]
    if not isinstance(node, (dict, list)):
        return [(json.dumps(node), None)]
    if not node:
        return [("{}" if isinstance(node, dict) else "[]", None)]
    out, first = [("{" if isinstance(node, dict) else "[", None)], True
    for part in node.items() if isinstance(node, dict) else enumerate(node):
        out.append(("" if first else "," if style in ("tight", "lines") else ", ", None))
        if style == "lines":
            out.append(("\n" + "  " * (deep + 1), None))
        if isinstance(node, dict):
            out.append((json.dumps(part[0], ensure_ascii=style == "ascii") + (":" if style == "tight" else ": "), None))
        out.extend(document(part[1], row, style, deep + 1))
        first = False
    if style == "lines":
        out.append(("\n" + "  " * deep, None))
    return glue([*out, ("}" if isinstance(node, dict) else "]", None)])
