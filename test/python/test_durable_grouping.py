"""Which variables go into one pickle: compared with a plain and slow computation of the same."""

import random
import unittest

import look_support  # noqa: F401 - makes `hindsight_worker` the package in the checkout
from hindsight_worker.durable.grouping import Sharing, groups


def reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for other in edges[todo.pop()] - found:
            found.add(other)
            todo.append(other)
    return found


class Grouping(unittest.TestCase):
    def group(self, ids: dict[str, set[int]], needs: dict[str, list[str]]) -> list[tuple[str, ...]]:
        sharing = Sharing()
        for key, held in ids.items():
            sharing.add(key, held)
        return groups(list(ids), sharing, needs)

    def test_what_shares_nothing_stays_alone_in_order(self) -> None:
        self.assertEqual(self.group({"a": {1}, "b": {2}, "c": set()}, {}), [("a",), ("b",), ("c",)])

    def test_what_shares_an_object_is_together_also_over_others(self) -> None:
        self.assertEqual(self.group({"a": {1}, "b": {2}, "c": {1, 3}, "d": {3}}, {}), [("a", "c", "d"), ("b",)])

    def test_what_is_referred_to_comes_first(self) -> None:
        self.assertEqual(self.group({"a": {1}, "b": {2}}, {"a": ["b"]}), [("b",), ("a",)])

    def test_a_circle_of_references_is_one_group(self) -> None:
        needs = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
        self.assertEqual(self.group({key: set() for key in "dabc"}, needs), [("a", "b", "c"), ("d",)])

    def test_a_long_chain_needs_no_recursion(self) -> None:
        keys = [str(number) for number in range(20_000)]
        needs = dict(zip(keys, ([key] for key in keys[1:])))

        self.assertEqual([each for (each,) in self.group({key: set() for key in keys}, needs)], keys[::-1])

    def test_random_graphs_agree_with_the_definition(self) -> None:
        for seed in range(300):
            chooser = random.Random(seed)
            keys = [f"v{number}" for number in range(chooser.randint(1, 9))]
            ids = {key: set(chooser.sample(range(12), chooser.randint(0, 2))) for key in keys}
            needs = {key: chooser.sample(keys, chooser.randint(0, min(2, len(keys)))) for key in keys}
            edges = {key: {other for other in keys if ids[key] & ids[other]} | set(needs[key]) for key in keys}
            closed = {key: reached(key, edges) for key in keys}

            found = self.group(ids, needs)

            place = {key: index for index, group in enumerate(found) for key in group}
            with self.subTest(seed=seed):
                self.assertEqual(sorted(place), sorted(keys))
                for one in keys:
                    for other in keys:
                        together = other in closed[one] and one in closed[other]
                        self.assertEqual(place[one] == place[other], together, (one, other))
                        if other in needs[one]:
                            self.assertLessEqual(place[other], place[one])


if __name__ == "__main__":
    unittest.main()
