from django.db import migrations

CHANNELS = [
    ("email", "邮件", "E-mail", "online", "email"),
    ("wechat", "公众号", "WeChat account", "online", ""),
    ("video", "视频号", "WeChat Channels", "online", ""),
    ("weibo", "微博", "Weibo", "online", ""),
    ("bilibili", "B站", "Bilibili", "online", ""),
    ("website", "网站", "Website", "online", ""),
    ("sms", "短信", "Text message", "online", "sms"),
    ("poster", "海报", "Poster", "offline", ""),
    ("board", "展板", "Display board", "offline", ""),
    ("stall", "摊位", "Stall", "offline", ""),
    ("forum", "座谈", "Reader forum", "offline", ""),
]


def add(apps, schema_editor):
    Channel = apps.get_model("campaigns", "Channel")
    for code, name_zh, name_en, kind, contact in CHANNELS:
        Channel.objects.get_or_create(
            code=code, defaults={"name_zh": name_zh, "name_en": name_en, "kind": kind, "contact": contact}
        )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
