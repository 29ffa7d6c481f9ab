"""The first version of the notice: what the library does with what it knows of people."""

from django.db import migrations

CHINESE = """图书馆知道你的什么：读者号、姓名、类别、校区、院系、入学年份、联系方式，以及你在这里做过的事的种类和时间（到馆、借阅、参加活动、答问卷、留言、投稿、点开信里的链接）。借了哪本书、搜过什么词，这里从不记录。

为什么：给你提供服务，回答你说的话，只在你同意的渠道、为你同意的用途给你写信，并弄清楚图书馆做的事有没有用。

由此算出什么：你在哪些分群里（为了把信只写给与之有关的人），以及活动有没有效果（按人数，少于五人的数不给任何人看）。不为你打分，不预测你会做什么，也不根据计算结果决定你能用什么。

谁能看到：图书馆员，只在有事由时。谁在什么时候、为什么打开过你的页面，你在“我的”里都能看到，保留 180 天。不给馆外任何人。

你可以：随时看到并下载这里关于你的一切，要求更正，按渠道和用途收回同意，关掉关于你的分析，离开并让一切被删除。未满十四周岁，请由父母或监护人到服务台代为同意。"""
ENGLISH = """What the library knows of you: reader number, name, kind, campus, college, entry year, how to reach you, and the kind and time of what you did here (visits, loans, events, surveys answered, things said, works sent in, links followed in letters). Which title you borrowed or what you searched for is never recorded here.

Why: to serve you, to answer what you say, to write to you only over the channels and for the purposes that you agreed to, and to learn whether what the library does is of any use.

What is computed from it: which segments you are in (so that letters go only to those whom they concern), and whether campaigns had an effect (as numbers of people; numbers under five are shown to nobody). You are given no score, nothing about you is predicted, and nothing that is computed decides what you may use.

Who sees it: librarians, and only for a reason. Who opened your page, when and why, is shown to you under “Me” and kept for 180 days. Nobody outside of the library is given anything.

You can at any time see and download everything that is held of you, ask for a correction, take consent back by channel and purpose, switch off analytics about you, and leave and have everything erased. If you are under fourteen, please let a parent or guardian agree for you at the desk."""


def add(apps, schema_editor):
    """Also after a flush of the tests' database."""
    Notice = apps.get_model("crm", "Notice")
    Notice.objects.get_or_create(
        number=1,
        defaults={
            "text": {"zh-hans": CHINESE, "en": ENGLISH},
            "changed": {"zh-hans": "第一版。", "en": "The first version."},
        },
    )


def remove(apps, schema_editor):
    apps.get_model("crm", "Notice").objects.filter(number=1).delete()


class Migration(migrations.Migration):
    dependencies = [("crm", "0023_consent_by_purpose")]

    operations = [migrations.RunPython(add, remove)]
