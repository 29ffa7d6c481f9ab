"""COUNTER reports as releases 5 and 5.1 of the Code of Practice write them, of invented use."""

import copy
import json
from pathlib import Path

MONTHS = ("2026-01", "2026-02", "2026-03")
HEADER_51 = {
    "Release": "5.1",
    "Report_ID": "PR_P1",
    "Report_Name": "Platform Usage",
    "Created": "2026-04-15T09:11:12Z",
    "Created_By": "Example Press",
    "Institution_ID": {"ISNI": ["1234123412341234"]},
    "Institution_Name": "Sample Institution",
    "Registry_Record": "https://registry.countermetrics.org/platform/00000000",
    "Report_Filters": {
        "Metric_Type": ["Searches_Platform", "Total_Item_Requests", "Unique_Item_Requests"],
        "Begin_Date": "2026-01-01",
        "End_Date": "2026-03-31",
        "Access_Method": ["Regular"],
    },
}
#: Two kinds of data, whose figures are one platform's; nothing in February for books.
JSON_51 = {
    "Report_Header": HEADER_51,
    "Report_Items": [
        {
            "Platform": "Example Press",
            "Attribute_Performance": [
                {
                    "Data_Type": "Article",
                    "Performance": {
                        "Total_Item_Requests": {"2026-01": 877, "2026-02": 1022, "2026-03": 885},
                        "Unique_Item_Requests": {"2026-01": 658, "2026-02": 767, "2026-03": 664},
                    },
                },
                {
                    "Data_Type": "Book",
                    "Performance": {"Total_Item_Requests": {"2026-01": 100, "2026-03": 15}},
                },
                {
                    "Data_Type": "Platform",
                    "Performance": {"Searches_Platform": {"2026-02": 40}},
                },
            ],
        }
    ],
}
#: {(metric, month): number} of all writings below.
FIGURES = {
    ("Total_Item_Requests", "2026-01"): 977,
    ("Total_Item_Requests", "2026-02"): 1022,
    ("Total_Item_Requests", "2026-03"): 900,
    ("Unique_Item_Requests", "2026-01"): 658,
    ("Unique_Item_Requests", "2026-02"): 767,
    ("Unique_Item_Requests", "2026-03"): 664,
    ("Searches_Platform", "2026-01"): 0,
    ("Searches_Platform", "2026-02"): 40,
    ("Searches_Platform", "2026-03"): 0,
}
ENDS = {"2026-01": "2026-01-31", "2026-02": "2026-02-28", "2026-03": "2026-03-31"}


def of_release_5() -> dict:
    """The same use as release 5 writes it: filters as a list, months outside, metrics inside."""
    header = HEADER_51 | {
        "Release": "5",
        "Institution_ID": [{"Type": "ISNI", "Value": "1234123412341234"}],
        "Report_Filters": [
            {"Name": "Begin_Date", "Value": "2026-01-01"},
            {"Name": "End_Date", "Value": "2026-03-31"},
            {"Name": "Access_Method", "Value": "Regular"},
        ],
    }
    items = []
    for attributes in JSON_51["Report_Items"][0]["Attribute_Performance"]:
        performance = []
        for month in MONTHS:
            instances = [
                {"Metric_Type": metric, "Count": months[month]}
                for metric, months in attributes["Performance"].items()
                if month in months
            ]
            period = {"Begin_Date": f"{month}-01", "End_Date": ENDS[month]}
            if instances:
                performance.append({"Period": period, "Instance": instances})
        data_type = attributes["Data_Type"]
        items.append(
            {"Platform": "Example Press", "Data_Type": data_type, "Performance": performance}
        )
    return {"Report_Header": header, "Report_Items": items}


def changed(report: dict, **header) -> dict:
    """The report with other words in its header."""
    found = copy.deepcopy(report)
    found["Report_Header"] |= header
    return found


NAMES = (
    ("Report_Name", "Platform Usage"),
    ("Report_ID", "PR_P1"),
    ("Release", "5.1"),
    ("Institution_Name", "Sample Institution"),
    ("Institution_ID", "ISNI:1234123412341234"),
    ("Metric_Types", "Searches_Platform; Total_Item_Requests; Unique_Item_Requests"),
    ("Report_Filters", "Access_Method=Regular"),
    ("Report_Attributes", ""),
    ("Exceptions", ""),
    ("Reporting_Period", "Begin_Date=2026-01-01; End_Date=2026-03-31"),
    ("Created", "2026-04-15T09:11:12Z"),
    ("Created_By", "Example Press"),
    ("Registry_Record", "https://registry.countermetrics.org/platform/00000000"),
)
COLUMNS = ["Platform", "Data_Type", "Metric_Type", "Reporting_Period_Total"]
BODY = [
    ["Example Press", "Article", "Total_Item_Requests", "2784", "877", "1,022", "885"],
    ["Example Press", "Article", "Unique_Item_Requests", "2089", "658", "767", "664"],
    # An empty cell whose row adds up without it is a zero.
    ["Example Press", "Book", "Total_Item_Requests", "115", "100", "", "15"],
    ["Example Press", "Platform", "Searches_Platform", "40", "0", "40", "0"],
]
LATIN_MONTHS = ["Jan-2026", "Feb-2026", "Mar-2026"]


def table(*, sign="\t", columns=None, months=LATIN_MONTHS, body=BODY, **header) -> str:
    """A report as a table: header of thirteen rows, a blank one, names of columns, figures."""
    rows = [[name, header.get(name, value)] for name, value in NAMES]
    # Release 5 has no row for the registry.
    rows = [row for row in rows if row[1] is not None]
    rows += [[], [*(columns or COLUMNS), *months], *body]
    width = max(len(row) for row in rows)
    lines = []
    for row in rows:
        cells = [f'"{cell}"' if sign in cell else cell for cell in row]
        lines.append(sign.join([*cells, *[""] * (width - len(row))]))
    return "\n".join(lines) + "\n"


def written(folder: Path, content: dict | list | str | bytes, name: str = "report") -> Path:
    """The content as a file."""
    if isinstance(content, dict | list):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    path = folder / name
    path.write_bytes(content)
    return path
