//! Turns of speech: a person, a machine, self-harm, yes and no, in both languages and as people type them.

use teller::chat::signals::{Phrases, Signals};

fn read(text: &str) -> Signals {
    Phrases::embedded().unwrap().read(text)
}

#[test]
fn asking_for_a_person_is_heard() {
    for text in [
        "转人工",
        "人工",
        "我要人工客服！",
        "轉人工",
        "找个人来跟我说",
        "能和客服直接沟通吗",
        "为什么不能转人工",
        "talk to a person",
        "Agent",
        "I want to speak to a human",
        "put me through to someone",
        "get me a real person",
        "why can I not talk to a person",
    ] {
        assert!(read(text).person, "{text}");
    }
}

#[test]
fn other_uses_of_the_same_words_do_not_ask_for_a_person() {
    for text in [
        "人工智能是什么",
        "要个人工资流水",
        "找个人贷款",
        "你是真人吗",
        "你是机器人还是人",
        "不用转人工",
        "are you a human?",
        "is this a bot or a person",
        "I don't want to talk to a person",
        "insurance agent commission",
        "我的信用卡丢了怎么办",
        "how much is a transfer to another bank",
    ] {
        assert!(!read(text).person, "{text}");
    }
    assert!(read("你是真人吗").identity && read("are you a robot").identity);
}

#[test]
fn words_of_self_harm_are_heard_and_look_alikes_are_not() {
    for text in [
        "不想活了",
        "我想死",
        "自杀",
        "活着没意思",
        "I want to die",
        "kill myself",
        "end my life",
        "I can’t go on living",
    ] {
        assert!(read(text).self_harm, "{text}");
    }
    for text in ["想死你了", "跳楼价", "想死期存三年", "不想活期存了", "带去死亡证明", "I end my life insurance policy"]
    {
        assert!(!read(text).self_harm, "{text}");
    }
}

#[test]
fn yes_and_no_are_whole_messages() {
    for text in ["好的", "好", "可以。", "OK", "yes please", "嗯嗯", "Sure!"] {
        assert!(read(text).agrees && !read(text).declines, "{text}");
    }
    for text in ["不用了", "no thanks", "不", "算了"] {
        assert!(read(text).declines && !read(text).agrees, "{text}");
    }
    for text in ["好的，那转账呢", "yes but what about fees", "不知道余额"] {
        assert!(!read(text).agrees && !read(text).declines, "{text}");
    }
}

#[test]
fn explaining_choosing_and_figures_are_told_apart() {
    assert!(read("信用卡怎么申请").explains && !read("信用卡怎么申请").chooses);
    assert!(read("推荐一款理财").chooses);
    assert!(read("which card suits me").chooses);
    assert!(read("what's the 1-year term deposit rate").figures);
    assert!(read("一年期定期利率多少").figures);
    assert!(read("我的卡被偷了").stolen && read("my wallet was stolen").stolen && !read("卡丢了").stolen);
}

#[test]
fn the_lines_for_self_harm_are_there_in_both_languages() {
    let phrases = Phrases::embedded().unwrap();
    let numbers: Vec<&str> = phrases.lines().iter().map(|line| line.number.as_str()).collect();
    assert_eq!(numbers, ["12356", "120", "110"]);
    assert!(phrases.lines().iter().all(|line| !line.name.zh.is_empty() && !line.name.en.is_empty()));
}
