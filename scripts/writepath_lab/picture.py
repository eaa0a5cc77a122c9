"""How every picture looks, and how it is written: the same input gives the same bytes."""
import textwrap
import warnings

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
import matplotlib.ticker  # noqa: E402

from .colours import styles  # noqa: E402
from .program import fail  # noqa: E402

matplotlib.rcParams.update({
    "svg.hashsalt": "writepath", "svg.fonttype": "none", "font.family": "DejaVu Sans",
    "font.size": 10, "axes.grid": True, "grid.alpha": 0.3, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "figure.constrained_layout.use": True,
    "text.parse_math": False,  # a $ in somebody's question is a dollar
})
# An SVG has the letters themselves, and the reader's font; only a PNG shows boxes.
warnings.filterwarnings("ignore", message="Glyph .* missing from current font")
SUFFIXES = (".svg", ".png")


def canvas(title, x, y, size=(7.2, 4.2), rows=1, heights=None, beside=0):
    """beside: letters of the names to the left of the axes, which the title has to do without."""
    figure, axes = plt.subplots(rows, 1, figsize=size, squeeze=False, sharex=True,
                                gridspec_kw={"height_ratios": heights} if heights else None)
    for axis in axes[:, 0]:
        axis.set_ylabel(y, linespacing=1.6)  # a name's underscores hang low
    axes[-1, 0].set_xlabel(x)
    if title:
        put_title(axes[0, 0], title, width=TITLE_LETTERS - beside)
    return figure, (axes[0, 0] if rows == 1 else list(axes[:, 0]))


TITLE_LETTERS = 76


def put_title(axis, title, below="", width=TITLE_LETTERS):
    """Broken into lines here: matplotlib breaks only when it draws, after it has made room."""
    lines = textwrap.wrap(title, width)
    grow(axis.figure, max(0, len(lines) - 4) * 0.18)
    axis.set_title("\n".join(lines) + below, loc="left", fontsize=11)


def grow(figure, inches):
    """What is written around the axes takes nothing from them."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + inches)


NAME_LETTERS = 24  # of one line of a name beside its row


def row_inches(names):
    """How high a row must be for the longest name beside it."""
    return max(0.45, 0.1 + 0.14 * max(len(textwrap.wrap(name, NAME_LETTERS)) for name in names))


def name_letters(names):
    """How far names beside rows reach into the picture."""
    return min(NAME_LETTERS, max(map(len, names)))


def put_names(axis, names):
    """The first on top, as in the tables."""
    axis.set_yticks(range(len(names)), [textwrap.fill(name, NAME_LETTERS) for name in names],
                    fontsize=8 if max(map(len, names)) > NAME_LETTERS else 10)
    axis.set_ylim(len(names) - 0.5, -0.5)


def logarithmic(axis, which, values):
    """As far as the values allow: 0 has no place on such an axis, and on a short one no number
    would be a tick. which: "x" or "y"."""
    low, high = min(values), max(values)
    scale = axis.set_yscale if which == "y" else axis.set_xscale
    shown = axis.yaxis if which == "y" else axis.xaxis
    if low <= 0 < high and high >= 10:
        scale("symlog", linthresh=1)
    elif low > 0 and high > 3 * low:
        scale("log")
        if high < 100 * low:
            shown.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    plain_numbers(shown)


def plain_numbers(axis):
    axis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(matplotlib.ticker.NullFormatter())


def line_style(names):
    """{name: keywords of a line}: colour, dashes and marker of each architecture."""
    return {name: {"color": colour, "linestyle": dash, "marker": marker, "markersize": 4,
                   "linewidth": 1.6, "label": labelled(name)}
            for name, (colour, dash, marker) in styles(names).items()}


def labelled(name):
    """matplotlib leaves out of a legend what begins with a low line."""
    return f" {name}" if name.startswith("_") else name


MOST_INSIDE, LONGEST_INSIDE = 5, 26  # of a legend that still leaves the lines their room


def legend(axis, note="", more=None):
    """Inside the axes where there is room, else below; there also the note, and further entries."""
    handles, labels = axis.get_legend_handles_labels()
    entries = dict(zip(labels, handles))
    if entries and len(entries) <= MOST_INSIDE and max(map(len, entries)) <= LONGEST_INSIDE:
        axis.legend(loc="best", fontsize=9)
        entries = {}
    put_below(axis.figure, {**entries, **(more or {})}, note)


def put_below(figure, entries, note=""):
    """A legend, {label: handle}, and under it in small letters what is drawn. Once for a figure."""
    lines = textwrap.wrap(note, 110)
    columns = max(1, min(4, 105 // (max(map(len, entries), default=0) + 8)))
    legend_inches = 0.1 + 0.17 * -(-len(entries) // columns) if entries else 0
    note_inches = 0.05 + 0.14 * len(lines) if lines else 0
    grow(figure, legend_inches + note_inches)
    height = figure.get_size_inches()[1]
    if lines:
        figure.text(0.99, 0.02 / height, "\n".join(lines), ha="right", va="bottom", fontsize=8,
                    color="#555555", in_layout=False)
    if entries:
        figure.legend(entries.values(), entries.keys(), loc="lower center", fontsize=8, ncol=columns,
                      bbox_to_anchor=(0.5, note_inches / height))
    foot = (legend_inches + note_inches) / height
    figure.get_layout_engine().set(rect=(0, foot, 1, 1 - foot))


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
