"""Information from live objects: which expression a cursor stands on, and what is told of it."""

import datetime
import functools
import inspect
import re
import sys
import unittest
from typing import Any, Optional

from look_support import at_cursor
from hindsight_worker import look


class Base:
    def greet(self, name: str) -> str:
        """Say hello."""
        return name


class Person(Base):
    """Someone."""

    def __init__(self, name: str, *, age: Optional[int] = None) -> None:
        self.name = name
        self.age = age

    def greet(self, name: str) -> str:
        return name

    @property
    def initials(self) -> str:
        """First letters."""
        raise AssertionError("a property ran")


def documented(first, second=(1, 2), /, *rest: int, flag: "bool" = False, **options) -> list[int]:
    """Do it.

    Parameters
    ----------
    first : int
        The first one.
    flag
        Whether to.

    Returns
    -------
    list
    """
    return [first]


@functools.wraps(documented)
def wrapping(*args: Any, **kwargs: Any) -> Any:
    return documented(*args, **kwargs)


class Cyclic:
    pass


_cycle: list[Any] = [1]
_cycle.append(_cycle)

NAMESPACE: dict[str, Any] = {
    "person": Person("Ada"),
    "Person": Person,
    "documented": documented,
    "wrapping": wrapping,
    "cached": functools.lru_cache(documented),
    "partial": functools.partial(documented, 1, flag=True),
    "numbers": list(range(100_000)),
    "small": {"a": [1, 2.5, None], "b": ("x",)},
    "cycle": _cycle,
    "huge": 10**5_000,
    "text": "one\ntwo",
    "when": datetime.date(2026, 1, 2),
    "long": "x" * 1_000_000,
    "deep": functools.reduce(lambda inner, _: [inner], range(50), []),
    "sys": sys,
}


def info(code: str, **more: Any) -> dict[str, Any]:
    return look.answer(NAMESPACE, at_cursor(code, kind="info", **more)) or {}


class Expressions(unittest.TestCase):
    def test_the_identifier_at_the_cursor_decides_how_far_the_chain_goes(self) -> None:
        self.assertEqual(info("per|son.name")["name"], "person")
        self.assertEqual(info("person.na|me")["name"], "person.name")
        self.assertEqual(info('small|["a"][0]')["name"], "small")
        self.assertEqual(info('small["|a"][0]')["name"], "small['a']")
        self.assertEqual(info('small["a"][0|]')["preview"], "1")

    def test_tells_the_range_of_the_expression(self) -> None:
        self.assertEqual(
            info('"😀", person.na|me + 1')["range"],
            {"start": {"line": 1, "column": 6}, "end": {"line": 1, "column": 17}},
        )

    def test_knows_nothing_of_other_places(self) -> None:
        for code in (
            "# per|son",
            "'per|son'",
            "i|f person",
            "f(per|son=1)",
            "1 +| 2",
            "|",
            "unknow|n",
            "12|",
            "f(1)|",
        ):
            with self.subTest(code):
                self.assertEqual(info(code), {})

    def test_leaves_a_functions_own_names_alone(self) -> None:
        for code in (
            "def f(person):\n    return per|son",
            "def f(\n    a: int,\n    person: str = '',\n) -> None:\n    if a:\n        per|son",
            "def f():\n    person = 1\n    per|son",
            "async def f():\n    for person in x:\n        per|son",
            "def f():\n    with x as person:\n        per|son",
            "[per|son for person in x]",
            "lambda person: per|son",
            "class A:\n    def f(self, person):\n        def g():\n            per|son",
        ):
            with self.subTest(code):
                self.assertEqual(info(code), {})

    def test_knows_the_sessions_names_within_functions(self) -> None:
        for code in (
            "def f(x):\n    return per|son",
            "def f():\n    global person\n    person = per|son",
            "def f(person):\n    pass\nper|son",
            "for i in x:\n    per|son",
            "def f(x=person):\n    if x == per|son:\n        pass",
        ):
            with self.subTest(code):
                self.assertEqual(info(code).get("name"), "person")

    def test_takes_a_symbol(self) -> None:
        told = look.answer(NAMESPACE, {"kind": "info", "symbol": "small['b'][0]"}) or {}

        self.assertEqual((told["name"], told["type"], told["preview"]), ("small['b'][0]", "str", "'x'"))

    def test_looks_into_f_strings_and_imports(self) -> None:
        self.assertEqual(info('f"{per|son}"')["name"], "person")
        self.assertEqual(info("import sy|s")["type"], "module")
        self.assertEqual(info("from collections import Count|er")["module"], "collections")


class Values(unittest.TestCase):
    def test_shows_builtin_values_bounded(self) -> None:
        self.assertEqual(info("smal|l")["preview"], "{'a': [1, 2.5, None], 'b': ('x',)}")
        self.assertEqual(info("cycl|e")["preview"], "[1, [...]]")
        self.assertEqual(info("hug|e")["preview"], "<int of 16,610 bits>")
        self.assertEqual(info("whe|n")["preview"], "datetime.date(2026, 1, 2)")
        for name in ("numbers", "long", "deep", "text"):
            lines = info(f"{name}|")["preview"].split("\n")
            self.assertLessEqual(len(lines), 20, name)
            self.assertLessEqual(max(map(len, lines)), 120, name)

    def test_tells_the_length(self) -> None:
        self.assertEqual(info("number|s")["length"], 100_000)

    def test_shows_the_attributes_of_an_object_without_repr(self) -> None:
        told = info("perso|n")

        self.assertEqual(told["preview"], "<Person object>\n  name = 'Ada'\n  age = None")
        self.assertEqual((told["type"], told["doc"]), (f"{__name__}.Person", "Someone."))

    def test_says_nothing_of_int_for_a_number(self) -> None:
        self.assertEqual(set(info("hug|e")), {"name", "type", "preview", "range"})

    def test_describes_a_property_without_running_it(self) -> None:
        told = info("person.initial|s")

        self.assertEqual((told["type"], told["doc"]), ("property", "First letters."))


class Functions(unittest.TestCase):
    LABEL = "documented(first, second=(1, 2), /, *rest: int, flag: bool = False, **options) -> list[int]"

    def test_tells_signature_doc_and_definition(self) -> None:
        told = info("documente|d")

        self.assertEqual(told["arglists"], [self.LABEL])
        self.assertEqual(told["doc"], inspect.getdoc(documented))
        self.assertEqual((told["file"], told["line"]), (__file__, documented.__code__.co_firstlineno))

    def test_labels_are_parts_of_the_signature(self) -> None:
        signature = info("documente|d")["signature"]

        self.assertEqual(
            [p["label"] for p in signature["parameters"]],
            ["first", "second=(1, 2)", "*rest: int", "flag: bool = False", "**options"],
        )

    def test_agrees_with_inspect_on_the_standard_library(self) -> None:
        for function in (inspect.getsource, sys.exit, sorted, len, str.split, "".join, int.from_bytes, dict.fromkeys):
            with self.subTest(function):
                told = look.answer({"f": function}, {"kind": "info", "symbol": "f"}) or {}
                labels = [parameter["label"] for parameter in told["signature"]["parameters"]]
                names = [re.match(r"\**(\w+)", label)[1] for label in labels]  # type: ignore[index]
                self.assertEqual(names, [name for name in inspect.signature(function).parameters if name != "self"])

    def test_follows_wrappers_methods_partials_and_classes(self) -> None:
        self.assertEqual(info("wrappin|g")["arglists"], [self.LABEL])
        cached = info("cache|d")
        self.assertEqual((cached["signature"]["label"], cached["doc"]), (self.LABEL, inspect.getdoc(documented)))
        self.assertNotIn("preview", cached)
        self.assertEqual(info("partia|l")["arglists"], ["documented(second=(1, 2), /, *rest: int, **options) -> list[int]"])
        self.assertEqual(info("person.gree|t")["arglists"], ["greet(name: str) -> str"])
        self.assertEqual(info("person.gree|t")["doc"], "Say hello.")
        self.assertEqual(info("Perso|n")["arglists"], ["Person(name: str, *, age: int | None = None)"])
        told = info("partial(|", context="call")
        self.assertEqual(
            told["signature"]["label"], "documented(second=(1, 2), /, *rest: int, **options) -> list[int]"
        )

    def test_finds_the_line_of_a_class(self) -> None:
        told = info("Perso|n")

        self.assertEqual((told["file"], told["line"]), (__file__, inspect.getsourcelines(Person)[1]))

    def test_reads_builtins_from_their_documentation(self) -> None:
        self.assertEqual(info("rang|e")["arglists"][0][:11], "range(stop)")


class Calls(unittest.TestCase):
    def active(self, code: str) -> Any:
        return (info(code, context="call").get("signature") or {}).get("active")

    def test_tells_which_parameter_is_typed(self) -> None:
        self.assertEqual(self.active("documented(|"), 0)
        self.assertEqual(self.active("documented(1, |"), 1)
        self.assertEqual(self.active("documented(1, 2, 3, |"), 2)
        self.assertEqual(self.active("documented(1, flag=|"), 3)
        self.assertEqual(self.active("documented(1, other=|"), 4)
        self.assertEqual(self.active("documented([1, 2], |"), 1)
        self.assertEqual(self.active("documented(1, (2, |"), 1)
        self.assertEqual(self.active("x = {\n  'a': documented(\n    1,\n    |\n  )\n}"), 1)

    def test_takes_the_innermost_call(self) -> None:
        self.assertEqual(info("documented(1, len(|", context="call")["name"], "len")

    def test_tells_what_the_documentation_says_of_a_parameter(self) -> None:
        parameters = info("documented(|", context="call")["signature"]["parameters"]

        self.assertEqual([p.get("doc") for p in parameters], ["The first one.", None, None, "Whether to.", None])

    def test_knows_nothing_outside_of_calls(self) -> None:
        for code in (
            "documented|",
            "documented(1)|",
            "def documented(|",
            "(|",
            "unknown(|",
            "# documented(|",
            "'documented(|",
        ):
            with self.subTest(code):
                self.assertEqual(info(code, context="call"), {})
