"""What every page must be: whole by itself, all of it drawn, and no wider than a phone."""
import html.parser
import re

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


class Balance(html.parser.HTMLParser):
    """Every element that opens closes, in order."""
    VOID = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.loads = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.loads += [value for name, value in attributes
                       if name in ("src", "href") and value and not value.startswith(("#", "data:"))]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def check_text(name, text, figures):
    # Plotly's own script is not this page's words, and has addresses that it never loads.
    own = re.sub(r"<script>.*?</script>", "<script></script>", text, flags=re.S)
    balance = Balance()
    balance.feed(own)
    check(not balance.wrong and not balance.open, f"{name}: HTML not balanced: {balance.wrong[:3]} "
                                                  f"{balance.open[:3]}")
    check(not balance.loads, f"{name}: loads {balance.loads[:3]}")
    promised = text.count('class="plot"')
    check(promised == figures, f"{name}: {promised} figures, not {figures}")
    for needed in ('<html lang="en">', 'class="skip"', "<title>", 'class="answer"', "<caption>"):
        check(needed in own, f"{name}: no {needed}")
    check(len(text) < 1_000_000, f"{name}: {len(text)} characters; Plotly's library is not small")


def open_drawn(browser, page, width=1200, **size):
    """Opens the page and waits until what is unfolded is drawn."""
    browser.size(width, **size)
    browser.open(page)
    wait_drawn(browser)


def wait_drawn(browser):
    browser.wait(lambda: browser.evaluate(
        "[...document.querySelectorAll('[data-figure]')]"
        ".every(p => p.dataset.drawn || !p.clientWidth || p.classList.contains('refused'))"), "drawing")


def check_drawn(name, browser, figures):
    """All of them, once the reader has unfolded the groups."""
    browser.evaluate("document.querySelectorAll('details.group').forEach(d => { d.open = true; })")
    wait_drawn(browser)
    # Plotly lays several drawings over each other in each plot, the first as its container's child.
    drawn = browser.evaluate("document.querySelectorAll('[data-drawn] .svg-container > svg.main-svg"
                             ":first-child').length")
    check(drawn == figures, f"{name}: {drawn} of {figures} figures are drawn")
    check(not browser.console, f"{name}: the console says {browser.console[:2]}")
    elsewhere = [url for url in browser.loads if not url.startswith(("file:", "data:"))]
    check(not elsewhere, f"{name}: loads {elsewhere[:3]}")


def check_width(name, browser, page, width):
    """Nothing sticks out of a phone's page, folded or unfolded."""
    open_drawn(browser, page, width, touch=True)
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    wait_drawn(browser)
    # Also what a cut-off parent hides: only a box that scrolls may hold something wider.
    wide = browser.evaluate(
        "[...document.body.querySelectorAll('*')].filter(e => !e.closest('svg') "
        "&& !e.parentElement.closest('.scroll, pre') && e.getBoundingClientRect().right > innerWidth + 0.5 "
        "&& e.getClientRects().length && !e.closest('.skip'))"
        ".map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`)")
    check(not wide, f"{name}: at {width} px these stick out: {wide[:3]}")
    over = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
    check(over <= 0, f"{name}: at {width} px the page is {over} px wider than the screen")
    drawings = browser.evaluate(
        "[...document.querySelectorAll('[data-drawn] svg.main-svg')].map(s => s.clientWidth)"
        ".filter(w => w > innerWidth || w < 200)")
    check(not drawings, f"{name}: at {width} px drawings {drawings[:3]} px wide")


def check_page(name, browser, page, figures):
    text = page.read_text(encoding="utf-8")
    check_text(name, text, figures)
    open_drawn(browser, page)
    check_drawn(name, browser, figures)
    for width in (375, 320):
        check_width(name, browser, page, width)
    return text
