//! A recorded session as a timeline, and the terminal that plays it.
