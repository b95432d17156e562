"""Numbers, days and shares as the book prints them.

What lives here: how a value becomes text, the same in every chapter, figure and table. What does not: what the value
is, and where it is recorded (`vouch.findings`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def formatted(value: float | int | str, digits: int = 0) -> str:
    """A number as the book prints it: comma between thousands, a true minus sign, rounded half away from zero.

    Rounding is done in decimal on the shortest representation of the number, so that 0.125 and 54.25 round as a reader
    with pencil and paper would round them.
    """
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):  # a NumPy scalar prints as np.float64(...)
        value = value.item()
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)
    return f"{exact:,.{max(digits, 0)}f}".replace("-", "−")


FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"


def defused(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs: `'` before a sign that begins a formula (OWASP, CSV injection).

    For what is computed or quoted. Text of the tables needs none, since :func:`load` refuses such cells.
    """
    return f"'{text}" if text.startswith(tuple(FORMULA_SIGNS)) else text
