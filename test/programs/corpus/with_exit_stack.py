"""with: contextlib's managers made of generators, ExitStack, nested failures."""

from contextlib import ExitStack, closing, contextmanager

log = []


@contextmanager
def section(name):
    log.append(f"begin {name}")
    try:
        yield name.upper()
    except LookupError as error:
        log.append(f"{name} swallows {error.args[0]}")
    finally:
        log.append(f"end {name}")


class Door:
    def close(self):
        log.append("closed")


def visit(names):
    with ExitStack() as stack:
        rooms = [stack.enter_context(section(name)) for name in names]
        stack.enter_context(closing(Door()))
        stack.callback(log.append, "callback")
        if len(rooms) > 1:
            raise LookupError("too many")
        return rooms


rooms = [visit(["one"]), visit(["one", "two"])]
(rooms, log)
