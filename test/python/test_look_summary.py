"""One line for the end of a line of code."""

import unittest

import look_support
from hindsight_worker.look.summary import summarize


class Spoken:
    def __repr__(self) -> str:
        raise AssertionError("a repr ran")


class Summaries(unittest.TestCase):
    def test_is_the_value_where_that_is_short(self) -> None:
        self.assertEqual(summarize(42), "42")
        self.assertEqual(summarize({"a": [1, (2,)], "b": {3}}), "{'a': [1, (2,)], 'b': {3}}")
        self.assertEqual(summarize("two\nlines"), "'two\\nlines'")

    def test_is_never_longer_than_80_characters(self) -> None:
        for value in (
            list(range(10**6)),
            "x" * 10**6,
            {n: n for n in range(1000)},
            b"b" * 1000,
            10**9_999,
            [[["deep" * 30]]],
        ):
            text = summarize(value)
            self.assertLessEqual(len(text), 80)
            self.assertTrue(text.endswith("…") or text.startswith("<int of"), text)

    def test_uses_the_text_that_is_there_for_an_object_of_a_class(self) -> None:
        self.assertEqual(summarize(Spoken(), "Spoken(1)\nmore"), "Spoken(1)")
        self.assertEqual(summarize(Spoken()), "<Spoken object>")


assert look_support
