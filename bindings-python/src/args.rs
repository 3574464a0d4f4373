//! Values as Python gives them. What is wrong with one names the argument: `Demand(): cpu_milli must be a whole number, not str`.

use std::str::FromStr;

use miaas_core::{
    id::InvalidName,
    name::{LabelKey, Labels},
};
use pyo3::{
    exceptions::{PyOverflowError, PyTypeError},
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyMapping, PyString},
};

use crate::error::Failure;

/// Reads the attributes of a dataclass of the façade.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a, 'py> {
    of: &'static str,
    object: &'a Bound<'py, PyAny>,
}

impl<'a, 'py> Fields<'a, 'py> {
    pub(crate) const fn new(of: &'static str, object: &'a Bound<'py, PyAny>) -> Self {
        Self { of, object }
    }

    /// The value of a field.
    pub(crate) fn get(self, name: &str) -> PyResult<Arg<'py>> {
        let missing = |_| PyTypeError::new_err(format!("{}: {} has no {name}", self.of, kind(self.object)));
        Ok(Arg { of: self.of, name: name.to_owned(), value: self.object.getattr(name).map_err(missing)? })
    }
}

/// One argument of a call.
#[derive(Debug)]
pub(crate) struct Arg<'py> {
    of: &'static str,
    name: String,
    pub(crate) value: Bound<'py, PyAny>,
}

impl<'py> Arg<'py> {
    pub(crate) fn new(of: &'static str, name: &str, value: &Bound<'py, PyAny>) -> Self {
        Self { of, name: name.to_owned(), value: value.clone() }
    }

    /// None stays none.
    pub(crate) fn optional<T>(self, read: impl FnOnce(Self) -> PyResult<T>) -> PyResult<Option<T>> {
        if self.value.is_none() { Ok(None) } else { read(self).map(Some) }
    }

    /// A whole number that is not negative.
    pub(crate) fn whole<T: TryFrom<u64>>(self) -> PyResult<T> {
        let is_index = !self.value.is_instance_of::<PyBool>()
            && !self.value.is_instance_of::<PyFloat>()
            && (self.value.is_instance_of::<PyInt>() || self.value.hasattr("__index__")?);
        if !is_index {
            return Err(self.wrong_type("a whole number"));
        }
        let number = match self.value.extract::<i128>() {
            Ok(number) => Some(number),
            Err(e) if e.is_instance_of::<PyOverflowError>(self.value.py()) => None,
            // What the object itself raised.
            Err(e) => return Err(e),
        };
        match number {
            Some(negative @ ..0) => Err(self.invalid(&format!("is {negative}; it must be at least 0"))),
            Some(number) => match u64::try_from(number).ok().and_then(|n| T::try_from(n).ok()) {
                Some(number) => Ok(number),
                None => Err(self.invalid(&format!("is {number}, which is too large"))),
            },
            None => Err(self.invalid("is too large")),
        }
    }

    /// A whole number of either sign.
    pub(crate) fn integer(self) -> PyResult<i32> {
        if self.value.is_instance_of::<PyBool>() || !self.value.is_instance_of::<PyInt>() {
            return Err(self.wrong_type("a whole number"));
        }
        self.value.extract().map_err(|_| self.invalid("is out of range"))
    }

    /// True or false.
    pub(crate) fn flag(self) -> PyResult<bool> {
        match self.value.cast::<PyBool>() {
            Ok(flag) => Ok(flag.is_true()),
            Err(_) => Err(self.wrong_type("True or False")),
        }
    }

    /// Text.
    pub(crate) fn text(self) -> PyResult<String> {
        let Ok(text) = self.value.cast::<PyString>() else { return Err(self.wrong_type("text")) };
        // Python's text can hold halves of characters, which no encoding has.
        text.to_str().map(str::to_owned).map_err(|_| self.invalid("is no text: it holds half a character"))
    }

    /// Text that follows the rule of a type.
    pub(crate) fn parsed<T: FromStr<Err: ToString>>(self) -> PyResult<T> {
        let (of, name, py) = (self.of, self.name.clone(), self.value.py());
        let text = self.text()?;
        text.parse().map_err(|e: T::Err| Failure::invalid(of, format!("{of}: {name}: {}", e.to_string())).raise(py))
    }

    /// One of the words that a type has on the wire.
    pub(crate) fn word<T: serde::de::DeserializeOwned>(self, known: &str) -> PyResult<T> {
        let (of, name, py) = (self.of, self.name.clone(), self.value.py());
        let text = self.text()?;
        let read = serde_json::from_value(serde_json::Value::String(text.clone()));
        read.map_err(|_| {
            let message = format!("{of}: {name} {text:?} is unknown");
            Failure::invalid(of, message).with_hint(format!("use one of {known}")).raise(py)
        })
    }

    /// Each of several; text is not taken for a list of letters.
    pub(crate) fn each<T>(self, read: impl Fn(Self) -> PyResult<T>) -> PyResult<Vec<T>> {
        if self.value.is_instance_of::<PyString>() || self.value.is_instance_of::<PyDict>() {
            return Err(self.wrong_type("a list"));
        }
        let Ok(items) = self.value.try_iter() else { return Err(self.wrong_type("a list")) };
        let one = |(i, value): (usize, PyResult<Bound<'py, PyAny>>)| {
            read(Self { of: self.of, name: format!("{}[{i}]", self.name), value: value? })
        };
        items.enumerate().map(one).collect()
    }

    /// Texts by text.
    pub(crate) fn pairs(self) -> PyResult<Vec<(String, String)>> {
        let Ok(map) = self.value.cast::<PyMapping>() else { return Err(self.wrong_type("a dict of text")) };
        let read = |item: Bound<'py, PyAny>| {
            let (key, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item.extract()?;
            let key = Self { of: self.of, name: format!("a key of {}", self.name), value: key }.text()?;
            let value = Self { of: self.of, name: format!("{}[{key:?}]", self.name), value }.text()?;
            Ok((key, value))
        };
        map.items()?.iter().map(read).collect()
    }

    /// Labels.
    pub(crate) fn labels(self) -> PyResult<Labels> {
        let (of, name, py) = (self.of, self.name.clone(), self.value.py());
        let wrong = |e: InvalidName| Failure::invalid(of, format!("{of}: {name}: {e}")).raise(py);
        let pairs = self.pairs()?.into_iter().map(|(key, value)| Ok((LabelKey::parse(&key)?, value)));
        let labels = Labels(pairs.collect::<Result<_, _>>().map_err(wrong)?);
        labels.check().map_err(wrong)?;
        Ok(labels)
    }

    /// The fields of an object of the façade's class of this name.
    pub(crate) fn fields(&self, of: &'static str, class: &str) -> PyResult<Fields<'_, 'py>> {
        if *kind(&self.value) == *class {
            return Ok(Fields::new(of, &self.value));
        }
        Err(self.wrong_type(class))
    }

    /// A `TypeError` that says what was wanted.
    pub(crate) fn wrong_type(&self, wanted: &str) -> PyErr {
        PyTypeError::new_err(format!("{}: {} must be {wanted}, not {}", self.of, self.name, kind(&self.value)))
    }

    /// A `miaas.InvalidError` that names the argument.
    pub(crate) fn invalid(&self, what: &str) -> PyErr {
        Failure::invalid(self.of, format!("{}: {} {what}", self.of, self.name)).raise(self.value.py())
    }
}

/// The name of the type of a value.
fn kind(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}
