"""The gate: the project's own decision and masks, in one long-running process (`access/examples/oracle.rs`).

Enters: statements, rows as upstream would send them. Leaves: decisions with their mask plans, rows as delivered.
Never here: a decision.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path


class Gate:
    """Answers what would be decided and delivered."""

    def __init__(self, binary, policy, catalog):
        self._process = subprocess.Popen([binary, str(policy), str(catalog)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _ask(self, request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the gate ended with {self._process.wait()} at {json.dumps(request)[:2000]}")
        return json.loads(line)

    def decide(self, statements):
        """For each statement `{verdict, rules, flags, plan}`."""
        return self._ask({"decide": statements})

    def deliver(self, plan, results):
        """The rows of each `(columns, rows)` as the gateway would deliver them; None where its mask refuses."""
        return self._ask({"mask": {"plan": plan, "results": [{"columns": columns, "rows": rows} for columns, rows in results]}})

    def close(self):
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()


def policy_without(policy, rules):
    """A copy of the policy folder that lacks the rules with these ids: to see that the oracle sees."""
    copy = Path(tempfile.mkdtemp(prefix="firn-oracle-"))
    shutil.copytree(policy, copy, dirs_exist_ok=True)
    lacking = set(rules)
    for file in copy.glob("*.cedar"):
        parts = re.split(r'(?=^@id\()', file.read_text(), flags=re.M)
        kept = []
        for part in parts:
            named = re.match(r'@id\("([^"]+)"\)', part)
            if named and named[1] in rules:
                lacking.discard(named[1])
            else:
                kept.append(part)
        file.write_text("".join(kept))
    if lacking:
        raise SystemExit(f"the policy has no rule {', '.join(sorted(lacking))}")
    return copy
