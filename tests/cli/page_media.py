"""A page in light and dark, on paper, and under fingers."""
from page_checks import check, open_drawn, wait_drawn

# Texts that are hard to read, with their contrast (WCAG 2.1, 1.4.3): 4.5 is the least.
FAINT = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data;
    return [d[0], d[1], d[2], d[3] / 255];
  };
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = c[i] / 255;
    return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const below = e => {
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] > 0.99) return c;
    }
    return [255, 255, 255, 1];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let count = 0;
  for (let node; (node = texts.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.getClientRects().length || e.closest('script, .skip')) continue;
    const style = getComputedStyle(e), svg = e.closest('svg');
    const paper = below(svg ? svg.parentElement : e), ink = rgba(svg ? style.fill : style.color);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    count += 1;
    if (ratio < 4.5 || ink[3] < 0.99) faint.push(`${node.data.trim().slice(0, 30)} (${ratio.toFixed(1)})`);
  }
  return {count, faint, paper: light(below(document.body))};
})()"""


def unfold(browser):
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    wait_drawn(browser)


def check_contrast(name, browser, dark):
    found = browser.evaluate(FAINT)
    check(found["count"] > 50 and not found["faint"], f"{name}: hard to read: {found['faint'][:4]}")
    check((found["paper"] < 0.2) == dark, f"{name}: the paper's lightness is {found['paper']:.2f}")


def inks(browser):
    return set(browser.evaluate("[...document.querySelectorAll('[data-drawn] .xtick text, [data-drawn] "
                                ".legendtext')].map(t => getComputedStyle(t).fill)"))


def check_scheme(name, browser, page):
    """The reader's setting, changed while the page is open: texts and plots follow."""
    browser.media(prefers_color_scheme="light")
    open_drawn(browser, page)
    unfold(browser)
    check_contrast(f"{name}, light", browser, dark=False)
    light = inks(browser)
    browser.media(prefers_color_scheme="dark")
    wait_drawn(browser)
    check_contrast(f"{name}, dark", browser, dark=True)
    check(not inks(browser) & light, f"{name}: plots keep their light colours on a dark page")
    black = browser.evaluate("[...document.querySelectorAll('[data-drawn]')].flatMap(p => p.data)"
                             ".filter(t => JSON.stringify(t).includes('#000000')).length")
    check(not black, f"{name}: black lines on a dark page")
    # On paper it is light again, whatever the screen is.
    browser.media("print", prefers_color_scheme="dark")
    wait_drawn(browser)
    check_contrast(f"{name}, printed", browser, dark=False)
    check(inks(browser) == light, f"{name}: plots are printed in the colours of a dark screen")


def check_print(name, browser, folder):
    """What the browser's own printing meets, from a dark screen wider than paper."""
    browser.media(prefers_color_scheme="dark")
    wait_drawn(browser)
    dark = inks(browser)
    # Registered after the page's own listener, so it sees what that one did.
    browser.evaluate("addEventListener('beforeprint', () => { window.printed = {"
                     "inks: [...document.querySelectorAll('[data-drawn] .xtick text')]"
                     ".map(t => getComputedStyle(t).fill),"
                     "widest: Math.max(...[...document.querySelectorAll('[data-drawn] svg.main-svg')]"
                     ".map(s => s.clientWidth)) }; })")
    file = folder / "page.pdf"
    browser.pdf(file)
    printed = browser.evaluate("window.printed")
    check(file.read_bytes().startswith(b"%PDF"), f"{name}: no PDF")
    check(printed and not set(printed["inks"]) & dark, f"{name}: printed in dark colours: {printed}")
    check(printed and printed["widest"] <= 700, f"{name}: plots wider than paper: {printed}")
    check(inks(browser) == dark, f"{name}: after printing the screen is not dark again")


def check_touch(name, browser, page):
    """A finger on a plot scrolls the page, and a tap shows the value."""
    open_drawn(browser, page, 375, height=700, touch=True)
    first = "document.querySelector('[data-drawn]')"
    browser.evaluate(f"{first}.scrollIntoView({{block: 'center'}})")
    # A point of the first line, where the browser has drawn it.
    x, y = browser.evaluate(
        f"(p => {{ const b = p.getBoundingClientRect(), x = p._fullLayout.xaxis, y = p._fullLayout.yaxis;"
        "const t = p.data.find(d => d.hoverinfo !== 'skip'), i = t.x.length >> 1;"
        f"return [b.x + x._offset + x.d2p(t.x[i]), b.y + y._offset + y.d2p(t.y[i])]; }})({first})")
    browser.finger(x, y)
    label = browser.evaluate(f"{first}.querySelectorAll('.hovertext').length")
    check(label > 0, f"{name}: a tap shows no value")
    old = browser.evaluate(f"{first}.layout.xaxis.range")
    small = browser.evaluate("[...document.querySelectorAll('.touch button')].filter(b => b.offsetHeight < 44 "
                             "|| b.offsetWidth < 44).length")
    check(browser.evaluate("document.querySelectorAll('.touch button').length") and not small,
          f"{name}: {small} buttons too small for a finger")
    browser.evaluate(f"{first}.parentElement.querySelector('.touch button').click()")
    check(browser.evaluate(f"{first}.layout.xaxis.range") != old, f"{name}: the button zooms nothing")
    before = browser.evaluate("scrollY")
    browser.finger(x, y, down_px=-150)
    check(browser.evaluate("scrollY") > before + 50, f"{name}: a plot holds the page under a finger")
