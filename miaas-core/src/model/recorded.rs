use std::{marker::PhantomData, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};

/// A value that is kept as its document until somebody asks for it: for what every workload of a fleet has, and people look at
/// once in a while. A fraction of the size of the value, and cheap to copy.
#[derive(Debug)]
pub struct Recorded<T> {
    document: Option<Arc<RawValue>>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + Default> Recorded<T> {
    /// Writes the value down. What has no document, as a map with keys that are no texts, is nothing; plain data always has one.
    #[must_use]
    pub fn new(value: &T) -> Self {
        Self { document: to_raw_value(value).ok().map(Into::into), of: PhantomData }
    }

    /// Reads it; the default when nothing was recorded.
    ///
    /// # Errors
    /// When the document is of something else.
    pub fn read(&self) -> Result<T, serde_json::Error> {
        self.document.as_ref().map_or_else(|| Ok(T::default()), |document| serde_json::from_str(document.get()))
    }
}

impl<T> Default for Recorded<T> {
    fn default() -> Self {
        Self { document: None, of: PhantomData }
    }
}

impl<T> Clone for Recorded<T> {
    fn clone(&self) -> Self {
        Self { document: self.document.clone(), of: PhantomData }
    }
}

impl<T> PartialEq for Recorded<T> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.document.as_ref(), other.document.as_ref());
        a.map(|d| d.get()) == b.map(|d| d.get())
    }
}

impl<T> Serialize for Recorded<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(to)
    }
}

impl<'de, T> Deserialize<'de> for Recorded<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let document = Option::<Box<RawValue>>::deserialize(from)?;
        Ok(Self { document: document.map(Into::into), of: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Explanation;

    #[test]
    fn what_is_recorded_is_read_again_also_from_a_document() {
        let value =
            Explanation { summary: "node1: most free memory".to_owned(), considered: 3, ..Explanation::default() };
        let recorded = Recorded::new(&value);
        assert_eq!(recorded.read().unwrap(), value);
        let again: Recorded<Explanation> = serde_json::from_str(&serde_json::to_string(&recorded).unwrap()).unwrap();
        assert_eq!((again.read().unwrap(), &again), (value, &recorded));
        let none: Recorded<Explanation> = serde_json::from_str("null").unwrap();
        assert_eq!(none.read().unwrap(), Explanation::default());
        let wrong: Recorded<Explanation> = serde_json::from_str("[1]").unwrap();
        assert!(wrong.read().is_err());
    }
}
