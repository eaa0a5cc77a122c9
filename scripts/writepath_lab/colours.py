"""One colour, line and marker for an architecture, in every picture.

Okabe and Ito's palette (https://jfly.uni-koeln.de/color/): told apart by the colour-blind; dashes
and markers tell them apart in print without colours.
"""
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C00"]
DASHES = ["solid", "dashed", "dashdot", "dotted"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]


def styles(architectures):
    """{name: (colour, dash, marker)}: by model's name first, so that 'aurora' is always blue and
    'mysql' orange; the others by their order in the alphabet, whatever the order of the file."""
    fixed = {"aurora": 0, "mysql": 1, "mysql-async": 1, "mysql-semi-sync": 2}
    taken = {fixed[name] for name in architectures if name in fixed}
    free = [i for i in range(64) if i not in taken]
    chosen = {}
    for name in sorted(architectures):
        chosen[name] = fixed[name] if name in fixed else free.pop(0)
    return {name: (PALETTE[i % len(PALETTE)], DASHES[i % len(DASHES)], MARKERS[i % len(MARKERS)])
            for name, i in chosen.items()}
# The wait of the deciding acknowledgement, in the order in which it happens; one colour each.
BREAKDOWN = ["#56B4E9", "#999999", "#009E73", "#8C510A", "#E69F00", "#D55E00", "#BDD7E7", "#CC79A7",
             "#6BAED6", "#000000", "#8C8C00", "#332288"]
# Parts of a time: what options set is grey.
INPUT, EMERGENT = "#BBBBBB", ["#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9"]
