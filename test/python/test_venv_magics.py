"""Magics with the IPython of the user's environment."""

import unittest

from worker_case import WorkerCase


class WithIPython(WorkerCase):
    def printed(self, code: str) -> str:
        self.runtime.items.clear()
        outcome = self.runtime.eval(code)
        self.assertEqual(outcome["kind"], "result", "\n".join(outcome.get("traceback", [])))
        return "".join(text for name, text in self.runtime.order() if name == "stdout")

    def test_it_is_not_imported_before_the_first_magic(self) -> None:
        runtime = self.fresh()
        self.assertEqual(runtime.eval("import sys; 'IPython' in sys.modules")["value"], "False")
        runtime.eval("%who")
        self.assertEqual(runtime.eval("'IPython' in sys.modules")["value"], "True")

    def test_its_magics_run_in_the_namespace_of_the_session(self) -> None:
        self.runtime.eval("x = 20")
        self.assertEqual(self.value("%time x + 22"), "42")
        self.assertIn("Wall time", self.printed("%%time\ny = x"))
        self.assertEqual(self.value("y"), "20")

    def test_magics_that_only_it_has(self) -> None:
        self.assertEqual(self.value("%precision 3"), "'%.3f'")

    def test_a_command_writes_into_the_session(self) -> None:
        self.assertEqual(self.printed("word = 'hello'\n!echo {word}"), "hello\n")
        self.assertEqual(self.value("lines = !printf 'a\\nb\\n'\nlines"), "['a', 'b']")

    def test_help(self) -> None:
        self.runtime.eval("def area(width):\n  'The area.'")
        self.assertIn("The area.", self.printed("area?"))

    def test_nothing_of_its_loop_is_left_in_the_namespace(self) -> None:
        self.runtime.eval("%who")
        self.assertEqual(self.value("[name for name in ('In', 'Out', 'exit', 'get_ipython') if name in globals()]"), "[]")

    def test_results_and_errors_stay_ours(self) -> None:
        self.runtime.eval("%who")
        self.assertEqual(self.value("1 + 1"), "2")
        self.assertEqual(self.error("1/0")["exception_type"], "ZeroDivisionError")

    def test_it_starts_no_thread(self) -> None:
        self.runtime.eval("%who")
        self.assertEqual(self.printed("%%bash\necho 'from bash'"), "from bash\n")
        self.assertEqual(self.value("import threading; threading.active_count()"), "1")

    def test_matplotlib_inline_shows_figures_as_before(self) -> None:
        self.runtime.items.clear()
        self.runtime.eval("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1]);")
        self.assertEqual([name for name, _ in self.runtime.items if name == "display"], ["display"])


if __name__ == "__main__":
    unittest.main()
