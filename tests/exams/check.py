"""Compares verdicts with what an exam of statements expects.

Enters: an exam (`daily.jsonl`, `attacks.jsonl`) and answers, one JSON line per case: `{"id", "verdict", "mask"}`, where `mask` is the
list of masked output columns, counted from 1 (and `blind`, if given, those masked whether NULL or not). Leaves: what was let through or shown that
should not be, what was stopped or masked for nothing, counts per category; exit 1 if anything was let through. Never here: reading statements, or deciding.

`leak` runs unmasked or at all, `unmasked` shows a column, `nulls` shows which cells are NULL, `unproved` would if the masks keep NULLs, `softer` waits where the policy says never,
`strict` waits where it should run, `overmasked` masks what is open.

    firn policy explain --batch tests/exams/attacks.jsonl --catalog deploy/catalog/shop.sql > answers.jsonl
    python3 tests/exams/check.py tests/exams/attacks.jsonl answers.jsonl --zero-based
"""

import argparse
import collections
import json
import sys


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def ordinals(entries, first):
    """Ordinals, from 1; an entry is a number, or an object that says its `ordinal`."""
    found = set()
    for entry in entries or []:
        number = entry.get("ordinal", entry.get("column")) if isinstance(entry, dict) else entry
        if isinstance(number, int):
            found.add(number - first + 1)
    return found


OUTCOMES = ["right", "leak", "unmasked", "nulls", "unproved", "softer", "strict", "overmasked", "missing"]


def judge(case, answer, first):
    """(one of OUTCOMES, why)"""
    if answer is None:
        return "missing", "no answer"
    verdict, expect = str(answer.get("verdict", answer.get("decision", ""))).lower(), case["expect"]
    if verdict not in ("allow", "mask", "hold", "deny"):
        return "missing", f"the answer has no verdict: {answer}"
    if verdict not in expect:
        if verdict in ("hold", "deny"):
            outcome = "softer" if expect == ["deny"] else "strict"
        else:
            outcome = "overmasked" if verdict == "mask" and expect == ["allow"] else "leak"
        return outcome, f"{verdict}, expected {' or '.join(expect)}"
    wanted = set(case.get("mask") or [])
    if verdict in ("allow", "mask") and wanted:
        if answer.get("mask_all"):
            return "right", ""
        masked = ordinals(answer.get("mask", answer.get("masks", answer.get("masked"))), first)
        if wanted - masked:
            return "unmasked", f"columns {sorted(wanted - masked)} are shown"
        if case.get("nulls") == "blind" and "blind" in answer and wanted - ordinals(answer["blind"], first):
            return "nulls", f"NULLs of columns {sorted(wanted - ordinals(answer['blind'], first))} show"
        if case.get("nulls") == "blind" and "blind" not in answer:
            return "unproved", "the answer does not say whether NULLs are masked too (`blind`)"
        if masked - wanted:
            return "overmasked", f"columns {sorted(masked - wanted)} are masked for nothing"
    return "right", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exam")
    parser.add_argument("answers")
    parser.add_argument("--zero-based", action="store_true", help="the answers count columns from 0")
    parser.add_argument("--sessions", action="store_true", help="also judge cases with `before` or `session`: the answers come from a gateway")
    arguments = parser.parse_args()
    answers = {str(answer.get("id")): answer for answer in lines(arguments.answers)}
    first = 0 if arguments.zero_based else 1
    counts, skipped, bad = collections.defaultdict(collections.Counter), 0, False
    for case in lines(arguments.exam):
        if (case.get("before") or case.get("session")) and not arguments.sessions:
            skipped += 1
            continue
        outcome, why = judge(case, answers.get(case["id"]), first)
        group = case.get("cat") or case.get("tool")
        counts[group][outcome] += 1
        counts["ALL"][outcome] += 1
        bad |= outcome in ("leak", "unmasked", "nulls", "missing")
        if outcome not in ("right", "unproved"):
            print(f"{outcome:10} {case['id']}  {why}\n           {' '.join(case['sql'].split())[:200]}")
    print(f"\n{'':20}" + "".join(f"{name:>11}" for name in OUTCOMES))
    for group in sorted(counts, key=lambda name: (name == "ALL", name)):
        print(f"{group:20}" + "".join(f"{counts[group][name]:11}" for name in OUTCOMES))
    if skipped:
        print(f"{skipped} cases need a session and were not judged (--sessions)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
