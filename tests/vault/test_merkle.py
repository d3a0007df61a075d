"""Merkle trees as RFC 6962 has them: its own test data, and proofs of any tree."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia.vault import merkle
from mips_ia.vault.trees import Nodes, root

# The eight leaves with which Certificate Transparency's implementations are tested, and what they give.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
SIZES = st.integers(1, 70)


def hashes(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(each).encode()) for each in range(size)]


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, 2.1 defines it, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = max(2**power for power in range(20) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def test_the_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert root([]) == base64.b64decode("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_known_trees(size: int) -> None:
    assert root(HASHES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_inclusion_proofs_are_the_known_ones(index: int, size: int) -> None:
    assert [each.hex() for each in Nodes(HASHES[:size]).inclusion(index, size)] == INCLUSIONS[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_consistency_proofs_are_the_known_ones(old: int, new: int) -> None:
    assert [each.hex() for each in Nodes(HASHES[:new]).consistency(old, new)] == CONSISTENCIES[old, new]


@given(st.lists(st.binary(max_size=5), max_size=40))
def test_a_root_is_what_the_standard_defines(leaves: list[bytes]) -> None:
    assert root([merkle.leaf_hash(leaf) for leaf in leaves]) == by_definition(leaves)


@given(SIZES, st.data())
def test_every_leaf_has_a_proof_that_holds_for_it_alone(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    leaves = hashes(size)
    proof, whole = Nodes(leaves).inclusion(index, size), root(leaves)

    assert merkle.includes(whole, size, index, leaves[index], proof)
    assert merkle.includes(whole, size, other, leaves[index], proof) is (other == index)
    assert not merkle.includes(whole, size, index, merkle.leaf_hash(b"another"), proof)
    assert not merkle.includes(whole, size, index, leaves[index], [*proof, whole])
    assert not proof or not merkle.includes(whole, size, index, leaves[index], proof[:-1])


@given(SIZES, st.data())
def test_a_tree_that_only_grew_has_a_proof(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = hashes(new)
    before, after = root(leaves[:old]), root(leaves)
    proof = Nodes(leaves).consistency(old, new)

    assert merkle.grew(before, old, after, new, proof)
    assert not merkle.grew(merkle.leaf_hash(b"another"), old, after, new, proof)
    assert not merkle.grew(before, old, merkle.leaf_hash(b"another"), new, proof)
    assert not merkle.grew(before, old, after, new, [*proof, before])
    assert not proof or not merkle.grew(before, old, after, new, proof[:-1])


@given(st.integers(2, 70), st.data())
def test_a_tree_of_which_an_old_leaf_was_changed_has_none(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    leaves = hashes(new)
    before = root(leaves[:old])
    leaves[data.draw(st.integers(0, old - 1))] = merkle.leaf_hash(b"another")

    assert not merkle.grew(before, old, root(leaves), new, Nodes(leaves).consistency(old, new))


@given(SIZES, st.data())
def test_a_changed_bit_of_a_proof_is_seen(size: int, data: st.DataObject) -> None:
    leaves, index = hashes(size), data.draw(st.integers(0, size - 1))
    proof, old = Nodes(leaves).inclusion(index, size), data.draw(st.integers(1, size))
    grown, whole = Nodes(leaves).consistency(old, size), root(leaves)
    if proof:
        proof[data.draw(st.integers(0, len(proof) - 1))] = bytes(32)
        assert not merkle.includes(whole, size, index, leaves[index], proof)
    if grown:
        grown[data.draw(st.integers(0, len(grown) - 1))] = bytes(32)
        assert not merkle.grew(root(leaves[:old]), old, whole, size, grown)


@given(SIZES, st.data())
def test_the_proofs_of_a_tree_are_had_from_a_larger_one_that_grew_from_it(
    size: int, data: st.DataObject
) -> None:
    large, own = Nodes(hashes(70)), Nodes(hashes(size))
    place = data.draw(st.integers(0, size - 1))

    assert large.inclusion(place, size) == own.inclusion(place, size)
    assert large.consistency(place + 1, size) == own.consistency(place + 1, size)
    assert large.root(size) == root(hashes(size))


def test_no_leaf_is_outside_its_tree_and_none_is_in_an_empty_one() -> None:
    assert not merkle.includes(root([]), 0, 0, HASHES[0], [])
    assert not merkle.grew(root([]), 0, ROOTS[0].encode(), 1, [])
    assert not merkle.grew(bytes.fromhex(ROOTS[1]), 2, bytes.fromhex(ROOTS[0]), 1, [])
