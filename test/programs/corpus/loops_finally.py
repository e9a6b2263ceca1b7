"""Loops: break, continue and return inside finally and try, nested."""

log = []


def odd(limit):
    for number in range(limit):
        try:
            if number == 1:
                continue
            if number == 3:
                break
            log.append(number)
        finally:
            log.append(f"f{number}")
    while True:
        try:
            1 / 0
        except ZeroDivisionError:
            log.append("zero")
            break
        finally:
            log.append("left")
    return "end"


def overridden():
    for attempt in range(3):
        try:
            raise ValueError(attempt)
        except ValueError:
            if attempt < 2:
                continue
            return attempt
        finally:
            log.append(attempt)


results = [odd(5), overridden()]
(results, log)
