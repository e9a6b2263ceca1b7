"""Classes: dataclasses with defaults, factories, __post_init__, ordering and replace."""

from dataclasses import dataclass, field, replace


@dataclass(order=True)
class Item:
    price: int
    name: str = field(compare=False, default="thing")
    tags: list = field(default_factory=list, compare=False)

    def __post_init__(self):
        self.tags.append(self.name[0])


@dataclass(frozen=True)
class Place:
    x: int
    y: int = 0

    def moved(self, by):
        return replace(self, x=self.x + by)


items = sorted([Item(3, "saw"), Item(1, "nail"), Item(2)])
names = [item.name for item in items]
place = Place(1).moved(4)
try:
    place.x = 9
except AttributeError as error:
    kind = type(error).__name__
(names, [item.tags for item in items], place.x, place == Place(5), kind)
