"""A random sample of the rows of all tables of facts and codings, to be read again against their sources.

python -m vouch.pages.sample 60 20261206       sixty rows by this seed, a line of table and row each
"""

from __future__ import annotations

import sys

from vouch.evidence import data
from vouch.methods.firmness import rechecks


def main(arguments: list[str]) -> int:
    """Print the sample; arguments are its size and its seed."""
    size, seed = map(int, arguments)
    keys = {name: data.described(name)["schema"]["primaryKey"] for name in rechecks.frame(data.tables())}
    tables = {name: data.load(name) for name in keys}
    indexed = {name: rows.set_index(rechecks.row_ids(rows, keys[name])) for name, rows in tables.items()}
    for one in rechecks.draw(indexed, size, seed).itertuples(index=False):
        print(one.table, one.row_id, sep=",")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
