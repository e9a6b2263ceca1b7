"""Interrupts: of computing, sleeping, waiting, awaiting; when there is nothing to interrupt; twice."""

import os
import signal
import unittest

from worker_case import WorkerCase


class Interrupts(WorkerCase):
    def interrupted(self, code: str, ready: str = "ready") -> dict[str, object]:
        """Starts `code`, interrupts it once it has printed `ready`, and returns its outcome."""
        self.runtime.items.clear()
        self.runtime.start(code)
        self.runtime.until(lambda: ready in self.runtime.output())
        self.runtime.interrupt()
        return self.runtime.wait("outcome")

    def test_computing_sleeping_and_waiting_for_a_child_are_interrupted(self) -> None:
        for body in (
            "while True: pass",
            "import time; time.sleep(100)",
            "import subprocess; subprocess.run(['sleep', '100'])",
            "import threading; threading.Event().wait()",
            "[0 for _ in iter(int, 1)]",
        ):
            with self.subTest(body=body):
                outcome = self.interrupted(f"print('ready')\n{body}")

                self.assertEqual((outcome["kind"], outcome["exception_type"]), ("error", "KeyboardInterrupt"))
                self.assertTrue(outcome["interrupted"])

    def test_the_session_keeps_its_state(self) -> None:
        self.interrupted("kept = 5\nprint('ready')\nwhile True: pass")

        self.assertEqual(self.value("kept"), "5")

    def test_an_interrupt_that_comes_with_started_is_not_lost(self) -> None:
        for _ in range(50):
            self.runtime.items.clear()
            self.runtime.start("while True: pass")
            self.runtime.wait("started")

            self.runtime.interrupt()

            self.assertTrue(self.runtime.wait("outcome")["interrupted"])

    def test_an_interrupt_between_evaluations_does_nothing(self) -> None:
        self.runtime.eval("1")
        for _ in range(20):
            self.runtime.interrupt()

        self.assertEqual(self.value("2"), "2")

    def test_a_program_that_catches_the_first_is_stopped_by_the_second(self) -> None:
        self.runtime.items.clear()
        self.runtime.start(
            "try:\n  print('ready')\n  while True: pass\nexcept KeyboardInterrupt:\n  print('caught')\nwhile True: pass"
        )
        self.runtime.until(lambda: "ready" in self.runtime.output())
        self.runtime.interrupt()
        self.runtime.until(lambda: "caught" in self.runtime.output())

        self.runtime.interrupt()

        self.assertTrue(self.runtime.wait("outcome")["interrupted"])

    def test_a_program_that_catches_it_and_ends_well_has_a_result(self) -> None:
        outcome = self.interrupted("try:\n  print('ready')\n  while True: pass\nexcept KeyboardInterrupt:\n  x = 'cleaned up'\nx")

        self.assertEqual(outcome["value"], "'cleaned up'")

    def test_a_burst_of_output_is_interrupted_and_the_session_goes_on(self) -> None:
        outcome = self.interrupted("print('ready')\nwhile True: print('x' * 50)")

        self.assertTrue(outcome["interrupted"])
        self.runtime.eval("print('next')")
        self.assertEqual(self.runtime.output(), "next\n")

    def test_an_awaited_task_is_cancelled_and_its_cleanup_runs(self) -> None:
        outcome = self.interrupted(
            "import asyncio\nasync def f():\n  try:\n    asyncio.get_running_loop().call_later(0.01, print, 'ready')\n    await asyncio.sleep(100)\n"
            "  finally:\n    await asyncio.sleep(0)\n    print('cleanup')\nawait f()"
        )

        self.assertEqual((outcome["exception_type"], outcome["interrupted"]), ("KeyboardInterrupt", True))
        self.assertIn("cleanup\n", self.runtime.output())
        self.assertIsNone(self.value("await asyncio.sleep(0)"))

    def test_a_coroutine_that_computes_is_interrupted(self) -> None:
        outcome = self.interrupted("async def f():\n  print('ready')\n  while True: pass\nawait f()")

        self.assertTrue(outcome["interrupted"])
        self.assertEqual(self.value("import asyncio\nawait asyncio.sleep(0, 3)"), "3")

    def test_a_task_that_refuses_its_cancellation_is_left_by_the_second(self) -> None:
        self.runtime.items.clear()
        self.runtime.start(
            "import asyncio\nasync def f():\n  asyncio.get_running_loop().call_later(0.01, print, 'ready')\n  while True:\n    try: await asyncio.sleep(100)\n"
            "    except asyncio.CancelledError: print('refused')\nawait f()"
        )
        self.runtime.until(lambda: "ready" in self.runtime.output())
        self.runtime.interrupt()
        self.runtime.until(lambda: "refused" in self.runtime.output())

        self.runtime.interrupt()

        self.assertTrue(self.runtime.wait("outcome")["interrupted"])
        self.assertEqual(self.value("1"), "1")

    def test_asyncio_run_is_interrupted(self) -> None:
        outcome = self.interrupted(
            "import asyncio\nasync def f():\n  try:\n    print('ready'); await asyncio.sleep(100)\n  finally: print('cleanup')\nasyncio.run(f())"
        )

        self.assertTrue(outcome["interrupted"])
        self.assertIn("cleanup\n", self.runtime.output())

    def test_a_background_task_that_computes_can_be_interrupted_between_evaluations(self) -> None:
        self.runtime.items.clear()
        self.runtime.eval(
            "import asyncio\nasync def spin():\n  await asyncio.sleep(0.01)\n  print('spinning')\n  while True: pass\n"
            "async def go(): return asyncio.create_task(spin())\nt = await go()"
        )
        self.runtime.until(lambda: "spinning" in self.runtime.output())

        self.runtime.interrupt()

        self.assertEqual(self.value("'alive'"), "'alive'")

    def test_a_handler_of_the_user_gets_the_signal_as_in_any_program(self) -> None:
        runtime = self.fresh()
        runtime.start(
            "import signal, time\ngot = []\nsignal.signal(signal.SIGINT, lambda *a: got.append(1))\nprint('ready')\n"
            "while not got: time.sleep(0.001)\ngot"
        )
        runtime.until(lambda: "ready" in runtime.output())
        os.killpg(runtime.pid, signal.SIGINT)

        self.assertEqual(runtime.wait("outcome")["value"], "[1]")


class InterruptsWithoutFork(WorkerCase):
    fork = False

    def test_an_interrupt_frame_stops_user_code(self) -> None:
        for body in ("while True: pass", "import time; time.sleep(100)", "input()"):
            with self.subTest(body=body):
                self.runtime.items.clear()
                self.runtime.start(f"print('ready')\n{body}")
                self.runtime.until(lambda: "ready" in self.runtime.output())
                if body == "input()":
                    self.runtime.wait("input")

                self.runtime.interrupt()

                self.assertTrue(self.runtime.wait("outcome")["interrupted"])


if __name__ == "__main__":
    unittest.main()
