"""What C code has buffered: its stdout is made to write lines at once and is flushed with ours.

Where ctypes or a usual C library is missing (Windows, static builds), this quietly does nothing.
"""

import sys
from typing import Any, Callable

_LINE_BUFFERED = 1  # _IOLBF of glibc, musl and macOS


def prepare() -> Callable[[], None]:
    """Makes C's stdout line buffered.

    Returns:
        A function that flushes all C streams.
    """
    try:
        import ctypes

        libc: Any = ctypes.CDLL(None)
        symbol = "__stdoutp" if sys.platform == "darwin" else "stdout"
        libc.setvbuf(ctypes.c_void_p.in_dll(libc, symbol), None, _LINE_BUFFERED, 0)
        flush = ctypes.PyDLL(None).fflush
    except (ImportError, OSError, AttributeError, ValueError, TypeError):
        return lambda: None
    return lambda: flush(None)
