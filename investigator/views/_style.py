"""The one look of a figure: white, calm, a light grid, room around it, and its numbers beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.views import _palette as palette

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

#: The width that places labels without overlap; on a wider page there is more room, never less.
WIDTH = 960


def template() -> dict[str, Any]:
    """The plotly template of every view."""
    axis = {
        "automargin": False,
        "gridcolor": "#e9edf0",
        "gridwidth": 1,
        "linecolor": palette.LINE,
        "showline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": palette.LINE,
        "tickfont": {"size": 12, "color": palette.INK_SOFT},
        "title": {"font": {"size": 12, "color": palette.INK_SOFT}, "standoff": 10},
        "zeroline": False,
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 13, "color": palette.INK},
            "paper_bgcolor": palette.GROUND,
            "plot_bgcolor": palette.GROUND,
            "colorway": [
                palette.BLUE,
                palette.VERMILLION,
                palette.GREEN,
                palette.PURPLE,
                palette.ORANGE,
                palette.SKY,
            ],
            "title": {
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 14, "l": 12},
                "font": {"size": 17, "color": palette.INK, "weight": 600},
                "subtitle": {"font": {"size": 13, "color": palette.INK_SOFT}},
            },
            "hoverlabel": {
                "align": "left",
                "bgcolor": palette.GROUND,
                "bordercolor": "#b9c1c8",
                "font": {"family": FONT, "size": 12, "color": palette.INK},
                "namelength": -1,
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "yanchor": "top",
                "font": {"size": 12, "color": palette.INK_SOFT},
                "itemclick": "toggle",
                "bgcolor": "rgba(0,0,0,0)",
            },
            "modebar": {
                "remove": ["select2d", "lasso2d", "autoScale2d", "toImage", "zoomIn2d", "zoomOut2d"],
                "bgcolor": "rgba(0,0,0,0)",
                "color": "#b9c1c8",
                "activecolor": palette.INK_SOFT,
            },
            "hovermode": "closest",
            "dragmode": "zoom",
            "xaxis": axis,
            "yaxis": axis,
        }
    }


def figure(
    *, title: str, subtitle: str, alt: str, table_title: str, columns: list[str], rows: list[list[Any]]
) -> Figure:
    """A figure of the one look, with its title, its sentence for those who can't see it, and its table twin.

    The texts are the view's own words: what of them came from data went through `_text.inert`. The table's
    cells are kept as they are: the page escapes them.
    """
    import plotly.graph_objects as go

    # Given at once: an update looks through the whole template, and takes thirty times as long.
    return go.Figure(
        layout={
            "template": template(),
            "title": {"text": title, "subtitle": {"text": subtitle}},
            "meta": {"table": {"title": table_title, "columns": columns, "rows": rows}, "alt": alt},
        }
    )


def nothing(title: str, sentence: str, *, axis: str, columns: list[str], table_title: str) -> Figure:
    """A figure for when there is nothing to draw, which says so."""
    made = figure(title=title, subtitle="", alt=sentence, table_title=table_title, columns=columns, rows=[])
    made.update_layout(height=200, margin={"l": 24, "r": 24, "t": 64, "b": 56})
    made.update_xaxes(title_text=axis, showticklabels=False, showgrid=False, ticks="", range=[0, 1])
    made.update_yaxes(visible=False, range=[0, 1])
    made.add_annotation(
        text=sentence,
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 14, "color": palette.INK_SOFT},
    )
    return made


def margin_for(labels: list[str], *, least: int = 70, most: int = 230) -> int:
    """The left margin that these labels need, in pixels."""
    return int(min(most, max(least, 24 + 7.0 * max((len(label) for label in labels), default=0))))
