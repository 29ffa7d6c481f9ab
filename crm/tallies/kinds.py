"""Files that count and name nobody: gates, programmes, loans, by place and by day or month."""

from django.utils.translation import gettext_lazy as _

from core.kinds import FileKind, TargetField

PAGES = "crm:tally-import"
COUNTS = "counts"
#: Words for a day whose month stands in another column.
DAY_OF_MONTH = "dayofmonth dayofthemonth dom 日 号 几号 日号"


def field(code: str, label, headers: str, writes: str = "value") -> TargetField:
    """A column that files of counts may have. ``headers``: words for it at the top of columns,
    separated by blanks, in lower case and without punctuation. ``writes``: the column of Tally that
    it ends in.
    """
    return TargetField(code, label, headers, writes)


FIELDS = (
    field(
        "place",
        _("Place: branch or campus"),
        "place campus branch branchname library libraryname libraryid userlibrary location"
        " locationname site sitename building"
        " 地点 校区 分馆 分馆名称 馆别 馆名 场馆 楼宇 图书馆 馆舍",
        "campus",
    ),
    field(
        "gate",
        _("Gate or counter"),
        "gate gatename gateid door doorname entrance counter countername counterid sensor sensorid"
        " device deviceid devicename channel zone"
        " 闸机 门禁 通道 通道号 通道名称 入口 出入口 设备 设备号 设备编号 设备名称 门 大门",
        "campus",
    ),
    field(
        "period",
        _("Day, month, or first day"),
        "period month date day datetime timestamp at happenedat countstart countdate start"
        " startdate periodstart begin from week weekstart weekcommencing eventdate reportingperiod"
        " 日期 时间 月份 月 年月 统计日期 统计月份 统计时间 开始日期 起始日期 活动日期 活动时间",
        "first",
    ),
    field(
        "until",
        _("Last day"),
        "until countend end enddate periodend to weekend weekending 结束日期 截止日期 终止日期 至",
        "last",
    ),
    field("day", _("Day of the month"), DAY_OF_MONTH, "first"),
    field("year", _("Year"), "year yr 年 年份 年度", "first"),
    field(
        "hour",
        _("Hour"),
        "hour hourofday time timeofday starttime interval timeslot 小时 时段 时刻 钟点 时间段",
        "first",
    ),
    field(
        "direction",
        _("In or out"),
        "direction inout way 方向 进出 出入 进出方向",
    ),
    field(
        "audience",
        _("Audience"),
        "audience targetaudience agegroup ageband age agerange audiencetype"
        " 受众 对象 服务对象 活动对象 人群 年龄段 年龄 读者类型 读者类别",
        "audience",
    ),
    field(
        "visits",
        _("Visits"),
        "visits visit visitors visitorcount footfall count counts people peoplecount gatecount"
        " doorcount numberofvisits totalvisits physicalvisits libraryvisits visitcount traffic"
        " 人次 人数 到馆人次 进馆人次 入馆人次 客流 客流量 人流量 访问量 进馆人数 到馆人数 入馆人数"
        " 到馆量 进馆量",
    ),
    field(
        "entries",
        _("Came in"),
        "in ins entries entry entered enter incount countin totalin peoplein visitorsin"
        " 进 入 进馆 入馆 进入 进馆数 入馆数 进馆次数 入馆次数 进入人数 进入人次 进人数",
    ),
    field(
        "exits",
        _("Went out"),
        "out outs exits exit exited left outcount countout totalout peopleout visitorsout"
        " 出 离开 出馆 离馆 出馆数 离馆数 出馆次数 离开人数 离开人次 出人数",
    ),
    field(
        "reading",
        _("Counter reading (only grows)"),
        "reading meterreading counterreading cumulative cumulativecount cumulativetotal totalizer"
        " totaliser odometer"
        " 读数 计数器读数 计数 累计 累计数 累计读数 累计人次 累计客流 累计人数 表读数",
    ),
    field(
        "loans",
        _("Loans"),
        "loans loan issues checkouts circulation loancount numberofloans totalloans"
        " 借阅量 借书量 外借量 借阅册次 外借册次 借书册次 册次 借阅次数",
    ),
    field(
        "attendance",
        _("Attendance"),
        "attendance attendees attended attendances participants numberattended totalattendance"
        " programattendance eventattendance"
        " 参加人数 参与人数 出席人数 到场人数 活动人次 参加人次 参与人次 签到人数",
    ),
    field(
        "events",
        _("Number of events"),
        "events event numberofevents eventcount programs programmes numberofprograms sessions"
        " 场次 活动场次 活动场数 活动数 活动次数 场数",
    ),
)

KINDS = [
    FileKind(
        code=COUNTS,
        label=_("Counts without persons: gates, programmes, monthly numbers"),
        model="crm.Tally",
        fields=FIELDS,
        pages=PAGES,
        names_readers=False,
    )
]
