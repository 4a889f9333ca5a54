//! Examples of bodies, made from their schemas and the examples in those.

use serde_json::{Map, Value, json};

/// How deep schemas may lie within each other.
const DEEPEST: usize = 8;

/// Gives an operation's bodies an example where they have none.
pub(super) fn add(operation: &mut Value, schemas: &Value) {
    fill(&mut operation["requestBody"], schemas);
    if operation["requestBody"].is_null()
        && let Some(operation) = operation.as_object_mut()
    {
        // Looking at it has put it there.
        operation.remove("requestBody");
    }
    for answer in operation["responses"]
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        fill(answer, schemas);
    }
}

fn fill(body: &mut Value, schemas: &Value) {
    let Some(contents) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for content in contents.values_mut().filter_map(Value::as_object_mut) {
        if content.contains_key("example") || content.contains_key("examples") {
            continue;
        }
        if let Some(schema) = content.get("schema") {
            let example = of(schema, schemas, DEEPEST);
            content.insert("example".to_owned(), example);
        }
    }
}

/// A value of this schema: its own example where it has one.
fn of(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if depth == 0 {
        return Value::Null;
    }
    let inner = |schema: &Value| of(schema, schemas, depth - 1);
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return inner(&schemas[name]);
    }
    if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return value.clone();
    }
    for key in ["oneOf", "anyOf"] {
        let options = schema[key].as_array();
        if let Some(some) = options.and_then(|options| options.iter().find(|it| it["type"] != "null")) {
            return inner(some);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let objects = parts.iter().map(inner).filter_map(|part| match part {
            Value::Object(fields) => Some(fields),
            _ => None,
        });
        return Value::Object(objects.flatten().collect());
    }
    match schema["type"].as_str() {
        Some("string") => text(schema),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("array") => json!([inner(&schema["items"])]),
        Some("object") => {
            let fields = schema["properties"].as_object();
            Value::Object(
                fields
                    .into_iter()
                    .flatten()
                    .map(|(name, field)| (name.clone(), inner(field)))
                    .collect(),
            )
        }
        // What may be missing is, unless its schema gives an example.
        _ => Value::Null,
    }
}

fn text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("uuid") => json!("019ab1c2-7c00-7000-8000-00000000a001"),
        Some("date-time") => json!("2026-11-23T21:30:00.000Z"),
        Some("date") => json!("2026-11-23"),
        Some("uri") => json!("https://portal.example.gov.tw/"),
        _ => json!("…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_of_its_schema() {
        let schemas = json!({
            "Page": { "type": "object", "properties": {
                "items": { "type": "array", "items": { "$ref": "#/components/schemas/Item" } },
                "next": { "type": ["string", "null"] },
            } },
            "Item": { "type": "object", "properties": {
                "id": { "type": "string", "format": "uuid" },
                "kind": { "oneOf": [{ "type": "null" }, { "type": "string", "enum": ["a", "b"] }] },
                "name": { "type": "string", "example": "林測試" },
            } },
        });
        assert_eq!(
            of(&json!({ "$ref": "#/components/schemas/Page" }), &schemas, DEEPEST),
            json!({
                "items": [{ "id": "019ab1c2-7c00-7000-8000-00000000a001", "kind": "a", "name": "林測試" }],
                "next": null,
            })
        );
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let schemas =
            json!({ "Tree": { "type": "object", "properties": { "under": { "$ref": "#/x/Tree" } } } });
        assert!(of(&json!({ "$ref": "#/x/Tree" }), &schemas, DEEPEST).is_object());
    }
}
