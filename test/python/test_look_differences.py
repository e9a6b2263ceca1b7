"""Digests of a state's variables, and how those of two states differ, over real forks of this process."""

import collections
import copy
import functools
import itertools
import os
import random
import tempfile
import threading
import time
import types
import unittest
from typing import Any

import look_support
from hindsight_worker import look
from hindsight_worker.look.digests import digest_of
from hostile import calls, make_hostile
from shadow_process import ShadowProcess


class Point:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class Spoken(Point):
    def __repr__(self) -> str:
        return f"{self.word}!"  # type: ignore[attr-defined]

    def __reduce__(self) -> Any:
        raise AssertionError("a __reduce__ ran")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("an __eq__ ran")

    __hash__ = object.__hash__


def digest(value: Any) -> str:
    return digest_of(value, time.monotonic() + 60)


def is_unknown(found: str) -> bool:
    return found.startswith("?")


class TwoStates:
    """Asks as the runtime does: digests of both, then `hand_over` and `compare` for the names that differ."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any], case: unittest.TestCase) -> None:
        self.earlier, self.later = ShadowProcess(before), ShadowProcess(after)
        case.addCleanup(self.earlier.close)
        case.addCleanup(self.later.close)
        folder = tempfile.TemporaryDirectory()
        case.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "handed-over")

    def differing(self) -> list[str]:
        one, other = (each.fields("digest", seconds=60) for each in (self.earlier, self.later))
        names = [*one, *(name for name in other if name not in one)]
        return [name for name in names if one.get(name, {}).get("digest") != other.get(name, {}).get("digest")]

    def diff(self, **more: Any) -> dict[str, Any]:
        names = self.differing()
        self.earlier.fields("hand_over", names=names, path=self.path, **{"seconds": 60, **more})
        return self.later.fields("compare", names=names, path=self.path, seconds=60)


class Digests(unittest.TestCase):
    def test_equal_values_made_apart_have_equal_digests(self) -> None:
        for value in (
            1, 2.5, "text", None, [1, [2]], {"a": {1, 2}}, (1,), Point(a=1, b=[2]), collections.deque([1]), 1j, range(3),
            collections.OrderedDict(a=1), collections.defaultdict(list, a=[1]), functools.partial(int, base=2), b"x" * 100_000,
        ):  # fmt: skip
            self.assertEqual(digest(value), digest(copy.deepcopy(value)), value)

    def test_values_that_differ_in_anything_have_others(self) -> None:
        values: list[Any] = [
            0, 1, 1.0, True, "1", b"1", None, -0.0, 0.0, float("nan"), [], (), {}, set(), frozenset(), [1], (1,), [1.0], [True], {1}, {1: 1},
            {1: True}, Point(), Point(a=1), Point(a=1.0), Point(b=1), Spoken(a=1), [[]], [None], "", b"", bytearray(), 1j, range(1), range(2),
            collections.deque(), collections.deque([1]), collections.deque([1], 5), collections.OrderedDict(), collections.defaultdict(list),
            collections.defaultdict(set), collections.Counter("a"), lambda x: x, lambda x: x + 1, lambda x=1: x, lambda y: y, len, print, os,
            types, Point, Spoken, ValueError(), ValueError(1), KeyError(1), functools.partial(int), functools.partial(int, 1), [].append,
            random.Random(1), random.Random(2), iter([1]), iter([2]), itertools.count(1), itertools.count(2), slice(1), slice(2), ..., {1: 2, 3: 4},
            {3: 4, 1: 2}, threading.Lock(),
        ]  # fmt: skip
        by_digest: dict[str, list[Any]] = {}
        for value in values:
            by_digest.setdefault(digest(value), []).append(value)

        self.assertFalse(any(map(is_unknown, by_digest)))
        self.assertEqual([held for held in by_digest.values() if len(held) > 1], [])

    def test_what_has_moved_on_has_another(self) -> None:
        iterator, generator, source = iter([1, 2]), (n for n in range(3)), random.Random(1)
        for value, step in ((iterator, next), (generator, next), (source, random.Random.random)):
            before = digest(value)
            step(value)  # type: ignore[operator]
            self.assertNotEqual(digest(value), before)

    def test_functions_count_by_what_they_do_and_close_over(self) -> None:
        def adder(amount: Any) -> Any:
            return lambda x: x + amount

        self.assertEqual(digest(adder(1)), digest(adder(1)))
        self.assertNotEqual(digest(adder(1)), digest(adder(2)))
        self.assertNotEqual(digest(adder([1])), digest(adder([2])))

    def test_classes_of_the_session_count_by_what_is_in_them(self) -> None:
        def made(**body: Any) -> type:
            return type("Made", (), {"__module__": "__main__", **body})

        self.assertEqual(digest(made(a=1)), digest(made(a=1)))
        self.assertNotEqual(digest(made(a=1)), digest(made(a=2)))

    def test_cycles_and_shared_parts_have_an_end(self) -> None:
        cycle: list[Any] = [1]
        cycle.append(cycle)
        point = Point()
        point.me = point  # type: ignore[attr-defined]
        shared: list[Any] = []
        for _ in range(100):
            shared = [shared, shared]

        for value in (cycle, point, shared):
            self.assertEqual(digest(value), digest(copy.deepcopy(value)))

    def test_what_is_nested_too_deeply_is_not_known(self) -> None:
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        self.assertTrue(is_unknown(digest(deep)))
        self.assertNotEqual(digest(deep), digest(deep))

    def test_what_takes_too_long_is_not_known(self) -> None:
        self.assertTrue(is_unknown(digest_of([Point() for _ in range(1000)], time.monotonic() - 1)))

    def test_run_no_user_code(self) -> None:
        thing = make_hostile()
        held = [thing, make_hostile(dict), make_hostile(list), make_hostile(str), type(thing), {"a": thing}]
        calls.clear()
        for value in (*held, held):
            self.assertFalse(is_unknown(digest(value)))
        self.assertEqual(calls, [])

    def test_of_a_thousand_variables_take_less_than_a_tenth_of_a_second(self) -> None:
        namespace = {f"v{n}": {"a": [n, str(n)] * 5, "b": Point(n=n) if n % 10 == 0 else float(n)} for n in range(1000)}
        took = []
        for _ in range(3):
            began = time.process_time()
            look.answer(namespace, {"kind": "digest", "seconds": 60})
            took.append(time.process_time() - began)

        self.assertLess(min(took), 0.1)

    def test_a_random_change_anywhere_is_seen_and_none_is_not(self) -> None:
        rng = random.Random(3)
        for round_ in range(300):
            value = _random_value(rng, 4)
            before = digest(value)
            self.assertEqual(digest(value), before, value)
            if _change_somewhere(rng, value):
                self.assertNotEqual(digest(value), before, (round_, value))


class Differences(unittest.TestCase):
    def one(self, before: Any, after: Any) -> dict[str, Any]:
        """Give how a single variable differs."""
        told = TwoStates({"v": before}, {"v": after}, self).diff()
        self.assertEqual((told["added"], told["removed"], told["truncated"]), ([], [], False))
        (found,) = told["changed"]
        return found  # type: ignore[no-any-return]

    def summary(self, before: Any, after: Any) -> str:
        found: str = self.one(before, after)["summary"]
        return found

    def test_what_was_added_removed_and_changed(self) -> None:
        told = TwoStates({"gone": [1], "same": 1, "v": 3}, {"new": "x", "same": 1, "v": 5}, self).diff()

        self.assertEqual([(each["name"], each["type"], each["summary"]) for each in told["added"]], [("new", "str", "'x'")])
        self.assertEqual([(each["name"], each["type"], each["before"]) for each in told["removed"]], [("gone", "list", "[1]")])
        (changed,) = told["changed"]
        self.assertGreater(changed.pop("size_bytes"), 0)
        self.assertEqual(changed, {"name": "v", "type": "int", "summary": "3 → 5 (+2)", "before": "3", "after": "5"})

    def test_numbers(self) -> None:
        self.assertEqual(self.summary(5, 2), "5 → 2 (−3)")
        self.assertEqual(self.summary(1.5, 2), "1.5 → 2 (+0.5)")
        self.assertEqual(self.summary(1.0, float("nan")), "1.0 → nan")
        self.assertEqual(self.summary(True, False), "True → False")

    def test_another_type(self) -> None:
        self.assertEqual(self.summary("x", 4), "str 'x' → int 4")
        self.assertEqual(self.summary([1], (1,)), "list [1] → tuple (1,)")

    def test_texts(self) -> None:
        self.assertEqual(self.summary("one", "two"), "'one' → 'two'")
        found = self.one("a\nb\nc", "a\nB\nc\nd")
        self.assertEqual((found["summary"], found["lines"]), ("2 lines added, 1 line removed", [" a", "-b", "+B", " c", "+d"]))

    def test_sequences_by_element_also_when_one_was_put_between(self) -> None:
        found = self.one([1, 2, 3, 4], [1, 99, 2, 3, 5])

        self.assertEqual(found["summary"], "1 changed, 1 added of 5 elements")
        self.assertEqual(
            found["cells"],
            [{"row": "[1]", "column": "", "after": "99"}, {"row": "[4]", "column": "", "before": "4", "after": "5"}],
        )
        self.assertEqual(self.summary(list(range(10**5)), list(range(1, 10**5))), "1 removed of 100,000 elements")

    def test_dicts_and_sets(self) -> None:
        found = self.one({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4})
        self.assertEqual(found["summary"], "1 changed, 1 added, 1 removed of 3 items")
        self.assertEqual(found["cells"][0], {"row": "'b'", "column": "", "before": "2", "after": "5"})
        self.assertEqual(self.summary({1, 2}, {2, 3}), "1 added, 1 removed of 2 elements")
        self.assertEqual(self.summary({1: 2, 3: 4}, {3: 4, 1: 2}), "another order")

    def test_objects_by_attribute_with_their_own_repr_before_and_after(self) -> None:
        found = self.one(Spoken(word="yes", n=1), Spoken(word="no", n=1))

        self.assertEqual(found["summary"], "1 changed of 2 attributes")
        self.assertEqual(found["cells"], [{"row": "word", "column": "", "before": "'yes'", "after": "'no'"}])
        self.assertEqual((found["before"], found["after"]), ("yes!", "no!"))

    def test_subclasses_of_dict_and_list(self) -> None:
        self.assertEqual(self.summary(collections.Counter("ab"), collections.Counter("aab")), "1 changed of 2 items")
        self.assertEqual(self.summary(collections.deque([1]), collections.deque([1, 2])), "1 added of 3 elements")

    def test_functions_with_their_source(self) -> None:
        import linecache

        def defined(source: str) -> Any:
            space: dict[str, Any] = {"__name__": "__main__"}
            linecache.cache["<cell 9>"] = (len(source), None, source.splitlines(True), "<cell 9>")
            exec(compile(source, "<cell 9>", "exec"), space)  # noqa: S102
            return space["f"]

        one = TwoStates({"f": defined("def f(x):\n    return x\n")}, {}, self).earlier
        states = TwoStates({}, {"f": defined("def f(x):\n    y = 2\n    return x + y\n")}, self)
        one.fields("hand_over", names=["f"], path=states.path, seconds=60)
        (found,) = states.later.fields("compare", names=["f"], path=states.path, seconds=60)["changed"]

        self.assertEqual(found["lines"], [" def f(x):", "-    return x", "+    y = 2", "+    return x + y"])

    def test_values_that_only_look_different_are_not_listed(self) -> None:
        text = "".join(["sha", "red"])
        told = TwoStates({"v": [text, text], "w": float("nan")}, {"v": [text, "".join(["shar", "ed"])], "w": float("nan")}, self).diff()

        self.assertEqual(told, {"added": [], "removed": [], "changed": [], "truncated": False})

    def test_what_keeps_its_state_to_itself_is_said_with_both_reprs(self) -> None:
        found = self.one(threading.Lock(), threading.Lock())
        self.assertEqual((found["type"], found["summary"]), ("lock", "changed"))

    def test_what_is_nested_too_deeply_is_said_to_have_changed(self) -> None:
        deep: list[Any] = []
        for _ in range(50_000):
            deep = [deep]
        found = self.one(1, deep)
        self.assertEqual((found["type"], found["summary"]), ("list", "int → list"))
        del deep[:]

    def test_of_what_is_too_large_to_hand_over_only_what_is_known_to_differ_is_listed(self) -> None:
        before = {"small": 1, "longer": "x" * 10_000, "other": "x" * 10_000}
        after = {"small": 2, "longer": "x" * 20_000, "other": "x" * 9_999 + "y"}
        told = TwoStates(before, after, self).diff(most_bytes=5_000)

        self.assertEqual(told["truncated"], True)
        self.assertEqual([each["name"] for each in told["changed"]], ["longer", "small"])

    def test_what_takes_too_long_to_compare_is_not_called_changed(self) -> None:
        states = TwoStates({"v": 1, "w": [1] * 1000}, {"v": 2, "w": [1] * 1000}, self)
        states.earlier.fields("hand_over", names=["v", "w"], path=states.path, seconds=1e-9)
        told = states.later.fields("compare", names=["v", "w"], path=states.path, seconds=1e-9)

        self.assertEqual(([each["name"] for each in told["changed"]], told["truncated"]), (["v"], True))

    def test_the_file_is_for_nobody_else_and_a_missing_one_is_an_error(self) -> None:
        states = TwoStates({"v": 1}, {"v": 2}, self)
        states.diff()
        self.assertEqual(os.stat(states.path).st_mode & 0o777, 0o600)
        answer = states.later.ask("compare", names=["v"], path=states.path + "-no")
        self.assertEqual((answer["ok"], answer["error"].split(":")[0]), (False, "FileNotFoundError"))

    def test_random_states_differ_exactly_where_they_were_changed(self) -> None:
        rng = random.Random(11)
        before = {f"v{n}": _random_value(rng, 3) for n in range(60)}
        after = copy.deepcopy(before)
        changed = {name for name in after if rng.random() < 0.5 and _change_somewhere(rng, after[name])}

        told = TwoStates(before, after, self).diff()

        self.assertEqual({each["name"] for each in told["changed"]}, changed)
        self.assertTrue(all(each["summary"] for each in told["changed"]))


def _random_value(rng: random.Random, depth: int) -> Any:
    kinds = ["int", "float", "str", "list", "dict", "tuple", "set", "object"]
    kind = rng.choice(kinds if depth else kinds[:3])
    if kind == "int":
        return rng.randrange(100)
    if kind == "float":
        return rng.random()
    if kind == "str":
        return "".join(rng.choice("ab\n") for _ in range(rng.randrange(6)))
    if kind == "set":
        return {rng.randrange(100) for _ in range(rng.randrange(4))}
    held = [_random_value(rng, depth - 1) for _ in range(rng.randrange(5))]
    if kind == "dict":
        return {f"k{n}": each for n, each in enumerate(held)}
    if kind == "object":
        return Point(**{f"a{n}": each for n, each in enumerate(held)})
    return tuple(held) if kind == "tuple" else held


def _change_somewhere(rng: random.Random, value: Any) -> bool:
    """Change one mutable thing within a value in place; false where there is none."""
    mutable: list[Any] = []
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, (list, dict, set, Point)):
            mutable.append(each)
        todo += each.values() if isinstance(each, dict) else vars(each).values() if isinstance(each, Point) else []
        todo += each if isinstance(each, (list, tuple)) else []
    if not mutable:
        return False
    chosen = rng.choice(mutable)
    if isinstance(chosen, list):
        chosen.insert(rng.randrange(len(chosen) + 1), "new")
    elif isinstance(chosen, dict):
        chosen["new"] = rng.random()
    elif isinstance(chosen, set):
        chosen.add(1000)
    else:
        chosen.new = 1
    return True


assert look_support
