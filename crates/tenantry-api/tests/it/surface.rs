//! What holds for every address: methods, headers, and a document that tells the truth.

mod cors;
mod document;
mod headers;
mod manual;
mod methods;
mod pages;
