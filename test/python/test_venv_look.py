"""Looking at frames and arrays; run by the Python of the project's virtual environment, which has them."""

import os
import unittest
from typing import Any

from look_support import at_cursor
from hindsight_worker import look
from hindsight_worker.look import throwaway
from hindsight_worker.look.summary import summarize

import numpy as np
import pandas as pd


class Spoken:
    def __repr__(self) -> str:
        raise AssertionError("a repr ran in the session")


NAMESPACE: dict[str, Any] = {
    "frame": pd.DataFrame(
        {"name": ["Ada", "Bob"], "age": [36, 7], "with space": [1.5, 2.5], 3: [0, 0]}, index=["x", "y"]
    ),
    "large": pd.DataFrame(np.zeros((12_481, 9)), columns=list("abcdefghi")),
    "nested": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("top", "left"), ("top", "right")])),
    "array": np.arange(12.0).reshape(3, 4),
    "records": np.zeros(2, dtype=[("field", "i4"), ("other", "f8")]),
    "objects": np.array([Spoken(), 1], dtype=object),
    "spoken": pd.DataFrame({"who": [Spoken()]}),
    "dates": pd.Series(pd.date_range("2026-01-01", periods=3)),
    "scalar": np.float64(1.5),
    "np": np,
    "pd": pd,
}


def info(code: str, **more: Any) -> dict[str, Any]:
    return look.answer(NAMESPACE, at_cursor(code, kind="info", **more)) or {}


def names(code: str) -> list[str]:
    found = look.answer(NAMESPACE, at_cursor(code, kind="complete")) or {"completions": []}
    return [completion["candidate"] for completion in found["completions"]]


class Completion(unittest.TestCase):
    def test_offers_columns(self) -> None:
        self.assertEqual(names('frame["|'), ["age", "name", "with space"])
        self.assertEqual(names('frame[["age", "na|'), ["name"])
        self.assertEqual(names('frame.loc[["x", "|'), ["x", "y"])
        self.assertEqual(names('frame.loc[["x"], ["na|'), ["name"])
        self.assertEqual(names('nested["|'), ["top"])
        self.assertEqual(names('records["|'), ["field", "other"])

    def test_offers_rows_and_columns_to_loc(self) -> None:
        self.assertEqual(names('frame.loc["|'), ["x", "y"])
        self.assertEqual(names('frame.loc[:, "a|'), ["age"])

    def test_offers_columns_before_methods(self) -> None:
        self.assertEqual(names("frame.a|")[0], "age")
        self.assertNotIn("with space", names("frame.w|"))

    def test_follows_columns_and_accessors(self) -> None:
        self.assertIn("upper", names('frame["name"].str.up|'))
        self.assertIn("year", names("dates.dt.ye|"))
        self.assertIn("mean", names("frame.age.me|"))
        self.assertIn("reshape", names("array.T.resh|"))

    def test_offers_the_functions_of_numpy(self) -> None:
        self.assertEqual(names("np.linsp|"), ["linspace"])
        self.assertEqual(names("np.linspace(0, 1, nu|")[:1], ["num="])


class Information(unittest.TestCase):
    def test_tells_shape_and_columns_of_a_frame(self) -> None:
        told = info("larg|e")

        self.assertEqual(
            (told["type"], told["shape"], told["length"]),
            ("pandas.core.frame.DataFrame" if pd.__version__ < "3" else "pandas.DataFrame", [12_481, 9], 12_481),
        )
        self.assertEqual(told["columns"][0], {"name": "a", "dtype": "float64"})
        self.assertEqual([c["name"] for c in info("neste|d")["columns"]], ["top, left", "top, right"])
        self.assertEqual([c["name"] for c in info("fram|e")["columns"]], ["name", "age", "with space", "3"])

    def test_describes_a_frame_where_nothing_may_be_forked(self) -> None:
        self.assertEqual(info("larg|e")["preview"], "DataFrame 12,481 rows × 9 columns")

    def test_tells_shape_dtype_and_values_of_an_array(self) -> None:
        told = info("arra|y")

        self.assertEqual((told["type"], told["shape"], told["dtype"]), ("numpy.ndarray", [3, 4], "float64"))
        self.assertEqual(told["preview"].split("\n")[0], "array([[ 0.,  1.,  2.,  3.],")

    def test_does_not_ask_what_an_array_or_a_frame_holds(self) -> None:
        self.assertEqual(info("object|s")["preview"], "ndarray object (2,)")
        self.assertEqual(info("spoke|n")["preview"], "DataFrame 1 row × 1 column")

    def test_shows_a_scalar(self) -> None:
        self.assertEqual(info("scala|r")["preview"], repr(np.float64(1.5)))

    def test_does_not_call_a_formatter_of_the_users(self) -> None:
        def formatter(_value: object) -> str:
            raise AssertionError("a formatter ran in the session")

        with np.printoptions(formatter={"all": formatter}):
            self.assertIn("array([[", info("arra|y")["preview"])

    def test_helps_with_signatures(self) -> None:
        told = info("np.linspace(0, |", context="call")

        self.assertEqual(told["signature"]["active"], 1)
        self.assertIn("end value", told["signature"]["parameters"][1]["doc"])

    def test_finds_the_definition_of_a_method(self) -> None:
        told = info("frame.hea|d")

        self.assertTrue(told["file"].endswith(os.path.join("pandas", "core", "generic.py")))


class InAFork(unittest.TestCase):
    def test_prints_a_frame_in_a_throw_away_fork(self) -> None:
        throwaway.closes_in_child(object())
        self.addCleanup(setattr, throwaway, "_allowed", False)

        preview = info("fram|e")["preview"]

        self.assertEqual(preview.split("\n")[1].split(), ["x", "Ada", "36", "1.5", "0"])


class Summary(unittest.TestCase):
    def test_says_shape_and_dtype(self) -> None:
        self.assertEqual(summarize(NAMESPACE["array"]), "ndarray float64 (3, 4)")
        self.assertEqual(summarize(NAMESPACE["large"]), "DataFrame 12,481 rows × 9 columns")
        self.assertEqual(
            summarize(NAMESPACE["dates"]),
            "Series datetime64[ns] 3 rows" if pd.__version__ < "3" else "Series datetime64[us] 3 rows",
        )
        self.assertEqual(summarize(NAMESPACE["objects"]), "ndarray object (2,)")
