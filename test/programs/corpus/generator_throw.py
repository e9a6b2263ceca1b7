"""Generators: exceptions thrown in, caught inside, and others that get out."""


def patient():
    caught = 0
    while True:
        try:
            yield caught
        except ValueError as error:
            caught += 1
            print("caught", error)


worker = patient()
values = [next(worker), worker.throw(ValueError("one")), worker.throw(ValueError("two"))]
try:
    worker.throw(KeyError("out"))
except KeyError as error:
    values.append(repr(error))
values.append(next(worker, "ended"))
values
