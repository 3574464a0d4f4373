//! Builds the tree from the events of the parser.

use std::{borrow::Cow, collections::BTreeMap, collections::BTreeSet};

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Key, MAX_BYTES, Mark, Node, Pos, Value, YamlError};

/// Most nodes of a document once its aliases are expanded.
const MAX_NODES: usize = 100_000;
/// Most text of a document once its aliases are expanded, in bytes.
const MAX_TEXT: usize = 4 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// Reads one document; `file` is in the place of every node.
pub(crate) fn parse_file(text: &str, file: u16) -> Result<Node, YamlError> {
    if text.len() > MAX_BYTES {
        let message = format!("the document is longer than {} KiB", MAX_BYTES / 1024);
        return Err(YamlError { line: None, column: None, message });
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut tree = Tree { file, open: Vec::new(), root: None, anchors: BTreeMap::new(), spent: Size::default() };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|e| scan_error(&e))?;
        let pos = tree.pos(&span);
        tree.event(event, &span).map_err(|message| YamlError {
            line: usize::try_from(pos.line).ok(),
            column: usize::try_from(pos.column).ok(),
            message,
        })?;
    }
    let start = Pos { file, line: 1, column: 1 };
    Ok(tree.root.unwrap_or(Node { pos: start, value: Value::Null, mark: None }))
}

fn scan_error(e: &ScanError) -> YamlError {
    YamlError { line: Some(e.marker().line()), column: Some(e.marker().col() + 1), message: e.info() }
}

/// How much a part of the tree is.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    nodes: usize,
    text: usize,
}

/// A collection that is not yet closed.
#[derive(Debug)]
struct Open {
    node: Node,
    anchor: usize,
    /// What was spent before it.
    before: Size,
    /// The key whose value comes next.
    key: Option<Key>,
    keys: BTreeSet<String>,
    /// Values of `<<`.
    merged: Vec<Node>,
}

#[derive(Debug)]
struct Tree {
    file: u16,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, (Node, Size)>,
    spent: Size,
}

impl Tree {
    fn pos(&self, span: &Span) -> Pos {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Pos { file: self.file, line: number(span.start.line()), column: number(span.start.col() + 1) }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), String> {
        let pos = self.pos(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let (value, mark) = scalar(text, style, tag.as_deref())?;
                let before = self.spent;
                self.spend(Size { nodes: 1, text: if let Value::Scalar(text) = &value { text.len() } else { 0 } })?;
                if let Some(open) = self.open.last_mut()
                    && matches!(open.node.value, Value::Map(_))
                    && open.key.is_none()
                {
                    let text = match value {
                        Value::Scalar(text) => text,
                        _ => String::new(),
                    };
                    if style == ScalarStyle::Plain && text == "<<" {
                        open.key = Some(Key { text, pos });
                        return Ok(());
                    }
                    if !open.keys.insert(text.clone()) {
                        return Err(format!("duplicate mapping key: {text}"));
                    }
                    open.key = Some(Key { text, pos });
                    return Ok(());
                }
                self.add(Node { pos, value, mark }, anchor, before)
            }
            Event::SequenceStart(_, anchor, tag) => self.start(pos, Value::Seq(Vec::new()), anchor, tag.as_deref()),
            Event::MappingStart(_, anchor, tag) => self.start(pos, Value::Map(Vec::new()), anchor, tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(mut open) = self.open.pop() else { return Err("a collection ends that never began".into()) };
                if let Value::Map(entries) = &mut open.node.value {
                    for merged in std::mem::take(&mut open.merged) {
                        merge(entries, &mut open.keys, merged)?;
                    }
                }
                self.add(open.node, open.anchor, open.before)
            }
            Event::Alias(id) => {
                let Some((node, size)) = self.anchors.get(&id) else {
                    return Err("an alias inside of what it stands for".into());
                };
                let (mut node, size, before) = (node.clone(), *size, self.spent);
                node.mark = None;
                self.spend(size)?;
                self.add(node, 0, before)
            }
            Event::DocumentStart(..) if self.root.is_some() => Err("multiple YAML documents detected".into()),
            _ => Ok(()),
        }
    }

    fn start(&mut self, pos: Pos, value: Value, anchor: usize, tag: Option<&Tag>) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("the document is nested more than {MAX_DEPTH} levels deep"));
        }
        if self.awaits_key() {
            return Err("a key must be a single value".into());
        }
        let before = self.spent;
        self.spend(Size { nodes: 1, text: 0 })?;
        let node = Node { pos, value, mark: mark(tag)? };
        self.open.push(Open { node, anchor, before, key: None, keys: BTreeSet::new(), merged: Vec::new() });
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        self.open.last().is_some_and(|o| matches!(o.node.value, Value::Map(_)) && o.key.is_none())
    }

    fn spend(&mut self, size: Size) -> Result<(), String> {
        self.spent.nodes += size.nodes;
        self.spent.text += size.text;
        if self.spent.nodes > MAX_NODES || self.spent.text > MAX_TEXT {
            return Err("the document is too large once its aliases are expanded".into());
        }
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize, before: Size) -> Result<(), String> {
        if anchor != 0 {
            let size = Size { nodes: self.spent.nodes - before.nodes, text: self.spent.text - before.text };
            // What is kept for aliases is a copy, and counts.
            self.spend(size)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.node.value {
            Value::Seq(items) => items.push(node),
            Value::Map(entries) => match open.key.take() {
                Some(key) if key.text == "<<" && !open.keys.contains("<<") => open.merged.push(node),
                Some(key) => entries.push((key, node)),
                None => return Err("a key must be a single value".into()),
            },
            Value::Null | Value::Scalar(_) => {}
        }
        Ok(())
    }
}

/// Adds what a merge key brings and the mapping does not have itself.
fn merge(entries: &mut Vec<(Key, Node)>, keys: &mut BTreeSet<String>, merged: Node) -> Result<(), String> {
    match merged.value {
        Value::Map(more) => {
            for (key, node) in more {
                if keys.insert(key.text.clone()) {
                    entries.push((key, node));
                }
            }
            Ok(())
        }
        Value::Seq(items) => {
            for item in items {
                match item.value {
                    Value::Map(_) => merge(entries, keys, item)?,
                    other => return Err(format!("a merge key takes mappings, found {}", other.kind())),
                }
            }
            Ok(())
        }
        Value::Null => Ok(()),
        Value::Scalar(_) => Err("a merge key takes mappings, found a single value".into()),
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<(Value, Option<Mark>), String> {
    let mark = mark(tag)?;
    let is_text = style != ScalarStyle::Plain || tag.is_some_and(|t| t.core_suffix() == Some("str"));
    let value = match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" if !is_text => Value::Null,
        _ => Value::Scalar(text.into_owned()),
    };
    Ok((value, mark))
}

fn mark(tag: Option<&Tag>) -> Result<Option<Mark>, String> {
    let Some(tag) = tag else { return Ok(None) };
    match (tag.handle(), tag.suffix()) {
        ("!", "reset") => Ok(Some(Mark::Reset)),
        ("!", "override") => Ok(Some(Mark::Override)),
        ("" | "!", "" | "!") => Ok(None),
        _ if tag.is_yaml_core_schema() => Ok(None),
        _ => Err(format!("the tag {} is not known: Compose has !reset and !override", tag.original())),
    }
}
