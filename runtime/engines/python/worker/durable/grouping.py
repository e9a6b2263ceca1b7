"""Which variables go into one group: those that share objects, and those that refer to each other in a circle.

Pure: knows keys, sets of ids and references, nothing of pickles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

_Key = TypeVar("_Key")


class Sharing:
    """Finds which keys hold the same objects, by union of sets."""

    def __init__(self) -> None:
        self._owner: dict[int, object] = {}
        self._parent: dict[object, object] = {}

    def add(self, key: object, ids: set[int]) -> None:
        """Says that `key` holds objects with these ids."""
        owner = self._owner
        self._parent.setdefault(key, key)
        # Both in C: mostly, variables share nothing.
        for identity in ids & owner.keys() if len(ids) < len(owner) else owner.keys() & ids:
            self.join(key, owner[identity])
        owner.update(dict.fromkeys(ids, key))

    def join(self, one: object, other: object) -> None:
        """Puts two keys into one set."""
        self._parent[self.find(one)] = self.find(other)

    def find(self, key: object) -> object:
        """The one that stands for the set of `key`."""
        parent = self._parent
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key


def groups(keys: list[_Key], sharing: Sharing, needs: Mapping[_Key, Iterable[_Key]]) -> list[tuple[_Key, ...]]:
    """Group the keys, each group after those that it refers to.

    Args:
        keys: All of them, in the order of the variables.
        sharing: Which must be together.
        needs: Which other keys each refers to; those that are not in `keys` are left out.

    Returns:
        Each group's keys in the order of `keys`.
    """
    known = set(keys)
    edges: dict[object, dict[object, None]] = {sharing.find(key): {} for key in keys}
    for key in keys:
        for other in needs.get(key, ()):
            if other in known and sharing.find(other) != sharing.find(key):
                edges[sharing.find(key)][sharing.find(other)] = None
    ordered = _components(edges)
    place = {one: index for index, component in enumerate(ordered) for one in component}
    members: list[list[_Key]] = [[] for _ in ordered]
    for key in keys:
        members[place[sharing.find(key)]].append(key)
    return [tuple(each) for each in members]


def _components(edges: Mapping[object, Iterable[object]]) -> list[list[object]]:
    """Strongly connected components by Tarjan, without recursion; what is pointed to comes first."""
    index: dict[object, int] = {}
    low: dict[object, int] = {}
    stack: list[object] = []
    on_stack: set[object] = set()
    found: list[list[object]] = []
    for root in edges:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(edges[root]))]
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[object] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                    on_stack.difference_update(component)
                    found.append(component)
    return found
