"""Who this process is: its id and its pid, which change when it is thawed from a frozen one.

Kept in buffers of fixed length that are overwritten in place: a thaw must not allocate. What needs the pid of
the session's process asks here, and keeps no number of its own.
"""

import ctypes
import os

ID_BYTES = 64


class Identity:
    """The id by which the runtime knows this process, and its pid."""

    def __init__(self) -> None:
        self.id_bytes = ctypes.create_string_buffer(ID_BYTES)
        self._pid = ctypes.c_int(os.getpid())

    @property
    def id(self) -> str:
        """The id, at most 63 ASCII characters."""
        return self.id_bytes.value.decode("ascii", "replace")

    @property
    def pid(self) -> int:
        """The pid of the session's process; in a child that user code forked it is not `os.getpid()`."""
        return self._pid.value

    @property
    def is_ours(self) -> bool:
        """False in a child that user code forked."""
        return os.getpid() == self._pid.value

    def begin(self, identity: str) -> None:
        """This process is now the one that the runtime calls `identity`."""
        self.id_bytes.value = identity.encode("ascii", "replace")[: ID_BYTES - 1]
        self._pid.value = os.getpid()

    def refresh_pid(self) -> None:
        """After a fork, in the process that goes on as the session's."""
        self._pid.value = os.getpid()


identity = Identity()
