"""Generators: yield from through three levels, with results, sends and throws passed on."""


def leaf():
    received = []
    while len(received) < 3:
        try:
            received.append((yield len(received)))
        except ValueError:
            received.append("thrown")
    return received


def middle():
    got = yield from leaf()
    yield "between"
    return got


def top():
    got = yield from middle()
    yield ("end", got)


flow = top()
answers = [next(flow), flow.send("a"), flow.throw(ValueError()), flow.send("c"), next(flow)]
answers
