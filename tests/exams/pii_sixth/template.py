"""Fills the templates of columns and keeps where the labelled values stand.

Enters: a template such as `Called {full} on {phone:nat}`, a cell (random numbers, person of the row), the fields by name. Leaves: text and labels
(class, kind, start, end in bytes of UTF-8). Never here: what a field says, files.

A field is `{name}`, `{name:argument}` or either with `|filter`; ` || ` parts alternatives, of which one is taken; `¶` is a line's end.
"""

import json
import re
import urllib.parse

FIELD = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)(?::([^{}|]*))?(?:\|([a-z]+))?\}")
FILTERS = {
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "ascii": lambda text: json.dumps(text)[1:-1],
    "twice": lambda text: json.dumps(json.dumps(text, ensure_ascii=False)[1:-1])[1:-1],
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "form": urllib.parse.quote_plus,
    "upper": str.upper,
    "lower": str.lower,
    "csv": lambda text: text.replace(",", ""),
    "xml": lambda text: text.replace("&", "&amp;").replace("<", "&lt;"),
}


class Piece(str):
    """A text that may carry a label: (class, kind)."""

    label = None

    def __new__(cls, text, label=None, kind=None):
        piece = super().__new__(cls, text)
        piece.label = (label, kind or label) if label else None
        return piece


def pieces_of(value):
    return [value] if isinstance(value, str) else list(value)


def fill(template, cell, fields):
    """The pieces of one cell."""
    chosen = cell.rng.choice(template.split(" || ")).replace("¶", "\n")
    out, at = [], 0
    for match in FIELD.finditer(chosen):
        out.append(Piece(chosen[at:match.start()]))
        name, argument, filter_ = match.groups()
        if name not in fields:
            raise KeyError(f"{name} in {template!r}")
        for piece in pieces_of(fields[name](cell, argument)):
            text = FILTERS[filter_](str(piece)) if filter_ else str(piece)
            label = getattr(piece, "label", None)
            out.append(Piece(text, *label) if label else Piece(text))
        at = match.end()
    out.append(Piece(chosen[at:]))
    return out


def joined(pieces):
    """Text, and its labels."""
    text, labels, at = "", [], 0
    for piece in pieces:
        size = len(str(piece).encode())
        if piece.label and size:
            labels.append({"class": piece.label[0], "kind": piece.label[1], "start": at, "end": at + size})
        text += str(piece)
        at += size
    return text, labels
