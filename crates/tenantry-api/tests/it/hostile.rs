//! Everything that people send who do not mean well, into everything that is read (VA-1, VA-2, VA-3).

mod bytes;
mod fields;
mod headers;
mod json;
mod names;
mod strings;
