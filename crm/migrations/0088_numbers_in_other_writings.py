"""Numbers are compared without capitals and blanks: those that are not their own key are found by an
index. No row is changed; two readers whose numbers are one in two writings stay two, and the queue
of duplicates shows them.

The indexes are made in one transaction, in which nobody else writes readers: seconds for a million
of them. Nobody does during an upgrade: everything that writes is stopped before (docs/ops.md). Made
beside writers they could be left half made by a crash, and such an index has to be found and
removed by hand.
"""

from django.db import migrations, models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower

#: The blanks as they were when this migration was written.
PLAIN = Func(F("number"), Value(" \t\n\r\f\x0b"), Value(""), function="translate")
KEY = Lower(PLAIN, output_field=TextField())


class Migration(migrations.Migration):
    dependencies = [("crm", "0087_settings_of_mail_on_pages")]

    operations = [
        migrations.AddIndex(
            model_name="reader",
            index=models.Index(
                F("source"), KEY, name="reader_other_writing", condition=~Q(number=KEY)
            ),
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(
                F("system"), KEY, name="identity_other_writing", condition=~Q(number=KEY)
            ),
        ),
    ]
