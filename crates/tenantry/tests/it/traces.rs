//! Traces of a running server, received by a collector that speaks OTLP over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use crate::harness::Sandbox;
use crate::server::{Server, read_answer};

/// A collector on a port of its own, for as long as the test runs.
struct Collector {
    address: String,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let body = receive(&stream.unwrap());
                shared.lock().unwrap().push(body);
            }
        });
        Self { address, received }
    }

    fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        let received = self.received.lock().unwrap();
        received.iter().map(|body| Message::decode(body.as_slice()).unwrap()).collect()
    }
}

/// Reads one request as OTLP/HTTP has it, and answers it.
fn receive(mut stream: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-protobuf\r\n"), "{head}");
    let (_, rest) = head.split_once("content-length: ").unwrap();
    let mut body = vec![0; rest.split("\r\n").next().unwrap().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let answer =
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
    stream.write_all(answer.as_bytes()).unwrap();
    body
}

fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{key}: {other:?} in {attributes:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn get(server: &Server, path: &str, more: &str) -> u16 {
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{more}\r\n").unwrap();
    read_answer(&mut stream).status
}

fn sign_up(server: &Server, name: &str) -> serde_json::Value {
    let body = format!(
        r#"{{"email":"{name}@example.com","password":"canary-horse-battery-7","name":"{name}","organization_name":"{name}"}}"#
    );
    let answer = server.post("/auth/signup", &body);
    assert_eq!(answer.status, 201, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

#[test]
fn a_collector_hears_of_every_request_and_of_no_secret() {
    let sandbox = Sandbox::new();
    let collector = Collector::start();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address.as_str()),
        ("OTEL_SERVICE_NAME", "control plane"),
        // What the log leaves out is traced all the same.
        ("TENANTRY_LOG", "warn,tenantry::serve=info"),
    ];
    let server = Server::start(&sandbox, &variables);
    let (acme, globex) = (sign_up(&server, "acme"), sign_up(&server, "globex"));
    assert_eq!(get(&server, "/readyz", &format!("traceparent: 00-{TRACE}-{PARENT}-01\r\n")), 200);
    for odd in ["garbage", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "ff-1-2-3"] {
        assert_eq!(get(&server, "/livez", &format!("traceparent: {odd}\r\n")), 200);
    }
    let mut organizations = Vec::new();
    for account in [&acme, &globex] {
        let token = account["access_token"].as_str().unwrap();
        let shown = format!("authorization: Bearer {token}\r\nx-canary: canary-header\r\n");
        assert_eq!(get(&server, "/api/v1/projects?limit=77", &shown), 200);
        organizations.push(account["organization"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(get(&server, "/canary-nowhere", ""), 404);
    assert_eq!(server.stop().code, Some(0));

    let requests = collector.requests();
    let resources: Vec<_> = requests.iter().flat_map(|request| &request.resource_spans).collect();
    for resource in &resources {
        let attributes = &resource.resource.as_ref().unwrap().attributes;
        assert_eq!(attribute(attributes, "service.name"), "control plane");
    }
    let spans: Vec<&Span> = resources
        .iter()
        .flat_map(|resource| &resource.scope_spans)
        .flat_map(|scope| &scope.spans)
        .collect();
    assert_eq!(spans.len(), 9, "{spans:#?}");
    let named = |name: &str| -> Vec<&Span> {
        spans.iter().copied().filter(|span| span.name == name).collect()
    };
    let continued = named("GET /readyz");
    assert_eq!(hex(&continued[0].trace_id), TRACE);
    assert_eq!(hex(&continued[0].parent_span_id), PARENT);
    for span in &spans {
        assert_eq!(span.kind, 2, "a server's");
        assert!(span.end_time_unix_nano > span.start_time_unix_nano);
        assert!(attribute(&span.attributes, "tenantry.request.id").starts_with("req_"));
        if span.name != "GET /readyz" {
            assert!(span.parent_span_id.is_empty() && hex(&span.trace_id) != TRACE);
        }
    }
    assert_eq!(named("GET /livez").len(), 3);
    let listed = named("GET /api/v1/projects");
    let seen: Vec<String> = listed
        .iter()
        .map(|span| {
            assert_eq!(attribute(&span.attributes, "http.response.status_code"), "200");
            assert_eq!(attribute(&span.attributes, "http.route"), "/api/v1/projects");
            assert_eq!(attribute(&span.attributes, "http.request.method"), "GET");
            attribute(&span.attributes, "tenantry.organization.id")
        })
        .collect();
    assert_eq!(seen, organizations);
    assert_eq!(attribute(&named("GET none")[0].attributes, "http.response.status_code"), "404");
    // SC-3
    let told = format!("{requests:?}");
    for secret in
        ["canary", "limit=77", "eyJ", "example.com", acme["refresh_token"].as_str().unwrap()]
    {
        assert!(!told.contains(secret), "{secret}");
    }
}

/// A collector that is away is said once, and costs neither an answer nor the end of the server.
#[test]
fn a_collector_that_is_away_costs_nobody_anything() {
    let sandbox = Sandbox::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let server = Server::start(&sandbox, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    for _ in 0..20 {
        assert_eq!(get(&server, "/livez", ""), 200);
    }
    let stopping = Instant::now();
    let stopped = server.stop().ends_with(0).complains(&["traces cannot be sent"]);
    assert!(stopping.elapsed() < Duration::from_secs(15), "{:?}", stopping.elapsed());
    assert_eq!(stopped.stderr.matches("traces cannot be sent").count(), 1, "{}", stopped.stderr);
}

#[test]
fn a_collector_behind_tls_is_refused_with_the_reason() {
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4318")];
    let ran = Sandbox::new().run_with(&["serve"], &endpoint).ends_with(2);
    ran.complains(&[
        "TN0305",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http:// and the address of a collector",
    ]);
}
