//! Keeping what belongs to customers to themselves: secrets masked out of text, tokens that cannot be forged.
//! Must not know who writes the text, nor what a token lets its holder do.

pub mod mask;
pub mod token;
