"""display(), its updates, and IPython's own function where IPython is there (a stand-in has its shape)."""

import os
import tempfile
import unittest

from worker_case import WorkerCase


class Display(WorkerCase):
    def displays(self) -> list[dict[str, object]]:
        return [{k: v for k, v in frame.items() if k != "type"} for name, frame in self.runtime.items if name == "display"]

    def test_a_plain_value_is_shown_as_its_repr(self) -> None:
        self.runtime.eval("display({'a': 1})")

        self.assertEqual(
            self.displays(), [{"mime_type": "text/plain", "data": {"text/plain": "{'a': 1}"}, "metadata": {}}]
        )

    def test_a_rich_value_has_all_its_forms_and_names_the_richest(self) -> None:
        self.runtime.eval(
            "class R:\n  def _repr_mimebundle_(self, include=None, exclude=None):\n"
            "    return {'text/html': '<p>', 'image/png': b'\\x89P', 'text/plain': 'p'}, {'image/png': {'width': 3}}\n"
            "  def __repr__(self): return 'R!'\ndisplay(R())"
        )

        self.assertEqual(
            self.displays(),
            [
                {
                    "mime_type": "text/html",
                    "data": {"text/html": "<p>", "image/png": "iVA=", "text/plain": "R!"},
                    "metadata": {"image/png": {"width": 3}},
                }
            ],
        )

    def test_several_values_are_several_displays(self) -> None:
        self.runtime.eval("display(1, 2)")

        self.assertEqual([item["data"] for item in self.displays()], [{"text/plain": "1"}, {"text/plain": "2"}])

    def test_a_display_can_be_updated(self) -> None:
        self.runtime.eval("h = display(1, display_id='d')\nh.update(2)\nupdate_display(3, display_id='d')")

        self.assertEqual(
            [(item["data"]["text/plain"], item["display_id"], item.get("update", False)) for item in self.displays()],
            [("1", "d", False), ("2", "d", True), ("3", "d", True)],
        )

    def test_a_display_id_is_made_up_on_request(self) -> None:
        self.assertRegex(str(self.value("display(1, display_id=True)")), r"<DisplayHandle display_id=[0-9a-f]{16}>")

    def test_a_raw_bundle_is_sent_as_it_is(self) -> None:
        self.runtime.eval("display({'application/json': {'x': [1, None]}}, raw=True)")

        self.assertEqual(self.displays()[0]["data"], {"application/json": {"x": [1, None]}})

    def test_forms_that_are_too_much_together_are_left_out_and_named(self) -> None:
        self.runtime.eval(
            "class R:\n  def _repr_mimebundle_(self, **_):\n"
            "    return {'text/html': 'h', **{f'text/x{i}': 'x' * 19_000_000 for i in range(20)}}\ndisplay(R())"
        )

        (shown,) = self.displays()
        self.assertEqual(shown["mime_type"], "text/html")
        self.assertLess(sum(len(text) for text in shown["data"].values()), 42_000_000)  # type: ignore[attr-defined]
        self.assertEqual(len(shown["metadata"]["failed"]), 18)  # type: ignore[index]

    def test_a_display_that_is_too_large_is_an_error_of_the_program_and_the_session_goes_on(self) -> None:
        for data in ("{f'text/x{i}': 'x' * 19_000_000 for i in range(20)}", "{'application/json': ['x' * 1000] * 30_000}"):
            error = self.error(f"display({data}, raw=True)")

            self.assertEqual(error["exception_type"], "ValueError")
            self.assertIn("that can be shown", error["exception_message"])
        self.assertEqual(self.value("1 + 1"), "2")

    def test_a_value_that_cannot_be_encoded_is_an_error_of_the_program(self) -> None:
        self.assertEqual(self.error("display({'image/png': 3}, raw=True)")["exception_type"], "TypeError")
        self.assertEqual(self.value("1"), "1")

    def test_a_form_that_is_too_large_is_an_error_and_not_the_end(self) -> None:
        self.assertIn("can be shown", self.error("display({'text/html': 'x' * 30_000_000}, raw=True)")["exception_message"])
        self.assertEqual(self.value("1"), "1")

    def test_a_display_from_a_thread_arrives(self) -> None:
        self.runtime.eval("import threading\nt = threading.Thread(target=display, args=('t',)); t.start(); t.join()")

        self.assertEqual(self.displays()[0]["data"], {"text/plain": "'t'"})

    def test_ipythons_display_is_ours(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            core = os.path.join(folder, "IPython", "core")
            os.makedirs(core)
            for path in (os.path.join(folder, "IPython", "__init__.py"), os.path.join(core, "__init__.py")):
                open(path, "w").close()
            with open(os.path.join(core, "display_functions.py"), "w") as file:
                file.write("def display(*objs, **options): raise RuntimeError('no shell')\n__all__ = ['display']\n")
            with open(os.path.join(folder, "IPython", "display.py"), "w") as file:
                file.write("from IPython.core.display_functions import *\n")
            runtime = self.fresh(env={"PYTHONPATH": folder})
            outcome = runtime.eval("from IPython.display import display as show\nshow(4)")

        self.assertEqual(outcome["kind"], "result", outcome)
        self.assertEqual(runtime.order(), [("display", "4")])


if __name__ == "__main__":
    unittest.main()
