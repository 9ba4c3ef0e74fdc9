//! What leaves a customer's message before anything else sees it, what must stay, and tokens nobody can forge.

mod mask;
mod properties;
mod token;
