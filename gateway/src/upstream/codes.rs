//! Snowflake's codes that steer the gateway and its drivers.
//!
//! Enters: codes. Leaves: what they mean. Never here: a code that is only passed on.

/// The code of a running statement, as Snowflake gives it after about 45 s; drivers poll on it.
pub const IN_PROGRESS: &str = "333333";
/// The code of an asynchronous or held statement; drivers poll on it.
pub const IN_PROGRESS_ASYNC: &str = "333334";

/// Whether a code says that the session token ended or is not known: expired, invalid, gone, logged out.
pub fn ends_session(code: &str) -> bool {
    matches!(
        code,
        "390104" | "390108" | "390110" | "390111" | "390112" | "390114"
    )
}

/// Whether a code says that a statement does not compile: bad syntax, a name that is nobody's, an object that is not there or
/// not authorized, wrong arguments, no such function. Nothing was run, and no row was looked at.
pub fn is_compile_error(code: &str) -> bool {
    matches!(
        code,
        "001003"
            | "000904"
            | "002003"
            | "002043"
            | "000979"
            | "001044"
            | "000939"
            | "002140"
            | "002141"
            | "000938"
            | "001015"
            | "001016"
            | "000990"
            | "001018"
            | "002028"
            | "000924"
    )
}
