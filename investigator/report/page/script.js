"use strict";
// Unpacks plotly.js, which this page carries, and draws every chart. Nothing is fetched.
(async () => {
  const boxes = [...document.querySelectorAll(".chart-box")];
  const giveUp = (box) => {
    box.querySelector(".undrawn").hidden = false;
    box.querySelector(".chart").style.minHeight = "0";
    box.querySelector("details").open = true;
  };
  try {
    const packed = atob(document.getElementById("plotly-gzip").textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const library = document.createElement("script");
    library.textContent = await new Response(stream).text();
    document.head.append(library);
  } catch (error) {
    console.warn(String(error));
  }
  const settings = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtonsToRemove: ["toImage", "select2d", "lasso2d"],
  };
  for (const box of boxes) {
    try {
      const figure = JSON.parse(box.querySelector(".chart-data").textContent);
      await Plotly.newPlot(box.querySelector(".chart"), figure.data, figure.layout, settings);
    } catch (error) {
      console.warn(String(error));
      giveUp(box);
    }
  }
  // Paper is narrower than the screen: the charts are drawn again for it.
  const fit = () => boxes.forEach((box) => {
    const chart = box.querySelector(".js-plotly-plot");
    if (chart) Plotly.Plots.resize(chart);
  });
  addEventListener("beforeprint", fit);
  addEventListener("afterprint", fit);
  document.documentElement.dataset.drawn = document.querySelectorAll(".chart .main-svg").length ? "yes" : "no";
})();
