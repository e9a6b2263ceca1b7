"""The same continuation: who is thawed uses memory, chance and order exactly as the original went on to."""

import unittest

from worker_case import WorkerCase
from worker_driver import Peer, Runtime

# What depends on every allocation before it: the addresses of new objects of all sizes, the order of a set of
# objects, when the collector runs; and what a fork may change by itself: the random stream.
FINGERPRINT = """
import gc, random
class Plain:
    def __init__(self, number): self.number = number
def fingerprint():
    counts = gc.get_count()
    fresh = [Plain(i) for i in range(3000)]
    order = [one.number for one in {*fresh}]
    bare = [object() for _ in range(3000)]
    sizes = [bytearray(n) for n in range(8, 5000, 8)]
    tuples = [tuple(range(n)) for n in range(1, 25)]
    places = [tuple(map(id, some)) for some in (bare, sizes, tuples)]
    return [random.random(), hash("text"), hash(tuple(order)), *map(hash, places), counts]
"""


class SameContinuation(WorkerCase):
    def go_on(self, runtime: Runtime) -> str:
        # The same count each time: it is in the name of the code's file, and a longer name takes more memory.
        return runtime.eval("fingerprint()", execution_count=7)["value"]

    def restored(self, runtime: Runtime, frozen: Peer) -> str:
        runtime.thaw(frozen)
        return self.go_on(runtime)

    def test_of_a_state_that_was_asked_for(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval(FINGERPRINT)
        frozen = runtime.freeze()

        live = self.go_on(runtime)
        restored = [self.restored(runtime, frozen) for _ in range(3)]

        self.assertEqual(restored, [live] * 3)

    def test_of_a_state_that_was_taken_in_an_idle_moment(self) -> None:
        runtime = self.fresh(snapshots="always")
        frozen = runtime.fresh_frozen(runtime.eval(FINGERPRINT)["generation"])

        live = self.go_on(runtime)
        restored = [self.restored(runtime, frozen) for _ in range(2)]

        self.assertEqual(restored, [live] * 2)

    def test_of_a_state_that_was_taken_right_before_an_evaluation(self) -> None:
        runtime = self.fresh(snapshots="always")
        # Both are there before the first ends, so that no idle moment comes between them.
        runtime.items.clear()
        runtime.start(FINGERPRINT + "\nimport time; time.sleep(0.01)")
        runtime.start("fingerprint()", execution_count=7)
        frozen = runtime.fresh_frozen(1)
        runtime.until(lambda: len([1 for kind, _ in runtime.items if kind == "outcome"]) == 2)
        live = [item["value"] for kind, item in runtime.items if kind == "outcome" and item["generation"] == 2]

        self.assertEqual([self.restored(runtime, frozen) for _ in range(2)], live * 2)

    def test_of_a_state_of_a_restored_session(self) -> None:
        runtime = self.fresh(snapshots="never")
        runtime.eval(FINGERPRINT)
        runtime.thaw(runtime.freeze())
        frozen = runtime.freeze(again=True)

        live = self.go_on(runtime)
        restored = [self.restored(runtime, frozen) for _ in range(2)]

        self.assertEqual(restored, [live] * 2)

    def test_after_several_evaluations_on_both_ways(self) -> None:
        runtime = self.fresh(snapshots="always")
        runtime.eval(FINGERPRINT)
        # Nobody asks for it: what the original is asked, and the restored one is not, uses memory, too.
        frozen = runtime.fresh_frozen(1)

        def walk() -> list[str]:
            for count in (11, 12, 13):
                runtime.eval(f"kept_{count} = [object() for _ in range(100)]", execution_count=count)
                runtime.fresh_frozen(count - 9)
            # Not where tuples come from: those that Python keeps in store depend on what the system answers, too.
            return [runtime.eval("part = fingerprint(); part[:-2]", execution_count=14)["value"]]

        live = walk()
        runtime.frozen.clear()
        # The frozen processes of both are taken in the same idle moments.
        runtime.thaw(frozen)

        self.assertEqual(walk(), live)


if __name__ == "__main__":
    unittest.main()
