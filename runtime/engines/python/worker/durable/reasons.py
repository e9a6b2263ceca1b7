"""Why an object cannot be kept, in words, and where in a variable it is."""

from __future__ import annotations

import json
import types
from collections import deque
from typing import Any, Final

from .failures import Unkeepable
from .limits import TookTooLong

_MOST_STEPS: Final = 20_000

#: By module and name of the type, so that nothing need be imported.
_REASONS: Final = {
    "builtins.generator": "a generator, which is in the middle of running",
    "builtins.coroutine": "a coroutine, which is in the middle of running",
    "builtins.async_generator": "an asynchronous generator, which is in the middle of running",
    "builtins.frame": "a frame of running code",
    "builtins.traceback": "a traceback, which holds frames of code that has run",
    "_io._BytesIOBuffer": "a window into another object's memory",
    "_thread._local": "data of threads",
    "_thread._localdummy": "data of threads",
    "_thread._ThreadHandle": "a thread, which runs in the process",
    "threading.Thread": "a thread, which runs in the process",
    "threading.Timer": "a thread, which runs in the process",
    "socket.socket": "a network connection, which belongs to the process",
    "_socket.socket": "a network connection, which belongs to the process",
    "ssl.SSLSocket": "a network connection, which belongs to the process",
    "ssl.SSLContext": "settings of TLS that hold keys in the library’s own memory",
    "_ssl._SSLContext": "settings of TLS that hold keys in the library’s own memory",
    "http.client.HTTPConnection": "a network connection, which belongs to the process",
    "sqlite3.Connection": "a database connection, which belongs to the process",
    "sqlite3.Cursor": "a database connection, which belongs to the process",
    "subprocess.Popen": "a child process",
    "mmap.mmap": "memory that is shared with a file or another process",
    "multiprocessing.context.Process": "a child process",
    "multiprocessing.pool.Pool": "a pool of child processes",
    "concurrent.futures.process.ProcessPoolExecutor": "a pool of child processes",
    "concurrent.futures.thread.ThreadPoolExecutor": "a pool of threads",
    "concurrent.futures._base.Future": "the result of work that runs in the process",
    "multiprocessing.shared_memory.SharedMemory": "memory that is shared with other processes",
    "selectors.EpollSelector": "a watch on files and connections, which belongs to the process",
    "select.epoll": "a watch on files and connections, which belongs to the process",
    "_asyncio.Task": "a task of asyncio, which is in the middle of running",
    "_asyncio.Future": "a future of asyncio, which belongs to a running loop",
    "asyncio.unix_events._UnixSelectorEventLoop": "an event loop, which belongs to the process",
    "_contextvars.ContextVar": "a context variable, whose identity belongs to the process",
    "_contextvars.Context": "a context, whose variables belong to the process",
    "_contextvars.Token": "a context variable’s token, which belongs to the process",
    "re.Match": "a match, which refers into the matcher’s own memory",
    "_queue.SimpleQueue": "a queue that cannot be read without being emptied",
    "os.DirEntry": "an entry of a listing that is going on",
    "posix.DirEntry": "an entry of a listing that is going on",
    "posix.ScandirIterator": "a listing of a folder that is going on",
    "_csv.reader": "a reader in the middle of its file",
    "_csv.writer": "a writer that holds a method of its file",
    "_hashlib.HASH": "a hash in the middle of its data, held by the crypto library",
    "_hashlib.HMAC": "a hash in the middle of its data, held by the crypto library",
    "_blake2.blake2b": "a hash in the middle of its data, held by a library",
    "zlib.Compress": "a compressor in the middle of its data, held by a library",
    "zlib.Decompress": "a decompressor in the middle of its data, held by a library",
    "_bz2.BZ2Compressor": "a compressor in the middle of its data, held by a library",
    "_lzma.LZMACompressor": "a compressor in the middle of its data, held by a library",
    "tempfile.TemporaryDirectory": "a temporary folder, which is deleted with its object",
    "tempfile._TemporaryFileWrapper": "a temporary file, which is deleted with its object",
    "matplotlib.animation.FuncAnimation": "an animation that holds a running timer",
    "_ctypes.CFuncPtr": "a function in a library’s memory",
    "unittest.mock.Mock": "a mock, which makes a class of its own for itself",
    "unittest.mock.MagicMock": "a mock, which makes a class of its own for itself",
}
UNKEEPABLE: Final = frozenset(
    {
        types.GeneratorType,
        types.CoroutineType,
        types.AsyncGeneratorType,
        types.FrameType,
        types.TracebackType,
    }
)


def of_type(kind: type) -> str | None:
    """Why objects of a kind cannot be kept, if it is a known one; its bases count."""
    for each in kind.__mro__:
        reason = _REASONS.get(f"{each.__module__}.{each.__qualname__}")
        if reason is not None:
            return reason
    return None


def type_name(kind: type) -> str:
    """As a person knows it, whatever a metaclass may answer."""
    name = str.__str__(type.__getattribute__(kind, "__qualname__"))
    module = type.__getattribute__(kind, "__module__")
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return name
    return f"{module}.{name}"


def place_of(culprit: Any, name: str, value: Any) -> str | None:
    """Where in the variable `name` an object is, as `jobs[2].work`; None where it was not found soon."""
    if culprit is value:
        return name
    seen = {id(value)}
    todo = deque([(value, name)])
    for _ in range(_MOST_STEPS):
        if not todo:
            return None
        holder, path = todo.popleft()
        for step, part in _parts(holder):
            if part is culprit:
                return path + step
            if id(part) not in seen and not isinstance(part, (str, bytes, int, float, type, types.ModuleType)):
                seen.add(id(part))
                todo.append((part, path + step))
    return None


def _parts(holder: Any) -> list[tuple[str, Any]]:
    """What an object holds, without running code of the user's."""
    kind = type(holder)
    if issubclass(kind, dict):
        keyed = [(f"[{key!r}]", value) for key, value in dict.items(holder) if type(key) in (str, int, tuple)]
    elif issubclass(kind, (list, tuple, deque)):
        keyed = [(f"[{index}]", value) for index, value in enumerate(list(holder)[:_MOST_STEPS])]
    elif kind in (set, frozenset):
        keyed = [("{…}", value) for value in holder]
    elif kind is types.FunctionType:
        keyed = _held_by_function(holder)
    elif kind is types.CellType:
        keyed = []
    else:
        keyed = []
    try:
        attributes = object.__getattribute__(holder, "__dict__")
    except Exception:  # noqa: BLE001 - a class with a `__dict__` of its own making
        return keyed
    items = list(attributes.items()) if type(attributes) in (dict, types.MappingProxyType) else []
    return [*keyed, *((f".{key}", value) for key, value in items)]


def _held_by_function(function: types.FunctionType) -> list[tuple[str, Any]]:
    held: list[tuple[str, Any]] = [(f" (default {i})", value) for i, value in enumerate(function.__defaults__ or ())]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            held.append((f" (its {name})", cell.cell_contents))
        except ValueError:
            continue
    return held


def in_words(error: BaseException, last: Any, deadline: float) -> str:
    """Why writing or reading back failed. `last`: the object that it was at, if that is known."""
    if isinstance(error, TookTooLong):
        return f"it took too long: nothing moved within {deadline:g} s"
    if isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError):
        return "it is nested too deeply"
    if "recursion" in str(error)[:200].lower():
        return "it is nested too deeply"
    if isinstance(error, Unkeepable):
        return f"it is {error}" if not str(error).startswith("it ") else str(error)
    if last is not None and (known := of_type(type(last))) is not None:
        return f"it is {known}"
    try:
        text = json.dumps(str(error)[:500], ensure_ascii=False)[1:-1]
    except Exception:  # noqa: BLE001 - the user's `__str__` raised
        text = ""
    return f"{type_name(type(error))}: {text}" if text else type_name(type(error))
