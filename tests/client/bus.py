"""A client written from schemas/PROTOCOL.md alone: ZeroMQ and msgpack, none of our code."""
import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import msgpack
import zmq

OPEN_TERM, TERM_OPENED, APPEND, APPENDED = 0x0A10, 0x0A11, 0x0A14, 0x0A15
READ_FEED, FEED_PAGE, FAULT, ASK_STATUS, STATUS = 0x0A16, 0x0A17, 0x0A01, 0x0A30, 0x0A31
STORED, NAMED = 1, 2
BIN = pathlib.Path(os.environ["LATARNIA_BIN"])


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


def unpack(data):
    return msgpack.unpackb(data, raw=False, strict_map_key=False)


class Client:
    """Requests to one process; several answers may follow one."""

    def __init__(self, data, process):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.MAXMSGSIZE, 1 << 20)
        self.socket.connect(f"ipc://{data}/run/{process}.sock")
        self.count = itertools.count(1)

    def raw(self, framed, timeout_ms=10000):
        """The answers, undecoded."""
        correlation = next(self.count).to_bytes(8, "big")
        self.socket.send_multipart([correlation, framed])
        answers, end = [], time.monotonic() + timeout_ms / 1000
        while True:
            if not self.socket.poll(max(0, int((end - time.monotonic()) * 1000))):
                raise TimeoutError("no answer")
            (part,) = self.socket.recv_multipart()
            if part[:8] != correlation:
                continue
            answers.append(part[9:])
            if part[8] == 0:
                return answers

    def call(self, type_number, fields, timeout_ms=10000):
        """[(type, fields), ...]"""
        framed = pack([type_number, dict(sorted(fields.items()))])
        return [tuple(unpack(a)) for a in self.raw(framed, timeout_ms)]

    def one(self, type_number, fields, timeout_ms=10000):
        (answer,) = self.call(type_number, fields, timeout_ms)
        return answer


class Eventlog:
    """The real eventlog, alone, on a directory of its own."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="lat.", dir="/tmp")
        self.data = self.home + "/d"
        self.start()

    def start(self):
        self.process = subprocess.Popen([BIN / "latarnia-eventlog", "--data", self.data])
        end = time.monotonic() + 30
        while not pathlib.Path(self.data, "run", "eventlog.sock").exists():
            assert self.process.poll() is None and time.monotonic() < end, "no eventlog"
            time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.home)
