"""Magics where there is no IPython: the common ones work, and plain Python is never mistaken for one."""

import os
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from worker_case import WorkerCase

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "dist" / "python"))
from hindsight_worker.magics import syntax  # noqa: E402


class Syntax(unittest.TestCase):
    def test_a_line_becomes_one_line(self) -> None:
        rewritten = {
            "%time f(x)": "get_ipython().run_line_magic('time', 'f(x)')",
            "  %cd ..": "  get_ipython().run_line_magic('cd', '..')",
            "!ls -l": "get_ipython().system('ls -l')",
            "!!ls": "get_ipython().getoutput('ls')",
            "files = !ls": "files = get_ipython().getoutput('ls')",
            "t = %timeit -q f()": "t = get_ipython().run_line_magic('timeit', '-q f()')",
            "a, b = !echo 1": "a, b = get_ipython().getoutput('echo 1')",
            "x?": "get_ipython().run_line_magic('pinfo', 'x')",
            "x.y??": "get_ipython().run_line_magic('pinfo2', 'x.y')",
            "?x": "get_ipython().run_line_magic('pinfo', 'x')",
            "str.*find*?": "get_ipython().run_line_magic('pinfo', 'str.*find*')",
        }
        self.assertEqual({line: syntax.rewrite(line) for line in rewritten}, rewritten)

    def test_python_stays_as_it_is(self) -> None:
        for code in [
            "x = a %b",
            "x = (a\n % b)",
            "'''\n%time\n!ls\nx?\n'''",
            "f(\n!x)",
            "a = b \\\n  % c",
            "x != y",
            "print('what?')",
            "# %time\n#?",
            "x = 'a' # b?",
            "",
        ]:
            self.assertEqual(syntax.rewrite(code), code)

    def test_lines_keep_their_numbers(self) -> None:
        code = "x = 1\n!echo a \\\n  b\ny = 2\n%time z"
        self.assertEqual(
            syntax.rewrite(code),
            "x = 1\nget_ipython().system('echo a b')\n\ny = 2\nget_ipython().run_line_magic('time', 'z')",
        )

    def test_a_cell_magic_takes_the_whole_rest(self) -> None:
        self.assertEqual(
            syntax.rewrite("\n%%bash -e\necho 'a'\n%cd x"),
            "\nget_ipython().run_cell_magic('bash', '-e', \"echo 'a'\\n%cd x\\n\")",
        )


class WithoutIPython(WorkerCase):
    def printed(self, code: str) -> str:
        self.runtime.items.clear()
        outcome = self.runtime.eval(code)
        self.assertEqual(outcome["kind"], "result", "\n".join(outcome.get("traceback", [])))
        return "".join(text for name, text in self.runtime.order() if name == "stdout")

    def setUp(self) -> None:
        # Whatever this Python has installed: these tests are of our own.
        self.runtime.eval("import sys; sys.modules['IPython'] = None")

    def test_time_gives_value_and_times(self) -> None:
        self.assertEqual(self.value("%time 6 * 7"), "42")
        self.assertRegex(self.printed("%time sum(range(10))"), r"CPU times: .*\nWall time: [\d.]+ .?s\n")
        self.printed("%%time\nin_cell = 1\nin_cell += 1")
        self.assertEqual(self.value("in_cell"), "2")

    def test_timeit_counts(self) -> None:
        self.assertRegex(self.printed("%timeit -n 5 -r 2 len([])"), r"per loop \(mean ± std. dev. of 2 runs, 5 loops each\)")

    def test_a_command_writes_into_the_session(self) -> None:
        self.assertEqual(self.printed("word = 'hello'\n!echo {word} $word"), "hello hello\n")
        self.assertEqual(self.value("lines = !printf 'a\\nb\\n'\nlines"), "['a', 'b']")
        self.assertEqual(self.value("!exit 3\n_exit_code"), "3")

    def test_bash_cell(self) -> None:
        self.assertEqual(self.printed("%%bash\nfor i in 1 2; do echo $i; done"), "1\n2\n")
        self.assertEqual(self.error("%%bash\nexit 4")["exception_type"], "subprocess.CalledProcessError")

    def test_folder_and_environment(self) -> None:
        with TemporaryDirectory() as folder:
            real = os.path.realpath(folder)
            self.assertEqual(self.printed(f"%cd {real}"), f"{real}\n")
            self.assertEqual(self.value("%pwd"), repr(real))
            self.printed("%cd -")
        self.printed("%env HINDSIGHT_MAGIC=it works")
        self.assertEqual(self.value("%env HINDSIGHT_MAGIC"), "'it works'")
        self.assertEqual(self.value("import os; os.environ['HINDSIGHT_MAGIC']"), "'it works'")

    def test_run_takes_over_the_variables_of_a_file(self) -> None:
        with TemporaryDirectory() as folder:
            Path(folder, "task.py").write_text("import sys\nfound = sys.argv[1:]\nname = __name__\n")
            self.printed(f"%run {folder}/task.py a 'b c'")
        self.assertEqual(self.value("(found, name)"), "(['a', 'b c'], '__main__')")

    def test_who_and_reset(self) -> None:
        runtime = self.fresh()
        runtime.eval("import sys; sys.modules['IPython'] = None; b = 1; a = 'x'")
        runtime.eval("%who")
        self.assertIn("a\tb", "".join(text for name, text in runtime.order() if name == "stdout"))
        runtime.eval("%reset -f")
        self.assertEqual(runtime.eval("'a' in dir() or 'b' in dir()")["value"], "False")

    def test_help_shows_signature_and_documentation(self) -> None:
        self.runtime.eval("def area(width, height=1):\n  'The area, in square metres.'\n  return width * height")
        shown = self.printed("area?")
        self.assertIn("area(width, height=1)", shown)
        self.assertIn("The area, in square metres.", shown)
        self.assertIn("return width * height", self.printed("area??"))
        self.assertEqual(self.printed("nowhere?"), "Object `nowhere` not found.\n")

    def test_capture_and_writefile(self) -> None:
        self.assertEqual(self.printed("%%capture kept\nprint('hidden')"), "")
        self.assertEqual(self.value("kept.stdout"), "'hidden\\n'")
        with TemporaryDirectory() as folder:
            self.printed(f"%%writefile {folder}/a.txt\none\ntwo")
            self.assertEqual(Path(folder, "a.txt").read_text(), "one\ntwo\n")

    def test_pip_is_that_of_the_interpreter(self) -> None:
        self.assertIn("pip ", self.printed("%pip --version"))

    def test_matplotlib_inline_is_accepted(self) -> None:
        self.printed("%matplotlib inline")

    def test_an_unknown_magic_says_what_there_is(self) -> None:
        self.assertIn("%lsmagic", self.error("%nonsense")["exception_message"])
        self.assertIn("%%bash", self.error("%bash ls")["exception_message"])
        self.assertEqual(self.error("%%nonsense\nx")["exception_type"], "NameError")

    def test_an_error_in_plain_python_stays_what_it_is(self) -> None:
        self.assertEqual(self.error("x = = 1")["exception_type"], "SyntaxError")
        self.assertEqual(self.error("print 'what?'")["exception_type"], "SyntaxError")

    def test_an_exception_has_the_line_of_the_cell(self) -> None:
        self.assertEqual(self.error("!true\n1/0", file="/w/a.py", line=5)["frames"][-1]["line"], 6)


if __name__ == "__main__":
    unittest.main()
