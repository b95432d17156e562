"""Tables: one model for docutils and HTML tables, and the choice of size and column widths that makes them fit.

Typst shares space among ``auto`` columns without regard to what is in them. Here each column gets the width of its
longest word first, as browsers do, and short columns their whole width; what is left goes where it shortens the table
most. If that does not fit at the normal size, the table is set smaller, then wider than the text, then
smaller still, and at last on a turned page. One whose words do not fit even there is divided by its columns: the first,
which say what a row is about, stand again in each part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bookpress.typst.markup import array, boolean, longest_word_width, width
from bookpress.typst.settings import Page

CELL_INSET = 9.0  # points of horizontal padding in a cell, both sides
COMFORTABLE = 13.0  # em: a text column should not be narrower if its text is longer
SHORT = 8.0  # em: columns with nothing longer are not wrapped
BEARABLE = 8.5  # em: the same, before the page is turned instead
SHORT_TABLE_LINES = 26  # up to so many lines a table is kept on one page

_NUMBER = re.compile(r"[-+−–<>≤≥≈~±]?\s*[$€£]?\s*\d[\d\s,.\u202f\u00a0]*\s*(%|pp|[kKmM]|bn)?[*†‡]?")
_NO_VALUE = {"", "-", "–", "—", "…", "n/a", "na", "nan", "none", "?"}


@dataclass(frozen=True)
class Cell:
    """One cell: its finished Typst content, its plain text, its span, and what its source says about its looks.

    stub: it says what its row is about.
    """

    content: str
    text: str
    columns: int = 1
    rows: int = 1
    align: str = ""
    fill: str = ""
    stub: bool = False


@dataclass
class Table:
    """Header rows, body rows, and the relative column widths that the author gave (empty: none)."""

    head: list[list[Cell]] = field(default_factory=list)
    body: list[list[Cell]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Cell]]:
        """All rows, head first."""
        return self.head + self.body

    @property
    def columns(self) -> int:
        """Number of columns: the widest row, spans counted."""
        return max((sum(cell.columns for cell in row) for row in self.rows), default=0)


@dataclass(frozen=True)
class Layout:
    """Type size, extension into the margins, turned page or not, and column widths, all in points."""

    size: float
    bleed: float
    turned: bool
    widths: list[float]


def is_number(text: str) -> bool:
    """Say whether a cell's text is a number (with sign, currency, unit or note mark) or stands for a missing one."""
    return text.strip().casefold() in _NO_VALUE or _NUMBER.fullmatch(text.strip()) is not None


def placed(rows: Sequence[Sequence[Cell]]) -> Iterable[tuple[int, int, Cell]]:
    """Yield (row, column, cell) with row and column spans taken into account."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(cell.rows) for j in range(cell.columns)}
            yield r, c, cell
            c += cell.columns


def alignments(table: Table) -> list[str]:
    """Return one of left, right, center for each column: as the source says, else numbers right and text left."""
    result = []
    cells = [(c, cell) for _, c, cell in placed(table.body) if cell.columns == 1]
    for column in range(table.columns):
        below = [cell for c, cell in cells if c == column]
        said = {cell.align for cell in below if cell.align}
        if len(said) == 1:
            result.append(said.pop())
        elif below and all(is_number(cell.text) for cell in below) and any(cell.text.strip() for cell in below):
            result.append("right")
        else:
            result.append("left")
    return result


def choose_layout(
    table: Table, page: Page, available: float = 0, *, confined: bool = False, turned: bool = False
) -> Layout:
    """Choose type size, width and column widths.

    `available` is the width in points at this place (default: that of the text). `confined` tables (in a box, a list or
    another table) may neither extend into the margins nor turn the page. `turned` asks for a turned page.
    """
    least, comfort, natural = _column_needs(table)
    available = available or page.text_width
    across, bleed = page.turned_width, page.bleed
    if turned and not confined:
        return Layout(8.5, 0, True, _share(8.5, across, least, natural, table))
    bearable = [max(m, min(w, BEARABLE)) for w, m in zip(natural, least, strict=True)]
    attempts = [(9.5, 0.0, False, comfort), (8.8, 0.0, False, comfort)]
    if confined:
        attempts += [(8.0, 0.0, False, bearable)]
    else:
        attempts += [(8.8, bleed, False, comfort), (8.0, bleed, False, comfort), (8.0, bleed, False, bearable)]
        attempts += [(7.5, bleed, False, bearable), (8.0, 0.0, True, comfort)]
    for size, beyond, turn, wish in attempts:
        room = across if turn else available + 2 * beyond
        if sum(wish) * size + CELL_INSET * len(wish) <= room:
            return Layout(size, beyond, turn, _share(size, room, least, natural, table))
    room = available if confined else across
    return Layout(7.5, 0.0, not confined, _share(7.5, room, least, natural, table))


def in_parts(
    table: Table, page: Page, available: float = 0, *, confined: bool = False, turned: bool = False
) -> list[tuple[Table, Layout]]:
    """The table in its layout; or parts of its columns, each in its own, if its words would not fit side by side.

    For the parameters see `choose_layout`. Parts stand upright in small type, as wide as the page allows.
    """
    layout = choose_layout(table, page, available, confined=confined, turned=turned)
    least, _, natural = _column_needs(table)
    if sum(least) * layout.size + CELL_INSET * len(least) <= sum(layout.widths) + 1 or len(least) < 2:
        return [(table, layout)]
    bleed = 0 if confined else page.bleed
    room = (available or page.text_width) + 2 * bleed
    needs = [max(m, min(w, BEARABLE)) * 8.0 + CELL_INSET for w, m in zip(natural, least, strict=True)]
    keys = _stubs(table)
    keys = keys if sum(needs[:keys]) < room / 2 else 0
    parts, first = [], keys
    while first < len(needs):
        last, taken = first + 1, sum(needs[:keys]) + needs[first]
        while last < len(needs) and taken + needs[last] <= room:
            taken += needs[last]
            last += 1
        part = _part(table, keys, first, last)
        least, _, natural = _column_needs(part)
        parts.append((part, Layout(8.0, bleed, False, _share(8.0, room, least, natural, part))))
        first = last
    return parts


def _stubs(table: Table) -> int:
    """How many of the first columns say what a row is about: those of which all cells do, else the first."""
    below = list(placed(table.body))
    for column in range(table.columns):
        if any(not cell.stub for _, c, cell in below if c == column and cell.columns == 1):
            return max(column, 1)
    return 1


def _part(table: Table, keys: int, first: int, last: int) -> Table:
    """The first columns of a table and those from `first` to `last`; a cell across more of them is cut."""

    def cut(rows: list[list[Cell]]) -> list[list[Cell]]:
        kept: list[list[Cell]] = [[] for _ in rows]
        for r, c, cell in placed(rows):
            end = c + cell.columns
            columns = max(min(end, keys) - c, 0) + max(min(end, last) - max(c, first), 0)
            if columns:
                kept[r].append(replace(cell, columns=columns))
        return kept

    given = table.widths[:keys] + table.widths[first:last]
    return Table(cut(table.head), cut(table.body), given)


def _column_needs(table: Table) -> tuple[list[float], list[float], list[float]]:
    """Return for each column, in em: its longest word, a comfortable width, and its longest text in one line."""
    n = table.columns
    least, natural = [1.0] * n, [1.0] * n
    heads = len(table.head)
    for r, c, cell in placed(table.rows):
        if cell.columns > 1 or c >= n:
            continue
        bold = 1.07 if r < heads else 1.0
        least[c] = max(least[c], longest_word_width(cell.text) * bold)
        # A heading may wrap: only its words count, not its length.
        natural[c] = max(natural[c], (min(width(cell.text), 14.0) if r < heads else width(cell.text)) * bold)
    least = [w * 1.05 + 0.2 for w in least]
    natural = [max(w * 1.05 + 0.2, m) for w, m in zip(natural, least, strict=True)]
    comfort = [max(m, min(w, COMFORTABLE)) for w, m in zip(natural, least, strict=True)]
    return least, comfort, natural


def _share(size: float, room: float, least: list[float], natural: list[float], table: Table) -> list[float]:
    """Share `room` points among the columns: as the author said, else natural widths if they fit, else by need."""
    pad, given = CELL_INSET, table.widths
    least = [w * size + pad for w in least]
    natural = [w * size + pad for w in natural]
    if given and len(given) == len(least):
        unit = room / sum(given)
        wanted = [g * unit for g in given]
        if all(w >= m for w, m in zip(wanted, least, strict=True)):
            return wanted
    if sum(natural) <= room:
        return natural
    # What is short stays on one line; long texts start from a bearable width.
    short = SHORT * size + pad
    base = [n if n <= short else max(m, min(n, 6 * size + pad)) for m, n in zip(least, natural, strict=True)]
    if sum(base) > room:
        base = least
    if sum(base) > room:  # even the longest words do not fit: let them break
        return [w * room / sum(base) for w in base]
    return _spend(room - sum(base), base, natural, table, size)


def _spend(spare: float, widths: list[float], natural: list[float], table: Table, size: float) -> list[float]:
    """Give `spare` points, bit by bit, to the column whose widening shortens the table most.

    The height of a row counts as its longest text divided by the width of its column, in fractions of a line, so that
    widening pays before it saves a whole line.
    """
    texts: dict[int, list[tuple[int, float]]] = {}
    for r, c, cell in list(placed(table.body))[:1500]:
        if cell.columns == 1 and c < len(widths):
            texts.setdefault(r, []).append((c, width(cell.text) * size))

    def height(of: list[float]) -> float:
        return sum(max(1.0, *(w / (of[c] - CELL_INSET) for c, w in row)) for row in texts.values())

    widths = list(widths)
    step = max(spare / 40, 2.0)
    while spare > 0.1:
        bit = min(step, spare)
        tried = []
        for c in range(len(widths)):
            if widths[c] < natural[c]:
                wider = [*widths[:c], widths[c] + bit, *widths[c + 1 :]]
                # Ties go to the column that lacks most.
                tried.append((height(wider), widths[c] - natural[c], c))
        if not tried:
            break
        widths[min(tried)[2]] += bit
        spare -= bit
    return widths


def estimated_lines(table: Table, layout: Layout) -> int:
    """Estimate how many lines the table takes, from the widths of its texts and columns."""
    lines = [1] * len(table.rows)
    for r, c, cell in placed(table.rows):
        room = sum(layout.widths[c : c + cell.columns]) - CELL_INSET
        need = max(1, -(-int(width(cell.text) * layout.size * 1.08) // max(int(room), 1)))
        lines[r] = max(lines[r], -(-need // cell.rows))
    return sum(lines)


def is_long(table: Table, layout: Layout) -> bool:
    """Say whether a table may be divided among pages."""
    return estimated_lines(table, layout) > SHORT_TABLE_LINES


def _group_heads(table: Table) -> list[int]:
    """Numbers of the rows that name those below them: one cell across a table of several columns, and not the last."""
    rows = [row for row in table.body if row]
    wide = [place for place, row in enumerate(rows[:-1]) if len(row) == 1 and row[0].columns == table.columns > 1]
    return wide if table.head and len(rows) > len(wide) else []


def write_table(table: Table, layout: Layout) -> str:
    """Return the call of the template's ``book-table`` for a table in its layout."""

    def written(part: Cell, head: bool) -> str:
        options = []
        if part.columns > 1:
            options.append(f"colspan: {part.columns}")
        if part.rows > 1:
            options.append(f"rowspan: {part.rows}")
        if part.fill:
            options.append(f'fill: rgb("{part.fill}")')
        if part.align and (head or part.columns > 1):
            options.append(f"align: {part.align}")
        content = f"#strong[{part.content}]" if head and part.content else part.content
        return f"table.cell({', '.join([*options, f'[{content}]'])})" if options else f"[{content}]"

    aligns = "".join(f"{a} + {'top'}, " for a in alignments(table))
    widths = "".join(f"{w:.1f}pt, " for w in layout.widths)
    parts = [
        f"size: {layout.size:g}pt",
        f"heads: {len(table.head)}",
        f"bleed: {layout.bleed:g}pt",
        f"split: {boolean(is_long(table, layout))}",
        f"columns: ({widths})",
        f"align: ({aligns})",
    ]
    head = [written(part, True) for row in table.head for part in row]
    rows = [[written(part, False) for part in row] for row in table.body if row]
    for place in _group_heads(table):  # goes with its rows, and stands again over those on the next page
        rows[place] = [f"table.header(level: 2, {rows[place][0]})"]
    body = [array(row) for row in rows]
    if any(part.rows > 1 for row in table.body for part in row):  # rows that belong together anyway
        body = [array(body)]
    return f"#book-table({', '.join(parts)}, head: {array(head)}, rows: (\n " + ",\n ".join([*body, "))"])
