"""The usual systems of numbers, and those that the library has used so far."""

from django.db import migrations

#: (code, Chinese name, English name, example, words for its column)
SYSTEMS = [
    (
        "library",
        "读者证",
        "Reader card",
        "",
        "number readernumber readerid barcode cardnumber patronid"
        " 读者号 读者证号 读者证 读者编号 证号 条码 卡号 借书证号",
    ),
    ("student", "学号", "Student number", "2023110301", "学号 studentnumber studentid studentno"),
    ("staff", "工号", "Staff number", "T0020913", "工号 教工号 职工号 staffnumber staffid"),
    ("campus-card", "学工号", "Campus number", "", "学工号 一卡通号 校园卡号"),
]
#: What an account makes of itself.
PORTAL = "portal"


def add(apps, _schema_editor):
    """The usual ones, and every source that the library has used so far under its own name."""
    system = apps.get_model("crm", "NumberSystem")
    for code, chinese, english, example, headers in SYSTEMS:
        names = {"name_zh": chinese, "name_en": english}
        said = {"example": example, "headers": headers, **names}
        system.objects.get_or_create(code=code, defaults=said)
    used = set()
    for model in ("Reader", "ImportProfile", "ImportBatch"):
        rows = apps.get_model("crm", model).objects.order_by()
        used.update(rows.values_list("source", flat=True).distinct())
    known = {code for code, *_rest in SYSTEMS}
    for code in sorted(used - known - {PORTAL, ""}):
        system.objects.create(code=code, name_zh=code, name_en=code)


class Migration(migrations.Migration):
    dependencies = [("crm", "0056_number_systems")]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
    ]
