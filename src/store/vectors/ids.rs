//! How teller's ids (`KB-CARD-LOSS#zh#0`) become the UUIDs that Qdrant wants, and back: the UUID is derived, the
//! original travels in the payload under a key of our own. Must not know any engine.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// Payload key under which a point's own id is kept. Callers never see it.
pub(super) const ID_KEY: &str = "_id";

/// Keeps these UUIDs apart from any other derived from the same text. Changing it orphans every stored point.
const NAMESPACE: &[u8] = b"teller/point/1\0";

/// The UUID of a point: the first 128 bits of a SHA-256 with version 8 ("custom", RFC 9562) and variant set.
///
/// The same on every machine and in both engines, so a point written twice is one point. Two different ids meet
/// with probability 2^-122 per pair.
pub(super) fn engine_id(id: &str) -> Uuid {
    let digest = Sha256::new().chain_update(NAMESPACE).chain_update(id.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}
