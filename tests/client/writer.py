"""Appends as a department: random events of its own categories, written from the documentation."""
import json
import subprocess

import bus
import golden


def schemas():
    """{type number: `latarnia schema list --json`} of the events."""
    lines = subprocess.run([bus.BIN / "latarnia", "schema", "list", "--json"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    rows = (json.loads(line) for line in lines)
    return {row["type"]: row for row in rows if row["nature"] != "message"}


class Writer:
    """One department under one term."""

    def __init__(self, data, daemon, random, **more):
        self.more = {int(k[1:]): v for k, v in more.items()}  # _7=...: further fields of `said`
        self.client, self.daemon, self.random = bus.Client(data, "eventlog"), daemon, random
        self.term = self.client.one(bus.OPEN_TERM, {1: daemon})[1][1]

    def half(self, event, command, digest):
        """[said, payload]"""
        category, stream, number, payload = event
        said = {1: self.random.randbytes(15) + b"\1", 2: category, 3: stream, 4: number, 5: 1,
                6: 17600, 8: b"\1" * 16, 10: 26, 19: 0, 20: 1, 21: command, 22: digest, 25: 0, **self.more}
        return b"\x92" + bus.pack(dict(sorted(said.items()))) + payload

    def append(self, events):
        """events: (category, stream, type, payload bytes); the outcome and the first position."""
        command, digest = self.random.randbytes(15) + b"\1", self.random.randbytes(32)
        halves = [{1: self.half(event, command, digest)} for event in events]
        append = bus.pack({1: command, 2: digest, 4: halves})
        kind, answer = self.client.one(
            bus.APPEND, {1: self.daemon, 2: self.term, 3: [{1: append}]})
        assert kind == bus.APPENDED, (kind, answer)
        return answer[1][0][1], answer[1][0].get(2)


def payloads():
    """{type: [payload bytes]} of every event, from the golden messages."""
    found = {}
    for number, _, _, framed in golden.messages():
        head = len(bus.pack(number)) + 1
        found.setdefault(number, []).append(framed[head:])
    return found
