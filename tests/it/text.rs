//! One form for text that means the same.

use proptest::prelude::*;
use teller::text::{is_invisible, normalise};

#[test]
fn different_spellings_become_one() {
    for (text, wanted) in [
        ("", ""),
        ("  \n\t ", ""),
        ("我的信用卡丢了", "我的信用卡丢了"),
        ("我的信用卡丟了", "我的信用卡丢了"),
        ("帳戶餘額", "帐户余额"),
        ("ＡＴＭ取款１００元", "ATM取款100元"),
        ("a\u{200b}b", "a b"),
        ("  How  much\r\nis it?  ", "How much is it?"),
        ("a\0b\u{7}c", "a b c"),
        ("ﬁxed", "fixed"),
        ("㎡", "m2"),
        ("全角　空格", "全角 空格"),
        ("PIN Code!", "PIN Code!"),
    ] {
        assert_eq!(normalise(text), wanted, "{text:?}");
    }
}

proptest! {
    #[test]
    fn normal_text_is_normal_already(text in any::<String>()) {
        let once = normalise(&text);
        prop_assert_eq!(&normalise(&once), &once);
    }

    #[test]
    fn nothing_invisible_is_left(text in any::<String>()) {
        let text = normalise(&text);
        prop_assert!(!text.chars().any(|c| c.is_control() || is_invisible(c)), "{:?}", text);
        prop_assert!(!text.contains("  ") && text.trim() == text);
    }
}
