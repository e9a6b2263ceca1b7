"""Descriptors: data and non-data ones, cached properties, bound methods."""

import functools


class Celsius:
    def __get__(self, instance, owner):
        return self if instance is None else (instance.fahrenheit - 32) * 5 // 9

    def __set__(self, instance, value):
        instance.fahrenheit = value * 9 // 5 + 32


class Lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        value = self.function(instance)
        instance.__dict__[self.function.__name__] = value
        return value


class Weather:
    celsius = Celsius()

    def __init__(self, fahrenheit):
        self.fahrenheit = fahrenheit
        self.looked = 0

    @Lazy
    def forecast(self):
        self.looked += 1
        return f"{self.celsius} degrees"

    @functools.cached_property
    def doubled(self):
        self.looked += 1
        return self.celsius * 2


weather = Weather(212)
texts = [weather.forecast, weather.forecast, weather.doubled, weather.doubled]
weather.celsius = 20
(texts, weather.looked, weather.fahrenheit)
