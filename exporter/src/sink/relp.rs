//! RELP: syslog whose receiver acknowledges each message.
//!
//! Enters: messages without their length. Leaves: those that were refused, those that were not answered. Never here: a message taken
//! for safe because it was written to a socket.
//!
//! The protocol: "RELP - The Reliable Event Logging Protocol", version 0 (librelp, `doc/relp.html`): frames of
//! `TXNR SP COMMAND SP DATALEN [SP DATA] LF`; `open` with offers, `syslog`, `close`; each answered by `rsp` with the same number and a
//! status of three digits. `serverclose` says that the receiver goes, and acknowledges nothing.

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite,
    AsyncWriteExt as _, BufReader,
};

use super::http::on_one_line;
use super::{Receipt, SendError};

/// What we can do.
const OFFER: &str = concat!(
    "relp_version=0\nrelp_software=firn,",
    env!("CARGO_PKG_VERSION"),
    "\ncommands=syslog"
);
/// The number of `open`; messages are numbered on from there.
const OPEN: usize = 1;
/// Longest head of a frame: nine digits, a word of 32 letters, nine digits, and spaces (section "RELP frame").
const HEAD_BYTES_MAX: usize = 64;
/// Longest answer that is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What the other side said.
struct Answer {
    number: usize,
    command: String,
    data: String,
}

/// Sends `messages` over `stream` and hears what became of each.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    messages: &[Vec<u8>],
) -> Result<Receipt, SendError> {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let failed = |error: std::io::Error| SendError::later(error.to_string());
    let open = frame(OPEN, "open", OFFER.as_bytes());
    writer.write_all(&open).await.map_err(failed)?;
    writer.flush().await.map_err(failed)?;
    let opened = answer(&mut reader).await?;
    if !opened.is_good() {
        return Err(SendError::later(format!(
            "it opens no session: {}",
            opened.said()
        )));
    }
    if messages.is_empty() {
        return Ok(Receipt::default());
    }
    let mut heard: Vec<Option<Answer>> = messages.iter().map(|_| None).collect();
    let writing = async {
        for (index, message) in messages.iter().enumerate() {
            let frame = frame(OPEN + 1 + index, "syslog", message);
            writer.write_all(&frame).await.map_err(failed)?;
        }
        writer.flush().await.map_err(failed)
    };
    let reading = async {
        for _ in messages {
            let said = answer(&mut reader).await?;
            let index = said.number.checked_sub(OPEN + 1);
            let slot = index.and_then(|index| heard.get_mut(index));
            match slot.filter(|_| said.command == "rsp") {
                Some(slot) => *slot = Some(said),
                None => return Err(SendError::later(format!("it says {}", said.said()))),
            }
        }
        Ok(())
    };
    // Both at once: a receiver that is not read from stops reading.
    let ended = tokio::try_join!(writing, reading);
    let receipt = receipt(heard);
    match ended {
        Err(error) if receipt.again.len() == messages.len() => return Err(error),
        // What was acknowledged before is not sent again.
        Err(_) => return Ok(receipt),
        Ok(_) => {}
    }
    // Everything is answered: how the session ends changes nothing.
    let close = frame(OPEN + 1 + messages.len(), "close", b"");
    if writer.write_all(&close).await.is_ok() && writer.flush().await.is_ok() {
        let _ = answer(&mut reader).await;
    }
    Ok(receipt)
}

fn receipt(heard: Vec<Option<Answer>>) -> Receipt {
    let mut receipt = Receipt::default();
    for (index, answer) in heard.into_iter().enumerate() {
        match answer {
            None => receipt.again.push(index),
            Some(answer) if answer.is_good() => {}
            Some(answer) => receipt.refused.push((index, answer.said())),
        }
    }
    receipt
}

fn frame(number: usize, command: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("{number} {command} {}", data.len());
    let mut frame = Vec::with_capacity(head.len() + data.len() + 2);
    frame.extend_from_slice(head.as_bytes());
    if !data.is_empty() {
        frame.push(b' ');
        frame.extend_from_slice(data);
    }
    frame.push(b'\n');
    frame
}

impl Answer {
    fn is_good(&self) -> bool {
        self.command == "rsp" && self.data.starts_with("200")
    }

    /// On one line.
    fn said(&self) -> String {
        let line = self.data.lines().next().unwrap_or_default();
        on_one_line(&format!("{} {line}", self.command))
    }
}

/// The next frame from the other side.
async fn answer(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<Answer, SendError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => SendError::later("it hung up without an answer"),
        _ => SendError::later(error.to_string()),
    };
    let mut head = Vec::new();
    let mut spaces = 0;
    let end = loop {
        let byte = reader.read_u8().await.map_err(failed)?;
        match byte {
            b'\n' => break byte,
            b' ' if spaces == 2 => break byte,
            b' ' => spaces += 1,
            _ => {}
        }
        head.push(byte);
        if head.len() > HEAD_BYTES_MAX {
            return Err(SendError::later("it does not speak RELP"));
        }
    };
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (number, command, length) = (word().parse(), word().to_owned(), word().parse::<usize>());
    let (Ok(number), Ok(length)) = (number, length) else {
        return Err(SendError::later("it does not speak RELP"));
    };
    if length > ANSWER_BYTES_MAX {
        return Err(SendError::later("its answer is too long"));
    }
    let mut data = vec![0; length];
    if end == b' ' {
        reader.read_exact(&mut data).await.map_err(failed)?;
        let mut trailer = Vec::new();
        reader
            .read_until(b'\n', &mut trailer)
            .await
            .map_err(failed)?;
    }
    Ok(Answer {
        number,
        command,
        data: String::from_utf8_lossy(&data).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a receiver says, and what of three messages it then has.
    async fn judged(said: &str) -> Result<Receipt, SendError> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        theirs.write_all(said.as_bytes()).await.unwrap();
        let heard = tokio::spawn(async move {
            let mut heard = Vec::new();
            // It hangs up after what it had to say.
            let (mut reader, mut writer) = tokio::io::split(theirs);
            writer.shutdown().await.unwrap();
            let _ = reader.read_to_end(&mut heard).await;
        });
        let messages = ["one", "two\nlines", "three"].map(|text| text.as_bytes().to_vec());
        let receipt = converse(ours, &messages).await;
        heard.abort();
        receipt
    }

    const OPENED: &str = "1 rsp 36 200 OK\nrelp_version=0\ncommands=syslog\n";

    #[tokio::test]
    async fn each_message_is_judged_by_its_own_answer() {
        let said = format!("{OPENED}2 rsp 6 200 OK\n3 rsp 12 500 too long\n4 rsp 6 200 OK\n");
        let receipt = judged(&said).await.unwrap();
        assert_eq!(receipt.refused, [(1, "rsp 500 too long".to_owned())]);
        assert_eq!(receipt.again, [0_usize; 0]);
    }

    #[tokio::test]
    async fn what_was_not_answered_is_sent_again() {
        let said = format!("{OPENED}2 rsp 6 200 OK\n0 serverclose 0\n");
        assert_eq!(judged(&said).await.unwrap().again, [1, 2]);
        let none = judged(OPENED).await;
        assert!(matches!(none, Err(SendError::Later { .. })), "{none:?}");
    }

    #[tokio::test]
    async fn who_opens_no_session_gets_nothing() {
        for said in ["1 rsp 15 500 unsupported\n", "HTTP/1.1 400 Bad Request\n\n"] {
            let none = judged(said).await;
            assert!(matches!(none, Err(SendError::Later { .. })), "{none:?}");
        }
    }
}
