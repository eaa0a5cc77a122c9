// A plot by keyboard and by touch: its points are read one by one, it is zoomed, lines are hidden.
(function () {
  "use strict";
  const KEYS = "Left and right: along a line. Up and down: another line. Plus and minus: zoom. " +
    "H: hide or show the line. 0: all again.";

  function shown(value) {
    return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
  }
  function titleOf(plot, axis) {
    const title = plot.layout[axis].title;
    return title && title.text ? writepathFit.spoken(title.text) : "";
  }
  // What the label beside the point says, for those who do not see it.
  function words(plot, trace, i) {
    const x = trace.x[i], y = typeof trace.y[i] === "string" ? writepathFit.spoken(trace.y[i]) : trace.y[i];
    const name = writepathFit.spoken(trace.name);
    if (trace.base) return y + ": " + name + " from " + shown(trace.base[i]) + " to " + shown(trace.base[i] + x) + " s";
    if (trace.type === "bar") return y + ": " + name + " " + shown(x) + " " + titleOf(plot, "xaxis");
    if (trace.text) return y + ": " + writepathFit.spoken(trace.text[i]) + " at " + shown(x) + " s";
    if (trace.error_x) {
      return y + ": " + titleOf(plot, "xaxis") + " " + shown(x) + ", interval " + shown(x - trace.error_x.arrayminus[i]) +
        " to " + shown(x + trace.error_x.array[i]);
    }
    if (!titleOf(plot, "yaxis")) return y + ": " + titleOf(plot, "xaxis") + " " + shown(x);
    return name + ": " + titleOf(plot, "yaxis") + " " + shown(y) + " at " + titleOf(plot, "xaxis") + " " +
      (trace.customdata ? trace.customdata[i] : shown(x));
  }
  function toAxis(axis, x) {
    return axis.type === "log" ? Math.log10(x) : x;
  }
  function zoom(plot, factor, center) {
    const range = plot.layout.xaxis.range;
    const at = center === undefined ? (range[0] + range[1]) / 2 : center;
    const half = Math.abs(range[1] - range[0]) / 2 * factor;
    return Plotly.relayout(plot, { "xaxis.range": [at - half, at + half] });
  }

  document.querySelectorAll(".plot").forEach(function (plot) {
    const place = { trace: 0, point: -1 };
    const told = document.createElement("p");
    told.className = "told";
    told.setAttribute("role", "status");
    const buttons = document.createElement("div");
    buttons.className = "touch";
    (plot.parentElement.querySelector("figcaption") || plot).after(told, buttons);

    function readable() {
      return plot.data.map(function (trace, i) { return i; }).filter(function (i) {
        return plot.data[i].hoverinfo !== "skip" && plot.data[i].x.length;
      });
    }
    function centerOf() {
      const trace = plot.data[place.trace];
      const x = place.point < 0 || !trace ? undefined : trace.x[place.point];
      return typeof x === "number" && plot.layout.xaxis.type !== "category"
        ? toAxis(plot.layout.xaxis, x + (trace.base ? trace.base[place.point] : 0)) : undefined;
    }
    function tell() {
      const trace = plot.data[place.trace], center = centerOf(), range = plot.layout.xaxis.range;
      told.textContent = words(plot, trace, place.point);
      if (trace.visible === "legendonly") {
        told.textContent += " (hidden)";
        return;
      }
      const inside = center === undefined || (center >= Math.min(range[0], range[1]) && center <= Math.max(range[0], range[1]));
      Promise.resolve(inside || zoom(plot, 1, center)).then(function () {
        Plotly.Fx.hover(plot, [{ curveNumber: place.trace, pointNumber: place.point }]);
      });
    }
    function along(step) {
      const last = plot.data[place.trace].x.length - 1;
      place.point = Math.min(last, Math.max(0, place.point + step));
      tell();
    }
    // The other line at about the same x: lines need not have the same points.
    function across(step) {
      const known = readable(), old = plot.data[place.trace];
      const here = place.point < 0 ? undefined : old.x[place.point];
      place.trace = known[(known.indexOf(place.trace) + step + known.length) % known.length];
      const xs = plot.data[place.trace].x;
      place.point = Math.min(Math.max(place.point, 0), xs.length - 1);
      if (old.type === "scatter" && typeof here === "number") {
        xs.forEach(function (x, i) {
          if (Math.abs(x - here) < Math.abs(xs[place.point] - here)) place.point = i;
        });
      }
      tell();
    }
    function hide() {
      const chosen = plot.data[place.trace], group = chosen.legendgroup;
      const same = plot.data.map(function (trace, i) { return i; }).filter(function (i) {
        return i === place.trace || (group && plot.data[i].legendgroup === group);
      });
      const visible = chosen.visible === "legendonly" ? true : "legendonly";
      Plotly.restyle(plot, { visible: visible }, same);
      told.textContent = writepathFit.spoken(chosen.name) + (visible === true ? " is shown" : " is hidden");
    }
    function again() {
      Plotly.Fx.unhover(plot);
      plot.dispatchEvent(new CustomEvent("again"));
      told.textContent = "All is shown";
    }
    const does = {
      ArrowLeft: function () { along(-1); }, ArrowRight: function () { along(1); },
      ArrowUp: function () { across(-1); }, ArrowDown: function () { across(1); },
      "+": function () { zoom(plot, 0.5, centerOf()); }, "-": function () { zoom(plot, 2, centerOf()); },
      h: hide, 0: again
    };
    plot.addEventListener("keydown", function (event) {
      const action = does[event.key === "=" ? "+" : event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey || !plot.dataset.drawn) return;
      event.preventDefault();
      if (readable().indexOf(place.trace) < 0 || place.point >= plot.data[place.trace].x.length) {
        place.trace = readable()[0];
        place.point = -1;
      }
      action();
    });
    plot.addEventListener("focus", function () {
      if (plot.dataset.drawn && plot.matches(":focus-visible")) told.textContent = KEYS;
    });
    plot.addEventListener("blur", function () {
      told.textContent = "";
      if (plot.dataset.drawn) Plotly.Fx.unhover(plot);
    });
    // What fingers have instead of keys; dragging scrolls the page.
    [["+", "Zoom in", "+"], ["−", "Zoom out", "-"], ["all", "Show all again", "0"]].forEach(function (one) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = one[0];
      button.setAttribute("aria-label", one[1]);
      button.addEventListener("click", function () { if (plot.dataset.drawn) does[one[2]](); });
      buttons.append(button);
    });
  });
})();
