"""Decorators: a class as decorator, a decorated class, a counted method, lru_cache."""

import functools


class Counted:
    def __init__(self, function):
        self.function = function
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)


def registered(registry):
    def register(cls):
        registry[cls.__name__.lower()] = cls
        cls.kind = len(registry)
        return cls

    return register


shapes = {}


@registered(shapes)
class Square:
    @staticmethod
    def area(side):
        return side * side


@registered(shapes)
class Circle:
    @classmethod
    def named(cls):
        return cls.__name__


@Counted
def double(number):
    return number * 2


@functools.lru_cache(maxsize=None)
def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


doubled = [double(n) for n in range(4)]
(doubled, double.calls, sorted(shapes), Circle.kind, Square.area(3), Circle.named(), fibonacci(20))
