"""f-strings: formats, nested ones, conversions, calls of __format__, over several lines."""


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __format__(self, spec):
        return f"{self.cents / 100:{spec or '.2f'}} EUR"


width, value, name = 8, 3.14159, "né"
texts = [
    f"{value:.2f}|{value:>{width}.1f}|{name!r:^10}|{name!a}",
    f"{Money(1234)} {Money(5):.3f}",
    f"{value=:.1f} {width + 1 = }",
    f"{'nested ' + f'{width:03}'} {{braces}}",
    f"{sum(n for n in range(4))}"
    f" and {[n * 2 for n in range(3)]}",
]
texts
