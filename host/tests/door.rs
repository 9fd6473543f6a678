//! The door against a small Discord on loopback: what arrives there, what comes back, what is
//! repeated, and that nobody but Discord ever reads the token.

#[path = "door/bad_days.rs"]
mod bad_days;
#[path = "door/discord.rs"]
mod discord;
#[path = "door/encrypted.rs"]
mod encrypted;
#[path = "door/gateway.rs"]
mod gateway;
#[path = "door/rest.rs"]
mod rest;
