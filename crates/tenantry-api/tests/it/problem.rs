//! What every refusal looks like (VA-3).

use tenantry_core::problem::PROBLEM_TYPE_BASE;
use tenantry_testkit::Answer;

/// Texts that only the inside of a server has.
const INSIDE: [&str; 12] = [
    "select ",
    "tenantry.",
    "sqlstate",
    "pg_",
    "postgres",
    ".rs",
    "/src/",
    "panicked",
    "backtrace",
    "constraint",
    "relation \"",
    "argon2",
];

/// Asserts that an answer is this problem, well formed.
#[track_caller]
pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.json["code"].as_str()),
        (status, Some(code)),
        "{}",
        answer.text
    );
    assert_well_formed(answer, "");
}

/// Asserts the shape of a problem. `sent` is what the client sent: that may come back.
#[track_caller]
pub(crate) fn assert_well_formed(answer: &Answer, sent: &str) {
    let media = answer.headers.get("content-type").and_then(|media| media.to_str().ok());
    assert_eq!(media, Some("application/problem+json"), "{} {}", answer.status, answer.text);
    assert_eq!(answer.json["status"], answer.status, "{}", answer.text);
    assert!(answer.status < 500 || answer.status == 503, "{} for {sent:?}", answer.text);
    let code = answer.str("/code");
    let known = tenantry_core::ErrorCode::ALL.iter().find(|known| known.code() == code);
    assert_eq!(known.map(|known| known.status()), Some(answer.status), "{}", answer.text);
    assert_eq!(answer.str("/title"), known.unwrap().title());
    assert_eq!(answer.str("/type"), format!("{PROBLEM_TYPE_BASE}{code}"));
    assert_eq!(answer.str("/request_id"), answer.headers["x-request-id"].to_str().unwrap());
    assert!(!answer.str("/detail").is_empty());
    let said = format!("{} {}", answer.str("/detail"), answer.json["errors"]);
    let (text, sent) = (said.to_lowercase(), sent.to_lowercase());
    for inside in INSIDE {
        assert!(!text.contains(inside) || sent.contains(inside), "{inside:?} in {}", answer.text);
    }
}

/// The fields that a 422 names.
pub(crate) fn fields(answer: &Answer) -> Vec<&str> {
    let errors = answer.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().filter_map(|error| error["field"].as_str()).collect()
}
