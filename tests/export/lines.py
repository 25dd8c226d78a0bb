"""Reads CEF with pycef and LEEF by its own description, and compares values.

Takes JSON, one object a line: {"format", "line", "expected": {key: value}}. pycef splits lines and leaves escapes as they are; they
are undone here as Implementing CEF says. No parser of LEEF is on PyPI: LEEF is split here as IBM's guide describes it.
"""

import json
import re
import sys

import pycef

FAULTS_SHOWN = 20
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text)


def cef(line: str) -> dict:
    return {key: plain(value) for key, value in pycef.parse(line).items()}


def leef(line: str) -> dict:
    version, vendor, product, _, event, delimiter, attributes = line.split("|", 6)
    if (version, vendor, product) != ("LEEF:2.0", "firn", "firn") or not event:
        raise ValueError(f"header {line[:80]!r}")
    delimiter = chr(int(delimiter.removeprefix("x"), 16))
    pairs = [attribute.split("=", 1) for attribute in attributes.split(delimiter)]
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or not all(name.isalnum() for name in names):
        raise ValueError(f"keys {names}")
    return {name: plain(value) for name, value in pairs}


def main() -> int:
    count, faults = 0, []
    for text in sys.stdin:
        case = json.loads(text)
        line = case["line"]
        if "\n" in line or "\r" in line:
            faults.append(f"not one line: {line[:200]!r}")
        read = {"cef": cef, "leef": leef}[case["format"]](line)
        for key, value in case["expected"].items():
            if read.get(key) != value:
                faults.append(f"{case['format']} {key}: {read.get(key)!r:.300} is not {value!r:.300}")
        count += 1
    for fault in faults[:FAULTS_SHOWN]:
        print(fault)
    print(f"{count} lines, {len(faults)} faults")
    return 1 if faults or not count else 0


sys.exit(main())
