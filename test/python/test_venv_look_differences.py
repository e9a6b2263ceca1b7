"""How frames and arrays of two states differ; run by the Python of the project's virtual environment, which has them."""

import copy
import os
import tempfile
import time
import unittest
from typing import Any

import look_support
from hindsight_worker.look.digests import digest_of
from shadow_process import ShadowProcess

import numpy as np
import pandas as pd


def digest(value: Any) -> str:
    return digest_of(value, time.monotonic() + 60)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a": [1, 2, 3], "b": ["x", "y", None], "c": pd.Categorical(["u", "v", "u"]), "t": pd.date_range("2026-01-01", periods=3),
            "n": pd.array([1, None, 3], dtype="Int64"), "f": [1.5, float("nan"), 3.0],
        },
        index=["p", "q", "r"],
    )  # fmt: skip


class Digests(unittest.TestCase):
    def test_equal_values_made_apart_have_equal_digests(self) -> None:
        for value in (frame(), np.arange(5), frame()["c"], frame().index, np.float64(1), np.random.default_rng(1), np.array([[1, "a"]], dtype=object)):
            self.assertEqual(digest(value), digest(copy.deepcopy(value)), value)

    def test_values_that_differ_in_anything_have_others(self) -> None:
        values: list[Any] = [
            np.zeros(4), np.zeros((2, 2)), np.zeros(4, dtype="f4"), np.zeros(4, dtype="i8"), np.zeros(4, dtype=">f8"), np.array([0.0, 0, 0, -0.0]),
            np.zeros(4, dtype="m8[s]"), np.ma.array([0.0] * 4), np.ma.array([0.0] * 4, mask=[1, 0, 0, 0]), np.float64(0), np.float32(0), frame(),
            frame()["a"], frame()[["a"]], frame().rename(columns={"a": "A"}), frame().reset_index(drop=True), frame().astype({"a": "float64"}),
            pd.RangeIndex(3), pd.Index([0, 1, 2]), pd.Series([0, 1, 2]), pd.Series([0, 1, 2], name="s"), pd.Series([0, 1, 2], index=[1, 2, 3]),
            pd.Timestamp("2026"), pd.Timestamp("2026", tz="UTC"), pd.period_range("2026", periods=2), pd.interval_range(0, 2), np, pd, np.sum, np.add,
            np.multiply, np.dtype("f8"), np.dtype("f4"), np.random.default_rng(1), np.random.default_rng(2), pd.Series(["a"], dtype="category"),
        ]  # fmt: skip
        by_digest: dict[str, list[Any]] = {}
        for value in values:
            by_digest.setdefault(digest(value), []).append(value)

        self.assertFalse(any(found.startswith("?") for found in by_digest))
        self.assertEqual([held for held in by_digest.values() if len(held) > 1], [])

    def test_a_change_of_any_cell_is_seen(self) -> None:
        before = digest(frame())
        for column, value in {"a": 9, "b": "z", "c": "v", "t": pd.Timestamp("2030"), "n": 2, "f": 0.0}.items():
            changed = frame()
            changed.loc["p", column] = value
            self.assertNotEqual(digest(changed), before, column)

    def test_a_view_and_a_transposed_array_count_by_what_they_hold(self) -> None:
        array = np.arange(6).reshape(2, 3)
        self.assertEqual(digest(array.T), digest(np.ascontiguousarray(array.T)))
        self.assertEqual(digest(array[:, 1]), digest(np.array([1, 4])))


class Differences(unittest.TestCase):
    def one(self, before: Any, after: Any) -> dict[str, Any]:
        states = [ShadowProcess({"v": each}) for each in (before, after)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "handed-over")
            states[0].fields("hand_over", names=["v"], path=path, seconds=60)
            told = states[1].fields("compare", names=["v"], path=path, seconds=60)
        for each in states:
            each.close()
        (found,) = told["changed"]
        return found  # type: ignore[no-any-return]

    def test_cells(self) -> None:
        after = frame()
        after.loc["q", "a"] = 20
        after.loc["p", "b"] = "z"
        after.loc["r", "c"] = "v"
        after.loc["p", "t"] = pd.Timestamp("2027-05-01 06:00")
        after.loc["q", "n"] = 2
        found = self.one(frame(), after)

        self.assertEqual(found["summary"], "5 cells changed in a, b, c and 2 more")
        self.assertEqual(
            [tuple(cell.values()) for cell in found["cells"]],
            [
                ("q", "a", "2", "20"), ("p", "b", "x", "z"), ("r", "c", "u", "v"), ("p", "t", "2026-01-01", "2027-05-01T06:00:00"),
                ("q", "n", "None", "2"),
            ],
        )  # fmt: skip

    def test_rows_by_label_wherever_they_stand(self) -> None:
        after = pd.concat([frame().drop(index="q"), frame().rename(index={"p": "new", "q": "newer", "r": "newest"})]).sort_index()
        found = self.one(frame(), after)
        self.assertEqual(found["summary"], "3 rows added, 1 row removed")

    def test_rows_without_labels_by_position(self) -> None:
        before, after = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 5, 6]})
        self.assertEqual(self.one(before, after)["summary"], "1 row added, 1 cell changed in a")

    def test_rows_that_were_filtered_out(self) -> None:
        before = pd.DataFrame({"a": range(100)})
        self.assertEqual(self.one(before, before[before.a % 2 == 0])["summary"], "50 rows removed")

    def test_columns_and_their_types(self) -> None:
        self.assertEqual(self.one(frame(), frame().drop(columns=["a", "b"]).assign(z=1))["summary"], "column z added, columns a, b removed")
        self.assertEqual(self.one(frame(), frame().astype({"a": "float64"}))["summary"], "a: int64 → float64")

    def test_series_and_an_order_alone(self) -> None:
        self.assertEqual(self.one(pd.Series([1, 2]), pd.Series([1, 3]))["summary"], "1 element changed")
        self.assertEqual(self.one(frame(), frame()[["b", "a", "c", "t", "n", "f"]])["summary"], "another order or other labels")

    def test_arrays(self) -> None:
        after = np.arange(10_000.0).reshape(100, 100)
        after[3, 4] += 0.5
        after[5, 6] -= 2
        found = self.one(np.arange(10_000.0).reshape(100, 100), after)

        self.assertEqual(found["summary"], "2 of 10,000 elements, largest difference 2")
        self.assertEqual(found["cells"][0], {"row": "[3, 4]", "column": "", "before": "304.0", "after": "304.5"})
        self.assertEqual(self.one(np.zeros((3, 4)), np.zeros((5, 4)))["summary"], "shape (3, 4) → (5, 4)")
        self.assertEqual(self.one(np.zeros(3), np.zeros(3, "i4"))["summary"], "dtype float64 → int32")
        self.assertEqual(self.one(np.array([0], "u1"), np.array([200], "u1"))["summary"], "1 of 1 elements, largest difference 200")
        self.assertEqual(self.one(np.array([-(2**63)]), np.array([2**63 - 1]))["summary"], f"1 of 1 elements, largest difference {2**64 - 1:,}")
        self.assertEqual(self.one(np.array([True]), np.array([False]))["summary"], "1 of 1 elements, largest difference 1")
        self.assertEqual(self.one(np.array([np.nan, 1]), np.array([np.nan, 2]))["summary"], "1 of 2 elements, largest difference 1")

    def test_arrays_of_objects_records_and_times(self) -> None:
        self.assertEqual(self.one(np.array([1, "a"], dtype=object), np.array([1, "b"], dtype=object))["summary"], "1 of 2 elements")
        records = np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
        after = records.copy()
        after["a"][1] = 4
        self.assertEqual(self.one(records, after)["cells"], [{"row": "[1]", "column": "", "before": "(0, 0.0)", "after": "(4, 0.0)"}])
        self.assertEqual(self.one(np.array(["2026"], "M8[Y]"), np.array(["NaT"], "M8[Y]"))["summary"], "1 of 1 elements")

    def test_numbers_of_numpy(self) -> None:
        self.assertEqual(self.one(np.float64(1), np.float64(2.5))["summary"], "1.0 → 2.5 (+1.5)")

    def test_a_frame_of_a_million_rows_is_compared_within_the_time(self) -> None:
        before = pd.DataFrame({"n": np.arange(1_000_000), "x": np.zeros(1_000_000)})
        after = before.copy()
        after.loc[999_999, "x"] = 1
        self.assertEqual(self.one(before, after)["summary"], "1 cell changed in x")


assert look_support
