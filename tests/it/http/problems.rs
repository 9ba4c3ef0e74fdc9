//! The one table from fault to status, and what of an error a caller reads.

use axum::response::IntoResponse;
use teller::chat::ChatError;
use teller::domain::{CustomerId, Fault};
use teller::http::problem::Problem;
use teller::models::ModelError;
use teller::recommend::RecommendError;
use teller::store::records::RecordsError;

#[derive(Debug, thiserror::Error)]
#[error("the inner reason")]
struct Reason;

fn header(problem: Problem, name: &str) -> Option<String> {
    let response = problem.into_response();
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn every_fault_has_its_status_and_only_the_callers_own_are_explained() {
    let table = [
        (Fault::Caller, 400, true, None),
        (Fault::NotFound, 404, true, None),
        (Fault::Denied, 403, true, None),
        (Fault::Busy { retry_after_seconds: 7 }, 503, true, Some("7")),
        (Fault::Busy { retry_after_seconds: 0 }, 503, true, Some("1")),
        (Fault::Unavailable, 503, false, Some("5")),
        (Fault::Bug, 500, false, None),
    ];
    for (fault, status, explained, retry_after) in table {
        let problem = Problem::of(fault, Some("field"), &Reason);
        assert_eq!(problem.status.as_u16(), status, "{fault:?}");
        assert_eq!(problem.detail.contains("inner reason"), explained, "{fault:?}: {}", problem.detail);
        assert_eq!(problem.field.is_some(), status < 500, "{fault:?}");
        assert_eq!(header(problem.clone(), "content-type").as_deref(), Some("application/problem+json"));
        assert_eq!(header(problem, "retry-after").as_deref(), retry_after, "{fault:?}");
    }
}

#[test]
fn a_full_queue_asks_to_come_back() {
    let busy = || ModelError::Busy { queued_tokens: 16_384, retry_after_seconds: 3 };
    for problem in [Problem::from(ChatError::from(busy())), Problem::from(RecommendError::from(busy()))] {
        assert_eq!(problem.status.as_u16(), 503);
        assert_eq!(header(problem, "retry-after").as_deref(), Some("3"));
    }
}

#[test]
fn errors_of_every_module_keep_their_field() {
    let id = CustomerId::new("C9").unwrap();
    let chat = Problem::from(ChatError::UnknownCustomer(id.clone()));
    assert_eq!((chat.status.as_u16(), chat.field.as_deref()), (404, Some("customer_id")));
    let recommend = Problem::from(RecommendError::UnknownCustomer(id));
    assert_eq!((recommend.status.as_u16(), recommend.field.as_deref()), (404, Some("customer_id")));
    let records = Problem::from(RecordsError::Unavailable("host db.internal".to_owned()));
    assert_eq!(records.status.as_u16(), 503);
    assert!(!records.detail.contains("db.internal"));
}
