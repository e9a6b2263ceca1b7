"""Which objects two pickles may share: never too few, and not those that plainly belong to one."""

import random
import unittest
import weakref

import look_support  # noqa: F401 - makes `hindsight_worker` the package in the checkout
from hindsight_worker.durable.noticing import Holding, noticeable


class Instance:
    pass


class Noticing(unittest.TestCase):
    def test_values_of_the_language_are_not_noticed_and_containers_are(self) -> None:
        held, instance = [1], Instance()

        self.assertEqual(noticeable(["a", held, 1.5, (1,), None, instance, Instance, held]), [held, instance, held])

    def test_what_two_hold_is_found(self) -> None:
        shared, own = [1], [[2], [3]]
        one, other = Holding([shared, own[0]]), Holding([own[1], shared])

        self.assertEqual((one.perhaps_shared(), other.perhaps_shared()), ({id(shared)}, {id(shared)}))

    def test_what_nobody_else_holds_any_more_is_found(self) -> None:
        owner = [Instance()]
        reference = weakref.ref(owner[0])
        one, other = Holding([reference()]), Holding([reference()])
        owner.clear()

        self.assertEqual(one.perhaps_shared(), {id(reference())})
        self.assertEqual(other.perhaps_shared(), {id(reference())})

    def test_in_random_graphs_none_is_missed(self) -> None:
        for seed in range(200):
            chooser = random.Random(seed)
            objects = [Instance() for _ in range(12)]
            owners = [chooser.choice(objects) for _ in range(chooser.randint(0, 20))]
            taken = [chooser.choices(objects, k=chooser.randint(0, 8)) for _ in range(3)]
            shared = {id(each) for each in objects if sum(each in some for some in taken) > 1}
            holdings = [Holding(list(some)) for some in taken]
            del objects, owners, taken

            found = [holding.perhaps_shared() for holding in holdings]

            with self.subTest(seed=seed):
                counted = [identity for some in found for identity in some]
                self.assertEqual({identity for identity in shared if counted.count(identity) < 2}, set())


if __name__ == "__main__":
    unittest.main()
