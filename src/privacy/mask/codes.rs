//! Codes that only their name gives away: CVV, PIN, passwords, one-time codes, passport numbers.
//! Must not know numbers that can be told by their digits.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Match, Regex};

use super::SecretKind;
use super::bars;
use super::folded::{Folded, Hit, cover_of};
use super::named::is_compact_day;
use super::numbers::digit;

/// What may stand between a name and its code. At the end, so that the code follows at once.
const FILLER: &str = r#"(?P<filler>(?:[\s:=,，：\-"'“”‘’「」（）()>→~]|是|为|為|就是|设成了?|设置?为|設為|改成了?|改为|改為|等于|写的是|收到的?|发来的?|我的|您的?|号码?|號碼?|了|的|呢|数字?|(?-u:\b)(?:is|was|are|be|to|it|its|set|changed|reads?|says|called|i|got|received|number|code|no|equals|s)(?-u:\b)\.?){0,8})"#;
/// Digits together, one by one, in two threes, or Chinese.
const DIGITS: &str =
    r"(?P<digits>[0-9]{3}[ \-][0-9]{3}|[0-9](?:[ .\-][0-9]){2,7}|[0-9]{3,12}|[〇零一二三四五六七八九幺]{3,12})";
const MIXED: &str = r"(?P<mixed>[0-9a-z!@#$%^&*_+=.?~\-]{4,64})";

const CVV: &str = r"(?:(?-u:\b)(?:cvv|cvc|cvn|csc)2?|安全码|安全碼|验证值|(?:背面|背后|签名条).{0,4}?(?:三|3|四|4)位(?:数字?|码|碼)?|[后末](?:三|3)位(?:安全码|数字?)?|card verification (?:code|value|number)|card security code|digits on the back(?: of (?:the|my) card)?)";
const PIN: &str = r"(?:密码|密碼|口令|验证码|驗證碼|校验码|校驗碼|动态码|動態碼|暗码|(?-u:\b)(?:pin(?:[ \-]?(?:code|number))?|otp|pass ?codes?|pass ?words?|pass ?phrase|passwd|pwd|(?:verification|security|one[ \-]time|sms|text|login|access|confirmation|activation|authori[sz]ation|authentication)[ \-](?:code|passcode|password|number|pin)|(?:the|my|this) code))";
const DOCUMENT: &str = r"(?:护照|護照|通行证|通行證|回乡证|台胞证|居留证|军官证|驾驶证|驾照|证件|證件|身份证|身份證|(?-u:\b)(?:passport|hkid|permit|id card|identity card|driving licence|driver'?s licen[cs]e)(?-u:\b))";
const DOCUMENT_NUMBER: &str = r"(?P<digits>[a-z]{0,3}-?[0-9]{5,10}(?:\([0-9a]\))?[a-z]?)";
/// The code first, its name behind.
const PIN_BEHIND: &str = r"(?P<digits>[0-9]{4,8})(?:\s*(?:这?就?是|为)(?:我的?|你要的)?(?:银行卡|取款|支付|交易|登录|查询|短信|手机)?(?:的)?(?:密码|密碼|口令|验证码|驗證碼|校验码|动态码)|,? (?:is|was) (?:my|the|your) (?:[a-z]{2,12} )?(?:pin|password|passcode|otp|code)(?-u:\b))";
const CVV_BEHIND: &str = r"(?P<digits>[0-9]{3,4})(?:\s*(?:这?就?是|为)(?:我的?|卡的?)?(?:安全码|安全碼)|,? (?:is|was) (?:my|the) (?:cvv|cvc|csc)2?(?-u:\b))";

/// A way to find codes.
struct Finder {
    kind: SecretKind,
    regex: Regex,
    /// Fewest digits.
    least: usize,
}

/// In this order: what an earlier one found, a later one does not look at. A pattern that did not compile would be
/// missing here; tests mask by each of them.
static FINDERS: LazyLock<Vec<Finder>> = LazyLock::new(|| {
    let card = cover_of(SecretKind::Card);
    let gap = r"[ \n,，;；/|、\-]{1,3}";
    let expiry = r"(?:(?:exp\w*|valid\w*|有效期)[ :：到至]{0,3})?(?:0[1-9]|1[0-2]) ?[/\-] ?(?:20)?[0-9]{2}";
    let patterns = [
        // What stands right behind a card number and its month of expiry.
        (SecretKind::Cvv, format!("{card}{gap}{expiry}{gap}(?P<digits>[0-9]{{3,4}})"), 3),
        (SecretKind::Cvv, format!("{card}[ \n,，/|、\\-]{{1,2}}(?P<digits>[0-9]{{3}})"), 3),
        (SecretKind::Cvv, format!("(?P<name>{CVV}){FILLER}{DIGITS}"), 3),
        (SecretKind::Cvv, CVV_BEHIND.to_owned(), 3),
        (SecretKind::ResidentId, format!("(?P<name>{DOCUMENT}){FILLER}{DOCUMENT_NUMBER}"), 5),
        (SecretKind::Pin, format!("(?P<name>{PIN}){FILLER}(?:{MIXED}|{DIGITS})"), 4),
        (SecretKind::Pin, PIN_BEHIND.to_owned(), 4),
    ];
    let finders = patterns
        .into_iter()
        .filter_map(|(kind, pattern, least)| Some(Finder { kind, regex: Regex::new(&pattern).ok()?, least }));
    finders.collect()
});

/// Covers every code in `folded` and returns them all. `dates` are the places of numbers that are none, in order.
pub fn find(folded: &mut Folded, dates: &[Range<usize>]) -> Vec<Hit> {
    let mut all = Vec::new();
    for finder in FINDERS.iter() {
        let mut hits = finder.find(folded, dates);
        hits.retain(|hit| hit.at.end > folded.own());
        for hit in &hits {
            folded.cover(hit);
        }
        all.extend(hits);
    }
    all
}

impl Finder {
    fn find(&self, folded: &Folded, dates: &[Range<usize>]) -> Vec<Hit> {
        let text: String = folded.chars.iter().collect();
        let mut counted = (0, 0);
        // Matches come in order, so that counting characters goes over the text once.
        let mut position = |byte: usize| {
            let (before, chars) = counted;
            counted = (byte, chars + text[before..byte].chars().count());
            counted.1
        };
        let mut hits = Vec::new();
        for found in self.regex.captures_iter(&text) {
            if !name_ends(&text, &found) {
                continue;
            }
            // Digits and dashes alone are a number, whichever of the two groups took them.
            let is_word = |value: &Match<'_>| !value.as_str().bytes().all(|b| b.is_ascii_digit() || b == b'-');
            if let Some(word) = found.name("mixed").filter(is_word) {
                let length = password(&found, word.as_str());
                let place = length.map(|length| position(word.start())..position(word.start() + length));
                hits.extend(place.map(|at| Hit { at, kind: self.kind }));
            } else if let Some(digits) = found.name("mixed").or_else(|| found.name("digits")) {
                let at = position(digits.start())..position(digits.end());
                hits.extend(self.is_code(folded, &at, dates).then_some(Hit { at, kind: self.kind }));
            }
        }
        hits
    }

    /// Whether these digits stand alone and are neither an amount nor a date.
    fn is_code(&self, folded: &Folded, at: &Range<usize>, dates: &[Range<usize>]) -> bool {
        let values: Vec<u8> =
            folded.chars[at.clone()].iter().filter_map(|c| digit(*c)).map(|(value, _)| value).collect();
        let alone = [folded.before(at.start), folded.get(at.end)].iter().flatten().all(|c| !c.is_ascii_digit());
        let next = dates.partition_point(|date| date.end <= at.start);
        let in_date = dates.get(next).is_some_and(|date| date.start < at.end);
        let day = self.kind == SecretKind::ResidentId && is_compact_day(&values);
        values.len() >= self.least && alone && !in_date && !day && bars::unit(folded, at.start, at.end).is_none()
    }
}

/// Whether the name is a word of its own: "pin 1234" and "pin1234", but not "pinned 1234".
fn name_ends(text: &str, found: &Captures<'_>) -> bool {
    let Some(name) = found.name("name") else { return true };
    let runs_on =
        |c: char| c.is_ascii_alphabetic() && name.as_str().ends_with(|last: char| last.is_ascii_alphanumeric());
    !text[name.end()..].starts_with(runs_on)
}

/// How many bytes of `value` are a password, if it is one and not just the next word.
fn password(found: &Captures<'_>, value: &str) -> Option<usize> {
    let value = value.trim_end_matches(['.', '?', '!', '-', '=', '~']);
    let filler = found.name("filler").map_or("", |filler| filler.as_str());
    let chinese = !found[0].starts_with(|c: char| c.is_ascii());
    let has_digit = value.bytes().any(|b| b.is_ascii_digit());
    let has_letter = value.bytes().any(|b| b.is_ascii_lowercase());
    let assigned = filler.contains(['=', ':', '：', '是', '为', '為', '成', '于']);
    let stated = assigned || ["is", "was", "to", "are"].into_iter().any(|word| filler.contains(word));
    let fits = if stated {
        // "The password is wrong" is no password, "密码是admin" and "password=letmein" are.
        has_digit || has_letter && assigned && (chinese || filler.contains('='))
    } else {
        // "忘记密码 iphone12" is none either, nor the next field of a log line.
        has_digit && has_letter && !value.contains('=') && value.len() >= 6 && (filler.is_empty() || !chinese)
    };
    (fits && value.len() >= 4).then_some(value.len())
}
