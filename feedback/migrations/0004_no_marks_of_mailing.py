from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_letters_of_0_1")]

    operations = [
        migrations.RemoveField(model_name="submission", name="thanks_mailed_at"),
        migrations.RemoveField(model_name="voicemessage", name="mailed_at"),
    ]
