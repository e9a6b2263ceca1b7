"""Class bodies: metaclasses with __prepare__ and __new__, and what runs in between."""

order = []


class Recording(dict):
    def __setitem__(self, name, value):
        if not name.startswith("__"):
            order.append(name)
        super().__setitem__(name, value)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        return Recording()

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, dict(namespace))
        cls.options = options
        return cls

    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.made = True
        return instance


class Base(metaclass=Meta, flag=1):
    x = 1
    y = x + 1

    def method(self):
        return self.x


class Child(Base, flag=2):
    x = 5
    for index in range(2):
        z = index


(order, Base.options, Child.options, Child().method(), Child().made)
