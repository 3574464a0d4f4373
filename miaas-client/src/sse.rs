//! Server-Sent Events, as far as the API uses them: `event` and `data` fields; comments keep the connection warm.

/// One message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The kind of message; empty means the usual one.
    pub(crate) event: String,
    /// The `data` lines, joined.
    pub(crate) data: String,
}

/// Collects lines until a message is complete.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    event: String,
    data: Option<String>,
}

impl Parser {
    /// Takes one line without its end; an empty one completes a message that has data.
    pub(crate) fn line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return self.data.take().map(|data| Message { event, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            // Comments have an empty field name; an `id` is in the data too.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_put_together() {
        let text = ": hello\n\nid: 7\ndata: {\"a\":1}\n\ndata:x\ndata\ndata: y\n\nevent: error\nid:9\nretry: 5\ndata: z\n\nid: 10\n\n";
        let mut parser = Parser::default();
        let got: Vec<Message> = text.lines().filter_map(|line| parser.line(line)).collect();
        let message = |event: &str, data: &str| Message { event: event.into(), data: data.into() };
        let want = [message("", "{\"a\":1}"), message("", "x\n\ny"), message("error", "z")];
        assert_eq!(got, want);
    }
}
