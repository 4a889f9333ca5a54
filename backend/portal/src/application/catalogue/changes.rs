//! What a change changes, for the log.

use serde::Serialize;
use serde_json::{Map, Value};

/// The fields in which two of the same differ, as they were and as they are: two JSON objects. None when they do not.
pub(crate) fn changes<T: Serialize>(before: &T, after: &T) -> Option<(String, String)> {
    let (before, after) = (fields(before), fields(after));
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    let names: Vec<_> = after.keys().filter(differs).collect();
    let only = |of: &Map<String, Value>| {
        let kept = names
            .iter()
            .filter_map(|name| Some(((*name).clone(), of.get(*name)?.clone())));
        Value::Object(kept.collect()).to_string()
    };
    (!names.is_empty()).then(|| (only(&before), only(&after)))
}

fn fields<T: Serialize>(of: &T) -> Map<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// All fields, as they are.
pub(crate) fn whole<T: Serialize>(of: &T) -> String {
    Value::Object(fields(of)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Thing {
        name: &'static str,
        days: u32,
    }

    #[test]
    fn only_what_differs_is_named() {
        let (before, after) = (Thing { name: "一", days: 1 }, Thing { name: "一", days: 2 });
        let found = changes(&before, &after);
        assert_eq!(
            found,
            Some((r#"{"days":1}"#.to_owned(), r#"{"days":2}"#.to_owned()))
        );
        assert_eq!(changes(&before, &before), None);
        assert_eq!(whole(&before), r#"{"days":1,"name":"一"}"#);
    }
}
