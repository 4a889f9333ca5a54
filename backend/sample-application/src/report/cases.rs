//! Ten made-up disaster reports. None of it has happened.

use crate::http::page::Text;

/// How far a report has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody is there yet.
    Reported,
    /// Somebody is at work.
    UnderWay,
    /// It is over.
    Closed,
}

impl Stage {
    pub(super) const fn name(self) -> Text {
        match self {
            Self::Reported => ("待處置", "waiting"),
            Self::UnderWay => ("處置中", "under way"),
            Self::Closed => ("已結案", "closed"),
        }
    }

    /// The class of its label.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Reported => "waiting",
            Self::UnderWay => "going",
            Self::Closed => "over",
        }
    }
}

/// A disaster report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// 案件編號: the address ends with it.
    pub(super) number: &'static str,
    /// 災情類別.
    pub(super) kind: Text,
    /// 地點.
    pub(super) place: Text,
    /// 通報時間, in Taiwan.
    pub(super) reported_at: &'static str,
    pub(super) stage: Stage,
    /// 災情描述.
    pub(super) text: Text,
}

const fn report(
    number: &'static str,
    reported_at: &'static str,
    stage: Stage,
    kind: Text,
    place: Text,
    text: Text,
) -> Report {
    Report {
        number,
        kind,
        place,
        reported_at,
        stage,
        text,
    }
}

/// All of them, the newest first.
pub(super) const REPORTS: [Report; 10] = [
    report(
        "1150010",
        "2026-11-26 06:40",
        Stage::Reported,
        ("淹水", "Flooding"),
        ("示範縣河濱鄉堤防路", "Embankment Road, Hebin Township"),
        (
            "路面積水約三十公分，機車無法通行，暫無人員受困。",
            "About 30 cm of water on the road; motorcycles cannot pass, nobody is trapped.",
        ),
    ),
    report(
        "1150009",
        "2026-11-26 06:15",
        Stage::UnderWay,
        ("路樹倒塌", "Fallen tree"),
        ("示範縣中正鎮民生路", "Minsheng Road, Zhongzheng Town"),
        (
            "行道樹倒塌占用兩線車道，已派員鋸除並疏導交通。",
            "A tree blocks two lanes; a crew cuts it up and directs the traffic.",
        ),
    ),
    report(
        "1150008",
        "2026-11-26 05:52",
        Stage::UnderWay,
        ("停電", "Power failure"),
        ("示範縣山前村全村", "All of Shanqian Village"),
        (
            "約三百二十戶停電，電力公司搶修中，衛生所已啟用發電機。",
            "About 320 households without power; repairs go on, the health centre runs on its generator.",
        ),
    ),
    report(
        "1150007",
        "2026-11-26 05:20",
        Stage::Reported,
        ("土石滑落", "Landslide"),
        (
            "示範縣山前村產業道路三公里處",
            "Farm road of Shanqian Village, kilometre 3",
        ),
        (
            "土石覆蓋路面約二十公尺，住戶可由替代道路出入。",
            "About 20 m of the road are covered; residents have another way.",
        ),
    ),
    report(
        "1150006",
        "2026-11-26 04:45",
        Stage::Closed,
        ("招牌掉落", "Fallen sign"),
        ("示範縣中正鎮中山路", "Zhongshan Road, Zhongzheng Town"),
        (
            "招牌鬆脫墜落人行道，已移除，無人受傷。",
            "A sign fell on the pavement and was taken away; nobody was hurt.",
        ),
    ),
    report(
        "1150005",
        "2026-11-26 04:10",
        Stage::UnderWay,
        ("預防性疏散", "Evacuation"),
        ("示範縣溪尾村低窪地區", "Low ground of Xiwei Village"),
        (
            "疏散四十六人至村活動中心，物資足夠。",
            "46 people are taken to the village centre; there are enough supplies.",
        ),
    ),
    report(
        "1150004",
        "2026-11-26 03:30",
        Stage::Closed,
        ("停水", "Water failure"),
        ("示範縣中正鎮西區", "West of Zhongzheng Town"),
        (
            "加壓站停電造成停水，已改由備援供水。",
            "A pumping station lost power; water comes from the reserve.",
        ),
    ),
    report(
        "1150003",
        "2026-11-26 02:55",
        Stage::UnderWay,
        ("橋梁警戒", "Bridge on alert"),
        ("示範縣河濱鄉示範橋", "Shifan Bridge, Hebin Township"),
        (
            "水位達警戒值，已封橋並派員看守。",
            "The water has reached the mark; the bridge is closed and watched.",
        ),
    ),
    report(
        "1150002",
        "2026-11-26 02:05",
        Stage::Closed,
        ("電線掉落", "Fallen wire"),
        ("示範縣溪尾村二鄰", "Neighbourhood 2, Xiwei Village"),
        (
            "電線掉落路面，已斷電並收線。",
            "A wire lay on the road; it was cut off and taken up.",
        ),
    ),
    report(
        "1150001",
        "2026-11-26 01:20",
        Stage::Closed,
        ("淹水", "Flooding"),
        ("示範縣中正鎮車站地下道", "Station underpass, Zhongzheng Town"),
        (
            "地下道積水，已封閉抽水並恢復通行。",
            "The underpass was flooded; it was closed, pumped out and opened again.",
        ),
    ),
];

/// The report of this number.
pub(super) fn find(number: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.number == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_finds_its_own_report() {
        for report in &REPORTS {
            assert_eq!(find(report.number), Some(report));
        }
        assert_eq!(find("1150011"), None);
    }
}
