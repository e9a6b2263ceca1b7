"""Classes: diamonds, super, abstract methods, class and static methods, __new__."""

import abc

log = []


class Shape(abc.ABC):
    def __init__(self, **rest):
        log.append("Shape")
        super().__init__(**rest)

    @abc.abstractmethod
    def area(self): ...


class Colored:
    def __init__(self, color="red", **rest):
        log.append("Colored")
        self.color = color
        super().__init__(**rest)


class Square(Shape, Colored):
    def __new__(cls, *args, **kwargs):
        log.append("new")
        return super().__new__(cls)

    def __init__(self, side, **rest):
        log.append("Square")
        self.side = side
        super().__init__(**rest)

    def area(self):
        return self.side**2


square = Square(3, color="blue")
try:
    Shape()
except TypeError:
    abstract = True
(square.area(), square.color, log, abstract)
