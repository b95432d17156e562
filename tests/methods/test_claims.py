"""The ledger's promises, its agreement statistic, and that broken ledgers are refused."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch import claims, data, seeds
from vouch.paths import DATA


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
    evidence = data.load("evidence")
    kinds = evidence.merge(data.load("verdicts")[["claim", "origins"]], on="claim")
    bearing = kinds[kinds["direction"] != "context"]
    counted = bearing.groupby("claim")["origin"].nunique()
    stated = data.load("verdicts").set_index("claim")["origins"]
    assert (counted.reindex(stated.index, fill_value=0) == stated).all()


def test_the_seed_itself_is_no_evidence():
    assert "matveeva-2023-09-15" not in set(data.load("evidence")["source"])


def test_a_misquoted_word_is_refused(copy):
    edit(copy / "claims.csv", "has arrived in Myanmar", "has landed in Myanmar")
    with pytest.raises(data.DataError, match=r"claims\.csv, row \d+, column quote: not the text of S000"):
        claims.check(copy)


def test_a_shifted_offset_is_refused(copy):
    frame = pd.read_csv(copy / "claims.csv", dtype=str, keep_default_na=False)
    frame.loc[3, "start"] = str(int(frame.loc[3, "start"]) + 1)
    frame.to_csv(copy / "claims.csv", index=False, lineterminator="\n")
    with pytest.raises(data.DataError, match="row 5"):
        claims.check(copy)


def test_a_verdict_without_evidence_is_refused(copy):
    frame = pd.read_csv(copy / "evidence.csv", dtype=str, keep_default_na=False)
    claim = frame.loc[0, "claim"]
    frame.loc[frame["claim"] == claim, "direction"] = "context"
    frame.to_csv(copy / "evidence.csv", index=False, lineterminator="\n")
    with pytest.raises(data.DataError, match=f"value '{claim}'"):
        claims.check(copy)


def test_a_missing_verdict_is_refused(copy):
    path = copy / "verdicts.csv"
    lines = path.read_text("utf-8").split("\n")
    package = copy / "datapackage.json"
    package.write_text(package.read_text("utf-8").replace('"minimum": 143', '"minimum": 1'), "utf-8")
    path.write_text("\n".join([*lines[:5], *lines[6:]]), "utf-8")
    with pytest.raises(data.DataError, match="a checkable claim without a verdict"):
        claims.check(copy)


def test_a_verdict_that_neither_coder_nor_resolution_gave_is_refused(copy):
    frame = pd.read_csv(copy / "verdicts.csv", dtype=str, keep_default_na=False)
    row = frame.index[frame["verdict"] == "supported"][0]
    frame.loc[row, "verdict"] = "contradicted"
    frame.to_csv(copy / "verdicts.csv", index=False, lineterminator="\n")
    with pytest.raises(data.DataError, match=r"both codings say|differs from what resolutions"):
        claims.check(copy)


def coding(*verdicts):
    return pd.DataFrame({"claim": [f"S000-{i:02}" for i in range(len(verdicts))], "verdict": list(verdicts)})


def test_kappa_of_a_published_example():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.40, observed agreement 0.70 (a textbook table)."""
    first = coding(*["yes"] * 25, *["no"] * 25)
    second = coding(*["yes"] * 20, *["no"] * 5, *["yes"] * 10, *["no"] * 15)
    found = claims.agreement(first, second)
    assert found.n == 50
    assert found.observed == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.40)
    assert found.low < found.kappa < found.high


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # statsmodels, where all pairs are alike
@given(st.lists(st.sampled_from(["supported", "imprecise", "contradicted"]), min_size=2, max_size=40))
def test_a_coder_agrees_with_herself(verdicts):
    found = claims.agreement(coding(*verdicts), coding(*verdicts))
    assert found.observed == 1 and found.kappa == pytest.approx(1)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # statsmodels, where all pairs are alike
@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "c"])] * 2), min_size=3, max_size=40))
def test_kappa_is_symmetric_and_at_most_one(pairs):
    left, right = coding(*[a for a, _ in pairs]), coding(*[b for _, b in pairs])
    one, other = claims.agreement(left, right), claims.agreement(right, left)
    assert one.kappa == pytest.approx(other.kappa, nan_ok=True)
    assert not one.kappa > 1 + 1e-9


def test_nothing_coded_twice_is_an_error():
    with pytest.raises(ValueError, match="no claim was coded twice"):
        claims.agreement(coding("a"), coding("a").assign(claim="S004-01"))


def test_verdict_counts_add_up():
    ledger = claims.ledger()
    counts = claims.verdict_counts(ledger)
    assert counts["total"].sum() == ledger["verdict"].notna().sum() == int(ledger["checkable"].sum())
    assert list(counts["verdict"]) == list(claims.VERDICTS)
