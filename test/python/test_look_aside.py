"""Code that is run aside, in a copy of a shadow, and looks that are answered while others take long."""

import os
import signal
import unittest
from typing import Any

import look_support
from shadow_process import ShadowProcess


class Evaluating(unittest.TestCase):
    def setUp(self) -> None:
        self.shadow = ShadowProcess({"x": [1], "__builtins__": __builtins__})
        self.addCleanup(self.shadow.close)

    def run_aside(self, code: str, **more: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        fields = self.shadow.fields("evaluate", code=code, **more)
        return fields["outcome"], [(part["stream"], part["data"]) for part in fields["output"]]

    def test_gives_the_value_and_the_output_and_changes_nothing(self) -> None:
        outcome, output = self.run_aside("x.append(2)\nprint('so far', x)\nlen(x)")

        self.assertEqual((outcome["kind"], outcome["value"], output), ("result", "2", [("stdout", "so far [1, 2]\n")]))
        self.assertEqual(self.run_aside("x")[0]["value"], "[1]")
        self.assertEqual(self.shadow.fields("inspect")["variables"][0]["value"], "[1]")

    def test_functions_see_the_variables_that_the_code_sets(self) -> None:
        self.assertEqual(self.run_aside("y = 3\ndef f(): return y + len(x)\nf()")[0]["value"], "4")

    def test_an_exception_is_an_outcome_with_the_place(self) -> None:
        outcome, _ = self.run_aside("\n1 / 0", file="a.py", line=7)

        self.assertEqual((outcome["kind"], outcome["exception_type"]), ("error", "ZeroDivisionError"))
        self.assertEqual(outcome["frames"], [{"file": "a.py", "line": 8, "name": "<module>"}])

    def test_output_of_python_of_descriptors_and_of_children_keeps_its_order(self) -> None:
        _, output = self.run_aside(
            "import os, sys, subprocess\n"
            "print('a')\nos.write(1, b'b\\n')\nprint('c', file=sys.stderr)\n"
            "subprocess.run(['echo', 'd'])\nsys.stdout.buffer.write(b'e\\n')\nprint('f', end='')"
        )
        self.assertEqual(output, [("stdout", "a\nb\n"), ("stderr", "c\n"), ("stdout", "d\ne\nf")])

    def test_huge_output_is_cut(self) -> None:
        _, output = self.run_aside("for _ in range(100): print('x' * 100_000)")
        self.assertLess(sum(len(text) for _, text in output), 5_000_000)
        self.assertEqual(output[-1][1][-1], "…")

    def test_code_that_ends_the_process_is_told_with_its_output(self) -> None:
        outcome, output = self.run_aside("print('before')\nimport os\nos._exit(3)")

        self.assertEqual((outcome["kind"], outcome["exception_type"]), ("error", "ProcessEnded"))
        self.assertEqual(output, [("stdout", "before\n")])

    def test_exits_interrupts_and_input_are_outcomes(self) -> None:
        for code, name in (("raise SystemExit(2)", "SystemExit"), ("raise KeyboardInterrupt", "KeyboardInterrupt"), ("input()", "EOFError"), ("1 +", "SyntaxError")):
            self.assertEqual(self.run_aside(code)[0]["exception_type"], name)

    def test_a_child_that_the_code_forks_does_not_answer_too(self) -> None:
        outcome, _ = self.run_aside("import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\npid > 0")

        self.assertEqual(outcome["value"], "True")
        self.assertEqual(self.run_aside("7")[0]["value"], "7")

    def test_other_looks_are_answered_meanwhile_and_cancelling_kills_it(self) -> None:
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        shadow = ShadowProcess({"writer": writer, "x": 1})
        self.addCleanup(shadow.close)
        os.close(writer)
        asked = shadow.begin("evaluate", code="import os\nos.write(writer, b'%d ' % os.getpid())\nwhile True: pass")
        pid = int(os.read(reader, 100))

        self.assertEqual(shadow.fields("inspect", filter="x")["total"], 1)
        shadow.wire.send({"type": "cancel", "id": asked})
        answer = shadow.receive()

        self.assertEqual((answer["id"], answer["ok"], answer["error"]), (asked, False, "cancelled"))
        self.assertRaises(ProcessLookupError, os.kill, pid, 0)
        shadow.wire.send({"type": "cancel", "id": "unknown"})
        self.assertEqual(shadow.fields("evaluate", code="1")["outcome"]["value"], "1")

    def test_the_copy_dies_with_the_shadow(self) -> None:
        for end in ("close", "kill"):
            reader, writer = os.pipe()
            shadow = ShadowProcess({"writer": writer})
            os.close(writer)
            shadow.begin("evaluate", code="import os, signal\nos.write(writer, b'started')\nwhile True: signal.pause()")
            self.assertEqual(os.read(reader, 7), b"started")

            if end == "kill":
                os.kill(shadow.pid, signal.SIGKILL)
            shadow.close()

            # The pipe ends when the last process that holds it is gone.
            self.assertEqual(os.read(reader, 1), b"")
            os.close(reader)

    def test_several_at_once_are_each_answered(self) -> None:
        asked = {self.shadow.begin("evaluate", code=f"{n} + len(x)"): str(n + 1) for n in range(5)}
        answers = [self.shadow.receive() for _ in asked]

        self.assertEqual({each["id"]: each["fields"]["outcome"]["value"] for each in answers}, asked)


assert look_support
