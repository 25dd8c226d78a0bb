//! Every way of tampering shows, in the right verdict, with the event named.
