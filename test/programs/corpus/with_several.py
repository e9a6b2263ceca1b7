"""with: several at once, nested, suppressing, and what is called in which order."""

import contextlib

log = []


class Manager:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress

    def __enter__(self):
        log.append(f"+{self.name}")
        return self.name

    def __exit__(self, kind, error, traceback):
        log.append(f"-{self.name}{':' + kind.__name__ if kind else ''}")
        return self.suppress


with Manager("a") as a, Manager("b") as b:
    log.append(a + b)
with (
    Manager("c", suppress=True),
    Manager("d"),
):
    raise ValueError("inside")
with contextlib.suppress(KeyError):
    {}["missing"]
    log.append("never")
log
