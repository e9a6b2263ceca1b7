"""Whose code it is: the user's own, which is counted, stopped in and shown, or a library's.

Decided by file name alone, once a name. Knows no frames.
"""

import linecache
import os
import sys
import sysconfig
from typing import Callable

import hindsight_worker
from hindsight_worker import vendor

_OURS = os.path.dirname(os.path.abspath(hindsight_worker.__file__)) + os.sep
_IMPORTING = ("<frozen importlib", "<frozen zipimport", "<frozen runpy", "<frozen posixpath", "<frozen os")


def just_my_code() -> Callable[[str], bool]:
    """Says of a file name whether the code in it is the user's: not installed, not Python's own, not made up by a library."""
    libraries = tuple(sorted(_library_folders() | _our_folders()))

    def is_mine(file: str) -> bool:
        if file.startswith("<"):
            # A cell that was sent, or what a program has told `linecache`; not the code that a library makes of a text.
            return file in linecache.cache and not file.startswith("<frozen")
        path = os.path.abspath(file)
        return not path.startswith(libraries) and not _is_installed(path)

    return is_mine


def all_code() -> Callable[[str], bool]:
    """Says the same where libraries are to be walked through, too: all but our own and the import system."""

    ours = tuple(_our_folders())

    def is_mine(file: str) -> bool:
        if file.startswith("<"):
            return not file.startswith(_IMPORTING)
        return not os.path.abspath(file).startswith(ours)

    return is_mine


def _our_folders() -> set[str]:
    return {_OURS, vendor.folder() + os.sep} if vendor.folder() else {_OURS}


def _is_installed(path: str) -> bool:
    return f"{os.sep}site-packages{os.sep}" in path or f"{os.sep}dist-packages{os.sep}" in path


def _library_folders() -> set[str]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    # Of a virtual environment the standard library is elsewhere.
    found.add(os.path.dirname(os.path.abspath(os.__file__)))
    for prefix in {sys.prefix, sys.base_prefix}:
        found.add(os.path.join(prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}"))
    return {os.path.realpath(path) + os.sep for path in found if path} | {path + os.sep for path in found if path}
