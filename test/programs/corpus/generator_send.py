"""Generators: values sent into them, with an average kept inside."""


def averager():
    total, count, average = 0.0, 0, None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


mean = averager()
next(mean)
results = [mean.send(value) for value in (10, 30, 5)]
results
