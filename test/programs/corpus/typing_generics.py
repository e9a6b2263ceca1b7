"""typing: generics, protocols, typed dictionaries, annotations that are evaluated."""

from typing import Generic, Protocol, TypedDict, TypeVar, Union, get_type_hints

Item = TypeVar("Item")


class Sized(Protocol):
    def size(self) -> int: ...


class Movie(TypedDict, total=False):
    title: str
    year: int


class Box(Generic[Item]):
    def __init__(self, item: Item) -> None:
        self.item: Item = item

    def map(self, function) -> "Box":
        return Box[str](function(self.item))


def measure(thing: Sized, times: Union[int, None] = None) -> int:
    count: int = times or 1
    return thing.size() * count


class Crate:
    limit: int = 3
    name: str

    def size(self) -> int:
        return self.limit


movie: Movie = {"title": "M", "year": 1931}
hints = sorted(get_type_hints(measure))
(Box(3).map(str).item, measure(Crate(), 2), movie["year"], hints, Crate.__annotations__["limit"].__name__)
