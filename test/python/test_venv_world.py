"""Libraries that compute with threads of their own, when a session goes back."""

import unittest

from timelines import TimelineCase, play


class Computing(TimelineCase):
    """Hazards 2 and 3."""

    def test_numpy_multiplies_on_both_sides(self) -> None:
        told = play(
            "import numpy as np; a = np.ones((600, 600)); work = lambda: float((a @ a)[3, 4]); work()",
            "a += 1; seen['value'] = work()",
            "import signal; signal.alarm(20); seen['value'] = work()",
        )

        self.assertEqual((told.live, told.restored), ({"value": 2400.0}, {"value": 600.0}))
        self.assertEqual(told.warnings, [])

    def test_scikit_learn_fits_again_though_its_openmp_is_too_old_to_be_paused(self) -> None:
        told = play(
            "import numpy as np; from sklearn.cluster import KMeans; from sklearn.ensemble import HistGradientBoostingRegressor as H\n"
            "x = np.random.default_rng(1).random((3000, 5))\n"
            "work = lambda: [round(float(KMeans(3, n_init=1, random_state=1).fit(x).inertia_), 6), float(H(max_iter=5).fit(x, x[:, 0]).score(x, x[:, 0])) > 0.2]\n"
            "first = work()",
            "seen['same'] = work() == first",
            "import signal; signal.alarm(25); seen['same'] = work() == first",
        )

        self.assertEqual((told.live, told.restored), ({"same": True}, {"same": True}))

    def test_joblib_makes_its_pool_anew(self) -> None:
        told = play(
            "from joblib import Parallel, delayed\nwork = lambda: Parallel(2)(delayed(abs)(-n) for n in range(4)); work()",
            "seen['value'] = work()",
            "import signal; signal.alarm(25); seen['value'] = work()",
        )

        self.assertEqual((told.live, told.restored), ({"value": [0, 1, 2, 3]}, {"value": [0, 1, 2, 3]}))

    def test_a_figure_is_drawn_as_it_was(self) -> None:
        told = play(
            "import io, matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt; f, a = plt.subplots(); a.plot([1, 2])\n"
            "def draw():\n    b = io.BytesIO(); f.savefig(b, format='png', metadata={'Software': None}); return hash(b.getvalue()), len(a.lines)\n"
            "first = draw()",
            "a.plot([3, 4]); seen['lines'] = draw()[1]",
            "seen['same'] = draw() == first",
        )

        self.assertEqual((told.live, told.restored), ({"lines": 2}, {"same": True}))


if __name__ == "__main__":
    unittest.main()
