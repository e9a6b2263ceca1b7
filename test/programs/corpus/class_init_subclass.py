"""Class bodies: __init_subclass__, __set_name__, __class_getitem__, properties."""


class Field:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, 0)

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value * 2


class Plugin:
    registry = []

    def __init_subclass__(cls, /, priority=0, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.registry.append((priority, cls.__name__))

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


class Reader(Plugin, priority=3):
    size = Field()

    @property
    def area(self):
        return self.size * 10

    @area.setter
    def area(self, value):
        self.size = value // 10


class Writer(Plugin):
    pass


reader = Reader()
reader.size = 4
before = reader.area
reader.area = 50
(before, reader.area, sorted(Plugin.registry), Reader["int"])
