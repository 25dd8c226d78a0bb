"""What Prometheus would read, and what `promtool check metrics` would complain about.

    tests/metrics.py FILE      (`-` is standard input)

Prints the families as JSON: {name: {"type", "help", "samples": [[name, labels, value], …]}}. Exit status 1 and one line a fault if any.
"""

import json
import math
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

LABEL = re.compile(r"[a-z_][a-z0-9_]*")
SCALED = re.compile(r"_(milli|micro|nano)?(seconds|second|ms|us|ns|minutes|hours|days|kilobytes|kb|mb|gb|percent)$")


def histogram(name, samples):
    """Buckets of one histogram grow, and the last of each label set holds all."""
    buckets, counts = {}, {}
    for sample, labels, value in samples:
        key = tuple(sorted((k, v) for k, v in labels.items() if k != "le"))
        if sample == f"{name}_bucket":
            buckets.setdefault(key, []).append((float(labels["le"]), value))
        elif sample == f"{name}_count":
            counts[key] = value
    if not buckets:
        yield f"{name}: no buckets"
    for key, found in buckets.items():
        bounds, values = [bound for bound, _ in found], [value for _, value in found]
        if bounds != sorted(bounds) or not math.isinf(bounds[-1]):
            yield f"{name}{key}: bounds {bounds}"
        if values != sorted(values) or values[-1] != counts.get(key):
            yield f"{name}{key}: buckets {values} of {counts.get(key)}"


def faults(families):
    seen = set()
    for name, family in families.items():
        if not family["help"]:
            yield f"{name}: no help"
        if family["type"] in ("unknown", "untyped"):
            yield f"{name}: no type"
        full = f"{name}_total" if family["type"] == "counter" else name
        scaled = SCALED.search(name)
        if scaled and scaled[0] not in ("_seconds", "_bytes"):
            yield f"{full}: not a base unit"
        if family["type"] != "counter" and name.endswith("_total"):
            yield f"{full}: only counters end in _total"
        if family["type"] == "histogram":
            yield from histogram(name, family["samples"])
        for sample, labels, value in family["samples"]:
            if family["type"] == "counter" and sample != full:
                yield f"{sample}: a counter ends in _total"
            if family["type"] == "counter" and value < 0:
                yield f"{sample}: a counter below nothing"
            one = (sample, tuple(sorted(labels.items())))
            if one in seen:
                yield f"{sample}{labels} twice"
            seen.add(one)
            for label in labels:
                if not LABEL.fullmatch(label):
                    yield f"{sample}: label {label}"


def main(path):
    text = sys.stdin.read() if path == "-" else open(path, encoding="utf-8").read()
    families = {}
    for family in text_string_to_metric_families(text):
        if family.name in families:
            sys.exit(f"{family.name}: its samples do not stand together")
        samples = [[sample.name, sample.labels, sample.value] for sample in family.samples]
        families[family.name] = {"type": family.type, "help": family.documentation, "samples": samples}
    wrong = list(faults(families))
    if wrong:
        sys.exit("\n".join(wrong))
    # Prometheus has infinities, JSON has not.
    print(json.dumps(families, allow_nan=False))


main(sys.argv[1])
