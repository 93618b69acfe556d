//! Changes the order of three steps in the embedding model, so that it needs 47 MiB less while it is loaded.
//!
//! As published, the whole table of words is made from eight bits into numbers of 32 and then a few rows are
//! picked; a runtime keeps that large table. Here the rows are picked first. What comes out is the same.
//! The format is `onnx.proto` 3 in the wire format of Protocol Buffers.

use anyhow::{Context, bail, ensure};

/// Numbers of fields, in `ModelProto`, `GraphProto` and `NodeProto`.
const GRAPH: u64 = 7;
const NODE: u64 = 1;
const INPUT: u64 = 1;
const OUTPUT: u64 = 2;
const NAME: u64 = 3;
const OPERATOR: u64 = 4;

const TABLE: &str = "inner.embeddings.word_embeddings.weight";

/// A field of a message.
#[derive(Clone, Copy)]
struct Field<'a> {
    number: u64,
    /// What is in it, if it has a length.
    body: &'a [u8],
    /// All of it.
    whole: &'a [u8],
}

/// The model with the rows picked first.
pub(crate) fn pick_first(model: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut changed = Vec::with_capacity(model.len());
    let mut graphs = 0;
    for field in fields(model)? {
        if field.number == GRAPH {
            graphs += 1;
            put(&mut changed, GRAPH, &graph(field.body)?);
        } else {
            changed.extend_from_slice(field.whole);
        }
    }
    ensure!(graphs == 1, "the model has {graphs} graphs");
    Ok(changed)
}

fn graph(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (small, scale) = (format!("{TABLE}_q"), format!("{TABLE}_scale"));
    let nodes: Vec<Field<'_>> =
        fields(bytes)?.into_iter().filter(|field| field.number == NODE).collect();
    let the = |operator: &str, input: &str| {
        let mut found = Vec::new();
        for node in &nodes {
            let node = Node::read(node.body)?;
            if node.operator == operator && node.inputs.first().is_some_and(|it| it == input) {
                found.push(node);
            }
        }
        let only = if found.len() == 1 { found.pop() } else { None };
        only.with_context(|| format!("the model has not one {operator} of {input}"))
    };
    let cast = the("Cast", &small)?;
    let large = cast.outputs.first().context("a Cast without an output")?;
    let multiply = the("Mul", large)?;
    let gather = the("Gather", TABLE)?;
    let rows = gather.inputs.get(1).context("a Gather without rows")?;
    let result = gather.outputs.first().context("a Gather without an output")?;

    let name = |step: &str| format!("{TABLE}_{step}");
    let steps = [
        gather.again(&name("pick"), &[&small, rows], &name("picked_q")),
        cast.again(&name("pick_cast"), &[&name("picked_q")], &name("picked_f")),
        gather.again(&name("pick_scale"), &[&scale, rows], &name("picked_scale")),
        multiply.again(&name("pick_mul"), &[&name("picked_f"), &name("picked_scale")], result),
    ];
    let mut changed = Vec::with_capacity(bytes.len());
    for field in fields(bytes)? {
        if field.number != NODE {
            changed.extend_from_slice(field.whole);
        } else if field.body == gather.bytes {
            steps.iter().for_each(|step| put(&mut changed, NODE, step));
        } else if field.body != cast.bytes && field.body != multiply.bytes {
            changed.extend_from_slice(field.whole);
        }
    }
    Ok(changed)
}

/// A step of the graph.
struct Node<'a> {
    bytes: &'a [u8],
    inputs: Vec<String>,
    outputs: Vec<String>,
    operator: String,
}

impl<'a> Node<'a> {
    fn read(bytes: &'a [u8]) -> anyhow::Result<Self> {
        let mut node =
            Node { bytes, inputs: Vec::new(), outputs: Vec::new(), operator: String::new() };
        for field in fields(bytes)? {
            let text = || String::from_utf8(field.body.to_vec()).context("a name is not UTF-8");
            match field.number {
                INPUT => node.inputs.push(text()?),
                OUTPUT => node.outputs.push(text()?),
                OPERATOR => node.operator = text()?,
                _ => {}
            }
        }
        Ok(node)
    }

    /// The same operator with the same attributes at another place.
    fn again(&self, name: &str, inputs: &[&str], output: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        inputs.iter().for_each(|input| put(&mut bytes, INPUT, input.as_bytes()));
        put(&mut bytes, OUTPUT, output.as_bytes());
        put(&mut bytes, NAME, name.as_bytes());
        let rest = fields(self.bytes).unwrap_or_default().into_iter();
        for field in rest.filter(|field| ![INPUT, OUTPUT, NAME].contains(&field.number)) {
            bytes.extend_from_slice(field.whole);
        }
        bytes
    }
}

/// The fields of a message, in their order.
fn fields(message: &[u8]) -> anyhow::Result<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let whole = rest;
        let tag = number(&mut rest)?;
        let body = match tag & 7 {
            0 => {
                number(&mut rest)?;
                &[]
            }
            1 => take(&mut rest, 8)?,
            2 => {
                let length = usize::try_from(number(&mut rest)?)?;
                take(&mut rest, length)?
            }
            5 => take(&mut rest, 4)?,
            other => bail!("a field of the unknown kind {other}"),
        };
        let whole = whole.get(..whole.len() - rest.len()).unwrap_or_default();
        fields.push(Field { number: tag >> 3, body, whole });
    }
    Ok(fields)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> anyhow::Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length).context("the file ends within a field")?;
    *rest = left;
    Ok(taken)
}

/// A number in groups of seven bits, the lowest first.
fn number(rest: &mut &[u8]) -> anyhow::Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first().context("the file ends within a number")?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number has too many bytes")
}

fn put(bytes: &mut Vec<u8>, field: u64, body: &[u8]) {
    put_number(bytes, field << 3 | 2);
    put_number(bytes, body.len() as u64);
    bytes.extend_from_slice(body);
}

fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        inputs.iter().for_each(|input| put(&mut bytes, INPUT, input.as_bytes()));
        put(&mut bytes, OUTPUT, output.as_bytes());
        put(&mut bytes, OPERATOR, operator.as_bytes());
        put(&mut bytes, 5, b"attribute");
        bytes
    }

    fn model(nodes: &[Vec<u8>]) -> Vec<u8> {
        let mut graph = Vec::new();
        nodes.iter().for_each(|node| put(&mut graph, NODE, node));
        put(&mut graph, 5, &[7; 300]);
        let mut model = vec![8, 10];
        put(&mut model, GRAPH, &graph);
        model
    }

    #[test]
    fn rows_are_picked_before_they_are_made_large() {
        let q = format!("{TABLE}_q");
        let f = format!("{TABLE}_f");
        let scale = format!("{TABLE}_scale");
        let before = model(&[
            node("Cast", &[&q], &f),
            node("Mul", &[&f, &scale], TABLE),
            node("Relu", &["x"], "y"),
            node("Gather", &[TABLE, "ids"], "embedding"),
        ]);
        let after = pick_first(&before).unwrap();
        let outer = fields(&after).unwrap();
        assert_eq!(outer[0].whole, [8, 10]);
        let inner = fields(outer[1].body).unwrap();
        let nodes: Vec<_> = inner
            .iter()
            .filter(|field| field.number == NODE)
            .map(|field| Node::read(field.body).unwrap())
            .map(|node| {
                format!("{} {} > {}", node.operator, node.inputs.join(" "), node.outputs[0])
            })
            .map(|line| line.replace(TABLE, "T"))
            .collect();
        let expect = [
            "Relu x > y",
            "Gather T_q ids > T_picked_q",
            "Cast T_picked_q > T_picked_f",
            "Gather T_scale ids > T_picked_scale",
            "Mul T_picked_f T_picked_scale > embedding",
        ];
        assert_eq!(nodes, expect);
        assert!(inner.iter().filter(|field| field.number == NODE).all(|field| {
            fields(field.body).unwrap().iter().any(|field| field.body == b"attribute")
        }));
        assert_eq!(inner.last().unwrap().body, [7; 300]);
    }

    #[test]
    fn another_model_is_refused() {
        assert!(pick_first(&model(&[node("Relu", &["x"], "y")])).is_err());
        assert!(pick_first(&[0x0a, 0xff]).is_err());
        assert!(pick_first(&[]).is_err());
    }
}
