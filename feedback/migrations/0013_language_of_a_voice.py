"""The language in which a voice was said, so that its answer keeps to it."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("feedback", "0012_works_of_the_gone"),
    ]

    operations = [
        migrations.AddField(
            model_name='voice',
            name='language',
            field=models.CharField(blank=True, db_default='', max_length=8, verbose_name='language'),
        ),
    ]
