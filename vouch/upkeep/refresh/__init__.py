"""Rebuild the tables that come from machine-readable publications, and show what would change.

    python -m vouch.upkeep.refresh [TABLE ...] [--from NAME=PATH ...] [--diff PATH] [--write] [--list]

Each table of :data:`FETCHERS` is built again from its publisher's own file or interface: which countries and years it
holds is read from the present table and from `data/datapackage.json`, never typed a second time. The result is laid
beside the present table; added, removed and changed rows are listed with old and new value. Nothing is written
without `--write`, and nothing at all if one of the rebuilt tables does not hold to its description.

`--from NAME=PATH` reads a local file in place of an address; NAME is a publication (see `--list`) or a table with a
single publication; repeat it for an answer that came in several pages. A zip archive is read as it was downloaded.

To take in a new release: raise `maximum` of the table's year (or month) in `datapackage.json`, and the release in
the title of its source, then run this. A file of any other release is refused, because most publishers revise all
years with each release and two releases must never share a table.

Exit codes: 0 no change (or all changes written); 1 changes shown and not written; 2 a publisher's file, a local path
or a rebuilt table is not as described; 3 a publisher could not be reached. Where several apply, the highest is given.

Addresses are those of the publishers. Where they are documented:

* World Bank: Indicators API, "API Basic Call Structures",
  https://datahelpdesk.worldbank.org/knowledgebase/articles/898581-api-basic-call-structure
* UNHCR: Refugee Data Finder API, https://www.unhcr.org/refugee-statistics/insights/explainers/forcibly-displaced-api.html
* UCDP: files linked from https://ucdp.uu.se/downloads/; the number of a release is the year it came out, and it runs to
  the year before. (Its interface, https://ucdp.uu.se/apidocs/, needs a token since February 2026 and is not used.)
* Our World in Data: Chart API, https://docs.owid.io/projects/etl/api/chart-api/
* Harvard Dataverse: https://guides.dataverse.org/en/latest/api/native-api.html (versions of a dataset) and
  https://guides.dataverse.org/en/latest/api/dataaccess.html (files)
* Episodes of Regime Transformation: `inst/` of https://github.com/vdeminstitute/ERT (its README)
* V-Dem and the UN Digital Library hand out files by a form or under dated names: download by hand, then `--from`.

Here: readers, the tables as functions of frames, comparison, and the command line.
Not here: tables compiled by hand, and the loader that checks every table (`vouch.evidence.data`).
"""
