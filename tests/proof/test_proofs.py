"""The verifier against published vectors, and the product's proofs against the verifier."""
import os
import random
import subprocess
import unittest

import verify

# The eight leaves that implementations of RFC 6962 test with, and what they lead to.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f")]
ROOTS = [bytes.fromhex(text) for text in (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
LEAF_5 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_34 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_56 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_78 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
LEAF_2 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
ROOT_2, ROOT_4 = ROOTS[2].hex(), ROOTS[4].hex()
INCLUSIONS = [  # index, size, path
    (0, 1, []),
    (0, 8, [LEAF_2, NODE_34, "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, [LEAF_5, NODE_78, ROOT_4]),
    (2, 3, [ROOT_2]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", NODE_34, LEAF_5]),
]
GROWTHS = [  # old, size, path
    (1, 1, []),
    (1, 8, [LEAF_2, NODE_34, "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, [NODE_56, NODE_78, ROOT_4]),
    (2, 5, [NODE_34, LEAF_5]),
]


def hashes(texts):
    return [bytes.fromhex(text) for text in texts]


class PublishedVectors(unittest.TestCase):
    def test_roots(self):
        leaves = [verify.leaf_hash(record) for record in INPUTS]
        for size, root in enumerate(ROOTS):
            self.assertEqual(verify.tree_root(leaves[:size]), root)

    def test_inclusion(self):
        for index, size, path in INCLUSIONS:
            leaf = verify.leaf_hash(INPUTS[index])
            verify.check_inclusion(leaf, index, size, hashes(path), ROOTS[size])
            with self.assertRaises(verify.Refused):
                verify.check_inclusion(leaf, index, size, hashes(path + [LEAF_5]), ROOTS[size])
            with self.assertRaises(verify.Refused):
                verify.check_inclusion(leaf, index + 1, size, hashes(path), ROOTS[size])

    def test_growth(self):
        for old, size, path in GROWTHS:
            verify.check_growth(old, ROOTS[old], size, ROOTS[size], hashes(path))
            with self.assertRaises(verify.Refused):
                verify.check_growth(old, ROOTS[old - 1], size, ROOTS[size], hashes(path))
            with self.assertRaises(verify.Refused):
                verify.check_growth(old, ROOTS[old], size, ROOTS[size], hashes(path + [LEAF_5]))


def entries():
    """What write_proofs made: (kind, old head or None, proof text)."""
    data = subprocess.run([os.environ["WRITE_PROOFS"]], check=True, capture_output=True).stdout
    key, _, rest = data.partition(b"\n")
    found = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        kind, *sizes = line.split()
        parts = []
        for size in map(int, sizes):
            parts.append(rest[:size])
            rest = rest[size:]
        found.append((kind.decode(), parts[0] if len(parts) == 2 else None, parts[-1]))
    return verify.parse_key(key.decode()), found


class OwnProofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key, cls.entries = entries()
        leaves = [verify.leaf_hash(i.to_bytes(8, "little")) for i in range(40)]
        cls.roots = [verify.tree_root(leaves[:size]) for size in range(41)]

    def check(self, kind, old, text):
        if kind == "growth":
            return verify.verify_growth(text, self.key, old)[1]
        return verify.verify_record(text, self.key)[0]

    def test_all_of_small_trees_and_some_of_large_ones(self):
        seen = {"record": set(), "growth": set()}
        largest = 0
        for kind, old, text in self.entries:
            head = self.check(kind, old, text)
            largest = max(largest, head.size)
            if head.size > 40:
                continue
            self.assertEqual(head.root, self.roots[head.size])
            proof = (verify.parse_growth_proof(text).old - 1 if old
                     else verify.parse_record_proof(text).index)
            seen[kind].add((proof, head.size))
        wanted = {(i, size) for size in range(1, 41) for i in range(size)}
        self.assertEqual(seen, {"record": wanted, "growth": wanted})
        self.assertGreater(largest, 50000)

    def refuse_changes(self, kind, old, text, values):
        """Each byte of the proof, and of the earlier head, replaced by each of the values."""
        for part in (0, 1) if old else (1,):
            for at in range(len((old, text)[part])):
                for value in values:
                    changed = [bytearray(old or b""), bytearray(text)]
                    if changed[part][at] == value(changed[part][at]):
                        continue
                    changed[part][at] = value(changed[part][at])
                    try:
                        self.check(kind, bytes(changed[0]), bytes(changed[1]))
                    except (verify.Refused, UnicodeDecodeError):
                        continue
                    self.fail(f"{kind}: byte {at} of part {part} does not matter:\n{changed}")

    def test_every_changed_byte_is_refused(self):
        values = [lambda b, bit=bit: b ^ 1 << bit for bit in range(8)]
        values += [lambda b, to=to: to for to in b"\n=0"]
        for kind, old, text in random.Random(1).sample(self.entries, 6) + self.entries[-2:]:
            self.refuse_changes(kind, old, text, values)

    def test_other_lengths_are_refused(self):
        for kind, old, text in self.entries[500:506]:
            for other in [text[:i] for i in range(len(text))] + [text + b"x", b"\n" + text]:
                with self.assertRaises(verify.Refused):
                    self.check(kind, old, other)

    def test_another_key_is_refused(self):
        other = self.key._replace(id=b"\x00" * 4)
        same_id = self.key._replace(public=bytes(31) + b"\x01")
        for key in (other, same_id):
            with self.assertRaises(verify.Refused):
                verify.verify_record(self.entries[0][2], key)


if __name__ == "__main__":
    unittest.main()
