"""One HTML page that needs nothing but itself: escaping, tables, figures."""
import html
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def escape(text):
    return html.escape(str(text), quote=True)


def embedded(value):
    """JSON that can stand inside <script>: no "</script>" of a hostile name ends it."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def number(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def table(caption, columns, rows, text_columns=(0,)):
    """rows: lists of cells as texts; the first cell of a row is its head."""
    def cell(tag, i, value, more=""):
        name = ' class="text"' if i in text_columns else ""
        return f"<{tag}{name}{more}>{escape(value)}</{tag}>"
    head = "".join(cell("th", i, c, ' scope="col"') for i, c in enumerate(columns))
    body = "".join("<tr>" + cell("th", 0, row[0], ' scope="row"') +
                   "".join(cell("td", i, v) for i, v in enumerate(row[1:], 1)) + "</tr>\n"
                   for row in rows)
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
            f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n"
            f"<tbody>{body}</tbody></table></div>\n")


class Page:
    """Sections in order; figures are counted, so that a test can ask whether all were drawn."""

    def __init__(self, title, question, answer):
        self.title, self.question, self.answer = title, question, answer
        self.parts, self.figures = [], 0

    def section(self, heading, body):
        self.parts.append(f"<section><h2>{escape(heading)}</h2>\n{body}</section>\n")

    def figure(self, heading, data, layout):
        if not data:
            return
        self.figures += 1
        name = f"figure-{self.figures}"
        points = [[trace.get("name", ""), number_or_dash(x), number_or_dash(y)]
                  for trace in data for x, y in thinned(trace.get("x", []), trace.get("y", []))]
        titles = [axis_title(layout, "xaxis", "x"), axis_title(layout, "yaxis", "y")]
        numbers = table(f"{heading}: some of its points", ["architecture", *titles], points)
        self.parts.append(
            f"<section><h2>{escape(heading)}</h2><figure>"
            f'<div class="plot" id="plot-{self.figures}" role="img" data-figure="{name}" '
            f'aria-label="{escape(heading)}; the numbers are in the table below it"></div>'
            f'<script type="application/json" id="{name}">'
            f"{embedded({'data': data, 'layout': layout})}</script>"
            f"<details><summary>The numbers</summary>{numbers}</details></figure></section>\n")

    def text(self, plotly):
        css = (HERE / "report_page.css").read_text()
        script = (HERE / "report_page.js").read_text()
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n"
            '<link rel="icon" href="data:,">\n'
            f"<style>\n{css}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#results">To the results</a>\n'
            f"<header><h1>{escape(self.title)}</h1>\n<p>{escape(self.question)}</p>\n"
            f'<p class="answer">{escape(self.answer)}</p></header>\n<main id="results">\n'
            f"{''.join(self.parts)}</main>\n<script>{plotly}</script>\n"
            f"<script>\n{script}</script>\n</body>\n</html>\n")


def axis_title(layout, axis, otherwise):
    return layout.get(axis, {}).get("title", {}).get("text", otherwise)


def number_or_dash(value):
    return number(value) if value is not None else "-"


def thinned(xs, ys, most=12):
    """Every k-th pair: a table is for reading."""
    pairs = list(zip(xs, ys))
    step = max(1, -(-len(pairs) // most))
    return pairs[::step]


def axis(text, **more):
    return {"title": {"text": text}, **more}
