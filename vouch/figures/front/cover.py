"""The picture on the cover: the tile map of the summary without words, light on the dark ground of the cover."""

from __future__ import annotations

import pandas as pd

from vouch.figures.style import DARK
from vouch.figures.voters import BLOCKS, MAP_SIZE

TILE = 10  # units of the drawing
FILLS = {"phase 1": "#ffffff", "phase 2": "#c3d2e2", "phase 3": "#8ea9c6", "phase 2 or 3": "#a9bed4"}
EMPTY = DARK.verdicts["fails"]
"""A tile where nobody voted: as on the map."""
CROSS = "#1f3b5c"  # the ground of the cover


def tile_map(tiles: pd.DataFrame) -> str:
    """One tile for each township, with a cross where nobody could vote.

    tiles: state_region, tile, status (`coverage.tiles`). Returns SVG without a ground.
    """
    drawn = []
    for row in tiles.itertuples(index=False):
        column, top, across = BLOCKS[row.state_region]
        x = TILE * (column + (row.tile - 1) % across)
        y = TILE * (top + (row.tile - 1) // across)
        fill = FILLS.get(row.status)
        drawn.append(f'<rect x="{x:g}" y="{y:g}" width="8.8" height="8.8" fill="{fill or EMPTY}"/>')
        if not fill:
            one, other = f"M{x + 2.2:g} {y + 2.2:g}l4.4 4.4", f"M{x + 6.6:g} {y + 2.2:g}l-4.4 4.4"
            drawn.append(f'<path d="{one}{other}" stroke="{CROSS}" stroke-width="1.1"/>')
    width, height = TILE * MAP_SIZE[0], TILE * (MAP_SIZE[1] - 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">\n' + "\n".join(drawn) + "\n</svg>\n"
    )
