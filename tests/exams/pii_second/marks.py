"""Text that knows where its personal values stand.

Enters: values marked with `mark`, wherever they were put afterwards: templates, JSON, JSON inside JSON, URLs. Leaves: the plain text and spans
`(class, kind, start, end)` in bytes of UTF-8. Never here: choosing a value.
"""

import json
import re

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{CLOSE}]*){CLOSE}")


def mark(label, kind, value):
    return f"{OPEN}{label}|{kind}{MIDDLE}{value}{CLOSE}"


def read(text):
    """(text without marks, spans)"""
    plain, spans, last = b"", [], 0
    for found in MARKED.finditer(text):
        plain += text[last:found.start()].encode()
        label, kind = found.group(1).split("|")
        value = found.group(2).encode()
        spans.append((label, kind, len(plain), len(plain) + len(value)))
        plain, last = plain + value, found.end()
    return (plain + text[last:].encode()).decode(), spans


def document(value, escape=False, indent=None):
    """JSON with its marks kept; `escape` writes all but ASCII as `\\uXXXX`, as many programs do."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(r"[^\x00-\x7f\ue000-\ue002]", lambda found: json.dumps(found.group())[1:-1], text) if escape else text


def inner(text):
    """A JSON document as the content of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
