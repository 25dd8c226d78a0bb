"""Checks signatures of Standard Webhooks by Python's hmac, over bodies as they came.

Takes JSON: first {"key": text}, then a request a line: {"id", "timestamp", "signature", "body": hex}. A key `whsec_…` is base64, any other text
is the key itself. Says how many hold; exit status 1 where one does not, or where a timestamp is older than five minutes.
"""

import base64
import hashlib
import hmac
import json
import sys
import time

TOLERANCE_S = 300


def main() -> int:
    key = json.loads(sys.stdin.readline())["key"]
    key = base64.b64decode(key.removeprefix("whsec_")) if key.startswith("whsec_") else key.encode()
    good = bad = 0
    for line in sys.stdin:
        request = json.loads(line)
        signed = b".".join([request["id"].encode(), request["timestamp"].encode(), bytes.fromhex(request["body"])])
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() - int(request["timestamp"])) < TOLERANCE_S
        holds = fresh and any(hmac.compare_digest(expected, one) for one in request["signature"].split())
        good, bad = good + holds, bad + (not holds)
    print(f"{good} signatures that hold, {bad} that do not")
    return 1 if bad or not good else 0


sys.exit(main())
