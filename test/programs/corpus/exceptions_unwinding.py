"""Exceptions: one that unwinds several frames with cleanups, in loops of try."""


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self

    def pop(self):
        if not self.items:
            raise IndexError("empty")
        return self.items.pop()


def drain(stack, count):
    taken = []
    for _ in range(count):
        try:
            taken.append(stack.pop())
        except IndexError as error:
            taken.append(str(error))
            continue
        finally:
            taken.append("-")
    return taken


taken = drain(Stack().push(1).push(2), 4)
taken
