"""Thawing: new workers and shadows of a frozen process, which it survives, and which are as good as any."""

import os
import signal
import unittest

from test_worker_processes import is_running
from worker_case import WorkerCase
from worker_driver import Runtime


def descriptors(pid: int) -> dict[str, str]:
    """What a process has open."""
    folder = f"/proc/{pid}/fd"
    return {name: os.readlink(f"{folder}/{name}") for name in os.listdir(folder)}


def parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


class Thawing(WorkerCase):
    def state(self, runtime: Runtime, expression: str) -> str:
        return runtime.eval(expression)["value"]

    def test_a_thawed_worker_has_the_state_and_goes_on_from_it(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("x = [1]; y = 'kept'")
        frozen = runtime.freeze()
        runtime.eval("x.append(2); del y")

        session = runtime.thaw(frozen)
        outcome = runtime.eval("print('said'); x.append(3); x, y")

        self.assertEqual(outcome["value"], "([1, 3], 'kept')")
        self.assertEqual(outcome["generation"], 2)
        self.assertEqual(runtime.output(), "said\n")
        self.assertEqual(session.worker.hello["generation"], 1)

    def test_the_frozen_process_stays_and_thaws_again(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("x = 0")
        frozen = runtime.freeze()

        found = []
        for _ in range(3):
            runtime.thaw(frozen)
            found.append(self.state(runtime, "x += 1; x"))

        self.assertEqual(found, ["1"] * 3)
        self.assertEqual(len(set(frozen.answers)), 3)

    def test_it_outlives_its_worker_and_those_thawed_of_it(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("x = 'state'")
        frozen = runtime.freeze()
        os.kill(runtime.pid, signal.SIGKILL)
        runtime.until(lambda: not is_running(runtime.pid))
        runtime.thaw(frozen)
        os.kill(runtime.pid, signal.SIGKILL)
        runtime.until(lambda: not is_running(runtime.pid))

        runtime.thaw(frozen)

        self.assertEqual(self.state(runtime, "x"), "'state'")

    def test_the_link_of_a_dead_worker_closes_although_states_of_it_are_held(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("x = 1")
        runtime.freeze()

        os.kill(runtime.pid, signal.SIGKILL)

        runtime.until(lambda: runtime.worker.closed)

    def test_the_zygote_tells_how_a_thawed_worker_has_ended(self) -> None:
        runtime = self.fresh(snapshots="never")
        session = runtime.thaw(runtime.freeze())
        runtime.start("import os; os._exit(7)")

        ended = runtime.until(lambda: next((f for f in runtime.control if f.get("pid") == session.pid), None))

        self.assertEqual(ended, {"type": "exited", "id": "", "pid": session.pid, "code": 7, "signal": None})

    def test_what_was_received_and_not_handled_is_not_handled_in_a_thawed_worker(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.items.clear()
        runtime.start("import time; time.sleep(0.02); x = 1")
        runtime.start("x = 2; y = 'ran'")
        frozen = runtime.fresh_frozen(1)

        runtime.thaw(frozen)

        self.assertEqual(self.state(runtime, "x, 'y' in globals()"), "(1, False)")

    def test_an_interrupt_reaches_a_thawed_worker_and_no_frozen_process(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("x = 1")
        frozen = runtime.freeze()
        runtime.thaw(frozen)
        runtime.items.clear()
        runtime.start("print('ready')\nwhile True: pass")
        runtime.until(lambda: "ready" in runtime.output())

        runtime.interrupt()

        self.assertTrue(runtime.wait("outcome")["interrupted"])
        self.assertFalse(frozen.closed)
        self.assertEqual(self.state(runtime, "x"), "1")

    def test_signals_to_a_frozen_process_wait_and_never_run_user_code(self) -> None:
        runtime = self.fresh(snapshots="never")
        path = os.path.join(runtime.folder, "told")
        runtime.eval(
            f"import signal\nfor one in (signal.SIGUSR1, signal.SIGTERM):\n"
            f"    signal.signal(one, lambda *_: open({path!r}, 'w').close());"
        )
        frozen = runtime.freeze()

        os.kill(frozen.hello["pid"], signal.SIGUSR1)
        os.kill(frozen.hello["pid"], signal.SIGTERM)
        runtime.thaw(frozen)

        self.assertEqual(self.state(runtime, "signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL"), "True")
        self.assertFalse(os.path.exists(path))

    def test_the_signal_mask_of_user_code_comes_back(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1});")
        frozen = runtime.freeze()

        live = self.state(runtime, "signal.pthread_sigmask(signal.SIG_BLOCK, [])")
        runtime.thaw(frozen)

        self.assertEqual(self.state(runtime, "signal.pthread_sigmask(signal.SIG_BLOCK, [])"), live)
        self.assertIn("SIGUSR1", live)

    def test_an_input_is_asked_and_answered(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.thaw(runtime.freeze())
        runtime.items.clear()
        runtime.start("input('name? ')")

        asked = runtime.wait("input")
        runtime.worker.send("stdin", input_id=asked["input_id"], data="Ada\n")

        self.assertEqual(runtime.wait("outcome")["value"], "'Ada'")

    def test_a_child_that_user_code_forks_there_never_speaks_for_the_session(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.thaw(runtime.freeze())

        outcome = runtime.eval("import os, sys\npid = os.fork()\nif pid == 0: sys.exit(3)\nos.waitpid(pid, 0)[1] >> 8")

        self.assertEqual(outcome["value"], "3")

    def test_a_fifo_that_cannot_be_made_is_said_by_number_and_nothing_is_forked(self) -> None:
        runtime = self.fresh(snapshots="never")
        frozen = runtime.freeze()
        folder = runtime.folder
        runtime.folder = "/nowhere"
        try:
            with self.assertRaises(FileNotFoundError):
                runtime.thaw(frozen)
        finally:
            runtime.folder = folder

        runtime.thaw(frozen)

        self.assertEqual(self.state(runtime, "1 + 1"), "2")

    def test_the_modes_of_the_fifos_do_not_depend_on_the_mask_of_user_code(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("import os; os.umask(0o777);")

        runtime.thaw(runtime.freeze())

        self.assertEqual(self.state(runtime, "2 + 2"), "4")


class Shadows(WorkerCase):
    def test_a_shadow_answers_looks_at_the_state(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("shadow_name = 1")
        frozen = runtime.freeze()
        runtime.eval("del shadow_name; shadow_other = 2")

        answer = runtime.look(runtime.thaw_shadow(frozen), "complete", prefix="shadow_")

        self.assertEqual([item["candidate"] for item in answer["fields"]["completions"]], ["shadow_name"])

    def test_several_at_once_ignore_the_interrupt_of_the_session(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("name = 1")
        frozen = runtime.freeze()
        shadows = [runtime.thaw_shadow(frozen) for _ in range(3)]
        runtime.items.clear()
        runtime.start("while True: pass")
        runtime.wait("started")

        runtime.interrupt()
        runtime.wait("outcome")

        found = [runtime.look(shadow, "complete", prefix="nam")["found"] for shadow in shadows]
        self.assertEqual(found, [True] * 3)

    def test_it_ends_with_its_link_and_the_frozen_process_with_its_own(self) -> None:
        runtime = self.fresh(snapshots="never")
        frozen = runtime.freeze()
        shadow = runtime.thaw_shadow(frozen)
        pid = frozen.answers[-1][0]

        shadow.send("exit")
        shadow.sock.shutdown(2)
        runtime.until(lambda: not is_running(pid))
        self.assertTrue(is_running(frozen.hello["pid"]))
        frozen.sock.shutdown(2)

        runtime.until(lambda: not is_running(frozen.hello["pid"]))


class Invisible(WorkerCase):
    def test_user_code_finds_no_child_and_no_descriptor_of_ours(self) -> None:
        runtime = self.fresh(snapshots="never")
        look = (
            "import os, multiprocessing\n"
            "def children():\n"
            "    try: return os.waitpid(-1, os.WNOHANG)\n"
            "    except ChildProcessError: return 'none'\n"
            "def listed(): return open(f'/proc/self/task/{os.getpid()}/children').read()\n"
        )
        runtime.eval(look)
        before = sorted(descriptors(runtime.pid))
        frozen = runtime.freeze()

        after = self.seen(runtime)
        runtime.thaw(frozen)
        thawed = self.seen(runtime)

        self.assertEqual([after, thawed], [("('none', '', [])", before)] * 2)

    def seen(self, runtime: Runtime) -> tuple[str, list[str]]:
        value = runtime.eval("children(), listed(), multiprocessing.active_children()")["value"]
        return value, sorted(descriptors(runtime.pid))

    def test_neither_it_nor_a_shadow_holds_open_what_user_code_closes(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("import subprocess\np = subprocess.Popen(['cat'], stdin=subprocess.PIPE)")
        runtime.thaw_shadow(runtime.freeze())

        self.assertEqual(runtime.eval("p.stdin.close(); p.wait(20)")["value"], "0")

    def test_frozen_processes_and_thawed_workers_are_siblings_of_the_worker(self) -> None:
        runtime = self.fresh(snapshots="never")
        frozen = runtime.freeze()
        session = runtime.thaw(frozen)

        parents = {parent(pid) for pid in (runtime.pid, frozen.hello["pid"], session.pid)}

        self.assertEqual(parents, {runtime.process.pid})
        self.assertEqual(os.getpgid(session.pid), session.pid)
        self.assertNotEqual(os.getpgid(frozen.hello["pid"]), os.getpgid(session.pid))

    def test_a_frozen_process_goes_first_when_memory_runs_out_and_a_thawed_worker_as_before(self) -> None:
        runtime = self.fresh(snapshots="never")
        before = self.score(runtime.pid)
        frozen = runtime.freeze()
        session = runtime.thaw(frozen)

        self.assertEqual([self.score(frozen.hello["pid"]), self.score(session.pid)], ["900", before])

    def score(self, pid: int) -> str:
        with open(f"/proc/{pid}/oom_score_adj") as file:
            return file.read().strip()

    def test_all_end_when_the_runtime_goes(self) -> None:
        runtime = Runtime(snapshots="never")
        frozen = runtime.freeze()
        thawed = [runtime.thaw(frozen).pid for _ in range(2)]
        runtime.thaw_shadow(frozen)
        started = int(runtime.eval("import subprocess; subprocess.Popen(['sleep', '1000']).pid")["value"])
        everybody = [frozen.hello["pid"], *thawed, frozen.answers[-1][0], started]

        runtime.close()

        self.wait_until_gone(everybody)

    def wait_until_gone(self, pids: list[int]) -> None:
        for pid in pids:
            try:
                watched = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            try:
                import select

                self.assertTrue(select.select([watched], [], [], 10)[0], f"{pid} is still there")
            finally:
                os.close(watched)


class Chains(WorkerCase):
    def test_a_hundred_states_each_of_a_worker_that_was_restored_from_the_one_before(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval("depth = 0")
        first = len(descriptors(runtime.pid))
        for _ in range(100):
            frozen = runtime.freeze(again=True)
            os.kill(runtime.pid, signal.SIGKILL)
            runtime.thaw(frozen)
            runtime.eval("depth += 1")

        found = runtime.eval("depth")["value"]
        oldest = runtime.thaw(runtime.frozen[0])

        self.assertEqual(found, "100")
        self.assertEqual(len(descriptors(oldest.pid)), first)
        self.assertEqual(len(descriptors(runtime.pid)), first)
        self.assertEqual(runtime.eval("depth")["value"], "0")
        self.assertLessEqual({len(descriptors(f.hello["pid"])) for f in runtime.frozen}, {first, first + 1})


if __name__ == "__main__":
    unittest.main()
