"""A matplotlib backend that shows figures as pictures in the session. Imported by matplotlib, by its name."""

from typing import Any

from matplotlib._pylab_helpers import Gcf  # type: ignore[import-not-found]
from matplotlib.backend_bases import FigureManagerBase  # type: ignore[import-not-found]
from matplotlib.backends.backend_agg import FigureCanvasAgg  # type: ignore[import-not-found]
from matplotlib.figure import Figure  # type: ignore[import-not-found]

from hindsight_worker import displaying, figures

FigureCanvas = FigureCanvasAgg
FigureManager = FigureManagerBase


def new_figure_manager(num: int, *args: Any, FigureClass: type = Figure, **kwargs: Any) -> Any:
    """A manager for a new figure; called by pyplot."""
    return new_figure_manager_given_figure(num, FigureClass(*args, **kwargs))


def new_figure_manager_given_figure(num: int, figure: Any) -> Any:
    """A manager for `figure`; called by pyplot."""
    return FigureManager(FigureCanvas(figure), num)


def show(*_: Any, **__: Any) -> None:
    """Shows all open figures, in the order in which they were made, and closes them."""
    for manager in Gcf.get_all_fig_managers():
        figure = manager.canvas.figure
        # Closed first: a figure that cannot be drawn would fail again in every evaluation that follows.
        Gcf.destroy(manager)
        if figure.axes or figure.lines or figure.texts or figure.images or figure.patches:
            data, metadata = figures.picture(figure)
            displaying.publish({**data, "text/plain": repr(figure)}, metadata)
