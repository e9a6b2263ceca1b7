"""Evaluations: values, names, lines, futures, top-level await, errors, and code that is hard to run."""

import os
import signal
import tempfile
import unittest

from worker_case import WorkerCase

A_CLASS_WITH_A_LOOPING_REPR = "class Loop:\n  def __repr__(self):\n    while True: pass\n"


class Values(WorkerCase):
    def test_value_of_the_last_expression(self) -> None:
        outcome = self.runtime.eval("a = 20\na + 22")

        self.assertEqual(
            {key: outcome[key] for key in ("kind", "value", "repr", "summary")},
            {"kind": "result", "value": "42", "repr": "42", "summary": "42"},
        )
        self.assertGreater(outcome["execution_time"], 0)

    def test_statements_and_none_have_no_value(self) -> None:
        for code in ("a = 1", "None", "", "# only a comment", "\n\n", "print('x')", "def f(): return 1"):
            with self.subTest(code=code):
                self.assertIsNone(self.value(code))

    def test_a_trailing_semicolon_suppresses_the_value(self) -> None:
        for code in ("1;", "(1 +\n 2) ; # three", "'é';", "1; 2;", "f'{1}' ;"):
            with self.subTest(code=code):
                self.assertIsNone(self.value(code))
        for code in ("1; 2", "2 # ;", "';'\n2", "2\n# ;"):
            with self.subTest(code=code):
                self.assertIn(self.value(code), ("2",))

    def test_underscore_is_the_last_value_and_two_are_the_one_before(self) -> None:
        self.runtime.eval("11")
        self.runtime.eval("22")
        self.runtime.eval("None")
        self.runtime.eval("33", silent=True)

        self.assertEqual(self.value("(_, __)"), "(22, 11)")

    def test_the_namespace_is_main(self) -> None:
        self.assertEqual(self.value("__name__"), "'__main__'")
        self.assertEqual(self.value("import sys; sys.modules['__main__'].__dict__ is globals()"), "True")
        self.assertEqual(self.value("y: int = 3\n__annotations__['y']"), "<class 'int'>")

    def test_names_of_ours_are_not_in_the_namespace(self) -> None:
        runtime = self.fresh()

        outcome = runtime.eval("sorted(n for n in globals())")

        names = eval(outcome["value"])
        self.assertEqual([n for n in names if not n.startswith("__")], [])

    def test_classes_of_main_can_be_pickled(self) -> None:
        self.assertEqual(
            self.value("import pickle\nclass P:\n  x = 5\npickle.loads(pickle.dumps(P())).x"), "5"
        )

    def test_future_imports_persist(self) -> None:
        runtime = self.fresh()
        runtime.eval("from __future__ import annotations")

        outcome = runtime.eval("def f(x: not_defined): pass\nf.__annotations__")

        self.assertEqual(outcome["value"], "{'x': 'not_defined'}")

    def test_value_is_cut_at_ten_thousand_and_repr_at_a_million_characters(self) -> None:
        outcome = self.runtime.eval("'x' * 5_000_000")

        self.assertEqual((len(outcome["value"]), len(outcome["repr"])), (10_000, 1_000_000))
        self.assertLessEqual(len(outcome["summary"]), 80)

    def test_repr_of_a_huge_container_does_not_visit_all_of_it(self) -> None:
        outcome = self.runtime.eval(
            "visits = 0\nclass Item:\n  def __repr__(self):\n    global visits\n    visits += 1\n    return 'item'\n[Item()] * 10_000_000"
        )

        self.assertTrue(outcome["repr"].startswith("[item, item, item"))
        self.assertLess(int(str(self.value("visits"))), 1_000_000)

    def test_lone_surrogates_in_code_are_a_syntax_error_and_in_values_are_shown(self) -> None:
        self.assertEqual(self.value("'\\ud800'"), "'\\ud800'")
        self.assertEqual(self.value("class S:\n  def __repr__(self): return 'a\\ud800b'\nS()"), "a\\ud800b")


class HostileValues(WorkerCase):
    def test_a_repr_that_raises_is_said(self) -> None:
        self.assertEqual(
            self.value("class Foo:\n  def __repr__(self): return 1 / 0\nFoo()"),
            "<repr of Foo failed: ZeroDivisionError: division by zero>",
        )

    def test_a_repr_that_returns_no_text_is_said(self) -> None:
        self.assertIn("<repr of Foo failed: TypeError", str(self.value("class Foo:\n  def __repr__(self): return 3\nFoo()")))

    def test_a_repr_that_exits_is_said(self) -> None:
        self.assertEqual(
            self.value("class Foo:\n  def __repr__(self): raise SystemExit(3)\nFoo()"), "<repr of Foo failed: SystemExit: 3>"
        )

    def test_a_repr_that_loops_ends_after_the_deadline(self) -> None:
        self.runtime.eval("from hindsight_worker import values; values.REPR_SECONDS = 0.2")

        value = self.value(A_CLASS_WITH_A_LOOPING_REPR + "Loop()")

        self.assertEqual(value, "<repr of Loop did not end within 0.2 seconds>")
        self.runtime.eval("values.REPR_SECONDS = 10.0")

    def test_a_repr_that_catches_everything_is_stopped_as_well(self) -> None:
        self.runtime.eval("from hindsight_worker import values; values.REPR_SECONDS = 0.2")

        value = self.value(
            "class Stubborn:\n  def __repr__(self):\n    try:\n      while True: pass\n    except BaseException: pass\n"
            "    while True: pass\n[Stubborn()]"
        )

        self.assertEqual(value, "<repr of list did not end within 0.2 seconds>")
        self.runtime.eval("values.REPR_SECONDS = 10.0")

    def test_a_looping_repr_can_be_interrupted(self) -> None:
        self.runtime.items.clear()
        self.runtime.start(
            "class Loop:\n  def __repr__(self):\n    print('in')\n    while True: pass\nLoop()"
        )
        self.runtime.until(lambda: "in" in self.runtime.output())

        self.runtime.interrupt()

        self.assertTrue(self.runtime.wait("outcome")["interrupted"])

    def test_the_users_own_timer_survives_a_repr(self) -> None:
        code = (
            "import signal, time\nfired = []\nsignal.signal(signal.SIGALRM, lambda *a: fired.append(1))\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.05)\nclass A: pass\nA()"
        )
        self.runtime.eval(code)

        self.assertEqual(self.value("while not fired: time.sleep(0.001)\nfired"), "[1]")
        self.assertEqual(self.value("signal.getsignal(signal.SIGALRM).__name__"), "'<lambda>'")

    def test_an_int_of_too_many_digits_is_described(self) -> None:
        self.assertRegex(str(self.value("10 ** 100_000")), r"^(<int of 332,193 bits|1000)")

    def test_rich_forms_come_with_the_result(self) -> None:
        outcome = self.runtime.eval("class R:\n  def _repr_html_(self): return '<b>x</b>'\n  def _repr_png_(self): return b'\\x89PNG'\nR()")

        self.assertEqual(outcome["data"], {"text/html": "<b>x</b>", "image/png": "iVBORw=="})

    def test_a_rich_form_that_fails_is_noted_and_not_fatal(self) -> None:
        outcome = self.runtime.eval("class R:\n  def _repr_html_(self): 1/0\n  def _repr_latex_(self): return '$x$'\nR()")

        self.assertEqual(outcome["data"], {"text/latex": "$x$"})
        self.assertEqual(outcome["metadata"], {"failed": {"_repr_html_": "ZeroDivisionError: division by zero"}})

    def test_an_object_that_has_every_attribute_has_no_rich_forms(self) -> None:
        outcome = self.runtime.eval("class Any:\n  def __getattr__(self, name): return lambda *a, **k: 'x'\nAny()")

        self.assertEqual(outcome["kind"], "result")
        self.assertNotIn("data", outcome)

    def test_numbers_that_messagepack_cannot_carry_are_changed_not_fatal(self) -> None:
        outcome = self.runtime.eval(
            "class R:\n  def _repr_json_(self): return {'big': 1 << 70, 'nan': float('nan'), 1: (1, 2)}\nR()"
        )

        self.assertEqual(outcome["data"]["application/json"], {"big": float(1 << 70), "nan": None, "1": [1, 2]})


class Errors(WorkerCase):
    def test_an_exception_names_file_line_and_the_text_that_was_sent(self) -> None:
        outcome = self.error("def f():\n    return 1 / 0\nf()", file="/nowhere/model.py", line=40)

        self.assertEqual(outcome["exception_type"], "ZeroDivisionError")
        self.assertEqual(outcome["exception_message"], "division by zero")
        self.assertEqual(
            outcome["frames"],
            [
                {"file": "/nowhere/model.py", "line": 42, "name": "<module>"},
                {"file": "/nowhere/model.py", "line": 41, "name": "f"},
            ],
        )
        text = [line for line in outcome["traceback"] if not set(line) <= set(" ^~")]
        self.assertEqual(
            text,
            [
                "Traceback (most recent call last):",
                '  File "/nowhere/model.py", line 42, in <module>',
                "    f()",
                '  File "/nowhere/model.py", line 41, in f',
                "    return 1 / 0",
                "ZeroDivisionError: division by zero",
            ],
        )
        self.assertFalse(outcome["interrupted"])

    def test_the_sent_text_counts_where_the_file_on_disk_differs(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("first = 1\nold = 2\nthird = 3\n")
            file.flush()
            outcome = self.error("new = undefined", file=file.name, line=2)
            source = self.value("def g():\n    return 'sent'\nimport inspect; inspect.getsource(g)", file=file.name, line=2)
            kept = self.value(f"import linecache; linecache.getline({file.name!r}, 1)")

        self.assertIn("    new = undefined", outcome["traceback"])
        self.assertEqual(source, repr("def g():\n    return 'sent'\n"))
        self.assertEqual(kept, repr("first = 1\n"))

    def test_a_cell_of_the_panel_has_a_name_of_its_own(self) -> None:
        outcome = self.error("1/0", execution_count=7)

        self.assertEqual(outcome["frames"], [{"file": "<cell 7>", "line": 1, "name": "<module>"}])
        self.assertIn("    1/0", outcome["traceback"])

    def test_a_syntax_error_has_its_position(self) -> None:
        outcome = self.error("x = 1\ny = = 2", file="/nowhere/a.py", line=10)

        self.assertEqual(outcome["exception_type"], "SyntaxError")
        self.assertEqual(outcome["frames"], [{"file": "/nowhere/a.py", "line": 11, "name": "<module>"}])
        self.assertIn('  File "/nowhere/a.py", line 11', outcome["traceback"])

    def test_code_that_cannot_be_compiled_is_one_clear_error(self) -> None:
        cases = {
            "a\0b": "SyntaxError",
            "x = '\0'": "SyntaxError",
            "if": "SyntaxError",
            "  indented": "IndentationError",
            "return 1": "SyntaxError",
        }
        for code, expected in cases.items():
            with self.subTest(code=code):
                self.assertEqual(self.error(code)["exception_type"], expected)
        self.assertIn(self.error("(" * 5000 + ")" * 5000)["exception_type"], ("SyntaxError", "MemoryError", "RecursionError"))
        self.assertEqual(self.value("1 + 1"), "2")

    def test_a_null_byte_is_named_with_its_line(self) -> None:
        outcome = self.error("x = 1\ny = '\0'", file="/nowhere/a.py", line=3)

        self.assertEqual(outcome["exception_message"], "source code cannot contain null bytes")
        self.assertEqual(outcome["frames"][-1]["line"], 4)

    def test_exit_is_an_exception_not_death(self) -> None:
        for code in ("import sys; sys.exit(3)", "exit()", "raise SystemExit('bye')"):
            with self.subTest(code=code):
                self.assertEqual(self.error(code)["exception_type"], "SystemExit")
        self.assertEqual(self.value("1"), "1")

    def test_recursion_and_memory_errors_are_ordinary(self) -> None:
        self.assertEqual(self.error("def f(): f()\nf()")["exception_type"], "RecursionError")
        self.assertEqual(self.error("[0] * 10**17")["exception_type"], "MemoryError")
        self.assertEqual(self.value("1"), "1")

    def test_causes_and_contexts_are_shown_without_our_frames(self) -> None:
        outcome = self.error("try:\n  1/0\nexcept ZeroDivisionError as e:\n  raise ValueError('second') from e")

        text = "\n".join(outcome["traceback"])
        self.assertIn("The above exception was the direct cause", text)
        self.assertNotIn("hindsight_worker", text)

    def test_the_traceback_object_itself_has_no_frames_of_ours(self) -> None:
        self.error("1/0")

        code = "import sys, traceback; [f.filename.startswith('<cell') for f in traceback.extract_tb(sys.last_value.__traceback__)]"
        self.assertEqual(self.value(code), "[True]")

    def test_an_exception_whose_message_fails_is_still_shown(self) -> None:
        outcome = self.error("class Bad(Exception):\n  def __str__(self): 1/0\nraise Bad()")

        self.assertEqual(outcome["exception_type"], "Bad")
        self.assertTrue(outcome["traceback"][-1].startswith("Bad"), outcome["traceback"])

    def test_an_exception_of_a_strange_class_is_still_one_error(self) -> None:
        strange = (
            "class Meta(type):\n  __name__ = __module__ = __qualname__ = property(lambda self: 1/0)\n"
            "class Strange(Exception, metaclass=Meta):\n  __cause__ = property(lambda self: 1/0)\nraise Strange('x')"
        )
        self.assertEqual(self.error(strange)["kind"], "error")
        self.assertEqual(self.error("raise SyntaxError('x', ('f', 'no line', 1, None))")["exception_message"], "x")
        self.assertEqual(self.value("1"), "1")

    def test_library_frames_are_in_the_traceback_but_not_among_the_frames(self) -> None:
        outcome = self.error("import json; json.loads('{')")

        self.assertEqual([frame["name"] for frame in outcome["frames"]], ["<module>"])
        self.assertIn("decoder.py", "\n".join(outcome["traceback"]))

    def test_a_huge_message_is_cut(self) -> None:
        outcome = self.error("raise ValueError('x' * 5_000_000)")

        self.assertEqual(len(outcome["exception_message"]), 10_000)
        self.assertLess(sum(map(len, outcome["traceback"])), 1_100_000)


class Awaiting(WorkerCase):
    def test_await_at_the_top_level(self) -> None:
        self.assertEqual(self.value("import asyncio\nasync def f(): return 7\nawait f()"), "7")
        self.assertEqual(self.value("x = await f()\nx + 1"), "8")

    def test_background_tasks_go_on_between_evaluations(self) -> None:
        self.runtime.eval(
            "import asyncio\nasync def tick():\n  for i in range(3):\n    await asyncio.sleep(0.01)\n    print('tick', i)\n"
            "async def start(): return asyncio.create_task(tick())\ntask = await start()"
        )

        self.runtime.until(lambda: "tick 2" in self.runtime.output())

        self.assertEqual(self.value("task.done()"), "True")

    def test_a_background_task_that_exits_or_stops_the_loop_does_not_end_the_session(self) -> None:
        for code in ("raise SystemExit(3)", "asyncio.get_running_loop().stop()", "raise KeyboardInterrupt"):
            with self.subTest(code=code):
                self.runtime.eval(
                    f"import asyncio\nasync def f():\n  await asyncio.sleep(0.01)\n  print('now')\n  {code}\n"
                    "async def go(): return asyncio.create_task(f())\nt = await go()"
                )
                self.runtime.until(lambda: "now" in self.runtime.output())

                self.assertEqual(self.value("await asyncio.sleep(0, 'on')"), "'on'")

    def test_a_background_task_that_exits_in_the_turn_in_which_code_comes_does_not_disturb_it(self) -> None:
        ended = self.runtime.eval(
            "import asyncio, signal, sys\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})\n"
            "async def f():\n  while signal.SIGUSR1 not in signal.sigpending(): await asyncio.sleep(0.001)\n"
            "  asyncio.get_running_loop().call_later(0, sys.exit)\n  print('now')\n  signal.sigwait({signal.SIGUSR2})\n"
            "async def go(): return asyncio.create_task(f())\nt = await go()"
        )
        # After its shadow the worker does nothing but wait for the next frame.
        self.runtime.fresh_shadow(ended["generation"])
        os.kill(self.runtime.pid, signal.SIGUSR1)
        self.runtime.until(lambda: "now" in self.runtime.output())
        self.runtime.items.clear()
        self.runtime.start("await asyncio.sleep(0, 'on')")

        # The task holds up the loop, which then meets the frame first and the timer next, in one turn.
        os.kill(self.runtime.pid, signal.SIGUSR2)

        outcome = self.runtime.wait("outcome")
        self.assertEqual(outcome.get("value"), "'on'", outcome)

    def test_asyncio_run_works_in_ordinary_code(self) -> None:
        self.runtime.eval("await __import__('asyncio').sleep(0)")

        self.assertEqual(self.value("import asyncio\nasync def f(): return 9\nasyncio.run(f())"), "9")

    def test_an_error_in_awaited_code_has_the_users_frames_only(self) -> None:
        outcome = self.error("async def f(): 1/0\nawait f()")

        self.assertEqual([frame["name"] for frame in outcome["frames"]], ["<module>", "f"])
        self.assertNotIn("asyncio", "\n".join(outcome["traceback"]))

    def test_a_loop_that_the_user_closed_is_replaced(self) -> None:
        self.runtime.eval("import asyncio\nawait asyncio.sleep(0)")
        self.runtime.eval("asyncio.get_event_loop_policy().get_event_loop().close()")

        self.assertIsNone(self.value("await asyncio.sleep(0)"))


class Surroundings(unittest.TestCase):
    def test_no_file_of_the_folder_shadows_our_imports_and_the_path_is_that_of_a_repl(self) -> None:
        from worker_driver import Runtime

        with tempfile.TemporaryDirectory() as folder:
            for name in ("json", "socket", "select", "traceback", "ctypes", "msgpack", "linecache", "hindsight_worker", "signal"):
                with open(os.path.join(folder, name + ".py"), "w") as file:
                    file.write(f"raise RuntimeError('{name} of the user was imported')")
            with open(os.path.join(folder, "mine.py"), "w") as file:
                file.write("x = 'mine'")
            runtime = Runtime(cwd=folder, env={"PYTHONPATH": folder})
            try:
                outcome = runtime.eval("import sys, os, mine\n(mine.x, sys.path[:2], os.getcwd(), sys.argv)")
                vendored = runtime.eval("import sys\n[m for m in sys.modules if m.split('.')[0] in ('msgpack', 'jedi', 'parso')]")
                own = runtime.eval("import msgpack")
            finally:
                runtime.close()

        self.assertEqual(outcome.get("value"), repr(("mine", ["", folder], os.path.realpath(folder), [""])), outcome)
        self.assertEqual(vendored["value"], "[]")
        self.assertEqual(own["exception_message"], "msgpack of the user was imported")


if __name__ == "__main__":
    unittest.main()
