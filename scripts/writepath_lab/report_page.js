// Draws every figure from the JSON beside it, in the colours of the reader's light or dark setting.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const phone = window.matchMedia("(max-width: 40rem)");
  const plots = Array.from(document.querySelectorAll(".plot"));

  function theme() {
    return dark.matches ? { ink: "#e8e8e8", line: "#454b54", paper: "#15181c" }
                        : { ink: "#1b1b1b", line: "#d5d5d5", paper: "#ffffff" };
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
      hoverlabel: { bgcolor: t.paper, font: { color: t.ink } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: t.line, activecolor: t.ink } }, given);
    layout.xaxis = Object.assign({}, axis, given.xaxis);
    layout.yaxis = Object.assign({}, axis, given.yaxis);
    return layout;
  }
  // The legend lies below the x axis and its title, and the figure is as much higher.
  function makeRoom(plot, data, layout) {
    const shown = data.filter(function (trace) { return trace.showlegend !== false; });
    const longest = Math.max.apply(null, shown.map(function (trace) { return trace.name.length; }).concat(0));
    // Names beside a row take of the width that the legend has, about 7 px a letter.
    const names = layout.yaxis.type === "category" ? data.flatMap(function (trace) { return trace.y; }) : [];
    const beside = Math.max.apply(null, names.map(function (name) { return name.length; }).concat(3)) * 7;
    const across = Math.max(1, Math.floor((plot.clientWidth - 40 - beside) / (longest * 7 + 50)));
    const legend = shown.length > 1 ? Math.ceil(shown.length / across) * 20 + 10 : 0;
    const base = Number(plot.dataset.height) || 320, below = 58;
    layout.margin.b = below + legend;
    layout.height = base + legend;
    layout.legend.y = -below / (base - layout.margin.t - below);
    plot.style.height = layout.height + "px";
  }
  function draw(plot) {
    const t = theme();
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    const layout = layoutOf(figure.layout, t);
    makeRoom(plot, figure.data, layout);
    return Plotly.react(plot, figure.data.map(function (trace) { return inked(trace, t.ink); }), layout,
                        { responsive: true, displaylogo: false, displayModeBar: phone.matches ? false : "hover" })
      .then(function () { plot.dataset.drawn = "yes"; count(); });
  }
  function count() {
    document.body.dataset.drawn = String(document.querySelectorAll(".plot[data-drawn]").length);
  }
  // What is folded has no width; it is drawn when the reader unfolds it.
  function drawUnfolded(again) {
    return Promise.all(plots.filter(function (plot) {
      return plot.clientWidth > 0 && (again || !plot.dataset.drawn);
    }).map(draw));
  }
  document.querySelectorAll("details.group").forEach(function (group) {
    group.addEventListener("toggle", function () { drawUnfolded(false); });
  });
  dark.addEventListener("change", function () {
    plots.forEach(function (plot) { delete plot.dataset.drawn; });
    drawUnfolded(true);
  });
  count();
  drawUnfolded(false);
})();
