"""Part of the package `helpers`: state of a module."""

from . import LOADED

LOADED.append("counting")
count = 0


def bump():
    global count
    count += 1
    return count
