//! The authored tables behind the generator: regions, occupations, name syllables, trades.
//!
//! Weights and medians are plausible for a mainland bank in 2026, not statistics. Names are syllables put together
//! by chance: any likeness to a living person is one. Must not know how the tables are drawn from.

/// A province: name, weight among customers (the bank's branches are in the heavy ones), income in percent of the
/// country's.
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) weight: u32,
    pub(super) income_percent: i64,
}

const fn region(name: &'static str, weight: u32, income_percent: i64) -> Region {
    Region { name, weight, income_percent }
}

pub(super) const REGIONS: [Region; 20] = [
    region("上海", 150, 145),
    region("北京", 110, 145),
    region("广东", 150, 120),
    region("浙江", 80, 120),
    region("江苏", 90, 115),
    region("四川", 75, 93),
    region("湖北", 55, 95),
    region("陕西", 45, 90),
    region("山东", 35, 95),
    region("福建", 30, 105),
    region("天津", 25, 105),
    region("重庆", 25, 95),
    region("湖南", 25, 92),
    region("安徽", 25, 90),
    region("河南", 25, 85),
    region("河北", 15, 87),
    region("江西", 12, 85),
    region("辽宁", 12, 88),
    region("广西", 8, 80),
    region("云南", 8, 82),
];

/// An occupation: name, weight, median income in CNY a month, spread of its logarithm in hundredths.
pub(super) struct Occupation {
    pub(super) name: &'static str,
    pub(super) weight: u32,
    pub(super) median: i64,
    pub(super) spread: i64,
}

const fn occupation(name: &'static str, weight: u32, median: i64, spread: i64) -> Occupation {
    Occupation { name, weight, median, spread }
}

/// What adults of working age do.
pub(super) const OCCUPATIONS: [Occupation; 20] = [
    occupation("企业职员", 150, 7_500, 35),
    occupation("软件工程师", 70, 14_500, 40),
    occupation("教师", 70, 8_200, 28),
    occupation("公务员", 60, 8_500, 25),
    occupation("医生", 30, 12_500, 38),
    occupation("护士", 35, 7_800, 25),
    occupation("技术工人", 110, 6_600, 28),
    occupation("销售人员", 90, 7_800, 48),
    occupation("财务人员", 45, 8_600, 35),
    occupation("餐饮服务员", 60, 4_900, 22),
    occupation("快递配送员", 55, 6_500, 30),
    occupation("司机", 45, 6_400, 28),
    occupation("建筑工人", 45, 6_800, 30),
    occupation("自由职业者", 40, 7_200, 60),
    occupation("企业管理者", 40, 23_000, 50),
    occupation("律师", 12, 16_000, 50),
    occupation("设计师", 25, 9_600, 40),
    occupation("金融从业者", 30, 15_500, 45),
    occupation("农业从业者", 30, 4_300, 40),
    occupation("待业", 18, 1_200, 50),
];

/// Somebody who runs a business in their own name.
pub(super) const SELF_EMPLOYED: Occupation = occupation("个体经营者", 0, 10_500, 60);
pub(super) const UNIVERSITY_STUDENT: Occupation = occupation("大学生", 0, 1_000, 40);
pub(super) const PUPIL: Occupation = occupation("高中生", 0, 500, 40);
pub(super) const RETIRED: Occupation = occupation("退休人员", 0, 4_000, 40);

/// What a small business does: trade, word in its name, weight, median receipts in CNY a month.
pub(super) struct Trade {
    pub(super) name: &'static str,
    pub(super) word: &'static str,
    pub(super) weight: u32,
    pub(super) median: i64,
}

const fn trade(name: &'static str, word: &'static str, weight: u32, median: i64) -> Trade {
    Trade { name, word, weight, median }
}

pub(super) const TRADES: [Trade; 10] = [
    trade("批发零售业", "商贸", 26, 130_000),
    trade("餐饮业", "餐饮", 18, 90_000),
    trade("制造业", "机械", 14, 220_000),
    trade("信息技术服务业", "科技", 10, 160_000),
    trade("建筑装饰业", "装饰", 8, 150_000),
    trade("物流运输业", "物流", 8, 140_000),
    trade("教育培训业", "教育咨询", 5, 80_000),
    trade("居民服务业", "家政", 5, 60_000),
    trade("农产品加工业", "农产品", 4, 110_000),
    trade("文化创意业", "文化传媒", 4, 90_000),
];

pub(super) const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕",
];

/// Given names are one or two of these.
pub(super) const GIVEN: [&str; 48] = [
    "安", "岑", "初", "川", "淳", "帆", "枫", "禾", "衡", "桦", "嘉", "简", "景", "骏", "可", "朗", "乐", "霖", "鸣",
    "沐", "宁", "沛", "清", "然", "若", "山", "书", "舒", "朔", "苏", "棠", "桐", "维", "文", "熙", "夏", "晓", "新",
    "星", "言", "野", "一", "屿", "远", "越", "云", "知", "舟",
];

/// Names of people whose language is English.
pub(super) const ENGLISH_GIVEN: [&str; 16] = [
    "Alex", "Ash", "Avery", "Casey", "Drew", "Ellis", "Frankie", "Harper", "Jamie", "Jordan", "Kit", "Morgan", "Quinn",
    "Riley", "Robin", "Taylor",
];
pub(super) const ENGLISH_SURNAMES: [&str; 16] = [
    "Ashdown",
    "Birchall",
    "Calder",
    "Denholm",
    "Eastwell",
    "Fairley",
    "Garside",
    "Holloway",
    "Ingram",
    "Kestrel",
    "Larkin",
    "Merrow",
    "Northcote",
    "Penrose",
    "Rowden",
    "Wexley",
];
