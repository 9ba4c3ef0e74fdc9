//! Tables of real spellings, both ways: what is masked, and what must come back byte for byte.

use teller::privacy::mask::{SecretKind, mask};

fn assert_masks(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, wanted)| {
            let got = mask(text, None).text;
            (got != *wanted).then(|| format!("  {text:?}\n    gave {got:?}\n    not  {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

fn assert_stays(texts: &[&str]) {
    let table: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    assert_masks(&table);
}

#[test]
fn card_numbers_are_masked_however_they_are_written() {
    assert_masks(&[
        ("我的卡号是4111111111111111，丢了", "我的卡号是[CARD]，丢了"),
        ("4111111111111111", "[CARD]"),
        ("my card 4111 1111 1111 1111 was stolen", "my card [CARD] was stolen"),
        ("my card 4111-1111-1111-1111 was stolen", "my card [CARD] was stolen"),
        ("4111.1111.1111.1111", "[CARD]"),
        ("卡号４１１１１１１１１１１１１１１１", "卡号[CARD]"),
        ("４１１１　１１１１　１１１１　１１１１", "[CARD]"),
        ("4111\u{200b}1111\u{200b}1111\u{200b}1111", "[CARD]"),
        ("4\u{200d}1\u{feff}1\u{2060}1111111111111", "[CARD]"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[CARD]"),
        ("411111 1111111111", "[CARD]"),
        ("4111\n1111\n1111\n1111", "[CARD]"),
        ("4111–1111—1111−1111", "[CARD]"),
        ("4111 - 1111 - 1111 - 1111", "[CARD]"),
        ("4111，1111，1111，1111", "[CARD]"),
        ("4111/1111/1111/1111", "[CARD]"),
        ("3782 822463 10005 不能用", "[CARD] 不能用"),
        ("378282246310005", "[CARD]"),
        ("30569309025904", "[CARD]"),
        ("4222222222222", "[CARD]"),
        ("银联卡6222021234567890128被吞了", "银联卡[CARD]被吞了"),
        ("6222 0212 3456 7890 128", "[CARD]"),
        ("四一一一一一一一一一一一一一一一", "[CARD]"),
        ("肆壹壹壹 壹壹壹壹 壹壹壹壹 壹壹壹壹", "[CARD]"),
        ("4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣", "[CARD]"),
        ("card4111111111111111please", "card[CARD]please"),
        ("两张卡4111111111111111和5500000000000004", "两张卡[CARD]和[CARD]"),
        ("4111 1111 1111 1111个人卡", "[CARD]个人卡"),
        ("转5000元到4111111111111111", "转5000元到[CARD]"),
        ("4111111111111111转500元", "[CARD]转500元"),
        ("2026-11-24 4111111111111111 50000元", "2026-11-24 [CARD] 50000元"),
    ]);
}

#[test]
fn account_numbers_that_do_not_check_are_masked_beside_their_name() {
    assert_masks(&[
        ("卡号6222021234567890", "卡号[CARD]"),
        ("我的卡号是 6222 0212 3456 7890 121", "我的卡号是 [CARD]"),
        ("转到账户 1234567890123457 5000元", "转到账户 [CARD] 5000元"),
        ("card number: 6222021234567890", "card number: [CARD]"),
        ("account no. 1234567890123457", "account no. [CARD]"),
        ("6222021234567890是我的银行卡", "[CARD]是我的银行卡"),
        ("帳號1234567890123457", "帳號[CARD]"),
        ("my debit card is 6222-0212-3456-7890", "my debit card is [CARD]"),
    ]);
    assert_stays(&["订单6222021234567890到哪了", "流水 1234567890123457 查一下"]);
}

#[test]
fn identity_numbers_are_masked() {
    assert_masks(&[
        ("身份证11010519491231002X", "身份证[ID]"),
        ("11010519491231002x", "[ID]"),
        ("我是 11010519491231002Ｘ 王先生", "我是 [ID] 王先生"),
        ("身份证号：110105194912310021", "身份证号：[ID]"),
        ("440308199901010012", "[ID]"),
        ("440308 19990101 0012", "[ID]"),
        ("110105-1949-12-31-002X", "[ID]"),
        ("110105 19491231 002 X", "[ID]"),
        ("老身份证 110105491231002", "老身份证 [ID]"),
        ("１１０１０５１９４９１２３１００２Ｘ", "[ID]"),
        ("my id is 11010519491231002X thanks", "my id is [ID] thanks"),
        ("护照E12345678", "护照[ID]"),
        ("护照号码是 EA1234567", "护照号码是 [ID]"),
        ("my passport number is G12345678", "my passport number is [ID]"),
        ("passport: 533380006", "passport: [ID]"),
        ("港澳通行证 H1234567890", "港澳通行证 [ID]"),
    ]);
    assert_stays(&[
        "E12345678",
        "护照20261124到期",
        "how much is a passport photo",
        "身份证过期了怎么办",
        "110105194912310021号订单",
    ]);
}

#[test]
fn phones_are_masked() {
    assert_masks(&[
        ("手机13800138000", "手机[PHONE]"),
        ("打我电话 138-0013-8000", "打我电话 [PHONE]"),
        ("138 0013 8000", "[PHONE]"),
        ("+86 138 0013 8000", "[PHONE]"),
        ("+8613800138000", "[PHONE]"),
        ("008613800138000", "[PHONE]"),
        ("86-13800138000", "[PHONE]"),
        ("（+86）13800138000", "（[PHONE]"),
        ("１３８００１３８０００", "[PHONE]"),
        ("1 3 8 0 0 1 3 8 0 0 0", "[PHONE]"),
        ("幺三八零零幺三八零零零", "[PHONE]"),
        ("座机010-62345678", "座机[PHONE]"),
        ("0571-87654321", "[PHONE]"),
        ("(021)62345678", "([PHONE]"),
        ("01062345678", "[PHONE]"),
        ("03112345678", "[PHONE]"),
        ("+44 20 7946 0958", "[PHONE]"),
        ("call +1 (415) 555-2671 please", "call [PHONE] please"),
        ("+852 9123 4567", "[PHONE]"),
        ("my phone is 415-555-2671", "my phone is [PHONE]"),
        ("联系电话62345678", "联系电话[PHONE]"),
        ("13800138000个人用", "[PHONE]个人用"),
        ("13800138000和13900139000", "[PHONE]和[PHONE]"),
    ]);
    assert_stays(&[
        "拨打95588",
        "客服电话400-000-9588",
        "call 400 000 9588",
        "phone 4000009588",
        "热线 95599 或 12345",
        "800-820-8820",
        "13800138000元",
        "电话 2026-11-24 打来",
        "电话里说20261124到账",
    ]);
}

#[test]
fn emails_are_masked() {
    assert_masks(&[
        ("我的邮箱是wang.fang@example.com，谢谢", "我的邮箱是[EMAIL]，谢谢"),
        ("Wang_Fang+bank@mail.example.co.uk", "[EMAIL]"),
        ("13800138000@163.com", "[EMAIL]"),
        ("ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[EMAIL]"),
        ("wang @ example.com", "[EMAIL]"),
        ("wang(at)example.com", "[EMAIL]"),
        ("write to a@b.cn.", "write to [EMAIL]."),
        ("a@b.cn谢谢", "[EMAIL]谢谢"),
        ("张三@例子.中国", "[EMAIL]"),
    ]);
    assert_stays(&["@", "a@b", "5 @ 3.50", "me@", "teller@0.1.0", "@everyone"]);
}

#[test]
fn cvv_is_masked_beside_its_name_or_behind_its_card() {
    assert_masks(&[
        ("CVV 123", "CVV [CVV]"),
        ("cvv2: 1234", "cvv2: [CVV]"),
        ("CVC是123", "CVC是[CVV]"),
        ("安全码：１２３", "安全码：[CVV]"),
        ("背面三位数是 123", "背面三位数是 [CVV]"),
        ("卡背面后三位456", "卡背面后三位[CVV]"),
        ("the cvv is 1 2 3", "the cvv is [CVV]"),
        ("card security code 123", "card security code [CVV]"),
        ("123是我的安全码", "[CVV]是我的安全码"),
        ("4111111111111111 12/27 123", "[CARD] 12/27 [CVV]"),
        ("4111 1111 1111 1111, exp 12/27, 123", "[CARD], exp 12/27, [CVV]"),
        ("4111111111111111 123", "[CARD] [CVV]"),
        ("4111111111111111123", "[CARD]"),
    ]);
    assert_stays(&["CVV是什么", "CVV 是3位数字吗", "where is the cvv on my card"]);
}

#[test]
fn pins_passwords_and_codes_are_masked_beside_their_name() {
    assert_masks(&[
        ("密码是123456", "密码是[PIN]"),
        ("取款密码123456不对", "取款密码[PIN]不对"),
        ("我的密码改成了 654321", "我的密码改成了 [PIN]"),
        ("验证码：836271", "验证码：[PIN]"),
        ("验证码是 8 3 6 2 7 1", "验证码是 [PIN]"),
        ("收到验证码836271", "收到验证码[PIN]"),
        ("密码一二三四五六", "密码[PIN]"),
        ("密码是Abc123456", "密码是[PIN]"),
        ("密码是admin", "密码是[PIN]"),
        ("my pin is 1234", "my pin is [PIN]"),
        ("PIN:1234", "PIN:[PIN]"),
        ("pin1234", "pin[PIN]"),
        ("my PIN number is 0000.", "my PIN number is [PIN]."),
        ("我的pin是1234", "我的pin是[PIN]"),
        ("password is hunter2!", "password is [PIN]!"),
        ("password=letmein", "password=[PIN]"),
        ("I changed my password to Summer2026.", "I changed my password to [PIN]."),
        ("the code is 836271", "the code is [PIN]"),
        ("OTP 836-271", "OTP [PIN]"),
        ("your one-time code: 836 271", "your one-time code: [PIN]"),
        ("123456是我的取款密码", "[PIN]是我的取款密码"),
        ("1234 is my pin", "[PIN] is my pin"),
        ("密码是19900101", "密码是[PIN]"),
    ]);
    assert_stays(&[
        "忘记密码2026年怎么重置",
        "忘记密码二〇二六年怎么重置",
        "密码输错3次",
        "验证码10分钟有效",
        "密码要6位吗",
        "The password is wrong",
        "how do I change my PIN",
        "PIN tries 3 in 2026",
        "pinned 1234",
        "密码 2026-11-24 改过",
        "the code of conduct 2026",
        "忘记密码 iPhone15 怎么登录",
        "验证码5000元转账要吗",
    ]);
}

#[test]
fn ordinary_figures_stay_as_they_are() {
    assert_stays(&[
        "",
        " ",
        "50000元存一年",
        "1,000,000",
        "1,234,567.89元",
        "¥ 12345678901234",
        "2026-11-24",
        "20261124",
        "2026/11/24 09:30",
        "2026年11月24日",
        "20261124093015",
        "DEP-TERM-1Y",
        "H-AB12CD34",
        "H-12345678 进度",
        "C000001",
        "年利率1.10%",
        "rate 1.10% for 12 months",
        "R1-R5, C1-C5",
        "余额 12345678 元",
        "第一 第二 第三 十二个月",
        "一二三四五六七八",
        "http://127.0.0.1:8080/v1/chat",
        "complaint number 20240311, status?",
        "从2026-01-01到2026-12-31存50000",
        "我的信用卡丢了怎么办",
        "How much is a transfer to another bank?",
        "尾号1234的卡",
        "6222 **** **** 1234",
        "score=0.8734928374018273",
        "id 550e8400-e29b-41d4-a716-446655440000",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "裸\u{200b}零宽\u{feff}　全角ＡＢＣ",
        "C:\\new\\table\\u1234",
    ]);
}

#[test]
fn numbers_split_over_two_messages_are_masked_in_the_second() {
    let cases = [
        ("我的卡号是 4111 1111", "1111 1111", "[CARD]"),
        ("卡号前八位是41111111", "后面是11111111，谢谢", "后面是[CARD]，谢谢"),
        ("4111", "1111 1111 1111 丢了", "[CARD] 丢了"),
        ("身份证110105", "19491231002X", "[ID]"),
        ("手机138", "00138000", "[PHONE]"),
        ("我的密码是", "123456", "[PIN]"),
        ("cvv", "123", "[CVV]"),
        ("联系电话是", "62345678", "[PHONE]"),
        ("[CARD]", "12/27 123", "12/27 [CVV]"),
        ("4111\n1111\n1111", "1111", "[CARD]"),
        // Halves that look like a service number or a moment.
        ("4000000000", "000002", "[CARD]"),
        ("300000", "4000000006", "[CARD]"),
        ("30", "20000110000007", "[CARD]"),
    ];
    for (previous, text, wanted) in cases {
        assert_eq!(mask(text, Some(previous)).text, wanted, "{previous:?} then {text:?}");
    }
    for (previous, text) in [
        ("我想存50000元", "20000元呢"),
        ("利率多少", "2026-11-24"),
        ("转账到[CARD]", "5000元"),
        ("4111111111111111", "谢谢"),
        ("2026-11-24", "10000"),
    ] {
        assert_eq!(mask(text, Some(previous)).text, text, "{previous:?} then {text:?}");
    }
}

#[test]
fn the_escapes_of_log_lines_hide_nothing() {
    assert_masks(&[
        (r#"message="4111\n1111\n1111\n1111""#, r#"message="[CARD]""#),
        (r#"message="4111\u{200b}1111\u{200b}1111\u{200b}1111""#, r#"message="[CARD]""#),
        (r#"{"message":"\"4111\\n1111\\u{200b}1111\\t1111\""}"#, r#"{"message":"\"[CARD]\""}"#),
        (
            "2026-11-24T09:18:53.123456Z  INFO teller::chat: text=4111111111111111 took_ms=12",
            "2026-11-24T09:18:53.123456Z  INFO teller::chat: text=[CARD] took_ms=12",
        ),
    ]);
    assert_stays(&[
        "2026-11-24T09:18:53.123456Z  INFO teller::http: route=/v1/chat status=200 seconds=0.01234567890123",
        "2026-11-24T09:18:53.123456Z  INFO teller::chat: forgot password took_ms=1234 intent=reset_pin",
    ]);
}

#[test]
fn the_kinds_found_are_named() {
    let masked = mask("卡4111111111111111 手机13800138000 a@b.cn 密码是1234 CVV 123 身份证11010519491231002X", None);
    assert_eq!(masked.kinds.into_iter().collect::<Vec<_>>(), SecretKind::ALL);
    assert_eq!(masked.text, "卡[CARD] 手机[PHONE] [EMAIL] 密码是[PIN] CVV [CVV] 身份证[ID]");
    assert!(mask("你好", None).kinds.is_empty());
}

/// What customers really ask, thousands of times over: none of it is a secret, all of it must reach the encoder whole.
#[test]
fn authored_questions_and_answers_stay_as_they_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![
        root.join("eval/intent/cases.jsonl"),
        root.join("intents/train.zh.toml"),
        root.join("intents/train.en.toml"),
    ];
    let articles = std::fs::read_dir(root.join("demo/articles")).unwrap();
    files.extend(articles.map(|entry| entry.unwrap().path()));
    let mut lines = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            lines += 1;
            assert_eq!(mask(line, None).text, line, "{}", file.display());
        }
    }
    assert!(lines > 5000, "{lines} lines looked at");
}
