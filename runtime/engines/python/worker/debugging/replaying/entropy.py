"""Chance: what the system gives, and what `random` is seeded with where the program does not say."""

import os
import random
import sys
from types import MethodType
from typing import Any

from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.outlets import recorded, replace
from hindsight_worker.debugging.replaying.player import OFF, player
from hindsight_worker.debugging.replaying.references import Attributes, References

_SEED_BYTES = 64
_SEED = tag_of("random.seed")
_urandom = os.urandom
_seed = random.Random.seed


def exchange(references: References) -> None:
    """`urandom`, on which `secrets`, `SystemRandom` and `uuid4` rest, and the clock of `uuid1`."""
    replace(references, "os", "urandom getrandom", recorded)
    # `random.seed` itself is bound to the one generator of the module since that was imported.
    instance: Any = vars(random)["_inst"]
    references.add(random.seed, lambda: MethodType(seed, instance))
    if "uuid" in sys.modules:
        replace(references, "uuid", "_generate_time_safe", recorded)


def exchange_attributes(attributes: Attributes) -> None:
    """`Random.seed`, which each new `Random` calls."""
    attributes.set(random.Random, "seed", seed)


def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Initialize internal state from a seed.

    The only supported seed types are None, int, float,
    str, bytes, and bytearray.

    None or no argument seeds from current time or from an operating
    system specific randomness source if available.
    """
    if a is None and player.mode != OFF:
        # C would ask the system by itself; the seed that is as good is one that can be recorded.
        a = int.from_bytes(player.through(_SEED, lambda: _urandom(_SEED_BYTES)), "little")
    _seed(self, a, version)
