"""Reads CloudEvents in JSON, one a line, with the CloudEvents project's own SDK."""

import json
import sys

from cloudevents.v1.http import from_json


def main() -> int:
    count = 0
    for line in sys.stdin:
        event = from_json(line)
        said = json.loads(line)
        for name in ("id", "source", "type", "subject", "partition", "offset"):
            if event.get(name) != said.get(name):
                print(f"{name}: {event.get(name)!r} is not {said.get(name)!r}")
                return 1
        if event["specversion"] != "1.0" or event.data != said["data"]:
            print(f"{said['id']}: read otherwise")
            return 1
        count += 1
    print(f"{count} events")
    return 0 if count else 1


sys.exit(main())
