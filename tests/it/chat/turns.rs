//! Whole turns: what a customer sees and what is left behind, on the real encoder and the demo bank.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;
use teller::chat::{ChatError, ChatTurn, ReplyKind};
use teller::domain::decision::DecisionKind;
use teller::domain::handoff::HandoffReason;
use teller::domain::{CustomerId, Fault, Locale, SessionId};
use teller::knowledge::KnowledgeBase;

use super::bank;

fn cites(response: &teller::chat::ChatResponse, id: &str) -> bool {
    response.reply.citations.iter().any(|citation| citation.id == id)
}

/// `H-` and eight letters or digits, where the text has one.
fn reference(text: &str) -> Option<String> {
    let at = text.find("H-")?;
    Some(text[at..at + 10].to_owned())
}

#[test]
fn a_lost_card_is_answered_with_the_approved_steps_and_a_person_is_offered() {
    bank::with(|bank| async move {
        let lost = bank.ask("我的信用卡丢了怎么办").await;
        assert_eq!((lost.reply.kind, lost.reply.locale), (ReplyKind::Flow, Locale::Zh));
        assert!(lost.reply.text.contains("400-000-9599"), "{}", lost.reply.text);
        assert!(cites(&lost, "KB-CARD-LOSS") && cites(&lost, "bank.emergency"));
        assert_eq!(lost.understanding.intent.as_deref(), Some("report_lost_card"));
        assert!(lost.reply.suggestions.contains(&"转人工".to_owned()));
        assert!(bank.records.handoffs(true, 10).await.unwrap().is_empty(), "asking how does not open a case");
        let yes = bank.reply_to(&lost, "好的").await;
        assert_eq!(yes.reply.kind, ReplyKind::Handoff);
        let open = &bank.records.handoffs(true, 10).await.unwrap()[0];
        assert!(open.urgent && open.reason == HandoffReason::SpecialCase);
        assert_eq!(reference(&yes.reply.text).as_deref(), Some(open.reference.as_str()));
    });
}

#[test]
fn a_stolen_card_opens_an_urgent_case_beside_the_steps() {
    bank::with(|bank| async move {
        bank.ask("talk to a person").await;
        let stolen = bank.ask("my wallet was stolen with my debit card in it, block the card").await;
        assert_eq!(stolen.reply.kind, ReplyKind::Flow, "{}", stolen.reply.text);
        assert!(stolen.reply.text.contains("400-000-9599"));
        let queue = bank.records.handoffs(true, 10).await.unwrap();
        assert_eq!(queue.len(), 2);
        assert_eq!(Some(&queue[0].reference), reference(&stolen.reply.text).as_ref(), "urgent goes first");
        assert!(stolen.reply.text.contains("first in the queue"));
        assert_eq!(queue[0].deadline - queue[0].opened_at, Duration::minutes(30));
    });
}

#[test]
fn a_fee_question_in_english_gets_the_fee_of_the_day_in_english() {
    bank::with(|bank| async move {
        let fee = bank.ask("how much is a transfer to another bank").await;
        assert_eq!((fee.reply.kind, fee.reply.locale), (ReplyKind::Answer, Locale::En));
        assert!(cites(&fee, "KB-TRANSFER-FEE"), "{:?}", fee.reply.citations);
        assert!(fee.reply.citations.iter().any(|citation| citation.quote.contains("since 20")), "a dated fact");
        assert!(fee.reply.text.contains("Next step: ") && (2..=3).contains(&fee.reply.suggestions.len()));
        assert!(fee.notice.contains("AI"));
        assert_eq!(bank.encoded.load(std::sync::atomic::Ordering::SeqCst), 1, "one pass of the encoder a message");
    });
}

#[test]
fn the_weather_is_refused_politely_in_the_language_asked() {
    bank::with(|bank| async move {
        let zh = bank.ask("今天天气怎么样").await;
        assert_eq!((zh.reply.kind, zh.reply.locale), (ReplyKind::Refuse, Locale::Zh));
        assert!(zh.understanding.out_of_scope && zh.understanding.intent.is_none());
        assert!(zh.reply.text.contains("抱歉") && !zh.reply.suggestions.is_empty());
        let en = bank.reply_to(&zh, "what is the weather like today").await;
        assert_eq!((en.reply.kind, en.reply.locale), (ReplyKind::Refuse, Locale::En));
        assert!(en.reply.text.contains("talk to a person"), "the second in a row offers a person: {}", en.reply.text);
    });
}

#[test]
fn three_failures_in_a_row_queue_and_a_success_between_starts_anew() {
    bank::with(|bank| async move {
        let one = bank.ask("今天天气怎么样").await;
        let two = bank.reply_to(&one, "给我讲个笑话").await;
        assert!(two.reply.suggestions.contains(&"转人工".to_owned()));
        let three = bank.reply_to(&two, "谁是最好的足球运动员").await;
        assert_eq!(three.reply.kind, ReplyKind::Handoff, "{}", three.reply.text);
        let handoff = &bank.records.handoffs(true, 10).await.unwrap()[0];
        assert_eq!(handoff.reason, HandoffReason::NoHelp);
        assert!(three.reply.text.contains(&handoff.reference));

        let one = bank.ask("今天天气怎么样").await;
        let two = bank.reply_to(&one, "给我讲个笑话").await;
        let helped = bank.reply_to(&two, "转账手续费").await;
        assert_eq!(helped.reply.kind, ReplyKind::Answer);
        let again = bank.reply_to(&helped, "今天天气怎么样").await;
        assert_eq!(again.reply.kind, ReplyKind::Refuse);
        assert!(!again.reply.suggestions.contains(&"转人工".to_owned()));
    });
}

#[test]
fn a_person_is_one_step_away_and_a_session_has_one_request() {
    bank::with(|bank| async move {
        let other = bank.ask("I want to speak to a human").await;
        bank.clock.advance(Duration::minutes(1));
        let first = bank.ask("转人工").await;
        assert_eq!(first.reply.kind, ReplyKind::Handoff);
        assert!(first.reply.text.contains("您前面还有 1 位"), "the real queue: {}", first.reply.text);
        assert!(cites(&first, "bank.hotline.hours"));
        let again = bank.reply_to(&first, "人工！！").await;
        assert_eq!(reference(&first.reply.text), reference(&again.reply.text), "reused");
        assert_ne!(reference(&first.reply.text), reference(&other.reply.text));
        assert_eq!(bank.records.handoffs(true, 10).await.unwrap().len(), 2);
    });
}

#[test]
fn special_cases_give_the_first_steps_and_open_a_case() {
    bank::with(|bank| async move {
        for (message, article, urgent) in [
            ("我被骗子骗了，刚刚转了五万块钱出去", "KB-SEC-FRAUD", true),
            ("I lost my job and cannot pay my loan instalments", "KB-LOAN-HARDSHIP", false),
            ("我要投诉你们网点的工作人员态度恶劣", "KB-SERVICE-COMPLAINT", false),
        ] {
            let reply = bank.ask(message).await;
            assert_eq!(reply.reply.kind, ReplyKind::Handoff, "{message}: {}", reply.reply.text);
            assert!(cites(&reply, article), "{message}: {:?}", reply.reply.citations);
            let handoff = bank.records.open_handoff_of(&reply.session_id).await.unwrap().unwrap();
            assert_eq!((handoff.urgent, handoff.reason), (urgent, HandoffReason::SpecialCase), "{message}");
            assert!(reply.reply.text.contains(&handoff.reference));
        }
        let complaint = bank.ask("投诉").await;
        let handoff = bank.records.open_handoff_of(&complaint.session_id).await.unwrap().unwrap();
        assert_eq!(handoff.deadline.date_naive().to_string(), "2026-12-15", "15 working days, as the bank has said");
    });
}

#[test]
fn words_of_self_harm_get_the_lines_and_an_urgent_request_even_beside_an_ordinary_one() {
    bank::with(|bank| async move {
        let person = bank.ask("转人工").await;
        let reply = bank.reply_to(&person, "欠了这么多，我不想活了").await;
        assert_eq!(reply.reply.kind, ReplyKind::Handoff);
        assert!(reply.reply.text.contains("12356") && cites(&reply, "safety.line.psychological"));
        let urgent = bank.records.open_handoff_of(&reply.session_id).await.unwrap().unwrap();
        assert_eq!((urgent.urgent, urgent.reason), (true, HandoffReason::SelfHarm));
        assert_ne!(Some(urgent.reference), reference(&person.reply.text));
    });
}

#[test]
fn secrets_are_masked_before_anything_is_stored() {
    bank::with(|bank| async move {
        let card = "6222021234567890128";
        let reply = bank.ask(&format!("我的卡号是{card}，电话13812345678，丢了怎么办")).await;
        let messages = bank.records.messages(&reply.session_id).await.unwrap();
        assert!(messages[0].text.contains("[CARD]") && messages[0].text.contains("[PHONE]"), "{}", messages[0].text);
        let decision = &bank.records.decisions(None, 1).await.unwrap()[0];
        assert_eq!(decision.detail["masked"], json!(["card", "phone"]));
        bank.records.close().await.unwrap();
        for file in std::fs::read_dir(bank.folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for secret in [card, "13812345678"] {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} on disk");
            }
        }
    });
}

#[test]
fn the_decision_log_says_why_without_the_customers_words() {
    bank::with(|bank| async move {
        let reply = bank.ask("how much is a transfer to another bank").await;
        let decision = &bank.records.decisions(None, 10).await.unwrap()[0];
        assert_eq!(decision.session_id.as_ref(), Some(&reply.session_id));
        assert_eq!(decision.detail["intent"], "transfer_fee");
        assert_eq!(decision.detail["citations"][0], "KB-TRANSFER-FEE");
        assert!(decision.model_version.contains("multilingual-e5-small@"));
        assert!(!decision.detail.to_string().contains("another bank"));
        let messages = bank.records.messages(&reply.session_id).await.unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[1].id, reply.message_id);
    });
}

#[test]
fn a_session_belongs_to_whoever_began_it() {
    bank::with(|bank| async move {
        let (mine, other) = (bank.customer("C000001", true).await, bank.customer("C000002", true).await);
        let as_whom = |customer_id: Option<CustomerId>, session_id: Option<SessionId>| ChatTurn {
            message: "转账手续费".to_owned(),
            customer_id,
            session_id,
            ..ChatTurn::default()
        };
        let begun = bank.turn(as_whom(Some(mine.clone()), None)).await.unwrap();
        for stranger in [None, Some(other)] {
            let refused = bank.turn(as_whom(stranger, Some(begun.session_id.clone()))).await.unwrap_err();
            assert!(matches!(refused, ChatError::ForeignSession(_)) && refused.fault() == Fault::Denied);
        }
        assert!(bank.turn(as_whom(Some(mine), Some(begun.session_id.clone()))).await.is_ok());
        let nobody = bank.turn(as_whom(None, None)).await.unwrap();
        let taken = bank.turn(as_whom(CustomerId::new("C000002").ok(), Some(nobody.session_id))).await.unwrap_err();
        assert!(matches!(taken, ChatError::ForeignSession(_)), "a session begun by nobody is not taken over either");
        assert_eq!(bank.records.messages(&begun.session_id).await.unwrap().len(), 4, "refused turns leave nothing");
    });
}

#[test]
fn a_session_ends_and_what_does_not_exist_is_named() {
    bank::with(|bank| async move {
        let begun = bank.ask("转账手续费").await;
        let go_on = |id| ChatTurn { message: "好的".to_owned(), session_id: Some(id), ..ChatTurn::default() };
        bank.clock.advance(Duration::hours(11));
        assert!(bank.turn(go_on(begun.session_id.clone())).await.is_ok());
        bank.clock.advance(Duration::hours(1));
        let ended = bank.turn(go_on(begun.session_id)).await.unwrap_err();
        assert!(matches!(ended, ChatError::ExpiredSession(_)) && ended.field() == Some("session_id"));
        let unknown = bank.turn(go_on(SessionId::new("S-none").unwrap())).await.unwrap_err();
        assert!(matches!(unknown, ChatError::UnknownSession(_)) && unknown.fault() == Fault::NotFound);
        let customer_id = CustomerId::new("C999999").ok();
        let turn = ChatTurn { message: "hi".to_owned(), customer_id, ..ChatTurn::default() };
        assert!(matches!(bank.turn(turn).await.unwrap_err(), ChatError::UnknownCustomer(_)));
    });
}

#[test]
fn bad_messages_are_refused_before_anything_is_encoded() {
    bank::with(|bank| async move {
        let of = |message: String| ChatTurn { message, ..ChatTurn::default() };
        for empty in ["", " \u{3000}\n", "\u{200b}\u{0}\u{7}"] {
            assert!(matches!(bank.turn(of(empty.to_owned())).await, Err(ChatError::EmptyMessage)), "{empty:?}");
        }
        // The last one is short and unfolds into eighteen characters each.
        for long in ["长".repeat(2_001), "a".repeat(1_000_000), "\u{fdfa}".repeat(200)] {
            let refused = bank.turn(of(long)).await.unwrap_err();
            assert!(matches!(refused, ChatError::TooLong { limit: 2_000, .. }) && refused.field() == Some("message"));
        }
        for channel in ["", "a b", &"x".repeat(33)] {
            let turn = ChatTurn { channel: Some(channel.to_owned()), ..of("hi".to_owned()) };
            assert!(matches!(bank.turn(turn).await, Err(ChatError::BadChannel)));
        }
        assert_eq!(bank.encoded.load(std::sync::atomic::Ordering::SeqCst), 0);
        let dirty = bank.ask("转账\u{0}手续费\u{200b}\n").await;
        assert_eq!(dirty.reply.kind, ReplyKind::Answer);
    });
}

#[test]
fn the_language_follows_the_message_then_the_session_then_the_request() {
    bank::with(|bank| async move {
        let zh = bank.ask("转账手续费").await;
        let en = bank.reply_to(&zh, "transfer fee").await;
        assert_eq!((zh.reply.locale, en.reply.locale), (Locale::Zh, Locale::En));
        let no_words = bank.reply_to(&en, "???").await;
        assert_eq!((no_words.reply.locale, no_words.understanding.language), (Locale::En, Locale::En));
        let asked = |locale| ChatTurn { message: "???".to_owned(), locale, ..ChatTurn::default() };
        assert_eq!(bank.turn(asked(Some(Locale::En))).await.unwrap().reply.locale, Locale::En);
        assert_eq!(bank.turn(asked(None)).await.unwrap().reply.locale, Locale::Zh);
    });
}

#[test]
fn a_products_own_figures_answer_a_question_that_names_it() {
    bank::with(|bank| async move {
        for message in ["一年期定期利率多少", "what's the 1-year term deposit rate"] {
            let reply = bank.ask(message).await;
            assert_eq!(reply.reply.kind, ReplyKind::Answer, "{message}");
            assert!(reply.reply.text.contains("1.10%"), "{message}: {}", reply.reply.text);
            assert!(cites(&reply, "DEP-TERM-1Y.annual_rate"));
        }
    });
}

#[test]
fn branches_are_listed_where_a_place_is_named() {
    bank::with(|bank| async move {
        let named = bank.ask("浦东有你们的网点吗").await;
        assert!(named.reply.text.contains("021-5550-0101") && cites(&named, "BR-001"), "{}", named.reply.text);
        let hours = bank.ask("your hours on Saturday in Xuhui").await;
        assert!(cites(&hours, "BR-002"), "{}", hours.reply.text);
        let unnamed = bank.ask("附近网点在哪里").await;
        assert!(cites(&unnamed, "KB-BRANCH-FIND"), "{}", unnamed.reply.text);
    });
}

#[test]
fn the_guard_stops_an_article_that_makes_a_banned_claim() {
    let mut articles = bank::knowledge().articles().to_vec();
    for article in articles.iter_mut().filter(|article| article.intents.contains(&"transfer_fee".to_owned())) {
        article.answer.en = "Transfers are risk-free.".to_owned();
    }
    bank::with_knowledge(Arc::new(KnowledgeBase::new(articles)), |bank| async move {
        let reply = bank.ask("how much is a transfer to another bank").await;
        assert_eq!(reply.reply.kind, ReplyKind::Refuse, "{}", reply.reply.text);
        assert!(!reply.reply.text.contains("risk") && reply.reply.text.contains("talk to a person"));
        let decision = &bank.records.decisions(None, 1).await.unwrap()[0];
        assert_eq!((&decision.detail["guard"], &decision.detail["fallback"]), (&json!("claim"), &json!(true)));
        let messages = bank.records.messages(&reply.session_id).await.unwrap();
        assert!(!messages[1].text.contains("risk"), "what was stopped is not kept either");
    });
}

#[test]
fn with_nothing_valid_nothing_is_invented_and_a_person_is_offered() {
    bank::with(|bank| async move {
        bank.clock.advance(Duration::days(500));
        let expired = bank.ask("转账手续费").await;
        assert_eq!(expired.reply.kind, ReplyKind::Refuse);
        assert!(expired.reply.citations.is_empty() && expired.reply.text.contains("转人工"), "{}", expired.reply.text);
        assert!(!expired.reply.text.contains(|c: char| c.is_ascii_digit()), "{}", expired.reply.text);
        let yes = bank.reply_to(&expired, "好的").await;
        assert_eq!(yes.reply.kind, ReplyKind::Handoff);
    });
}

#[test]
fn a_list_is_gated_cited_and_personal_only_with_consent() {
    bank::with(|bank| async move {
        let open = bank.customer("C000001", true).await;
        let closed = bank.customer("C000002", false).await;
        let as_whom =
            |customer_id, message: &str| ChatTurn { message: message.to_owned(), customer_id, ..ChatTurn::default() };
        let personal = bank.turn(as_whom(Some(open), "推荐一款理财产品")).await.unwrap();
        assert_eq!(personal.reply.kind, ReplyKind::Recommend, "{}", personal.reply.text);
        assert!(personal.reply.text.starts_with("根据您") && !personal.reply.citations.is_empty());
        let logged = &bank.records.decisions(None, 2).await.unwrap();
        let list = logged.iter().find(|decision| decision.kind == DecisionKind::Recommendation).unwrap();
        let reply = logged.iter().find(|decision| decision.kind == DecisionKind::Reply).unwrap();
        assert_eq!(reply.detail["recommendation"], json!(list.id), "the reply names the list's own entry");

        let deposits = "推荐一款存款产品";
        let unknown = bank.turn(as_whom(None, deposits)).await.unwrap();
        let refused = bank.turn(as_whom(Some(closed), deposits)).await.unwrap();
        assert_eq!(unknown.reply.kind, ReplyKind::Recommend, "{}", unknown.reply.text);
        assert_eq!(unknown.reply, refused.reply, "without consent: what an unknown customer sees");
        let tapped = bank.reply_to(&unknown, &unknown.reply.suggestions[0]).await;
        assert_eq!(tapped.reply.kind, ReplyKind::Answer, "{}", tapped.reply.text);
        assert_eq!(tapped.reply.citations[0].title, unknown.reply.suggestions[0]);
    });
}

#[test]
fn where_no_product_may_be_recommended_the_approved_guide_answers() {
    bank::with(|bank| async move {
        // Nobody whose risk class is unknown is offered a wealth product.
        let reply = bank.ask("recommend a wealth product").await;
        assert_eq!(reply.reply.kind, ReplyKind::Answer, "{}", reply.reply.text);
        assert!(reply.reply.citations[0].id.starts_with("KB-WEALTH-"), "{:?}", reply.reply.citations);
    });
}

#[test]
fn every_suggestion_resolves_when_it_is_tapped() {
    bank::with(|bank| async move {
        for message in
            ["我的信用卡丢了怎么办", "how much is a transfer to another bank", "今天天气怎么样", "怎么提前还房贷"]
        {
            let reply = bank.ask(message).await;
            for tap in reply.reply.suggestions.clone() {
                let tapped = bank.reply_to(&reply, &tap).await;
                let kind = tapped.reply.kind;
                assert!(!matches!(kind, ReplyKind::Clarify | ReplyKind::Refuse), "{message} → {tap}: {kind:?}");
            }
        }
    });
}

#[test]
fn two_messages_at_once_leave_one_conversation_in_order() {
    bank::with(|bank| async move {
        let begun = bank.ask("转账手续费").await;
        let turn = || ChatTurn {
            message: "存款利率".to_owned(),
            session_id: Some(begun.session_id.clone()),
            ..ChatTurn::default()
        };
        let (one, other) = tokio::join!(bank.turn(turn()), bank.turn(turn()));
        let answered = [&one, &other].into_iter().filter(|result| result.is_ok()).count();
        assert!(answered >= 1);
        for refused in [one, other].into_iter().filter_map(Result::err) {
            assert!(matches!(refused, ChatError::Conflict(_)) && matches!(refused.fault(), Fault::Busy { .. }));
        }
        let messages = bank.records.messages(&begun.session_id).await.unwrap();
        let places: Vec<i64> = messages.iter().map(|message| message.position).collect();
        assert_eq!(places, (0..).take(2 + 2 * answered).collect::<Vec<_>>());
    });
}
