"""Coroutines driven by hand: send, throw, close, and an awaitable of one's own."""


class Pause:
    def __init__(self, name):
        self.name = name

    def __await__(self):
        answer = yield self.name
        return answer


async def inner(name):
    got = await Pause(name)
    return f"{name}:{got}"


async def outer():
    first = await inner("a")
    try:
        second = await inner("b")
    except RuntimeError as error:
        second = str(error)
    return [first, second]


steps = []
running = outer()
steps.append(running.send(None))
steps.append(running.send(1))
try:
    running.throw(RuntimeError("no b"))
except StopIteration as stop:
    steps.append(stop.value)
other = outer()
other.send(None)
other.close()
steps
