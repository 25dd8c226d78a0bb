//! Every limit of a listener, in one place.

use std::time::Duration;

/// A connection that waits longer than this for its next request's headers is closed: drivers keep connections, and see a
/// longer one than this as their own to renew.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(75);
/// Connections served at once; more wait to be accepted.
pub const CONNECTIONS_MAX: usize = 16_384;
/// A TLS handshake must be complete within this time.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// On shutdown, requests in flight get this long.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest bearer token that is looked at, bytes.
pub const BEARER_BYTES_MAX: usize = 64 * 1024;
/// Pause after a connection could not be accepted.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Largest body of an API request, bytes.
pub const REQUEST_BYTES_MAX: usize = 1024 * 1024;
/// Browsers signed in at once; one more takes the place of the one whose time ends first.
pub const BROWSERS_MAX: usize = 4096;
/// A browser signs in again after this, if its token does not end before.
pub const BROWSER_SESSION_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// Longest secret a command prints, bytes; it must fit into a pipe.
pub const SECRET_BYTES_MAX: usize = 32 * 1024;
/// How often it is looked whether a command that prints a secret is done …
pub const SECRET_COMMAND_LOOK: Duration = Duration::from_millis(10);
/// … and how many times, before it is ended.
pub const SECRET_COMMAND_LOOKS: u32 = 1000;
/// A peer that has something to read must take this many bytes …
pub const SLOW_READER_BYTES: usize = 64 * 1024;
/// … within this time, or its connection is cut.
pub const SLOW_READER_WINDOW: Duration = Duration::from_secs(60);
