"""Holds OCSF events, one JSON object a line, against the schema that OCSF published.

The schema is the one that ocsf-json-schema ships (1.8.0), with the profiles the event names; nothing that it does not list is
allowed. Says how many events of each class there were, or what is wrong with the first of each kind.
"""

import collections
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSION = "1.8.0"
FAULTS_SHOWN = 20


def main() -> int:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    validators = {}
    classes = collections.Counter()
    faults = []
    for number, line in enumerate(sys.stdin, 1):
        event = json.loads(line)
        uid, profiles = event["class_uid"], tuple(sorted(event["metadata"].get("profiles", [])))
        if event["metadata"]["version"] != VERSION:
            faults.append(f"{number}: version {event['metadata']['version']}")
        if (uid, profiles) not in validators:
            name = schema.lookup_class_name_from_uid(uid)
            validators[uid, profiles] = Draft202012Validator(schema.get_class_schema(name, list(profiles)))
        classes[uid] += 1
        for error in validators[uid, profiles].iter_errors(event):
            where = ".".join(str(step) for step in error.absolute_path)
            faults.append(f"{number}: {event['metadata']['event_code']}: {where}: {error.message[:300]}")
    for fault in faults[:FAULTS_SHOWN]:
        print(fault)
    print(f"{sum(classes.values())} events, {len(faults)} faults")
    for uid, count in sorted(classes.items()):
        print(f"{uid}: {count}")
    return 1 if faults or not classes else 0


sys.exit(main())
