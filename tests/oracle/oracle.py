"""Invariance under renaming: whatever the gate lets through is delivered the same on D and on pi(D).

Enters: a seed, a number of statements, the gate's binary, a policy folder. Leaves: figures, and every difference made small and
named; exit status 1 where there is one, or where less of the benign half is let through than `--share` wants. Never here: the network,
a clock in what is decided, generated or compared (how small a difference is made is a matter of time).

    run.sh --seed 1 --statements 10000 [--share 0.97] [--json] [--leaks FILE] [--benign FILE] [--without RULE]...
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import compare
import kinds
import minimise
import selftest
import translate
import worlds
from gate import Gate, policy_without
from grammar import Grammar
from twins import Cannot, Twins

HERE = Path(__file__).resolve().parent
STATEMENTS_PER_WORLD = 100
HALVES = ("benign", "hostile")
SECONDS_EACH = 8
HEATS = (0.07, 0.12, 0.2, 0.35)


class Run:
    """One run: what was generated, let through, executed and found."""

    def __init__(self, gate, deliver=None, let_through=(), minimise_seconds=60):
        self.gate, self.twins, self.shown = gate, Twins(), compare.Shown(gate)
        self.deliver = deliver or gate.deliver
        self.let_through = {"allow", "mask", *let_through}
        self.counts = {half: Counter() for half in HALVES}
        self.cannot, self.found, self.held, self.seen = Counter(), {}, {}, set()
        self.seconds_left = minimise_seconds

    def load(self, world):
        """The world of the statements that follow."""
        self.twins.load(world)
        self.shown.learn(world)

    def differs(self, tree, plan):
        """What differs between D and pi(D); none if nothing does, or if it is chance. `Cannot` where it cannot be run."""
        here, there = self.twins.run(tree)
        what = compare.difference(here, there, plan, self.deliver, self.shown)
        if what is None:
            return None, here.failed
        for other in self.twins.run_shuffled(tree):
            if compare.difference(here, other, plan, self.deliver, _Unrenamed(self.shown)):
                return "chance", here.failed
        return what, here.failed

    def take(self, half, sql, decision):
        """One decided statement."""
        count = self.counts[half]
        count["generated"] += 1
        count[decision["verdict"]] += 1
        if decision["verdict"] not in self.let_through:
            if half == "benign":
                self.held.setdefault(tuple(decision["rules"]) + tuple(decision["flags"]), []).append(sql)
            return
        count["let through"] += 1
        try:
            tree = translate.parse(sql)
            what, failed = self.differs(tree, decision["plan"])
        except Cannot as error:
            count["not executed"] += 1
            self.cannot[str(error)[:70]] += 1
            return
        except Exception as error:  # sqlglot cannot read it: the statement is not DuckDB's either
            count["not executed"] += 1
            self.cannot[f"{type(error).__name__}: {str(error)[:60]}"] += 1
            return
        count["executed"] += 1
        count["failed alike"] += bool(failed and what is None)
        if what == "chance":
            count["left to chance"] += 1
        elif what:
            count["differences"] += 1
            self.note(half, tree, what, sql)

    def note(self, half, tree, what, sql):
        """A difference, made small and named."""
        rough = kinds.shape(tree, what)
        if rough in self.seen:
            return
        self.seen.add(rough)

        def still(smaller):
            try:
                text = translate.snowflake(smaller)
                decision = self.gate.decide([text])[0]
                return decision["verdict"] in self.let_through and self.differs(translate.parse(text), decision["plan"])[0] == what
            except Exception:  # whatever is wrong with it, it is no smaller statement that differs
                return False

        begun = time.monotonic()
        small = minimise.minimise(tree, still, time.monotonic() + min(self.seconds_left, SECONDS_EACH))
        self.seconds_left = max(0, self.seconds_left - (time.monotonic() - begun))
        self.found.setdefault(kinds.shape(small, what), (kinds.name(small, what), translate.snowflake(small), half, sql))


class _Unrenamed:
    """Both sides are D."""

    def __init__(self, shown):
        self._shown = shown

    def follow(self, plan, rows, side):
        """As on D."""
        return self._shown.follow(plan, rows, 0)


def batches(seed, statements):
    """Worlds with their statements: `(world, [(half, sql)])`. The same for the same seed and number."""
    for number in range(0, statements, STATEMENTS_PER_WORLD):
        rng = random.Random(f"{seed}/{number}")
        world = worlds.make(rng)
        made = []
        for at in range(min(STATEMENTS_PER_WORLD, statements - number)):
            half = HALVES[at % 2]
            made.append((half, Grammar(rng, world, 0 if half == "benign" else rng.choice(HEATS)).statement()))
        yield world, made


def report(run, arguments, seconds):
    """The figures, for people or as JSON."""
    counts = {half: dict(count) for half, count in run.counts.items()}
    through = sum(count["let through"] for count in run.counts.values())
    executed = sum(count["executed"] for count in run.counts.values())
    figures = {
        "seed": arguments.seed, "generated": sum(count["generated"] for count in run.counts.values()), "let_through": through,
        "share_let_through": {half: round(count["let through"] / max(count["generated"], 1), 4) for half, count in run.counts.items()},
        "share_executed": round(executed / max(through, 1), 4), "differences": sum(count["differences"] for count in run.counts.values()),
        "shapes": len(run.found), "kinds": len({kind for kind, *_ in run.found.values()}), "statements_per_second": round(sum(count["generated"] for count in run.counts.values()) / seconds, 1),
        "counts": counts,
    }
    if arguments.json:
        found = [{"kind": kind, "sql": small, "half": half, "from": sql} for kind, small, half, sql in run.found.values()]
        print(json.dumps({**figures, "found": found, "not_executed": run.cannot.most_common(20)}))
        return
    for kind, small, half, _ in sorted(run.found.values()):
        print(f"DIFFERS ({half}) {kind}\n  {small}")
    print(f"seed {arguments.seed}: {figures['generated']} statements, {figures['statements_per_second']}/s")
    for half, count in run.counts.items():
        print(f"  {half}: let through {count['let through']} of {count['generated']} ({100 * figures['share_let_through'][half]:.1f} %): "
              f"{count['allow']} allowed, {count['mask']} masked, {count['hold']} held, {count['deny']} denied")
    print(f"  executed {executed} of {through} ({100 * figures['share_executed']:.1f} %), left to chance "
          f"{sum(count['left to chance'] for count in run.counts.values())}, failed alike {sum(count['failed alike'] for count in run.counts.values())}")
    print(f"  differences {figures['differences']}, of {figures['kinds']} kinds in {figures['shapes']} shapes")
    for reason, times in run.cannot.most_common(arguments.reasons):
        print(f"  not executed {times} times: {reason}")


def see_that_it_sees(gate, arguments):
    """The self-test; its exit status."""
    shapes = [shape for file in arguments.self_test or [HERE / "known_leaks.sql"] for shape in selftest.read(file)]
    unseen, unfounded = selftest.unseen(Run(gate), shapes), selftest.unfounded(Run(gate, lambda plan, results: [rows for _, rows in results]))
    for sql, kind in unseen:
        print(f"NOT SEEN: {kind}\n  {sql}")
    for fault in unfounded:
        print(f"DIFFERS FROM ITSELF: {fault}")
    # A gate with a hole: conditions on tagged columns are not held.
    holed = Gate(arguments.gate, policy_without(arguments.policy, ["hold-sensitive-conditions"]), HERE / "schema.sql")
    run = Run(holed, minimise_seconds=0)
    take_all(run, "hole", 400)
    holes = sum(count["differences"] for count in run.counts.values())
    holed.close()
    print(f"self-test: {len(shapes) - len(unseen)} of {len(shapes)} known leaks differ when let through; {len(unfounded)} statements differ from themselves; "
          f"without hold-sensitive-conditions {holes} of 400 statements differ")
    return 1 if unseen or unfounded or holes < 5 else 0


def take_all(run, seed, statements):
    """Generates, decides and compares."""
    for world, made in batches(seed, statements):
        run.load(world)
        for (half, sql), decision in zip(made, run.gate.decide([sql for _, sql in made])):
            run.take(half, sql, decision)


def main():
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gate", required=True, help="the binary of access/examples/oracle.rs")
    parser.add_argument("--policy", default=HERE.parent.parent / "deploy/policy", type=Path)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--statements", default=10000, type=int)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--self-test", type=Path, nargs="*", metavar="FILE", help="see that shapes known to leak differ when let through")
    parser.add_argument("--without", action="append", default=[], metavar="RULE", help="leave a rule of the policy out: differences must be found")
    parser.add_argument("--minimise-seconds", default=120, type=float, help="time spent on making differences small")
    parser.add_argument("--share", type=float, default=0, help="fail where a smaller share of the benign half is let through: a gate that holds everything is no gate")
    parser.add_argument("--leaks", type=Path, help="write each difference on a line")
    parser.add_argument("--benign", type=Path, help="write benign statements that were not let through")
    parser.add_argument("--reasons", default=5, type=int, help="how many reasons for what DuckDB cannot run are printed")
    arguments = parser.parse_args()
    policy = policy_without(arguments.policy, arguments.without) if arguments.without else arguments.policy
    gate = Gate(arguments.gate, policy, HERE / "schema.sql")
    if arguments.self_test is not None:
        sys.exit(see_that_it_sees(gate, arguments))
    run, begun = Run(gate, minimise_seconds=arguments.minimise_seconds), time.monotonic()
    take_all(run, arguments.seed, arguments.statements)
    report(run, arguments, max(time.monotonic() - begun, 0.001))
    gate.close()
    if arguments.leaks:
        arguments.leaks.write_text("".join(f"{small}; -- {kind} ({half})\n" for kind, small, half, _ in sorted(run.found.values())))
    if arguments.benign:
        arguments.benign.write_text("".join(f"-- {len(held)} times: {' '.join(why)}\n{min(held, key=len)};\n" for why, held in
                                            sorted(run.held.items(), key=lambda entry: -len(entry[1]))))
    benign = run.counts["benign"]
    share = benign["let through"] / max(benign["generated"], 1)
    if share < arguments.share:
        print(f"TOO LITTLE: {100 * share:.1f} % of the benign half are let through, of the {100 * arguments.share:.1f} % that are wanted", file=sys.stderr)
    sys.exit(1 if run.found or share < arguments.share else 0)


if __name__ == "__main__":
    main()
