"""Exceptions: groups and except*."""
# from 3.11


def split(errors):
    kept = []
    try:
        raise ExceptionGroup("all", errors)
    except* ValueError as group:
        kept.append(("values", len(group.exceptions)))
    except* (KeyError, IndexError) as group:
        kept.append(("lookups", len(group.exceptions)))
    else:
        kept.append(("none", 0))
    finally:
        kept.append("done")
    return kept


first = split([ValueError(1), KeyError(2), ValueError(3)])
try:
    split([TypeError("left")])
except ExceptionGroup as group:
    left = [type(error).__name__ for error in group.exceptions]
(first, left)
