// Draws every figure from the JSON beside it, in the colours of the reader's light or dark setting.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function theme() {
    const ink = dark.matches ? "#e8e8e8" : "#1b1b1b", line = dark.matches ? "#454b54" : "#d5d5d5";
    return { ink: ink, line: line };
  }
  function layoutOf(given) {
    const t = theme(), axis = { gridcolor: t.line, linecolor: t.line, zerolinecolor: t.line,
                                automargin: true };
    const layout = Object.assign({ font: { color: t.ink }, paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 60, r: 12, t: 16, b: 48 },
      legend: { orientation: "h", y: -0.25 } }, given);
    layout.xaxis = Object.assign({}, axis, given.xaxis);
    layout.yaxis = Object.assign({}, axis, given.yaxis);
    return layout;
  }
  const plots = Array.from(document.querySelectorAll(".plot"));
  function draw(plot) {
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    return Plotly.react(plot, figure.data, layoutOf(figure.layout),
                        { responsive: true, displaylogo: false })
      .then(function () { plot.dataset.drawn = "yes"; });
  }
  Promise.all(plots.map(draw)).then(function () {
    document.body.dataset.drawn = String(plots.length);
  });
  dark.addEventListener("change", function () { plots.forEach(draw); });
})();
