"""The library's name in both languages; empty where it is that of the settings."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0027_former_addresses_of_before"),
    ]

    operations = [
        migrations.AddField(
            model_name='librarysettings',
            name='name_en',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='name in English'),
        ),
        migrations.AddField(
            model_name='librarysettings',
            name='name_zh',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='name in Chinese'),
        ),
    ]
