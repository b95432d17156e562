"""How firm are the book's numbers? Each headline number under every admissible source or definition.

A variant is admissible when a reader could have chosen it in good faith: another claimant for the same quantity,
another definition that the field uses or that the chapter names, another coder, or the same count with part of the
sources or units taken away. Misprints, superseded counts and figures for another day are not variants. Nothing is
averaged.

Every variant is computed by the method of the chapter that prints the number; this module only chooses and compares.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vouch import baserate, chronology, coverage, delivery, indices, observers, scorecard, ties, trade
from vouch.methods import coding
from vouch.text import formatted

TABLES = (
    "postcoup_elections", "vdem_v15", "vdem_v16", "vdem_v16_more", "ucdp_year", "published_figures",
    "unhcr_displacement", "figures", "townships", "territory", "events", "actors", "promises",
    "trade", "arms", "gdp", "assessment", "assessment_second", "seats", "observers", "memberships", "reactions",
    "un_votes", "un_resolutions", "verdicts", "first_coding", "second_coding",
)  # fmt: skip
"""The tables that :func:`variants` needs."""

COUP, FIRST_DAY, LAST_DAY = (pd.Timestamp(day) for day in ("2021-02-01", "2025-12-28", "2026-01-25"))
OWN_COUP = "775-2021-2-1"
"""Key of Myanmar's coup of 2021 in the list of coups; it is not part of the class it is compared with."""

SOLID, BENDS = 1.05, 1.25
"""Largest factor between the number used and any variant for the classes `solid` and `bends`; beyond is `fragile`."""

CLASSES = ("solid", "bends", "fragile", "one source")

_Variants = list[tuple[str, float]]


def variants(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> pd.DataFrame:
    """One row per headline number and variant; the first variant of each number is the one that the text uses.

    tables: the frames of :data:`TABLES` by name. kinds: source, kind, publisher (:func:`vouch.evidence.sources.kinds`).
    Returns finding (id of the finding, or name of the figure where the number is only drawn), label, unit, digits,
    varies (what differs between the variants: claimant, definition, coder, sources or method), variant (who says so or
    what is counted), value, used.

    Raises KeyError where a table or a row that a variant rests on is missing.
    """
    rows = [
        *_coup(tables), *_violence(tables), *_voters(tables), *_seats_and_ground(tables), *_alliances(tables, kinds),
        *_standard(tables), *_vouchers(tables), *_ties(tables, kinds), *_verdicts(tables),
    ]  # fmt: skip
    return pd.DataFrame(rows)


def ranges(frame: pd.DataFrame) -> pd.DataFrame:
    """The range of every headline number, firmest first; frame as of :func:`variants`.

    Returns finding, label, chapter, unit, digits, varies, variants (count), used, used_by, lowest, lowest_by, highest,
    highest_by, spread (highest minus lowest), low_ratio and high_ratio (lowest and highest over the number used), fold
    (the largest factor between the number used and any variant, at least 1; infinite where a variant is zero or has
    the other sign) and firmness (one of :data:`CLASSES`).
    """
    rows = []
    for finding, own in frame.groupby("finding", sort=False):
        used = own.loc[own["used"]].iloc[0]
        low, high = own.loc[own["value"].abs().idxmin()], own.loc[own["value"].abs().idxmax()]
        if used["value"] >= 0:
            low, high = own.loc[own["value"].idxmin()], own.loc[own["value"].idxmax()]
        ratios = own["value"] / used["value"]
        fold = float("inf") if (ratios <= 0).any() else float(max(ratios.max(), 1 / ratios.min()))
        rows.append(
            {
                "finding": finding,
                "label": used["label"],
                "chapter": _chapter(finding),
                "unit": used["unit"],
                "digits": used["digits"],
                "varies": used["varies"],
                "variants": len(own),
                "used": used["value"],
                "used_by": used["variant"],
                "lowest": low["value"],
                "lowest_by": low["variant"],
                "highest": high["value"],
                "highest_by": high["variant"],
                "spread": own["value"].max() - own["value"].min(),
                "low_ratio": float(ratios.min()),
                "high_ratio": float(ratios.max()),
                "fold": fold,
                "firmness": firmness(len(own), fold),
            }
        )
    table = pd.DataFrame(rows)
    order = table["firmness"].map(CLASSES.index)
    return table.assign(_order=order).sort_values(["_order", "fold", "label"], ignore_index=True).drop(columns="_order")


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The ranges as the book prints them: number (label and unit), variants, text, low, high (each a value and, in
    brackets, who says so or what is counted) and firmness; table as of :func:`ranges`."""
    rows = [
        {
            "number": row.label if row.unit.lower() in row.label.lower() else f"{row.label}, {row.unit}",
            "variants": row.variants,
            "text": f"{formatted(row.used, row.digits)} ({row.used_by})",
            "low": f"{formatted(row.lowest, row.digits)} ({row.lowest_by})",
            "high": f"{formatted(row.highest, row.digits)} ({row.highest_by})",
            "firmness": row.firmness,
        }
        for row in table.itertuples()
    ]
    return pd.DataFrame(rows)


def firmness(count: int, fold: float) -> str:
    """The class of a number: `one source` where there is nothing to compare it with, else by the largest factor."""
    if count == 1:
        return "one source"
    return "solid" if fold <= SOLID else "bends" if fold <= BENDS else "fragile"


def by_kind(rows: pd.DataFrame, kinds: pd.DataFrame) -> pd.DataFrame:
    """What kinds of publishers the rows of each group rest on.

    rows: group, source (keys joined by `;`, missing where a row cites nothing). kinds: source, kind, publisher.
    Returns group, kind, rows (of the group that cite anything), share (of these rows, that cite the kind at all),
    alone (that rest on the kind alone), single (that cite one work only; the same for all kinds of a group). Shares of
    a group may add to more than 1, because a row may cite several kinds.

    Raises KeyError for a source that kinds does not know.
    """
    known = kinds.set_index("source")["kind"]
    records = []
    cited = rows.dropna(subset=["source"])
    for group, own in cited.groupby("group", sort=False):
        keys = [{key.strip() for key in text.split(";") if key.strip()} for text in own["source"]]
        held = [{known.loc[key] for key in row} for row in keys]
        single = sum(len(row) == 1 for row in keys) / len(keys)
        for kind in sorted(set().union(*held)):
            records.append(
                {
                    "group": group,
                    "kind": kind,
                    "rows": len(keys),
                    "share": sum(kind in row for row in held) / len(held),
                    "alone": sum(row == {kind} for row in held) / len(held),
                    "single": single,
                }
            )
    return pd.DataFrame(records)


# --- The numbers, chapter by chapter ----------------------------------------------------------------------------------


def _number(finding: str, label: str, unit: str, digits: int, varies: str, found: _Variants) -> list[dict]:
    return [
        {
            "finding": finding, "label": label, "unit": unit, "digits": digits, "varies": varies,
            "variant": variant, "value": float(value), "used": place == 0,
        }
        for place, (variant, value) in enumerate(found)
    ]  # fmt: skip


def _chapter(finding: str) -> str:
    return finding.removeprefix("fig-").split("." if "." in finding else "-")[0]


def _coup(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    coups = tables["postcoup_elections"]
    spells = baserate.spells(coups)
    spells = spells[spells["colpus_id"] != OWN_COUP]
    since = baserate.within(spells, "1990–2021")
    left_out = int((coups["coup_date"] >= baserate.ELECTIONS_UNTIL).sum())
    months = baserate.months_between(COUP, FIRST_DAY)
    kinds = {name[0].lower() + name[1:]: own for name, own in baserate.definitions(since).items()}
    shares = {name: baserate.share_by(own) for name, own in kinds.items()}
    share, everyone = shares["all successful coups"], baserate.share_by(spells)
    floor = share.percent * share.n / (share.n + left_out)
    won = {name: baserate.won_by_incumbent(own) for name, own in kinds.items()}
    bounds = won["all successful coups"]
    medians = {name: baserate.median_months(baserate.kaplan_meier(own))[0] for name, own in kinds.items()}
    v15, v16 = indices.series(tables["vdem_v15"]), indices.series(tables["vdem_v16"], edition="v16")
    lost = [("electoral democracy, V-Dem v15", indices.break_at(v15, "MMR", 2021).lost)]
    lost.append(("electoral democracy, V-Dem v16", indices.break_at(v16, "MMR", 2021).lost))
    names = {"v2x_libdem": "liberal", "v2x_partipdem": "participatory", "v2x_delibdem": "deliberative",
             "v2x_egaldem": "egalitarian"}  # fmt: skip
    for column, name in names.items():
        broken = indices.break_at(indices.series(tables["vdem_v15"], column), "MMR", 2021)
        lost.append((f"{name} democracy, V-Dem v15", broken.lost))
    calendar = (FIRST_DAY.year - COUP.year) * 12 + FIRST_DAY.month - COUP.month + (FIRST_DAY.day - COUP.day) / 31
    old = "all coups since 1950"
    return [
        *_number(
            "coup.months_to_vote", "Months from coup to vote", "months", 1, "definition",
            [("first voting day, days / 30.4375", months), ("calendar months", calendar),
             ("last voting day", baserate.months_between(COUP, LAST_DAY))],
        ),
        *_number(
            "coup.share_60_1990", "Coups followed by a vote", "%", 0, "definition",
            [*_told(shares, "percent"), ("no vote after the coups left out", floor), (old, everyone.percent)],
        ),
        *_number(
            "coup.median_1990", "Median wait for that vote", "months", 0, "definition",
            [*medians.items(), (old, baserate.median_months(baserate.kaplan_meier(spells))[0])],
        ),
        *_number(
            "coup.won_1990", "Votes won by the incumbent", "%", 0, "definition",
            [*_told(won, "percent"), ("uncoded counted as lost", bounds.lowest),
             ("uncoded counted as won", bounds.highest), (old, baserate.won_by_incumbent(spells).percent)],
        ),
        *_number("coup.index_lost", "Democracy index lost in 2021", "%", 0, "definition", lost),
    ]  # fmt: skip


def _told(found: Mapping[str, baserate.Share], field: str) -> _Variants:
    return [(name, getattr(share, field)) for name, share in found.items()]


def _violence(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    deaths = tables["ucdp_year"].set_index("year").loc[2021]
    printed = tables["published_figures"].set_index("figure")["value"]
    year = tables["unhcr_displacement"].set_index("year").loc[2025]
    spoken = tables["figures"].set_index("figure_id")["value"]["internally-displaced-2025-26-1"]
    acled = printed["fatalities-mmr-2021-02-2022-01"]
    return [
        *_number(
            "coup.ucdp_2021_best", "Deaths in the year of the coup", "deaths", 0, "claimant",
            [("UCDP, best", deaths["deaths_best"]), ("UCDP, low", deaths["deaths_low"]),
             ("UCDP, high", deaths["deaths_high"]), ("ACLED, February 2021 to January 2022", acled)],
        ),
        *_number(
            "coup.idps_unhcr_2025", "Displaced inside the country", "million", 2, "claimant",
            [("UNHCR, end of 2025", year["idps_unhcr"] / 1e6), ("IDMC, end of 2025", year["idps_idmc"] / 1e6),
             ("UN, January 2026", spoken / 1e6)],
        ),
    ]  # fmt: skip


def _voters(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    figures, townships = tables["figures"].set_index("figure_id"), tables["townships"]
    stated = figures["value"]
    votes, roll = stated["votes-cast-total-2025-26-2"], stated["eligible-voters-2025-26-3"]
    printed = coverage.rounded_ratio(votes, roll, 10_000)
    rolls = {
        "roll of the commission of 2020": "eligible-voters-2020-1",
        "roll of the ministry": "eligible-voters-2020-2",
        "roll of the first results": "eligible-voters-2020-3",
    }
    named = pd.DataFrame({"name": list(rolls), "value": [stated[key] for key in rolls.values()], "is_electorate": True})
    over = coverage.turnout_over(named, votes, roll)
    planned = townships.assign(voted=townships["townships_total"] - townships["not_held_before_20jan"])
    gaps = [("all units, townships that voted", _gap(townships)), ("before two were dropped", _gap(planned))]
    gaps += [
        (f"without {unit}", _gap(townships[townships["state_region"] != unit])) for unit in townships["state_region"]
    ]
    return [
        *_number(
            "voters.townships_voted", "Townships with a vote", "townships", 0, "claimant",
            [("UEC", stated["townships-voted-total-2025-26-1"]),
             ("MoeMaKa, with two dropped", stated["townships-voted-total-2025-26-2"]),
             ("Associated Press", stated["townships-voted-total-2025-26-3"])],
        ),
        *_number(
            "voters.gap", "Gap between states and regions", "points", 1, "sources", gaps,
        ),
        *_number(
            "voters.turnout_official", "Turnout on the roll of 2025", "%", 2, "claimant",
            [("UEC", stated["turnout-overall-2025-26-2"]), ("spokesman, rounded", stated["turnout-overall-2025-26-1"]),
             ("ballots over roll, lowest", 100 * printed.low), ("ballots over roll, highest", 100 * printed.high)],
        ),
        *_number(
            "voters.turnout_low", "Turnout on the roll of 2020", "%", 1, "claimant",
            [(row.name, 100 * row.cast) for row in over.itertuples(index=False)],
        ),
        *_number(
            "voters.shrinkage_commission", "Roll smaller than in 2020", "%", 1, "claimant",
            [*((f"against the {name}", 100 * (1 - roll / stated[key])) for name, key in rolls.items()),
             ("Associated Press", -stated["electorate-change-vs-2020-2025-26-1"])],
        ),
    ]  # fmt: skip


def _gap(townships: pd.DataFrame) -> float:
    return 100 * coverage.states_against_rest(townships).difference


def _seats_and_ground(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    stated = tables["figures"].set_index("figure_id")["value"]
    won = stated["usdp-seats-union-2025-26-1"]
    sitting, total = stated["seats-union-sitting-2025-26-1"], stated["seats-union-total-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    everywhere = stated["usdp-seats-all-chambers-2025-26-1"] / stated["representatives-elected-all-chambers-2025-26-1"]
    lower = stated["usdp-seats-pyithu-2025-26-1"] / stated["townships-voted-total-2025-26-1"]
    support = coverage.support(coverage.contest(tables["townships"], stated))
    held = coverage.control(tables["territory"]).query("holder == 'military'")
    held = held.sort_values("territory_id", key=lambda ids: ids != "bbc-2024-military", kind="stable")
    ground = [(f"{row.claimant}, {row.as_of[:4]}, {row.of}", 100 * row.share) for row in held.itertuples()]
    assumptions = {
        "same": "all assumptions", "majorities": "majorities where won", "not higher": "not higher without a vote",
        "winners": "announced winners only", "none": "nothing assumed",
    }  # fmt: skip
    widths = support.set_index("assumption")["width"]
    return [
        *_number(
            "voters.seat_share_elected", "USDP's share of seats", "%", 1, "definition",
            [("elected seats, both houses", 100 * won / (sitting - reserved)),
             ("available seats, Reuters", stated["usdp-share-available-seats-2025-26-1"]),
             ("all sitting members", 100 * won / sitting), ("all seats, filled or not", 100 * won / total),
             ("elected seats, all chambers", 100 * everywhere), ("lower house", 100 * lower)],
        ),
        *_number(
            "voters.support_width", "Width of the winner's bounds", "points", 0, "definition",
            [(name, 100 * widths[key]) for key, name in assumptions.items()],
        ),
        *_number("voters.bbc_military", "Ground held by the military", "%", 0, "claimant", ground),
    ]  # fmt: skip


def _alliances(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> list[dict]:
    events, found = tables["events"], []
    media = set(kinds.loc[kinds["kind"] == "state-media", "source"])
    fewer = {
        "without state media": ties.without_sources(events, media),
        "two sources or more": ties.with_several_sources(events),
    }
    for partner, chapter, name in (("BLR", "belarus", "Belarus"), ("RUS", "russia", "Russia")):
        promises = delivery.promised_and_delivered(tables["promises"], events, partner)
        status = promises["status"]
        joint = status[promises["form"] == "joint"]
        found += _number(
            f"{chapter}.delivered", f"Promises kept, {name}", "promises", 0, "definition",
            [("delivered as a whole", (status == "delivered").sum()),
             ("delivered at least in part", status.isin(["delivered", "partly"]).sum()),
             ("delivered, joint promises only", (joint == "delivered").sum())],
        )  # fmt: skip
    for finding, label, partner, leaders in (
        ("belarus.visits", "Visits found, Belarus", "BLR", False),
        ("russia.leader_visits_out", "Leader's journeys to Russia", "RUS", True),
    ):
        counts = []
        for name, own in ({"all events": events} | fewer).items():
            visits = chronology.visits(own, partner)
            outward = (visits["rank"] == 4) & (visits["host"] == partner)
            counts.append((name, outward.sum() if leaders else len(visits)))
        found += _number(finding, label, "visits", 0, "sources", counts)
    steps = chronology.election_channel(events, "BLR").set_index("event_id")
    invited, came = steps.loc["ev-20250307-01"], steps.loc["ev-20251225-01"]
    found += _number(
        "belarus.days_to_observers", "Days from invitation to observers", "days", 0, "definition",
        [("arrival of the team", chronology.gap(invited, came).most),
         ("first voting day", (FIRST_DAY - invited["date"]).days)],
    )  # fmt: skip
    scaled = trade.in_scale(tables["trade"], tables["gdp"])
    of_year = scaled[scaled["period"] == "2024"].set_index("partner")
    found += _number(
        "belarus.per_mille_partner", "Trade, of Belarus's GDP", "per thousand", 1, "claimant",
        [(of_year.loc["BLR", "claimant"], of_year.loc["BLR", "per_mille_partner"])],
    )  # fmt: skip
    found += _number(
        "russia.per_mille_myanmar", "Russian trade, of Myanmar's GDP", "per thousand", 0, "claimant",
        [(of_year.loc["RUS", "claimant"], of_year.loc["RUS", "per_mille_myanmar"])],
    )  # fmt: skip
    claimed = tables["trade"].set_index("trade_id")["value_usd_m"]
    own = {year: claimed[f"rus-mmr-{year}-turnover-all"] for year in ("2023", "2024")}
    shares = [
        (f"{year} over {whole}", 100 * own[year] / claimed[f"mmr-wld-{whole}-turnover-all"])
        for year, whole in (("2024", "2023-24"), ("2023", "2023-24"), ("2023", "2022-23"))
    ]
    found += _number("russia.share_of_trade", "Russia's part of foreign trade", "%", 0, "definition", shares)
    traced = tables["arms"].set_index("arms_id")["value"]
    found += _number(
        "russia.arms_traced", "Arms traced to Russia", "USD million", 0, "definition",
        [("all entities in Russia", traced["un-rus"]), ("state exporter only", traced["un-rus-rosoboronexport"])],
    )  # fmt: skip
    return found


def _standard(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    first, second = tables["assessment"], tables["assessment_second"]
    again = first[["assessment_id", "criterion_id", "election"]].merge(second, on="assessment_id")
    shared = set(first.loc[first["election"] == "2010", "criterion_id"])
    codings = {"first coding": first, "second coding": again}
    common = {
        name: scorecard.counts(own[own["criterion_id"].isin(shared)]).set_index("election")
        for name, own in codings.items()
    }
    stated = tables["figures"].set_index("figure_id")["value"]
    total = stated["seats-union-total-2025-26-1"]
    reserved = stated["seats-military-reserved-union-constitution-2008-1"]
    union = tables["seats"].query("election == '2020' and chamber == 'Union Parliament'").set_index("party")
    nld, snld, filled = union.loc["NLD", "seats"], union.loc["SNLD", "seats"], union.loc["NLD", "seats_filled"]
    return [
        *_number(
            "standard.fails_common", "Criteria failed in 2025-26", "criteria", 0, "coder",
            [(name, own.loc["2025-26", "fails"]) for name, own in common.items()],
        ),
        *_number(
            "standard.met_2015", "Criteria met in 2015", "criteria", 0, "coder",
            [(name, scorecard.counts(own).set_index("election").loc["2015", "meets"]) for name, own in codings.items()],
        ),
        *_number(
            "standard.reserved_share", "Seats nobody votes on", "%", 0, "definition",
            [("of all seats", 100 * reserved / total),
             ("of the sitting members", 100 * reserved / stated["seats-union-sitting-2025-26-1"])],
        ),
        *_number(
            "standard.dissolved_seats", "2020 seats of dissolved parties", "%", 1, "definition",
            [("NLD and SNLD", 100 * (nld + snld) / filled), ("NLD only", 100 * nld / filled)],
        ),
    ]  # fmt: skip


def _vouchers(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    came, members, acts = tables["observers"], tables["memberships"], tables["reactions"]
    scores = pd.concat([tables["vdem_v16"], tables["vdem_v16_more"]], ignore_index=True)
    roles = observers.roles(came, members)
    opening = came[(came["election"] == "2025-26") & (came["phase"] == "1") & (came["status"] == "attended")]
    bloc = members[members["organisation"] == "ASEAN"].set_index("iso3")["start_date"]
    states, earlier = (observers.scored(roles, scores, year) for year in (2025, 2024))
    compared = observers.sensitivity(
        states, earlier, set(opening["iso3"].dropna()), set(bloc.index), set(bloc[bloc >= "2025"].index)
    )
    countries, associations = observers.official_list(came)
    bodies = opening[opening["type"].isin(observers.STATE_BODIES)]["iso3"].nunique()
    heads = observers.head_counts(came)
    heads = heads[heads["election"] == "2025-26"]
    actor = observers.by_actor(acts)
    high, low = actor["high"], actor["low"]
    return [
        *_number(
            "vouchers.official_countries", "Countries with observers, phase 1", "countries", 0, "definition",
            [("spokesman's list", countries), ("with the private association", countries + associations),
             ("bodies of states only", bodies)],
        ),
        *_number(
            "fig-vouchers-head-counts", "Foreign observers, phase 1", "persons", 0, "claimant",
            [(row.label.removeprefix("2025-26, phase 1: "), row.value) for row in heads.itertuples()],
        ),
        *_number(
            "vouchers.difference", "Democracy gap of the senders", "index points", 2, "definition",
            [(row.variant, row.difference) for row in compared.itertuples()],
        ),
        *_number(
            "vouchers.favourable", "Actors that praised or recognised", "actors", 0, "definition",
            [("praised or recognised", high.isin(observers.FAVOURABLE).sum()),
             ("recognised only", (high == "recognised").sum()),
             ("or engaged without criticism", (high.isin({*observers.FAVOURABLE, "engaged"}) & low.isin(
                 {*observers.FAVOURABLE, "engaged", "neutral"})).sum())],
        ),
        *_number(
            "vouchers.critical", "Actors that condemned or refused", "actors", 0, "definition",
            [("condemned or not recognised", low.isin(observers.CRITICAL).sum()),
             ("condemned only", (low == "condemned").sum()),
             ("or set conditions", low.isin({*observers.CRITICAL, "conditional"}).sum())],
        ),
    ]  # fmt: skip


def _ties(tables: Mapping[str, pd.DataFrame], kinds: pd.DataFrame) -> list[dict]:
    links = ties.edges(tables["events"], tables["actors"])
    totals = tables["un_resolutions"].query("topic == 'Myanmar'")
    votes = tables["un_votes"]
    votes = votes[votes["resolution"].isin(totals["resolution"])]
    members = tables["memberships"].query("organisation != 'IAEA'")
    evidence = ties.Evidence(ties.since_coup(links), members, votes, totals)
    runs = ties.robustness(evidence, kinds, draws=2)  # two draws: only the observed values are of interest here
    found = []
    for finding, statement, label, unit, digits, factor in (
        ("ties.near_days", "nearest_contact", "Belarus near Russia in time", "days", 0, 1),
        ("ties.rank_russia", "russia_rank", "Myanmar's guest ranks higher", "%", 0, 100),
    ):
        own = runs[runs["id"] == statement].dropna(subset=["observed"])
        broad = own[own["family"].isin(["all", "kind", "precision", "support"])]
        single = own[own["family"].isin(["source", "publisher"])]
        values = [(row.run, factor * row.observed) for row in broad.itertuples()]
        values += [("one source or publisher less, lowest", factor * single["observed"].min())]
        values += [("one source or publisher less, highest", factor * single["observed"].max())]
        found += _number(finding, label, unit, digits, "sources", values)
    return found


def _verdicts(tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    final, first, second = tables["verdicts"], tables["first_coding"], tables["second_coding"]
    codings = {"differences resolved": final, "first coder": first, "second coder": second}
    found = []
    for key, label in (("supported", "Claims supported"), ("contradicted", "Claims contradicted")):
        counts = [(name, (own["verdict"] == key).sum()) for name, own in codings.items()]
        found += _number(f"verdicts.{key}", label, "claims", 0, "coder", counts)
    holds = ["supported", "supported with nuance"]
    two = [own.assign(verdict=own["verdict"].isin(holds)) for own in (first, second)]
    kappa = [("six verdicts", coding.agreement(first, second).kappa), ("holds or not", coding.agreement(*two).kappa)]
    for seed in sorted({claim.partition("-")[0] for claim in first["claim"]}):
        parts = [own[own["claim"].str.startswith(seed)] for own in (first, second)]
        kappa.append((f"six verdicts, {seed} only", coding.agreement(*parts).kappa))
    return [*found, *_number("verdicts.kappa", "Agreement of the coders (kappa)", "", 2, "definition", kappa)]


# --- Rival readings ---------------------------------------------------------------------------------------------------


def partners(tables: Mapping[str, pd.DataFrame], countries: tuple[str, ...] = ("CHN", "RUS", "BLR")) -> pd.DataFrame:
    """Measures of the tie with Myanmar side by side: measure, one column of text per country, depends (on the search).

    depends is "no" where the measure was made by others or covers all states alike, "partly" where a search is unlikely
    to have missed much, and "yes" where it counts what this book looked for.
    """
    events, acts, came = tables["events"], tables["reactions"], tables["observers"]
    traced = tables["arms"].set_index("arms_id")["value"]
    votes = tables["un_votes"].set_index(["resolution", "iso3"])["vote"]
    scaled = trade.in_scale(tables["trade"], tables["gdp"]).groupby("partner").tail(1).set_index("partner")
    stances = observers.by_actor(acts).set_index("actor_id")["high"]
    bodies = came[(came["election"] == "2025-26") & came["type"].isin(observers.STATE_BODIES)]
    bodies = bodies[bodies["status"] == "attended"]
    since = events[events["date"] >= COUP]

    def row(measure: str, depends: str, told) -> dict[str, str]:
        return {"measure": measure, **{country: told(country) for country in countries}, "depends": depends}

    def arms(country: str) -> str:
        value = traced.get(f"un-{country.lower()}")
        return "not among the five" if value is None else f"{value:.0f}"

    def turnover(country: str) -> str:
        return f"{scaled.loc[country, 'turnover_usd_m']:,.0f} ({scaled.loc[country, 'period']})"

    def leaders(country: str) -> str:
        found = chronology.visits(events, country)
        top = found[found["rank"] == 4]
        return f"{(top['host'] == country).sum()} there, {(top['host'] == 'MMR').sum()} here"

    def phases(country: str) -> str:
        return ", ".join(sorted(set(bodies.loc[bodies["iso3"] == country, "phase"]))) or "none"

    return pd.DataFrame(
        [
            row("Arms traced 2021-22, million dollars, by place", "no", arms),
            row("Vote in the General Assembly, June 2021", "no", lambda c: votes.get(("A/RES/75/287", c), "–")),
            row("Vote in the Security Council, December 2022", "no",
                lambda c: votes.get(("S/RES/2669", c), "not a member")),
            row("Latest yearly trade claimed, million dollars", "partly", turnover),
            row("Leaders' visits since the coup", "partly", leaders),
            row("State bodies as observers, phases", "partly", phases),
            row("Strongest public act on the vote", "partly", lambda c: stances[c]),
            row("Events in this book since the coup", "yes",
                lambda c: str(int(((since["actor_a"] == c) | (since["actor_b"] == c)).sum()))),
        ]
    )  # fmt: skip
