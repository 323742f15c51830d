//! Routes that accept only handlers that say who may call them.
//!
//! ```compile_fail
//! async fn forgotten() -> &'static str { "everybody may read this" }
//! let _: aide::axum::routing::ApiMethodRouter<()> =
//!     tenantry_tower::route::get("forgotten", "Forgotten", forgotten);
//! ```

use aide::axum::routing::{self, ApiMethodRouter};
use aide::operation::{OperationHandler, OperationInput, OperationOutput};
use axum::handler::Handler;

/// An extractor that says who may call: `Authorized<_>`, `SignedIn` or `Public`.
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "the first argument of the handler is not a guard",
    note = "make `Authorized<some::Permission>`, `SignedIn` or `Public` its first argument"
)]
pub trait Guard {}

/// The arguments of a handler whose first one is a [`Guard`].
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "the first argument of the handler is not a guard",
    note = "make `Authorized<some::Permission>`, `SignedIn` or `Public` its first argument"
)]
pub trait Guarded {}

macro_rules! guarded {
    ($($argument:ident)*) => {
        impl<First: Guard, $($argument),*> Guarded for (First, $($argument),*) {}
    };
}
guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C D);
guarded!(A B C D E);

macro_rules! methods {
    ($($method:ident $with:ident),+) => {$(
        #[doc = concat!("A `", stringify!($method), "` operation: its id (noun first), its summary, its handler.")]
        pub fn $method<H, I, O, T, S>(id: &'static str, summary: &'static str, handler: H) -> ApiMethodRouter<S>
        where
            H: Handler<T, S> + OperationHandler<I, O>,
            I: OperationInput + Guarded,
            O: OperationOutput,
            S: Clone + Send + Sync + 'static,
            T: 'static,
        {
            routing::$with(handler, |operation| operation.id(id).summary(summary))
        }
    )+};
}
methods!(get get_with, post post_with, put put_with, patch patch_with, delete delete_with);
