"""Reports that are small and stand for millions of figures are refused before these are made."""

import time
import tracemalloc

import pytest
from django.utils import translation

from crm.eresources.reading import read_report
from crm.imports.opening import Unreadable
from tests.crm.eresources.reports import BODY, COLUMNS, JSON_51, changed, table, written

MB = 1 << 20


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def read_whole(path):
    header, figures = read_report(path)
    return figures.known(header)


def one_item(performance, **header):
    items = [{"Platform": "P", "Attribute_Performance": [{"Performance": performance}]}]
    return changed(JSON_51, **header) | {"Report_Items": items}


def years(first, last):
    return {"Report_Filters": {"Begin_Date": first, "End_Date": last}}


HURTING = {
    "a metric a month": one_item(
        {f"A{n}": {"2022-01": 1} for n in range(4000)}, **years("2016-01", "2025-12")
    ),
    "lists in lists": b"[" + b"[]," * (4 * MB),
    "many months": table(months=[f"{month}-2026" for month in ["Jan"] * 300]),
    "many years": changed(JSON_51, **years("1990-01", "2025-12")),
    "large": one_item({"Total_Item_Requests": {"2026-01": 2**63}}),
    "large together": one_item({"A": {"2026-01": 10**15}, "B": {"2026-01": 1}})
    | {"Report_Items": one_item({"A": {"2026-01": 10**15}})["Report_Items"] * 2},
    "large in a table": table(body=[[*BODY[0][:3], "", "9" * 5000, "1", "1"]]),
}


@pytest.mark.parametrize("kind", HURTING)
def test_a_report_of_more_figures_than_there_are_is_refused_in_words(tmp_path, kind):
    """Each took gigabytes, a column that is too small for it, or a fault without words."""
    path = written(tmp_path, HURTING[kind])
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(Unreadable):
            read_whole(path)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * MB
    assert time.process_time() - began < 10


def test_databases_are_kept_one_by_one_as_a_search_counts_in_each(tmp_path):
    columns = ["Database", "Publisher", *COLUMNS]
    body = [
        ["Medline", "NLM", "Host", "Article", "Searches_Regular", "6", "1", "2", "3"],
        ["Eric", "ED", "Host", "Article", "Searches_Regular", "6", "1", "2", "3"],
        ["Eric", "ED", "Host", "Article", "Total_Item_Requests", "9", "4", "", "5"],
    ]
    found = table(Report_ID="DR_D1", columns=columns, body=body)
    header, figures = read_report(written(tmp_path, found))
    assert header.report == "DR_D1"
    known = figures.known(header)
    assert {place[0] for place in known} == {"Host · Medline", "Host · Eric"}
    assert sum(n for (_platform, metric, _month), n in known.items() if "Search" in metric) == 12

    of_json = one_item({"Searches_Regular": {"2026-01": 7}}, Report_ID="DR")
    of_json["Report_Items"][0]["Database"] = "Medline"
    header, figures = read_report(written(tmp_path, of_json))
    assert {place[0] for place in figures.totals} == {"P · Medline"}
    with pytest.raises(Unreadable):
        read_report(written(tmp_path, one_item({}, Report_ID="DR")))
    with pytest.raises(Unreadable, match="is not taken"):
        read_report(written(tmp_path, one_item({}, Report_ID="IR")))
