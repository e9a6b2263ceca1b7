"""When states are taken and by which policy; what is said where that fails; states beside threads and tracers."""

import os
import unittest
from typing import Any

from worker_case import WorkerCase
from worker_driver import Frame, Runtime


class Policies(WorkerCase):
    def generations(self, runtime: Runtime) -> list[int]:
        """The states that were taken by themselves, after one that was asked for is there."""
        last = runtime.freeze()
        return [frozen.hello["generation"] for frozen in runtime.frozen if frozen is not last]

    def assert_taken(self, runtime: Runtime, generations: list[int]) -> None:
        """These states, once their processes have said hello, which they may do in any order; and no other."""
        runtime.until(lambda: len(runtime.frozen) >= len(generations))
        self.assertEqual(sorted(f.hello["generation"] for f in runtime.frozen), generations)

    def burst(self, runtime: Runtime, count: int, last: str = "None") -> None:
        """Evaluations that are all there before the first ends, so that no idle moment comes between them."""
        runtime.items.clear()
        runtime.start("import time; time.sleep(0.02)")
        for i in range(count - 2):
            runtime.start(f"x{i} = {i}")
        runtime.start(last)
        runtime.until(lambda: len([1 for kind, _ in runtime.items if kind == "outcome"]) == count)

    def test_always_takes_each_state_in_an_idle_moment_beginning_with_the_empty_one(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.fresh_frozen(0)

        for i in range(3):
            runtime.fresh_frozen(runtime.eval(f"x = {i}")["generation"])

        self.assert_taken(runtime, [0, 1, 2, 3])

    def test_always_takes_the_state_before_each_evaluation_of_a_burst(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.fresh_frozen(0)

        self.burst(runtime, 5)
        runtime.fresh_frozen(5)

        self.assert_taken(runtime, [0, 1, 2, 3, 4, 5])

    def test_cheap_takes_none_within_a_burst_and_the_one_after_it(self) -> None:
        runtime = self.fresh(snapshots="cheap")
        runtime.fresh_frozen(0)

        self.burst(runtime, 5)
        runtime.fresh_frozen(5)

        self.assert_taken(runtime, [0, 5])

    def test_cheap_leaves_what_was_dear_and_tries_again_after_a_while(self) -> None:
        runtime = self.fresh(snapshots="cheap")
        runtime.fresh_frozen(0)
        runtime.eval("import gc\nfor one in gc.get_objects():\n  if type(one).__name__ == 'Freezer': one.took_ms.value = 1e3")
        for _ in range(18):
            runtime.eval("None")

        runtime.fresh_frozen(runtime.eval("None")["generation"])

        self.assert_taken(runtime, [0, 20])

    def test_never_takes_one_only_when_asked(self) -> None:
        runtime = self.fresh(snapshots="never")
        self.burst(runtime, 3)

        self.assertEqual(self.generations(runtime), [])
        self.assertEqual(runtime.frozen[0].hello["generation"], 3)

    def test_always_takes_the_state_after_a_silent_evaluation_as_any_other(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.fresh_frozen(0)
        runtime.items.clear()
        runtime.start("import time; time.sleep(0.02)")
        runtime.start("x = 1", silent=True)
        runtime.start("y = 1")
        runtime.fresh_frozen(3)

        self.assert_taken(runtime, [0, 1, 2, 3])

    def test_a_later_configure_changes_the_policy(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.fresh_frozen(0)
        runtime.worker.send("configure", snapshots="never")
        runtime.eval("x = 1")

        self.assertEqual(self.generations(runtime), [0])


class Asking(WorkerCase):
    def ask(self, runtime: Runtime, n: int, **fields: Any) -> Frame:
        runtime.items.clear()
        runtime.worker.send("freeze", n=n, **fields)
        answer = runtime.wait("frozen")
        self.assertEqual(answer["n"], n)
        return answer

    def test_what_is_held_already_is_answered_and_not_taken_again(self) -> None:
        runtime = self.fresh(snapshots="never")
        first, second = self.ask(runtime, 1), self.ask(runtime, 2)

        runtime.until(lambda: runtime.frozen)
        runtime.eval("None")
        self.assertEqual(first["id"], second["id"])
        self.assertEqual(len(runtime.frozen), 1)

    def test_again_takes_it_once_more(self) -> None:
        runtime = self.fresh(snapshots="never")
        first, second = self.ask(runtime, 1), self.ask(runtime, 2, again=True)

        runtime.until(lambda: len(runtime.frozen) == 2)
        self.assertCountEqual([f.hello["id"] for f in runtime.frozen], [first["id"], second["id"]])

    def test_a_thawed_worker_knows_the_state_that_it_came_from(self) -> None:
        runtime = self.fresh(snapshots="never")
        frozen = runtime.freeze()
        runtime.thaw(frozen)

        self.assertEqual(self.ask(runtime, 1)["id"], frozen.hello["id"])

    def test_the_states_of_a_thawed_worker_have_names_of_their_own(self) -> None:
        runtime = self.fresh(snapshots="never")
        frozen = runtime.freeze()
        names = [frozen.hello["id"]]
        for _ in range(3):
            runtime.thaw(frozen)
            names.append(self.ask(runtime, len(names), again=True)["id"])

        self.assertEqual(len(set(names)), 4)

    def test_while_the_session_is_busy_it_waits_for_the_end(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.items.clear()
        runtime.start("x = input()")
        asked = runtime.wait("input")
        runtime.worker.send("freeze", n=1)
        runtime.worker.send("stdin", input_id=asked["input_id"], data="typed\n")
        frozen = runtime.until(lambda: runtime.frozen[-1] if runtime.frozen else None)

        self.assertEqual(frozen.hello["generation"], 1)
        runtime.thaw(frozen)
        self.assertEqual(runtime.eval("x")["value"], "'typed'")

    def test_where_no_process_can_be_made_it_says_so_and_the_session_goes_on(self) -> None:
        if os.getuid() == 0:
            # No limit holds for root; so the worker becomes somebody else, for whom there is one.
            become = "os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)"
        else:
            become = "pass"
        runtime = self.fresh(snapshots="never")
        os.chmod(runtime.folder, 0o755)
        os.chmod(os.path.join(runtime.folder, "link"), 0o666)
        outcome = runtime.eval(
            f"import os, resource; {become}; resource.setrlimit(resource.RLIMIT_NPROC, (0, 0)); x = 'kept';"
        )
        self.assertEqual(outcome["kind"], "result", outcome)

        answer = self.ask(runtime, 1)

        self.assertEqual(answer["id"], "")
        self.assertIn("Resource temporarily unavailable", answer["error"])
        self.assertEqual(runtime.eval("x")["value"], "'kept'")

    def test_where_no_descriptor_is_left_it_says_so_and_the_session_goes_on(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("import resource; limits = resource.getrlimit(resource.RLIMIT_NOFILE)")
        runtime.eval("import os; used = len(os.listdir('/proc/self/fd')) - 1")
        runtime.eval("resource.setrlimit(resource.RLIMIT_NOFILE, (used, limits[1]));")

        refused = self.ask(runtime, 1)
        runtime.eval("resource.setrlimit(resource.RLIMIT_NOFILE, limits); x = 'kept';")

        self.assertEqual(refused["id"], "")
        self.assertIn("Too many open files", refused["error"])
        self.assertEqual(runtime.thaw(runtime.freeze()) and runtime.eval("x")["value"], "'kept'")


class Beside(WorkerCase):
    def test_threads_of_python_that_compute_are_not_in_the_state_and_block_nothing(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval(
            "import random, threading\nrandom.seed(7)\n"
            "def spin():\n    while True: sum(range(100))\n"
            "for _ in range(3): threading.Thread(target=spin, daemon=True).start()"
        )
        frozen = runtime.freeze()
        live = runtime.eval("random.random(), threading.active_count()")["value"]

        runtime.thaw(frozen)
        thawed = runtime.eval("random.random(), threading.active_count()")["value"]

        self.assertEqual([live.split(",")[1], thawed.split(",")[1]], [" 4)", " 1)"])
        self.assertEqual(live.split(",")[0], thawed.split(",")[0])
        self.assertEqual([warning["kind"] for warning in frozen.hello["warnings"]].count("thread"), 3)
        self.assertEqual(runtime.eval("import time; time.sleep(0.01); 'alive'")["value"], "'alive'")

    def test_with_threads_each_request_takes_a_new_state(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("import threading; gate = threading.Event(); threading.Thread(target=gate.wait, daemon=True).start()")

        names = {runtime.freeze().hello["id"] for _ in range(2)}

        self.assertEqual(len(names), 2)

    def test_with_a_background_task_each_request_takes_a_new_state(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval(
            "import asyncio\nticks = 0\n"
            "async def tick():\n    global ticks\n    while True:\n        ticks += 1\n        await asyncio.sleep(0.001)\n"
            "async def begin():\n    global task\n    task = asyncio.create_task(tick())\n"
            "await begin()"
        )
        first, second = runtime.freeze(), runtime.freeze()

        runtime.thaw(first)

        self.assertIsNot(first, second)
        self.assertEqual(runtime.eval("before = ticks; await asyncio.sleep(0.02); ticks > before")["value"], "True")

    def test_a_user_s_handler_is_not_told_of_a_child_of_ours(self) -> None:
        runtime = self.fresh(snapshots="never")
        # A native thread, so that the worker is forked twice: numpy would do the same.
        runtime.eval(
            "import signal, threading\ntold = []\nsignal.signal(signal.SIGCHLD, lambda *_: told.append(1))\n"
            "gate = threading.Event(); threading.Thread(target=gate.wait, daemon=True).start()"
        )
        runtime.freeze()

        self.assertEqual(runtime.eval("told")["value"], "[]")

    def test_no_tracer_of_the_user_runs_in_a_frozen_process(self) -> None:
        runtime = self.fresh(snapshots="never")
        path = os.path.join(runtime.folder, "traced")
        runtime.eval(
            "import os, sys\nhome = os.getpid()\n"
            "def trace(frame, event, argument):\n"
            f"    if os.getpid() != home: open({path!r}, 'a').write(frame.f_code.co_name + chr(10))\n"
            "    return trace\n"
            "sys.settrace(trace); sys.setprofile(trace)"
        )
        runtime.freeze()
        live = runtime.eval("sys.gettrace() is trace, sys.getprofile() is trace")["value"]

        self.assertEqual(live, "(True, True)")
        self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
