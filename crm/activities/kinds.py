"""The files that what readers did comes from: one row a loan, a visit, a seat, an attendance.

Who, what, when and where is read. Which title it was is never read: a column that looks like one
is refused by its name.
"""

from django.utils.translation import gettext_lazy as _

from core.kinds import FileKind, TargetField
from crm.activities.layouts import GATES, LOANS
from crm.activities.models import MONTH_COUNTS
from crm.readers.models import Activity

#: The page of one import of these.
PAGES = "crm:activity-import"
#: What programs send (``crm/activities/api.py``); each row says of which kind it is.
BY_API = "api"
#: Counts of each reader's months, without their days.
BY_MONTH = "reader-months"
#: Lists of who came to something: they come when there was something.
ATTENDANCE = "attendance"
NUMBER = TargetField(
    "number",
    _("Reader number"),
    "number readernumber readerid personno personid patronid patronnumber borrowernumber"
    " user cardnumber cardno patronbarcode readerbarcode borrowerbarcode certid redrcertid"
    " borrower userid studentid"
    " 读者号 读者证号 读者编号 证号 学号 工号 学工号 卡号 读者条码 借阅证号 人员编号"
    " 证件号 证件号码",
    writes="reader",
)
AT = TargetField(
    "at",
    _("When"),
    "at happenedat when date datetime time timestamp loandate lenddate loanedat checkoutdate"
    " checkedoutat issuedate visitdate visittime entrytime entry checkin checkedin start starttime"
    " begintime swipetime passtime eventdate attendedat attendedon"
    " 时间 日期 借书日期 借书时间 借阅日期 借阅时间 借出日期 借出时间 入馆时间 进馆时间 刷卡时间"
    " accesstime accessdate requesttime requestdate logintime logindate violationtime violationdate"
    " 访问时间 访问日期 登录时间 登录日期 请求时间 使用时间 使用日期"
    " 违约时间 违约日期 违规时间 违规日期 失约时间"
    " 通过时间 到馆时间 签到时间 开始时间 活动日期 操作时间 处理时间",
    writes="at",
)
TIME = TargetField(
    "time",
    _("Time of day, where the date stands alone"),
    "timeofday clock clocktime 时刻 钟点",
    writes="at",
)
CAMPUS = TargetField(
    "campus",
    _("Campus or branch"),
    "campus branch branchcode library libraryid location building homelibrary"
    " 校区 分馆 馆别 馆名 地点 场馆 楼宇 借书地点 借阅地点 借出地点",
    writes="campus",
)
REF = TargetField(
    "ref",
    _("Number of the row in that system"),
    "ref recordid rowid eventid transactionid loanid checkoutid issueid logid id"
    " 流水号 记录号 序列号 借阅流水号",
    writes="ref",
)
ACTION = TargetField(
    "action",
    _("What happened"),
    "action type operation transactiontype transaction logtype"
    " 操作 操作类型 类型 处理类型 流通类型",
    writes="kind",
)
DIRECTION = TargetField(
    "direction",
    _("In or out"),
    "direction inout way 方向 进出 出入 进出方向",
    writes="kind",
)
OUTCOME = TargetField(
    "outcome",
    _("How it ended"),
    "outcome result status state bookingstatus reservationstatus violation violationtype"
    " 状态 结果 预约状态 使用状态 履约状态 违约类型 违规类型",
    writes="kind",
)
PLATFORM = TargetField(
    "platform",
    _("Platform, told apart and not kept"),
    "platform resource resourcename database databasename vendor provider host hostname domain"
    " site url requesturl targeturl"
    " 数据库 数据库名称 数据库名 资源 资源名称 资源平台 平台 平台名称 域名 网址 访问地址 目标地址",
    writes="ref",
)
MONTH = TargetField(
    "at",
    _("Month, or a day in it"),
    "month yearmonth period statmonth loanmonth at date day loandate issuedate checkoutdate"
    " visitdate"
    " 月份 年月 月 统计月份 统计月 所属月份 借阅月份 借书月份 日期 时间 统计日期 借书日期 借阅日期",
    writes="month",
)
TIMES = (
    TargetField(
        "loans",
        _("Loans in the month"),
        "loans loan issues checkouts loancount issuecount checkoutcount numberofloans totalloans"
        " 册数 借阅册数 借书册数 借阅量 借书量 外借量 借出量 借阅册次 外借册次 借书册次 册次"
        " 借阅次数 借书次数 借阅数 借书数 借书 借阅 外借",
        writes="n",
    ),
    TargetField(
        "renewals",
        _("Renewals in the month"),
        "renewals renewal renewalcount renewcount renewtimes numberofrenewals"
        " 续借 续借次数 续借册数 续借册次 续借量 续借数",
        writes="n",
    ),
    TargetField(
        "visits",
        _("Visits in the month"),
        "visits visit visitcount entries entrycount numberofvisits"
        " 到馆 到馆次数 入馆次数 进馆次数 到馆人次 入馆人次 进馆人次 到馆数 入馆数 进馆数",
        writes="n",
    ),
)
#: Words at the top of columns that say which title, item or course it was.
ITEMS = (
    "title maintitle booktitle book bookname author publisher isbn issn callnumber shelfmark"
    " barcode itembarcode itemid itemnumber itemno item propno marcrecno mtitle biblionumber"
    " subject"
    " 题名 书名 正题名 图书题名 图书名称 著者 作者 责任者 出版社 条码 条形码 图书条码 馆藏条码"
    " 册条码 财产号 索书号 分类号 登录号 主题 分類號 登錄號 圖書條碼"
    " book books item items bookid bookno bookbarcode lccn ddc dewey oclc"
    " buch bucher verfasser autor verlag signatur medium exemplar"
    " auteur editeur cote ouvrage livre exemplaire"
    " autores editorial signatura libro libros ejemplar editora livro tombo"
    " autore editore collocazione esemplare libri signatuur auteurs boek"
    " ksiazka sygnatura название автор книга шифр издательство"
)
#: What logs of a proxy say besides: what was looked for, from where, with which program.
TRACES = (
    " query search searchterm searchterms keyword keywords doi article articletitle journal"
    " journaltitle referer referrer useragent ip ipaddress clientip sessionid path request"
    " 检索词 检索式 关键词 文章 文章名 篇名 文献 文献名 刊名 期刊 来源页 浏览器 会话号"
)
BASIC = (NUMBER, AT, TIME, CAMPUS, REF)

KINDS = [
    FileKind(
        code="loans",
        label=_("Loans and renewals"),
        model="crm.Activity",
        fields=(*BASIC, ACTION),
        pages=PAGES,
        does=(Activity.Kind.LOAN, Activity.Kind.RENEWAL),
        never=ITEMS,
        has_items=True,
        layouts=LOANS,
    ),
    FileKind(
        code="visits",
        label=_("Visits through a gate"),
        model="crm.Activity",
        fields=(*BASIC, DIRECTION),
        pages=PAGES,
        does=(Activity.Kind.VISIT,),
        never=ITEMS,
        may_be_nameless=True,
        layouts=GATES,
    ),
    FileKind(
        code="seats",
        label=_("Seats used"),
        model="crm.Activity",
        fields=(*BASIC, OUTCOME),
        pages=PAGES,
        does=(Activity.Kind.SEAT, Activity.Kind.VIOLATION),
        never=ITEMS,
    ),
    FileKind(
        code="violations",
        label=_("Seats booked and not kept"),
        model="crm.Activity",
        fields=BASIC,
        pages=PAGES,
        does=(Activity.Kind.VIOLATION,),
        never=ITEMS,
    ),
    FileKind(
        code="eresources",
        label=_("E-resources used, from the log of a proxy"),
        model="crm.Activity",
        fields=(NUMBER, AT, TIME, CAMPUS, PLATFORM),
        pages=PAGES,
        does=(Activity.Kind.ERESOURCE,),
        never=ITEMS + TRACES,
        by_session=True,
    ),
    FileKind(
        code=ATTENDANCE,
        label=_("Attendance at events"),
        model="crm.Activity",
        fields=BASIC,
        pages=PAGES,
        does=(Activity.Kind.EVENT,),
    ),
    FileKind(
        code=BY_MONTH,
        label=_("Loans, renewals or visits of a month, counted for each reader"),
        model="crm.MonthCount",
        fields=(NUMBER, MONTH, CAMPUS, *TIMES),
        pages=PAGES,
        does=tuple(MONTH_COUNTS.values()),
        never=ITEMS,
        by_month=True,
    ),
    FileKind(
        code=BY_API,
        label=_("Activities sent by a program"),
        model="crm.Activity",
        fields=BASIC,
        pages=PAGES,
        does=(
            Activity.Kind.LOAN,
            Activity.Kind.RENEWAL,
            Activity.Kind.VISIT,
            Activity.Kind.SEAT,
            Activity.Kind.EVENT,
        ),
        by_file=False,
    ),
]
