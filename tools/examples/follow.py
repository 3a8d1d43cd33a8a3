#!/usr/bin/python3
"""follow.py DATA OUT: follows the feed. A page becomes a file in OUT, named by the position to go on from:
one rename keeps effect and checkpoint; killed anywhere, it goes on there."""
import json, os, sys
import msgpack, zmq
data, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(f"ipc://{data}/run/eventlog.sock")
def read_feed(position):
    correlation = os.urandom(8)
    fields = {1: position, 3: 1000, 6: 2}  # from, wait_ms, form: named
    socket.send_multipart([correlation, msgpack.packb([0x0A16, fields])])
    while socket.poll(5000):  # ZeroMQ reconnects by itself; a lost request is asked again
        answer = socket.recv()
        if answer[:8] == correlation:  # answers of earlier requests are dropped
            return msgpack.unpackb(answer[9:], strict_map_key=False)
    return [0, {}]
while True:
    at = max((int(name) for name in os.listdir(out) if name.isdigit()), default=1)
    kind, page = read_feed(at)
    if kind != 0x0A17 or page[2] == at:  # Fault, time-out, or nothing new
        continue
    events = [msgpack.unpackb(event[1]) for event in page.get(6, [])]
    if [int(event["sequence"]) for event in events] != list(range(at, page[2])):
        sys.exit(f"the feed has a gap behind position {at - 1}")
    with open(f"{out}/new", "w") as file:
        file.writelines(json.dumps(event, default=bytes.hex) + "\n" for event in events)
        file.flush(), os.fsync(file.fileno())
    os.rename(f"{out}/new", f"{out}/{page[2]}")
