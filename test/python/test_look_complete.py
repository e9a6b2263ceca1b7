"""Completion from live objects: what is offered where, in which order, and where it begins."""

import collections
import enum
import os
import sys
import tempfile
import types
import unittest
from typing import Any

from look_support import at_cursor
from hindsight_worker import look


class Point:
    """A point."""

    origin = 0

    def __init__(self, x: int, y: int = 0) -> None:
        self.x = x
        self._hidden = y

    def move(self, dx: int, *, dy: int = 1) -> None:
        """Move it."""

    @property
    def size(self) -> float:
        raise AssertionError("a property ran")


class Colour(enum.Enum):
    RED = 1


class Slotted:
    __slots__ = ("left", "empty")

    def __init__(self) -> None:
        self.left = [1]


NAMESPACE: dict[str, Any] = {
    "point": Point(3),
    "Point": Point,
    "Colour": Colour,
    "slotted": Slotted(),
    "pair": collections.namedtuple("Pair", "first second")([1], 2),
    "table": {"alpha": {"inner": [10, {"deep": 1}]}, 'q"uote': 1, "it's": 2, 3: "three", ("t",): 0},
    "counter": collections.Counter("aab"),
    "sys": sys,
    "types": types,
    "_private": 1,
    "move": Point.move,
}


def complete(code: str, **more: Any) -> dict[str, Any] | None:
    return look.answer(NAMESPACE, at_cursor(code, kind="complete", **more))


def names(code: str) -> list[str]:
    return [completion["candidate"] for completion in (complete(code) or {"completions": []})["completions"]]


class Names(unittest.TestCase):
    def test_offers_variables_before_builtins_before_keywords(self) -> None:
        self.assertEqual(names("p|")[:3], ["pair", "point", "pow"])
        self.assertEqual(names("whi|"), ["while"])

    def test_prefers_the_case_that_was_typed(self) -> None:
        self.assertEqual(names("po|")[:1], ["point"])
        self.assertEqual(names("Po|"), ["Point", "point", "pow"])

    def test_offers_private_names_only_for_an_underscore(self) -> None:
        self.assertNotIn("_private", names("|"))
        self.assertEqual(names("_pr|"), ["_private"])

    def test_describes_each(self) -> None:
        self.assertEqual(
            complete("poin|"),
            {
                "completions": [
                    {"candidate": "point", "type": "instance", "symbol": "point", "detail": "Point"},
                    {"candidate": "Point", "type": "class", "symbol": "Point"},
                ],
                "start": {"line": 1, "column": 0},
            },
        )

    def test_offers_nothing_in_comments_numbers_and_new_names(self) -> None:
        for code in ("# po|", "x = 1  # po|", "12|", "def po|", "class Po|", "'po|", "import sys as po|"):
            with self.subTest(code):
                self.assertIsNone(complete(code))

    def test_takes_a_prefix_without_code(self) -> None:
        found = look.answer(NAMESPACE, {"kind": "complete", "prefix": "point.mo"})

        self.assertEqual([c["symbol"] for c in (found or {})["completions"]], ["point.move"])

    def test_counts_columns_in_utf16_units(self) -> None:
        found = complete('x = "😀"; poi|')

        self.assertEqual((found or {})["start"], {"line": 1, "column": 10})

    def test_gives_at_most_a_thousand(self) -> None:
        namespace = {f"name{number}": number for number in range(3_000)}

        found = look.answer(namespace, {"kind": "complete", "prefix": "name"})

        self.assertEqual(len((found or {})["completions"]), 1_000)


class NamesOfTheText(unittest.TestCase):
    def test_offers_what_only_the_text_binds(self) -> None:
        for code in (
            "def zebra(): ...\nzeb|",
            "def f(a, zebra=1):\n    zeb|",
            "def f(\n    zebra: int,\n):\n    zeb|",
            "zebra = 1\nzeb|",
            "a, zebra = 1, 2\nzeb|",
            "for zebra in x:\n    zeb|",
            "import zebra\nzeb|",
            "with x as zebra:\n    zeb|",
            "if (zebra := 1):\n    zeb|",
        ):
            with self.subTest(code):
                self.assertEqual(names(code), ["zebra"])

    def test_says_that_they_are_not_live(self) -> None:
        self.assertEqual(
            (complete("def zebra(): ...\nzeb|") or {})["completions"],
            [{"candidate": "zebra", "type": "function", "symbol": "zebra", "source": "static"}],
        )

    def test_leaves_out_what_is_not_bound_or_not_wanted(self) -> None:
        for code in ("x.zebra\nzeb|", "# zebra = 1\nzeb|", "'zebra'\nzeb|", "print(zebra)\nzeb|"):
            with self.subTest(code):
                self.assertIsNone(complete(code))
        self.assertIsNone(complete("zebra = 1\nzeb|", static=False))

    def test_prefers_the_live_object(self) -> None:
        self.assertNotIn("source", (complete("point = 1\npoin|") or {})["completions"][0])


class Attributes(unittest.TestCase):
    def test_offers_the_objects_own_first(self) -> None:
        self.assertEqual(names("point.|"), ["x", "move", "origin", "size"])

    def test_knows_properties_without_running_them(self) -> None:
        self.assertEqual(
            (complete("point.si|") or {})["completions"],
            [{"candidate": "size", "type": "property", "symbol": "point.size"}],
        )
        self.assertIsNone(complete("point.size.|"))

    def test_follows_attributes_subscripts_slots_and_fields(self) -> None:
        self.assertIn("bit_length", names("point.x.bit|"))
        self.assertIn("append", names("slotted.left.app|"))
        self.assertIn("append", names("pair.first.app|"))
        self.assertIn("keys", names('table["alpha"]["inner"][-1].ke|'))
        self.assertIn("upper", names("table[3].up|"))
        self.assertIn("value", names("Colour.RED.va|"))
        self.assertEqual(names("Colour.R|"), ["RED"])

    def test_does_not_know_what_a_call_gives(self) -> None:
        for code in ("point.move().|", "Point(1).|", "(1).|", "unknown.|", "slotted.empty.|"):
            with self.subTest(code):
                self.assertIsNone(complete(code))

    def test_works_in_incomplete_code(self) -> None:
        for code in (
            "foo(1, point.mo|",
            "x = [point.mo|\ny = 2",
            "def f(\n    a=point.mo|",
            'f"{point.mo|',
            'f"a {{b}} {1} {point.mo|}"',
            "print('unclosed\npoint.mo|",
            'x = """\n"unbalanced\n"""\npoint.mo|',
            "if point.mo|",
            "(point\n    .mo|",
            "point.\\\n  mo|",
            "\tpoint.mo|",
            "a = 1\r\nb = point.mo|\r\nc",
        ):
            with self.subTest(code):
                self.assertEqual(names(code), ["move"])


class Keys(unittest.TestCase):
    def test_offers_keys_escaped_for_their_quotes(self) -> None:
        self.assertEqual(names('table["|'), ["alpha", "it's", 'q\\"uote'])
        self.assertEqual(names("table['|"), ["alpha", "it\\'s", 'q"uote'])

    def test_begins_after_the_quote(self) -> None:
        self.assertEqual((complete('table["al|"]') or {})["start"], {"line": 1, "column": 7})

    def test_offers_keys_of_inner_dicts_and_of_subclasses(self) -> None:
        self.assertEqual(names('table["alpha"]["|'), ["inner"])
        self.assertEqual(names('table["alpha"]["inner"][1]["|'), ["deep"])
        self.assertEqual(names('counter["|'), ["a", "b"])

    def test_offers_whole_keys_where_no_quote_is_typed(self) -> None:
        self.assertEqual(names("table[|")[:4], ['"it\'s"', "'alpha'", "'q\"uote'", "3"])


class Arguments(unittest.TestCase):
    def test_offers_keywords_that_are_not_given(self) -> None:
        self.assertEqual(names("point.move(|")[:2], ["dx=", "dy="])
        self.assertEqual(names("point.move(1, |")[:1], ["dy="])
        self.assertNotIn("dy=", names("point.move(1, dy=2, |"))
        self.assertEqual(names("Point(1, y|")[:1], ["y="])

    def test_offers_them_across_lines(self) -> None:
        self.assertEqual(names("a = 1\npoint.move(\n    1,\n    d|\n)")[:1], ["dy="])

    def test_offers_none_where_a_value_is_wanted(self) -> None:
        self.assertNotIn("dx=", names("point.move(dy=|"))


class Imports(unittest.TestCase):
    def test_lists_modules_without_importing_them(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _write(folder, "shy_module.py", "raise SystemExit\n")
            _write(
                folder,
                "shy_package/__init__.py",
                "import os\ndef shout(): ...\nclass Loud: ...\nVOLUME = 11\nraise SystemExit\n",
            )
            _write(folder, "shy_package/inner.py", "")
            sys.path.insert(0, folder)
            try:
                self.assertEqual(names("import shy_|"), ["shy_module", "shy_package"])
                self.assertEqual(names("import os, shy_package.|"), ["inner"])
                self.assertEqual(names("from shy_package import |"), ["Loud", "os", "shout", "VOLUME", "inner"])
                self.assertEqual(names("from shy_package import Loud, sh|"), ["shout"])
            finally:
                sys.path.remove(folder)
            self.assertNotIn("shy_package", sys.modules)

    def test_offers_live_names_of_imported_modules(self) -> None:
        self.assertEqual(names("from collections import Ordered|"), ["OrderedDict"])
        self.assertEqual(names("from sys impo|"), ["import"])


class Paths(unittest.TestCase):
    def test_lists_files_in_a_string_that_names_a_folder(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _write(folder, "data/one.csv", "")
            _write(folder, "other.txt", "")

            self.assertEqual(names(f'x = "{folder}/|'), ["data/", "other.txt"])
            self.assertEqual(names(f'open("{folder}/data/o|'), ["one.csv"])

    def test_lists_nothing_in_other_strings(self) -> None:
        self.assertIsNone(complete('x = "|'))
        self.assertIsNone(complete('x = "http://|'))


def _write(folder: str, name: str, text: str) -> None:
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
