//! What holds for every text: no panic, masking twice changes nothing, text without digits stays, time is linear.

use std::time::Duration;

use proptest::prelude::*;
use teller::privacy::mask::mask;
use teller::telemetry::Stopwatch;

/// Texts made of the pieces that masking reads: digits in all spellings, separators, names, units, placeholders.
fn crowded() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,19}",
        2 => "[０-９]{1,8}",
        1 => "[一二三四五六七八九零幺]{1,12}",
        4 => one_of(&[
            " ", "-", ".", "，", ",", "/", "\n", "\u{200b}", "\\n", "\\u{200b}", "(", ")", "+", "@", "：", "=", "x", "X",
        ]),
        2 => one_of(&[
            "卡号", "card ", "账号", "身份证", "passport ", "手机", "phone ", "密码", "密码是", "pin ", "password is ", "cvv ",
            "安全码", "是我的密码", " is my pin", "the code ", "12/27 ", "后三位", "验证码", "护照",
        ]),
        1 => one_of(&["元", "年", "个", "%", "万", "¥", "rmb", "days", "。", "；"]),
        1 => one_of(&["[CARD]", "[ID]", "[PHONE]", "[EMAIL]", "[CVV]", "[PIN]", "[", "]", "\\", "\u{e000}"]),
        1 => one_of(&[
            "4111111111111111", "13800138000", "11010519491231002X", "010-62345678", "a@b.cn", "2026-11-24", "0x", "abcdef",
        ]),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// `digits` and the last digit that makes the whole pass Luhn's check.
fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte - b'0');
            if place % 2 == 1 {
                value
            } else if value > 4 {
                value * 2 - 9
            } else {
                value * 2
            }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn masking_twice_changes_nothing(text in crowded()) {
        let once = mask(&text, None).text;
        let twice = mask(&once, None);
        prop_assert_eq!(&twice.text, &once, "from {:?}", text);
        prop_assert!(twice.kinds.is_empty());
    }

    #[test]
    fn masking_twice_after_another_message_changes_nothing(text in crowded(), previous in crowded()) {
        let once = mask(&text, Some(&previous)).text;
        prop_assert_eq!(&mask(&once, Some(&previous)).text, &once, "{:?} then {:?}", previous, text);
    }

    #[test]
    fn any_text_is_masked_without_panic(text in any::<String>(), previous in any::<String>()) {
        let masked = mask(&text, Some(&previous));
        prop_assert_eq!(masked.kinds.is_empty(), masked.text == text);
    }

    #[test]
    fn every_card_number_is_masked_in_any_grouping(
        body in "[1-9][0-9]{11,17}",
        size in 1usize..9,
        mark in one_of(&["", " ", "-", ".", " - ", "\u{200b}", "\u{a0}", "\n"]),
    ) {
        let number = with_check_digit(&body);
        let groups: Vec<&str> = number.as_bytes().chunks(size).map(|group| std::str::from_utf8(group).unwrap()).collect();
        let masked = mask(&format!("卡 {} 丢了", groups.join(&mark)), None).text;
        prop_assert!(!masked.contains(|c: char| c.is_ascii_digit()), "{:?} -> {}", groups, masked);
    }

    #[test]
    fn a_card_number_cut_anywhere_is_masked_in_the_second_message(body in "[3-6][0-9]{14}", cut in 1usize..16) {
        let number = with_check_digit(&body);
        let masked = mask(&number[cut..], Some(&number[..cut])).text;
        prop_assert!(!masked.contains(|c: char| c.is_ascii_digit()), "{} cut at {} -> {}", number, cut, masked);
    }

    #[test]
    fn every_mobile_number_is_masked(number in "1[3-9][0-9]{9}") {
        prop_assert_eq!(mask(&format!("我的手机是{number}，谢谢"), None).text, "我的手机是[PHONE]，谢谢");
        let parted = format!("{} {} {}", &number[..3], &number[3..7], &number[7..]);
        prop_assert_eq!(mask(&parted, None).text, "[PHONE]");
    }

    #[test]
    fn amounts_and_days_stay(amount in 1u32..100_000_000, day in 1u32..29, month in 1u32..13) {
        let text = format!("2026-{month:02}-{day:02}存{amount}元，到2027年{month}月{day}日");
        prop_assert_eq!(&mask(&text, None).text, &text);
    }
}

#[test]
fn a_megabyte_of_anything_takes_seconds_at_most() {
    let pieces = [
        "1",
        "1 ",
        "密码",
        "a@",
        "card 1-",
        "一",
        "[CARD] 1",
        "(at)",
        "\\u{",
        "\\",
        "是 : = ",
        "4111 1111 ",
        "abcdef0123456789-",
    ];
    for piece in pieces {
        let text = piece.repeat(1_000_000 / piece.len());
        let watch = Stopwatch::start();
        let masked = mask(&text, Some(&text));
        assert!(watch.elapsed() < Duration::from_secs(10), "{piece:?} took {:?}", watch.elapsed());
        assert!(masked.text.len() <= text.len() * 3);
    }
}
