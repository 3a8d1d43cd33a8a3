"""schemas/PROTOCOL.md says the truth: the bytes of its requests, sent in order to a fresh system, are
answered by the bytes it shows; its tables name every message; its ids and digest are right."""
import hashlib
import re
import shutil
import subprocess
import tempfile
import time

import zmq

import bus
import cddl
import golden

TEXT = (golden.TOP / "schemas/PROTOCOL.md").read_text()
TYPES = {name: number for number, name, _, _ in golden.messages()}


def pattern(lines):
    """Annotated hex as a regular expression over hex; `..*N` is any N bytes."""
    found = ""
    for line in lines:
        code = re.match(r" *((?:[0-9a-f]{2,}|\.\.\*\d+)(?: (?:[0-9a-f]{2,}|\.\.\*\d+))*)(?=  |$)", line)
        assert code, f"no bytes in: {line}"
        for token in code[1].split():
            found += token if token[0] != "." else f"[0-9a-f]{{{2 * int(token[3:])}}}"
    return found


def exchanges():
    """[(process, request name, hex, answer name, pattern)]"""
    found = []
    for block in re.findall(r"```\n(→.*?)```", TEXT, re.S):
        for part in re.split(r"^(?=→)", block, flags=re.M)[1:]:
            ask, answer = re.split(r"^(?=←)", part, flags=re.M)
            ask, answer = ask.splitlines(), answer.splitlines()
            _, process, name = ask[0].split()
            found.append((process, name, pattern(ask[1:]), answer[0].split()[1],
                          pattern(answer[1:])))
    return found


class System:
    """`latarnia up` on a fresh directory."""

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="lat.", dir="/tmp")
        self.data = self.home + "/d"
        self.up = subprocess.Popen([bus.BIN / "latarnia", "up", "--data", self.data])
        end = time.monotonic() + 60
        while subprocess.run([bus.BIN / "latarnia", "status", "--data", self.data],
                             capture_output=True).returncode:
            assert self.up.poll() is None and time.monotonic() < end, "the system does not start"
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.up.terminate()
        self.up.wait(60)
        shutil.rmtree(self.home)


def test_bytes(data):
    """Each request is answered by the answer that stands behind it."""
    spec = cddl.Cddl(subprocess.run([bus.BIN / "latarnia", "schema", "export", "--format", "cddl"],
                                    check=True, capture_output=True, text=True).stdout)
    for process, name, request, answer_name, expected in exchanges():
        asked = bus.unpack(bytes.fromhex(request))
        assert asked[0] == TYPES[name]
        assert answer_name == "Fault" or spec.matches(asked, name + "-message"), name
        (answer,) = bus.Client(data, process).raw(bytes.fromhex(request))
        assert re.fullmatch(expected, answer.hex()), (name, answer.hex(), expected)
        assert spec.matches(bus.unpack(answer), answer_name + "-message")
    return len(exchanges())


def test_digest():
    """SHA-256 of the command's map, without the fields that say when and why."""
    command = next(e for e in exchanges() if e[1] == "Command")
    record = next(e for e in exchanges() if "16c420" in e[4] and e[3] == "FeedPage")
    digest = hashlib.sha256(bytes.fromhex(command[2])[4:]).hexdigest()
    assert "16c420" + digest in record[4], digest


def test_retry(data):
    """What may differ in a retry, and nothing else."""
    _, _, request, _, _ = next(e for e in exchanges() if e[1] == "Command")
    command, client = bus.unpack(bytes.fromhex(request))[1], bus.Client(data, "monitoring")
    for more, outcome, position in (({18: 1, 19: "00-ab-cd-01"}, 1, 2), ({12: 17600}, 3, None)):
        answer = client.one(TYPES["Command"], {**command, **more})[1]
        assert (answer[1], answer.get(2)) == (outcome, position), answer


def named_id(space, name):
    value = 0x6C62272E07BB014262B821756295C58D
    for byte in space.encode() + b"\0" + name.encode():
        value = (value ^ byte) * 0x1000000000000000000013B % (1 << 128)
    made = bytearray(value.to_bytes(16, "big"))
    made[6], made[8] = made[6] & 0x0F | 0x80, made[8] & 0x3F | 0x80
    text = made.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def test_ids():
    pairs = re.findall(r"`(\w+)/(\w+)` is ([0-9a-f-]{36})", TEXT)
    assert len(pairs) == 2
    for space, name, text in pairs:
        assert named_id(space, name) == text, (space, name, named_id(space, name))


def test_names():
    """Every message between processes stands in the table with its number."""
    told = dict(re.findall(r"`(\w+)` (0x0a[0-9a-f]{2})", TEXT))
    due = {name: f"{number:#06x}" for name, number in TYPES.items() if number >> 8 == 0x0A}
    assert told == due, set(told.items()) ^ set(due.items())


def test_silence(data):
    """Other parts than correlation and message are dropped; the socket goes on."""
    client = bus.Client(data, "eventlog")
    status = bus.pack([bus.ASK_STATUS, {}])
    for parts in ([b"1234567", status], [b"", b"12345678", status], [b"12345678"],
                  [b"12345678", status, b"more"]):
        client.socket.send_multipart(parts)
    large = bus.Client(data, "eventlog")  # its connection is closed
    large.socket.send_multipart([b"12345678", b"x" * ((1 << 20) + 1)])
    assert not client.socket.poll(300) and not large.socket.poll(300)
    assert client.one(bus.ASK_STATUS, {})[0] == bus.STATUS
    for wrong in (b"\x92\xcd\x0a\x30\x81\x01\x01", b"\x92\xcd\x0a\x30\x80\x00", b"\x93\x01\x02\x03",
                  bus.pack([0x0A30, {}])[:3] + b"\xde\x00\x00", bus.pack([0x0A40, {1: "team"}])):
        assert bus.unpack(client.raw(wrong)[0])[0] == bus.FAULT, wrong


def test_doorbell(data):
    """One part with the size; it rings when a command has been accepted."""
    bell = zmq.Context.instance().socket(zmq.DEALER)
    bell.setsockopt(zmq.PROBE_ROUTER, 1)
    bell.connect(f"ipc://{data}/run/doorbell.sock")
    time.sleep(0.5)
    unit = b"\1" * 16
    bureau = bytes.fromhex(named_id("team", "BIURO").replace("-", ""))
    answer = bus.Client(data, "monitoring").one(
        0x0A20, {1: b"\2" * 16, 2: 0x0502, 3: 0x0502, 4: unit, 5: bureau, 7: 4, 16: bus.pack({1: 7})})
    assert answer[1][1] == 1, answer
    assert bell.poll(10000)
    assert bus.unpack(bell.recv()) == [0x0A1F, {1: answer[1][2]}] and not bell.getsockopt(zmq.RCVMORE)


def test_printed_key(data):
    """The command line makes the same id of a printed key."""
    def latarnia(*words):
        return subprocess.run([bus.BIN / "latarnia", *words, "--data", data], check=True,
                              capture_output=True, text=True).stdout
    latarnia("send", "RegisterUnit", "Unit:team/MOPS", "role=MOPS", "--as", "BIURO:team/BIURO")
    assert f"Unit:{named_id('team', 'MOPS')}" in latarnia("feed", "--json")


def main():
    test_names()
    test_ids()
    test_digest()
    with System() as system:
        print(test_bytes(system.data), "exchanges as documented")
        test_retry(system.data)
        test_silence(system.data)
        test_doorbell(system.data)
        test_printed_key(system.data)


if __name__ == "__main__":
    main()
