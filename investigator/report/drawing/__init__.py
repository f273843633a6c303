"""A figure as a static SVG: plotly's traces and layout in, text out; no browser, and the same bytes each time."""
