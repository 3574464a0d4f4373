//! The key that signs node tokens, shared by all replicas: a node that one of them registered is known to all.

use std::path::Path;

use miaas_core::{
    ErrorKind, PortError,
    port::{Key, Kind, Op, Store, Value, When, Write},
};

const OPERATION: &str = "auth.node_key";

/// The key in the database. At the first start it is that of the state directory, so that the nodes of a server that was
/// alone so far stay known.
///
/// # Errors
/// The store's; `Internal` when something else stands in its place.
pub(super) async fn shared(store: &dyn Store, state_dir: &Path) -> Result<[u8; 32], PortError> {
    let name = Key::new(Kind::Setting, "node_token_key");
    if let Some(found) = store.get(&name).await? {
        return decode(&found.value.0);
    }
    let own = crate::auth::load_or_create_node_key(&state_dir.join("node-token.key"))?;
    let text = serde_json::Value::from(own.iter().map(|b| format!("{b:02x}")).collect::<String>()).to_string();
    let write = Write { key: name.clone(), op: Op::Put(Value(text.into())), when: When::Absent };
    match store.commit(vec![write]).await {
        Ok(_) => Ok(own),
        Err(e) if e.kind() == ErrorKind::Conflict => match store.get(&name).await? {
            Some(found) => decode(&found.value.0),
            None => Err(e),
        },
        Err(e) => Err(e),
    }
}

fn decode(text: &str) -> Result<[u8; 32], PortError> {
    let damaged = || PortError::internal(OPERATION, "the key of node tokens in the database does not read");
    let hex: String = serde_json::from_str(text).map_err(|e| damaged().with_source(e))?;
    let mut key = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(damaged());
    }
    for (i, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).map_err(|e| damaged().with_source(e))?;
    }
    Ok(key)
}
