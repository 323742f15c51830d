//! What an access token says: the claims as they are written, and as they are believed.
//!
//! Every claim is required but `o`, each has one JSON type, and a claim that is not known here is
//! refused: a later version's claim may be a restriction, and must not be passed over.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use tenantry_core::name::Slug;
use tenantry_core::{OrganizationId, SessionId, SystemRole, UserId};

use super::{ActiveOrganization, IssueError, Subject, TokenError, TokenSettings};

/// How far the clocks of two servers may differ, in seconds. It is granted at a token's beginning
/// only: at its end a client refreshes, and nobody is the worse for a second.
const LEEWAY: i64 = 5;
/// The shape of the claims: the one that carries the organization as `o`.
const VERSION: u8 = 2;

/// The claims as JSON has them. Times are seconds since 1970, and integers: `"1"`, `1.0` and `1e3`
/// are refused, not taken for absent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    #[serde(borrow)]
    aud: Cow<'a, str>,
    sub: UserId,
    sid: SessionId,
    #[serde(borrow)]
    jti: Cow<'a, str>,
    iat: i64,
    nbf: i64,
    pub(super) exp: i64,
    v: u8,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    o: Option<Organization>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Organization {
    id: OrganizationId,
    slg: Slug,
    rol: SystemRole,
}

/// Reads an optional claim that, if it is there, is not `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Organization>, D::Error> {
    Organization::deserialize(deserializer).map(Some)
}

impl<'a> Claims<'a> {
    pub(super) fn new(
        subject: &Subject,
        settings: &'a TokenSettings,
        now: i64,
        lifetime: u64,
    ) -> Result<Self, IssueError> {
        let mut jti = [0; 16];
        getrandom::fill(&mut jti)?;
        let lifetime = i64::try_from(lifetime).map_err(|_| IssueError::Lifetime)?;
        let organization = |active: &ActiveOrganization| Organization {
            id: active.id,
            slg: active.slug.clone(),
            rol: active.role,
        };
        Ok(Self {
            iss: settings.issuer.as_str().into(),
            aud: settings.audience.as_str().into(),
            sub: subject.user,
            sid: subject.session,
            jti: URL_SAFE_NO_PAD.encode(jti).into(),
            iat: now,
            nbf: now,
            exp: now.checked_add(lifetime).ok_or(IssueError::Lifetime)?,
            v: VERSION,
            o: subject.organization.as_ref().map(organization),
        })
    }

    /// Believes the claims, now that the signature is known to be ours.
    pub(super) fn check(self, settings: &TokenSettings, now: i64) -> Result<Believed, TokenError> {
        let time = |seconds: i64| match Timestamp::from_second(seconds) {
            Ok(time) if seconds >= 0 => Ok(time),
            Ok(_) | Err(_) => Err(TokenError::Claims),
        };
        let (issued_at, expires_at) = (time(self.iat)?, time(self.exp)?);
        let in_order = self.iat <= self.nbf && self.nbf < self.exp;
        if self.v != VERSION || self.jti.is_empty() || !in_order {
            return Err(TokenError::Claims);
        }
        if self.iss != settings.issuer {
            return Err(TokenError::Issuer);
        }
        if self.aud != settings.audience {
            return Err(TokenError::Audience);
        }
        is_in_time(self.nbf, self.exp, now)?;
        let organization =
            self.o.map(|o| ActiveOrganization { id: o.id, slug: o.slg, role: o.rol });
        let claims = AccessClaims {
            subject: Subject { user: self.sub, session: self.sid, organization },
            token_id: self.jti.into_owned(),
            issued_at,
            expires_at,
        };
        Ok(Believed { not_before: self.nbf, claims })
    }
}

/// Whether a token is valid at this time, by its own word.
pub(super) const fn is_in_time(nbf: i64, exp: i64, now: i64) -> Result<(), TokenError> {
    if nbf > now.saturating_add(LEEWAY) {
        return Err(TokenError::NotYetValid);
    }
    if exp <= now {
        return Err(TokenError::Expired);
    }
    Ok(())
}

/// Claims that were checked, and from when on they are valid.
#[derive(Debug)]
pub(super) struct Believed {
    pub(super) not_before: i64,
    pub(super) claims: AccessClaims,
}

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whom it is about.
    pub subject: Subject,
    /// `jti`: the token's own name.
    pub token_id: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}
