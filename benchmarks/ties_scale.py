"""Time and memory of building and measuring a synthetic network: `python benchmarks/ties_scale.py [edges ...]`.

Each size runs in a process of its own, so that its peak memory is its own. Prints one line per size.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vouch.evidence import case, data
from vouch.methods.alliances import chronology, statements, ties

SIZES = (12_500, 25_000, 50_000, 100_000)


def synthetic(count: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events and actors in the form of the data tables: `count` events with 60 partners over fifty years."""
    rng = np.random.default_rng(seed)
    partners = ["BLR", "RUS", "CHN", *(f"X{number:02d}" for number in range(57))]
    partner = rng.choice(partners, count)
    outward = rng.random(count) < 0.5
    days = np.datetime64("1976-01-01") + rng.integers(0, 18_000, count).astype("timedelta64[D]")
    events = pd.DataFrame(
        {
            "event_id": [f"ev-{number:06d}" for number in range(count)],
            "date": days,
            "date_precision": rng.choice(["day", "month", "year"], count, p=[0.8, 0.15, 0.05]),
            "category": rng.choice(["visit", "agreement", "arms", "observer-mission", "statement"], count),
            "actor_a": np.where(outward, "MMR", partner),
            "actor_b": np.where(outward, partner, "MMR"),
            "other_actors": None,
            "level": rng.choice(list(chronology.RANKS), count),
            "direction": "both",
            "title": "",
            "source": rng.choice([f"work-{number}" for number in range(500)], count),
        }
    )
    states = ["MMR", *partners]
    return events, pd.DataFrame({"actor_id": states, "type": "state", "iso3": states})


def measured(count: int) -> dict[str, float]:
    """Seconds of each step at one size, and the peak memory in megabytes."""
    events, actors = synthetic(count)
    clock = [time.perf_counter()]

    def lap() -> float:
        clock.append(time.perf_counter())
        return clock[-1] - clock[-2]

    links = ties.edges(events, actors, data.load("categories"), case.horizon())
    seconds = {"edges": lap()}
    contacts = ties.since_coup(links)
    seconds["contacts"] = lap()
    counted = ties.by_partner(contacts, partners=tuple(sorted(set(contacts["partner"]))))
    assert counted["events"].sum() == (contacts["precision"] == "day").sum()
    seconds["episodes"] = lap()
    statements.orders(contacts)
    seconds["orders"] = lap()
    seconds["total"] = clock[-1] - clock[0]
    seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds


def main(arguments: list[str]) -> int:
    """Run every size in a fresh process, or one size in this one when called with --one."""
    if arguments[:1] == ["--one"]:
        row = measured(int(arguments[1]))
        print(f"{int(arguments[1]):>8,} " + " ".join(f"{value:>10.2f}" for value in row.values()))
        return 0
    names = ["edges", "contacts", "episodes", "orders", "total", "peak MB"]
    print(f"{'edges':>8} " + " ".join(f"{name:>10}" for name in names))
    for size in arguments or SIZES:
        code = subprocess.run([sys.executable, __file__, "--one", str(size)], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
