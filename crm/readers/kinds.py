"""The files readers come from: a list of patrons, one row a person.

An empty cell leaves what is known; that is why every value below falls back on the stored one.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.kinds import FileKind, TargetField, WrittenColumn
from crm.readers.layouts import LAYOUTS, NUMBERS_ALONE
from crm.readers.models import ADDRESS_FIELDS, ContactChannel, Reader, permissions

#: ``trait:NAME`` fields come on top of these: whatever a library knows that has no column.
FIELDS = (
    TargetField(
        "number",
        _("Reader number"),
        "number readernumber readerid barcode cardnumber patronid borrowernumber userid username"
        " primaryidentifier primaryid externalsystemid universityid studentid studentnumber staffid"
        " certid redrcertid librarycard librarycardnumber"
        " patronbarcode patronnumber patronno cardno readerno"
        " readerbarcode matriculationnumber matrikelnummer bibliotheksausweis"
        " ausweisnummer librarycardno campuscardno campuscardnumber studentno studentidnumber"
        " cardid barcodenumber borrowerno readercode externalid netid"
        " 读者号 读者证号 读者编号 读者条码 读者条码号 读者证条码 证号 证件号 证件号码 借书证号"
        " 一卡通号 校园卡号 学号 学籍号 学生号 学生学籍号 学生证号 学生编号"
        " 工号 教工号 职工号 人员编号 学工号 条码 条码号 卡号 读者卡号 证件条码 借阅证号 图书证号"
        " 一卡通卡号 一卡通编号 教职工号 员工编号 员工号 人员代码 读者代码 读者id 读者条形码"
        " 条形码 证件编号 学生证编号"
        " 工作证号 借书卡号 卡片号 登录名"
        " 借書證號 讀者證號 讀者號 讀者編號 學號 職工號 證號 卡號 條碼",
        writes="number",
    ),
    TargetField(
        "name",
        _("Name"),
        "name fullname readername patronname studentname 姓名 读者姓名 名字 学生姓名 教师姓名"
        " 讀者姓名 中文姓名 人员姓名 氏名",
        writes="name",
    ),
    TargetField(
        "surname", _("Surname"), "surname lastname familyname nachname 姓 姓氏", writes="name"
    ),
    TargetField(
        "given_name",
        _("Given name"),
        "firstname givenname forename vorname 名 名字部分",
        writes="name",
    ),
    TargetField(
        "kind",
        _("Kind of reader"),
        "kind readertype patrontype patrontypedefinition usertype category categorycode"
        " categoryid patrongroup patroncategory usergroup borrowercategory borrowertype"
        " redrtypecode redrtypename"
        " 读者类型 读者类别 读者类型名称"
        " 读者级别 身份 身份类别 人员类别 类别 类型 用户类型 读者身份 學生類別 讀者類型",
        writes="kind",
    ),
    TargetField(
        "campus",
        _("Campus or branch"),
        "campus branch library homelibrary homelibrarydefinition branchcode libraryid"
        " 校区 分馆 馆别 所属馆 所在校区 所属校区 所属分馆 校区名称 校區 分館",
        writes="campus",
    ),
    TargetField(
        "college",
        _("College"),
        "college department departmentname school faculty dept departments"
        " 学院 院系 单位 部门 所在学院 所在单位 所在院系 所在部门 工作单位"
        " 所属院系 所属学院 所属单位 所属部门"
        " 读者单位 读者院系 系别 系部 院系名称 学院名称 单位名称 部门名称"
        " 學院 院系名稱 系所 單位",
        writes="college",
    ),
    TargetField(
        "cohort",
        _("Entry year"),
        "cohort entryyear grade 年级 入学年份 入学年 入学年级 所在年级 入學年份 年級",
        writes="cohort",
    ),
    TargetField(
        "birth_year",
        _("Year of birth"),
        "birthyear yearofbirth dateofbirth birthdate birthday dob"
        " 出生年 出生年份 出生年月 出生日期 出生年月日 生日",
        writes="birth_year",
    ),
    TargetField(
        "email",
        _("E-mail"),
        "email emailaddress mail preferredemail personalemail"
        " primaryemail workemail"
        " 邮箱 邮箱地址 电子邮箱 电子邮件 电子邮件地址 邮件 常用邮箱 联系邮箱"
        " 電子郵件 電子信箱 郵箱",
        writes="email",
    ),
    TargetField(
        "phone",
        _("Telephone"),
        "phone mobile tel telephone phonenumber mobilephone mobilenumber"
        " cellphone phone1 primaryphone"
        " 手机 手机号 手机号码 移动电话 电话 电话号码 联系电话 联系方式"
        " 本人手机 手機 手機號碼 電話 聯絡電話",
        writes="phone",
    ),
    TargetField(
        "language", _("Language"), "language lang preferredlanguage 语言", writes="language"
    ),
    TargetField(
        "registered_on",
        _("Registered on"),
        "registered registeredon registrationdate datejoined joined createdat created"
        " dateenrolled enrollmentdate bgndate"
        " 注册日期 办证日期 注册时间 办证时间 发证日期 启用日期 生效日期 登记日期",
        writes="registered_on",
    ),
    TargetField(
        "registered_year",
        _("Year of registration"),
        "yearregistered registeredyear yearpatronregistered 注册年份 办证年份",
        writes="registered_on",
    ),
    TargetField(
        "last_seen_on",
        _("Last seen on"),
        "lastseen lastactive lastvisit lastactivity lastactivitydate"
        " 最近活动 最近到馆 最近到访 最后活动日期 最后到馆日期 最后借阅日期",
        writes="last_seen_on",
    ),
    TargetField(
        "last_seen_year",
        _("Last seen, year"),
        "lastactiveyear circulationactiveyear 最近活动年份",
        writes="last_seen_on",
    ),
    TargetField(
        "last_seen_month",
        _("Last seen, month"),
        "lastactivemonth circulationactivemonth 最近活动月份",
        writes="last_seen_on",
    ),
    TargetField(
        "state", _("State"), "state status active 状态 证状态 读者状态 证件状态", writes="state"
    ),
    TargetField(
        "expires_on",
        _("Expires on"),
        "expires expireson expirydate expirationdate dateexpiry enddate validuntil"
        " expiration expiry validto validthru"
        " 到期日 证件有效期 有效截止日期"
        " 失效日期 终止日期 到期日期 有效期 有效期至 截止日期 停用日期",
        writes="state",
    ),
    TargetField(
        "updated_on",
        _("Row changed on"),
        "updatedon updatedat dateupdated updated lastupdated lastupdate lastmodified modified"
        " modifiedon modifiedat datemodified changedon updatetime"
        " 更新时间 更新日期 修改时间 修改日期 变更时间 变更日期 最后更新 最后更新时间 最后修改时间"
        " 更新時間 修改時間",
        # It tells which row is the newest, and is stored nowhere.
        writes="updated_at",
    ),
    TargetField(
        "consent_email",
        _("Agreed to e-mail"),
        "consentemail emailconsent acceptsemail 同意邮件 接收邮件 邮件同意 同意接收邮件",
        writes="consents",
    ),
    TargetField(
        "consent_sms",
        _("Agreed to text messages"),
        "consentsms smsconsent 同意短信 接收短信",
        writes="consents",
    ),
    TargetField(
        "consent_wechat",
        _("Agreed to WeChat"),
        "consentwechat 同意微信",
        writes="consents",
    ),
    # Columns the other way round: a yes there says no.
    TargetField(
        "refusal_email",
        _("Refuses e-mail"),
        "donotemail donotmail noemail nomail nomails noemails emailoptout optoutemail mailoptout"
        " unsubscribed unsubscribe unsubscribedemail refusesemail"
        " 退订 已退订 邮件退订 退订邮件 拒收邮件 邮件拒收 拒收电子邮件 不接收邮件 不收邮件"
        " 拒绝邮件 退訂 拒收郵件",
        writes="consents",
    ),
    TargetField(
        "refusal_sms",
        _("Refuses text messages"),
        "donottext nosms notext smsoptout optoutsms 短信退订 退订短信 拒收短信 短信拒收 不接收短信",
        writes="consents",
    ),
    TargetField(
        "refusal_all",
        _("Refuses every letter"),
        "optout optedout donotcontact donotdisturb nocontact"
        " 拒收 勿扰 免打扰 请勿打扰 谢绝打扰 不接收 拒绝接收 不接收通知 拒收通知",
        writes="consents",
    ),
)

#: True where the stored address stays: the row brings none, or only one made up by an import,
#: which never replaces a real one.
ADDRESS_STAYS = "s.email IS NULL OR (s.email_made AND r.email <> '' AND NOT r.email_made)"


def is_another(column: str, before: str, after: str, key: str) -> str:
    """SQL: another address stands in ``column`` of the reader ``key`` than before, where one did.

    ``before`` and ``after`` are patterns: "r.{0}". A writing of the same address that SQL does not
    know again is looked up in the parameter ``same_…``, the keys of readers for whom
    ``core.addresses`` said so.
    """
    old, new = before.format(column), after.format(column)
    known_again = f"{key} = ANY (%(same_{column})s::bigint[])"
    return f"({old} <> '' AND lower({old}) <> lower({new}) AND NOT {known_again})"


def names_again(column: str) -> str:
    """SQL: the row ``m`` of an import itself gives the address that stands in ``column`` of the
    reader. Never NULL. Writings that SQL does not know again: see ``is_another``.
    """
    another = is_another(column, "m.old_{0}", "m.said_{0}", "m.reader_id")
    return f"(m.old_{column} <> '' AND COALESCE(m.said_{column}, '') <> '' AND NOT {another})"


#: No address is known to be the same in another writing, for statements that look none up.
NONE_THE_SAME: dict[str, list[int]] = {f"same_{column}": [] for column in ADDRESS_FIELDS.values()}


def ended(tests: Mapping[str, str]) -> str:
    """SQL: an array of every permission of the channels whose test holds, {channel: SQL}.

    It is empty where none does, and never NULL.
    """
    parts = []
    for channel, test in tests.items():
        said = ", ".join(f"'{one}'" for one in permissions(channel))
        parts.append(f"CASE WHEN {test} THEN ARRAY[{said}]::varchar[] ELSE ARRAY[]::varchar[] END")
    return f"({' || '.join(parts)})"


def written_over(column: str) -> str:
    """SQL: the row brings another address than the one that stands in ``column``.

    A cell that is empty leaves the stored address, and with it what was allowed there.
    """
    return f"s.{column} IS NOT NULL AND {is_another(column, 'r.{0}', 's.{0}', 'r.id')}"


#: A consent belongs to the address it was given for: what stood for another one ends.
ENDED = ended(
    {
        ContactChannel.EMAIL: f"NOT ({ADDRESS_STAYS}) AND {written_over('email')}",
        ContactChannel.SMS: written_over("phone"),
    }
)
#: Channels given in the row are added, channels refused in it are taken away. Where that changes
#: nothing the stored array stays as it is, in its order, so that the row counts as unchanged.
CONSENTS = f"""
    CASE WHEN COALESCE(s.consents <@ r.consents, true)
              AND NOT COALESCE(s.denials && r.consents, false)
              AND (r.consents = '{{}}' OR NOT r.consents && {ENDED})
         THEN r.consents
         ELSE ARRAY(
             SELECT c FROM unnest(r.consents) c
             WHERE c <> ALL ({ENDED}) AND c <> ALL (COALESCE(s.denials, '{{}}'))
             UNION
             SELECT c FROM unnest(s.consents) c
             WHERE c <> ALL (COALESCE(s.denials, '{{}}'))
             ORDER BY 1)
    END"""
TRAITS = """
    CASE WHEN COALESCE(r.traits @> s.traits, true)
         THEN r.traits
         ELSE r.traits || s.traits
    END"""
#: ``campus`` and ``college`` are staged as places in an array of keys.
CAMPUS = "(%(campuses)s::bigint[])[s.campus]"
COLLEGE = "(%(colleges)s::bigint[])[s.college]"


def saying(*staged: str) -> str:
    """SQL of ``WrittenColumn.said``: true where one of these is filled."""
    return f"CASE WHEN num_nonnulls({', '.join(staged)}) > 0 THEN true END"


WRITTEN = (
    WrittenColumn("name", "COALESCE(s.name, r.name)", "COALESCE(s.name, '')"),
    # ``told`` is what the days of a row make of its reader (``crm.standings.taking``).
    WrittenColumn(
        "kind",
        "COALESCE(told.kind, s.kind, r.kind)",
        "COALESCE(told.kind, s.kind, %(kind)s)",
        said=saying("told.kind", "s.kind"),
    ),
    WrittenColumn(
        "campus_id",
        f"COALESCE({CAMPUS}, r.campus_id)",
        # A librarian of one campus imports readers of that campus.
        f"COALESCE({CAMPUS}, %(only_campus)s)",
        said=saying("s.campus"),
    ),
    WrittenColumn(
        "college_id",
        f"COALESCE({COLLEGE}, r.college_id)",
        COLLEGE,
        said=saying("s.college"),
    ),
    WrittenColumn("cohort", "COALESCE(s.cohort, r.cohort)", "s.cohort"),
    WrittenColumn("birth_year", "COALESCE(s.birth_year, r.birth_year)", "s.birth_year"),
    WrittenColumn(
        "email",
        f"CASE WHEN {ADDRESS_STAYS} THEN r.email ELSE s.email END",
        "COALESCE(s.email, '')",
    ),
    WrittenColumn(
        "email_made",
        f"CASE WHEN {ADDRESS_STAYS} THEN r.email_made ELSE s.email_made END",
        "COALESCE(s.email_made, false)",
    ),
    WrittenColumn("phone", "COALESCE(s.phone, r.phone)", "COALESCE(s.phone, '')"),
    # Bound by the reader alone; an import of 0.1 may have written it, and gives it back.
    WrittenColumn("wechat", "r.wechat", "''", said="NULL::jsonb"),
    WrittenColumn(
        "language", "COALESCE(s.language, r.language)", "COALESCE(s.language, %(language)s)"
    ),
    WrittenColumn(
        "consents",
        CONSENTS,
        "COALESCE(s.consents, '{}')",
        said="NULLIF(to_jsonb(s.consents), '[]')",
    ),
    WrittenColumn("traits", TRAITS, "COALESCE(s.traits, '{}')", said="NULLIF(s.traits, '{}')"),
    WrittenColumn("registered_on", "COALESCE(s.registered_on, r.registered_on)", "s.registered_on"),
    WrittenColumn("last_seen_on", "COALESCE(s.last_seen_on, r.last_seen_on)", "s.last_seen_on"),
    WrittenColumn(
        "state",
        "COALESCE(told.state, s.state, r.state)",
        f"COALESCE(told.state, s.state, '{Reader.State.ACTIVE}')",
        said=saying("told.state", "s.state"),
    ),
    WrittenColumn(
        "stage",
        "COALESCE(told.stage, r.stage)",
        "COALESCE(told.stage, '')",
        said=saying("told.stage"),
    ),
)

#: Words at the top of columns that say what somebody borrowed; "title" may be that of a person.
NEVER = (
    "isbn issn booktitle bookname callnumber itembarcode"
    " 题名 书名 正题名 图书题名 图书名称 图书条码 索书号 财产号"
)

#: Files of persons, and of numbers alone.
PATRONS, IDENTITIES = "patrons", "identities"
KINDS = [
    FileKind(
        code=PATRONS,
        label=_("File with readers"),
        model="crm.Reader",
        fields=FIELDS,
        written=WRITTEN,
        layouts=LAYOUTS,
        never=NEVER,
    ),
    # It adds numbers to readers who are there; nothing of their rows is written.
    FileKind(
        code=IDENTITIES,
        label=_("Numbers of readers alone, such as 学号 beside 读者证"),
        model="crm.Identity",
        fields=(FIELDS[0],),
        layouts=NUMBERS_ALONE,
        never=NEVER,
    ),
]
