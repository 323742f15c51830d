//! What the edge of the service makes of one request, from its first line to its answer. The envelope calls it
//! before and after; what it decides stands in the files of its parts.

use axum::extract::Request;
use axum::response::Response;

use crate::cors::Cors;
use crate::service::Service;

/// One request on its way.
#[derive(Debug)]
pub(crate) struct Exchange {
    cors: Cors,
}

impl Exchange {
    /// Begins with the request as it came.
    pub(crate) fn begin(service: &Service, request: &mut Request) -> Self {
        let edge = &service.settings().edge;
        let cors = Cors::of(&edge.cors_origins, request.method(), request.headers());
        Self { cors }
    }

    /// The answer, when the edge gives it and no handler is asked.
    pub(crate) fn answer(&self) -> Option<Response> {
        self.cors.preflight()
    }

    /// Writes what belongs into every answer.
    pub(crate) fn finish(self, response: &mut Response) {
        self.cors.mark(response);
    }
}
