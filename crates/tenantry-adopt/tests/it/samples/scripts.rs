//! The SQL of the four sample databases, with the numbers put in. The example program `load_sample` includes this file too,
//! so it knows nothing of tests.

/// A database as its application had it, before it had organizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// Partitions, a materialized view, deferrable and partial keys.
    Insaight,
    /// Quoted names, a cycle, soft references that are sometimes empty.
    Teamos,
    /// Nineteen tables with one foreign key, a polymorphic reference, definer functions.
    Aicos,
    /// Four tables, one of them large.
    Voiceforge,
}

/// How many rows there are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// All together, about. Voiceforge goes by the other three.
    pub(crate) rows: u64,
    /// Voiceforge: exactly.
    pub(crate) crawls: u64,
    /// Voiceforge: exactly.
    pub(crate) contents: u64,
    /// Voiceforge: exactly.
    pub(crate) chunks: u64,
}

impl Size {
    /// About so many rows, in the proportions of the real thing.
    pub(crate) fn of(rows: u64) -> Self {
        let contents = (rows / 31).max(1);
        Self { rows, crawls: (rows / 3100).max(5), contents, chunks: contents * 30 }
    }
}

impl Sample {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Insaight, Self::Teamos, Self::Aicos, Self::Voiceforge];

    /// The name of its folder.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Insaight => "insaight",
            Self::Teamos => "teamos",
            Self::Aicos => "aicos",
            Self::Voiceforge => "voiceforge",
        }
    }

    /// Its tables, to be run as the login that owns them.
    pub(crate) const fn schema(self) -> &'static str {
        match self {
            Self::Insaight => include_str!("../../../../../examples/insaight/before/schema.sql"),
            Self::Teamos => include_str!("../../../../../examples/teamos/before/schema.sql"),
            Self::Aicos => include_str!("../../../../../examples/aicos/before/schema.sql"),
            Self::Voiceforge => {
                include_str!("../../../../../examples/voiceforge/before/schema.sql")
            }
        }
    }

    /// Its rows.
    pub(crate) fn rows(self, size: Size) -> String {
        let script = match self {
            Self::Insaight => include_str!("../../../../../examples/insaight/before/rows.sql"),
            Self::Teamos => include_str!("../../../../../examples/teamos/before/rows.sql"),
            Self::Aicos => include_str!("../../../../../examples/aicos/before/rows.sql"),
            Self::Voiceforge => include_str!("../../../../../examples/voiceforge/before/rows.sql"),
        };
        script
            .replace("{{scale}}", &size.rows.to_string())
            .replace("{{crawls}}", &size.crawls.to_string())
            .replace("{{contents}}", &size.contents.to_string())
            .replace("{{chunks}}", &size.chunks.to_string())
    }
}
