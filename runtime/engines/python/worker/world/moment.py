"""What the parts share: the moment of a snapshot with its descriptors, threads and warnings."""

import os
import stat
from typing import Any, Callable, Iterable, NamedTuple

Warning = dict[str, str]

_MOST_WARNINGS = 100
_CLOSED = (-1, -1)


class Part(NamedTuple):
    """One hazard. `before` returns what the copies need, or None; the others get that, and return problems or None."""

    name: str
    before: Callable[["Moment"], Any]
    frozen: Callable[[Any], list[Warning] | None] | None = None
    thawed: Callable[[Any], list[Warning] | None] | None = None


class Descriptor(NamedTuple):
    """An open descriptor of user code. `kind` is `file`, `folder`, `pipe`, `socket`, `anonymous` or `device`."""

    number: int
    kind: str
    target: str
    device: int
    inode: int
    flags: int
    offset: int
    details: str

    @property
    def writable(self) -> bool:
        """True when something can be written to it."""
        return self.flags & os.O_ACCMODE != os.O_RDONLY

    @property
    def close_on_exec(self) -> int:
        """`O_CLOEXEC` or 0."""
        return self.flags & os.O_CLOEXEC

    @property
    def name(self) -> str:
        """For a person."""
        return self.target.removesuffix(" (deleted)")


class Ours:
    """The worker's own descriptors, which the parts leave alone."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        # Placeholders of what was lost when this process was thawed: by number, the inode that is there.
        self.lost: dict[int, int] = {}

    def begin(self, descriptors: Iterable[int]) -> None:
        """All that are open now, and `descriptors`."""
        found = {number for number in _open_numbers() if _identity(number) != _CLOSED}
        self.numbers = {*found, *descriptors}


ours = Ours()


class Moment:
    """Is made anew before each fork. What costs is looked at when it is first asked for."""

    def __init__(self) -> None:
        self.warnings: list[Warning] = []
        # Descriptors of pipes and socket pairs with both ends in this process.
        self.paired: set[int] = set()
        # Pids and descriptors of helpers that are started again by themselves: nobody need be told.
        self.replaceable: set[int] = set()
        self.replaceable_descriptors: set[int] = set()
        # Pids of child processes, once `processes` has looked.
        self.children: list[int] = []
        # Files that a part has named more precisely than others would.
        self.named: set[str] = set()
        self._descriptors: list[Descriptor] | None = None
        self._threads: list[int] | None = None
        self._maps: str | None = None

    def warn(self, kind: str, message: str, name: str | None = None) -> None:
        """Says, in one sentence, what does not come back as it was."""
        if len(self.warnings) < _MOST_WARNINGS:
            warning = {"kind": kind, "message": message}
            self.warnings.append(warning if name is None else {**warning, "name": name})

    @property
    def descriptors(self) -> list[Descriptor]:
        """Those of user code, lowest first."""
        if self._descriptors is None:
            self._descriptors = _descriptors()
        return self._descriptors

    @property
    def threads(self) -> list[int]:
        """Ids of all threads of this process, those of C code too; at least one."""
        if self._threads is None:
            try:
                self._threads = sorted(int(name) for name in os.listdir("/proc/self/task"))
            except OSError:
                self._threads = [os.getpid()]
        return self._threads

    @property
    def maps(self) -> str:
        """What is mapped into memory, as the system lists it; empty where it does not."""
        if self._maps is None:
            try:
                with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
                    self._maps = file.read()
            except OSError:
                self._maps = ""
        return self._maps

    def forget_descriptors(self) -> None:
        """Positions have moved since they were looked at."""
        self._descriptors = None

    def forget_threads(self) -> None:
        """Some have ended since they were counted."""
        self._threads = None


def _descriptors() -> list[Descriptor]:
    numbers = [number for number in _open_numbers() if number > 2 and number not in ours.numbers]
    if not numbers:
        return []
    streams = {_identity(1), _identity(2)}
    found = (_look_at(number) for number in sorted(numbers))
    return [
        one
        for one in found
        if one is not None and (one.device, one.inode) not in streams and ours.lost.get(one.number) != one.inode
    ]


def _look_at(number: int) -> Descriptor | None:
    """None when it is not open any more."""
    try:
        status = os.fstat(number)
        target = os.readlink(f"/proc/self/fd/{number}")
        details = _read(f"/proc/self/fdinfo/{number}")
    except OSError:
        return None
    return Descriptor(
        number,
        _kind(status.st_mode, target),
        target,
        status.st_dev,
        status.st_ino,
        _field(details, "flags:", 8),
        _field(details, "pos:", 10),
        details,
    )


def _kind(mode: int, target: str) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISFIFO(mode):
        return "pipe"
    if stat.S_ISSOCK(mode):
        return "socket"
    return "anonymous" if target.startswith("anon_inode:") else "device"


def _field(details: str, name: str, base: int) -> int:
    for line in details.splitlines():
        if line.startswith(name):
            return int(line[len(name) :], base)
    return 0


def _read(path: str) -> str:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 16).decode(errors="replace")
    finally:
        os.close(descriptor)


def _identity(number: int) -> tuple[int, int]:
    try:
        status = os.fstat(number)
    except OSError:
        return _CLOSED
    return (status.st_dev, status.st_ino)


def _open_numbers() -> list[int]:
    """Linux only; elsewhere nothing is known of descriptors. The one that lists the folder is among them, closed."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return []
