"""Reads syslog by octet counting (RFC 6587, 3.4.1), each message by the RFC 5424 parser of syslog-rfc5424-parser, and compares.

Takes JSON, one object a connection: {"stream": hex, "expected": [{"id", "partition", "offset", "class", "text"}]}. The frames are counted here,
by the standard alone: a length without leading zeros, a space, so many octets.
"""

import json
import sys

from syslog_rfc5424_parser import SyslogMessage

FAULTS_SHOWN = 20
LENGTH_DIGITS_MAX = 10


def frames(stream: bytes):
    at = 0
    while at < len(stream):
        space = stream.index(b" ", at, at + LENGTH_DIGITS_MAX)
        length = stream[at:space]
        if not length.isdigit() or length.startswith(b"0"):
            raise ValueError(f"no length: {length!r}")
        at = space + 1 + int(length)
        frame = stream[space + 1 : at]
        if len(frame) != int(length):
            raise ValueError(f"{len(frame)} of {int(length)} octets are there")
        yield frame


def read(frame: bytes) -> dict:
    message = SyslogMessage.parse(frame.decode())
    about = message.sd["firn@32473"]
    if (message.facility.name, message.version, message.appname) != ("audit", 1, "firn") or len(message.sd) != 1 or len(about) != 3:
        raise ValueError(f"header {frame[:120]!r}")
    return {"id": about["id"], "partition": about["partition"], "offset": about["offset"], "class": message.msgid, "text": message.msg}


def main() -> int:
    count, faults = 0, []
    for line in sys.stdin:
        case = json.loads(line)
        found = [read(frame) for frame in frames(bytes.fromhex(case["stream"]))]
        if len(found) != len(case["expected"]):
            faults.append(f"{len(found)} messages instead of {len(case['expected'])}")
        for got, expected in zip(found, case["expected"]):
            if got != expected:
                faults.append(f"{got!r:.300} is not {expected!r:.300}")
        count += len(found)
    for fault in faults[:FAULTS_SHOWN]:
        print(fault)
    print(f"{count} messages, {len(faults)} faults")
    return 1 if faults or not count else 0


sys.exit(main())
