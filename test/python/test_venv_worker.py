"""The worker with real matplotlib, pandas and IPython; run by the Python of the project's environment only."""

import base64
import struct
import unittest

from worker_case import WorkerCase


def pixels(png: str) -> tuple[int, int]:
    """Width and height of a base64 PNG."""
    raw = base64.b64decode(png)
    assert raw.startswith(b"\x89PNG"), raw[:20]
    width, height = struct.unpack(">II", raw[16:24])
    return width, height


class Figures(WorkerCase):
    def pictures(self) -> list[dict[str, object]]:
        return [frame for name, frame in self.runtime.items if name == "display"]

    def test_an_open_figure_is_shown_at_the_end_and_closed(self) -> None:
        outcome = self.runtime.eval("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]);\nprint('before the end')")

        self.assertEqual(outcome["kind"], "result", outcome)
        (picture,) = self.pictures()
        self.assertEqual(picture["mime_type"], "image/png")
        width, height = pixels(picture["data"]["image/png"])
        self.assertEqual(picture["metadata"], {"image/png": {"width": width, "height": height}})
        self.assertEqual([name for name, _ in self.runtime.order()], ["stdout", "display"])
        self.assertEqual(self.value("plt.get_fignums()"), "[]")

    def test_show_in_a_loop_shows_each_at_once_and_in_order(self) -> None:
        self.runtime.eval("import matplotlib.pyplot as plt\nfor i in range(3):\n  print(i)\n  plt.plot([i]); plt.show()")

        self.assertEqual([name for name, _ in self.runtime.order()], ["stdout", "display"] * 3)

    def test_figures_are_shown_when_the_program_then_fails(self) -> None:
        outcome = self.runtime.eval("import matplotlib.pyplot as plt\nplt.plot([1])\n1/0")

        self.assertEqual(outcome["exception_type"], "ZeroDivisionError")
        self.assertEqual(len(self.pictures()), 1)

    def test_a_figure_without_pyplot_is_a_picture_as_a_result_and_in_display(self) -> None:
        outcome = self.runtime.eval(
            "from matplotlib.figure import Figure\nimport matplotlib.pyplot\nf = Figure(); f.subplots().plot([1])\ndisplay(f)\nf"
        )

        pixels(outcome["data"]["image/png"])
        pixels(self.pictures()[0]["data"]["image/png"])

    def test_the_users_own_choice_of_a_backend_is_kept(self) -> None:
        for env, code in (({"MPLBACKEND": "svg"}, ""), ({}, "import matplotlib; matplotlib.use('svg')\n")):
            with self.subTest(code=code):
                runtime = self.fresh(env=env)
                outcome = runtime.eval(code + "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.get_backend()")

                self.assertEqual(outcome["value"], "'svg'")
                self.assertEqual([name for name, _ in runtime.items if name == "display"], [])

    def test_a_child_process_does_not_inherit_the_choice(self) -> None:
        value = self.value(
            "import subprocess, sys, matplotlib.pyplot as plt\n"
            "subprocess.run([sys.executable, '-c', 'import matplotlib.pyplot as p; print(p.get_backend())'], capture_output=True, text=True).stdout"
        )

        self.assertNotIn("hindsight", str(value))


class Tables(WorkerCase):
    def test_a_frame_is_a_table_with_a_summary(self) -> None:
        outcome = self.runtime.eval("import pandas as pd\npd.DataFrame({'a': range(12481), 'b': 1.5})")

        self.assertIn("<table", outcome["data"]["text/html"])
        self.assertEqual(outcome["summary"], "DataFrame 12,481 rows × 2 columns")

    def test_an_array_has_its_type_and_shape_in_the_summary(self) -> None:
        outcome = self.runtime.eval("import numpy as np\nnp.zeros((3, 4))")

        self.assertEqual(outcome["summary"], "ndarray float64 (3, 4)")


class RealIPython(WorkerCase):
    def test_display_of_ipython_shows_in_the_session(self) -> None:
        outcome = self.runtime.eval("from IPython.display import display, HTML, Image, update_display\ndisplay(HTML('<b>x</b>'))")

        self.assertEqual(outcome["kind"], "result", outcome)
        (frame,) = [frame for name, frame in self.runtime.items if name == "display"]
        self.assertEqual((frame["mime_type"], frame["data"]["text/html"]), ("text/html", "<b>x</b>"))


if __name__ == "__main__":
    unittest.main()
