"""Rebuilding tables from their publishers' files: what each becomes, what is refused, and what is never written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.error import HTTPError, URLError

import pandas as pd
import pytest

from vouch.evidence import data, faults
from vouch.paths import BIBLIOGRAPHY, DATA, ROOT
from vouch.upkeep.refresh import command, compare, publications, readers, rebuild, tables, wanted

FILES = Path(__file__).parent / "publisher"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """No test may ask a publisher, whatever it does wrong."""

    def refuse(request, timeout=None):
        raise AssertionError(f"a test asked for {request.full_url}")

    monkeypatch.setattr(publications, "urlopen", refuse)


@pytest.fixture
def package(tmp_path):
    """A copy of the data package that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns(".*"))
    return folder


def shrink(folder: Path, table: str, first: int, last: int, keep=lambda row: True) -> None:
    """Cut a table of the copy, and its description, down to some years and rows, as small as a fixture."""
    path = folder / "datapackage.json"
    described = json.loads(path.read_text("utf-8"))
    resource = next(r for r in described["resources"] if r["name"] == table)
    resource.pop("rowCount", None)
    when = next(f for f in resource["schema"]["fields"] if f["name"] in {"year", "month"})
    month = ("-01", "-12") if when["name"] == "month" else ("", "")
    when["constraints"] |= {"minimum": f"{first}{month[0]}", "maximum": f"{last}{month[1]}"}
    path.write_text(json.dumps(described), "utf-8")
    file = folder / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    named = [dict(zip(header, row, strict=True)) for row in rows]
    rows = [
        row
        for row, name in zip(rows, named, strict=True)
        if first <= int(name[when["name"]][:4]) <= last and keep(name)
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def read(publication: str, *names: str) -> pd.DataFrame:
    reader = publications.PUBLICATIONS[publication].read
    return pd.concat([reader((FILES / name).read_bytes(), name) for name in names])


def want(table: str, first: int, last: int, countries=(), current=None, edition="") -> wanted.Wanted:
    present = data.load(table) if current is None else current
    region = frozenset({"MMR", "THA", "TLS", "VNM", "BRN"})
    return wanted.Wanted(table, present, first, last, tuple(countries), region, edition)


def run(package: Path, *arguments: str) -> int:
    return command.main(arguments, package, BIBLIOGRAPHY)


def only(code: str):
    return lambda row: row["iso3"] in code.split()


# ---------------------------------------------------------------- the tables


def test_gdp_is_in_whole_dollars_and_years_without_a_value_have_no_row():
    table = tables.gdp(want("gdp", 2022, 2023, ["MMR", "BLR"]), read("worldbank_gdp", "worldbank_gdp.json"))
    assert set(table.itertuples(index=False, name=None)) == {
        ("BLR", 2022, 73775168000),
        ("BLR", 2023, 71857383000),
        ("MMR", 2023, 66757619001),
    }


def test_asylum_keeps_the_countries_of_the_table_and_reads_numbers_and_texts_alike():
    origin = read("unhcr_origin", "unhcr_origin.json")
    table = tables.unhcr_asylum(want("unhcr_asylum", 2025, 2025, ["BGD", "THA"]), origin)
    assert table.to_numpy().tolist() == [["BGD", 2025, 1170000, 0], ["THA", 2025, 88000, 700]]


def test_displacement_sums_over_countries_and_a_dash_is_missing_rather_than_zero():
    current = pd.DataFrame({"year": pd.array([2024], "Int64"), "new_flows": pd.array([45173], "Int64")})
    frames = [
        read("unhcr_origin", "unhcr_origin.json"),
        read("unhcr_in_myanmar", "unhcr_in_myanmar.json"),
        read("unhcr_idmc", "unhcr_idmc.json"),
    ]
    table = tables.unhcr_displacement(want("unhcr_displacement", 2024, 2025, current=current), *frames)
    before, after = (row.to_dict() for _, row in table.set_index("year").iterrows())
    assert before == {
        "refugees": 1091000, "asylum_seekers": 605, "idps_unhcr": 3500000, "idps_idmc": 3521000,
        "returned_refugees": 10, "returned_idps": 377000, "stateless_in_myanmar": 619000, "new_flows": 45173,
    }  # fmt: skip
    assert after["refugees"] == 1170000 + 88000 + 12
    assert pd.isna(after["idps_unhcr"]) and pd.isna(after["returned_idps"]) and pd.isna(after["new_flows"])


def test_ucdp_year_counts_only_myanmar_and_the_three_types_add_up():
    table = tables.ucdp_year(want("ucdp_year", 2021, 2023), read("ucdp_ged", "GEDEvent_v24_1.csv"))
    rows = table.set_index("year")
    assert rows.loc[2021].tolist() == [0] * 10
    assert rows.loc[2022].to_dict() == {
        "events": 4, "deaths_best": 24, "deaths_low": 22, "deaths_high": 49, "deaths_civilians": 10,
        "deaths_state_based": 15, "deaths_non_state": 0, "deaths_one_sided": 9, "deaths_one_sided_government": 7,
        "dyads_active": 2,
    }  # fmt: skip
    kinds = rows[["deaths_state_based", "deaths_non_state", "deaths_one_sided"]].sum(axis=1)
    assert (kinds == rows["deaths_best"]).all()


def test_ucdp_month_has_every_month_and_zero_where_nothing_happened():
    table = tables.ucdp_month(want("ucdp_month", 2022, 2023), read("ucdp_ged", "GEDEvent_v24_1.csv"))
    rows = table.assign(month=table["month"].astype(str)).set_index("month")
    assert len(rows) == 24
    assert rows.loc["2022-01"].tolist() == [2, 15, 15, 0, 0]
    assert rows.loc["2022-02"].tolist() == [0] * 5
    assert rows.loc["2023-12"].tolist() == [1, 4, 0, 4, 0]


def test_ucdp_states_are_named_as_in_the_table():
    table = tables.ucdp_adm1(want("ucdp_adm1", 2022, 2023), read("ucdp_ged", "GEDEvent_v24_1.csv"))
    assert {tuple(row) for row in table.to_numpy().tolist()} == {
        ("Kachin", 2022, 1, 10, 0),
        ("Kachin", 2023, 1, 3, 0),
        ("Naypyitaw", 2023, 1, 4, 0),
        ("Sagaing", 2022, 2, 12, 7),
        ("not located", 2022, 1, 2, 2),
    }


def test_conflicts_are_those_of_the_government_and_keep_their_names():
    table = tables.conflicts(want("conflicts", 2023, 2024), read("ucdp_prio_acd", "ucdp-prio-acd-251.csv"))
    assert table["conflict_id"].tolist() == [221, 222, 222, 221, 9999]
    assert table["conflict_name"].fillna("").tolist()[-2:] == ["Myanmar (Burma): Karen", ""]
    assert table["incompatibility"].tolist() == ["territory", "government", "government", "territory", "territory"]
    assert not table["episode_end"].any()


def test_vdem_means_cover_all_countries_scored_and_have_no_bounds():
    vdem, ert = read("vdem_cy", "V-Dem-CY-Core-v15.csv"), read("ert", "ert.csv")
    wanted = want("vdem_v15", 2023, 2024, ["MMR", "BLR"], edition="Version 15")
    table = tables.vdem_v15(wanted, vdem, ert).set_index(["iso3", "year"])
    assert table.loc[("MMR", 2024), "v2x_polyarchy"] == 0.102
    assert table.loc[("MMR", 2024), "aut_ep"] and not table.loc[("MMR", 2024), "dem_ep"]
    assert table.loc[("MMR", 2024), "aut_ep_start_year"] == 2020
    assert pd.isna(table.loc[("MMR", 2024), "dem_ep_start_year"])
    assert table.loc[("_SEA", 2024), ["v2x_polyarchy", "n_countries"]].tolist() == [0.252, 2]
    assert table.loc[("_WLD", 2024), ["v2x_polyarchy", "n_countries"]].tolist() == [0.402, 4]
    assert pd.isna(table.loc[("_WLD", 2024), "v2x_polyarchy_codelow"])
    assert sorted(table.index.get_level_values("iso3").unique()) == ["BLR", "MMR", "_SEA", "_WLD"]


def test_an_episode_year_of_zero_is_missing():
    vdem, ert = read("vdem_cy", "V-Dem-CY-Core-v15.csv"), read("ert", "ert.csv")
    table = tables.vdem_v15(want("vdem_v15", 2024, 2024, ["THA"]), vdem, ert).set_index("iso3")
    assert pd.isna(table.loc["THA", "aut_ep_start_year"]) and table.loc["THA", "dem_ep_outcome"] == 6


def test_polyarchy_of_the_chart_has_regional_and_world_means():
    frame = read("owid_polyarchy", "electoral-democracy-index.csv")
    table = tables.vdem_v16(want("vdem_v16", 2024, 2025, ["MMR", "BLR"]), frame)
    rows = table[table["year"] == 2024].set_index("iso3")
    assert rows["v2x_polyarchy"].to_dict() == {
        "BLR": 0.18, "MMR": 0.1, "_SEA": 0.4, "_SEA_X_MMR": 0.55, "_WLD": 0.4865, "_WLD_POP": 0.3866,
    }  # fmt: skip
    assert rows.loc["_SEA", "n_countries"] == 3 and rows.loc["_SEA_X_MMR", "n_countries"] == 2
    assert pd.isna(rows.loc["_WLD", "n_countries"])


def test_the_worlds_scores_are_those_of_the_units_in_the_table():
    frame = read("owid_polyarchy", "electoral-democracy-index.csv")
    table = tables.vdem_v16_world(want("vdem_v16_world", 2024, 2025, ["MMR", "BLR", "XKX"]), frame)
    assert sorted(table.to_numpy().tolist()) == [
        ["BLR", 2024, 0.18], ["BLR", 2025, 0.181], ["MMR", 2024, 0.1], ["MMR", 2025, 0.101], ["XKX", 2025, 0.6],
    ]  # fmt: skip


def test_polyarchy_of_vdems_own_file_keeps_the_world_means_of_the_table():
    frame = read("owid_polyarchy", "V-Dem-CY-Core-v15.csv")
    present = data.load("vdem_v16")
    table = tables.vdem_v16(want("vdem_v16", 2022, 2024, ["MMR"], current=present), frame)
    world = table[table["iso3"].isin({"_WLD", "_WLD_POP"})]
    assert len(world) == present["iso3"].isin({"_WLD", "_WLD_POP"}).sum()


def test_ideal_points_have_a_row_for_each_set_of_votes_that_was_estimated():
    points = read("un_ideal_points", "IdealpointsJuly2025.tab")
    table = tables.un_ideal_points(want("un_ideal_points", 2023, 2024, ["MMR"]), points)
    assert table.to_numpy().tolist() == [
        ["MMR", 2023, "final passage", -0.5, -0.8, -0.2, 80],
        ["MMR", 2024, "final passage", -0.5, -0.8, -0.2, 80],
        ["MMR", 2023, "all", -0.6, -0.9, -0.3, 120],
    ]


def test_key_votes_change_only_where_the_record_has_the_text_and_the_state():
    present = data.load("un_votes")
    votes = read("un_ga_voting", "2026_02_06_ga_voting.csv")
    table = tables.un_votes(want("un_votes", 0, 9999, sorted(set(present["iso3"]))), votes)
    differing = table[table["vote"] != present["vote"]]
    assert differing[["resolution", "iso3", "vote"]].to_numpy().tolist() == [["A/RES/66/230", "THA", "absent"]]


# ---------------------------------------------------------------- from our table to the publisher's form and back


def test_the_whole_of_gdp_survives_the_world_banks_form(package, tmp_path):
    rows = [
        {"countryiso3code": r.iso3, "date": str(r.year), "value": float(r.gdp_usd)}
        for r in data.load("gdp").itertuples()
    ]
    file = tmp_path / "gdp.json"
    file.write_text(json.dumps([{"page": 1, "pages": 1}, rows[::-1]]))
    assert run(package, "gdp", "--from", f"gdp={file}") == command.SAME


def test_the_whole_of_asylum_survives_unhcrs_form(package, tmp_path):
    fields = ("returned_refugees", "idps", "returned_idps")
    items = [
        {"year": r.year, "coo_iso": "MMR", "coa_iso": r.iso3, "refugees": r.refugees}
        | {"asylum_seekers": str(r.asylum_seekers)}
        | dict.fromkeys(fields, "-")
        for r in data.load("unhcr_asylum").itertuples()
    ]
    file = tmp_path / "asylum.json"
    file.write_text(json.dumps({"page": 1, "maxPages": 1, "items": items}, default=int))
    assert run(package, "unhcr_asylum", "--from", f"unhcr_origin={file}") == command.SAME


def test_the_whole_of_the_ideal_points_survives_dataverses_form(package, tmp_path):
    wide = data.load("un_ideal_points").pivot(index=["iso3", "year"], columns="vote_set")
    names = {"ideal_point": "IdealPoint", "ideal_point_q05": "Q5%", "ideal_point_q95": "Q95%", "n_votes": "NVotes"}
    sets = {"final passage": "FP", "all": "All"}
    wide.columns = [f"{names[value]}{sets[votes]}" for value, votes in wide.columns]
    file = tmp_path / "points.tab"
    wide.rename_axis(["iso3c", "year"]).reset_index().to_csv(file, sep="\t", index=False, na_rep="NA")
    assert run(package, "un_ideal_points", "--from", f"un_ideal_points={file}") == command.SAME


def test_the_whole_of_the_conflicts_survives_ucdps_form(package, tmp_path):
    table = data.load("conflicts").rename(columns={"episode_start_date": "start_date2", "episode_end": "ep_end"})
    table = table.assign(
        incompatibility=table["incompatibility"].map({"territory": 1, "government": 2}),
        ep_end=table["ep_end"].astype(int),
        gwno_a=775,
        version="25.1",
    )
    archive = tmp_path / "ucdp-prio-acd-251-csv.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("UcdpPrioConflict_v25_1.csv", table.drop(columns="conflict_name").to_csv(index=False))
    assert run(package, "conflicts", "--from", f"conflicts={archive}") == command.SAME


def test_tables_are_in_the_order_that_refresh_writes():
    for name, fetcher in rebuild.FETCHERS.items():
        current = data.load(name)
        if name != "un_votes":  # compared only, in the order of the hand
            pd.testing.assert_frame_equal(compare.in_order(current, current, fetcher.order), current)


@pytest.mark.parametrize("name", sorted(rebuild.FETCHERS))
def test_an_unchanged_table_would_be_written_byte_for_byte(name, tmp_path):
    resource = next(r for r in data.package()["resources"] if r["name"] == name)
    old = compare.as_written(DATA / resource["path"])
    key = resource["schema"]["primaryKey"]
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    new = compare.as_text(data.load(name), resource["schema"]["fields"])
    new = compare.with_present_spelling(old, new, [key] if isinstance(key, str) else key, kinds)
    rebuild.save(new, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == (DATA / resource["path"]).read_bytes()


# ---------------------------------------------------------------- the command


def test_changes_are_shown_and_nothing_is_written(package, capsys):
    shrink(package, "gdp", 2022, 2023, only("BLR MMR"))
    before = (package / "gdp.csv").read_bytes()
    assert run(package, "gdp", "--from", f"gdp={FILES / 'worldbank_gdp.json'}") == command.CHANGED
    said = capsys.readouterr().out
    assert "4 rows now, 3 rebuilt; 0 added, 1 removed" in said
    assert "removed  MMR 2022" in said
    assert (package / "gdp.csv").read_bytes() == before


def test_write_replaces_the_table_and_a_second_run_finds_nothing(package):
    shrink(package, "gdp", 2022, 2023, only("BLR MMR"))
    given = ("gdp", "--from", f"gdp={FILES / 'worldbank_gdp.json'}", "--write")
    assert run(package, *given) == command.SAME
    assert (package / "gdp.csv").read_text() == (
        "iso3,year,gdp_usd\nBLR,2022,73775168000\nBLR,2023,71857383000\nMMR,2023,66757619001\n"
    )
    assert run(package, *given) == command.SAME
    assert list(package.glob(".*")) == []


def test_the_full_difference_is_a_csv_with_old_and_new_value(package, tmp_path):
    shrink(package, "conflicts", 2023, 2024)
    diff = tmp_path / "diff.csv"
    assert run(package, "conflicts", "--from", f"conflicts={FILES / 'ucdp-prio-acd-251.csv'}", "--diff", str(diff)) == 1
    lines = pd.read_csv(diff, dtype="str", keep_default_na=False)
    assert list(lines.columns) == ["table", "change", "key", "column", "old", "new"]
    new = lines[lines["key"] == "9999;2024"].set_index("column")
    assert set(new["change"]) == {"added"} and new.loc["start_date", "new"] == "2024-05-01"
    assert (lines["old"] != lines["new"]).all()


def test_ged_serves_three_tables_from_one_archive(package, tmp_path, capsys):
    archive = tmp_path / "ged241-csv.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.write(FILES / "GEDEvent_v24_1.csv", "GEDEvent_v24_1.csv")
        stream.writestr("__MACOSX/._GEDEvent_v24_1.csv", b"\0")
    for table in ("ucdp_year", "ucdp_month", "ucdp_adm1"):
        shrink(package, table, 2022, 2023)
    given = ("ucdp_year", "ucdp_month", "ucdp_adm1", "--from", f"ucdp_ged={archive}", "--write")
    assert run(package, *given) == command.SAME
    assert len(data.load("ucdp_month", package)) == 24
    adm1 = data.load("ucdp_adm1", package)
    assert adm1["state_region"].iloc[0] == "not located"
    assert "ged241-csv.zip/GEDEvent_v24_1.csv" in capsys.readouterr().out


def test_a_rebuilt_table_that_is_not_valid_is_never_written(package, tmp_path, capsys):
    """The second table is as described, the first is not: neither is written."""
    text = (FILES / "GEDEvent_v24_1.csv").read_text().replace("Kachin state", "Atlantis state")
    spoiled = tmp_path / "GEDEvent_v24_1.csv"
    spoiled.write_text(text)
    for table in ("ucdp_year", "ucdp_adm1"):
        shrink(package, table, 2022, 2023)
    before = {path.name: path.read_bytes() for path in package.glob("*.csv")}
    assert run(package, "ucdp_adm1", "ucdp_year", "--from", f"ucdp_ged={spoiled}", "--write") == command.INVALID
    assert {path.name: path.read_bytes() for path in package.glob("*.csv")} == before
    said = capsys.readouterr().err
    assert "ucdp_adm1 as rebuilt, row" in said and "'Atlantis'" in said and "nothing was written" in said


def test_a_failure_while_writing_leaves_the_table_as_it_was(package, monkeypatch, capsys):
    shrink(package, "gdp", 2022, 2023, only("BLR MMR"))
    before = (package / "gdp.csv").read_bytes()
    outcome = rebuild.rebuild(
        rebuild.FETCHERS["gdp"], {"worldbank_gdp": [FILES / "worldbank_gdp.json"]}, package, BIBLIOGRAPHY
    )

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command, "check", lambda *given: None)  # it writes too, elsewhere
    monkeypatch.setattr(rebuild.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        rebuild.write(outcome, package)
    given = f"gdp={FILES / 'worldbank_gdp.json'}"
    assert run(package, "gdp", "--from", given, "--write") == command.INVALID
    assert "gdp: cannot be written: No space left on device" in capsys.readouterr().err
    assert (package / "gdp.csv").read_bytes() == before and list(package.glob(".*")) == []


def test_key_votes_are_compared_and_never_written(package, capsys):
    before = (package / "un_votes.csv").read_bytes()
    given = f"un_votes={FILES / '2026_02_06_ga_voting.csv'}"
    assert run(package, "un_votes", "--from", given, "--write") == command.CHANGED
    assert (package / "un_votes.csv").read_bytes() == before
    assert "never written" in capsys.readouterr().out


def test_the_command_line_works_on_the_real_package():
    asked = [sys.executable, "-m", "vouch.upkeep.refresh", "un_votes"]
    asked += ["--from", f"un_votes={FILES / '2026_02_06_ga_voting.csv'}"]
    result = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == command.CHANGED, result.stderr
    assert "A/RES/66/230 THA  vote: abstain -> absent" in result.stdout


def test_every_table_publisher_and_licence_is_listed(capsys):
    assert command.main(["--list"]) == command.SAME
    said = capsys.readouterr().out
    for fetcher in rebuild.FETCHERS.values():
        assert fetcher.table in said
        assert fetcher.build.__doc__ and set(fetcher.needs) <= set(publications.PUBLICATIONS)
    for publication in publications.PUBLICATIONS.values():
        assert publication.licence and publication.release and publication.page.startswith("https://")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["events"], "events: cannot be rebuilt"),
        (["gdp", "--from", "gdp"], "NAME=PATH is expected"),
        (["gdp", "--from", "gpd=x.json"], "no table or publication 'gpd'"),
        (["vdem_v15", "--from", "vdem_v15=x.csv"], "vdem_v15 needs vdem_cy, ert"),
        (["gdp", "--from", "gdp=/nowhere/x.json"], "/nowhere/x.json: cannot be read: No such file"),
        (["vdem_v15"], "by hand only: download it from https://v-dem.net/"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(arguments, reason, capsys):
    assert command.main(arguments) == command.INVALID
    assert reason in capsys.readouterr().err


# ---------------------------------------------------------------- files that are not what they should be


def spoiled(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (FILES / name).read_text("utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("table", "name", "old", "new", "row", "column", "reason"),
    [
        ("gdp", "worldbank_gdp.json", "73775168000", '"many"', 2, "value", "not a number"),
        ("gdp", "worldbank_gdp.json", '"date": "2022"', '"when": "2022"', 2, "date", "no such field"),
        ("gdp", "worldbank_gdp.json", "[\n {", "[\n {{", 2, "", "not readable as JSON"),
        ("unhcr_asylum", "unhcr_origin.json", '"refugees": 87000', '"refugees": "87,000"', 2, "refugees", "whole"),
        ("unhcr_asylum", "unhcr_origin.json", '"items"', '"rows"', 0, "items", "not an answer"),
        ("ucdp_year", "GEDEvent_v24_1.csv", ",10,12,8,", ",ten,12,8,", 2, "best", "not a whole number"),
        ("ucdp_year", "GEDEvent_v24_1.csv", "2022-03-01 00", "2022-02-30 00", 5, "date_start", "not a date"),
        ("ucdp_year", "GEDEvent_v24_1.csv", "Clear,2,", "Clear,4,", 8, "type_of_violence", "publisher's codes 1, 2, 3"),
        ("ucdp_year", "GEDEvent_v24_1.csv", ",adm_1,", ",adm1,", 1, "adm_1", "no such column"),
        ("ucdp_year", "GEDEvent_v24_1.csv", "Clash reported,", "Clash, reported,", 2, "", "cells"),
        ("ucdp_year", "GEDEvent_v24_1.csv", '"Two lines', '"Two "lines', 3, "", "not readable as CSV"),
        ("conflicts", "ucdp-prio-acd-251.csv", ",25.1\n", ",24.1\n", 2, "version", "release 25.1"),
        ("conflicts", "ucdp-prio-acd-251.csv", "222,", "222x,", 3, "conflict_id", "not a whole number"),
        ("vdem_v16", "electoral-democracy-index.csv", "THA,2024,0.4", "THA,2024,4%", 6, "v2x_polyarchy", "a number"),
        ("un_ideal_points", "IdealpointsJuly2025.tab", "idealpointall", "ideal", 1, "idealpointall", "no such column"),
        ("un_votes", "2026_02_06_ga_voting.csv", "BELARUS,N", "BELARUS,?", 2, "ms_vote", "publisher's codes"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_file_row_and_column(
    package, tmp_path, table, name, old, new, row, column, reason
):
    if table in {"gdp", "unhcr_asylum"}:
        shrink(package, table, 2022 if table == "gdp" else 2024, 2023 if table == "gdp" else 2025)
    path = spoiled(tmp_path, name, old, new)
    fetcher = rebuild.FETCHERS[table]
    with pytest.raises(faults.DataError) as caught:
        rebuild.rebuild(fetcher, {fetcher.needs[0]: [path]}, package, BIBLIOGRAPHY)
    fault = caught.value.faults[0]
    assert (fault.row, fault.column) == (row, column), fault
    assert name in fault.file and reason in fault.reason


def test_another_encoding_is_refused_with_its_row():
    with pytest.raises(faults.DataError, match=r"a\.csv, row 2: not UTF-8: byte 0xe9"):
        readers.read_delimited("a,b\né,1\n".encode("latin-1"), "a.csv", ["a"])


@pytest.mark.parametrize("raw", [b"", b"a,b\n", b"a,b\r\n\r\n"[:5]])
def test_a_file_without_rows_is_refused(raw):
    with pytest.raises(faults.DataError, match=r"empty|no rows"):
        readers.read_delimited(raw, "a.csv", ["a"])


def test_a_byte_order_mark_is_not_part_of_the_first_name():
    assert readers.read_delimited("\ufeffa,b\n1,2\n".encode(), "a.csv", ["a"])["a"].tolist() == ["1"]


def test_an_archive_without_one_data_file_or_cut_short_is_refused():
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as stream:
        stream.writestr("codebook.pdf", b"%PDF")
    with pytest.raises(faults.DataError, match=r"holds \['codebook.pdf'\]"):
        readers.read_delimited(whole.getvalue(), "a.zip", ["a"])
    with pytest.raises(faults.DataError, match="not a readable zip"):
        readers.read_delimited(whole.getvalue()[:30], "a.zip", ["a"])


def test_an_error_in_the_world_banks_answer_is_passed_on():
    answer = [
        {"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}
    ]
    with pytest.raises(faults.DataError, match="Invalid value"):
        readers.read_world_bank(json.dumps(answer).encode(), "answer")


def test_another_release_is_refused(package, tmp_path):
    """Two releases revise the same years differently: a table never holds both."""
    shrink(package, "ucdp_year", 2022, 2024)
    fetcher = rebuild.FETCHERS["ucdp_year"]
    with pytest.raises(faults.DataError, match=r"runs to 2023, the table ucdp_year to 2024: another release"):
        rebuild.rebuild(fetcher, {"ucdp_ged": [FILES / "GEDEvent_v24_1.csv"]}, package, BIBLIOGRAPHY)
    vdem = tmp_path / "V-Dem-CY-Core-v16.csv"
    shutil.copy(FILES / "V-Dem-CY-Core-v15.csv", vdem)
    local = {"vdem_cy": [vdem], "ert": [FILES / "ert.csv"]}
    with pytest.raises(faults.DataError, match=r"the file is version 16, the table vdem_v15 is Version 15"):
        rebuild.rebuild(rebuild.FETCHERS["vdem_v15"], local, package, BIBLIOGRAPHY)


def test_local_pages_must_be_complete(package):
    shrink(package, "gdp", 2022, 2023, only("BLR MMR"))
    pages = [FILES / f"worldbank_gdp_page{number}.json" for number in (1, 2)]
    with pytest.raises(faults.DataError, match="2 pages; 1 given"):
        rebuild.rebuild(rebuild.FETCHERS["gdp"], {"worldbank_gdp": pages[:1]}, package, BIBLIOGRAPHY)
    outcome = rebuild.rebuild(rebuild.FETCHERS["gdp"], {"worldbank_gdp": pages}, package, BIBLIOGRAPHY)
    assert len(outcome.text) == 3


# ---------------------------------------------------------------- addresses and the network


def answering(monkeypatch, answers: dict[str, str]) -> list[str]:
    """Answer addresses that contain a text with a fixture, and keep what was asked."""
    asked = []

    def urlopen(request, timeout):
        asked.append(request.full_url)
        name = next(name for part, name in answers.items() if part in request.full_url)
        return (FILES / name).open("rb")

    monkeypatch.setattr(publications, "urlopen", urlopen)
    return asked


def test_countries_and_years_of_the_address_are_those_of_the_table(package, monkeypatch):
    shrink(package, "gdp", 2022, 2023, only("BLR MMR"))
    asked = answering(monkeypatch, {"&page=2": "worldbank_gdp_page2.json", "": "worldbank_gdp_page1.json"})
    assert run(package, "gdp") == command.CHANGED
    assert asked[0] == (
        "https://api.worldbank.org/v2/country/BLR;MMR/indicator/NY.GDP.MKTP.CD"
        "?format=json&date=2022:2023&per_page=20000"
    )
    assert asked[1:] == [f"{asked[0]}&page=2"]


@pytest.mark.parametrize(
    ("table", "publication", "address"),
    [
        ("ucdp_year", "ucdp_ged", "https://ucdp.uu.se/downloads/ged/ged241-csv.zip"),
        ("conflicts", "ucdp_prio_acd", "https://ucdp.uu.se/downloads/ucdpprio/ucdp-prio-acd-251-csv.zip"),
    ],
)
def test_ucdps_release_is_the_one_that_runs_to_the_tables_last_year(package, table, publication, address):
    shrink(package, table, 2022, {"ucdp_year": 2023, "conflicts": 2024}[table])
    asked = wanted.wanted_of(table, package, BIBLIOGRAPHY)
    assert publications.address(publications.PUBLICATIONS[publication], asked) == address


def test_one_download_serves_all_tables_of_a_publication(package, monkeypatch):
    for table in ("ucdp_year", "ucdp_month", "ucdp_adm1"):
        shrink(package, table, 2022, 2023)
    asked = answering(monkeypatch, {"ged241": "GEDEvent_v24_1.csv"})
    assert run(package, "ucdp_year", "ucdp_month", "ucdp_adm1") == command.CHANGED
    assert len(asked) == 1


def test_the_edition_of_the_ideal_points_is_found_among_all_versions(package, monkeypatch):
    asked = answering(
        monkeypatch, {"/versions?": "dataverse_versions.json", "datafile/4711": "IdealpointsJuly2025.tab"}
    )
    shrink(package, "un_ideal_points", 2023, 2024, only("BLR MMR"))
    assert run(package, "un_ideal_points") == command.CHANGED
    assert asked[1] == "https://dataverse.harvard.edu/api/access/datafile/4711"
    listing = (FILES / "dataverse_versions.json").read_bytes()
    with pytest.raises(faults.DataError, match=r"there are: Idealpoints2026\.tab, IdealpointsJuly2025\.tab"):
        readers.locate_ideal_points(listing, "listing", want("un_ideal_points", 1990, 2024, edition="July 2031"))


@pytest.mark.parametrize(
    "failure",
    [
        URLError("Name or service not known"),
        HTTPError("https://api.worldbank.org", 503, "Service Unavailable", None, None),
        TimeoutError("timed out"),
        ConnectionResetError("Connection reset by peer"),
    ],
)
def test_a_publisher_that_does_not_answer_gives_3_and_changes_nothing(package, monkeypatch, capsys, failure):
    def fail(request, timeout):
        raise failure

    monkeypatch.setattr(publications, "urlopen", fail)
    before = (package / "gdp.csv").read_bytes()
    assert run(package, "gdp", "--write") == command.UNREACHABLE
    said = capsys.readouterr().err
    assert "gdp: cannot be reached: https://api.worldbank.org/" in said
    assert "Traceback" not in said and (package / "gdp.csv").read_bytes() == before


def test_without_names_the_tables_that_need_a_file_by_hand_are_skipped(package, monkeypatch, capsys):
    def fail(request, timeout):
        raise URLError("no route")

    monkeypatch.setattr(publications, "urlopen", fail)
    assert run(package) == command.UNREACHABLE
    said = capsys.readouterr().out
    assert "vdem_v15: skipped, needs --from vdem_cy=PATH" in said and "un_votes: skipped" in said


def test_nothing_rebuilt_leaves_an_earlier_difference_as_it_was(package, monkeypatch, tmp_path):
    def fail(request, timeout):
        raise URLError("no route")

    monkeypatch.setattr(publications, "urlopen", fail)
    (diff := tmp_path / "diff.csv").write_text("earlier", "utf-8")
    assert run(package, "gdp", "--diff", str(diff)) == command.UNREACHABLE
    assert diff.read_text("utf-8") == "earlier"


def test_a_difference_that_cannot_be_saved_is_said(tmp_path, capsys):
    given = f"un_votes={FILES / '2026_02_06_ga_voting.csv'}"
    diff = tmp_path / "nowhere" / "diff.csv"
    assert command.main(["un_votes", "--from", given, "--diff", str(diff)]) == command.INVALID
    assert "diff.csv: cannot be written: No such file" in capsys.readouterr().err
