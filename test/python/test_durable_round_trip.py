"""What a state is after it was saved and loaded: the same values, the same sharing, the same functions."""

import io
import json
import os
import random
import sys
import tempfile
import textwrap
import traceback
import unittest

from durable_support import DurableCase


class Values(DurableCase):
    def test_variables_come_back_equal_and_in_their_order(self) -> None:
        loaded = self.round_trip(
            "b = 1\na = 'text'\nz = [1.5, None, True, 2+3j, b'x', bytearray(b'y'), ..., range(3)]\n"
            "d = {'k': (1, frozenset({2}))}\ndel b\nb = 2"
        )

        names = [name for name in loaded if not name.startswith("__")]
        self.assertEqual(names, ["a", "z", "d", "b"])
        self.assertEqual({n: loaded[n] for n in names}, {n: self.namespace[n] for n in names})

    def test_shared_objects_stay_shared_over_variables(self) -> None:
        loaded = self.round_trip("a = [1]\nb = {'a': a}\nc = (a, b)\nd = [a]")

        self.assertIs(loaded["b"]["a"], loaded["a"])
        self.assertIs(loaded["c"][1], loaded["b"])
        loaded["d"][0].append(2)
        self.assertEqual(loaded["a"], [1, 2])

    def test_circles_come_back_as_circles(self) -> None:
        loaded = self.round_trip(
            "a = []; b = {'a': a}; a.append(b)\n"
            "class Node: pass\none, two = Node(), Node()\none.other, two.other = two, one\none.self = one"
        )

        self.assertIs(loaded["a"][0]["a"], loaded["a"])
        self.assertIs(loaded["one"].other.other, loaded["one"])
        self.assertIs(loaded["one"].self, loaded["one"])

    def test_what_shares_nothing_is_in_groups_of_its_own(self) -> None:
        self.round_trip("a = [1]; b = [2]; c = [a]; x = 'text'; y = x")

        groups = [{each["name"] for each in group["variables"]} for group in self.saved["manifest"]["groups"]]
        self.assertIn({"a", "c"}, groups)
        self.assertIn({"b"}, groups)
        self.assertIn({"x"}, groups)

    def test_the_last_values_of_the_session_come_back(self) -> None:
        import builtins

        builtins._, builtins.__ = [1, 2], "before"
        self.run_code("x = _")
        self.save()
        builtins._ = builtins.__ = None
        loaded = self.load()

        self.assertEqual((builtins._, builtins.__), ([1, 2], "before"))
        self.assertIs(loaded["x"], builtins._)

    def test_random_object_graphs_keep_values_and_identity(self) -> None:
        for seed in range(25):
            with self.subTest(seed=seed):
                code = _random_graph(random.Random(seed))
                self.namespace.clear()
                self.namespace.update({"__name__": "__main__", "__builtins__": sys.modules["builtins"]})
                loaded = self.round_trip(code, throwaway=seed % 5 == 0)

                self.assertEqual(_shape(loaded), _shape(self.namespace))

    def test_deep_and_wide_structures_come_back(self) -> None:
        loaded = self.round_trip("x = []\nfor _ in range(300): x = [x]\nwide = list(range(300_000))")

        depth, value = 0, loaded["x"]
        while value:
            depth, value = depth + 1, value[0]
        self.assertEqual(depth, 300)
        self.assertEqual(loaded["wide"], list(range(300_000)))


class Definitions(DurableCase):
    def test_functions_use_the_variables_of_the_new_session(self) -> None:
        loaded = self.round_trip("n = 1\ndef bump(by=2, *, more=3):\n  'doc'\n  global n\n  n += by + more\n  return n\nbump.tag = 't'")

        self.assertEqual(loaded["bump"](), 6)
        self.assertEqual(loaded["n"], 6)
        self.assertEqual(self.namespace["n"], 1)
        self.assertEqual((loaded["bump"].__doc__, loaded["bump"].tag), ("doc", "t"))

    def test_closures_that_share_a_variable_go_on_sharing_it(self) -> None:
        loaded = self.round_trip(
            "def counter():\n  n = 0\n  def up():\n    nonlocal n; n += 1\n  return up, lambda: n\nup, get = counter(); up()"
        )

        loaded["up"]()
        self.assertEqual(loaded["get"](), 2)

    def test_recursive_closures_and_empty_cells(self) -> None:
        loaded = self.round_trip(
            "def make():\n  def fact(n): return 1 if n < 2 else n * fact(n - 1)\n  def unset(): return missing\n"
            "  if False: missing = 1\n  return fact, unset\nfact, unset = make()"
        )

        self.assertEqual(loaded["fact"](5), 120)
        self.assertRaises(NameError, loaded["unset"])

    def test_classes_keep_their_instances_bases_and_state(self) -> None:
        loaded = self.round_trip(
            "import abc, enum, dataclasses, typing\n"
            "class Base(abc.ABC):\n  count = 0\n  @abc.abstractmethod\n  def f(self): ...\n"
            "class A(Base):\n  __slots__ = ('x',)\n  def f(self): return super().count\n"
            "  @property\n  def p(self): return self.x\n  @classmethod\n  def c(cls): return cls\n"
            "A.count = 7\na = A(); a.x = 3; a.y = 4; many = [A(), a]\n"
            "class Color(enum.Enum):\n  RED = 1\n  def low(self): return self.name.lower()\nred = Color.RED\n"
            "@dataclasses.dataclass(frozen=True)\nclass P:\n  x: int\n  y: list = dataclasses.field(default_factory=list)\n"
            "p = P(1)\nT = typing.TypeVar('T')\nclass G(typing.Generic[T]): pass\ng = G[int]()"
        )

        a = loaded["a"]
        self.assertIs(type(a), loaded["A"])
        self.assertIs(loaded["many"][1], a)
        self.assertEqual((a.f(), a.p, a.y, a.c()), (0, 3, 4, loaded["A"]))
        self.assertTrue(issubclass(loaded["A"], loaded["Base"]))
        self.assertIs(loaded["red"], loaded["Color"].RED)
        self.assertEqual(loaded["red"].low(), "red")
        self.assertEqual(loaded["p"], loaded["P"](1))
        self.assertIsInstance(loaded["g"], loaded["G"])

    def test_a_local_class_stays_one_class(self) -> None:
        loaded = self.round_trip("def make():\n  class Local: pass\n  return Local(), Local()\none, two = make()")

        self.assertIs(type(loaded["one"]), type(loaded["two"]))

    def test_an_old_class_of_a_redefined_name_stays_apart(self) -> None:
        loaded = self.round_trip("class A:\n  v = 1\nold = A(); older = A()\nclass A:\n  v = 2\nnew = A()")

        self.assertEqual((loaded["old"].v, loaded["new"].v), (1, 2))
        self.assertIs(type(loaded["old"]), type(loaded["older"]))
        self.assertIs(type(loaded["new"]), loaded["A"])

    def test_what_decorators_make(self) -> None:
        loaded = self.round_trip(
            "import functools\n@functools.lru_cache(maxsize=3)\ndef fib(n): return n if n < 2 else fib(n-1) + fib(n-2)\n"
            "fib(10)\n@functools.wraps(fib)\ndef wrapped(n): return fib(n)\nhalf = functools.partial(fib, 4)\n"
            "@functools.singledispatch\ndef kind(x): return 'any'\n@kind.register\ndef _(x: int): return 'int'\n"
            "class C:\n  @functools.cached_property\n  def p(self): return 5\nc = C()\nbound = c.__repr__\nup = 'abc'.upper"
        )

        self.assertEqual(loaded["fib"](10), 55)
        self.assertEqual(loaded["fib"].cache_parameters()["maxsize"], 3)
        self.assertIn("its cache is empty", self.remark("fib"))
        self.assertEqual((loaded["half"](), loaded["kind"](1), loaded["kind"]("")), (3, "int", "any"))
        self.assertEqual((loaded["c"].p, loaded["up"]()), (5, "ABC"))

    def test_tracebacks_and_getsource_know_the_source(self) -> None:
        import inspect
        import linecache

        code = "def fails(x):\n    return 1 / x  # here\n"
        linecache.cache["<cell 1>"] = (len(code), None, code.splitlines(keepends=True), "<cell 1>")
        self.run_code(code)
        self.save()
        del linecache.cache["<cell 1>"]
        loaded = self.load()

        self.assertEqual(inspect.getsource(loaded["fails"]), code)
        try:
            loaded["fails"](0)
        except ZeroDivisionError as error:
            self.assertIn("return 1 / x  # here", "".join(traceback.format_exception(None, error, error.__traceback__)))

    def test_under_another_python_functions_are_compiled_from_their_source(self) -> None:
        import linecache

        code = "def outer(a):\n    def inner(b):\n        return a + b\n    return inner\nadd = outer(2)\ntwice = lambda x: 2 * x\n"
        linecache.cache["<cell 1>"] = (len(code), None, code.splitlines(keepends=True), "<cell 1>")
        self.addCleanup(linecache.cache.pop, "<cell 1>", None)
        self.run_code(code + "exec(compile('def unknown(): pass', '<nowhere>', 'exec'))")
        self.save()
        self.saved["manifest"]["python"].update(bytecode="00000000", version="3.9.1")
        loaded = self.load()

        self.assertEqual((loaded["add"](3), loaded["twice"](4)), (5, 8))
        lost = {each["name"]: each["reason"] for each in self.report["lost"]}
        self.assertEqual(list(lost), ["unknown"])
        self.assertIn("its source is not known", lost["unknown"])
        (warning,) = [each["message"] for each in self.report["warnings"] if each["name"] == "python"]
        self.assertIn("3.9.1", warning)
        self.assertIn("{}.{}.{}".format(*sys.version_info[:3]), warning)


class Surroundings(DurableCase):
    def test_random_streams_go_on_where_they_were(self) -> None:
        self.run_code("import random; random.seed(7); own = random.Random(3); own.random()")
        self.save()
        expected = [random.random(), self.namespace["own"].random()]
        random.seed(0)
        loaded = self.load()

        self.assertEqual([random.random(), loaded["own"].random()], expected)

    def test_folder_environment_and_path_come_back(self) -> None:
        os.chdir(self.folder)
        os.environ["HINDSIGHT_TEST_SET"] = "here"
        os.environ.pop("HOME", None)
        sys.path.append("/somewhere/else")
        self.save()
        os.chdir("/")
        os.environ.pop("HINDSIGHT_TEST_SET")
        os.environ["HOME"] = "/root"
        sys.path.remove("/somewhere/else")
        self.load()

        self.assertEqual(os.path.realpath(os.getcwd()), os.path.realpath(self.folder))
        self.assertEqual(os.environ["HINDSIGHT_TEST_SET"], "here")
        self.assertNotIn("HOME", os.environ)
        self.assertIn("/somewhere/else", sys.path)

    def test_an_unchanged_environment_is_not_written(self) -> None:
        from hindsight_worker.durable import session

        self.assertEqual(session.state()["environment"], {"set": {}, "removed": []})

    def test_a_folder_that_is_gone_is_a_warning(self) -> None:
        gone = tempfile.mkdtemp(prefix="hindsight-test-")
        os.chdir(gone)
        self.save()
        os.chdir("/")
        os.rmdir(gone)
        self.load()

        (warning,) = self.report["warnings"]
        self.assertIn(gone, warning["message"])

    def test_modules_come_back_by_name_with_their_submodules(self) -> None:
        loaded = self.round_trip("import xml.dom.minidom, os.path as p, json as j")

        self.assertIs(loaded["j"], json)
        self.assertIs(loaded["p"], os.path)
        self.assertTrue(loaded["xml"].dom.minidom)

    def test_changes_of_the_users_own_modules_are_named(self) -> None:
        with open(os.path.join(self.folder, "my_helper.py"), "w") as file:
            file.write("COUNT = 0\nSEEN = []\nLIMIT: int = 5\nTOTAL = sum([1])\ndef f(): return COUNT\n")
        sys.path.insert(0, self.folder)
        self.addCleanup(sys.modules.pop, "my_helper", None)
        self.run_code("import my_helper; my_helper.COUNT = 3; my_helper.SEEN.append(1); f = my_helper.f")
        self.save()

        (warning,) = self.saved["report"]["warnings"]
        self.assertEqual(warning["kind"], "module")
        self.assertIn("my_helper is not kept: COUNT, SEEN", warning["message"])
        with open(os.path.join(self.folder, "my_helper.py"), "a") as file:
            file.write("# changed\n")
        self.load()
        self.assertIn("The module my_helper is not as it was", self.report["warnings"][-1]["message"])


class Files(DurableCase):
    def path(self, text: str = "") -> str:
        path = os.path.join(self.folder, "data.txt")
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
        return path

    def test_a_file_is_open_again_at_its_position(self) -> None:
        path = self.path("één\ntwéé\n")
        loaded = self.round_trip(f"f = open({path!r}, encoding='latin-1'); f.readline()")

        self.addCleanup(loaded["f"].close)
        self.addCleanup(self.namespace["f"].close)
        self.assertEqual((loaded["f"].readline(), loaded["f"].encoding), ("twéé\n", "latin-1"))
        self.assertIn("opened again at the position it had", self.remark("f"))

    def test_a_file_for_writing_is_not_truncated(self) -> None:
        path = self.path()
        self.run_code(f"f = open({path!r}, 'w'); f.write('first '); f.flush()\nb = open({path!r}, 'rb+')")
        self.save()
        self.namespace["f"].close()
        self.namespace["b"].close()
        loaded = self.load()
        loaded["f"].write("second")
        loaded["f"].close()
        loaded["b"].close()

        with open(path) as file:
            self.assertEqual(file.read(), "first second")

    def test_a_file_that_has_changed_or_gone_is_told(self) -> None:
        path = self.path("text")
        self.run_code(f"f = open({path!r})")
        self.addCleanup(self.namespace["f"].close)
        self.save()
        self.path("other text")
        self.load()["f"].close()
        self.assertIn("has changed since", self.remark("f"))
        os.unlink(path)
        self.assertTrue(self.load()["f"].closed)
        self.assertIn("cannot be opened again: No such file", self.remark("f"))

    def test_streams_of_the_session_are_those_of_the_new_one(self) -> None:
        loaded = self.round_trip("import sys, logging; out = sys.stdout; handler = logging.StreamHandler(sys.stderr)")

        self.assertIs(loaded["out"], sys.stdout)
        self.assertIs(loaded["handler"].stream, sys.stderr)

    def test_a_pipe_is_lost_in_words(self) -> None:
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        self.namespace["pipe"] = open(reader)
        self.addCleanup(self.namespace["pipe"].close)
        self.namespace["memory"] = io.StringIO("kept")
        self.save()

        self.assertIn("a pipe, or a terminal", self.lost()["pipe"])
        self.assertEqual(self.load()["memory"].getvalue(), "kept")


def _random_graph(chooser: random.Random) -> str:
    """A program that builds containers and instances and puts them into one another."""
    names = [f"v{number}" for number in range(8)]
    makes = ["[]", "{}", "set()", "Box()", "[1, 2.5, 'x']", "{'k': None}", "(lambda: 0)", "Slotted()"]
    lines = ["class Box: pass", "class Slotted:\n  __slots__ = ('held',)"]
    lines += [f"{name} = {chooser.choice(makes)}" for name in names]
    for _ in range(20):
        one, other = chooser.choices(names, k=2)
        lines.append(
            f"if type({one}) is list: {one}.append({other})\n"
            f"elif type({one}) is dict: {one}[len({one})] = {other}\n"
            f"elif type({one}) is Box: {one}.a{chooser.randrange(3)} = {other}\n"
            f"elif type({one}) is Slotted: {one}.held = ({other}, {chooser.randrange(9)})\n"
            f"elif type({one}) is set and type({other}) is Box: {one}.add({other})"
        )
        if chooser.random() < 0.2:
            lines.append(f"{one} = {other}")
    return "\n".join(lines)


def _shape(namespace: dict[str, object]) -> str:
    """A state as text: what there is, and which are the same objects, numbered in the order of a walk."""
    numbers: dict[int, int] = {}

    def walk(value: object) -> object:
        if isinstance(value, (int, float, str, type(None), type)):
            return repr(value) if not isinstance(value, type) else value.__name__
        if id(value) in numbers:
            return f"#{numbers[id(value)]}"
        numbers[id(value)] = len(numbers)
        kind = type(value).__name__
        if isinstance(value, dict):
            return [kind, [(key, walk(each)) for key, each in value.items()]]
        if isinstance(value, (list, tuple)):
            return [kind, [walk(each) for each in value]]
        if isinstance(value, set):
            return [kind, len(value)]
        if kind == "Slotted":
            return [kind, walk(getattr(value, "held", None))]
        return [kind, [(key, walk(each)) for key, each in sorted(vars(value).items())]]

    return textwrap.shorten(repr([(n, walk(v)) for n, v in namespace.items() if n.startswith("v")]), 100_000)


if __name__ == "__main__":
    unittest.main()
