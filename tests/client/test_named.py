"""The named form: the same events as `latarnia feed --json`, for every event of every schema; and no
append can outgrow a page by its names."""
import base64
import json
import random
import subprocess

import bus
import writer

FULL = {"_7": 1520000000000007, "_9": b"\2" * 16, "_11": 22, "_12": [{1: "Rada", 2: "1/17", 3: 17240}],
        "_13": 1, "_14": "ustawa", "_15": [{1: "LIMIT"}, {1: "NO_EVIDENCE"}], "_16": 3,
        "_17": b"\3" * 16, "_18": [{1: b"\4" * 16}], "_23": 1,
        "_24": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def append_everything(data, rng):
    kinds, bodies = writer.schemas(), writer.payloads()
    count = 1
    for daemon in sorted({k["daemon"] for k in kinds.values() if k["daemon"]} - {"eventlog"}):
        for more in ({}, FULL):
            out = writer.Writer(data, daemon, rng, **more)
            events = [(k["category_number"], rng.randbytes(16), t, body)
                      for t, k in kinds.items() if k["daemon"] == daemon for body in bodies[t]]
            for at in range(0, len(events), 200):
                outcome, first = out.append(events[at:at + 200])
                assert outcome == 1 and first == count + 1, (daemon, outcome)
                count += len(events[at:at + 200])
    return count


def as_json(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {k: as_json(v) for k, v in value.items()}
    return [as_json(v) for v in value] if isinstance(value, list) else value


def read_named(client, at, end):
    while at <= end:
        page = client.one(bus.READ_FEED, {1: at, 3: 10000, 6: bus.NAMED})[1]
        yield from (bus.unpack(item[1]) for item in page[6])
        at = page[2]


def test_same_as_json(data, client, count):
    lines = subprocess.run([bus.BIN / "latarnia", "--data", data, "feed", "--json"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    named = list(read_named(client, 1, count))
    assert len(events) == len(named) == count
    for want, got in zip(events, named):
        assert want.pop("datacontenttype") == "application/json"
        assert got.pop("datacontenttype") == "application/vnd.msgpack"
        assert as_json(got) == want, (want, got)
    assert {e["breach"] for e in named if "breach" in e} == {"LIMIT,NO_EVIDENCE"}
    print(count, "events, the same in both forms")


SAID, ATTRIBUTES = 150, 1200  # least bytes of `said` stored, most bytes of the attributes


def worst(field):
    """(bytes stored, bytes named) of a field where it grows most."""
    kinds = {"id": (19, 38), "day": (2, 11), "time": (2, 28), "money": (2, 32), "int": (2, 9),
             "ratio": (2, 9), "flag": (2, 1), "text": (3, 2), "blob": (4, 3), "sealed": (1, 0)}
    stored, named = kinds.get(field["kind"], (2, 0))
    if field["kind"] == "code":
        named = 2 + max(len(c["name"]) for c in field["codes"])
    if field["kind"] == "list":
        stored, named = (3 + field["max"] * n for n in map(sum, zip(*map(worst, field["fields"]))))
    return stored, named + len(field["name"]) + 1


def named_bytes(fields, room):
    """The most that fields with `room` bytes stored can become."""
    most = 0
    for stored, named in sorted(fields, key=lambda f: f[0] / f[1]):
        most += named * min(1, room / stored)
        room = max(0, room - stored)
    return most


def test_growth():
    """An append of 64 KiB fits an empty page of 900 KiB by name, whatever its events are."""
    largest = 0
    for kind in writer.schemas().values():
        shown = subprocess.run([bus.BIN / "latarnia", "schema", "show", kind["name"], "--json"],
                               check=True, capture_output=True, text=True).stdout
        fields = [worst(field) for field in json.loads(shown.splitlines()[0])["fields"]]
        largest = max(largest, *(count * (ATTRIBUTES + named_bytes(fields, 65536 / count - SAID))
                                 for count in range(1, 201)))
    print(f"an append grows to at most {largest / 1024:.0f} KiB by name")
    assert largest < 900 * 1024


def main():
    rng = random.Random(7)
    with bus.Eventlog() as eventlog:
        count = append_everything(eventlog.data, rng)
        client = bus.Client(eventlog.data, "eventlog")
        client.one(bus.READ_FEED, {1: count, 3: 10000, 7: [{2: 1}]})
        test_same_as_json(eventlog.data, client, count)
    test_growth()


if __name__ == "__main__":
    main()
