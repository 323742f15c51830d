//! Who is calling: passwords, the keys and tokens that stand for a signed-in person, and sessions.
//!
//! `password`, `signing`, `jwks` and `token` are pure: they read no database, and take the time from
//! a [`Clock`](tenantry_core::Clock). What a token says about a role is a hint for user interfaces;
//! what somebody may do is always asked of the database.

mod authenticate;
mod demo;
mod error;
mod grant;
mod identity;
pub mod jwks;
mod memory;
pub mod password;
mod readable;
mod remembered;
pub mod secret_text;
mod setup;
mod sign_in;
pub mod signing;
mod signup;
pub mod token;
mod watch;

pub use authenticate::{OrganizationName, VerifiedToken};
pub use demo::{DemoPerson, demo_password};
pub use error::IdentityError;
pub use grant::Grant;
pub use identity::{Identity, IdentitySettings, SIGNING_PERIOD};
pub use jwks::{Jwk, Jwks};
pub use memory::MemoryStatus;
pub use password::{Hasher, Password, PasswordHash, PasswordPolicy, Verdict};
pub use remembered::Profile;
pub use secret_text::SecretText;
pub use setup::{NewOperator, SETUP_MINUTES, SetupToken};
pub use sign_in::REFRESH_GRACE;
pub use signing::SigningKey;
pub use signup::{Founding, SignUp};
pub use token::{AccessClaims, KeySet, RefreshToken, TokenError, TokenIssuer};
