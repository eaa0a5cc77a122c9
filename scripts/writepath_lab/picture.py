"""How every picture looks, and how it is written: the same input gives the same bytes."""
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)

from .colours import styles  # noqa: E402
from .program import fail  # noqa: E402

matplotlib.rcParams.update({
    "svg.hashsalt": "writepath", "svg.fonttype": "none", "font.family": "DejaVu Sans",
    "font.size": 10, "axes.grid": True, "grid.alpha": 0.3, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "figure.constrained_layout.use": True,
})
SUFFIXES = (".svg", ".png")


def canvas(title, x, y, size=(7.2, 4.2), rows=1):
    figure, axes = plt.subplots(rows, 1, figsize=size, squeeze=False, sharex=True)
    for axis in axes[:, 0]:
        axis.set_ylabel(y)
    axes[-1, 0].set_xlabel(x)
    if title:
        put_title(axes[0, 0], title)
    return figure, (axes[0, 0] if rows == 1 else list(axes[:, 0]))


def put_title(axis, title, below=""):
    """Broken into lines here: matplotlib breaks only when it draws, after it has made room."""
    axis.set_title(textwrap.fill(title, 76) + below, loc="left", fontsize=11)


def line_style(names):
    """{name: keywords of a line}: colour, dashes and marker of each architecture."""
    return {name: {"color": colour, "linestyle": dash, "marker": marker, "markersize": 4,
                   "linewidth": 1.6, "label": name}
            for name, (colour, dash, marker) in styles(names).items()}


def legend(axis):
    if axis.get_legend_handles_labels()[0]:
        axis.legend(loc="best", fontsize=9)


def targets(output):
    """The files that `-o OUTPUT` names: one, or an SVG and a PNG where it has no suffix."""
    if output.suffix in SUFFIXES:
        return [output]
    if output.suffix and output.suffix[1:].isalpha():
        fail(f"{output}: pictures are {' or '.join(SUFFIXES)} (both without a suffix)")
    return [output.with_name(output.name + suffix) for suffix in SUFFIXES]


def save(figure, files):
    for file in files:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.suffix == ".svg":
                figure.savefig(file, metadata={"Date": None, "Creator": "writepath"})
            else:
                figure.savefig(file, dpi=150, metadata={"Software": "writepath"})
        except OSError as error:
            fail(f"{file}: {error.strerror}")
    plt.close(figure)
