"""Values and exceptions as bytes, and back: marshal, which is fast and exact, or pickle for what marshal cannot.

What comes back is equal and of the same type; a C object that neither can pack (a socket) is the business of who records it.
"""

import marshal
import os
import pickle
import time
from typing import Any, Callable

_MARSHALLED, _PICKLED, _RAISED, _STRUCTURE, _SYSTEM_ERROR = 0, 1, 2, 3, 4
_MARSHAL_VERSION = 2  # Without references: what comes back shares nothing, and is made in the order of its parts.

# C structures that the system's calls return: pickle would take several times as long for them.
_STRUCTURES: tuple[Callable[..., Any], ...] = (os.stat_result, time.struct_time, os.terminal_size)
_PLAIN = (int, str, bytes, float, bool, type(None))
_numbers: dict[Any, int] = {kind: number for number, kind in enumerate(_STRUCTURES)}


def pack(value: Any) -> bytes:
    """A value of a builtin type, or anything that can be pickled.

    Raises:
        Exception: It cannot; whatever its own pickling raises.
    """
    number = _numbers.get(type(value))
    if number is not None:
        return marshal.dumps((_STRUCTURE, number, *value.__reduce__()[1]), _MARSHAL_VERSION)
    try:
        return marshal.dumps((_MARSHALLED, value), _MARSHAL_VERSION)
    except ValueError:
        return marshal.dumps((_PICKLED, pickle.dumps(value, 4)), _MARSHAL_VERSION)


def pack_error(error: BaseException) -> bytes:
    """What was raised, without its traceback; an OSError in its place where it cannot be pickled."""
    parts = _parts_of(error)
    if parts is not None:
        return marshal.dumps((_SYSTEM_ERROR, *parts), _MARSHAL_VERSION)
    try:
        packed = pickle.dumps(error, 4)
        pickle.loads(packed)
    except Exception:
        packed = pickle.dumps(OSError(f"{type(error).__name__}: {error}"), 4)
    return marshal.dumps((_RAISED, packed), _MARSHAL_VERSION)


def comes_back(value: Any) -> bool:
    """Whether what `unpack` makes of it cannot be told from it."""
    kind = type(value)
    if kind in _PLAIN or kind in _numbers:
        return True
    return (kind is tuple or kind is list) and all(map(comes_back, value))


def error_comes_back(error: BaseException) -> bool:
    """The same, of what was raised."""
    return _parts_of(error) is not None


def _parts_of(error: BaseException) -> tuple[Any, ...] | None:
    if not isinstance(error, OSError) or len(error.args) != 2 or vars(error):
        return None
    parts = (*error.args, error.filename, error.filename2)
    return parts if type(error) is type(OSError(*error.args)) and all(type(part) in _PLAIN for part in parts) else None


def unpack(payload: Any) -> Any:
    """The value.

    Raises:
        BaseException: The one that was packed by `pack_error`.
    """
    kind, *parts = marshal.loads(payload)
    if kind == _MARSHALLED:
        return parts[0]
    if kind == _STRUCTURE:
        return _STRUCTURES[parts[0]](*parts[1:])
    if kind == _SYSTEM_ERROR:
        number, text, *names = parts
        raise OSError(number, text, names[0], None, names[1]) if names != [None, None] else OSError(number, text)
    found = pickle.loads(parts[0])
    if kind == _RAISED:
        raise found
    return found
