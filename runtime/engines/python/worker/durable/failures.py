"""How saving and loading fail as a whole, and how one object says that it cannot be kept."""

from __future__ import annotations


class SaveFailed(Exception):
    """The state could not be written; the message is for a person. The runtime's code is `checkpoint-failed`."""


class CheckpointDamaged(Exception):
    """An object is missing, or is not what was written. The runtime's code is `checkpoint-damaged`."""


class CheckpointVersion(Exception):
    """The manifest is of a format that this version does not know. The runtime's code is `checkpoint-version`."""


class Unkeepable(Exception):
    """An object that has no durable form; the message says why, as the end of "cannot be kept: …"."""
