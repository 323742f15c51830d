//! A handler says who may call it, with its first argument.

use tenantry_api::Shown;
use tenantry_tower::{Public, route};

async fn forgotten() -> Shown<&'static str> {
    Shown("everybody reads this")
}

async fn in_the_wrong_place(_: axum::extract::State<()>, _: Public) -> Shown<&'static str> {
    Shown("nobody looks at the second argument")
}

fn routes() -> aide::axum::ApiRouter {
    aide::axum::ApiRouter::new()
        .api_route("/forgotten", route::get("forgotten", "Forgotten", forgotten))
        .api_route("/misplaced", route::post("misplaced", "Misplaced", in_the_wrong_place))
}

fn main() {}
