"""Two profiles to start with: San Francisco's open patron file, and a plain Chinese or English table."""

from django.db import migrations

SFPL = {
    "code": "sfpl",
    "name": "San Francisco Public Library (open data)",
    "source": "sfpl",
    "mapping": {
        "campus": "Home Library Definition",
        "registered_year": "Year Patron Registered",
        "last_seen_month": "Circulation Active Month",
        "last_seen_year": "Circulation Active Year",
        "trait:age_range": "Age Range",
        "trait:patron_type": "Patron Type Definition",
        "trait:total_checkouts": "Total Checkouts",
        "trait:total_renewals": "Total Renewals",
        "trait:outside_county": "Outside of County",
        "trait:supervisor_district": "Supervisor District",
    },
    "options": {
        # The file has no patron number, and 54,918 of its rows equal another row and are different people.
        "number_from": "row",
        "constants": {"kind": "public", "language": "en"},
        "create_places": True,
        "values": {"campus": {"Unknown": ""}},
        "make_email_when": {"column": "Provided Email Address", "equals": "true"},
        "consent_when": [
            {
                "channel": "email",
                "all": [
                    {"column": "Notice Preference Definition", "equals": "email"},
                    {"column": "Provided Email Address", "equals": "true"},
                ],
            }
        ],
    },
}
GENERIC = {
    "code": "generic",
    "name": "读者名单 / Reader list",
    "source": "library",
    "mapping": {"number": "读者号", "name": "姓名", "kind": "读者类型", "email": "邮箱"},
    "options": {"constants": {"kind": "undergraduate", "language": "zh-hans"}, "create_places": True},
}


def add(apps, _schema_editor):
    profile = apps.get_model("crm", "ImportProfile")
    for given in (SFPL, GENERIC):
        profile.objects.get_or_create(code=given["code"], defaults=given)


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_import_report")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
