"use strict";
// Unpacks plotly.js, which this page carries, and makes charts live. Nothing is fetched, and no word needs it:
// each chart stands in the page as a picture. Live ones are laid out for 900 pixels; where there are fewer, a button.
(async () => {
  const WIDE = 900;
  const NAMES = {
    "#1c2126": "--ink", "#56606a": "--ink-soft", "#dde2e6": "--line", "#e9edf0": "--line", "#e6eaed": "--line",
    "#b9c1c8": "--strong", "#9aa3ab": "--quiet", "#ffffff": "--ground", "#f1f3f4": "--ground-soft",
    "#f6f7f8": "--ground-soft", "#eef3f7": "--ground-soft", "#9c4a78": "--change",
  };
  const boxes = [...document.querySelectorAll(".chart-box")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
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
  // The greys of a figure are those of the page, in the dark too.
  const figureOf = (box) => JSON.parse(box.querySelector(".chart-data").textContent, (key, value) => {
    if (!dark.matches || typeof value !== "string" || !/color$/.test(key)) return value;
    const style = getComputedStyle(document.documentElement);
    if (NAMES[value]) return style.getPropertyValue(NAMES[value]).trim();
    return value.replace(/^rgba\(255,255,255,(0\.[1-9]\d*)\)$/, "rgba(20,24,28,$1)");
  });
  const still = (box) => {
    box.classList.remove("live");
    box.querySelector(".chart").hidden = true;
  };
  const live = async (box) => {
    const place = box.querySelector(".chart");
    try {
      const figure = figureOf(box);
      box.classList.add("live");
      place.hidden = false;
      if (place.clientWidth < WIDE) {
        figure.layout.autosize = false;
        figure.layout.width = WIDE;
      }
      await Plotly.react(place, figure.data, figure.layout, settings);
    } catch (error) {
      console.warn(String(error));
      if (box.querySelector(".drawing")) still(box);
      else box.querySelector(".chart").hidden = true;
    }
  };
  for (const box of boxes) {
    if (box.clientWidth >= WIDE || !box.querySelector(".drawing")) {
      await live(box);
    } else if (window.Plotly) {
      const button = document.createElement("button");
      const words = box.querySelector(".chart-data").dataset;
      button.className = "switch";
      button.textContent = words.live;
      button.addEventListener("click", async () => {
        const now = !box.classList.contains("live");
        if (now) await live(box);
        else still(box);
        button.textContent = now ? words.still : words.live;
      });
      box.querySelector(".static").before(button);
    }
  }
  dark.addEventListener("change", () => document.querySelectorAll(".chart-box.live").forEach(live));
  // Paper shows the pictures, with every fold open.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));
  document.documentElement.dataset.drawn = document.querySelectorAll(".chart .main-svg").length ? "yes" : "no";
})();
