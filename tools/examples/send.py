#!/usr/bin/python3
"""send.py DATA COMMAND UNIT ACTOR: asks monitoring to register a unit of MOPS; ids are UUIDs. It asks
until there is an answer, always with the same command id: applied once, answered the same."""
import os, sys, time, uuid
import msgpack, zmq

data, (command, unit, actor) = sys.argv[1], (uuid.UUID(text).bytes for text in sys.argv[2:])
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(f"ipc://{data}/run/monitoring.sock")
ask = msgpack.packb([0x0A20, {  # Command; the numbers are in `latarnia schema show Command`
    1: command, 2: 0x0502, 3: 0x0502, 4: unit,  # UnitRegistered in a stream of category Unit
    5: actor, 7: 4, 16: msgpack.packb({1: 7})}])  # BIURO records: its role is MOPS

while True:
    correlation = os.urandom(8)
    socket.send_multipart([correlation, ask])
    while socket.poll(2000):
        got = socket.recv()
        if got[:8] != correlation:
            continue
        kind, answer = msgpack.unpackb(got[9:], strict_map_key=False)
        if answer[1] == 9:  # "later", from Answer and from Fault alike
            break
        print("accepted", answer[2]) if answer[1] == 1 else print("rejected", answer)
        sys.exit(answer[1] != 1)
    time.sleep(0.2)
