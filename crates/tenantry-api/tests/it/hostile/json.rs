//! A corpus of JSON bodies of our own (VA-2): texts that every parser must take, must refuse, or may do either with.
//! Each is tried as a field's value in two operations, so that the grammar and not the field decides.

use axum::body::Body;
use http::Request;
use tenantry_testkit::{Answer, App, Caller};

use crate::problem::assert_well_formed;

/// Values that are JSON (RFC 8259): a body that holds one is read, and then refused for the unknown field only.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "0.0",
    "-0.0",
    "0.1",
    "1.5",
    "123456789",
    "-123456789",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e0",
    "1E0",
    "1e1",
    "1e+1",
    "1e-1",
    "1E+01",
    "1e-400",
    "0e0",
    "0e+1",
    "0E-99",
    "1.0e10",
    "123e45",
    "123.456e78",
    "-1.5E-7",
    "0.00000000000000000000000000000000000001",
    "1.0000000000000000000000000000000000000000000001",
    "3.141592653589793238462643383279502884197169399375105820974944",
    "2.2250738585072011e-308",
    "\"\"",
    "\" \"",
    "\"a\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\/\"",
    "\"/\"",
    "\"\\b\\f\\n\\r\\t\"",
    "\"\\u0041\"",
    "\"\\u00e9\"",
    "\"\\u00E9\"",
    "\"\\uD83D\\uDE42\"",
    "\"\\ud83d\\ude42\"",
    "\"🙂\"",
    "\"é\"",
    "\"e\u{301}\"",
    "\"\\u0000\"",
    "\"\\u001f\"",
    "\"\u{7f}\"",
    "\"\u{80}\"",
    "\"\u{2028}\"",
    "\"\u{2029}\"",
    "\"\\u2028\"",
    "\"\u{feff}\"",
    "\"\\uFEFF\"",
    "\"\u{fffe}\"",
    "\"\\uFFFF\"",
    "\"\\uFFFE\"",
    "\"\u{10ffff}\"",
    "\"\u{1fffe}\"",
    "\"\\udbff\\udfff\"",
    "\"null\"",
    "\"[\"",
    "\"]\"",
    "\"{\"",
    "\"}\"",
    "\",\"",
    "\":\"",
    "\"//\"",
    "\"/**/\"",
    "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"",
    "\"\\\\\\\"[{\\\"\"",
    "\"\\\\u0041\"",
    "\"\u{3042}\u{3044}\"",
    "[]",
    "[ ]",
    "[\n]",
    "[null]",
    "[1,2,3]",
    "[1 , 2]",
    "[[]]",
    "[[],[]]",
    "[{}]",
    "[\"\"]",
    "[true,false,null]",
    "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
    "[1.0,1e5,-0]",
    "[\"a\",1,null,{\"b\":[]}]",
    "[ 1\t,\r\n2 ]",
    "{}",
    "{ }",
    "{\"\":0}",
    "{\"a\":{}}",
    "{\"a\":[]}",
    "{\"a\":1,\"b\":2}",
    "{\"a\" : 1}",
    "{\n\"a\"\n:\n1\n}",
    "{\"\\u0061\":1}",
    "{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}",
    "{\"\u{1f642}\":1}",
    "{\"\\ud83d\\ude42\":1}",
    "{\"a b\":1}",
    "{\"\\\"\":1}",
    "{\"/\":1}",
    "{\"__proto__\":{}}",
    "{\"constructor\":1}",
    "{\"x\":{\"x\":{\"x\":0}}}",
];

/// Values that are no JSON.
const NO_VALUES: &[&str] = &[
    // Nothing, or not yet something.
    "",
    " ",
    ",",
    ":",
    "-",
    "+",
    ".",
    "\"",
    "'",
    "\\",
    "[",
    "{",
    "]",
    "}",
    "(",
    "()",
    "<>",
    "<a/>",
    "\u{feff}1",
    // Words.
    "nul",
    "nulll",
    "Null",
    "NULL",
    "nil",
    "None",
    "undefined",
    "tru",
    "True",
    "TRUE",
    "truee",
    "fals",
    "False",
    "yes",
    "NaN",
    "nan",
    "-NaN",
    "Infinity",
    "-Infinity",
    "+Infinity",
    "inf",
    "Inf",
    "a",
    "ａ",
    "ﬁ",
    "é",
    // Numbers.
    "+1",
    "++1",
    "--1",
    "-+1",
    "-a",
    "- 1",
    "01",
    "-01",
    "00",
    "-00",
    "012",
    "1.",
    "-1.",
    ".1",
    "-.1",
    "1..2",
    "1.2.3",
    "1.e1",
    ".e1",
    "1e",
    "1E",
    "1e+",
    "1e-",
    "1e1.5",
    "1ee1",
    "1e++1",
    "e1",
    "1a",
    "0x1",
    "0X1F",
    "0b1",
    "0o7",
    "1_000",
    "1,000.5",
    "1 2",
    "1f",
    "1n",
    "1L",
    "１",
    "٣",
    "½",
    "−1",
    "0.1a",
    "1.5.",
    "-",
    "1e999999999999999999999a",
    // Texts.
    "\"a",
    "a\"",
    "\"\"\"",
    "'a'",
    "`a`",
    "“a”",
    "\"a\nb\"",
    "\"a\rb\"",
    "\"a\tb\"",
    "\"\u{0}\"",
    "\"\u{1}\"",
    "\"\u{1f}\"",
    "\"\\\"",
    "\"\\a\"",
    "\"\\v\"",
    "\"\\0\"",
    "\"\\x41\"",
    "\"\\'\"",
    "\"\\ \"",
    "\"\\\n\"",
    "\"\\é\"",
    "\"\\🙂\"",
    "\"\\u\"",
    "\"\\u4\"",
    "\"\\u41\"",
    "\"\\u041\"",
    "\"\\u004g\"",
    "\"\\U0041\"",
    "\"\\u{41}\"",
    "\"\\u+041\"",
    "\"\\u-041\"",
    "\"\\u 041\"",
    "\"a\" \"b\"",
    "\"a\"b",
    "\"a\"+\"b\"",
    "\"\\ud83d\\u\"",
    "\"\\ud83d\\\"",
    // Lists.
    "[1",
    "1]",
    "[1,",
    "[,1]",
    "[1,]",
    "[,]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1:2]",
    "[1,2}",
    "[}",
    "[]]",
    "[[]",
    "[\"a\",",
    "[a]",
    "[1, // one\n]",
    "[1/**/]",
    "[1#\n]",
    "[-]",
    "[1\u{c}]",
    "[\u{a0}]",
    "[\u{2060}1]",
    "[\u{0}]",
    "[1]\u{0}",
    "[1]1",
    "[*]",
    // Objects.
    "{\"a\"",
    "{\"a\":",
    "{\"a\":}",
    "{:1}",
    "{\"a\" 1}",
    "{\"a\",1}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\"::1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{[]:1}",
    "{\"a\"=1}",
    "{\"a\"=>1}",
    "{\"a\":1]",
    "{]",
    "{{}}",
    "{}}",
    "{{",
    "{\"a\":1}}",
    "{\"a\":a}",
    "{\"a\":'b'}",
    "{\"a\":\"b}",
    "{\"a\":/**/1}",
    "{//\n}",
    "{#}",
    "{\"\\ud8\":1}",
    "{\"a\nb\":1}",
    "{\"a\":1}{",
    "{\"a\"\u{a0}:1}",
    "{\"a\":1}\u{2028}",
];

/// What the grammar allows and a reader may refuse: numbers out of range, halves of characters, names said twice.
const EITHER: &[&str] = &[
    "1e400",
    "-1e400",
    "1e9999999999",
    "1e-99999999999",
    "123456789012345678901234567890",
    "-123456789012345678901234567890",
    "0.4e00669999999999999999999999999999999999999999999999999999999999999999",
    "1.7976931348623159e308",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800a\"",
    "\"\\ud800\\n\"",
    "\"\\ud800\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud83d\"",
    "\"\\uDBFF\"",
    "\"\\uDFFF\"",
    "\"\\ud800\\u0041\"",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"\":0,\"\":1}",
    "{\"\\ud800\":1}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
];

async fn send(caller: &Caller, path: &str, body: &[u8]) -> Answer {
    let mut request =
        Request::builder().method("POST").uri(path).header("content-type", "application/json");
    if let Some(token) = &caller.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = caller.exchange(request.body(Body::from(body.to_vec())).unwrap()).await;
    assert!(answer.status < 500, "{} for {:?}", answer.text, String::from_utf8_lossy(body));
    if answer.status >= 400 {
        assert_well_formed(&answer, &String::from_utf8_lossy(body));
    }
    answer
}

/// The value as a field that neither operation knows, in front of and behind the known ones.
fn bodies(value: &str) -> [(&'static str, String); 4] {
    [
        ("/api/v1/projects", format!("{{\"name\":\"Rocket\",\"x\":{value}}}")),
        ("/api/v1/projects", format!("{{\"x\":{value},\"name\":\"Rocket\"}}")),
        (
            "/auth/login",
            format!(
                "{{\"email\":\"a@example.com\",\"password\":\"securepassword123\",\"x\":{value}}}"
            ),
        ),
        ("/auth/login", format!("{{\"x\":{value}}}")),
    ]
}

fn is_unknown_field(answer: &Answer) -> bool {
    answer.status == 422 && answer.json["errors"][0]["message"] == "is not a field of this body"
}

/// VA-2
#[tokio::test]
async fn what_is_json_is_read_and_what_is_not_is_refused() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let other = app.owner("globex").await;
    assert!(VALUES.len() + NO_VALUES.len() + EITHER.len() >= 150);
    for value in VALUES {
        for (path, body) in bodies(value) {
            let answer = send(&owner, path, body.as_bytes()).await;
            assert!(is_unknown_field(&answer), "{body} {}", answer.text);
            let whole = send(&owner, path, format!(" {value}\r\n\t").as_bytes()).await;
            assert_eq!(whole.status, 422, "{value} {}", whole.text);
        }
    }
    for value in NO_VALUES {
        for (path, body) in bodies(value) {
            let answer = send(&owner, path, body.as_bytes()).await;
            assert!(matches!(answer.status, 400 | 422), "{body} {}", answer.text);
            let whole = send(&owner, path, value.as_bytes()).await;
            assert!(matches!(whole.status, 400 | 422), "{value} {}", whole.text);
            // In the place of a known field it is not an unknown one that hides the fault.
            let named = format!("{{\"name\":{value}}}");
            let named = send(&owner, "/api/v1/projects", named.as_bytes()).await;
            assert!(matches!(named.status, 400 | 422), "{value} {}", named.text);
        }
    }
    for value in EITHER {
        for (path, body) in bodies(value) {
            let answer = send(&owner, path, body.as_bytes()).await;
            assert!(matches!(answer.status, 400 | 422), "{body} {}", answer.text);
        }
    }
    // Nothing of all this has made anything, for the caller or for anybody else.
    for caller in [&owner, &other] {
        let list = caller.get("/api/v1/projects").await;
        assert_eq!(list.json["data"].as_array().map(Vec::len), Some(0), "{}", list.text);
    }
}

/// Bytes that only a known field can show to be read: each comes back as it was meant.
#[tokio::test]
async fn what_is_written_in_escapes_comes_back_as_what_it_means() {
    let app = App::start().await;
    let (owner, other) = (app.owner("acme").await, app.owner("globex").await);
    for (written, meant) in [
        ("\\u0041", "A"),
        ("\\u00e9", "é"),
        ("e\\u0301", "é"),
        ("\\ud83d\\ude42", "🙂"),
        ("\\/\\\\\\\"", "/\\\""),
        ("\\\\u0041", "\\u0041"),
        ("[{,:}]", "[{,:}]"),
        ("null", "null"),
        ("\u{10ffe}", "\u{10ffe}"),
    ] {
        let body = format!("{{\"name\":\"{written}\"}}");
        assert_eq!(send(&owner, "/api/v1/projects", body.as_bytes()).await.str("/name"), meant);
    }
    assert_eq!(other.get("/api/v1/projects").await.json["data"].as_array().map(Vec::len), Some(0));
}
