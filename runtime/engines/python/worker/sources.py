"""The text that was sent, for tracebacks and `inspect`: laid over the file on disk in `linecache`.

The editor's text is often newer than the disk's, and a selection may never have been in a file at all.
"""

import linecache

# Where a file that does not exist ends: lines before the fragment are unknown.
_UNKNOWN = "\n"


def remember(file: str, line: int, code: str) -> None:
    """Makes `code` the lines of `file` from `line` (from 1) on; other lines stay as they were known."""
    fragment = [text + "\n" for text in code.split("\n")]
    known = linecache.cache.get(file)
    if file.startswith("<"):
        lines = []
    elif known is not None and len(known) == 4 and known[1] is None:
        lines = list(known[2])
    else:
        lines = list(linecache.updatecache(file))
    start = line - 1
    lines.extend([_UNKNOWN] * (start - len(lines)))
    lines[start : start + len(fragment)] = fragment
    # A modification time of None says "not from the disk", so that `checkcache` keeps it.
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
