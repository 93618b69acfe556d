//! The print service of Linux and macOS.

use std::io::{self, Cursor, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ipp::attribute::{IppAttribute, IppAttributeGroup};
use ipp::model::{DelimiterTag, IppVersion, Operation, PrinterState, StatusCode};
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;
use ticket::FindingReason;

use crate::hardware::printers::{self, Printer, State};
use crate::outcome::Outcome;

/// Longest answer read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// The service answers from its memory.
const PATIENCE: Duration = Duration::from_millis(600);
const MAX_REASONS: usize = 4;
/// What is asked of each printer (RFC 8011, section 5.4).
const WANTED: [&str; 4] =
    ["printer-make-and-model", "printer-state", "printer-state-reasons", "queued-job-count"];

/// Asks CUPS at its own socket which printers it has; nothing is started to ask.
pub(crate) fn printers(socket: &Path) -> Outcome {
    match ask(socket) {
        Ok(answer) => match read(&answer) {
            Some(printers) => printers::judge(printers),
            None => Outcome::not_available(FindingReason::UnexpectedAnswer),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Outcome::not_available(FindingReason::NotPresent)
        }
        Err(_) => Outcome::not_available(FindingReason::NotReported),
    }
}

/// The answer to CUPS-Get-Printers, with its head.
fn ask(socket: &Path) -> io::Result<Vec<u8>> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let body = question().ok_or(io::ErrorKind::InvalidInput)?;
    // An answer to HTTP/1.0 comes whole and ends with the connection (RFC 9112, section 6.3).
    let head = format!(
        "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat())?;
    let mut answer = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut answer)?;
    Ok(answer)
}

fn question() -> Option<Vec<u8>> {
    let mut request =
        IppRequestResponse::new(IppVersion::v1_1(), Operation::CupsGetPrinters, None).ok()?;
    let keyword = |word: &&str| IppValue::Keyword((*word).try_into().ok()?).into();
    let wanted: Option<Vec<IppValue>> = WANTED.iter().map(keyword).collect();
    let wanted = IppAttribute::with_name("requested-attributes", IppValue::Array(wanted?)).ok()?;
    request.attributes_mut().add(DelimiterTag::OperationAttributes, wanted);
    Some(request.to_bytes().to_vec())
}

fn read(answer: &[u8]) -> Option<Vec<Printer>> {
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    let head = answer.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD)?;
    let body = answer.get(head + END_OF_HEAD.len()..)?.to_vec();
    let parser = IppParser::new(IppReader::new(Cursor::new(body)));
    let (header, attributes, _payload) = parser.parse_parts().ok()?;
    let is_none = header.status_code() == StatusCode::ClientErrorNotFound;
    if !header.status_code().is_success() && !is_none {
        return None;
    }
    Some(attributes.groups_of(DelimiterTag::PrinterAttributes).filter_map(printer).collect())
}

fn printer(group: &IppAttributeGroup) -> Option<Printer> {
    let fact = |name: &str| group.get(name).map(IppAttribute::value);
    let number = |name: &str| match fact(name) {
        Some(IppValue::Enum(number) | IppValue::Integer(number)) => Some(*number),
        _ => None,
    };
    let state = match number("printer-state")? {
        state if state == PrinterState::Stopped as i32 => State::Stopped,
        state if state == PrinterState::Processing as i32 => State::Printing,
        _ => State::Idle,
    };
    let reasons = fact("printer-state-reasons").into_iter().flatten().map(ToString::to_string);
    Some(Printer {
        model: fact("printer-make-and-model").map(ToString::to_string),
        state,
        reasons: reasons.filter(|reason| reason != "none").take(MAX_REASONS).collect(),
        jobs: number("queued-job-count").and_then(|jobs| u64::try_from(jobs).ok()).unwrap_or(0),
    })
}
