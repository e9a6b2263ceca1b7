"""The variables of a state: which are shown, what is said of each, what each holds."""

import collections
import dataclasses
import functools
import os
import time
import types
import unittest
from typing import Any

import look_support
from hindsight_worker import look
from hostile import calls, make_hostile
from shadow_process import ShadowProcess


class Point:
    def __init__(self, x: int) -> None:
        self.x = x
        self._hidden = 2

    def __repr__(self) -> str:
        return f"Point at {self.x}"


class Slotted:
    __slots__ = ("empty", "full")

    def __init__(self) -> None:
        self.full = 1


class Plain:
    def __init__(self) -> None:
        self.a = 1


class Raising:
    def __repr__(self) -> str:
        raise ZeroDivisionError


class Endless:
    def __repr__(self) -> str:
        while True:
            pass


class Exiting:
    def __repr__(self) -> str:
        os._exit(3)


@dataclasses.dataclass
class Pair:
    left: int
    right: list[int]


Named = collections.namedtuple("Named", "first second")


def inspect(namespace: dict[str, Any], *path: str | int, **more: Any) -> dict[str, Any]:
    found = look.answer(namespace, {"kind": "inspect", "path": list(path), **more})
    assert found is not None
    return found


def names(namespace: dict[str, Any], *path: str | int, **more: Any) -> list[str]:
    return [each["name"] for each in inspect(namespace, *path, **more)["variables"]]


def values(namespace: dict[str, Any], *path: str | int, **more: Any) -> list[tuple[str, str]]:
    return [(each["name"], each["value"]) for each in inspect(namespace, *path, **more)["variables"]]


class WhichAreShown(unittest.TestCase):
    def test_data_first_then_functions_classes_and_modules(self) -> None:
        namespace = {"os": os, "Point": Point, "f": lambda: 1, "b": 1, "a": 2, "length": len}

        self.assertEqual(names(namespace), ["a", "b", "f", "length", "Point", "os"])
        self.assertEqual(
            [each["kind"] for each in inspect(namespace)["variables"]],
            ["data", "data", "function", "function", "class", "module"],
        )

    def test_numbers_in_names_count_as_numbers_and_underscores_come_last(self) -> None:
        self.assertEqual(names({"x10": 1, "x9": 1, "_a": 1, "X1": 1, "y²": 1}), ["X1", "x9", "x10", "y²", "_a"])

    def test_what_python_and_shells_keep_is_hidden(self) -> None:
        namespace = {
            "__builtins__": {}, "__annotations__": {}, "_": 1, "__": 2, "_3": 3, "_i": "", "_i3": "", "_oh": {}, "_dh": [],
            "In": [""], "Out": {}, "mine": 1,
        }  # fmt: skip
        self.assertEqual(names(namespace), ["mine"])

    def test_a_variable_of_the_persons_with_such_a_name_is_shown(self) -> None:
        self.assertEqual(names({"In": 3, "exit": "no", "quit": 1, "_x1": 2}), ["exit", "In", "quit", "_x1"])

    def test_filters_by_name_and_type_whatever_the_case(self) -> None:
        namespace = {"alpha": 1, "beta": [1], "Gamma": "x", "mylist": 3}

        self.assertEqual(names(namespace, filter="LIST"), ["beta", "mylist"])
        self.assertEqual(inspect(namespace, filter="a")["total"], 3)
        self.assertEqual(inspect(namespace, filter="nothing"), {"variables": [], "total": 0})

    def test_gives_a_page(self) -> None:
        namespace = {f"v{i}": i for i in range(500)}

        self.assertEqual(names(namespace, start=498), ["v498", "v499"])
        self.assertEqual(len(names(namespace)), 100)
        self.assertEqual(inspect(namespace, start=1000, count=5), {"variables": [], "total": 500})

    def test_keys_that_are_no_texts_do_no_harm(self) -> None:
        self.assertEqual(names({1: 2, "a": 3, None: 4}), ["a"])  # type: ignore[dict-item]

    def test_ten_thousand_variables_take_less_than_a_tenth_of_a_second(self) -> None:
        namespace = {f"v{i}": [i, str(i)] for i in range(10_000)}
        took = min(self.seconds(namespace) for _ in range(3))

        self.assertLess(took, 0.1)

    def seconds(self, namespace: dict[str, Any]) -> float:
        began = time.process_time()
        inspect(namespace)
        return time.process_time() - began


class WhatIsSaid(unittest.TestCase):
    def one(self, value: Any) -> dict[str, Any]:
        (told,) = inspect({"v": value})["variables"]
        return told  # type: ignore[no-any-return]

    def test_of_a_number(self) -> None:
        told = self.one(5)
        self.assertEqual(
            {key: told[key] for key in ("name", "path", "type", "value", "children", "table", "kind")},
            {"name": "v", "path": ["v"], "type": "int", "value": "5", "children": 0, "table": False, "kind": "data"},
        )
        self.assertGreater(told["size_bytes"], 20)

    def test_of_a_container_length_and_size_with_what_it_holds(self) -> None:
        told = self.one(["x" * 1000] * 3)

        self.assertEqual((told["length"], told["children"], told["value"][:5]), (3, 3, "['xxx"))
        self.assertGreater(told["size_bytes"], 3000)

    def test_the_size_of_a_large_list_is_estimated_well(self) -> None:
        told = self.one([float(i) for i in range(100_000)])
        self.assertAlmostEqual(told["size_bytes"], 100_000 * (24 + 8), delta=300_000)

    def test_a_value_is_one_line_of_at_most_200_characters(self) -> None:
        for value in ("x" * 10**6, list(range(10**6)), dict.fromkeys(range(1000), "y" * 50), "a\nb\n" * 100):
            text = self.one(value)["value"]
            self.assertLessEqual(len(text), 200)
            self.assertNotIn("\n", text)

    def test_cycles_have_an_end(self) -> None:
        cycle: list[Any] = [1]
        cycle.append(cycle)
        told = self.one(cycle)

        self.assertEqual((told["value"], told["children"]), ("[1, [...]]", 2))
        self.assertEqual(names({"v": cycle}, "v", 1, 1, 1), ["[0]", "[1]"])

    def test_without_a_fork_an_object_is_named_and_not_asked(self) -> None:
        self.assertEqual(self.one(Endless())["value"], "<Endless object>")


class WhatItHolds(unittest.TestCase):
    def test_items_of_a_dict_in_their_order(self) -> None:
        self.assertEqual(values({"d": {"b": 1, 2: [3], (1, 2): None}}, "d"), [("'b'", "1"), ("2", "[3]"), ("(1, 2)", "None")])
        ordered = collections.OrderedDict(a=1, b=2)
        ordered.move_to_end("a")
        self.assertEqual(names({"d": ordered}, "d"), ["'b'", "'a'"])
        self.assertEqual(names({"d": collections.Counter("aab")}, "d"), ["'a'", "'b'"])

    def test_elements_of_sequences_and_sets(self) -> None:
        for value in ([1, 2], (1, 2), collections.deque([1, 2]), range(1, 3)):
            self.assertEqual(values({"v": value}, "v"), [("[0]", "1"), ("[1]", "2")])
        self.assertEqual(values({"v": {7}}, "v"), [("[0]", "7")])
        self.assertEqual(values({"v": frozenset([7])}, "v"), [("[0]", "7")])

    def test_fields_of_a_named_tuple(self) -> None:
        self.assertEqual(values({"v": Named(1, "x")}, "v"), [("first", "1"), ("second", "'x'")])

    def test_attributes_and_slots_those_with_an_underscore_last(self) -> None:
        point = Point(1)
        point.late = 3  # type: ignore[attr-defined]

        self.assertEqual(values({"v": point}, "v"), [("x", "1"), ("late", "3"), ("_hidden", "2")])
        self.assertEqual(values({"v": Slotted()}, "v"), [("full", "1")])
        self.assertEqual(values({"v": Pair(1, [2])}, "v"), [("left", "1"), ("right", "[2]")])

    def test_a_property_is_named_and_not_run(self) -> None:
        cls = type("Own", (), {"prop": property(lambda self: 1 / 0), "__module__": "__main__"})
        self.assertEqual(values({"v": cls()}, "v"), [("prop", "not run")])

    def test_items_come_before_the_attributes_of_a_subclass(self) -> None:
        cls = type("Own", (list,), {})
        value = cls([10])
        value.extra = 1

        self.assertEqual(values({"v": value}, "v"), [("[0]", "10"), ("extra", "1")])

    def test_what_an_exception_was_raised_with(self) -> None:
        self.assertEqual(values({"v": ValueError("bad", 1)}, "v"), [("args", "('bad', 1)")])

    def test_texts_numbers_functions_and_modules_hold_nothing(self) -> None:
        for value in ("text", 1, b"x", None, lambda: 1, os, len, iter([1])):
            self.assertEqual(inspect({"v": value})["variables"][0]["children"], 0, value)

    def test_a_path_leads_down_and_its_children_have_paths(self) -> None:
        namespace = {"v": {"a": [1, {"deep": Point(4)}]}}

        self.assertEqual(inspect(namespace, "v", 0, 1, 0)["variables"][0]["path"], ["v", 0, 1, 0, 0])
        self.assertEqual(values(namespace, "v", 0, 1, 0, start=0, count=1), [("x", "4")])

    def test_pages_and_filters_children_and_paths_stay_those_of_the_whole(self) -> None:
        namespace = {"v": {f"k{i}": "text" if i % 2 else i for i in range(1000)}}

        page = inspect(namespace, "v", start=998)
        self.assertEqual([each["path"] for each in page["variables"]], [["v", 998], ["v", 999]])
        found = inspect(namespace, "v", filter="k99", start=1, count=2)
        self.assertEqual(([each["path"] for each in found["variables"]], found["total"]), ([["v", 990], ["v", 991]], 11))

    def test_a_path_that_leads_nowhere_is_not_found(self) -> None:
        namespace = {"v": [1]}
        for path in (["w"], ["v", 1], ["v", -1], ["v", "x"], ["v", 0, 0, 0], [0], ["v", 10**9]):
            self.assertIsNone(look.answer(namespace, {"kind": "inspect", "path": [*path, 0]}), path)


class RunsNoUserCode(unittest.TestCase):
    def test_whatever_classes_define(self) -> None:
        thing = make_hostile()
        namespace = {
            "thing": thing, "mapping": make_hostile(dict), "sequence": make_hostile(list), "text": make_hostile(str),
            "held": {"a": thing, "b": [thing]}, "cls": type(thing), "tuple": make_hostile(tuple), "set": make_hostile(set),
            "part": functools.partial(thing), "space": types.SimpleNamespace(t=thing),
        }  # fmt: skip
        dict.__setitem__(namespace["mapping"], "key", thing)
        list.append(namespace["sequence"], thing)
        calls.clear()

        for each in inspect(namespace)["variables"]:
            inspect(namespace, each["name"])
            inspect(namespace, each["name"], filter="o")

        self.assertEqual(calls, [])


class InAShadow(unittest.TestCase):
    def shadow(self, namespace: dict[str, Any], *, patient: bool = True) -> ShadowProcess:
        shadow = ShadowProcess(namespace, patient=patient)
        self.addCleanup(shadow.close)
        return shadow

    def test_asks_the_own_repr_of_objects_and_of_those_in_containers(self) -> None:
        shadow = self.shadow({"p": Point(3), "held": [Point(1), {"k": Point(2)}], "plain": Plain()})
        told = {each["name"]: each["value"] for each in shadow.fields("inspect")["variables"]}

        self.assertEqual(
            told, {"p": "Point at 3", "held": "[Point at 1, {'k': Point at 2}]", "plain": "<Plain object>"}
        )

    def test_one_repr_that_fails_or_ends_the_process_costs_no_other(self) -> None:
        shadow = self.shadow({"a": Raising(), "b": Exiting(), "c": Point(1), "d": Exiting(), "e": Point(2)})
        told = [each["value"] for each in shadow.fields("inspect")["variables"]]

        self.assertEqual(told, ["<Raising object>", "<Exiting object>", "Point at 1", "<Exiting object>", "Point at 2"])

    def test_one_repr_that_never_ends_is_given_up(self) -> None:
        shadow = self.shadow({"a": Endless(), "b": [Endless()]}, patient=False)
        told = [each["value"] for each in shadow.fields("inspect")["variables"]]

        self.assertEqual(told, ["<Endless object>", "[<Endless object>]"])

    def test_tells_nothing_twice_that_a_repr_changed(self) -> None:
        class Counting:
            count = 0

            def __repr__(self) -> str:
                Counting.count += 1
                return f"asked {Counting.count} times"

        shadow = self.shadow({"c": Counting()})
        self.assertEqual([shadow.fields("inspect")["variables"][0]["value"] for _ in range(3)], ["asked 1 times"] * 3)


assert look_support
