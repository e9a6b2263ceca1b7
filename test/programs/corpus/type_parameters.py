"""Type parameters and type statements, which are evaluated lazily in scopes of their own."""
# from 3.12


class Stack[T]:
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> "Stack[T]":
        self.items.append(item)
        return self


def first[T: (int, str)](items: list[T]) -> T:
    return items[0]


type Pair[A] = tuple[A, A]

stack = Stack[int]().push(1).push(2)
value = first(stack.items)
arguments = Pair.__value__.__args__
(stack.items, value, len(arguments))
