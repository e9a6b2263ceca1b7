"""Imports: of modules of one's own, whole, by name, in a function, relative, and once only."""

import helpers
from helpers import shapes
from helpers.shapes import Square as Box


def late():
    import helpers.counting

    return helpers.counting.bump()


areas = [shapes.Square(2).area(), Box(3).area()]
bumps = [late(), late(), helpers.counting.bump()]
try:
    import helpers.missing  # noqa: F401
except ImportError as error:
    message = type(error).__name__
(areas, bumps, helpers.LOADED, message)
