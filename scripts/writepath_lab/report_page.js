// Draws every figure from the JSON beside it, in the colours of the reader's light or dark setting.
(function () {
  "use strict";
  // Paper is light, whatever the screen is.
  const dark = window.matchMedia("screen and (prefers-color-scheme: dark)");
  const phone = window.matchMedia("(max-width: 40rem)");
  const fingers = window.matchMedia("(pointer: coarse)");
  const plots = Array.from(document.querySelectorAll(".plot"));
  const PAPER_PX = 660; // what A4 and Letter have between their margins
  let printing = false;

  function theme() {
    return dark.matches && !printing ? { ink: "#e8e8e8", line: "#454b54", paper: "#15181c", icon: "#9aa3ad" }
                                     : { ink: "#1b1b1b", line: "#d5d5d5", paper: "#ffffff", icon: "#6b6b6b" };
  }
  // An architecture's black is the paper's opposite.
  function inked(trace, ink) {
    ["line", "marker"].forEach(function (part) {
      if (trace[part] && trace[part].color === "#000000") trace[part].color = ink;
    });
    if (trace.fillcolor === "#000000") trace.fillcolor = ink;
    return trace;
  }
  function layoutOf(given, t) {
    const axis = { gridcolor: t.line, linecolor: t.line, zerolinecolor: t.line, automargin: true };
    const layout = Object.assign({
      font: { color: t.ink }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: phone.matches ? 45 : 60, r: 12, t: 16, b: 48 },
      legend: { orientation: "h", x: 0, xanchor: "left", yanchor: "top", traceorder: "normal" },
      hoverlabel: { namelength: phone.matches ? 15 : 40, bgcolor: t.paper, bordercolor: t.ink, font: { color: t.ink } },
      dragmode: fingers.matches ? false : "zoom",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: t.icon, activecolor: t.ink } }, given);
    layout.xaxis = Object.assign({}, axis, given.xaxis);
    layout.yaxis = Object.assign({}, axis, given.yaxis);
    return layout;
  }
  function draw(plot) {
    const t = theme();
    const width = printing ? Math.min(PAPER_PX, plot.clientWidth) : plot.clientWidth;
    const given = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    const figure = writepathFit.texts(given, width);
    const layout = layoutOf(figure.layout, t);
    writepathFit.room(plot, figure.data, layout, width);
    const config = { displaylogo: false, displayModeBar: phone.matches || fingers.matches ? false : "hover" };
    Plotly.react(plot, figure.data.map(function (trace) { return inked(trace, t.ink); }), layout, config);
    plot.dataset.drawn = "yes";
    plot.tabIndex = 0;
    plot.setAttribute("role", "application"); // its arrow keys are its own: report_keys.js
    plot.setAttribute("aria-roledescription", "plot");
    plot.drawnWidth = plot.clientWidth;
  }

  // The library comes packed; browsers since 2023 unpack it.
  async function library() {
    const packed = document.getElementById("library");
    if (!packed) return;
    const bytes = Uint8Array.from(atob(packed.textContent), function (c) { return c.charCodeAt(0); });
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(unpacked).text();
    document.head.append(script);
  }
  const ready = library();

  function folded(plot) {
    return plot.closest("details:not([open])");
  }
  // What is folded is drawn when the reader unfolds it. One after the other, so that
  // the page answers meanwhile.
  async function drawMissing() {
    try {
      await ready;
      for (const plot of plots) {
        if (!folded(plot) && (!plot.dataset.drawn || plot.drawnWidth !== plot.clientWidth)) {
          draw(plot);
          await new Promise(function (next) { setTimeout(next); });
        }
      }
    } catch (error) {
      plots.filter(function (plot) { return !plot.dataset.drawn; }).forEach(function (plot) {
        plot.classList.add("refused");
        plot.textContent = "Not drawn (" + error.message + "). The tables have the numbers. A browser before 2023 " +
          "needs a page made with scripts/report.py --unpacked.";
      });
    }
  }
  plots.forEach(function (plot) {
    plot.addEventListener("again", function () { draw(plot); });
  });
  document.querySelectorAll("details.group").forEach(function (group) {
    group.addEventListener("toggle", drawMissing);
  });
  dark.addEventListener("change", function () {
    plots.forEach(function (plot) { delete plot.dataset.drawn; });
    drawMissing();
  });
  let waits;
  window.addEventListener("resize", function () {
    clearTimeout(waits);
    waits = setTimeout(drawMissing, 100);
  });
  // A printer does not wait: what is drawn is drawn for paper at once, and for the screen afterwards.
  function redrawNow() {
    plots.filter(function (plot) { return plot.dataset.drawn && !folded(plot); }).forEach(draw);
  }
  window.addEventListener("beforeprint", function () { printing = true; redrawNow(); });
  window.addEventListener("afterprint", function () { printing = false; redrawNow(); });
  drawMissing();
})();
