"""A picture above the text of a content, with its words."""


from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0009_removed_hosts_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='content',
            name='picture',
            field=models.CharField(blank=True, db_default='', max_length=44),
        ),
        migrations.AddField(
            model_name='content',
            name='picture_alt',
            field=models.CharField(blank=True, db_default='', max_length=120, verbose_name='what the picture shows'),
        ),
        migrations.AddField(
            model_name='content',
            name='picture_height',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='content',
            name='picture_width',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='content',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), models.Q(('picture_alt', ''), _negated=True), _connector='OR'), name='content_picture_has_words'),
        ),
    ]
