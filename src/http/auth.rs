//! Who asks, and what they may: the API key, the demo users' cookie, and the rules per role. Deny by default.
//!
//! A handler takes [`Caller`] where anybody may come, [`Staff`] where only advisors and administrators may; so the
//! rule stands in its signature. Must not know what is done once somebody may.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};

use super::problem::Problem;
use crate::app::App;
use crate::domain::CustomerId;
use crate::domain::customer::Customer;
use crate::domain::ids::MAX_ID_BYTES;

/// The cookie of a signed-in demo user.
pub const USER_COOKIE: &str = "teller_user";
/// Purpose of the tokens in that cookie: one signed for anything else does not open it.
const USER_PURPOSE: &str = "user";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    Anonymous,
    Customer(CustomerId),
    /// An advisor, by id.
    Advisor(String),
    /// Whoever holds the API key.
    Admin,
}

/// Somebody of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staff {
    /// Sees the own portfolio only.
    Advisor(String),
    Admin,
}

impl Caller {
    /// The caller of a request.
    ///
    /// # Errors
    /// An `Authorization` header that does not hold the API key. A cookie that has ended or is not ours counts as no
    /// cookie: its owner is asked to sign in again.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(stated) = headers.get(header::AUTHORIZATION) {
            let guess = stated.to_str().ok().and_then(bearer).unwrap_or_default();
            let known = app.settings.server.api_key.as_ref().is_some_and(|key| key.matches(guess));
            return if known {
                Ok(Self::Admin)
            } else {
                Err(Problem::not_signed_in(
                    "the API key is not known: send `Authorization: Bearer` and the server's key",
                ))
            };
        }
        if !app.settings.server.demo_login {
            return Ok(Self::Anonymous);
        }
        let subject = cookie(headers, USER_COOKIE)
            .and_then(|token| app.signing_key.open(USER_PURPOSE, token, app.clock.now()).ok());
        Ok(subject.as_deref().and_then(Self::from_subject).unwrap_or(Self::Anonymous))
    }

    /// A token that brings this caller back until `expires`; `None` for one that does not sign in.
    #[must_use]
    pub fn token(&self, app: &App, expires: DateTime<Utc>) -> Option<String> {
        let subject = match self {
            Self::Customer(id) => format!("customer:{id}"),
            Self::Advisor(id) => format!("advisor:{id}"),
            Self::Anonymous | Self::Admin => return None,
        };
        Some(app.signing_key.issue(USER_PURPOSE, &subject, expires))
    }

    fn from_subject(subject: &str) -> Option<Self> {
        let (role, id) = subject.split_once(':')?;
        match role {
            "customer" => CustomerId::new(id).ok().map(Self::Customer),
            "advisor" => Some(Self::Advisor(id.to_owned())),
            _ => None,
        }
    }

    /// `anonymous`, `customer`, `advisor` or `admin`.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Customer(_) => "customer",
            Self::Advisor(_) => "advisor",
            Self::Admin => "admin",
        }
    }

    /// How the decision log names the caller.
    #[must_use]
    pub fn actor(&self) -> String {
        match self {
            Self::Anonymous | Self::Customer(_) => "customer".to_owned(),
            Self::Advisor(id) => format!("advisor:{id}"),
            Self::Admin => "system".to_owned(),
        }
    }

    /// The caller as somebody of the bank.
    ///
    /// # Errors
    /// 401 for nobody, 403 for a customer.
    pub fn staff(self) -> Result<Staff, Problem> {
        match self {
            Self::Advisor(id) => Ok(Staff::Advisor(id)),
            Self::Admin => Ok(Staff::Admin),
            Self::Customer(_) => Err(Problem::denied("this is for the bank's advisors")),
            Self::Anonymous => Err(sign_in_first()),
        }
    }
}

impl Staff {
    /// The advisor whose portfolio bounds what is seen; `None` sees all.
    #[must_use]
    pub fn portfolio(&self) -> Option<&str> {
        match self {
            Self::Advisor(id) => Some(id),
            Self::Admin => None,
        }
    }

    /// Whether this customer is theirs to see.
    #[must_use]
    pub fn may_see(&self, customer: &Customer) -> bool {
        self.portfolio().is_none_or(|advisor| customer.advisor_id == advisor)
    }

    /// The customer, if it exists and is theirs to see.
    ///
    /// # Errors
    /// 404 for an unknown customer, 403 for one of another portfolio, and the records' own.
    pub async fn customer(&self, app: &App, id: &CustomerId) -> Result<Customer, Problem> {
        let found = app.records.customer(id).await?;
        let customer = found.ok_or_else(|| unknown_customer(id))?;
        if self.may_see(&customer) {
            Ok(customer)
        } else {
            Err(Problem::denied(format!("customer {id} is in another advisor's portfolio")).field("customer_id"))
        }
    }
}

/// The refusal for a customer that does not exist.
#[must_use]
pub fn unknown_customer(id: &CustomerId) -> Problem {
    Problem::not_found(format!("customer {id} does not exist")).field("customer_id")
}

/// The refusal for nobody.
#[must_use]
pub fn sign_in_first() -> Problem {
    Problem::not_signed_in("sign in, or send `Authorization: Bearer` and the server's API key")
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Self::of(app, &parts.headers)
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Caller::of(app, &parts.headers)?.staff()
    }
}

/// The caller for pages, where a wrong key is nobody rather than an error.
pub struct Visitor(pub Caller);

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(Caller::of(app, &parts.headers).unwrap_or(Caller::Anonymous)))
    }
}

/// Whether this can be an advisor's id at all.
#[must_use]
pub fn is_advisor_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn bearer(stated: &str) -> Option<&str> {
    let (scheme, key) = stated.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The first cookie of that name.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}
