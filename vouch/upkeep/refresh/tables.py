"""The tables, each a function of what the present one asks for and of the frames that its publications gave."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from vouch.upkeep.refresh.cells import coded, in_years, of_release, typed
from vouch.upkeep.refresh.readers import ERT_COLUMNS, IDEAL_POINT, VDEM_INDICES, bad
from vouch.upkeep.refresh.wanted import MYANMAR, MYANMAR_GW, Wanted, ucdp_release


def gdp(wanted: Wanted, answer: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, gdp_usd (current US dollars, rounded to whole dollars); years without a value have no row."""
    rows = in_years(answer[answer["countryiso3code"].isin(wanted.countries)], wanted, "date")
    values = typed(rows, "value", "number")
    table = pd.DataFrame({"iso3": rows["countryiso3code"], "year": rows["date"], "gdp_usd": values}).dropna()
    return table.assign(gdp_usd=table["gdp_usd"].round().astype("Int64"))


def unhcr_asylum(wanted: Wanted, origin: pd.DataFrame) -> pd.DataFrame:
    """iso3 (country of asylum), year, refugees, asylum_seekers from Myanmar (persons at the end of the year)."""
    rows = origin[(origin["coo_iso"] == MYANMAR) & origin["coa_iso"].isin(wanted.countries)]
    rows = in_years(rows, wanted)
    counts = {name: typed(rows, name, "whole") for name in ("refugees", "asylum_seekers")}
    return pd.DataFrame({"iso3": rows["coa_iso"], "year": rows["year"], **counts})


def unhcr_displacement(
    wanted: Wanted, origin: pd.DataFrame, in_myanmar: pd.DataFrame, idmc: pd.DataFrame
) -> pd.DataFrame:
    """One row per year: people displaced from and within Myanmar (persons); a year without any figure stays empty.

    `origin` are people from Myanmar by country of asylum, `in_myanmar` people in Myanmar by country of origin, `idmc`
    the count of the Internal Displacement Monitoring Centre, which UNHCR's API passes on. New flows are not in the API
    and are carried over.
    """
    abroad = in_years(origin[origin["coo_iso"] == MYANMAR], wanted)
    at_home = abroad[abroad["coa_iso"] == MYANMAR]
    present = in_years(in_myanmar[in_myanmar["coa_iso"] == MYANMAR], wanted)
    counted = in_years(idmc[idmc["coo_iso"] == MYANMAR], wanted)

    def by_year(rows: pd.DataFrame, name: str) -> pd.Series:
        return typed(rows, name, "whole").groupby(rows["year"]).sum(min_count=1)

    table = pd.DataFrame(
        {
            "refugees": by_year(abroad, "refugees"),
            "asylum_seekers": by_year(abroad, "asylum_seekers"),
            "idps_unhcr": by_year(at_home, "idps"),
            "idps_idmc": by_year(counted, "total"),
            "returned_refugees": by_year(abroad, "returned_refugees"),
            "returned_idps": by_year(at_home, "returned_idps"),
            "stateless_in_myanmar": by_year(present, "stateless"),
        },
        index=pd.Index(wanted.years, name="year", dtype="Int64"),
    )
    table["new_flows"] = wanted.current.set_index("year")["new_flows"].reindex(table.index)
    return table.reset_index()


def _events(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """Events in Myanmar in the wanted years, typed; columns as below, deaths as best, low, high and civilians."""
    ged = of_release(ged, wanted)
    rows = in_years(ged[ged["country_id"] == MYANMAR_GW], wanted)
    kinds = {"1": "state_based", "2": "non_state", "3": "one_sided"}
    return pd.DataFrame(
        {
            "year": rows["year"],
            "month": typed(rows, "date_start", "date").dt.to_period("M"),
            "kind": coded(rows, "type_of_violence", kinds),
            "dyad": rows["dyad_new_id"],
            "by_government": rows["side_a"].str.startswith("Government of Myanmar"),
            "state": rows["adm_1"].map(_state),
            "best": typed(rows, "best", "whole"),
            "low": typed(rows, "low", "whole"),
            "high": typed(rows, "high", "whole"),
            "civilians": typed(rows, "deaths_civilians", "whole"),
        }
    )


def _state(name: str) -> str:
    """UCDP's name of a first-level division as the table has it: 'Kachin state' -> 'Kachin'."""
    if not name:
        return "not located"
    return re.sub(r"(?i) (state|region|union territory)$", "", name).replace("Naypyidaw", "Naypyitaw")


def ucdp_year(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per year: events, deaths (best, low, high, civilians, by type of violence), active state-based dyads."""
    events = _events(wanted, ged)
    one_sided = events[events["kind"] == "one_sided"]
    table = {
        "events": events.groupby("year").size(),
        "deaths_best": events.groupby("year")["best"].sum(),
        "deaths_low": events.groupby("year")["low"].sum(),
        "deaths_high": events.groupby("year")["high"].sum(),
        "deaths_civilians": events.groupby("year")["civilians"].sum(),
        **_deaths_by_kind(events, "year"),
        "deaths_one_sided_government": one_sided[one_sided["by_government"]].groupby("year")["best"].sum(),
        "dyads_active": events[events["kind"] == "state_based"].groupby("year")["dyad"].nunique(),
    }
    index = pd.Index(wanted.years, name="year", dtype="Int64")
    return _counts(table, index)


def ucdp_month(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per month of the start of events: events and deaths (best estimate), in all and by type; 0 where none."""
    events = _events(wanted, ged)
    grouped = events.groupby("month")
    table = {"events": grouped.size(), "deaths_best": grouped["best"].sum(), **_deaths_by_kind(events, "month")}
    return _counts(table, pd.period_range(f"{wanted.first}-01", f"{wanted.last}-12", freq="M", name="month"))


def ucdp_adm1(wanted: Wanted, ged: pd.DataFrame) -> pd.DataFrame:
    """One row per state or region and year with at least one event: events, deaths (best), of these one-sided."""
    events = _events(wanted, ged).rename(columns={"state": "state_region"})
    grouped = events.groupby(["state_region", "year"])
    one_sided = events[events["kind"] == "one_sided"].groupby(["state_region", "year"])["best"].sum()
    table = {"events": grouped.size(), "deaths_best": grouped["best"].sum(), "deaths_one_sided": one_sided}
    return _counts(table, grouped.size().index)


def _deaths_by_kind(events: pd.DataFrame, by: str) -> dict[str, pd.Series]:
    return {
        f"deaths_{kind}": events[events["kind"] == kind].groupby(by)["best"].sum()
        for kind in ("state_based", "non_state", "one_sided")
    }


def _counts(columns: Mapping[str, pd.Series], index: pd.Index) -> pd.DataFrame:
    counted = {name: values.reindex(index).fillna(0).astype("Int64") for name, values in columns.items()}
    return pd.DataFrame(counted, index=index).reset_index()


def conflicts(wanted: Wanted, acd: pd.DataFrame) -> pd.DataFrame:
    """One row per conflict of the Government of Myanmar and year with 25 or more battle-related deaths.

    Names are carried over by conflict id: the Armed Conflict Dataset has none.
    """
    release = ucdp_release(wanted.last)
    other = acd[acd["version"] != release]
    if len(other):
        (file, row), text = next(iter(other["version"].items()))
        raise bad(
            file,
            f"the table {wanted.table} ends in {wanted.last}: release {release}",
            row=row,
            column="version",
            value=text,
        )
    of_myanmar = acd["gwno_a"].str.split(r"\s*,\s*", regex=True).map(lambda states: MYANMAR_GW in states)
    rows = in_years(acd[of_myanmar], wanted)
    known = wanted.current.dropna(subset="conflict_name").drop_duplicates("conflict_id")
    numbers = typed(rows, "conflict_id", "whole")
    return pd.DataFrame(
        {
            "conflict_id": numbers,
            "year": rows["year"],
            "conflict_name": numbers.map(known.set_index("conflict_id")["conflict_name"]),
            "incompatibility": coded(rows, "incompatibility", {"1": "territory", "2": "government"}),
            "intensity_level": typed(rows, "intensity_level", "whole"),
            "start_date": typed(rows, "start_date", "date"),
            "episode_start_date": typed(rows, "start_date2", "date"),
            "episode_end": coded(rows, "ep_end", {"0": False, "1": True}),
        }
    )


def vdem_v15(wanted: Wanted, vdem: pd.DataFrame, ert: pd.DataFrame) -> pd.DataFrame:
    """Indices with bounds, regime class and episodes by country and year; unweighted means as _SEA and _WLD.

    A mean covers all countries scored in the year (`n_countries` of them); it has no bounds, regime or episode.
    """
    _named_release(vdem, wanted)
    rows = in_years(of_release(vdem, wanted), wanted).rename(columns={"country_text_id": "iso3"})
    for name in VDEM_INDICES:
        rows[name] = typed(rows, name, "number")
    rows = rows[rows["v2x_polyarchy"].notna()]
    episodes = of_release(ert, wanted)
    episodes = in_years(episodes[episodes["country_text_id"].isin(wanted.countries)], wanted)
    for name in ERT_COLUMNS:
        episodes[name] = typed(episodes, name, "whole")
        if name.endswith("_year"):  # releases write NA or 0 for no episode
            episodes[name] = episodes[name].mask(episodes[name] == 0)
    for name in ("dem_ep", "aut_ep"):
        episodes[name] = episodes[name].astype("boolean")
    episodes = episodes.rename(columns={"country_text_id": "iso3"})
    table = rows[rows["iso3"].isin(wanted.countries)].merge(episodes, on=["iso3", "year"], how="left")
    means = {
        "_SEA": _mean(rows[rows["iso3"].isin(wanted.south_east_asia)], ["v2x_polyarchy", "v2x_libdem"]),
        "_WLD": _mean(rows, ["v2x_polyarchy", "v2x_libdem"]),
    }
    return pd.concat([table, *(mean.assign(iso3=code) for code, mean in means.items())], ignore_index=True)


def vdem_v16(wanted: Wanted, polyarchy: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, v2x_polyarchy, n_countries; with unweighted means of South-East Asia, with and without Myanmar.

    The two world means are those of Our World in Data. From V-Dem's own file they cannot be had and are carried over.
    """
    _named_release(polyarchy, wanted)
    rows = in_years(of_release(polyarchy, wanted), wanted)
    rows["v2x_polyarchy"] = typed(rows, "v2x_polyarchy", "number").round(4)
    rows = rows[rows["v2x_polyarchy"].notna()]
    region = rows[rows["iso3"].isin(wanted.south_east_asia)]
    world = rows[rows["iso3"].isin({"_WLD", "_WLD_POP"})]
    if world.empty:
        world = wanted.current[wanted.current["iso3"].isin({"_WLD", "_WLD_POP"})]
    parts = [
        rows[rows["iso3"].isin(wanted.countries)],
        _mean(region, ["v2x_polyarchy"]).assign(iso3="_SEA"),
        _mean(region[region["iso3"] != MYANMAR], ["v2x_polyarchy"]).assign(iso3="_SEA_X_MMR"),
        world,
    ]
    return pd.concat(parts, ignore_index=True)


def vdem_v16_world(wanted: Wanted, polyarchy: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, v2x_polyarchy of the units that the table holds, territories among them."""
    _named_release(polyarchy, wanted)
    rows = in_years(of_release(polyarchy, wanted), wanted)
    rows["v2x_polyarchy"] = typed(rows, "v2x_polyarchy", "number").round(4)
    return rows[rows["iso3"].isin(wanted.countries) & rows["v2x_polyarchy"].notna()]


def _mean(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Unweighted mean by year of each column (4 digits), with the number of rows that have the first of them."""
    grouped = rows.groupby("year")
    table = grouped[columns].mean().round(4)
    table["n_countries"] = grouped[columns[0]].count().astype("Int64")
    return table.reset_index()


def _named_release(frame: pd.DataFrame, wanted: Wanted) -> None:
    """DataError where V-Dem's file calls itself (V-Dem-CY-Core-v15.csv) another version than the table's source."""
    file = frame.index[0][0]
    named = re.search(r"(?i)v-dem-cy.*?[-_]v(\d+)", file)
    version = re.search(r"\d+", wanted.edition)
    if named and version and named[1] != version[0]:
        raise bad(file, f"the file is version {named[1]}, the table {wanted.table} is {wanted.edition}")


def un_ideal_points(wanted: Wanted, points: pd.DataFrame) -> pd.DataFrame:
    """iso3, year, vote_set ("final passage" or "all"), ideal point with its 5 and 95 percent quantiles, n_votes."""
    rows = in_years(points[points["iso3c"].isin(wanted.countries)], wanted)
    sets = []
    for votes, name in (("fp", "final passage"), ("all", "all")):
        numbers = {f"{part}{votes}": typed(rows, f"{part}{votes}", "number").round(4) for part in IDEAL_POINT[:3]}
        table = pd.DataFrame({"iso3": rows["iso3c"], "year": rows["year"], "vote_set": name, **numbers})
        table["n_votes"] = typed(rows, f"nvotes{votes}", "whole")
        table = table.rename(
            columns={
                f"idealpoint{votes}": "ideal_point",
                f"q5{votes}": "ideal_point_q05",
                f"q95{votes}": "ideal_point_q95",
            }
        )
        sets.append(table.dropna(subset="ideal_point"))
    return pd.concat(sets, ignore_index=True)


def un_votes(wanted: Wanted, votes: pd.DataFrame) -> pd.DataFrame:
    """The present table with the vote of the UN's own record, for resolutions and states that the record has.

    Texts of the Third Committee and the Security Council are not in the record of the plenary and stay as they are.
    """
    table = wanted.current.copy()
    rows = votes[votes["resolution"].isin(set(table["resolution"])) & votes["ms_code"].isin(wanted.countries)]
    cast = coded(rows, "ms_vote", {"Y": "yes", "N": "no", "A": "abstain", "X": "absent", "": "absent"})
    recorded = dict(zip(zip(rows["resolution"], rows["ms_code"], strict=True), cast, strict=True))
    pairs = zip(table["resolution"], table["iso3"], table["vote"], strict=True)
    table["vote"] = [recorded.get((resolution, state), vote) for resolution, state, vote in pairs]
    return table
