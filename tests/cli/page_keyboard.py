"""A page without a mouse: Tab reaches everything, shows where it is and is trapped nowhere; keys read
the plots' values."""
from page_checks import check, open_drawn, wait_drawn

MOST_STOPS = 600
# What the focus is on, and how it shows; null past the page's end.
STOP = """(() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const again = e.dataset.walked === 'yes', first = !document.querySelector('[data-walked]');
  e.dataset.walked = 'yes';
  if (first) e.dataset.first = 'yes';
  return {again, around: again && e.dataset.first === 'yes',
          folded: e.tagName === 'SUMMARY' && !e.parentElement.open,
          name: `${e.tagName} ${e.id} ${(e.getAttribute('aria-label') || e.textContent).slice(0, 40)}`,
          marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
          seen: box.bottom > 0 && box.top < innerHeight && box.width > 0};
})()"""
# What must have been walked over: all that can be clicked, read by scrolling or by keys.
MISSED = """[...document.querySelectorAll('a[href], summary, button, [data-drawn], .scroll, pre')]
  .filter(e => e.getClientRects().length && e.dataset.walked !== 'yes')
  .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`)"""


def walk(name, browser):
    """By Tab from the top; each fold is opened on the way."""
    for _ in range(MOST_STOPS):
        browser.press("Tab")
        stop = browser.evaluate(STOP)
        # Past the last stop the browser has the focus, or it is at the first one again; whatever
        # was left out is found by MISSED.
        if not stop or stop["around"]:
            return
        if stop["again"]:
            check(False, f"{name}: the focus is trapped at {stop['name']}")
            return
        check(stop["marked"], f"{name}: no mark shows the focus on {stop['name']}")
        check(stop["seen"], f"{name}: the focus is out of sight on {stop['name']}")
        if stop["folded"]:
            browser.press(" ")
            wait_drawn(browser)
    check(False, f"{name}: more than {MOST_STOPS} stops")


def told(browser):
    return browser.evaluate("document.activeElement.parentElement.querySelector('.told').textContent")


def read_plot(name, browser, plot):
    browser.evaluate(f"document.getElementById('{plot}').focus()")
    browser.press("ArrowRight")
    first = told(browser)
    check(any(c.isdigit() for c in first), f"{name}: {plot} tells no value but: {first}")
    label = browser.evaluate(f"document.querySelectorAll('#{plot} .hovertext').length")
    check(label > 0, f"{name}: {plot} shows no label at the point")
    browser.press("ArrowDown")
    second = told(browser)
    browser.press("ArrowRight")
    check(second and told(browser), f"{name}: {plot} is silent on its second line")
    return first


def check_plot_keys(name, browser):
    plots = browser.evaluate("[...document.querySelectorAll('[data-drawn]')].map(p => p.id)")
    for plot in plots:
        read_plot(name, browser, plot)
    here = f"document.getElementById('{plots[0]}')"
    browser.evaluate(f"{here}.focus()")
    browser.press("0")
    whole = browser.evaluate(f"{here}.layout.xaxis.range")
    browser.press("+")
    part = browser.evaluate(f"{here}.layout.xaxis.range")
    check(abs(part[1] - part[0]) < 0.6 * abs(whole[1] - whole[0]), f"{name}: + does not zoom: {part}")
    browser.press("h")
    hidden = browser.evaluate(f"{here}.data.filter(t => t.visible === 'legendonly').length")
    check(hidden > 0 and "is hidden" in told(browser), f"{name}: H hides nothing: {told(browser)}")
    browser.press("0")
    check(browser.evaluate(f"{here}.layout.xaxis.range") == whole and not browser.evaluate(
        f"{here}.data.filter(t => t.visible === 'legendonly').length"), f"{name}: 0 does not show all")


# Landmarks with names, headings in order, tables with heads and captions: as readers aloud use them.
STRUCTURE = """(() => {
  const wrong = [], all = selector => [...document.querySelectorAll(selector)];
  const labelled = e => e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');
  if (document.documentElement.lang !== 'en') wrong.push('lang');
  for (const one of ['header', 'main', 'h1', 'nav']) if (all(one).length !== 1) wrong.push(`not one ${one}`);
  let level = 0;
  for (const h of all('h1, h2, h3, h4, h5, h6')) {
    if (+h.tagName[1] > level + 1) wrong.push(`${h.tagName} after H${level}: ${h.textContent}`);
    if (!h.textContent.trim()) wrong.push(`an empty ${h.tagName}`);
    level = +h.tagName[1];
  }
  const ids = all('[id]').filter(e => !e.closest('svg')).map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('an id twice');
  for (const a of all('a[href]')) {
    if (!document.querySelector(a.getAttribute('href'))) wrong.push(`to nowhere: ${a.href}`);
  }
  for (const t of all('table')) {
    if (!t.caption || !t.caption.textContent) wrong.push('a table without caption');
    if (t.querySelector('th:not([scope])')) wrong.push('a head of a table without scope');
  }
  for (const e of all('[role=region], [role=application], [role=img], nav')) {
    if (!labelled(e)) wrong.push(`no label: ${e.className}`);
  }
  for (const e of all('img')) if (!e.alt) wrong.push('an image without words');
  return wrong;
})()"""


def check_names(name, browser):
    """The browser's own accessibility tree: what can have the focus has a name."""
    nameless = []
    for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
        traits = {p["name"]: p["value"].get("value") for p in node.get("properties", [])}
        role = node.get("role", {}).get("value")
        if traits.get("focusable") and role not in ("RootWebArea", "generic", "main") \
                and not node.get("name", {}).get("value"):
            nameless.append(role)
    check(not nameless, f"{name}: without a name: {nameless[:4]}")


def check_keyboard(name, browser, page):
    open_drawn(browser, page)
    walk(name, browser)
    missed = browser.evaluate(MISSED)
    check(not missed, f"{name}: Tab does not reach {missed[:4]}")
    check(browser.evaluate("document.querySelectorAll('details:not([open])').length") == 0,
          f"{name}: a fold stays closed")
    wrong = browser.evaluate(STRUCTURE)
    check(not wrong, f"{name}: {wrong[:4]}")
    check_names(name, browser)
    check_plot_keys(name, browser)
    check(not browser.console, f"{name}: the console says {browser.console[:2]}")
