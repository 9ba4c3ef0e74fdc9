//! The pages, driven by a real Chromium against the real server: what a customer and an advisor see and can do.
//! Must not know how a page is written beyond the ids and classes named here.

mod chromium;

use fantoccini::Locator;
use serde_json::json;

use crate::support;
use chromium::Chromium;

const LOST_CARD_ZH: &str = "我的信用卡丢了怎么办";
const LOST_CARD_EN: &str = "I lost my credit card, what should I do?";
/// How many replies the log holds.
const REPLIES: &str = "document.querySelectorAll('#log .message.bot').length";

async fn open_chat(url: &str, locale: &str) -> Chromium {
    let browser = Chromium::start().await;
    browser.open(&format!("{url}/")).await;
    browser.click(&format!("[data-locale='{locale}']")).await;
    browser
}

async fn say(browser: &Chromium, message: &str, replies_after: u32) {
    browser.type_into("#message", message).await;
    browser.press_enter("#message").await;
    browser.until(&format!("{REPLIES} === {replies_after}")).await;
}

async fn sign_in(browser: &Chromium, url: &str, user: &str) {
    browser.open(&format!("{url}/advisor")).await;
    browser.until("location.pathname === '/sign-in'").await;
    browser.click("[data-locale='en']").await;
    browser.type_into("#user", user).await;
    browser.click("#submit").await;
    browser.until("location.pathname === '/advisor' && document.querySelector('#customers a')").await;
}

/// Opens the first customer of the portfolio for whom `wanted` (an expression over `customer`) holds.
async fn open_customer_where(browser: &Chromium, wanted: &str) {
    let script = format!(
        "const [done] = arguments; (async () => {{
           const {{ customers }} = await (await fetch('/v1/customers?limit=100')).json();
           for (const {{ id }} of customers) {{
             const {{ customer }} = await (await fetch(`/v1/customers/${{id}}`)).json();
             if ({wanted}) return id;
           }}
           return null;
         }})().then(done, (error) => done(String(error)));"
    );
    let id = browser.client.execute_async(&script, vec![]).await.expect("the script runs");
    let id = id.as_str().unwrap_or_else(|| panic!("no customer of A001 with {wanted}")).to_owned();
    browser.run(&format!("location.hash = '{id}'")).await;
    browser.until(&format!("document.querySelector('#head')?.textContent.includes('{id}')")).await;
    browser.until("document.querySelector('#recommendations .items')").await;
}

#[tokio::test]
async fn a_question_in_chinese_gets_an_answer_with_its_source() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "zh").await;
    assert!(browser.text("#notice").await.contains("人工智能"), "the notice is there before anything is said");

    say(&browser, LOST_CARD_ZH, 1).await;
    assert!(!browser.text("#log .message.bot .reply-text").await.is_empty());
    assert_eq!(browser.value("document.querySelector('#log .message.bot .bubble').lang").await, json!("zh-CN"));

    browser.click("#log .message.bot .sources summary").await;
    assert!(!browser.text("#log .source-quote").await.is_empty(), "an opened source shows what was quoted");
    assert!(browser.text("#notice").await.contains("人工智能"), "the notice stays while one talks");
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn switching_the_language_changes_the_page_and_an_english_question_gets_an_english_answer() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "zh").await;
    assert_eq!(browser.text("#person").await, "转人工");
    browser.click("[data-locale='en']").await;
    assert_eq!(browser.text("#person").await, "Talk to a person");
    assert_eq!(browser.value("document.documentElement.lang").await, json!("en"));

    say(&browser, LOST_CARD_EN, 1).await;
    assert_eq!(browser.value("document.querySelector('#log .message.bot .bubble').lang").await, json!("en"));
    assert!(browser.text("#log .message.bot .sources summary").await.starts_with("Sources"));
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn the_person_button_gives_a_reference_number_in_one_step() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    browser.click("#person").await;
    browser.until(&format!("{REPLIES} === 1")).await;
    let reference = browser.text("#log .reference strong").await;
    assert!(reference.starts_with("H-") && reference.len() == 10, "{reference:?} is not a reference number");
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn shift_enter_and_an_open_input_method_do_not_send() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "zh").await;
    let key = |more: &str| {
        format!(
            "document.getElementById('message').dispatchEvent(new KeyboardEvent('keydown', \
             {{ key: 'Enter', bubbles: true, cancelable: true, {more} }}))"
        )
    };
    browser.type_into("#message", "ni hao").await;
    browser.run(&key("isComposing: true")).await;
    browser.run(&key("shiftKey: true")).await;
    assert_eq!(browser.value("document.getElementById('log').childElementCount").await, json!(0));
    assert_eq!(browser.value("document.getElementById('message').value").await, json!("ni hao"));
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn a_refused_message_is_said_so_and_goes_back_to_be_changed() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    let too_long = "a".repeat(20_000);
    browser.run(&format!("document.getElementById('message').value = '{too_long}'")).await;
    browser.click("#send").await;
    browser.until("document.querySelector('#log .problem')").await;
    assert!(browser.text("#log .problem").await.contains("characters"), "the server's own reason is shown");
    assert_eq!(browser.value("document.getElementById('message').value.length").await, json!(20_000));
    assert_eq!(browser.value("document.getElementById('send').disabled").await, json!(false));
    browser.only_refused("/v1/chat").await;
}

#[tokio::test]
async fn an_ended_session_can_be_started_again_without_typing_the_message_twice() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    say(&browser, LOST_CARD_EN, 1).await;
    browser.nothing_wrong().await;

    // The page reads its session when it loads: one that the server does not know stands for one that has ended.
    browser.run("sessionStorage.setItem('teller.session', JSON.stringify({ id: 'gone', token: 'gone' }))").await;
    browser.client.refresh().await.expect("the page reloads");
    browser.until("!document.getElementById('continued').hidden").await;
    browser.type_into("#message", LOST_CARD_EN).await;
    browser.press_enter("#message").await;
    browser.until("document.querySelector('#log .problem button')").await;
    assert_eq!(browser.text("#log .problem button").await, "Start again and send");
    browser.click("#log .problem button").await;
    browser.until(&format!("{REPLIES} === 1")).await;
    browser.only_refused("/v1/chat").await;
}

#[tokio::test]
async fn a_reply_is_shown_as_text_and_never_as_markup() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    say(&browser, "<img src=x onerror=document.title='owned'> <b>card</b>", 1).await;
    let markup = browser.value("document.querySelectorAll('#log img, #log b, #log script').length").await;
    assert_eq!(markup, json!(0));
    assert_ne!(browser.client.title().await.expect("a title"), "owned");
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn an_advisor_sees_a_customer_whole_and_what_suits_them_with_reasons_and_what_was_left_out() {
    let server = support::server().await;
    let browser = Chromium::start().await;
    sign_in(&browser, server.url(), "A001").await;
    browser.click("#customers a").await;
    browser.until("document.querySelector('#recommendations .items')").await;

    assert!(browser.text("#head h2").await.chars().count() > 1, "the customer's name");
    assert!(browser.text("#head .figures").await.contains('¥'));
    assert!(browser.count("#holdings tbody tr").await > 0, "holdings are listed");
    assert!(browser.count(".outgoing .fill").await > 0, "spending is drawn");

    let items = browser.count("#recommendations .item").await;
    assert!((1..=5).contains(&items), "{items} products");
    assert!(browser.count("#recommendations .item:not(:has(.reasons li))").await == 0, "every product has its reasons");
    browser.click("#recommendations .excluded summary").await;
    assert!(browser.count("#recommendations .excluded tbody tr").await > 0);
    assert!(!browser.text("#recommendations .excluded .out-text").await.is_empty());
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn personalisation_can_be_turned_off_and_needs_the_customers_consent() {
    let server = support::server().await;
    let browser = Chromium::start().await;
    sign_in(&browser, server.url(), "A001").await;

    open_customer_where(&browser, "customer.consents.personalisation").await;
    assert_eq!(browser.value("document.getElementById('personalised').checked").await, json!(true));
    let before = browser.text("#recommendations .trace").await;
    browser.click(".toggle").await;
    browser
        .until(&format!("document.querySelector('#recommendations .trace').textContent !== {}", json!(before)))
        .await;
    assert_eq!(browser.value("document.getElementById('personalised').checked").await, json!(false));

    open_customer_where(&browser, "!customer.consents.personalisation").await;
    assert_eq!(browser.value("document.getElementById('personalised').disabled").await, json!(true));
    assert_eq!(browser.value("document.getElementById('consent-note').hidden").await, json!(false));
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn a_link_to_a_customer_survives_signing_in_and_somebody_elses_number_is_said_not_to_exist() {
    let server = support::server().await;
    let browser = Chromium::start().await;
    sign_in(&browser, server.url(), "A001").await;
    let link = browser.value("document.querySelector('#customers a').href").await;
    let link = link.as_str().expect("a link").to_owned();
    browser.click("#account button").await;
    browser.until("location.pathname === '/sign-in'").await;
    browser.nothing_wrong().await;

    browser.open(&link).await;
    browser.until("location.pathname === '/sign-in'").await;
    browser.type_into("#user", "A999").await;
    browser.click("#submit").await;
    browser.until("document.getElementById('user-error').textContent !== ''").await;
    browser.only_refused("/v1/sign-in").await;
    browser.type_into("#user", "A001").await;
    browser.click("#submit").await;
    browser.until("document.querySelector('#recommendations .items')").await;
    assert_eq!(browser.value("location.href").await, json!(link));
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn a_request_for_a_person_reaches_the_advisors_desk() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    browser.click("#person").await;
    browser.until(&format!("{REPLIES} === 1")).await;
    let reference = browser.text("#log .reference strong").await;
    sign_in(&browser, server.url(), "A001").await;
    browser.click("#tab-handoffs").await;
    browser.until(&format!("document.querySelector('#handoff-list').textContent.includes('{reference}')")).await;
    browser.nothing_wrong().await;
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_a_narrow_phone() {
    let server = support::server().await;
    let browser = open_chat(server.url(), "en").await;
    browser.narrow(360, 740).await;
    say(&browser, LOST_CARD_EN, 1).await;
    browser.click("#log .sources summary").await;
    browser.fits_across("chat").await;

    sign_in(&browser, server.url(), "A001").await;
    browser.fits_across("customers").await;
    browser.client.find(Locator::Css("#customers a")).await.expect("a customer").click().await.expect("opens");
    browser.until("document.querySelector('#recommendations .items')").await;
    browser.click("#recommendations .excluded summary").await;
    browser.fits_across("customer").await;
    browser.click("[data-locale='zh']").await;
    browser.fits_across("customer, in Chinese").await;
    browser.run("location.hash = 'handoffs'").await;
    browser.fits_across("handoffs").await;
    browser.nothing_wrong().await;
}
