//! What a value of a type is written like. Domains are taken off before; whatever is not known here is `Other`, and
//! its texts are tried in the database before they are used.

use super::shape::{Attribute, Base};

/// How values of a type are written.
#[derive(Debug)]
pub(super) enum Family<'a> {
    Boolean,
    /// The greatest number.
    Integer(i64),
    /// Digits before and after the point.
    Decimal(usize, usize),
    /// The greatest length in letters.
    Text(usize),
    Uuid,
    Date,
    Timestamp,
    Json,
    Bytes,
    /// Exactly so many bits, or up to so many.
    Bits(usize),
    Enum(&'a [String]),
    /// The element's type and modifier.
    Array(u32, i32),
    Composite(&'a [Attribute]),
    Range(u32),
    Multirange(u32),
    /// A type's name and its modifier.
    Other(&'a str, i32),
}

/// What a text without a limit is kept under.
pub(super) const LONGEST: usize = 10_000;

impl<'a> Base<'a> {
    /// The family of the type.
    pub(super) fn family(&self) -> Family<'a> {
        let of = self.of;
        match (of.kind, of.subtype) {
            ('e', _) => return Family::Enum(&of.labels),
            ('c', _) => return Family::Composite(&of.attributes),
            ('r', Some(subtype)) => return Family::Range(subtype),
            ('m', Some(subtype)) => return Family::Multirange(subtype),
            _ if of.is_array && of.element != 0 && !of.name.ends_with("vector") => {
                return Family::Array(of.element, self.modifier);
            }
            _ => {}
        }
        self.named()
    }

    fn named(&self) -> Family<'a> {
        match self.of.name.as_str() {
            "bool" => Family::Boolean,
            "int2" => Family::Integer(i64::from(i16::MAX)),
            "int4" => Family::Integer(i64::from(i32::MAX)),
            "int8" => Family::Integer(i64::MAX),
            "float4" => Family::Decimal(6, 0),
            "float8" => Family::Decimal(100, 0),
            "money" => Family::Decimal(16, 2),
            "numeric" => self.decimal(),
            "text" | "citext" => Family::Text(LONGEST),
            "varchar" | "bpchar" => Family::Text(self.length(4).unwrap_or(LONGEST)),
            "name" => Family::Text(63),
            "uuid" => Family::Uuid,
            "date" => Family::Date,
            "timestamp" | "timestamptz" => Family::Timestamp,
            "json" | "jsonb" => Family::Json,
            "bytea" => Family::Bytes,
            "bit" => Family::Bits(self.length(0).unwrap_or(1)),
            "varbit" => Family::Bits(self.length(0).unwrap_or(8).min(64)),
            name => Family::Other(name, self.modifier),
        }
    }

    fn length(&self, header: i32) -> Option<usize> {
        usize::try_from(self.modifier - header).ok().filter(|length| *length > 0)
    }

    /// A numeric's modifier holds the precision above and the scale, which may be negative, in eleven bits below.
    fn decimal(&self) -> Family<'a> {
        if self.modifier < 4 {
            return Family::Decimal(100, 0);
        }
        let coded = self.modifier - 4;
        let (precision, scale) = ((coded >> 16) & 0xffff, ((coded & 0x7ff) ^ 1024) - 1024);
        let before = usize::try_from(precision - scale).unwrap_or(0);
        Family::Decimal(before, usize::try_from(scale).unwrap_or(0))
    }
}
