"""gap.py REAL FALSE: passes requests from FALSE/run/eventlog.sock on to the real eventlog, and drops
the second event of every page: a feed with a gap, which a follower has to notice."""
import os
import sys

import zmq

import bus

real, false = sys.argv[1:]
os.makedirs(false + "/run")
server = zmq.Context.instance().socket(zmq.ROUTER)
server.bind(f"ipc://{false}/run/eventlog.sock")
client = bus.Client(real, "eventlog")
while True:
    peer, correlation, request = server.recv_multipart()
    (answer,) = client.raw(request)
    kind, fields = bus.unpack(answer)
    for events in (fields.get(1), fields.get(6)) if kind == bus.FEED_PAGE else ():
        if events:
            del events[1]
    server.send_multipart([peer, correlation + b"\0" + bus.pack([kind, fields])])
