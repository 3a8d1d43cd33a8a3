#!/usr/bin/env python3
"""Checks what `latarnia log prove` gives, as an auditor would: without the log and without our code.

    verify.py record --key KEY PROOF [--record FILE]     is this record under this signed head?
    verify.py growth --key KEY --old NOTE [--new NOTE] PROOF
                                                         does the later log continue the earlier?

KEY is the line that `latarnia log key` prints, NOTE a head from `latarnia log checkpoint`. Exit code
0: proved; 1: not, with the reason on stderr.

Written from RFC 9162 section 2.1, RFC 8032 and the C2SP documents signed-note, tlog-checkpoint,
tlog-proof and tlog-witness. The recursions follow the definitions of the paths; the C verifier
follows the RFC's loops, so a mistake in one shows in the other.
"""
import argparse
import base64
import binascii
import hashlib
import re
import sys
from collections import namedtuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH = 32
SIZE_MAX = 2**63 - 1

Key = namedtuple("Key", "name id public")
Head = namedtuple("Head", "origin size root")
RecordProof = namedtuple("RecordProof", "extra index path note")
GrowthProof = namedtuple("GrowthProof", "old path note")


class Refused(Exception):
    """The proof proves nothing; the text says why."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


# ---- the tree ----


def leaf_hash(record):
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size):
    """The largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)


def tree_root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(tree_root(leaves[:k]), tree_root(leaves[k:]))


def root_of_path(leaf, index, size, path):
    """The root that the path of leaf `index` in a tree of `size` leads to."""
    if size == 1:
        need(not path, "the path is too long")
        return leaf
    need(path, "the path is too short")
    k = split(size)
    if index < k:
        return node_hash(root_of_path(leaf, index, k, path[:-1]), path[-1])
    return node_hash(path[-1], root_of_path(leaf, index - k, size - k, path[:-1]))


def roots_of_growth(old, size, path, old_root):
    """Both roots that a consistency path leads to; old_root is None inside a right half."""
    if old == size:
        if old_root is not None:
            need(not path, "the path is too long")
            return old_root, old_root
        need(len(path) == 1, "the path has a wrong length")
        return path[0], path[0]
    need(path, "the path is too short")
    k = split(size)
    if old <= k:
        before, after = roots_of_growth(old, k, path[:-1], old_root)
        return before, node_hash(after, path[-1])
    before, after = roots_of_growth(old - k, size - k, path[:-1], None)
    return node_hash(path[-1], before), node_hash(path[-1], after)


def check_inclusion(leaf, index, size, path, root):
    need(0 <= index < size, "the index is outside the tree")
    need(root_of_path(leaf, index, size, path) == root, "the path does not lead to the root")


def check_growth(old, old_root, size, root, path):
    need(0 < old <= size, "the earlier log is empty or larger than the later one")
    before, after = roots_of_growth(old, size, path, old_root)
    need(before == old_root, "the path does not lead to the earlier root")
    need(after == root, "the path does not lead to the later root")


# ---- texts ----


def unbase64(text):
    """Strict: one text for each value."""
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refused(f"not base64: {error}") from error
    need(base64.b64encode(value) == text, "not the one base64 form of these bytes")
    return value


def number(text):
    need(re.fullmatch(rb"0|[1-9][0-9]{0,18}", text), "not a decimal number")
    value = int(text)
    need(value <= SIZE_MAX, "the number is too large")
    return value


def hashes(lines):
    path = [unbase64(line) for line in lines]
    need(all(len(h) == HASH for h in path), "a hash of the path has a wrong size")
    return path


def parse_key(text):
    name, _, rest = text.strip().partition("+")
    claimed, _, material = rest.partition("+")
    data = unbase64(material.encode())
    need(len(data) == 1 + HASH and data[0] == 1, "not an Ed25519 key")
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    need(claimed == key_id.hex(), "the key and its id do not belong together")
    return Key(name.encode(), key_id, data[1:])


def parse_body(body):
    need(body.endswith(b"\n"), "the head does not end with a line")
    lines = body[:-1].split(b"\n")
    need(len(lines) >= 3 and lines[0], "the head has no origin, size and root")
    need(all(lines), "the head has an empty line")
    root = unbase64(lines[2])
    need(len(root) == HASH, "the root has a wrong size")
    return Head(lines[0], number(lines[1]), root)


def is_signed_by(body, line, key):
    prefix = "\u2014 ".encode() + key.name + b" "
    if not line.startswith(prefix):
        return False
    signature = unbase64(line[len(prefix):])
    if len(signature) != 4 + 64 or signature[:4] != key.id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], body)
    except InvalidSignature:
        return False
    return True


def open_note(note, key):
    """The head that the note says, when the key has signed it."""
    at = note.rfind(b"\n\n")
    need(at > 0 and note.endswith(b"\n"), "the head is not a signed note")
    body, signatures = note[:at + 1], note[at + 2:-1].split(b"\n")
    head = parse_body(body)
    need(any(is_signed_by(body, line, key) for line in signatures), "the key did not sign the head")
    return head


def divide(text):
    """Lines before the first empty one, and everything after it."""
    at = text.find(b"\n\n")
    need(at > 0, "the proof has no head")
    return text[:at].split(b"\n"), text[at + 2:]


def parse_record_proof(text):
    lines, note = divide(text)
    need(lines.pop(0) == b"c2sp.org/tlog-proof@v1", "not a tlog-proof of version 1")
    extra = unbase64(lines.pop(0)[6:]) if lines and lines[0].startswith(b"extra ") else None
    need(lines and lines[0].startswith(b"index "), "the proof has no index")
    return RecordProof(extra, number(lines[0][6:]), hashes(lines[1:]), note)


def parse_growth_proof(text):
    lines, note = divide(text)
    need(lines[0].startswith(b"old "), "the proof has no old size")
    return GrowthProof(number(lines[0][4:]), hashes(lines[1:]), note)


# ---- the two questions ----


def verify_record(text, key, record=None):
    """The signed head and the position; the record is given, or stands in the proof."""
    proof = parse_record_proof(text)
    head = open_note(proof.note, key)
    record = proof.extra if record is None else record
    need(record is not None, "the proof does not hold the record: give it with --record")
    check_inclusion(leaf_hash(record), proof.index, head.size, proof.path, head.root)
    return head, proof.index + 1


def verify_growth(text, key, old_note, new_note=None):
    """Both signed heads. Without new_note the proof itself must hold the later one, signed."""
    proof = parse_growth_proof(text)
    old = open_note(old_note, key)
    new = open_note(proof.note if new_note is None else new_note, key)
    if new_note is not None:
        said = parse_body(proof.note.split(b"\n\n")[0].rstrip(b"\n") + b"\n")
        need(said == new, "the proof is about another later head")
    need(old.origin == new.origin, "the two heads are of different logs")
    need(old.size == proof.old, "the proof begins at another size than the earlier head")
    check_growth(old.size, old.root, new.size, new.root, proof.path)
    return old, new


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    record, growth = kinds.add_parser("record"), kinds.add_parser("growth")
    for kind in (record, growth):
        kind.add_argument("--key", required=True)
        kind.add_argument("proof")
    record.add_argument("--record")
    growth.add_argument("--old", required=True)
    growth.add_argument("--new")
    asked = parser.parse_args()
    try:
        key = parse_key(asked.key)
        if asked.kind == "record":
            given = read(asked.record) if asked.record else None
            head, position = verify_record(read(asked.proof), key, given)
            print(f"record {position} is in the log of {head.size} records, "
                  f"root {base64.b64encode(head.root).decode()}")
        else:
            given = read(asked.new) if asked.new else None
            old, new = verify_growth(read(asked.proof), key, read(asked.old), given)
            print(f"the log of {new.size} records continues the one of {old.size}")
    except Refused as reason:
        sys.exit(f"not proved: {reason}")


if __name__ == "__main__":
    main()
