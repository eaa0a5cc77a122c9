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
        ".every(p => p.dataset.drawn || p.closest('details:not([open])') || p.classList.contains('refused'))"), "drawing")


def check_drawn(name, browser, figures):
    """All of them, once the reader has unfolded the groups; before, only those in sight."""
    early = browser.evaluate("document.querySelectorAll('details:not([open]) [data-drawn]').length")
    check(not early, f"{name}: {early} folded figures are drawn before anybody sees them")
    browser.evaluate("document.querySelectorAll('details.group').forEach(d => { d.open = true; })")
    wait_drawn(browser)
    # Plotly lays several drawings over each other in each plot, the first as its container's child.
    drawn = browser.evaluate("document.querySelectorAll('[data-drawn] .svg-container > svg.main-svg"
                             ":first-child').length")
    refused = browser.evaluate("[...document.querySelectorAll('.refused')].map(p => p.textContent)")
    check(drawn == figures, f"{name}: {drawn} of {figures} figures are drawn: {refused[:1]}")
    check(not browser.console, f"{name}: the console says {browser.console[:2]}")
    elsewhere = [url for url in browser.loads if not url.startswith(("file:", "data:"))]
    check(not elsewhere, f"{name}: loads {elsewhere[:3]}")


# Boxes wider than the screen, also where a parent cuts them off: only what scrolls may hold such.
WIDE = """[...document.body.querySelectorAll('*')].filter(e => !e.closest('svg, .skip')
  && !e.parentElement.closest('.scroll, pre') && e.getClientRects().length
  && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`)"""


def check_widths(name, browser, page):
    """Nothing sticks out of a phone's page, all unfolded; a narrower screen draws anew."""
    open_drawn(browser, page, 375, touch=True)
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for width in (375, 320):
        browser.size(width, touch=True)
        drawings = "[...document.querySelectorAll('[data-figure] svg.main-svg')].map(s => s.clientWidth)"
        browser.wait(lambda: browser.evaluate(f"{drawings}.every(w => w <= {width})"),
                     f"{name}: drawings for {width} px")
        wait_drawn(browser)
        wide = browser.evaluate(WIDE)
        check(not wide, f"{name}: at {width} px these stick out: {wide[:3]}")
        over = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
        check(over <= 0, f"{name}: at {width} px the page is {over} px wider than the screen")
        narrow = browser.evaluate(f"{drawings}.filter(w => w < 200)")
        check(not narrow, f"{name}: at {width} px drawings {narrow[:3]} px wide")


def check_page(name, browser, page, figures):
    text = page.read_text(encoding="utf-8")
    check_text(name, text, figures)
    open_drawn(browser, page)
    check_drawn(name, browser, figures)
    check_widths(name, browser, page)
    return text
