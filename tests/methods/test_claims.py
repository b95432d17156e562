"""The ledger's promises, its agreement statistic, and that broken ledgers are refused."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evidence import claims, data, faults, seeds
from vouch.methods import coding
from vouch.methods.articles import verdicts
from vouch.paths import BIBLIOGRAPHY, DATA


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_ledger_keeps_its_promises():
    assert claims.check() == len(data.load("claims"))


def test_quotations_are_verbatim_unique_spans():
    texts = {seed.id: seed.text for seed in seeds.load_all()}
    for row in data.load("claims").itertuples():
        assert texts[row.seed][row.start : row.end] == row.quote
        assert texts[row.seed].count(row.quote) == 1


@pytest.mark.parametrize("seed", seeds.load_all(), ids=lambda seed: seed.id)
def test_every_sentence_makes_a_claim_or_says_why_not(seed):
    coverage = claims.sentence_coverage(seed, data.load("claims"), data.load("nonfactual"))
    overlooked = coverage[(coverage["claims"] == "") & (coverage["reason"] == "")]
    assert len(overlooked) / len(coverage) <= 0.15, list(overlooked["text"])
    assert overlooked.empty, "the first edition overlooks none"


def test_evidence_counts_by_origin():
    """All outlets of one state are one origin: two state papers of Myanmar do not make two witnesses."""
    counted = claims.independent(data.load("evidence")).groupby("claim")["origin"].nunique()
    stated = data.load("verdicts").set_index("claim")["origins"]
    assert (counted.reindex(stated.index, fill_value=0) == stated).all()


def test_the_report_that_an_article_retells_is_no_witness():
    """By hand: x is context, y was read in the retold report and elsewhere, z in the retold report only."""
    rows = [("x", "context", False), ("y", "supports", True), ("y", "supports", False), ("z", "supports", True)]
    kept = claims.independent(pd.DataFrame(rows, columns=["origin", "direction", "retold"]))
    assert kept["origin"].tolist() == ["y"]
    retold = data.load("evidence").query("retold")
    assert {source.split("-")[0] for source in retold["source"]} == {"aljazeera", "realist", "time"}
    verdicts = data.load("verdicts")
    assert set(verdicts.loc[verdicts["origins"] == 0, "verdict"]) == {"unverifiable"}


def test_one_independent_origin_is_high_only_as_a_primary_record():
    verdicts = data.load("verdicts")
    alone = verdicts[(verdicts["origins"] == 1) & (verdicts["confidence"] == "high")]
    assert alone["reason"].str.contains("but the record of").all()


def test_the_seed_itself_is_no_evidence():
    assert "matveeva-2023-09-15" not in set(data.load("evidence")["source"])


def test_a_misquoted_word_is_refused(copy):
    edit(copy / "claims.csv", "has arrived in Myanmar", "has landed in Myanmar")
    with pytest.raises(faults.DataError, match=r"claims\.csv, row \d+, column quote: not the text of S000"):
        claims.check(copy)


def test_a_shifted_offset_is_refused(copy):
    frame = pd.read_csv(copy / "claims.csv", dtype=str, keep_default_na=False)
    frame.loc[3, "start"] = str(int(frame.loc[3, "start"]) + 1)
    frame.to_csv(copy / "claims.csv", index=False, lineterminator="\n")
    with pytest.raises(faults.DataError, match="row 5"):
        claims.check(copy)


def test_a_verdict_without_evidence_is_refused(copy):
    frame = pd.read_csv(copy / "evidence.csv", dtype=str, keep_default_na=False)
    claim = frame.loc[0, "claim"]
    frame.loc[frame["claim"] == claim, "direction"] = "context"
    frame.to_csv(copy / "evidence.csv", index=False, lineterminator="\n")
    with pytest.raises(faults.DataError, match=f"value '{claim}'"):
        claims.check(copy)


@pytest.mark.parametrize("spelt", [str.upper, lambda origin: origin.replace(" ", "  ", 1), str.casefold])
def test_one_origin_in_two_spellings_is_refused(copy, spelt):
    frame = data.load("evidence", copy)
    row = next(n for n, origin in enumerate(frame["origin"]) if n and " " in origin and origin != spelt(origin)
               and origin in set(frame["origin"][:n]))  # fmt: skip
    origin = frame.at[row, "origin"]
    frame.loc[row, "origin"] = spelt(origin)
    frame.to_csv(copy / "evidence.csv", index=False, lineterminator="\n")
    with pytest.raises(faults.DataError, match=rf"evidence\.csv, row {row + 2}, column origin: elsewhere spelt"):
        claims.check(copy)


def test_a_missing_verdict_is_refused(copy):
    path = copy / "verdicts.csv"
    lines = path.read_text("utf-8").split("\n")
    package = copy / "datapackage.json"
    package.write_text(package.read_text("utf-8").replace('"minimum": 143', '"minimum": 1'), "utf-8")
    path.write_text("\n".join([*lines[:5], *lines[6:]]), "utf-8")
    with pytest.raises(faults.DataError, match="a checkable claim without a verdict"):
        claims.check(copy)


def test_a_verdict_that_neither_coder_nor_resolution_gave_is_refused(copy):
    frame = pd.read_csv(copy / "verdicts.csv", dtype=str, keep_default_na=False)
    row = frame.index[frame["verdict"] == "supported"][0]
    frame.loc[row, "verdict"] = "contradicted"
    frame.to_csv(copy / "verdicts.csv", index=False, lineterminator="\n")
    with pytest.raises(faults.DataError, match=r"both codings say|differs from what resolutions"):
        claims.check(copy)


def coded(*verdicts):
    return pd.DataFrame({"claim": [f"S000-{i:02}" for i in range(len(verdicts))], "verdict": list(verdicts)})


def test_kappa_of_a_published_example():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.40, observed agreement 0.70 (a textbook table)."""
    first = coded(*["yes"] * 25, *["no"] * 25)
    second = coded(*["yes"] * 20, *["no"] * 5, *["yes"] * 10, *["no"] * 15)
    found = coding.agreement(first, second)
    assert found.n == 50
    assert found.observed == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.40)
    assert found.low < found.kappa < found.high


@given(st.lists(st.sampled_from(["supported", "imprecise", "contradicted"]), min_size=2, max_size=40))
def test_a_coder_agrees_with_herself(verdicts):
    found = coding.agreement(coded(*verdicts), coded(*verdicts))
    assert (found.observed, found.kappa, found.low, found.high) == (1, 1, 1, 1)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # statsmodels' z-value, which nothing here uses
@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "c"])] * 2), min_size=3, max_size=40))
def test_kappa_is_symmetric_and_at_most_one(pairs):
    left, right = coded(*[a for a, _ in pairs]), coded(*[b for _, b in pairs])
    one, other = coding.agreement(left, right), coding.agreement(right, left)
    assert one.kappa == pytest.approx(other.kappa, nan_ok=True)
    assert not one.kappa > 1 + 1e-9


def test_nothing_coded_twice_is_an_error():
    with pytest.raises(ValueError, match="no claim was coded twice"):
        coding.agreement(coded("a"), coded("a").assign(claim="S004-01"))


def test_verdict_counts_add_up():
    ledger = claims.ledger()
    counts = verdicts.verdict_counts(ledger)
    assert counts["total"].sum() == ledger["verdict"].notna().sum() == int(ledger["checkable"].sum())
    assert list(counts["verdict"]) == list(claims.VERDICTS)


# --- What is refused, row by row --------------------------------------------------------------------------------------


def test_wrong_spans_are_named_with_their_row_in_the_file():
    rows = [("S1", 0, 2, "ab"), ("S1", 0, 1, "b"), ("S1", 3, 4, "c"), ("S9", 0, 1, "a")]
    frame = pd.DataFrame(rows, columns=["seed", "start", "end", "quote"])
    assert list(claims._span_faults(frame, {"S1": "ab cc"}, "f.csv")) == [
        faults.Fault("f.csv", "not the text of S1 from 0 to 1", row=3, column="quote", value="b"),
        faults.Fault("f.csv", "occurs 2 times in S1", row=4, column="quote", value="c"),
        faults.Fault("f.csv", "no such article in seeds.yml", row=5, column="seed", value="S9"),
    ]


def test_a_claim_of_another_article_is_named():
    frame = pd.DataFrame({"claim": ["S1-01", "S2-01"], "seed": ["S1", "S1"]})
    assert list(claims._order_faults(frame, "f.csv")) == [
        faults.Fault("f.csv", "does not belong to S1", row=3, column="claim", value="S2-01")
    ]


def test_verdicts_and_evidence_are_held_against_each_other():
    ledger = pd.DataFrame({"claim": ["a", "b", "c", "d", "e"], "checkable": [True, True, True, True, False]})
    verdicts = pd.DataFrame(
        {
            "claim": ["a", "c", "d", "e"],
            "verdict": ["supported", "unverifiable", "supported", "supported"],
            "origins": [3, 0, 0, 1],
        }
    )
    rows = [("a", "x", "for"), ("a", "x", "against"), ("a", "y", "for"), ("a", "z", "context"), ("d", "x", "context")]
    evidence = pd.DataFrame([*rows, ("e", "x", "for")], columns=["claim", "origin", "direction"]).assign(retold=False)
    retold = pd.DataFrame([("a", "w", "for", True)], columns=[*evidence])
    evidence = pd.concat([evidence, retold], ignore_index=True)
    assert list(claims._verdict_faults(ledger, verdicts, evidence, "f.csv")) == [
        faults.Fault("f.csv", "a checkable claim without a verdict", column="claim", value="b"),
        faults.Fault("f.csv", "the evidence has 2 distinct origins", row=2, column="origins", value="3"),
        faults.Fault("f.csv", "a verdict without independent evidence", row=4, column="claim", value="d"),
        faults.Fault("f.csv", "a verdict on a claim that is marked as not checkable", row=5, column="claim", value="e"),
    ]


def test_codings_and_what_was_resolved_are_held_against_the_verdicts(monkeypatch, tmp_path):
    claim = list("abcdefgh")
    tables = {
        "first_coding": pd.DataFrame({"claim": [*claim[:6], "h"], "verdict": ["x"] * 7}),
        "second_coding": pd.DataFrame({"claim": [*claim[:5], "h"], "verdict": ["x", "x", "y", "y", "y", "x"]}),
        "resolutions": pd.DataFrame(
            {"claim": ["d", "e", "h"], "first": ["x"] * 3, "second": ["y", "y", "x"], "final": ["y", "y", "z"]}
        ),
    }
    asked = []
    monkeypatch.setattr(claims.data, "load", lambda name, *where: asked.append(where) or tables[name])
    given = ["x", "y", "x", "y", "x", "x", "x", "z"]  # the last: agreed, then decided anew
    verdicts = pd.DataFrame({"claim": claim, "verdict": given})
    file = f"{tmp_path}/verdicts.csv"
    assert list(claims._coding_faults(verdicts, tmp_path, tmp_path / "b.bib")) == [
        faults.Fault(
            file,
            "both codings say x, and nothing in resolutions.csv decides it anew",
            row=3,
            column="verdict",
            value="y",
        ),
        faults.Fault(
            file, "the codings differ and nothing in resolutions.csv decides", row=4, column="claim", value="c"
        ),
        faults.Fault(file, "differs from what resolutions.csv records", row=6, column="verdict", value="x"),
        faults.Fault(file, "not coded twice", row=7, column="claim", value="f"),
        faults.Fault(file, "not coded twice", row=8, column="claim", value="g"),
    ]
    assert asked == [(tmp_path, tmp_path / "b.bib")] * 3, "the folder that was asked about, not the book's"


def test_every_check_is_made_on_the_folder_that_was_asked_about(copy, tmp_path):
    edit(copy / "nonfactual.csv", "\nS000,", "\nS004,")
    with pytest.raises(faults.DataError, match=r"nonfactual\.csv, row \d+, column quote: not the text of S004"):
        claims.check(copy)
    with pytest.raises(ValueError, match="nowhere"):
        claims.check(articles=tmp_path / "nowhere")


@pytest.mark.parametrize("function", [claims.check, claims.ledger])
def test_every_table_is_held_against_the_bibliography_that_was_given(function, monkeypatch, tmp_path):
    own, asked, load = tmp_path / "own.bib", {}, data.load
    shutil.copyfile(BIBLIOGRAPHY, own)

    def noted(name, folder=DATA, bibliography=None):
        asked[name] = bibliography
        return load(name, folder, own)

    monkeypatch.setattr(data, "load", noted)
    function(bibliography=own)
    assert {"claims", "verdicts"} <= set(asked) and set(asked.values()) == {own}


# --- What the ledger says ---------------------------------------------------------------------------------------------


def test_a_sentence_is_covered_by_whatever_overlaps_it():
    seed = seeds.load("S000")
    whole = seeds.sentences(seed)
    one, two, three = whole[:3]
    spans = [("c2", one.end - 1, one.end), ("c1", one.start, one.start + 1), ("c3", two.start - 1, two.start + 1)]
    spans_held = pd.DataFrame(spans, columns=["claim", "start", "end"]).assign(seed="S000")
    other = spans_held.assign(seed="S004", claim="no")
    touching = pd.DataFrame({"seed": "S000", "start": [three.start - 1, three.start], "end": [three.start, three.end],
                             "reason": ["ends before it", "a heading"]})  # fmt: skip
    found = claims.sentence_coverage(seed, pd.concat([other, spans_held]), touching)
    assert found.loc[0, ["start", "end", "text", "claims"]].tolist() == [one.start, one.end, one.text, "c1;c2"]
    assert found.loc[1, "claims"] == "c3" and found.loc[0, "reason"] == ""
    assert found.loc[2, ["claims", "reason"]].tolist() == ["", "a heading"]
    assert len(found) == len(whole)


def test_the_ledger_follows_the_articles_and_leaves_rhetoric_without_a_verdict():
    found = claims.ledger()
    assert len(found) == len(data.load("claims"))
    assert found.groupby("seed")["start"].apply(lambda starts: starts.is_monotonic_increasing).all()
    assert found["seed"].is_monotonic_increasing and list(found.index) == list(range(len(found)))
    assert (found["verdict"].isna() == ~found["checkable"]).all()


def test_verdicts_nobody_got_are_zero():
    coded = pd.DataFrame({"verdict": ["supported", "supported", "outdated", None], "seed": ["S0", "S1", "S1", "S1"]})
    counts = verdicts.verdict_counts(coded).set_index("verdict")
    assert list(counts.index) == list(claims.VERDICTS) and list(counts.columns) == ["S0", "S1", "total"]
    assert counts.loc["supported"].tolist() == [1, 1, 2] and counts.loc["outdated"].tolist() == [0, 1, 1]
    assert counts.loc["contradicted"].tolist() == [0, 0, 0]


def test_agreement_on_another_column_and_of_those_coded_twice():
    first = pd.DataFrame({"claim": list("abcd"), "direction": ["x", "y", "x", "x"]})
    second = pd.DataFrame({"claim": list("abce"), "direction": ["x", "x", "x", "y"]})
    found = coding.agreement(first, second, "direction")
    assert (found.n, found.observed) == (3, pytest.approx(2 / 3))
    assert found.table.loc["y"].tolist() == [1, 0], "first coder in rows"
    same = coding.agreement(first.iloc[[0]], second, "direction")
    assert (same.n, same.observed, same.kappa, same.low, same.high) == (1, 1, 1, 1, 1)
    assert same.table.to_numpy().tolist() == [[1]]
