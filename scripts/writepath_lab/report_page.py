"""One HTML page that needs nothing but itself: escaping, tables, figures."""
import html
import json
import pathlib

from .report_points import few, screened, thinned

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
        if isinstance(value, int):
            return f"{value:,}"
        if abs(value) >= 1000:
            return f"{value:,.0f}"
        return f"{value:.4g}"
    return str(value)


def table(caption, columns, rows, text_columns=(0,), verdict_column=None):
    """rows: lists of cells as texts; the first cell of a row is its head. A verdict's cell gets
    the verdict as its class, for a colour beside the word."""
    def cell(tag, i, value, more=""):
        names = (["text"] if i in text_columns else []) + (
            [str(value).split(" ")[0]] if i == verdict_column and tag == "td" else [])
        name = f' class="{escape(" ".join(names))}"' if names else ""
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

    def __init__(self, title, question, answer=""):
        self.title, self.question, self.answer = title, question, answer
        self.parts, self.headings, self.figures, self.grouped = [], [], 0, False

    def heading(self, text, level=2):
        """The element; those of the second level are in the contents."""
        if level > 2:
            return f"<h{level}>{escape(text)}</h{level}>"
        self.headings.append(text)
        return f'<h2 id="part-{len(self.headings)}">{escape(text)}</h2>'

    def section(self, heading, body):
        self.parts.append(f"<section>{self.heading(heading)}\n{body}</section>\n")

    def note(self, text):
        self.parts.append(f"<p>{escape(text)}</p>\n")

    def open_group(self, heading, unfolded):
        """Figures that are drawn only when the reader unfolds them; then close_group()."""
        self.grouped = True
        self.parts.append(f'<details class="group"{" open" if unfolded else ""}>'
                          f"<summary>{self.heading(heading)}</summary>\n")

    def close_group(self):
        self.grouped = False
        self.parts.append("</details>\n")

    def figure(self, heading, data, layout, height_px=None, numbers=True, note=""):
        """numbers: with a table of points below it; without, the caller has a better one. note: what
        it shows, such as which seeds."""
        if not data:
            return
        self.figures += 1
        title = self.heading(heading, 3 if self.grouped else 2)
        name = f"figure-{self.figures}"
        below = ""
        if numbers:
            # customdata: what a point's x means, where it is not x itself.
            points = [[trace.get("name", ""), number(x), number(y)]
                      for trace in data if trace.get("hoverinfo") != "skip"
                      for x, y in thinned(trace.get("customdata", trace["x"]), trace["y"])]
            titles = [axis_title(layout, "xaxis", "x"), axis_title(layout, "yaxis", "y")]
            below = "<details><summary>The numbers</summary>" + table(
                f"{heading}: {'all' if few(data) else 'some'} of its points",
                ["of", *titles], points, text_columns=(0,)) + "</details>"
        height = f' data-height="{height_px}"' if height_px else ""
        self.parts.append(
            f"<section>{title}<figure>"
            f'<div class="plot" id="plot-{self.figures}" role="img" data-figure="{name}"{height} '
            f'aria-label="{escape(heading)}{"; a table below has the numbers" if numbers else ""}"></div>'
            f'<script type="application/json" id="{name}">'
            f"{embedded({'data': [screened(t) for t in data], 'layout': layout})}</script>"
            f"{f'<figcaption>{escape(note)}</figcaption>' if note else ''}{below}</figure></section>\n")

    def contents(self):
        if len(self.headings) < 3:
            return ""
        lines = "".join(f'<li><a href="#part-{i}">{escape(text)}</a></li>\n'
                        for i, text in enumerate(self.headings, 1))
        return ('<nav aria-label="Contents"><details><summary>Contents</summary>\n'
                f"<ol>{lines}</ol></details></nav>\n")

    def text(self, library):
        """library: the elements with Plotly's library, as report_plotly.py makes them."""
        css = (HERE / "report_page.css").read_text()
        scripts = "".join((HERE / f"report_{name}.js").read_text() for name in ("fit", "page", "keys"))
        # What scrolls must be within reach of the keyboard. Escaped texts have no such tag.
        body = "".join(self.parts).replace("<pre>", '<pre tabindex="0">')
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n"
            '<link rel="icon" href="data:,">\n'
            f"<style>\n{css}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#results">To the results</a>\n'
            "<noscript><p>The plots need JavaScript; their numbers are in the tables.</p></noscript>\n"
            f"<header><h1>{escape(self.title)}</h1>\n<p>{escape(self.question)}</p>\n"
            f'<p class="answer">{escape(self.answer)}</p></header>\n'
            f'{self.contents()}<main id="results" tabindex="-1">\n'
            f"{body}</main>\n{library if self.figures else ''}"
            f"<script>\n{scripts}</script>\n</body>\n</html>\n")


def axis_title(layout, axis, otherwise):
    return layout.get(axis, {}).get("title", {}).get("text") or otherwise


def axis(text, **more):
    return {"title": {"text": text}, **more}
