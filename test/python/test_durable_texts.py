"""Texts as one come back equal, and those that were one object do not become many."""

import pickle
import unittest

import look_support  # noqa: F401 - makes `hindsight_worker` the package in the checkout
from hindsight_worker.durable import texts


class Texts(unittest.TestCase):
    def test_come_back_whatever_is_in_them(self) -> None:
        for given in ([], [""], ["", ""], ["a"], ["é", "\ud800", "𝄞", "\n"], ["a\0b", "c"], ["\0"], ["x"] * 5_000):
            with self.subTest(given=given[:5]):
                self.assertEqual(pickle.loads(texts.dump(given)), given)

    def test_take_little_more_than_their_letters(self) -> None:
        given = [f"note {number}" for number in range(4_096)]

        self.assertLess(len(texts.dump(given)), sum(map(len, given)) + len(given) + 100)

    def test_repeated_ones_are_one_object(self) -> None:
        oslo, lyon = "Oslo", "Lyon"

        back = pickle.loads(texts.dump([oslo, lyon] * 2_000))

        self.assertEqual(len(set(map(id, back))), 2)


if __name__ == "__main__":
    unittest.main()
