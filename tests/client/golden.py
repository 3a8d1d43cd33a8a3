"""The kept bytes of every message: [(type, name, "least" | "all", framed bytes)]."""
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]


def messages():
    lines = (TOP / "tests/golden/messages.txt").read_text().splitlines()
    for number, name, how, data in map(str.split, lines):
        yield int(number, 16), name, how, bytes.fromhex(data)
