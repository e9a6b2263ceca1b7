"""Decorators: stacked, with arguments, with functools.wraps."""

import functools

log = []


def traced(label):
    log.append(f"make {label}")

    def decorate(function):
        log.append(f"wrap {label} {function.__name__}")

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            log.append(f"before {label}")
            try:
                return function(*args, **kwargs)
            finally:
                log.append(f"after {label}")

        return wrapper

    return decorate


@traced("outer")
@traced("inner")
def add(
    one,
    two=2,
):
    return one + two


total = add(1) + add(3, two=4)
(total, add.__name__, log)
