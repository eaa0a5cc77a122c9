// What a figure needs to fit its room: texts without markup, long names in lines, room for the legend.
const writepathFit = (function () {
  "use strict";
  const LETTER_PX = 7, LINE_PX = 16, ROW_PX = 34;

  // Plotly reads markup in texts; nobody's name has any.
  function plain(value, key) {
    if (key === "hovertemplate") return value; // has its own markup, and its names are plain already
    if (typeof value === "string") return value.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map(plainItem);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(function (entry) {
      return [entry[0], plain(entry[1], entry[0])];
    }));
  }
  function plainItem(value) { return plain(value); }
  // The text itself again, for those who hear it.
  function spoken(text) {
    return String(text).replace(/<br>/g, "").replace(/&lt;/g, "<").replace(/&amp;/g, "&");
  }
  // Breaks behind a hyphen or dot where there is one near the end of a line. Before plain(): a line
  // must not end within an entity.
  function lines(name, letters) {
    const found = [];
    let rest = Array.from(name);
    while (rest.length > letters) {
      let end = letters;
      for (let i = letters; i > letters / 2; i -= 1) {
        if ("-._ ".includes(rest[i - 1])) { end = i; break; }
      }
      found.push(rest.slice(0, end).join(""));
      rest = rest.slice(end);
    }
    return found.concat(rest.join("")).map(plainItem).join("<br>");
  }
  function heightOf(text) { return text.split("<br>").length; }
  function lettersOf(text) { return Math.max.apply(null, text.split("<br>").map(function (line) { return line.length; })); }
  function most(numbers, least) { return Math.max.apply(null, numbers.concat(least)); }

  // The figure's data and layout with texts made plain, in lines that fit `width`.
  function texts(figure, width) {
    const rows = figure.layout.yaxis.type === "category";
    const beside = Math.max(8, Math.floor(width / (width < 500 ? 3.2 : 4) / LETTER_PX));
    const inLegend = Math.max(12, Math.floor((width - 80) / LETTER_PX));
    const fitted = { data: figure.data.map(function (trace) { return plain(trace); }), layout: plain(figure.layout) };
    fitted.data.forEach(function (trace, i) {
      trace.name = lines(figure.data[i].name || "", inLegend);
      if (rows) trace.y = figure.data[i].y.map(function (name) { return lines(String(name), beside); });
    });
    if (rows && figure.layout.yaxis.categoryarray) {
      fitted.layout.yaxis.categoryarray = figure.layout.yaxis.categoryarray.map(function (name) { return lines(name, beside); });
    }
    ["xaxis", "yaxis"].forEach(function (axis) {
      const title = figure.layout[axis].title;
      if (title && title.text) fitted.layout[axis].title.text = lines(title.text, axis === "xaxis" ? inLegend : 40);
    });
    return fitted;
  }

  // The legend lies below the x axis and its title, and the figure is as much higher.
  function room(plot, data, layout, width) {
    const shown = data.filter(function (trace) { return trace.showlegend !== false; });
    const longest = most(shown.map(function (trace) { return lettersOf(trace.name); }), 0);
    // Names beside a row take of the width that the legend has.
    const rows = layout.yaxis.type === "category" ? data.flatMap(function (trace) { return trace.y; }) : [];
    const beside = most(rows.map(lettersOf), 3) * LETTER_PX;
    const across = Math.max(1, Math.floor((width - 40 - beside) / (longest * LETTER_PX + 50)));
    const legend = shown.length > 1
      ? Math.ceil(shown.length / across) * (most(shown.map(function (trace) { return heightOf(trace.name); }), 1) * LINE_PX + 4) + 10
      : 0;
    const higher = Math.max(0, most(rows.map(heightOf), 1) * LINE_PX + 4 - ROW_PX) * new Set(rows).size;
    const title = layout.xaxis.title ? heightOf(layout.xaxis.title.text) : 1;
    // Plotly scrolls a legend that has more than half of the height.
    const base = Math.max((Number(plot.dataset.height) || 320) + higher, legend + 10), below = 58 + (title - 1) * LINE_PX;
    layout.margin.b = below + legend;
    layout.width = width;
    layout.height = base + legend;
    layout.legend.y = -below / (base - layout.margin.t - below);
    plot.style.height = layout.height + "px";
  }
  return { texts: texts, room: room, spoken: spoken };
})();
