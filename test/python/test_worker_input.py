"""Asking the person: input(), sys.stdin, getpass, the end of the input, interruption."""

import unittest

from worker_case import WorkerCase


class Input(WorkerCase):
    def answer(self, data: str | None, times: int = 1) -> None:
        """Answers the `times`-th question since the last evaluation."""
        asked = self.runtime.until(
            lambda: len(found := [frame for name, frame in self.runtime.items if name == "input"]) >= times and found
        )[times - 1]
        self.question = asked
        fields = {} if data is None else {"data": data}
        self.runtime.worker.send("stdin", input_id=asked["input_id"], **fields)

    def begin(self, code: str) -> None:
        self.runtime.items.clear()
        self.runtime.start(code)

    def test_input_sends_its_prompt_after_all_output_and_returns_the_line(self) -> None:
        self.begin("print('before')\nname = input('name? ')\nprint('after', name)\nname")
        self.answer("Ada")

        self.assertEqual(self.runtime.wait("outcome")["value"], "'Ada'")
        self.assertEqual((self.question["prompt"], self.question["password"]), ("name? ", False))
        kinds = [name for name, _ in self.runtime.items]
        self.assertLess(kinds.index("stdout"), kinds.index("input"))
        self.assertEqual(self.runtime.output(), "before\nafter Ada\n")

    def test_input_works_again_and_again_in_later_evaluations_too(self) -> None:
        for _ in range(3):
            self.begin("[input(), input()]")
            self.answer("a", 1)
            self.answer("b\n", 2)
            self.assertEqual(self.runtime.wait("outcome")["value"], "['a', 'b']")

    def test_an_answer_without_data_is_the_end_of_the_input(self) -> None:
        self.begin("input()")
        self.answer(None)

        self.assertEqual(self.runtime.wait("outcome")["exception_type"], "EOFError")

    def test_getpass_asks_for_a_password(self) -> None:
        self.begin("import getpass\ngetpass.getpass('secret: ')")
        self.answer("hunter2")

        self.assertEqual(self.runtime.wait("outcome")["value"], "'hunter2'")
        self.assertEqual((self.question["prompt"], self.question["password"]), ("secret: ", True))

    def test_standard_input_can_be_read_by_line_whole_and_iterated(self) -> None:
        self.begin("import sys\n[sys.stdin.readline(), sys.stdin.readline(2), sys.stdin.readline()]")
        self.answer("one", 1)
        self.answer("two", 2)
        self.assertEqual(self.runtime.wait("outcome")["value"], "['one\\n', 'tw', 'o\\n']")

        self.begin("sys.stdin.read()")
        self.answer("x", 1)
        self.answer("y", 2)
        self.answer(None, 3)
        self.assertEqual(self.runtime.wait("outcome")["value"], "'x\\ny\\n'")

        self.begin("[line for line in sys.stdin]")
        self.answer("p", 1)
        self.answer(None, 2)
        self.assertEqual(self.runtime.wait("outcome")["value"], "['p\\n']")

    def test_an_interrupt_while_waiting_raises_keyboard_interrupt(self) -> None:
        self.begin("input('? ')")
        self.runtime.wait("input")

        self.runtime.interrupt()

        outcome = self.runtime.wait("outcome")
        self.assertEqual((outcome["exception_type"], outcome["interrupted"]), ("KeyboardInterrupt", True))
        self.assertNotIn("hindsight_worker", "\n".join(outcome["traceback"]))
        self.assertEqual(self.runtime.wait("input_done")["input_id"], self.runtime.wait("input")["input_id"])

    def test_a_late_answer_to_an_interrupted_question_is_dropped(self) -> None:
        self.begin("input('? ')")
        asked = self.runtime.wait("input")
        self.runtime.interrupt()
        self.runtime.wait("outcome")
        self.runtime.worker.send("stdin", input_id=asked["input_id"], data="late")

        self.begin("input()")
        self.answer("right")

        self.assertEqual(self.runtime.wait("outcome")["value"], "'right'")

    def test_a_stdin_that_the_user_put_in_place_is_read(self) -> None:
        self.assertEqual(
            self.value("import io, sys\nold = sys.stdin\nsys.stdin = io.StringIO('mine\\n')\nx = input()\nsys.stdin = old\nx"), "'mine'"
        )

    def test_input_in_a_thread_says_why_it_cannot(self) -> None:
        code = (
            "import threading\nerrors = []\ndef f():\n  try: input()\n  except RuntimeError as e: errors.append(str(e))\n"
            "t = threading.Thread(target=f); t.start(); t.join()\nerrors"
        )

        self.assertEqual(self.value(code), "['input() is available in the main thread of a session only']")

    def test_pdb_works(self) -> None:
        self.begin("def f(secret):\n  breakpoint()\n  return secret\nf(41)")
        self.answer("p secret + 1", 1)
        self.answer("c", 2)

        self.assertEqual(self.runtime.wait("outcome")["value"], "41")
        self.assertIn("42\n", self.runtime.output())


class InputWithoutFork(Input):
    fork = False
    test_a_shadow_can_be_made_while_it_waits = None  # type: ignore[assignment]


if __name__ == "__main__":
    unittest.main()
